"""One alert, one page, one decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.briefs import reading, sample
from tocsin.briefs.flash_alert import build as flash
from tocsin.briefs.flash_alert.build import FlashAlert
from tocsin.core.evidence.types import Grade
from tocsin.core.reference import wording
from tocsin.core.reference.terms import Level


def page_of(content: FlashAlert, language: str = "en") -> dict:
    return flash.make_page(content, language=language, classification="confidential")


def print_pdf(content: FlashAlert, language: str = "en") -> reading.Printed:
    return reading.read_pdf(flash.build(content, language=language, form="pdf", classification="confidential"))


def test_the_page_asks_for_a_decision_by_a_moment() -> None:
    printed = print_pdf(sample.make_alert())

    assert "AL-0042" in printed.text
    assert "Release the platoon at Tesh base." in printed.text
    assert "by 010500Z MAR 27 – 1 March 2027, 06:00 (UTC+01)" in printed.text
    assert "PROVISIONAL" in printed.text


def test_the_grade_stands_in_words_and_an_unjudged_one_is_no_reason_to_wait() -> None:
    first = page_of(sample.make_alert())["sections"]["grade"]
    judged = page_of(replace(sample.make_alert(), grade=Grade("B", 2)))["sections"]["grade"]

    assert first[0].startswith("F6: a source whose reliability cannot yet be judged")
    assert first[1].endswith("no reason to wait.")
    assert judged == ["B2: a usually reliable source; probably true."]


def test_who_has_not_acknowledged_stands_first() -> None:
    rows = page_of(sample.make_alert())["told"]

    assert rows[1] == ["Sector East, operations", "010415Z MAR 27", "NOT YET"]
    assert rows[2] == ["Duty officer", "010410Z MAR 27", "010412Z MAR 27"]


def test_a_number_that_slipped_through_is_not_printed() -> None:
    alert = replace(sample.make_alert(), said="Armed men at Oru, call me on +000 555 0101")

    printed = print_pdf(alert)

    assert "0101" not in printed.text
    assert "[number removed]" in printed.text


def test_what_nobody_wrote_down_is_said_to_be_missing() -> None:
    printed = print_pdf(sample.silent(sample.make_alert()))

    assert "Nobody has been told yet." in printed.text
    assert "No option has been worked out yet." in printed.text
    assert "This does not mean that all is known." in printed.text
    assert "Place unknown" in printed.text
    assert "no limit has been set" in printed.text


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_longest_alert_still_fits_one_page(language: str) -> None:
    alert = sample.make_alert()
    crowded = replace(
        alert,
        said="Armed men crossed the bridge at Malka. " * 60,
        told=alert.told * 10,
        options=alert.options * 6,
        reasons=alert.reasons * 12,
        not_known=alert.not_known * 8,
    )

    printed = print_pdf(crowded, language)

    assert printed.pages == 1


@pytest.mark.parametrize("level", Level)
def test_every_level_can_be_printed(level: Level) -> None:
    assert print_pdf(replace(sample.make_alert(), level=level)).pages == 1
