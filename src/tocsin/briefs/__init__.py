"""Briefs: each builds one document from core results, as PDF and as DOCX. One folder each.

What all of them need to print stands here and not in a module beside them, because briefs
never know each other: each knows only this door and the core.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final, Protocol, cast

from tocsin.core.allocation.statement import read_remedy
from tocsin.core.allocation.types import Asset, Coverage
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because

BRIEFS: Final = MappingProxyType(
    {
        "weekly_matrix": "tocsin.briefs.weekly_matrix.build",
        "flash_alert": "tocsin.briefs.flash_alert.build",
        "gap_statement": "tocsin.briefs.gap_statement.build",
        "response_note": "tocsin.briefs.response_note.build",
    }
)
FORMS: Final = ("pdf", "docx")
ARABIC_FONT: Final = "Noto Naskh Arabic"
LATIN_FONT: Final = "Noto Sans"

# Where Debian, other systems and a person keep fonts; TOCSIN_FONTS goes before all of them.
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_FONT_FILES = {LATIN_FONT: "NotoSans-Regular.ttf", ARABIC_FONT: "NotoNaskhArabic-Regular.ttf"}
_HERE = Path(__file__).parent
_DIGIT_RUN = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,2}\d){6,}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Brief(Protocol):
    """What the module of every brief offers. `content` is the dataclass that the module names."""

    def build(self, content: Any, *, language: str, form: str, classification: str) -> bytes:
        """Return the document in `language` (en, fr, ar) and `form` (pdf, docx)."""
        ...


class MissingMeans(RuntimeError):
    """The document cannot be made on this machine; the message says what to install."""


def get(name: str) -> Brief:
    """Return the module of the brief `name`, loaded on first use."""
    try:
        path = BRIEFS[name]
    except KeyError:
        raise KeyError(f"no brief is called '{name}', expected one of {', '.join(BRIEFS)}") from None
    return cast(Brief, import_module(path))


def require(language: str, form: str) -> None:
    """Refuse a language or form that no brief has, before any work is done."""
    if language not in wording.LANGUAGES:
        raise ValueError(f"language is '{language}', expected one of {', '.join(wording.LANGUAGES)}")
    if form not in FORMS:
        raise ValueError(f"form is '{form}', expected one of {', '.join(FORMS)}")


def load_extra(module: str) -> ModuleType:
    """Return a library of the analysis extra, or say how to install it."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingMeans(
            f'printed documents need {module.partition(".")[0]}, which is not installed: pip install "tocsin[analysis]"'
        ) from None


def say(code: str, language: str, **facts: Any) -> str:
    """Return the sentence ``brief.<code>`` filled with `facts`."""
    shown = {name: isolated(fact, language) for name, fact in facts.items()}
    return wording.say(f"brief.{code}", shown, language)


