"""What anybody may fetch without an account: the feed of public warnings, their signed files, our certificates."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from tocsin.services import warning_files, warnings

ATOM: Final = "http://www.w3.org/2005/Atom"
CAP: Final = "application/cap+xml"
_FRESH_S: Final = 60


@login_not_required
@require_safe
def public_feed(request: Any) -> HttpResponse:
    """Return the public warnings in force as Atom."""
    return _feed(request, warning_files.public_feed(request.now), reverse("warning_feed"))


@login_not_required
@require_safe
def followed_feed(request: Any, token: str) -> HttpResponse:
    """Return what a subscription follows; a token that opens nothing is answered like what is not there."""
    rows = warning_files.followed_feed(token, request.now)
    if rows is None:
        raise Http404
    return _feed(request, rows, reverse("warning_followed", args=(token,)), token=token)


@login_not_required
@require_safe
def file(request: Any, identifier: str) -> HttpResponse:
    """Return one signed CAP file."""
    token = str(request.GET.get("token", ""))[:80]
    found = warning_files.file_for(request.viewer, identifier, token=token, now=request.now)
    if found is None:
        raise Http404
    return HttpResponse(found.encode(), content_type=CAP)


@login_not_required
@require_safe
def certificates(request: Any) -> HttpResponse:
    """Return the certificates by which our files can be checked: the live ones first, each with its purpose."""
    rows = sorted(warning_files.certificates(), key=lambda row: row.purpose, reverse=True)
    body = "".join(f"# {row.purpose} {row.fingerprint}\n{row.certificate}" for row in rows)
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


def _feed(request: Any, rows: Iterable[Any], address: str, *, token: str = "") -> HttpResponse:
    found = list(rows)
    xml.register_namespace("", ATOM)
    feed = xml.Element(f"{{{ATOM}}}feed")
    newest = max((row.released_at for row in found), default=request.now)
    _text(feed, "id", request.build_absolute_uri(reverse("warning_feed")))
    _text(feed, "title", warnings.sender_name() or "Tocsin")
    _text(feed, "updated", _moment(newest))
    author = xml.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", warnings.sender_name() or "Tocsin")
    xml.SubElement(feed, f"{{{ATOM}}}link", rel="self", href=request.build_absolute_uri(address))
    for row in found:
        _entry(request, feed, row, token)
    answer = HttpResponse(
        xml.tostring(feed, encoding="utf-8", xml_declaration=True), content_type="application/atom+xml; charset=utf-8"
    )
    if token:
        answer["Cache-Control"] = "no-store"
    else:
        patch_cache_control(answer, public=True, max_age=_FRESH_S)
    return answer


def _entry(request: Any, feed: xml.Element, row: Any, token: str) -> None:
    entry = xml.SubElement(feed, f"{{{ATOM}}}entry")
    language, text = next(iter(row.texts.items()))
    address = request.build_absolute_uri(reverse("warning_file", args=(row.identifier,)))
    _text(entry, "id", f"urn:tocsin:{row.identifier}")
    title = _text(entry, "title", text["headline"])
    title.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    _text(entry, "updated", _moment(row.released_at))
    _text(entry, "published", _moment(row.released_at))
    _text(entry, "summary", text["what"])
    for term in (row.kind, row.severity, f"{row.event}"):
        xml.SubElement(entry, f"{{{ATOM}}}category", term=term)
    href = f"{address}?token={token}" if token and row.secrecy else address
    xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type=CAP, href=href)


def _text(parent: xml.Element, name: str, value: str) -> xml.Element:
    found = xml.SubElement(parent, f"{{{ATOM}}}{name}")
    found.text = "".join(sign for sign in value if sign >= " " or sign in "\n\t")
    return found


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


urlpatterns = [
    path("feeds/warnings.atom", public_feed, name="warning_feed"),
    path("feeds/warnings/<str:token>.atom", followed_feed, name="warning_followed"),
    path("feeds/cap/<str:identifier>.xml", file, name="warning_file"),
    path("feeds/cap-certificates.txt", certificates, name="warning_certificates"),
]
