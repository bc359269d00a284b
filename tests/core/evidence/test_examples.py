"""Every example beside the word lists is read as it states."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.core.evidence import ardenya

ROWS = ardenya.examples()


@pytest.mark.parametrize(
    ("language", "row"), ROWS, ids=lambda part: part if isinstance(part, str) else part["text"][:30]
)
def test_example_is_read_as_it_states(language, row):
    role = "can_focal_point" if row["from"] else "citizen_unregistered"
    readings = ardenya.read(row["text"], at=row["from"], role=role)
    events = {code.value for reading in readings for code in reading.events}

    assert readings[0].kind.value == row["kind"]
    assert events == set(row["events"].split())
    assert readings[0].priority.value <= row["priority"]


def test_each_language_has_at_least_25_examples_in_two_halves():
    rows = Counter(language for language, _ in ROWS)
    halves = {(language, row["half"]) for language, row in ROWS}

    assert set(rows) == {"ar", "en", "fr", "sw"}
    assert min(rows.values()) >= 25
    assert {(language, half) for language in rows for half in ("design", "held_out")} <= halves
