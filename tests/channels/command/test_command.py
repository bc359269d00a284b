"""What a message given on the command line promises beyond its fixtures."""

from __future__ import annotations

from datetime import UTC, datetime

from tocsin.channels.command import adapter
from tocsin.core.reference.results import Problem

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_arguments_fill_the_message() -> None:
    given = {"text": "armed men", "place": "Oru", "language": "en", "sender": "J", "at": "2027-03-01T11:00Z"}

    found = adapter.read(given, received_at=NOON)

    assert isinstance(found, tuple)
    assert (found[0].text, found[0].place_hint, found[0].language_hint) == ("armed men", "Oru", "en")
    assert found[0].claimed_at == datetime(2027, 3, 1, 11, tzinfo=UTC)


def test_a_place_without_text_is_refused() -> None:
    found = adapter.read({"place": "Oru"}, received_at=NOON)

    assert isinstance(found, Problem)
    assert found.code == "CHN-005"
