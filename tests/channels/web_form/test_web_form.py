"""What the public form promises beyond its fixtures."""

from __future__ import annotations

from datetime import UTC, datetime

from tocsin.channels.web_form import adapter

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_what_the_trap_catches_waits_and_is_not_thrown_away() -> None:
    form = {"text": "they come back tonight", "place": "Oru"}

    plain = adapter.read({**form, "website": ""}, received_at=NOON)
    caught = adapter.read({**form, "website": "x"}, received_at=NOON)

    assert isinstance(plain, tuple)
    assert isinstance(caught, tuple)
    assert plain[0].doubts == ()
    assert caught[0].doubts == ("honeypot_filled",)
    assert caught[0].text == plain[0].text


def test_who_leaves_no_contact_is_not_said_to_refuse_a_call() -> None:
    found = adapter.read({"text": "x"}, received_at=NOON)

    assert isinstance(found, tuple)
    assert found[0].contact is None
    assert found[0].callback_ok is None
