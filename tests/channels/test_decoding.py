"""Any bytes become text that can be kept, and a guess is called a guess."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.evidence.decoding import clean, decode, read_fields, read_moment

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "text", "doubts"),
    [
        ("école".encode(), "école", ()),
        ("\ufeffécole".encode(), "école", ()),
        ("école".encode("latin-1"), "école", ("decoded_as_latin_1",)),
        ("école à Tesh".encode("utf-16"), "école à Tesh", ("decoded_as_utf_16",)),
        ("school".encode("utf-16-be"), "school", ("decoded_as_utf_16",)),
        ("school".encode("utf-16-le"), "school", ("decoded_as_utf_16",)),
        ("مسلحون".encode("utf-16-be"), "مسلحون", ("decoded_as_utf_16",)),
        (b"a\x00bcdefg", "abcdefg", ("nul_removed",)),
    ],
)
def test_each_encoding_is_read_and_a_guess_is_doubted(body: bytes, text: str, doubts: tuple[str, ...]) -> None:
    found = decode(body)

    assert (found.text, found.doubts) == (text, doubts)


def test_two_halves_of_one_character_are_joined_and_one_alone_is_replaced() -> None:
    assert clean("\ud83d\udd25") == clean("🔥")
    assert clean("x\ud83d").text == "x\ufffd"


@given(st.binary(max_size=200))
def test_what_is_decoded_can_always_be_stored(body: bytes) -> None:
    text = decode(body).text

    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    ("value", "expected", "doubts"),
    [
        ("2027-03-01T12:00:00+01:00", datetime(2027, 3, 1, 11, tzinfo=UTC), ()),
        (1803898800, datetime(2027, 3, 1, 11, tzinfo=UTC), ()),
        ("1803898800000", datetime(2027, 3, 1, 11, tzinfo=UTC), ()),
        ("2027-03-01T12:00:00", None, ("time_without_zone",)),
        ("soon", None, ("time_not_understood",)),
        (float("inf"), None, ("time_not_understood",)),
        (True, None, ()),
        ("", None, ()),
        (None, None, ()),
    ],
)
def test_a_time_that_is_not_certain_stays_unknown(
    value: Any, expected: datetime | None, doubts: tuple[str, ...]
) -> None:
    assert read_moment(value, received_at=NOON) == (expected, doubts)


def test_fields_come_as_mapping_json_or_form_and_anything_else_stays_whole() -> None:
    assert read_fields({"place": " Oru "}).get("place") == "Oru"
    assert read_fields(b'{"place": "Oru"}').get("place") == "Oru"
    assert read_fields(b"place=Oru&text=").get("place") == "Oru"
    assert read_fields(b"they come = tonight").raw == "they come = tonight"
