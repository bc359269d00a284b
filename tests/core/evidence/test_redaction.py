"""Wider eyes see no number and no name; places and dates stay."""

from __future__ import annotations

import pytest

from tocsin.core.evidence.redaction import redact

KEEP = ["Abu Serrif", "Black Bands", "FAA", "Oulanga"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("call +000 555 0101 now", "call [number] now"),
        ("appelez le 0005550101", "appelez le [number]"),
        ("اتصل ٠٠٠٥٥٥٠١٠١", "اتصل [number]"),
        ("write to ab@example.org", "write to [address]"),
        ("Chief Kaboro said it", "Chief [name] said it"),
        ("le chef Kaboro Nzala a dit", "le chef [name] a dit"),
        ("my name is kaboro", "my name is [name]"),
        ("jina langu ni Amina", "jina langu ni [name]"),
        ("اسمي كابورو", "اسمي [name]"),
        ("hier Jean Mukendi est parti", "hier [name] est parti"),
    ],
)
def test_numbers_and_names_are_taken_out(text, clean):
    assert redact(text, keep=KEEP).text == clean


@pytest.mark.parametrize(
    "text",
    [
        "Black Bands attack Abu Serrif",
        "5.1642, 26.2411 near Oulanga",
        "2027-03-10 a 18h15",
        "FAA at Oulanga 1430, 40 men",
        "Les FPL sont entrés",
    ],
)
def test_places_actors_dates_and_counts_stay(text):
    assert redact(text, keep=KEEP).text == text


def test_cuts_are_positions_in_the_original():
    text = "Chief Kaboro, +000 555 0101"
    found = redact(text)

    assert [text[cut.start : cut.end] for cut in found.cuts] == ["Kaboro", "+000 555 0101"]
    assert [cut.kind for cut in found.cuts] == ["name", "number"]
