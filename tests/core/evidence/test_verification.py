"""A report moves through its life by rule, and nobody calls it false in their own cause."""

from __future__ import annotations

import pytest

from tocsin.core.evidence.verification import TRANSITIONS, Step, may_move, next_states
from tocsin.core.reference import wording
from tocsin.core.reference.terms import Role, VerificationState

S = VerificationState


def codes(now: S, to: S, **kwargs) -> list[str]:
    step = Step(**({"by_role": Role.ANALYST, "why": "seen", "independent_sources": 2} | kwargs))
    judged = may_move(now, to, step)
    assert all(wording.has(f"reason.{because.code}") for because in judged.reasons)
    return [because.code for because in judged.reasons] if not judged.value else []


def test_every_state_has_a_way_on_and_every_end_can_be_reopened():
    assert set(TRANSITIONS) == set(S)
    assert all(
        S.REOPENED in TRANSITIONS[end] for end in (S.VALIDATED, S.UNCONFIRMED, S.REFUTED, S.DUPLICATE, S.OUT_OF_SCOPE)
    )


def test_refuting_needs_a_source_with_no_interest():
    assert codes(S.VERIFYING, S.REFUTED, is_interested=True) == ["verification.refuting_source_interested"]
    assert codes(S.VERIFYING, S.REFUTED, is_interested=None) == ["verification.refuting_source_unknown_interest"]
    assert codes(S.VERIFYING, S.REFUTED, is_interested=False) == []


def test_a_report_cannot_jump_from_received_to_validated():
    assert codes(S.RECEIVED, S.VALIDATED) == ["verification.no_such_step"]
    assert codes(S.VERIFYING, S.VALIDATED) == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.HOST_AUTHORITY, Role.ADMINISTRATOR, Role.FIELD_LIAISON])
def test_only_those_on_duty_judge(role):
    assert codes(S.VERIFYING, S.VALIDATED, by_role=role) == ["verification.not_this_role"]


def test_a_field_liaison_sorts_but_does_not_judge():
    assert next_states(S.RECEIVED, Role.FIELD_LIAISON) == (S.TRIAGED, S.VERIFYING)
    assert next_states(S.VERIFYING, Role.FIELD_LIAISON) == ()


def test_an_end_needs_a_reason():
    assert codes(S.VERIFYING, S.UNCONFIRMED, why=" ") == ["verification.needs_why"]


def test_validating_on_one_source_says_so():
    judged = may_move(S.VERIFYING, S.VALIDATED, Step(Role.DUTY_OFFICER, "patrol saw it", 1))

    assert judged.value
    assert judged.reasons[-1].code == "verification.single_source"
