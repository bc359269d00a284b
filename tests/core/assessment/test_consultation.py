from dataclasses import replace
from datetime import timedelta

from tests.core.assessment.ardenya import NOON
from tocsin.core.assessment.consultation import (
    Party,
    acknowledge_by,
    changed_fields,
    digest,
    is_review_near,
    may_approve,
    next_review,
    status_at,
)
from tocsin.core.assessment.policy import FACTORS, default_policy
from tocsin.core.assessment.types import Caveat
from tocsin.core.reference.terms import Component, Interpretation, PolicyOpinion, PolicyStatus
from tocsin.core.reference.wording import LANGUAGES

POLICY = default_policy(NOON)
FORCE = Party(Component.FORCE, asked_at=NOON)


def against(parties, *, why="", policy=POLICY):
    return {reason.code for reason in may_approve(policy, parties, why_not_consulted=why).reasons}


def test_the_words_for_one_to_five_are_there_for_every_factor_in_every_language():
    shape = {
        factor: {language: len(words) for language, words in said.items()} for factor, said in POLICY.anchors.items()
    }

    assert shape == {factor: dict.fromkeys(LANGUAGES, 5) for factor in FACTORS}


def test_the_fields_that_differ_are_named_and_thresholds_one_by_one():
    numbers = {**POLICY.thresholds, "reach_h": 12.0}
    other = replace(
        POLICY, version="V-2", thresholds=numbers, interpretation=Interpretation.NARROW,
        caveats={**POLICY.caveats, "within_capabilities": Caveat("as able", "With what is deployed.")},
    )  # fmt: skip

    assert [one.field for one in changed_fields(POLICY, other)] == ["interpretation", "caveats", "threshold.reach_h"]
    assert changed_fields(POLICY, replace(POLICY, version="V-3")) == ()


def test_the_mark_of_a_version_follows_what_it_says_and_not_its_name():
    assert digest(replace(POLICY, version="V-9")) == digest(POLICY)
    assert digest(replace(POLICY, qualifier=not POLICY.qualifier)) != digest(POLICY)


def test_nobody_consulted_and_nobody_waited_for_both_need_a_reason():
    answered = replace(FORCE, opinion=PolicyOpinion.AGREE)

    assert against([]) == {"policy.needs_consultation"}
    assert against([FORCE, answered]) == {"policy.unanswered"}
    assert against([answered]) == against([], why="New mandate.") == set()


def test_a_dissent_is_kept_and_stops_nothing():
    assert against([replace(FORCE, opinion=PolicyOpinion.DISSENT, text="Too wide.")]) == set()


def test_a_version_without_all_its_thresholds_is_never_approved():
    numbers = {name: value for name, value in POLICY.thresholds.items() if name != "quiet_h"}

    assert against([], why="x", policy=replace(POLICY, thresholds=numbers)) == {"policy.missing_thresholds"}


def test_what_was_approved_is_superseded_by_the_clock_alone():
    end = NOON + timedelta(days=1)

    assert status_at(PolicyStatus.SUPERSEDED, NOON, end, NOON) is PolicyStatus.APPROVED
    assert status_at(PolicyStatus.SUPERSEDED, NOON, end, end) is PolicyStatus.SUPERSEDED
    assert status_at(PolicyStatus.DRAFT, None, None, end) is PolicyStatus.DRAFT


def test_who_has_not_acknowledged_is_late_after_fourteen_days_and_not_before():
    due = replace(FORCE, due_at=acknowledge_by(NOON))

    assert not due.is_late(NOON + timedelta(days=14))
    assert due.is_late(NOON + timedelta(days=14, seconds=1))
    assert not replace(due, acknowledged_at=NOON).is_late(NOON + timedelta(days=99))


def test_a_review_falls_due_after_half_a_year_and_is_near_a_month_before():
    review_on = next_review(NOON)

    assert review_on == (NOON + timedelta(days=182)).date()
    assert not is_review_near(review_on, as_of=NOON + timedelta(days=150))
    assert is_review_near(review_on, as_of=NOON + timedelta(days=152))
    assert not is_review_near(None, as_of=NOON)
