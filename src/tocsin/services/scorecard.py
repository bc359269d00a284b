"""The scorecard of this mission: its own warnings against its own harm, for what the viewer may see."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

from tocsin.core.lessons.response import Answered
from tocsin.core.lessons.scorecard import Sheet, scorecard
from tocsin.core.lessons.scorecard_values import Ledger, Settlement, Terms
from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import Viewer
from tocsin.services.local_time import mission_offset
from tocsin.services.refusals import Refusal
from tocsin.store import access
from tocsin.store.queries import matrix, places, response
from tocsin.store.queries import scorecard as read

LONGEST: Final = timedelta(days=3 * 366)
USUAL: Final = timedelta(days=180)
# The clock moves on: what is over is worked out anew after so long even when nothing was written.
GOOD_FOR: Final = timedelta(seconds=120)
_MOST_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """The period, and the moment whose knowledge counts; `as_of` None is now. `seed` is where luck starts."""

    since: datetime
    until: datetime
    as_of: datetime | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures, and whether they are of all there is: `is_whole` False counts only what the viewer may see."""

    asked: Asked
    as_of: datetime
    sheet: Sheet
    is_whole: bool


_shelf: dict[Any, tuple[Any, datetime, Shown]] = {}
_lock = threading.Lock()


def sheet(viewer: Viewer, asked: Asked, *, now: datetime) -> Shown:
    """Return the scorecard of a period as far as the viewer sees alerts and incidents; drills are never in it.

    Raises
    ------
    Refusal
        When the period ends before it begins or is too long.
    """
    for kind in ("alert", "incident"):
        access.require(viewer, "read", kind)
    if not timedelta(0) < asked.until - asked.since <= LONGEST:
        raise Refusal(Because("scorecard.period"))
    is_now = asked.until >= now - GOOD_FOR
    key = (
        viewer.role,
        viewer.sector,
        viewer.system,
        asked.since,
        None if is_now else asked.until,
        asked.as_of,
        asked.seed,
    )
    # Incidents come in bulk too, and such a load writes no history.
    stamp = (*response.newest(viewer), *matrix.store_stamp())
    with _lock:
        held = _shelf.get(key)
    if held is not None and held[0] == stamp and timedelta(0) <= now - held[1] < GOOD_FOR:
        return held[2]
    found = _worked_out(viewer, asked, now)
    with _lock:
        _shelf[key] = (stamp, now, found)
        while len(_shelf) > _MOST_KEPT:
            _shelf.pop(next(iter(_shelf)))
    return found


def _worked_out(viewer: Viewer, asked: Asked, now: datetime) -> Shown:
    as_of = min(asked.as_of or now, now)
    until = min(asked.until, as_of)
    terms = Terms.at(as_of)
    ledger = Ledger(
        issued=read.issued(viewer, since=asked.since - terms.stands - terms.looks_back, as_of=as_of),
        attacks=read.attacks(viewer, since=asked.since - terms.stands - terms.activity, as_of=as_of),
        settlements=tuple(Settlement(one.ref, one.point, one.sector) for one in places.settlements(viewer)),
        bases=tuple(one.point for one in places.bases(viewer, as_of)),
        answered=tuple(_known(one, as_of) for one in _answered(viewer, asked.since, until)),
        tellings=read.tellings(viewer, since=asked.since, until=until) or None,
        told=read.told(viewer, since=asked.since - terms.looks_back, as_of=as_of),
    )
    found = scorecard(ledger, asked.since, until, as_of=as_of, seed=asked.seed, zone=mission_offset())
    return Shown(asked=asked, as_of=as_of, sheet=found, is_whole=read.is_whole(viewer))


def _answered(viewer: Viewer, since: datetime, until: datetime) -> list[Answered]:
    return response.answered(viewer, response.asked_for(), since=since, until=until)


def _known(one: Answered, as_of: datetime) -> Answered:
    """Return an answer without the moments that had not come yet."""
    moments = {each.name: getattr(one, each.name) for each in fields(one)}
    later = {name: None for name, at in moments.items() if isinstance(at, datetime) and at > as_of}
    return replace(one, **later)  # type: ignore[arg-type]  # names of its own fields, each of which may be unknown
