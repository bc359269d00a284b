"""The life of an alert, as data: which state may follow which, and what a person must bring along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tocsin.core.alerts.types import Move
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import AlertState, DecisionKind

_MOVES: Final[dict[AlertState, tuple[AlertState, ...]]] = {
    AlertState.OPEN: (AlertState.DISSEMINATED, AlertState.ACKED, AlertState.DECIDED),
    AlertState.DISSEMINATED: (AlertState.ACKED, AlertState.DECIDED),
    AlertState.ACKED: (AlertState.DECIDED,),
    AlertState.DECIDED: (
        AlertState.TASKED,
        AlertState.DELEGATED_UNCONFIRMED,
        AlertState.EFFECT_REPORTED,
        AlertState.FEEDBACK_GIVEN,
        AlertState.DECIDED,
        AlertState.CLOSED,
    ),
    AlertState.DELEGATED_UNCONFIRMED: (AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE, AlertState.DECIDED),
    AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE: (
        AlertState.EFFECT_REPORTED,
        AlertState.FEEDBACK_GIVEN,
        AlertState.DECIDED,
        AlertState.CLOSED,
    ),
    AlertState.TASKED: (AlertState.EN_ROUTE, AlertState.ON_SCENE, AlertState.DECIDED),
    AlertState.EN_ROUTE: (AlertState.ON_SCENE, AlertState.DECIDED),
    AlertState.ON_SCENE: (AlertState.EFFECT_REPORTED, AlertState.DECIDED),
    AlertState.EFFECT_REPORTED: (AlertState.FEEDBACK_GIVEN, AlertState.DECIDED, AlertState.CLOSED),
    AlertState.FEEDBACK_GIVEN: (AlertState.CLOSED, AlertState.DECIDED),
    AlertState.CLOSED: (AlertState.OPEN,),
}


def moves(state: AlertState) -> tuple[AlertState, ...]:
    """Return the states that may follow `state`, usual one first."""
    return _MOVES[state]


def may_move(state: AlertState, to: AlertState, move: Move) -> Judged[bool]:
    """Return whether the alert may go from `state` to `to`, with every reason why not.

    No alert closes by itself or unread: somebody must have decided, a named person must have
    determined that the threat is over or was none, and the community must have been told, or it
    must be said why not. A hand-over is confirmed only by a source other than the one it was
    handed to. A false alarm is closed only on the word of a source with no interest in the matter.

    Examples
    --------
    >>> refused = may_move(AlertState.DISSEMINATED, AlertState.CLOSED, Move(by="duty officer"))
    >>> refused.value, refused.reasons[0].code
    (False, 'move.not_from_here')
    """
    facts = {"state": f"term.alert_state.{state.value}", "to": f"term.alert_state.{to.value}"}
    if to not in _MOVES[state]:
        return Judged(False, (Because("move.not_from_here", facts),))
    missing = tuple(Because(code, facts) for code in _ASKS_OF.get(to, _ask_nothing)(move))
    if missing:
        return Judged(False, missing)
    return Judged(True, (Because("move.allowed", facts),))


def _ask_nothing(move: Move) -> list[str]:
    return []


def _ask_person(move: Move) -> list[str]:
    return [] if move.by.strip() else ["move.needs_person"]


def _ask_decision(move: Move) -> list[str]:
    missing = _ask_person(move)
    if move.decision is None:
        missing.append("move.needs_decision")
    elif move.decision is not DecisionKind.RESPOND and not move.why.strip():
        missing.append("move.needs_why")
    if move.decision is DecisionKind.DELEGATE and not move.delegated_to.strip():
        missing.append("move.needs_delegate")
    return missing


def _ask_delegate(move: Move) -> list[str]:
    return [] if move.delegated_to.strip() else ["move.needs_delegate"]


def _ask_independence(move: Move) -> list[str]:
    missing = _ask_person(move)
    confirmed_by = move.confirmed_by.strip().casefold()
    if not confirmed_by:
        missing.append("move.needs_confirmation")
    elif confirmed_by == move.delegated_to.strip().casefold():
        missing.append("move.delegate_confirms_itself")
    return missing


def _ask_determination(move: Move) -> list[str]:
    missing = _ask_person(move)
    if not move.determination.strip():
        missing.append("move.needs_determination")
    if not move.is_feedback_given and not move.why_no_feedback.strip():
        missing.append("move.needs_feedback")
    if move.is_false_alarm and move.is_interested is not False:
        missing.append("move.needs_disinterested_source")
    return missing


def _ask_reason(move: Move) -> list[str]:
    return _ask_person(move) + ([] if move.why.strip() else ["move.needs_why"])


_ASKS_OF: Final[dict[AlertState, Callable[[Move], list[str]]]] = {
    AlertState.OPEN: _ask_reason,
    AlertState.ACKED: _ask_person,
    AlertState.DECIDED: _ask_decision,
    AlertState.DELEGATED_UNCONFIRMED: _ask_delegate,
    AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE: _ask_independence,
    AlertState.CLOSED: _ask_determination,
}
