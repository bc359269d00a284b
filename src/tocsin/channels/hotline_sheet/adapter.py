"""Read the call sheet that an operator fills while someone speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tocsin.core.evidence.decoding import (
    MAX_BODY_BYTES,
    MAX_CONTACT_CHARACTERS,
    Fields,
    is_too_large,
    read_fields,
    read_moment,
    require_zone,
)
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CONSENTS: Final = (
    "none", "anon_use", "contact_ok", "share_named", "referral_only", "withdrawn",
)  # fmt: skip
_YES: Final = frozenset({"yes", "y", "true", "1", "on", "oui", "نعم"})
_NO: Final = frozenset({"no", "n", "false", "0", "off", "non", "لا"})


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the call as one message; only a sheet with neither what nor where is refused.

    The operator sits before the sheet, so a refusal can be mended at once.
    """
    moment = require_zone(received_at)
    size = is_too_large(payload)
    if size is not None:
        return Problem("CHN-001", "call sheet", {"bytes": size, "limit": MAX_BODY_BYTES, "permanent": True})
    sheet = read_fields(payload)
    text = _composed(sheet)
    if not text:
        return Problem("CHN-003", "call sheet", {"permanent": True})
    claimed_at, time_doubts = read_moment(sheet.get("called_at"), received_at=moment)
    consent, consent_doubts = _consent(sheet.get("consent"))
    number = sheet.get("caller_number")[:MAX_CONTACT_CHARACTERS]
    said_nothing = () if sheet.get("what") or sheet.raw else ("text_empty",)
    return (
        Message(
            channel=Channel.HOTLINE,
            text=text,
            received_at=moment,
            contact=Hidden(number) if number else None,
            vendor_id=sheet.get("call_id"),
            claimed_at=claimed_at,
            sender_role=sheet.get("caller_role"),
            place_hint=sheet.get("place"),
            language_hint=sheet.get("language"),
            doubts=(*sheet.doubts, *said_nothing, *time_doubts, *consent_doubts),
            consent=consent,
            callback_ok=_yes_or_no(sheet.get("callback_ok")),
        ),
    )


def _composed(sheet: Fields) -> str:
    """Return what was said, one line each, without headings: the reader knows no form of ours."""
    if sheet.raw is not None:
        return sheet.raw.strip()
    lines = (sheet.get("what"), sheet.get("place"), sheet.get("when"), sheet.get("who"))
    return "\n".join(line for line in lines if line) if lines[0] or lines[1] else ""


def _consent(answer: str) -> tuple[str, tuple[str, ...]]:
    code = answer.lower().replace("-", "_")
    if not code:
        return "", ("consent_not_asked",)
    return (code, ()) if code in CONSENTS else ("", ("consent_not_understood",))


def _yes_or_no(answer: str) -> bool | None:
    word = answer.lower()
    return True if word in _YES else False if word in _NO else None
