"""What an open alert waits for, and until when: the running clocks of the duty desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.core.alerts.clocks import clocks_for, confirm_within
from tocsin.core.alerts.types import Clocks
from tocsin.core.reference.terms import AlertState, Priority, VerificationState

# States of a report in which the clock of triage still runs.
UNTOUCHED = (VerificationState.RECEIVED.value, VerificationState.REOPENED.value)
_MOVING = (AlertState.DECIDED.value, AlertState.TASKED.value)
_UNDER_WAY = (AlertState.TASKED.value, AlertState.EN_ROUTE.value, AlertState.ON_SCENE.value)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that somebody must do about an alert. `due_at` None: no limit is set."""

    code: str
    words: Any
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert with all it waits for, the first due first."""

    alert: Any
    asks: tuple[Ask, ...]

    @property
    def needs_somebody(self) -> bool:
        """Whether nobody has it in hand: not acknowledged, not decided, or handed over unconfirmed."""
        return any(ask.code in ("acknowledge", "decide", "confirm") for ask in self.asks)

    @property
    def due_at(self) -> datetime | None:
        """When the first of its limits runs out."""
        return min((ask.due_at for ask in self.asks if ask.due_at), default=None)


def standing(alert: Any, *, as_of: datetime) -> Standing:
    """Return what an alert waits for, by the rules in force at `as_of`."""
    return _standing(alert, clocks_for(Priority(alert.priority), as_of=as_of), as_of)


def _standing(alert: Any, limits: Clocks, as_of: datetime) -> Standing:
    if alert.state == AlertState.CLOSED.value:
        return Standing(alert, ())
    asks = sorted(_asks(alert, limits, as_of), key=lambda ask: (ask.due_at is None, ask.due_at))
    return Standing(alert, tuple(asks))


def in_order(rows: list[Any], *, as_of: datetime) -> list[Standing]:
    """Return the standing of each alert, by priority and then by the clock that runs out first."""
    limits = _limits(rows, as_of)
    found = [_standing(row, limits[row.priority], as_of) for row in rows]
    return sorted(found, key=lambda one: (one.alert.priority, one.due_at is None, one.due_at or one.alert.opened_at))


def _limits(rows: Iterable[Any], as_of: datetime) -> dict[str, Clocks]:
    """Return the limits of each priority among some rows, looked up once for all of them."""
    return {priority: clocks_for(Priority(priority), as_of=as_of) for priority in {row.priority for row in rows}}


def triage_due(report: Any, *, as_of: datetime) -> datetime | None:
    """Return until when somebody should look at a report, None once somebody has."""
    return triage_dues([report], as_of=as_of)[0]


def triage_dues(reports: Sequence[Any], *, as_of: datetime) -> list[datetime | None]:
    """Return until when somebody should look at each of some reports, None where somebody has."""
    limits = _limits(reports, as_of)
    return [
        None if row.state not in UNTOUCHED or row.holder else row.received_at + limits[row.priority].triage
        for row in reports
    ]


def _asks(alert: Any, limits: Clocks, as_of: datetime) -> Iterator[Ask]:
    if alert.acknowledged_at is None:
        yield Ask("acknowledge", _("Acknowledge"), _after(alert.told_at or alert.opened_at, limits.acknowledge))
    if alert.decided_at is None:
        yield Ask("decide", _("Decide"), _after(alert.opened_at, limits.decide))
        return
    if alert.state == AlertState.DELEGATED_UNCONFIRMED.value:
        within = confirm_within(Priority(alert.priority), as_of=as_of)
        yield Ask("confirm", _("Confirm the hand-over"), _after(alert.delegated_at, within))
    if alert.state in _MOVING and alert.arrived_at is None:
        yield Ask("move", _("Movement"), _after(alert.opened_at, limits.move))
    if alert.state in _UNDER_WAY:
        yield Ask("effect", _("Report the effect"), None)
    if alert.feedback_at is None:
        yield Ask("feedback", _("Tell the community"), _after(alert.opened_at, limits.feedback))
    else:
        yield Ask("close", pgettext_lazy("an alert", "Close"), None)


def _after(start: datetime | None, limit: timedelta | None) -> datetime | None:
    return start + limit if start is not None and limit is not None else None
