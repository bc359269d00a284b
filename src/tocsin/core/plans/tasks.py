"""The life of a task, and what kind of response there was in the end and when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tocsin.core.plans.types import Acts
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import ResponseClass, ResponseTiming, TaskState

_MOVES: Final[dict[TaskState, tuple[TaskState, ...]]] = {
    TaskState.ASSIGNED: (TaskState.ACCEPTED, TaskState.EN_ROUTE, TaskState.BLOCKED, TaskState.CANCELLED),
    TaskState.ACCEPTED: (
        TaskState.EN_ROUTE,
        TaskState.ON_SCENE,
        TaskState.DONE,
        TaskState.BLOCKED,
        TaskState.CANCELLED,
    ),
    TaskState.EN_ROUTE: (TaskState.ON_SCENE, TaskState.BLOCKED, TaskState.CANCELLED),
    TaskState.ON_SCENE: (TaskState.DONE, TaskState.BLOCKED),
    TaskState.BLOCKED: (TaskState.ACCEPTED, TaskState.EN_ROUTE, TaskState.CANCELLED),
    TaskState.DONE: (),
    TaskState.CANCELLED: (),
}
_ASK_WHY: Final = (TaskState.BLOCKED, TaskState.CANCELLED)


def moves(state: TaskState) -> tuple[TaskState, ...]:
    """Return the states that may follow `state`, the usual one first."""
    return _MOVES[state]


def may_move(state: TaskState, to: TaskState, *, why: str | None = None) -> Judged[bool]:
    """Return whether a task may go from `state` to `to`, with the reason where it may not.

    A task that is blocked or cancelled says why: a patrol turned back is a loss of capacity and
    not an anecdote. `why` None means that the caller has no word of it and asks about the step only.

    Examples
    --------
    >>> may_move(TaskState.DONE, TaskState.EN_ROUTE).value
    False
    """
    facts = {"state": f"term.task_state.{state.value}", "to": f"term.task_state.{to.value}"}
    if to not in _MOVES[state]:
        return Judged(False, (Because("task.not_from_here", facts),))
    if to in _ASK_WHY and why is not None and not why.strip():
        return Judged(False, (Because("task.needs_why", facts),))
    return Judged(True, (Because("task.allowed", facts),))


def response_class(acts: Acts) -> Judged[ResponseClass]:
    """Return what kind of response there was, by the strongest act that is known.

    The act of another force counts only once a source other than that force has confirmed it: a
    hand-over by itself is a message passed on.
    """
    if acts.mission_arrived_at is not None:
        return Judged(ResponseClass.PHYSICAL_BY_MISSION, (Because("outcome.mission_arrived"),))
    if acts.other_arrived_at is not None and acts.other_confirmed:
        return Judged(ResponseClass.PHYSICAL_BY_OTHER, (Because("outcome.other_confirmed"),))
    if acts.non_physical_at is not None:
        return Judged(ResponseClass.NON_PHYSICAL, (Because("outcome.non_physical"),))
    if acts.relayed_at is not None or acts.other_arrived_at is not None:
        return Judged(ResponseClass.RELAYED_ONLY, (Because("outcome.relayed_only"),))
    return Judged(ResponseClass.NONE, (Because("outcome.no_response"),))


def response_timing(acts: Acts) -> Judged[ResponseTiming]:
    """Return when the strongest act came, seen from the harm.

    Unknown stays unknown: without word of whether there was harm, nobody can say that there was
    none. Harm whose end is not known is taken to last.
    """
    if acts.harm is None:
        return Judged(ResponseTiming.UNKNOWN, (Because("outcome.harm_unknown"),))
    if not acts.harm:
        return Judged(ResponseTiming.NO_HARM, (Because("outcome.no_harm"),))
    acted_at = _strongest_at(acts)
    if acted_at is None or acts.harm_started_at is None:
        return Judged(ResponseTiming.UNKNOWN, (Because("outcome.time_unknown"),))
    facts = {"acted": acted_at.isoformat(), "harm_from": acts.harm_started_at.isoformat()}
    if acted_at < acts.harm_started_at:
        return Judged(ResponseTiming.BEFORE, (Because("outcome.before_harm", facts),))
    if acts.harm_ended_at is None or acted_at <= acts.harm_ended_at:
        return Judged(ResponseTiming.DURING, (Because("outcome.during_harm", facts),))
    return Judged(ResponseTiming.AFTER, (Because("outcome.after_harm", facts),))


def _strongest_at(acts: Acts) -> datetime | None:
    """Return the moment of the act that the class of the response rests on."""
    return {
        ResponseClass.PHYSICAL_BY_MISSION: acts.mission_arrived_at,
        ResponseClass.PHYSICAL_BY_OTHER: acts.other_arrived_at,
        ResponseClass.NON_PHYSICAL: acts.non_physical_at,
        ResponseClass.RELAYED_ONLY: acts.relayed_at or acts.other_arrived_at,
        ResponseClass.NONE: None,
    }[response_class(acts).value]
