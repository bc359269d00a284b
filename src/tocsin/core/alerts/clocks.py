"""The limits within which an alert must be answered, by priority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from tocsin.core.alerts.types import Clocks, Waiting
from tocsin.core.reference import rules
from tocsin.core.reference.terms import Priority


def clocks_for(priority: Priority, *, as_of: datetime) -> Clocks:
    """Return the limits of `priority` as the mission's rules stood at `as_of`.

    All limits run from the moment the alert was opened, except the acknowledgement, which runs
    anew for each rung of the ladder from the moment that rung was told.
    """
    return Clocks(
        call_back=_limit("call_back", priority, as_of),
        triage=_set_limit("triage", priority, as_of),
        disseminate=_limit("disseminate", priority, as_of),
        acknowledge=_limit("ack", priority, as_of),
        decide=_set_limit("decide", priority, as_of),
        move=_limit("move", priority, as_of),
        feedback=_set_limit("feedback", priority, as_of),
        note=_set_limit("note", priority, as_of),
    )


def confirm_within(priority: Priority, *, as_of: datetime) -> timedelta:
    """Return how long a hand-over may stay unconfirmed before somebody is sent to ask."""
    return _set_limit("confirm", priority, as_of)


def repeat_every(priority: Priority, *, as_of: datetime) -> timedelta:
    """Return how often a reminder comes back: the acknowledgement clock, or once a day without one."""
    known = _limit("ack", priority, as_of)
    return known or timedelta(minutes=rules.value("alerts.repeat_minutes", as_of))


# What the ladder counts from. What is only told again, when it lies in a future that never was, may be forgotten.
COUNTED: Final = ("opened_at", "told_at", "nudged_at", "decided_at", "delegated_at")
_TOLD_AGAIN: Final = frozenset({"told_at", "nudged_at"})
_LONG_AGO: Final = timedelta(days=3650)


def by_two_clocks(waiting: Waiting, elapsed: Mapping[str, timedelta], *, as_of: datetime) -> tuple[Waiting, Waiting]:
    """Return where an alert stands by the clock on the wall, and by one that nobody can set.

    The clock on the wall can be set, by a person, a network or a flat battery. `elapsed` tells for
    each moment how long ago it was by the other, where the machine has run since. A moment still to
    come, of which only the wall clock knows, is taken as long past: the alert is told again at once.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tocsin.core.reference.terms import AlertState, Priority
    >>> noon = datetime(2027, 3, 4, 12, tzinfo=UTC)
    >>> told = Waiting("A-1", Priority.P1, AlertState.DISSEMINATED, noon, 0, noon, None, top_rung=3)
    >>> set_back = noon - timedelta(days=1)
    >>> wall, steady = by_two_clocks(told, {"told_at": timedelta(minutes=10)}, as_of=set_back)
    >>> set_back - steady.told_at
    datetime.timedelta(seconds=600)
    """
    wall: dict[str, Any] = {}
    steady: dict[str, Any] = {}
    for name in COUNTED:
        moment = getattr(waiting, name)
        if moment is None:
            continue
        known = as_of - elapsed[name] if name in elapsed else None
        forgotten = None if name in _TOLD_AGAIN else as_of - _LONG_AGO
        wall[name] = moment if moment <= as_of else known or forgotten
        steady[name] = known or wall[name]
    return replace(waiting, **wall), replace(waiting, **steady)


def is_due(run_at: datetime, *, as_of: datetime, left: timedelta | None = None) -> bool:
    """Return whether what was planned for `run_at` is due: by the clock on the wall, or by the one nobody can set.

    `left` is what remains by the latter; None where the machine was started anew since.
    """
    return run_at <= as_of or (left is not None and left <= timedelta())


def _limit(clock: str, priority: Priority, as_of: datetime) -> timedelta | None:
    minutes = rules.value(f"alerts.{clock}_minutes.{priority.value.lower()}", as_of)
    return None if minutes is None else timedelta(minutes=minutes)


def _set_limit(clock: str, priority: Priority, as_of: datetime) -> timedelta:
    limit = _limit(clock, priority, as_of)
    if limit is None:
        raise ValueError(f"rule alerts.{clock}_minutes.{priority.value.lower()} is empty, expected minutes")
    return limit
