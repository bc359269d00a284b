"""Read the public form: no account, no script needed, and a contact only if one is offered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tocsin.core.evidence.decoding import (
    MAX_BODY_BYTES,
    MAX_CONTACT_CHARACTERS,
    is_too_large,
    read_fields,
    require_zone,
)
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

# A field that people do not see. Browsers fill it in for some of them, so that what it catches
# goes to the slow lane with a doubt and is never thrown away.
HONEYPOT: Final = "website"


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the form as one message; only a form with neither text nor place is refused."""
    moment = require_zone(received_at)
    size = is_too_large(payload)
    if size is not None:
        return Problem("CHN-001", "web form", {"bytes": size, "limit": MAX_BODY_BYTES, "permanent": True})
    form = read_fields(payload)
    text = form.raw.strip() if form.raw is not None else form.get("text")
    if not text and not form.get("place"):
        return Problem("CHN-004", "web form", {"permanent": True})
    contact = form.get("contact")[:MAX_CONTACT_CHARACTERS]
    doubts = (*form.doubts, *(() if text else ("text_empty",)), *(("honeypot_filled",) if form.get(HONEYPOT) else ()))
    return (
        Message(
            channel=Channel.WEB_FORM,
            text=text,
            received_at=moment,
            contact=Hidden(contact) if contact else None,
            vendor_id=form.get("form_id"),
            place_hint=form.get("place"),
            language_hint=form.get("language"),
            doubts=doubts,
            callback_ok=True if contact else None,
        ),
    )
