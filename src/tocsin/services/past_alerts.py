"""Alerts put together with what was known around them, so that a policy can be laid beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tocsin.core.assessment.cases import Case, Ledger, judge_case, judge_each_way
from tocsin.core.assessment.pictures import build_pictures
from tocsin.core.assessment.types import AreaPicture, Imminence, ImminencePolicy
from tocsin.core.evidence.types import Reading
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Interpretation
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert.places import place as place_value
from tocsin.store.queries import policy as read

judge = judge_case


@dataclass(frozen=True, slots=True)
class ReadThreeWays:
    """One alert, and what each reading of the word makes of it."""

    alert: Any
    found: Mapping[Interpretation, Imminence]


def read_each_way(
    viewer: Viewer, policy: ImminencePolicy, *, since: datetime, until: datetime
) -> tuple[ReadThreeWays, ...]:
    """Return the alerts of a stretch of time under the narrow, the broad and the continuous reading."""
    access.require(viewer, "read", "alert")
    rows = _newest(viewer, since, until)
    cases = _cases(rows, read.told_of(rows))
    found = judge_each_way(cases, policy)
    return tuple(ReadThreeWays(row, one) for row, one in zip(rows, found, strict=True))


def cases_of_period(viewer: Viewer, *, since: datetime, until: datetime) -> tuple[Case, ...]:
    """Return the alerts opened in a stretch of time as they could be seen when they were opened."""
    rows = _newest(viewer, since, until)
    return _cases(rows, read.told_of(rows))


def cases_open(viewer: Viewer, *, as_of: datetime) -> tuple[Case, ...]:
    """Return the open alerts as they can be seen now."""
    return tuple(case for _row, case in open_with_cases(viewer, as_of=as_of))


def open_with_cases(viewer: Viewer, *, as_of: datetime) -> tuple[tuple[Any, Case], ...]:
    """Return each open alert with what is known around it at `as_of`."""
    rows = read.alerts_open(viewer)
    told = read.told_of(rows, with_later=True)
    return tuple(zip(rows, _cases(rows, told, at=as_of), strict=True))


def held_by(alert: Any) -> Imminence:
    """Return the judgement that an alert carries, with the version and the reasons it was made by."""
    reasons = tuple(Because.from_json(one) for one in alert.because)
    return Imminence(ImminenceState(alert.imminence), alert.policy_version, reasons)


def _newest(viewer: Viewer, since: datetime, until: datetime) -> list[Any]:
    most = int(rules.value("assessment.policy.past_alerts", until))
    return read.alerts_of_period(viewer, since=since, until=until, most=most)


def _cases(rows: Sequence[Any], told: Mapping[int, list[Reading]], *, at: datetime | None = None) -> tuple[Case, ...]:
    if not rows:
        return ()
    moments = [at or row.opened_at for row in rows]
    first, last = min(moments), max(moments)
    known = read.ledger(since=first - _memory(first), first_at=first, until=last)
    return tuple(
        Case(row.ref, moment, tuple(told.get(row.pk, ())), _picture(row, known, moment))
        for row, moment in zip(rows, moments, strict=True)
    )


def _picture(row: Any, known: Ledger, as_of: datetime) -> AreaPicture | None:
    """Return what was known around an alert at a moment, None while nobody knows where it is."""
    place = place_value(row.place) if row.place else None
    if place is None and row.lat is not None and row.lon is not None:
        place = Place(row.ref, row.place_text, Point(row.lat, row.lon))
    if place is None:
        return None
    radius_km = float(rules.value("assessment.radius_km", as_of))
    near = known.around(place.point, km=radius_km, as_of=as_of, since=as_of - _memory(as_of))
    return build_pictures([place], near, (), (), {}, as_of=as_of)[0]


def _memory(as_of: datetime) -> timedelta:
    return timedelta(days=rules.value("assessment.memory_days", as_of))
