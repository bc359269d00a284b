"""The life of a lesson: from an observation to a change that was shown to work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tocsin.core.lessons.types import LessonMove
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import LessonState

_MOVES: Final[dict[LessonState, tuple[LessonState, ...]]] = {
    LessonState.SUBMITTED: (LessonState.SCREENED, LessonState.REJECTED),
    LessonState.SCREENED: (LessonState.ANALYSED, LessonState.REJECTED),
    LessonState.ANALYSED: (LessonState.IDENTIFIED, LessonState.REJECTED),
    LessonState.IDENTIFIED: (LessonState.ENDORSED, LessonState.ANALYSED, LessonState.REJECTED),
    LessonState.ENDORSED: (LessonState.ACTIONED, LessonState.ANALYSED),
    LessonState.ACTIONED: (LessonState.VALIDATED, LessonState.ANALYSED),
    LessonState.VALIDATED: (LessonState.EMBEDDED, LessonState.ANALYSED),
    # Seen again, a lesson was not learned: it goes back to the analysis.
    LessonState.EMBEDDED: (LessonState.RETIRED, LessonState.ANALYSED),
    LessonState.RETIRED: (LessonState.ANALYSED,),
    LessonState.REJECTED: (LessonState.SUBMITTED,),
}


def moves(state: LessonState) -> tuple[LessonState, ...]:
    """Return the states that may follow `state`, usual one first."""
    return _MOVES[state]


def may_move(state: LessonState, to: LessonState, move: LessonMove) -> Judged[bool]:
    """Return whether a lesson may go from `state` to `to`, with every reason why not.

    A lesson is identified only with an owner, an action and a date; it is learned only with evidence
    that the change works; to go back, to reject and to retire it, somebody must say why.

    Examples
    --------
    >>> without = may_move(LessonState.ANALYSED, LessonState.IDENTIFIED, LessonMove(by="analyst"))
    >>> [reason.code for reason in without.reasons]
    ['lesson.needs_owner', 'lesson.needs_action', 'lesson.needs_due']
    """
    facts = {"state": f"term.lesson_state.{state.value}", "to": f"term.lesson_state.{to.value}"}
    if to not in _MOVES[state]:
        return Judged(False, (Because("lesson.not_from_here", facts),))
    missing = tuple(Because(code, facts) for code in _missing(state, to, move))
    return Judged(not missing, missing or (Because("lesson.allowed", facts),))


def _missing(state: LessonState, to: LessonState, move: LessonMove) -> list[str]:
    missing = [] if move.by.strip() else ["lesson.needs_person"]
    is_back = to is LessonState.ANALYSED and state is not LessonState.SCREENED
    if (is_back or to in _NEED_WHY) and not move.why.strip():
        missing.append("lesson.needs_why")
    return missing + _ASKS_OF.get(to, _ask_nothing)(move)


def _ask_nothing(move: LessonMove) -> list[str]:
    return []


def _ask_owner(move: LessonMove) -> list[str]:
    missing = [] if move.owner.strip() else ["lesson.needs_owner"]
    if not move.action.strip():
        missing.append("lesson.needs_action")
    if move.due_on is None:
        missing.append("lesson.needs_due")
    return missing


def _ask_evidence(move: LessonMove) -> list[str]:
    return [] if move.evidence.strip() else ["lesson.needs_evidence"]


def _ask_home(move: LessonMove) -> list[str]:
    return [] if move.embedded_in.strip() else ["lesson.needs_home"]


_NEED_WHY: Final = frozenset({LessonState.REJECTED, LessonState.RETIRED, LessonState.SUBMITTED})
_ASKS_OF: Final[dict[LessonState, Callable[[LessonMove], list[str]]]] = {
    LessonState.IDENTIFIED: _ask_owner,
    LessonState.VALIDATED: _ask_evidence,
    LessonState.EMBEDDED: _ask_home,
}