def reason(because: Because, language: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the sentence of one reason, with figures and directions as its language writes them.

    A fact that is the ref of an asset, a base or a place is shown by its name in `names`.
    """
    facts = {}
    for name, fact in because.facts.items():
        shown = names.get(fact, fact) if isinstance(fact, str) else _with_comma(fact, language)
        facts[name] = isolated(shown, language)
    return wording.reason(Because(because.code, facts, because.evidence), language)


def _with_comma(fact: Any, language: str) -> Any:
    if language != "fr" or not isinstance(fact, float):
        return fact
    return f"{fact:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def remedy(code: str, names: Mapping[str, str], language: str) -> str:
    """Return what would close a gap, in words; `names` are those of bases and assets by ref."""
    kind, what, at = read_remedy(code)
    if not wording.has(f"remedy.{kind}"):
        return words(code, language)
    facts = {"what": words(what, language), "at": names.get(at, at)}
    return wording.say(f"remedy.{kind}", {k: isolated(v, language) for k, v in facts.items()}, language)


def first_remedy(closes_with: Sequence[str], names: Mapping[str, str], language: str) -> str:
    """Return the smallest thing that would close a gap, and how many other ways there are."""
    if not closes_with:
        return ""
    first = remedy(closes_with[0], names, language)
    others = len(closes_with) - 1
    return f"{first} {say('other_ways', language, count=others)}" if others else first


def names_of(coverage: Coverage | None, assets: Sequence[Asset], language: str) -> dict[str, str]:
    """Return what places, bases and assets are called on paper, by ref."""
    if coverage is None:
        return {}
    needs = [one.need for one in coverage.covered] + [one.need for one in coverage.uncovered]
    places = {need.place: need.label for need in needs}
    bases = {base.ref: base.name for base in coverage.bases}
    kinds = {asset.ref: words(asset.kind.value, language) for asset in assets}
    posts = {asset.ref: bases.get(asset.base, asset.base) for asset in assets}
    return places | bases | {ref: f"{kind} – {posts[ref]}" for ref, kind in kinds.items()}


def isolated(fact: Any, language: str) -> Any:
    """Return text that keeps its own direction inside an Arabic sentence.

    Without it ``010430Z MAR 27 – 1`` would print the 1 before the date. Codes of labels and
    anything that is not text stay as they are.
    """
    if language != "ar" or not isinstance(fact, str) or not fact or fact.startswith("term."):
        return fact
    # A plus sign has no direction of its own: what begins with one is a figure, left to right.
    opening = "\u2066" if fact[0] in "+-" else "\u2068"
    return f"{opening}{fact}\u2069"


def frame(mission: str, *, title: str, as_of: datetime, language: str, classification: str) -> dict[str, Any]:
    """Return what stands around the text of every page."""
    return {
        "language": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "title": say(title, language),
        "mission": mission,
        "classification": shown_classification(classification, language),
        "head_right": date_time_group(as_of),
        "page_word": say("page", language),
        "of_word": say("of", language),
    }


def words(code: str, language: str) -> str:
    """Return the label of a code of whatever list it is from; a person's own words stay as they are."""
    for prefix in ("", "term.factor.", "term.asset_kind.", "term.season.", "term.doubt."):
        if wording.has(prefix + code):
            return wording.label(prefix + code, language)
    return code.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", code) else code


def shown_classification(classification: str, language: str) -> str:
    """Return the marking as it is printed: a known code by its label, any other as given."""
    code = f"brief.classification.{classification.lower().replace(' ', '_')}"
    return wording.label(code, language) if wording.has(code) else classification


def figure(value: float | None, language: str, *, places: int = 0) -> str:
    """Return a number as the language writes it, and the word for unknown where there is none."""
    if value is None or value != value:
        return wording.label("word.unknown", language)
    text = f"{value:,.{places}f}"
    if language == "en":
        return text
    # A space that never breaks groups thousands in French and Arabic texts of the organisation.
    return text.replace(",", "\u00a0").replace(".", "," if language == "fr" else ".")


def date_time_group(moment: datetime) -> str:
    """Return the date-time group in UTC, for example ``010430Z MAR 27``.

    Months are the English ones in every language: all staffs read them so.
    """
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    utc = _aware(moment).astimezone(UTC)
    return f"{utc:%d%H%M}Z {months[utc.month - 1]} {utc:%y}"


def full_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return the date-time group and, beside it, the day and hour at the mission."""
    group = isolated(date_time_group(moment), language)
    return f"{group} – {isolated(local_time(moment, zone, language), language)}"


def local_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return the day and hour at the mission, with its distance from UTC."""
    local = _aware(moment).astimezone(zone)
    offset = local.strftime("%z")
    hours = f"UTC{offset[:3]}" + (f":{offset[3:5]}" if offset[3:5] != "00" else "")
    return f"{local_day(moment, zone, language)}, {local:%H:%M} ({hours})"


def local_day(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return the day at the mission, the month by its name."""
    local = _aware(moment).astimezone(zone)
    month = wording.label(f"brief.month.{local.month}", language)
    day = "1er" if language == "fr" and local.day == 1 else str(local.day)
    return f"{day} {month} {local.year}"


def without_numbers(text: str, language: str) -> str:
    """Return free text with anything that could be a telephone number taken out.

    The text comes here redacted; this is the second lock on the same door. Dates stay.
    """
    mark = wording.label("brief.number_removed", language)
    return _DIGIT_RUN.sub(lambda run: run[0] if _ISO_DATE.search(run[0]) else mark, text)


def shortened(text: str, most: int, language: str) -> str:
    """Return `text`, cut at a word after `most` characters and saying so."""
    if len(text) <= most:
        return text
    return f"{text[:most].rsplit(' ', 1)[0]} {wording.label('brief.text_cut', language)}"


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"the moment is {moment!r}, expected one with its time zone")
    return moment


def print_pdf(brief: str, page: Mapping[str, Any]) -> bytes:
    """Return the PDF of `page` by the template of `brief`.

    The page travels as JSON beside the template and is never written into it, so that no word of
    a report can act as a command. A Hidden value is no JSON and stops the printing.
    """
    typst = load_extra("typst")
    language = page["language"]
    compiler = typst.Compiler(
        _HERE / brief / "template.typ",
        root=_HERE,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=list(find_fonts(language))
        ),
        sys_inputs={"page": json.dumps(page, ensure_ascii=False)},
    )
    return cast(bytes, compiler.compile(format="pdf", timestamp=0))


def find_fonts(language: str) -> tuple[Path, ...]:
    """Return the folders of the fonts that `language` needs, and stop where one is missing.

    A substitute font would print Arabic in loose or empty letters, and nobody at the printer
    would know what is missing.
    """
    wanted = (LATIN_FONT, ARABIC_FONT) if language == "ar" else (LATIN_FONT,)
    homes: dict[str, Path] = {}
    for folder in _font_folders():
        for found in sorted(folder.rglob("Noto*.ttf")):
            homes.setdefault(found.name, found.parent)
    missing = [family for family in wanted if _FONT_FILES[family] not in homes]
    if missing:
        raise MissingMeans(
            f"the font {' and '.join(missing)} is not on this machine. Install the package "
            "fonts-noto-core, or name its folder in TOCSIN_FONTS."
        )
    return tuple(dict.fromkeys(homes[_FONT_FILES[family]] for family in wanted))


def _font_folders() -> list[Path]:
    own = [part for part in os.environ.get("TOCSIN_FONTS", "").split(os.pathsep) if part]
    # Folders that an operator names are the only ones looked at: a wrong name shows at once.
    return [Path(part).expanduser() for part in (own or _FONT_FOLDERS)]


class Word:
    """A DOCX under construction, right to left where its language is."""

    def __init__(self, page: Mapping[str, Any], *, paper: str) -> None:
        self._docx = load_extra("docx")
        self._oxml = load_extra("docx.oxml")
        self._qn = load_extra("docx.oxml.ns").qn
        self._shared = load_extra("docx.shared")
        self._rtl = page["dir"] == "rtl"
        self._document = self._docx.Document()
        self._set_paper(paper)
        self._set_margins(page)
        about = self._document.core_properties
        about.author, about.title, about.comments = page["mission"], page["title"], page["classification"]
        about.language = page["language"]

    def paragraph(self, text: str, *, size: float = 9, bold: bool = False) -> None:
        """Add one paragraph."""
        self._write(self._document.add_paragraph(), text, size=size, bold=bold)

    def table(
        self, rows: Sequence[Sequence[str]], widths_mm: Sequence[float], *, size: float = 8, head: bool = True
    ) -> None:
        """Add a table; its first row is repeated on every page where it is a `head`."""
        direction = load_extra("docx.enum.table").WD_TABLE_DIRECTION
        table = self._document.add_table(rows=0, cols=len(widths_mm), style="Table Grid")
        table.autofit = False
        table.table_direction = direction.RTL if self._rtl else direction.LTR
        for number, row in enumerate(rows):
            is_head = head and number == 0
            cells = table.add_row().cells
            for cell, text, width in zip(cells, row, widths_mm, strict=True):
                cell.width = self._shared.Mm(width)
                self._write(cell.paragraphs[0], text, size=size, bold=is_head)
            self._keep_row(table.rows[-1]._tr, is_head)
        self._write(self._document.add_paragraph(), "", size=4)

    def save(self) -> bytes:
        """Return the file."""
        target = io.BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _set_paper(self, paper: str) -> None:
        section, mm = self._document.sections[0], self._shared.Mm
        section.page_width, section.page_height = {"A4": (mm(210), mm(297)), "A3 landscape": (mm(420), mm(297))}[paper]
        if paper.endswith("landscape"):
            section.orientation = load_extra("docx.enum.section").WD_ORIENT.LANDSCAPE
        section.left_margin = section.right_margin = mm(14)
        section.top_margin = section.bottom_margin = mm(18)

    def _set_margins(self, page: Mapping[str, Any]) -> None:
        section = self._document.sections[0]
        centre = load_extra("docx.enum.text").WD_ALIGN_PARAGRAPH.CENTER
        for part, text in ((section.header, page["classification"]), (section.footer, page["classification"])):
            part.paragraphs[0].alignment = centre
            self._write(part.paragraphs[0], text, size=9, bold=True)
        foot = section.footer.add_paragraph()
        foot.alignment = centre
        self._write(foot, f"{page['footer']}   {page['page_word']} ", size=8)
        self._number(foot, "PAGE")
        self._write(foot, f" {page['of_word']} ", size=8)
        self._number(foot, "NUMPAGES")

    def _write(self, paragraph: Any, text: str, *, size: float, bold: bool = False) -> None:
        """Arabic needs the direction on the paragraph and on each run, or Word guesses per word."""
        space = paragraph.paragraph_format
        space.space_before, space.space_after = self._shared.Pt(0), self._shared.Pt(2)
        if self._rtl and paragraph._p.find(f".//{self._qn('w:bidi')}") is None:
            mark = self._oxml.OxmlElement("w:bidi")
            paragraph._p.get_or_add_pPr().insert_element_before(mark, "w:spacing", "w:ind", "w:jc", "w:rPr")
        run = paragraph.add_run(text)
        run.font.name, run.font.size = LATIN_FONT, self._shared.Pt(size)
        run.font.bold = run.font.cs_bold = bold
        run.font.rtl = self._rtl or None
        properties = run._r.get_or_add_rPr()
        properties.rFonts.set(self._qn("w:cs"), ARABIC_FONT)
        complex_size = self._oxml.OxmlElement("w:szCs")
        complex_size.set(self._qn("w:val"), str(round(size * 2)))
        properties.insert_element_before(complex_size, "w:rtl", "w:cs", "w:lang")

    def _number(self, paragraph: Any, field: str) -> None:
        mark = self._oxml.OxmlElement("w:fldSimple")
        mark.set(self._qn("w:instr"), field)
        paragraph._p.append(mark)

    def _keep_row(self, row: Any, is_head: bool) -> None:
        properties = row.get_or_add_trPr()
        properties.append(self._oxml.OxmlElement("w:cantSplit"))
        if is_head:
            properties.append(self._oxml.OxmlElement("w:tblHeader"))
