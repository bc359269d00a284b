"""A message sent again is one message; two messages stay two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.core.evidence.identity import content_hash, dedupe_key
from tocsin.core.reference.terms import Channel

NOON = datetime(2027, 3, 1, 12, 0, 10, tzinfo=UTC)


def test_the_gateways_number_decides_where_there_is_one() -> None:
    first = dedupe_key(Channel.SMS, "gw-1:8731", "h1", text="armed men", received_at=NOON)
    again = dedupe_key(Channel.SMS, "gw-1:8731", "h1", text="armed  men", received_at=NOON + timedelta(days=2))
    other = dedupe_key(Channel.SMS, "gw-2:8731", "h1", text="armed men", received_at=NOON)

    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("text", "handle", "later_s", "same"),
    [
        ("armed men", "h1", 30, True),
        ("armed men ", "h1", 0, True),
        ("armed men", "h1", 60, False),
        ("armed men", "h2", 0, False),
        ("armed man", "h1", 0, False),
    ],
)
def test_without_a_number_words_sender_and_minute_decide(text: str, handle: str, later_s: int, same: bool) -> None:
    first = dedupe_key(Channel.SMS, "", "h1", text="armed men", received_at=NOON)

    second = dedupe_key(Channel.SMS, "", handle, text=text, received_at=NOON + timedelta(seconds=later_s))

    assert (first == second) is same


def test_an_accent_written_two_ways_is_one_accent() -> None:
    assert content_hash("brûle\u0301") == content_hash("bru\u0302le\u0301")
    assert content_hash("brule") != content_hash("brûle")


def test_parts_cannot_run_together() -> None:
    one = dedupe_key(Channel.SMS, "", "ab", text="c", received_at=NOON)
    two = dedupe_key(Channel.SMS, "", "a", text="bc", received_at=NOON)

    assert one != two


def test_a_key_needs_a_moment_with_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dedupe_key(Channel.SMS, "", "h", text="x", received_at=datetime(2027, 3, 1))
