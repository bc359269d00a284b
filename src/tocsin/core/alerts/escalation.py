"""What is due next on an open alert. The ladder ends with a person, and nothing expires by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tocsin.core.alerts.clocks import by_two_clocks, clocks_for, confirm_within, repeat_every
from tocsin.core.alerts.types import Step, Waiting
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, DecisionKind


def next_step(waiting: Waiting, *, as_of: datetime) -> Step:
    """Return what the rules ask for next on one alert, and when to look again.

    Until somebody has acknowledged, silence climbs the ladder: one rung at once the
    acknowledgement clock, two rungs at twice the clock, and at the top it keeps reminding. Where no
    message reaches anybody it climbs without waiting, and where nobody at all answers every desk is
    told, again and again (``scream``). Whose quiet hours end is told then (``wake``). After that the clocks of the decision, the hand-over, the movement, the feedback and the note follow.
    Only a closed alert has no next look.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tocsin.core.reference.terms import Priority
    >>> told = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
    >>> quiet = Waiting("A-1", Priority.P1, AlertState.DISSEMINATED, told, 0, told, None, top_rung=3)
    >>> step = next_step(quiet, as_of=told + timedelta(minutes=10))
    >>> step.verb, step.rung
    ('escalate', 1)
    """
    return _RULE_OF[waiting.state](waiting, as_of)


def next_by_two_clocks(waiting: Waiting, elapsed: Mapping[str, timedelta], *, as_of: datetime) -> Step:
    """Return the next step by whichever of two clocks asks for it first, so that no jump postpones anything.

    `elapsed` tells for a moment of `waiting` how long ago it was by the clock that nobody can set.
    """
    steps = [next_step(seen, as_of=as_of) for seen in by_two_clocks(waiting, elapsed, as_of=as_of)]
    due = [step for step in steps if step.verb != "wait"]
    if due:
        return max(due, key=lambda step: step.rung)
    return min(steps, key=lambda step: step.due_at or as_of)


def _until_acknowledged(waiting: Waiting, as_of: datetime) -> Step:
    if waiting.acknowledged_by:
        return _until_decided(waiting, as_of)
    clocks = clocks_for(waiting.priority, as_of=as_of)
    if waiting.told_at is None and clocks.disseminate is not None:
        deadline = waiting.opened_at + clocks.disseminate
        code = "step.disseminate_late" if as_of > deadline else "step.disseminate"
        return Step("disseminate", waiting.rung, deadline, (_because(code, waiting, clocks.disseminate),))
    if waiting.held_until is not None and as_of >= waiting.held_until:
        limit = repeat_every(waiting.priority, as_of=as_of)
        return Step("wake", waiting.rung, as_of + limit, (_because("step.wake", waiting, limit),))
    if waiting.told_at is None or clocks.acknowledge is None:
        step = _until_decided(waiting, as_of)
    else:
        step = _until_answered(waiting, waiting.told_at, clocks.acknowledge, as_of)
    if waiting.held_until is None or step.due_at is None:
        return step
    return replace(step, due_at=min(step.due_at, waiting.held_until))


def _until_answered(waiting: Waiting, told_at: datetime, limit: timedelta, as_of: datetime) -> Step:
    if waiting.rung >= waiting.top_rung:
        return _at_the_top(waiting, told_at, limit, as_of)
    if waiting.is_unreached:
        reasons = (_because("step.unreached", waiting, limit, rung=waiting.rung + 1),)
        return Step("escalate", waiting.rung + 1, as_of + limit, reasons)
    return _climb(waiting, told_at, limit, as_of)


def _climb(waiting: Waiting, told_at: datetime, limit: timedelta, as_of: datetime) -> Step:
    """Silence climbs one rung per clock; a look that comes late makes up for it with two."""
    periods = min((as_of - told_at) // limit, 2)
    if periods < 1:
        return _wait(waiting, told_at + limit, "step.wait_acknowledge")
    rung = min(waiting.rung + periods, waiting.top_rung)
    return Step("escalate", rung, as_of + limit, (_because("step.escalate", waiting, limit, rung=rung),))


def _at_the_top(waiting: Waiting, told_at: datetime, limit: timedelta, as_of: datetime) -> Step:
    """Remind the top of the ladder; when it stays silent, or no message reaches it, tell every desk."""
    nudged_at = _nudged_at(waiting, limit)
    is_first_scream = waiting.is_unreached and not waiting.is_screaming
    due = as_of if is_first_scream else nudged_at + limit
    if as_of < due:
        return _wait(waiting, due, "step.wait_acknowledge")
    silent_for = rules.value("alerts.scream_after", as_of) * limit
    verb = "scream" if waiting.is_unreached or as_of - told_at >= silent_for else "remind"
    return Step(verb, waiting.top_rung, as_of + limit, (_because(f"step.{verb}", waiting, limit),))


def _until_decided(waiting: Waiting, as_of: datetime) -> Step:
    limit = clocks_for(waiting.priority, as_of=as_of).decide
    return _chase(waiting, "decision", waiting.opened_at, limit, as_of)


def _until_confirmed(waiting: Waiting, as_of: datetime) -> Step:
    since = waiting.delegated_at or waiting.decided_at or waiting.opened_at
    return _chase(waiting, "delegate", since, confirm_within(waiting.priority, as_of=as_of), as_of)


def _after_decision(waiting: Waiting, as_of: datetime) -> Step:
    if waiting.decision is DecisionKind.DELEGATE:
        return _until_confirmed(waiting, as_of)
    if waiting.decision in _NOBODY_MOVES:
        return _until_told_back(waiting, as_of)
    return _until_moved(waiting, as_of)


def _until_moved(waiting: Waiting, as_of: datetime) -> Step:
    limit = clocks_for(waiting.priority, as_of=as_of).move
    if limit is None:
        return _until_told_back(waiting, as_of)
    return _chase(waiting, "movement", waiting.opened_at, limit, as_of)


def _until_told_back(waiting: Waiting, as_of: datetime) -> Step:
    limit = clocks_for(waiting.priority, as_of=as_of).feedback
    return _chase(waiting, "feedback", waiting.opened_at, limit, as_of)


def _until_noted(waiting: Waiting, as_of: datetime) -> Step:
    limit = clocks_for(waiting.priority, as_of=as_of).note
    return _chase(waiting, "note", waiting.opened_at, limit, as_of)


def _closed(waiting: Waiting, as_of: datetime) -> Step:
    return Step("wait", waiting.rung, None, (Because("step.closed", {"alert": waiting.ref}, (waiting.ref,)),))


def _chase(waiting: Waiting, what: str, since: datetime, limit: timedelta, as_of: datetime) -> Step:
    """Chase what is late: at its limit the rung already told, at twice the limit one rung higher."""
    repeat = repeat_every(waiting.priority, as_of=as_of)
    deadline = since + limit
    nudged_at = _nudged_at(waiting, repeat)
    due = deadline if nudged_at < deadline else nudged_at + repeat
    if as_of < due:
        return _wait(waiting, due, f"step.wait_{what}")
    is_very_late = as_of >= since + 2 * limit
    rung = min(waiting.rung + 1, waiting.top_rung) if is_very_late else waiting.rung
    return Step(f"chase_{what}", rung, as_of + repeat, (_because(f"step.chase_{what}", waiting, limit, rung=rung),))


def _nudged_at(waiting: Waiting, repeat: timedelta) -> datetime:
    if waiting.nudged_at is not None:
        return waiting.nudged_at
    return (waiting.told_at or waiting.opened_at) + waiting.reminders * repeat


def _wait(waiting: Waiting, due_at: datetime, code: str) -> Step:
    reason = Because(code, {"alert": waiting.ref, "due": due_at.isoformat(timespec="minutes")}, (waiting.ref,))
    return Step("wait", waiting.rung, due_at, (reason,))


def _because(code: str, waiting: Waiting, limit: timedelta, *, rung: int | None = None) -> Because:
    facts = {
        "alert": waiting.ref,
        "priority": waiting.priority.value,
        "limit_min": int(limit.total_seconds() // 60),
        "rung": waiting.rung if rung is None else rung,
    }
    return Because(code, facts, (waiting.ref,))


_NOBODY_MOVES: Final = frozenset(
    {DecisionKind.REFER, DecisionKind.MONITOR, DecisionKind.DECLINE_NO_MEANS, DecisionKind.DECLINE_OTHER}
)
_RULE_OF: Final[dict[AlertState, Callable[[Waiting, datetime], Step]]] = {
    AlertState.OPEN: _until_acknowledged,
    AlertState.DISSEMINATED: _until_acknowledged,
    AlertState.ACKED: _until_decided,
    AlertState.DECIDED: _after_decision,
    AlertState.DELEGATED_UNCONFIRMED: _until_confirmed,
    AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE: _until_told_back,
    AlertState.TASKED: _until_moved,
    AlertState.EN_ROUTE: _until_told_back,
    AlertState.ON_SCENE: _until_told_back,
    AlertState.EFFECT_REPORTED: _until_told_back,
    AlertState.FEEDBACK_GIVEN: _until_noted,
    AlertState.CLOSED: _closed,
}
