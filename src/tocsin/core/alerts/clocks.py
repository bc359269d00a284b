"""The limits within which an alert must be answered, by priority."""

from __future__ import annotations

from datetime import datetime, timedelta

from tocsin.core.alerts.types import Clocks
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


def _limit(clock: str, priority: Priority, as_of: datetime) -> timedelta | None:
    minutes = rules.value(f"alerts.{clock}_minutes.{priority.value.lower()}", as_of)
    return None if minutes is None else timedelta(minutes=minutes)


def _set_limit(clock: str, priority: Priority, as_of: datetime) -> timedelta:
    limit = _limit(clock, priority, as_of)
    if limit is None:
        raise ValueError(f"rule alerts.{clock}_minutes.{priority.value.lower()} is empty, expected minutes")
    return limit
