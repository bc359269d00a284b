"""A flood of messages about one thing must not slow the alarm down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tocsin.core.evidence import corroboration, grading
from tocsin.core.evidence.types import Grade, Reading, Report
from tocsin.core.reference.terms import ReportKind, VerificationState

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
TEXT = "armed men attack the village of Malka and burn the houses at the river"


def told(number: int, text: str) -> Report:
    return Report(
        f"R-{number:04d}", Reading(kind=ReportKind.INCIDENT), Grade("C", 3), VerificationState.RECEIVED, NOON,
        source=f"source {number}", text=text,
    )  # fmt: skip


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were compared letter by letter."""
    found: list[str] = []
    compare = corroboration.near_identical

    def counted(one: str, two: str) -> bool:
        found.append(one)
        return compare(one, two)

    monkeypatch.setattr(corroboration, "near_identical", counted)
    return found


def test_one_text_from_five_hundred_numbers_is_one_hand_and_compared_with_nothing(compared: list[str]) -> None:
    flood = [told(number, TEXT) for number in range(500)]

    assert corroboration.independent_sources(flood) == 1
    assert compared == []


def test_texts_that_differ_by_a_letter_are_compared_once_for_each_text_and_not_for_each_message(
    compared: list[str],
) -> None:
    flood = [told(number, TEXT + "abcdefgh"[number % 8]) for number in range(500)]

    assert corroboration.independent_sources(flood) == 1
    assert 1 <= len(compared) <= 28


def test_two_texts_from_one_source_tie_their_copies_together(compared: list[str]) -> None:
    other = "soldiers take goods from people at the bridge of Tesh since this morning"
    linking = told(1, other)
    reports = [
        told(1, TEXT),
        linking,
        told(2, TEXT),
        told(3, other),
        told(4, "a third thing was seen near the school of Oru"),
    ]

    assert corroboration.independent_sources(reports) == 2


def test_sources_counted_before_are_not_counted_again(compared: list[str]) -> None:
    reports = [told(number, TEXT + "abc"[number]) for number in range(3)]

    counted = grading.regrade(reports[0], reports)
    looked_at = len(compared)
    given = grading.regrade(reports[0], reports, sources=1)

    assert (given, len(compared)) == (counted, looked_at)
