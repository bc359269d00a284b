"""Every screen speaks French and Arabic: the catalogues are whole, and the pages use them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.utils import translation

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
FORMS = {"fr": 2, "ar": 6}
DIRECTIONS = {"en": "ltr", "fr": "ltr", "ar": "rtl"}
PLACEHOLDER = re.compile(r"%\(\w+\)\d*[sd]")
# What is written in English in every language: names of things, and the languages by their own names.
SAME = {"Tocsin", "English", "PDF", "DOCX", "HTTPS", "Shift"}
OPEN = ("/account/sign-in/", "/report/", "/help/", "/nothing-here/")
ROOMS = {
    "lead": ("/", "/matrix/", "/matrix/print/", "/coverage/", "/gaps/", "/map/", "/map/large/", "/places/",
             "/briefs/", "/lessons/", "/policy/", "/help/", "{report}", "{alert}", "{place}"),
    "liaison": ("/", "/hotline/"),
    "auditor": ("/audit/",),
}  # fmt: skip
PAGES = [(username, path) for username, paths in ROOMS.items() for path in paths]


def catalogue(language: str) -> Path:
    """Return where the texts of a language stand."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def run(*command: str, cwd: Path = ROOT) -> str:
    """Return what a program prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd).stdout


def read(po: Path, *, into: Path) -> dict[Any, str]:
    """Return the texts of a catalogue that are translated; what is fuzzy or empty is left out, as for a reader."""
    compiled = into / f"{po.parts[-3]}.mo"
    run("msgfmt", "--check-format", f"--output-file={compiled}", str(po))
    with compiled.open("rb") as file:
        found = dict(GNUTranslations(file)._catalog)
    found.pop("", None)
    return found


def asked_for(root: Path) -> set[str]:
    """Return the texts for which pages and code ask, read anew from a copy of the source."""
    run(sys.executable, str(ROOT / "tools" / "messages.py"), cwd=root)
    filled = run("msgen", str(root / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    whole = root / "filled" / "LC_MESSAGES" / "django.po"
    whole.parent.mkdir(parents=True)
    whole.write_text(filled, "utf-8")
    return _singular(read(whole, into=root))


def missing(asked: set[str], found: dict[Any, str]) -> set[str]:
    """Return the texts that a page asks for and a catalogue does not have."""
    return asked - _singular(found)


def uneven(found: dict[Any, str], plurals: dict[str, str]) -> list[str]:
    """Name the texts whose placeholders differ; the forms for none, one and two may say the number in a word."""
    bad = []
    for key, text in found.items():
        english, form = key if isinstance(key, tuple) else (key, None)
        wanted = {frozenset(PLACEHOLDER.findall(one)) for one in (english, plurals.get(english, english))}
        got = frozenset(PLACEHOLDER.findall(text))
        word = form is not None and form < 3 and any(got < one for one in wanted)
        if got not in wanted and not word:
            bad.append(english)
    return bad


def _singular(found: dict[Any, str]) -> set[str]:
    return {key[0] if isinstance(key, tuple) else key for key in found}


def _plurals(po: Path) -> dict[str, str]:
    pairs = re.findall(r'^msgid "(.*)"\nmsgid_plural "(.*)"$', po.read_text("utf-8"), re.MULTILINE)
    return dict(pairs)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a copy of pages and code, without a catalogue."""
    kept = shutil.ignore_patterns("static", "__pycache__", "migrations", "data", "fixtures")
    shutil.copytree(ROOT / "src" / "tocsin", tmp_path / "src" / "tocsin", ignore=kept)
    return tmp_path


@pytest.mark.parametrize("language", FORMS)
def test_no_text_is_untranslated_or_doubtful(language: str) -> None:
    po = str(catalogue(language))

    assert run("msgattrib", "--untranslated", "--no-obsolete", po) == ""
    assert run("msgattrib", "--only-fuzzy", "--no-obsolete", po) == ""
    assert run("msgattrib", "--only-obsolete", po) == ""


@pytest.mark.parametrize("language", FORMS)
def test_placeholders_and_plural_forms_are_whole(language: str, tmp_path: Path) -> None:
    found = read(catalogue(language), into=tmp_path)
    forms: dict[str, set[int]] = {}
    for key in found:
        if isinstance(key, tuple):
            forms.setdefault(key[0], set()).add(key[1])

    assert uneven(found, _plurals(catalogue(language))) == []
    assert {text: had for text, had in forms.items() if had != set(range(FORMS[language]))} == {}
    assert forms


def test_a_lost_placeholder_is_found() -> None:
    plurals = {"%(n)s gap": "%(n)s gaps"}

    assert uneven({"late by %(time)s": "en retard"}, {}) == ["late by %(time)s"]
    assert uneven({("%(n)s gap", 1): "فجوة واحدة", ("%(n)s gap", 3): "فجوات"}, plurals) == ["%(n)s gap"]


