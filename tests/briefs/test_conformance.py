"""What every brief promises, in every language and form."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from tests.briefs import reading, sample
from tocsin import briefs
from tocsin.core.reference import wording

CONTENTS = {
    "weekly_matrix": sample.make_matrix, "flash_alert": sample.make_alert, "gap_statement": sample.make_gap,
    "response_note": sample.make_note,
}  # fmt: skip
A4 = (210, 297)
SIZES_MM = {"weekly_matrix": (420, 297), "flash_alert": A4, "gap_statement": A4, "response_note": A4}
# A word of each page that only its own language has.
OWN_WORD = {"en": "Unknown|decision|Decision", "fr": "Décision|Inconnu", "ar": "القرار|المجهول"}


def build(brief: str, language: str, form: str, **changed: Any) -> bytes:
    options = {"language": language, "form": form, "classification": "strictly confidential"} | changed
    return briefs.get(brief).build(CONTENTS[brief](), **options)


def test_every_registered_brief_is_tried_here() -> None:
    assert set(CONTENTS) == set(briefs.BRIEFS)


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_a_pdf_has_its_paper_size_its_marking_and_its_page_number(brief: str, language: str) -> None:
    marking = briefs.shown_classification("strictly confidential", language)

    printed = reading.read_pdf(build(brief, language, "pdf"))

    assert printed.size_mm == SIZES_MM[brief]
    assert all(word in printed.text for word in marking.split())
    assert any(word in printed.text for word in OWN_WORD[language].split("|"))
    assert wording.label("brief.page", language) in printed.text


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_a_docx_opens_and_runs_right_to_left_in_arabic_only(brief: str, language: str) -> None:
    content = build(brief, language, "docx")

    xml = reading.docx_xml(content)

    assert any(word in reading.read_docx(content) for word in OWN_WORD[language].split("|"))
    assert ("<w:bidi/>" in xml) is (language == "ar")
    assert ("<w:rtl/>" in xml) is (language == "ar")
    assert ("<w:bidiVisual/>" in xml) is (language == "ar")


@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_every_paragraph_of_an_arabic_docx_has_its_direction(brief: str) -> None:
    xml = reading.docx_xml(build(brief, "ar", "docx"))

    paragraphs = xml.count("<w:p>") + xml.count("<w:p ")

    assert xml.count("<w:bidi/>") == paragraphs


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_no_placeholder_and_no_bare_code_is_printed(brief: str, language: str) -> None:
    text = reading.read_docx(build(brief, language, "docx"))

    assert "{" not in text
    assert "term." not in text
    assert "brief." not in text
    assert "None" not in text


@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_the_same_content_prints_the_same_bytes(brief: str) -> None:
    assert build(brief, "en", "pdf") == build(brief, "en", "pdf")


@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_a_form_or_language_that_does_not_exist_is_refused_at_once(brief: str) -> None:
    with pytest.raises(ValueError, match="expected one of en, fr, ar"):
        build(brief, "xx", "pdf")
    with pytest.raises(ValueError, match="expected one of pdf, docx"):
        build(brief, "en", "odt")


@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_a_marking_of_the_missions_own_is_printed_as_given(brief: str) -> None:
    printed = reading.read_pdf(build(brief, "en", "pdf", classification="MINUA EYES ONLY"))

    assert "MINUA EYES ONLY" in printed.text


@pytest.mark.parametrize("brief", briefs.BRIEFS)
def test_every_brief_has_a_page_and_a_template(brief: str) -> None:
    folder = files("tocsin.briefs") / brief

    assert (folder / "README.md").read_text("utf-8").startswith("# ")
    assert (folder / "template.typ").is_file()


def test_an_unknown_brief_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="flash_alert"):
        briefs.get("horoscope")


def test_every_sentence_of_the_briefs_exists_in_three_languages_with_the_same_facts() -> None:
    from string import Formatter

    from tocsin.core.reference import load

    own = {code: texts for code, texts in load.read_folder("wording").items() if code.startswith("brief.")}
    facts = {
        code: {frozenset(part[1] for part in Formatter().parse(texts[name]) if part[1]) for name in texts}
        for code, texts in own.items()
    }

    assert {code for code, texts in own.items() if set(texts) != set(wording.LANGUAGES)} == set()
    assert {code for code, named in facts.items() if len(named) != 1} == set()
