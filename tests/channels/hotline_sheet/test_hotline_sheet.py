"""What the call sheet promises beyond its fixtures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tocsin.channels.hotline_sheet import adapter
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Problem

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SHEET = {
    "call_id": "C-0412", "caller_role": "can_focal_point", "caller_number": "+000 555 0102", "place": "Oru",
    "language": "en", "what": "Men took six boys", "when": "last night", "who": "unknown men",
    "callback_ok": "yes", "consent": "anon_use",
}  # fmt: skip


def read_one(sheet: dict[str, str]) -> Message:
    found = adapter.read(sheet, received_at=NOON)
    assert isinstance(found, tuple)
    return found[0]


def test_the_text_holds_only_what_the_caller_said() -> None:
    message = read_one(SHEET)

    assert message.text == "Men took six boys\nOru\nlast night\nunknown men"
    assert (message.place_hint, message.sender_role, message.consent) == ("Oru", "can_focal_point", "anon_use")


@pytest.mark.parametrize(
    ("answer", "expected"), [("yes", True), ("OUI", True), ("لا", False), ("no", False), ("", None), ("later", None)]
)
def test_a_call_back_is_allowed_refused_or_not_asked(answer: str, expected: bool | None) -> None:
    assert read_one({**SHEET, "callback_ok": answer}).callback_ok is expected


def test_a_place_alone_is_a_signal_and_a_time_alone_is_nothing() -> None:
    signal = adapter.read({"place": "Oru", "when": "now"}, received_at=NOON)
    nothing = adapter.read({"when": "now"}, received_at=NOON)

    assert isinstance(signal, tuple)
    assert "text_empty" in signal[0].doubts
    assert isinstance(nothing, Problem)
    assert nothing.code == "CHN-003"