def test_every_text_of_pages_and_code_is_in_the_catalogues(source: Path) -> None:
    asked = asked_for(source)
    known = {language: read(catalogue(language), into=source) for language in FORMS}
    planted = {key: text for key, text in known["fr"].items() if key != "Duty desk"}

    assert {language: missing(asked, found) for language, found in known.items()} == {"fr": set(), "ar": set()}
    assert {language: _singular(found) - asked for language, found in known.items()} == {"fr": set(), "ar": set()}
    assert missing(asked, planted) == {"Duty desk"}


@pytest.fixture
def compiled(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Let Django speak from the catalogues as they stand, compiled or not."""
    from django.utils.translation import trans_real

    for language in FORMS:
        folder = tmp_path / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        run("msgfmt", f"--output-file={folder / 'django.mo'}", str(catalogue(language)))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    trans_real._translations.clear()
    yield
    trans_real._translations.clear()


class Words(HTMLParser):
    """The texts of a page that its language answers for: not what is marked as another language, nor data."""

    def __init__(self, page: str, language: str) -> None:
        super().__init__()
        self.root: tuple[str | None, str | None] = (None, None)
        self.texts: set[str] = set()
        self._language, self._open = language, list[tuple[str, bool]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.root = (given.get("lang"), given.get("dir"))
        elsewhere = given.get("lang", self._language) != self._language
        if tag not in {"meta", "link", "input", "img", "br", "path", "line", "circle", "rect", "use"}:
            self._open.append((tag, elsewhere or tag in {"bdi", "script", "style", "kbd"}))
        if not elsewhere:
            for name in ("title", "aria-label", "placeholder", "alt"):
                self.texts.add((given.get(name) or "").strip())

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(apart for _tag, apart in self._open):
            self.texts.add(" ".join(data.split()))


def english_in(words: Words, found: dict[Any, str]) -> set[str]:
    """Return the texts of a page that stand there as the English original."""
    original = {key for key, text in found.items() if isinstance(key, str) and text != key}
    return {text for text in words.texts if text in original} - SAME


def refs() -> dict[str, str]:
    """Return one report, one alert and one place to look at."""
    from django.apps import apps

    newest = {name: apps.get_model("tocsin", name).objects.order_by("-pk").first() for name in ("Report", "Alert")}
    place = newest["Report"].place
    return {
        "report": f"/reports/{newest['Report'].ref}/",
        "alert": f"/alerts/{newest['Alert'].ref}/",
        "place": f"/places/{place.ref}/",
    }


@pytest.mark.parametrize("language", DIRECTIONS)
def test_pages_before_sign_in_speak_one_language(language: str, db: None, compiled: None, tmp_path: Path) -> None:
    from django.test import Client

    client = Client()
    client.cookies["django_language"] = language
    found = read(catalogue(language), into=tmp_path) if language in FORMS else {}
    told = client.post("/report/", {"text": "x", "place": "x", "language": language}, follow=True)
    shown = {path: client.get(path).content.decode() for path in OPEN} | {"receipt": told.content.decode()}
    pages = {path: Words(page, language) for path, page in shown.items()}

    assert {path: page.root for path, page in pages.items()} == dict.fromkeys(pages, (language, DIRECTIONS[language]))
    assert {path: english_in(page, found) for path, page in pages.items()} == {path: set() for path in pages}


@pytest.mark.parametrize("language", FORMS)
@pytest.mark.parametrize(("username", "path"), PAGES)
def test_rooms_speak_one_language(
    username: str, path: str, language: str, sign_in: Callable[..., Client], compiled: None, tmp_path: Path
) -> None:
    found = read(catalogue(language), into=tmp_path)
    answer = sign_in(username, language=language).get(path.format(**refs()))
    page = Words(answer.content.decode(), language)

    assert answer.status_code == 200
    assert page.root == (language, DIRECTIONS[language])
    assert english_in(page, found) == set()


def test_a_page_left_in_english_is_found(sign_in: Callable[..., Client], compiled: None, tmp_path: Path) -> None:
    found = read(catalogue("fr"), into=tmp_path)
    page = sign_in("duty", language="en").get("/").content.decode()

    assert "Duty desk" in english_in(Words(page, "en"), found)


@pytest.mark.parametrize("language", FORMS)
def test_a_number_has_its_own_plural(language: str, compiled: None) -> None:
    with translation.override(language):
        said = {n: translation.ngettext("%(n)s gap", "%(n)s gaps", n) % {"n": n} for n in (1, 2, 3, 11, 100)}

    assert len(set(said.values())) == 5
    assert {"fr": said[2] == "2 lacunes", "ar": said[2] == "فجوتان"}[language]
    assert settings.LANGUAGE_CODE == "en"
