"""The rate of response, honestly: by class and by timing, each share with what it divides, unknown apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.alerts.types import Clocks
from tocsin.core.reference.terms import Priority, ResponseClass, ResponseTiming

UNCONFIRMED_AFTER: Final = timedelta(hours=24)
# Days by which a backlog is told apart; the last stretch has no end.
AGES: Final = (1, 7, 30, 60)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. `share` is None where there is nothing to divide by."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """Return the share, 0 to 1."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Answered:
    """One alert and the moments of the answer to it. None: it has not happened, or nobody wrote it down.

    `response` None: no class of response is on record. `harm_at` is when the first harm on record
    began. `is_harm_known` tells whether anybody looked for harm; `is_false` whether it was a false
    alarm, None while nobody has said.
    """

    ref: str
    priority: Priority
    opened_at: datetime
    place: str = ""
    event_at: datetime | None = None
    reported_at: datetime | None = None
    triaged_at: datetime | None = None
    call_asked_at: datetime | None = None
    called_back_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    moved_at: datetime | None = None
    arrived_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    delegated_at: datetime | None = None
    confirmed_at: datetime | None = None
    response: ResponseClass | None = None
    timing: ResponseTiming = ResponseTiming.UNKNOWN
    harm_at: datetime | None = None
    is_harm_after: bool = False
    is_harm_known: bool = False
    is_false: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """How long one step took, in minutes. `known` is of how many of those it could concern it is on record.

    `in_time` counts those that were due: one still within its limit is in neither figure; its `of`
    is 0 where the step has no limit.
    """

    name: str
    known: Share
    median_min: float | None
    p90_min: float | None
    in_time: Share


@dataclass(frozen=True, slots=True)
class Rate:
    """The figures of a period. `by` counts alerts by class (None: not on record) and timing."""

    alerts: int
    by: Mapping[tuple[ResponseClass | None, ResponseTiming], int]
    spans: tuple[Span, ...]
    delegated_unconfirmed: Share
    harmed_after_warning: Share
    false_alarms: Share
    feedback: Share
    harmed: tuple[Answered, ...]

    def of_class(self, found: ResponseClass | None) -> Share:
        """Return how many alerts had a class of response, of all."""
        return Share(sum(n for (one, _), n in self.by.items() if one is found), self.alerts)

    def of_timing(self, timing: ResponseTiming) -> Share:
        """Return how many alerts had their response then, of all."""
        return Share(sum(n for (_, one), n in self.by.items() if one is timing), self.alerts)

    def cell(self, found: ResponseClass | None, timing: ResponseTiming) -> Share:
        """Return how many alerts had a class of response at that time, of all."""
        return Share(self.by.get((found, timing), 0), self.alerts)


Moment = Callable[[Answered], datetime | None]
_STEPS: Final[tuple[tuple[str, Moment, Moment, Callable[[Clocks], timedelta | None]], ...]] = (
    ("report", lambda one: one.event_at, lambda one: one.reported_at, lambda clocks: None),
    ("triage", lambda one: one.opened_at, lambda one: one.triaged_at, lambda clocks: clocks.triage),
    ("call_back", lambda one: one.call_asked_at, lambda one: one.called_back_at, lambda clocks: clocks.call_back),
    ("acknowledge", lambda one: one.opened_at, lambda one: one.acknowledged_at, lambda clocks: clocks.acknowledge),
    ("decide", lambda one: one.opened_at, lambda one: one.decided_at, lambda clocks: clocks.decide),
    ("move", lambda one: one.opened_at, lambda one: one.moved_at, lambda clocks: clocks.move),
    ("arrive", lambda one: one.opened_at, lambda one: one.arrived_at, lambda clocks: None),
    ("feedback", lambda one: one.opened_at, lambda one: one.feedback_at, lambda clocks: clocks.feedback),
)
STEPS: Final = tuple(name for name, *_ in _STEPS)


def rate(answered: Sequence[Answered], *, as_of: datetime) -> Rate:
    """Return the figures of the response to these alerts, as they stood at `as_of`.

    Never one mixed number: "85 per cent answered" says nothing unless it says who came, and when.

    Notes
    -----
    Source: key figures and response classes of the early warning doctrine.
    Limits: counts what is on record. A step that nobody wrote down is unknown, which is not late.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    >>> come = Answered("A-1", Priority.P1, noon, response=ResponseClass.PHYSICAL_BY_MISSION)
    >>> found = rate([come, Answered("A-2", Priority.P1, noon)], as_of=noon)
    >>> found.of_class(ResponseClass.PHYSICAL_BY_MISSION), found.of_class(None).share
    (Share(count=1, of=2), 0.5)
    """
    limits = {priority: clocks_for(priority, as_of=as_of) for priority in Priority}
    looked = [one for one in answered if one.is_harm_known]
    settled = [one for one in answered if one.is_false is not None]
    delegated = [one for one in answered if one.delegated_at is not None]
    ended = [one for one in answered if one.closed_at is not None]
    return Rate(
        alerts=len(answered),
        by=Counter((one.response, one.timing) for one in answered),
        spans=tuple(_span(step, answered, limits, as_of) for step in _STEPS),
        delegated_unconfirmed=_count(_is_unconfirmed(one, as_of) for one in delegated),
        harmed_after_warning=_count(one.is_harm_after for one in looked),
        false_alarms=_count(bool(one.is_false) for one in settled),
        feedback=_count(one.feedback_at is not None for one in ended),
        harmed=tuple(one for one in answered if one.is_harm_after),
    )


def alerts_per_10k(alerts: int | None, people: int | None) -> float | None:
    """Return the alerts per 10,000 people; few may mean calm, or that nobody can call."""
    return None if alerts is None or not people else 10_000 * alerts / people


def age_bounds(as_of: datetime) -> tuple[tuple[datetime | None, datetime], ...]:
    """Return the stretches of a backlog as (from, until), the youngest first; the oldest has no beginning."""
    ends = [as_of - timedelta(days=days) for days in (0, *AGES)]
    starts: list[datetime | None] = [*ends[1:], None]
    return tuple(zip(starts, ends, strict=True))


def _span(step: Any, answered: Sequence[Answered], limits: Mapping[Priority, Clocks], as_of: datetime) -> Span:
    name, begins, ends, limit_of = step
    minutes: list[float] = []
    in_time: list[bool] = []
    concerned = 0
    for one in answered:
        start, end, limit = begins(one), ends(one), limit_of(limits[one.priority])
        if start is None:
            # A call-back that nobody asked for is none that is missing; an event without its time is unknown.
            concerned += name == "report"
            continue
        concerned += 1
        if end is not None:
            minutes.append(max((end - start).total_seconds() / 60, 0.0))
        if limit is not None and (end is not None or (as_of > start + limit and one.closed_at is None)):
            in_time.append(end is not None and end - start <= limit)
    middle, most = (float(value) for value in np.percentile(minutes, (50, 90))) if minutes else (None, None)
    return Span(name, Share(len(minutes), concerned), middle, most, _count(in_time))


def _is_unconfirmed(one: Answered, as_of: datetime) -> bool:
    """Tell whether a hand-over stood, or stood until it was confirmed, for over a day on a word alone."""
    assert one.delegated_at is not None
    return (one.confirmed_at or as_of) - one.delegated_at > UNCONFIRMED_AFTER


def _count(answers: Iterable[bool]) -> Share:
    known = list(answers)
    return Share(sum(known), len(known))
