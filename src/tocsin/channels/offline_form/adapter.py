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
# More than a slow line explains: the telephone's clock is wrong, and so is the moment it wrote down.
_CLOCK: Final = timedelta(minutes=5)
_CONSENTS: Final = frozenset({"none", "anon_use", "contact_ok"})
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0"})
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return the report as one message; only one with neither text nor place is refused."""
    moment = require_zone(received_at)
    size = is_too_large(payload, limit=MAX_BYTES)
    if size is not None:
        return Problem("CHN-001", "offline form", {"bytes": size, "limit": MAX_BYTES, "permanent": True})
    form = read_fields(payload)
    text = _composed(form)
    if not text and not form.get("place"):
        return Problem("CHN-004", "offline form", {"permanent": True})
    claimed_at, time_doubts = read_moment(form.get("made_at"), received_at=moment)
    point, point_doubts = _point(form)
    number, number_doubts = _number(form.get("id"))
    contact = form.get("contact")[:MAX_CONTACT_CHARACTERS]
    said_nothing = () if form.get("text") or form.raw else ("text_empty",)
    waited = _waited(claimed_at, form.get("sent_at"), moment)
    doubts = (*form.doubts, *said_nothing, *number_doubts, *time_doubts, *point_doubts, *waited)
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
            consent=form.get("consent") if form.get("consent") in _CONSENTS else "",
            callback_ok=_wants_call(form.get("callback"), contact),
        ),
    )


def _composed(form: Fields) -> str:
    """Return what was written, one line each, without headings: the reader of texts knows no form of ours."""
    if form.raw is not None:
        return form.raw.strip()
    return "\n".join(line for name in ("text", "when", "who", "count") if (line := form.get(name)))


def _waited(made_at: datetime | None, sent_at: str, received_at: datetime) -> tuple[str, ...]:
    """Return what is doubtful about the time: both moments of a wrong clock still tell how long it waited."""
    left_at, _ = read_moment(sent_at, received_at=received_at)
    wrong = ("phone_clock_wrong",) if left_at is not None and abs(received_at - left_at) > _CLOCK else ()
    old = made_at is not None and (left_at or received_at) - made_at > _OLD
    return (*wrong, "waited_long") if old else wrong


def _wants_call(answer: str, contact: str) -> bool | None:
    word = answer.lower()
    return True if word in _YES else False if word in _NO else True if contact else None


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
    # As many digits as were given: a point that was rounded on purpose must not come out exact.
    return f"{_digits(lat, north)}, {_digits(lon, east)}", ()


def _digits(given: str, degrees: float) -> str:
    return f"{degrees:.{min(max(len(given.partition('.')[2]), 2), 5)}f}"
