"""The protection matrix as pages, API and briefs show it: worked out once, kept while nothing changed.

The judgement is one for the whole mission: it is made from everything on record, and what of it a
viewer sees is settled afterwards. Two people at one table never read two different categories.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import transaction

from tocsin.core.allocation.types import Coverage
from tocsin.core.assessment.types import Assessment, Imminence, MatrixLine
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Place
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Category, ImminenceState, RiskBand, Trend
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import allocation, assessment
from tocsin.services.alerting import policy_at
from tocsin.store import access
from tocsin.store.convert.places import place as place_value
from tocsin.store.queries import matrix as read
from tocsin.store.queries import plans
from tocsin.store.writes import record

T = TypeVar("T")

# The present moves on: a matrix older than this is worked out again even if nothing was written.
GOOD_FOR: Final = timedelta(minutes=15)
JUST_NOW: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """A matrix to show. `origin` is ``worked_out`` or ``kept``; `is_stale` when something was written since.

    `is_partial` when the viewer does not see every line: how many there are is then not theirs to know,
    and what they do see is never counted as if it were all.
    """

    assessment: Assessment
    made_at: datetime
    origin: str
    is_stale: bool = False
    made_by: str = ""
    is_partial: bool = False


class Shelf:
    """The newest results of this process. One thread works a result out; the others wait for it."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Return what is held under `key`, None when nothing is."""
        return self._held.get(key)

    def or_make(self, key: Hashable, make: Callable[[], T], *, is_good: Callable[[T], bool] = lambda held: True) -> T:
        """Return what is held under `key` while it is good, otherwise make it and hold it."""
        with self._lock:
            held: T | None = self._held.get(key)
            if held is None or not is_good(held):
                held = self._held[key] = make()
            self._held.move_to_end(key)
            while len(self._held) > _MOST_KEPT:
                self._held.popitem(last=False)
            return held

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()


_shelf = Shelf()


def forget() -> None:
    """Forget every matrix this process holds."""
    _shelf.clear()


def show(viewer: Viewer, *, as_of: datetime | None, now: datetime, afresh: bool = False) -> Shown:
    """Return the matrix as the viewer may see it at `as_of` (None: the present).

    The present is shown from this process while nothing was written since, otherwise from the newest
    kept assessment, otherwise it is worked out. `afresh` works it out whatever is kept.
    """
    access.require(viewer, "read", "matrix")
    found = _past(as_of, now) if as_of is not None else _present(now, afresh=afresh)
    with transaction.atomic():
        record.note_many(viewer, "matrix_read", [], at=now)
    allowed = read.places_open_to(viewer)
    if allowed is None:
        return found
    lines = tuple(line for line in found.assessment.lines if line.place.ref in allowed)
    return replace(found, assessment=replace(found.assessment, lines=lines), is_partial=True)


def cover(viewer: Viewer, shown: Shown, *, within_h: float, night: bool, now: datetime) -> Coverage:
    """Return who can be reached of a matrix that is shown, kept while nothing it rests on changed."""
    access.require(viewer, "read", "coverage")
    with transaction.atomic():
        record.note_many(viewer, "coverage_read", [], at=now)
    found = shown.assessment
    key = ("coverage", found.as_of, found.rules_digest, len(found.lines), read.store_stamp(), within_h, night)

    def make() -> Coverage:
        return allocation.cover(SYSTEM, as_of=found.as_of, now=now, within_h=within_h, night=night, assessed=found)

    return _shelf.or_make(key, make)


def line_of(viewer: Viewer, place: str, *, as_of: datetime | None, now: datetime) -> tuple[MatrixLine, datetime] | None:
    """Return the newest line of one place and the moment it judges, without working anything out.

    None when nothing is held or kept, or the viewer may not read the matrix.
    """
    if access.why_not(viewer, "read", "matrix") is not None:
        return None
    moment = as_of or now
    held: Shown | None = _shelf.get(_key("present" if as_of is None else as_of, moment))
    if held is not None:
        found = next((line for line in held.assessment.lines if line.place.ref == place), None)
        return (found, held.assessment.as_of) if found else None
    run = plans.newest_run(viewer, moment)
    row = read.kept_line(viewer, run, place) if run else None
    return (line_from_json(row.values, place_value(row.place)), run.as_of) if row and run else None


def road_network(as_of: datetime) -> RoadNetwork:
    """Return the roads as they were known at `as_of`, kept while nothing changed."""
    key = ("network", as_of.date(), read.store_stamp())
    return _shelf.or_make(key, lambda: allocation.network(SYSTEM, as_of))


def _present(now: datetime, *, afresh: bool) -> Shown:
    key = _key("present", now)
    held: Shown | None = _shelf.get(key)
    if not afresh and (held is None or now - held.made_at > GOOD_FOR):
        run = plans.newest_run(SYSTEM, now)
        if run is not None:
            return _kept(run, now)
    good_for = JUST_NOW if afresh else GOOD_FOR
    return _shelf.or_make(key, lambda: _work_out(now, now), is_good=lambda one: now - one.made_at <= good_for)


def _past(as_of: datetime, now: datetime) -> Shown:
    return _shelf.or_make(_key(as_of, as_of), lambda: _work_out(as_of, now))


def _key(what: Hashable, as_of: datetime) -> Hashable:
    return ("matrix", what, policy_at(as_of).version, rules.digest(as_of), read.store_stamp())


def _work_out(as_of: datetime, now: datetime) -> Shown:
    return Shown(assessment.assess(SYSTEM, as_of=as_of, now=now), now, "worked_out")


def _kept(run: Any, now: datetime) -> Shown:
    """Return a kept assessment, and whether anything was written since."""

    def make() -> Shown:
        rows = plans.lines_of(SYSTEM, run)
        lines = tuple(line_from_json(row.values, place_value(row.place)) for row in rows)
        kept = Assessment(run.as_of, run.policy_version, run.rules_digest, lines)
        return Shown(kept, run.made_at, "kept", made_by=run.made_by)

    held = _shelf.or_make(("kept", run.pk), make)
    is_stale = now - run.as_of > GOOD_FOR or read.was_written_after(run.made_at, but=f"X-{run.pk:06d}")
    return replace(held, is_stale=is_stale)


def line_from_json(values: Mapping[str, Any], place: Place) -> MatrixLine:
    """Return the line that `MatrixLine.as_json` wrote, at its place as it is known today."""
    last = values.get("last_incident_at")
    return MatrixLine(
        place=place,
        category=Category(values["category"]),
        threat=values["threat"],
        vulnerability=values["vulnerability"],
        risk=values["risk"],
        band=RiskBand(values["band"]),
        trend=Trend(values["trend"]),
        imminence=Imminence(ImminenceState(values["imminence"]), values["policy_version"], ()),
        reasons=tuple(Because.from_json(one) for one in values["reasons"]),
        evidence=tuple(values["evidence"]),
        unknowns=tuple(values["unknowns"]),
        last_incident_at=datetime.fromisoformat(last) if last else None,
        grade=values.get("grade") or "",
        risk_low=values.get("risk_low"),
        risk_high=values.get("risk_high"),
    )
