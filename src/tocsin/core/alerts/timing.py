"""When the response came seen from the harm, what kind it was, and the figures of a desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.alerts.types import Clocks, ResponseFigures, Stage, Timeline
from tocsin.core.reference.terms import ResponseClass, ResponseTiming

Moment = Callable[[Timeline], datetime | None]
Limit = Callable[[Clocks], timedelta | None]
_UNCONFIRMED_AFTER: Final = timedelta(hours=24)
_BACKLOG_AFTER: Final = timedelta(days=60)
_STAGES: Final[dict[str, tuple[Moment, Limit]]] = {
    "call_back": (lambda told: told.called_back_at, lambda clocks: clocks.call_back),
    "triage": (lambda told: told.triaged_at, lambda clocks: clocks.triage),
    "acknowledge": (lambda told: told.acknowledged_at, lambda clocks: clocks.acknowledge),
    "decide": (lambda told: told.decided_at, lambda clocks: clocks.decide),
    "move": (lambda told: told.moved_at, lambda clocks: clocks.move),
    "arrive": (lambda told: told.arrived_at, lambda clocks: None),
    "feedback": (lambda told: told.feedback_at, lambda clocks: clocks.feedback),
}


def response_class(told: Timeline) -> ResponseClass:
    """Return the highest class of response that is on record.

    Another actor's arrival counts only when an independent source confirmed it; without that the
    alert was relayed, no more.
    """
    if told.arrived_at is not None:
        return ResponseClass.PHYSICAL_BY_MISSION
    if told.other_physical_at is not None and told.is_other_confirmed:
        return ResponseClass.PHYSICAL_BY_OTHER
    if told.non_physical_at is not None:
        return ResponseClass.NON_PHYSICAL
    is_relayed = told.relayed_at or told.delegated_at or told.other_physical_at
    return ResponseClass.RELAYED_ONLY if is_relayed else ResponseClass.NONE


def response_at(told: Timeline) -> datetime | None:
    """Return when the response of the highest class came, None when there was none."""
    moment = {
        ResponseClass.PHYSICAL_BY_MISSION: told.arrived_at,
        ResponseClass.PHYSICAL_BY_OTHER: told.other_physical_at,
        ResponseClass.NON_PHYSICAL: told.non_physical_at,
        ResponseClass.RELAYED_ONLY: told.relayed_at or told.delegated_at,
        ResponseClass.NONE: None,
    }
    return moment[response_class(told)]


def response_timing(told: Timeline) -> ResponseTiming:
    """Return whether the response came before, during or after the harm.

    Unknown where there was no response, where nobody has looked for harm, or where it is not known
    how long it went on after the response came.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tocsin.core.reference.terms import Priority
    >>> opened = datetime(2024, 2, 29, 19, 0, tzinfo=UTC)
    >>> arrived = opened + timedelta(minutes=20)
    >>> harm = opened + timedelta(minutes=30)
    >>> told = Timeline("A-1", Priority.P1, opened, arrived_at=arrived, is_harm_recorded=True, harm_start_at=harm)
    >>> response_timing(told).value
    'before'
    """
    if told.is_harm_recorded is False:
        return ResponseTiming.NO_HARM
    came_at = response_at(told)
    if came_at is None or told.harm_start_at is None:
        return ResponseTiming.UNKNOWN
    if came_at < told.harm_start_at:
        return ResponseTiming.BEFORE
    if told.harm_end_at is None:
        return ResponseTiming.UNKNOWN
    return ResponseTiming.DURING if came_at <= told.harm_end_at else ResponseTiming.AFTER


def figures(timelines: Sequence[Timeline], *, as_of: datetime) -> ResponseFigures:
    """Return the figures of the response to these alerts, as they stood at `as_of`.

    Shares divide by the alerts for which the answer is known, and are None when there are none:
    "85 per cent responded" says nothing unless it says who came, and when.
    """
    classes = [(response_class(told), response_timing(told)) for told in timelines]
    limits = [clocks_for(told.priority, as_of=as_of) for told in timelines]
    answered = [told for told in timelines if told.is_harm_recorded is not None]
    settled = [told for told in timelines if told.is_false_alarm is not None]
    delegated = [told for told in timelines if told.delegated_at is not None]
    ended = [told for told in timelines if told.closed_at is not None]
    return ResponseFigures(
        alerts=len(timelines),
        stages={name: _stage(name, timelines, limits, as_of) for name in _STAGES},
        by_class=Counter(found for found, _ in classes),
        by_class_and_timing=Counter(classes),
        delegated_unconfirmed_share=_share(_is_unconfirmed(told, as_of) for told in delegated),
        harm_after_warning_share=_share(_has_harm_after(told) for told in answered),
        false_alarm_share=_share(bool(told.is_false_alarm) for told in settled),
        feedback_share=_share(told.feedback_at is not None for told in ended),
        open_over_60d=sum(told.closed_at is None and as_of - told.opened_at > _BACKLOG_AFTER for told in timelines),
    )


def alerts_per_10k(alerts: int | None, people: int | None) -> float | None:
    """Return the alerts per 10,000 people; few may mean calm, or that nobody can call."""
    return None if alerts is None or not people else 10_000 * alerts / people


def _stage(name: str, timelines: Sequence[Timeline], clocks: Sequence[Clocks], as_of: datetime) -> Stage:
    moment_of, limit_of = _STAGES[name]
    minutes: list[float] = []
    in_time: list[bool] = []
    for told, known in zip(timelines, clocks, strict=True):
        moment, limit = moment_of(told), limit_of(known)
        if moment is not None:
            minutes.append((moment - told.opened_at).total_seconds() / 60)
        if limit is None:
            continue
        is_due = as_of > told.opened_at + limit
        if moment is not None or (is_due and told.closed_at is None):
            in_time.append(moment is not None and moment - told.opened_at <= limit)
    return Stage(len(timelines), len(minutes), median(minutes) if minutes else None, _share(in_time))


def _is_unconfirmed(told: Timeline, as_of: datetime) -> bool:
    """Tell whether a hand-over stood, or stood until it was confirmed, for over a day on a word alone."""
    assert told.delegated_at is not None
    return (told.confirmed_at or as_of) - told.delegated_at > _UNCONFIRMED_AFTER


def _has_harm_after(told: Timeline) -> bool:
    return bool(told.is_harm_recorded) and told.harm_start_at is not None and told.harm_start_at > told.opened_at


def _share(answers: Iterable[bool]) -> float | None:
    known = list(answers)
    return sum(known) / len(known) if known else None
