"""One message out of pieces: parts in any order and with gaps, calls one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

# What stands where one part of a long message never came.
MISSING_PART: Final = "[…]"


def join_parts(parts: Mapping[int, str], total: int | None) -> tuple[str, int]:
    """Return the text of the parts in their order, and how many are missing; a gap shows as one mark.

    Examples
    --------
    >>> join_parts({3: "tonight", 1: "They will "}, 3)
    ('They will […]tonight', 1)
    """
    last = total or max(parts, default=0)
    missing = [place for place in range(1, last + 1) if place not in parts]
    gaps = {place for place in missing if place - 1 not in missing}
    return "".join(parts.get(place, MISSING_PART if place in gaps else "") for place in range(1, last + 1)), len(
        missing
    )


def said_of_calls(calls: int, first: datetime, last: datetime, *, zone: tzinfo) -> str:
    """Return calls that nobody answered as the words of one message, in the mission's own time.

    Examples
    --------
    >>> from datetime import UTC
    >>> said_of_calls(3, datetime(2027, 3, 5, 1, 11, tzinfo=UTC), datetime(2027, 3, 5, 1, 13, tzinfo=UTC), zone=UTC)
    '[3 missed calls 01:11-01:13]'
    """
    start, end = (moment.astimezone(zone).strftime("%H:%M") for moment in (first, last))
    if calls == 1:
        return f"[1 missed call {start}]"
    return f"[{calls} missed calls {start}-{end}]" if start != end else f"[{calls} missed calls {start}]"
