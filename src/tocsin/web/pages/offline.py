"""The form that works without a network: one page a language, its scripts, its manifest, its worker.

Nothing here depends on who asks: the pages are drawn once and are the same for everybody, so that
a telephone can keep them. All that belongs together lies below one address that changes with its
content: no telephone ever mixes two versions.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from csp.decorators import csp_exempt
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from tocsin.services import doors
from tocsin.web.offline_words import WORDS
from tocsin.web.viewer import is_exercise

_FOLDER: Final = Path(__file__).resolve().parents[1] / "static"
_SCRIPTS: Final = ("page.mjs", "listing.mjs", "queue.mjs", "send.mjs", "seal.mjs", "shell.mjs", "store.mjs")
_ICONS: Final = ("icon.svg", "icon-192.png", "icon-512.png")
_KINDS: Final = {".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
_A_YEAR_S: Final = 31_536_000
# What the headers of a browser take on the line; a report and they stay below two kilobytes together.
_HEADERS: Final = 700
# The parts of the house's style that the form uses, by the numbers they carry there.
_STYLE: Final = (1, 2, 3, 5, 8, 11)
_BODY: Final = doors.most_bytes("offline_form") - _HEADERS


def _stamp(request: Any, **named: str) -> str:
    return f'W/"{version()}"'


# Who has this version already is told so in a line.
_unless_known = condition(etag_func=_stamp)


@login_not_required
@require_safe
def start(request: Any) -> HttpResponse:
    """Lead to the form in the language of the browser."""
    return redirect("offline_page", _language(translation.get_language() or "en"))


@login_not_required
@require_safe
@_unless_known
def page(request: HttpRequest, language: str) -> HttpResponse:
    """Show the form; it asks the network again each time, so that a browser without a worker stays fresh."""
    return _kept(request, _drawn(_known(language), version()).encode(), "text/html; charset=utf-8", "no-cache")


@csp_exempt()  # type: ignore[arg-type]  # its types know no view with arguments
@login_not_required
@require_safe
def part(request: HttpRequest, stamp: str, name: str) -> HttpResponse:
    """Return a file of the form, only of the version that is served now."""
    if stamp != version() or name not in (*_SCRIPTS, *_ICONS, "offline.css"):
        raise Http404
    kind = _KINDS[Path(name).suffix]
    return _kept(request, _file(name), kind, f"public, max-age={_A_YEAR_S}, immutable")


@login_not_required
@require_safe
@_unless_known
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """Return what a telephone asks before it puts the form among its programs."""
    with translation.override(_known(language)):
        told = {
            "id": reverse("offline_start"),
            "name": _("Report a danger"),
            "short_name": _("Report"),
            "start_url": reverse("offline_page", args=[language]),
            "scope": reverse("offline_start"),
            "display": "standalone",
            "lang": language,
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "background_color": "#eef1f4",
            "theme_color": "#0e2a38",
            "icons": [
                {"src": _address("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": _address("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": _address("icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            ],
        }
    return _kept(request, json.dumps(told, ensure_ascii=False).encode(), "application/manifest+json", "no-cache")


@login_not_required
@require_safe
@_unless_known
def worker(request: HttpRequest) -> HttpResponse:
    """Return the worker that keeps the form; it stands in the form's folder and so sees nothing else."""
    files = [_address(name) for name in (*_SCRIPTS, "offline.css")]
    pages = [reverse("offline_page", args=[code]) for code, _name in settings.LANGUAGES]
    head = f"const VERSION = {json.dumps(version())};\nconst FILES = {json.dumps([*files, *pages])};\n"
    return _kept(request, head.encode() + _file("worker.js"), "text/javascript", "no-cache")


@cache
def version() -> str:
    """Return a name for all that the form is made of: another byte anywhere, another name."""
    found = sha256(_BODY.to_bytes(4, "big"))
    for name in (*_SCRIPTS, *_ICONS, "worker.js", "offline.css"):
        found.update(_file(name))
    for language, _name in settings.LANGUAGES:
        found.update(_drawn(language, "").encode())
    return found.hexdigest()[:12]


@cache
def _drawn(language: str, stamp: str) -> str:
    """Return the page in one language, drawn without any request."""
    with translation.override(language):
        facts = {
            "mission": settings.MISSION.get("mission", ""),
            "exercise": is_exercise(),
            "languages": settings.LANGUAGES,
            "language": language,
            "stamp": stamp or "-",
            "modules": _SCRIPTS[1:],
            "words": _as_data({key: str(word) for key, word in WORDS.items()}),
            "most_bytes": _BODY,
        }
        return render_to_string("offline/form.html", facts)


@cache
def _file(name: str) -> bytes:
    """Return a file as it goes over the line: scripts without their comments, the style with what it builds on."""
    if name.endswith(".css"):
        return _house_style().encode() + (_FOLDER / "css" / name).read_bytes()
    if Path(name).suffix in (".svg", ".png"):
        return (_FOLDER / "icons" / name).read_bytes()
    lines = (line.strip() for line in (_FOLDER / "js" / "offline" / name).read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**"))).encode()


def _house_style() -> str:
    """Return the parts of the house's style that the form uses: the rest would double what a bad line carries."""
    whole = (_FOLDER / "css" / "tocsin.css").read_text("utf-8")
    found = re.split(r"(?m)^/\* (\d+) [A-Z].*\*/$", whole)
    parts = dict(zip(map(int, found[1::2]), found[2::2], strict=True))
    return "".join(parts[number] for number in _STYLE)


def _address(name: str) -> str:
    return reverse("offline_part", args=[version(), name])


def _kept(request: Any, body: bytes, kind: str, how_long: str) -> HttpResponse:
    """Return a body that never changes under its version; packed once, as small as it gets."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_packed(body) if packed else body, content_type=kind)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = how_long
    return response


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def _as_data(words: dict[str, str]) -> SafeString:
    """Return words as they may stand in a script element of data: Arabic as letters, six times shorter than as codes."""
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E"))  # noqa: S308  no mark of HTML is left in it


def _language(code: str) -> str:
    return code.partition("-")[0]


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return language


urlpatterns = [
    path("offline/", start, name="offline_start"),
    path("offline/worker.js", worker, name="offline_worker"),
    path("offline/<str:language>/", page, name="offline_page"),
    path("offline/<str:language>/form.webmanifest", manifest, name="offline_manifest"),
    path("offline/<str:stamp>/<str:name>", part, name="offline_part"),
]
