"""The life of a report: which state may follow which, by whom, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import Role, VerificationState

_S = VerificationState
_ENDS = frozenset({_S.VALIDATED, _S.UNCONFIRMED, _S.REFUTED, _S.DUPLICATE, _S.OUT_OF_SCOPE})
_SORT = frozenset({_S.VERIFYING, _S.DUPLICATE, _S.OUT_OF_SCOPE})

TRANSITIONS: Final = {
    _S.RECEIVED: _SORT | {_S.TRIAGED},
    _S.TRIAGED: _SORT | {_S.UNCONFIRMED},
    _S.VERIFYING: _ENDS,
    _S.UNCONFIRMED: frozenset({_S.VERIFYING, _S.VALIDATED, _S.REFUTED, _S.REOPENED, _S.DUPLICATE}),
    _S.VALIDATED: frozenset({_S.REOPENED, _S.DUPLICATE}),
    _S.REFUTED: frozenset({_S.REOPENED}),
    _S.DUPLICATE: frozenset({_S.REOPENED}),
    _S.OUT_OF_SCOPE: frozenset({_S.REOPENED}),
    _S.REOPENED: _SORT | {_S.TRIAGED},
}
_SORTERS = frozenset({Role.FIELD_LIAISON, Role.DUTY_OFFICER, Role.ANALYST, Role.PROTECTION_LEAD})
_JUDGES = frozenset({Role.DUTY_OFFICER, Role.ANALYST, Role.PROTECTION_LEAD})
_NEEDS_WHY = _ENDS | {_S.REOPENED}


@dataclass(frozen=True, slots=True)
class Step:
    """What stands behind a move: who makes it, why, and how many independent sources speak.

    `is_interested`: whether the source that calls the report false has an interest in the matter;
    None when nobody looked, which is not the same as no.
    """

    by_role: Role
    why: str = ""
    independent_sources: int = 0
    is_interested: bool | None = None


def may_move(now: VerificationState, to: VerificationState, step: Step) -> Judged[bool]:
    """Return whether a report may move from one state to another, with every ground against it.

    Parameters
    ----------
    now, to : VerificationState
        Where it stands and where it is to go.
    step : Step
        Who moves it, and on what evidence.

    Examples
    --------
    >>> word = Step(Role.ANALYST, why="the chief says it was a wedding", is_interested=True)
    >>> [because.code for because in may_move(VerificationState.VERIFYING, VerificationState.REFUTED, word).reasons]
    ['verification.refuting_source_interested']
    """
    against = []
    if to not in TRANSITIONS[now]:
        against.append(Because("verification.no_such_step", _facts(now, to)))
    allowed = _JUDGES if to in _ENDS else _SORTERS
    if step.by_role not in allowed:
        against.append(Because("verification.not_this_role", {"role": f"term.role.{step.by_role.value}"}))
    if to in _NEEDS_WHY and not step.why.strip():
        against.append(Because("verification.needs_why", _facts(now, to)))
    if to is _S.REFUTED and step.is_interested is not False:
        code = "interested" if step.is_interested else "unknown_interest"
        against.append(Because(f"verification.refuting_source_{code}"))
    if against:
        return Judged(False, tuple(against))
    lone = to is _S.VALIDATED and step.independent_sources < 2
    found = [Because("verification.allowed", _facts(now, to))]
    if lone:
        found.append(Because("verification.single_source", {"sources": step.independent_sources}))
    return Judged(True, tuple(found))


def next_states(now: VerificationState, role: Role) -> tuple[VerificationState, ...]:
    """Return the states a person of this role may move a report to, in the order of its life."""
    return tuple(
        state
        for state in VerificationState
        if state in TRANSITIONS[now] and role in (_JUDGES if state in _ENDS else _SORTERS)
    )


def _facts(now: VerificationState, to: VerificationState) -> dict[str, str]:
    return {"now": f"term.verification_state.{now.value}", "to": f"term.verification_state.{to.value}"}
