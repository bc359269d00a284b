"""Read the sheet that is filled in while somebody who came to a base or a gate tells what they know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tocsin.core.evidence.decoding import MAX_CONTACT_CHARACTERS, read_fields, read_moment, require_zone, too_large
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CONSENTS: Final = frozenset({"none", "anon_use", "contact_ok", "share_named", "referral_only", "withdrawn"})
_HAND: Final = {"yes": True, "no": False}


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the visit as one message; only a sheet with neither what nor where is refused."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "visit sheet")) is not None:
        return large
    sheet = read_fields(payload)
    lines = [sheet.get(name) for name in ("what", "place", "when", "who")]
    text = sheet.raw.strip() if sheet.raw is not None else "\n".join(line for line in lines if line)
    if not text or (sheet.raw is None and not (lines[0] or lines[1])):
        return Problem("CHN-003", "visit sheet", {"permanent": True})
    came_at, time_doubts = read_moment(sheet.get("came_at"), received_at=moment)
    consent = sheet.get("consent").lower()
    asked = () if consent in CONSENTS else ("consent_not_understood",) if consent else ("consent_not_asked",)
    contact = (sheet.get("contact") or sheet.get("from"))[:MAX_CONTACT_CHARACTERS]
    return (
        Message(
            channel=Channel.WALK_IN,
            text=text,
            received_at=moment,
            contact=Hidden(contact) if contact else None,
            vendor_id=sheet.get("visit_id"),
            claimed_at=came_at,
            sender_role=sheet.get("role"),
            place_hint=sheet.get("place"),
            language_hint=sheet.get("language"),
            doubts=(*sheet.doubts, *(() if lines[0] or sheet.raw else ("text_empty",)), *time_doubts, *asked),
            consent=consent if consent in CONSENTS else "",
            callback_ok=_HAND.get(sheet.get("callback_ok").lower()),
        ),
    )
