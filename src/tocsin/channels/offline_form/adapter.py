"""Read a report that waited on a telephone: one small JSON object, the same however often it is sent."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tocsin.core.evidence.decoding import (
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

# What a slow and lossy line carries in one go; the page counts with this number too.
MAX_BYTES: Final = 2048
# Older than this on arrival, and whoever reads it must not take it for news.
_OLD: Final = timedelta(hours=6)
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the report as one message; only one with neither text nor place is refused."""
    moment = require_zone(received_at)
    size = is_too_large(payload, limit=MAX_BYTES)
    if size is not None:
        return Problem("CHN-001", "offline form", {"bytes": size, "limit": MAX_BYTES, "permanent": True})
    form = read_fields(payload)
    text = form.raw.strip() if form.raw is not None else form.get("text")
    if not text and not form.get("place"):
        return Problem("CHN-004", "offline form", {"permanent": True})
    claimed_at, time_doubts = read_moment(form.get("made_at"), received_at=moment)
    point, point_doubts = _point(form)
    number, number_doubts = _number(form.get("id"))
    contact = form.get("contact")[:MAX_CONTACT_CHARACTERS]
    old = ("waited_long",) if claimed_at is not None and moment - claimed_at > _OLD else ()
    doubts = (*form.doubts, *(() if text else ("text_empty",)), *number_doubts, *time_doubts, *point_doubts, *old)
    return (
        Message(
            channel=Channel.OFFLINE_FORM,
            text="\n".join(part for part in (text, point) if part),
            received_at=moment,
            contact=Hidden(contact) if contact else None,
            vendor_id=number,
            claimed_at=claimed_at,
            place_hint=form.get("place"),
            language_hint=form.get("language"),
            doubts=doubts,
            callback_ok=True if contact else None,
        ),
    )


def _number(given: str) -> tuple[str, tuple[str, ...]]:
    """Return the number the telephone gave the report; without a good one its words must tell it apart."""
    return (given, ()) if _ID.fullmatch(given) else ("", ("form_number_missing",))


def _point(form: Fields) -> tuple[str, tuple[str, ...]]:
    """Return the point as a line that the reader of texts understands, empty where none was given."""
    lat, lon = form.get("lat"), form.get("lon")
    if not lat and not lon:
        return "", ()
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        return "", ("point_not_understood",)
    if not (math.isfinite(north) and math.isfinite(east) and abs(north) <= 90 and abs(east) <= 180):
        return "", ("point_not_understood",)
    return f"{north:.5f}, {east:.5f}", ()
