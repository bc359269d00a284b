from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.core.plans.tasks import may_move, moves, response_class, response_timing
from tocsin.core.plans.types import Acts
from tocsin.core.reference import wording
from tocsin.core.reference.terms import ResponseClass, ResponseTiming, TaskState

NOON = datetime(2027, 3, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "to", "allowed"),
    [
        (TaskState.ASSIGNED, TaskState.ACCEPTED, True),
        (TaskState.ACCEPTED, TaskState.EN_ROUTE, True),
        (TaskState.EN_ROUTE, TaskState.ON_SCENE, True),
        (TaskState.ON_SCENE, TaskState.DONE, True),
        (TaskState.EN_ROUTE, TaskState.BLOCKED, True),
        (TaskState.BLOCKED, TaskState.EN_ROUTE, True),
        (TaskState.ASSIGNED, TaskState.DONE, False),
        (TaskState.DONE, TaskState.EN_ROUTE, False),
        (TaskState.CANCELLED, TaskState.ACCEPTED, False),
        (TaskState.ON_SCENE, TaskState.CANCELLED, False),
    ],
)
def test_a_task_goes_only_where_its_life_allows(state, to, allowed):
    judged = may_move(state, to)

    assert judged.value is allowed
    assert all(wording.reason(reason, language) for reason in judged.reasons for language in wording.LANGUAGES)


@pytest.mark.parametrize("state", TaskState)
def test_every_state_has_its_moves_and_none_leads_to_itself(state):
    assert state not in moves(state)


@pytest.mark.parametrize("to", [TaskState.BLOCKED, TaskState.CANCELLED])
def test_a_task_that_stops_says_why(to):
    silent = may_move(TaskState.ACCEPTED, to, why="  ")

    assert (silent.value, silent.reasons[0].code) == (False, "task.needs_why")
    assert may_move(TaskState.ACCEPTED, to, why="turned back at the bridge").value
    assert wording.reason(silent.reasons[0], "ar")


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        (Acts(), ResponseClass.NONE),
        (Acts(relayed_at=NOON), ResponseClass.RELAYED_ONLY),
        (Acts(relayed_at=NOON, non_physical_at=NOON), ResponseClass.NON_PHYSICAL),
        (Acts(other_arrived_at=NOON, other_confirmed=True), ResponseClass.PHYSICAL_BY_OTHER),
        (Acts(other_arrived_at=NOON, mission_arrived_at=NOON), ResponseClass.PHYSICAL_BY_MISSION),
    ],
)
def test_the_strongest_act_gives_the_class(acts, expected):
    assert response_class(acts).value is expected


def test_a_hand_over_that_nobody_saw_is_only_a_message_passed_on():
    told = Acts(other_arrived_at=NOON, other_confirmed=False)

    assert response_class(told).value is ResponseClass.RELAYED_ONLY


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        (NOON - HOUR, ResponseTiming.BEFORE),
        (NOON, ResponseTiming.DURING),
        (NOON + 2 * HOUR, ResponseTiming.DURING),
        (NOON + 3 * HOUR, ResponseTiming.AFTER),
    ],
)
def test_the_timing_is_seen_from_the_harm(arrived, expected):
    acts = Acts(mission_arrived_at=arrived, harm=True, harm_started_at=NOON, harm_ended_at=NOON + 2 * HOUR)

    assert response_timing(acts).value is expected


def test_harm_whose_end_nobody_knows_is_taken_to_last():
    acts = Acts(mission_arrived_at=NOON + 9 * HOUR, harm=True, harm_started_at=NOON)

    assert response_timing(acts).value is ResponseTiming.DURING


def test_without_word_of_harm_nobody_says_there_was_none():
    unknown = Acts(mission_arrived_at=NOON, harm=None)
    none = Acts(mission_arrived_at=NOON, harm=False)

    assert response_timing(unknown).value is ResponseTiming.UNKNOWN
    assert response_timing(none).value is ResponseTiming.NO_HARM


def test_harm_at_an_unknown_hour_or_no_act_at_all_has_no_timing():
    assert response_timing(Acts(mission_arrived_at=NOON, harm=True)).value is ResponseTiming.UNKNOWN
    assert response_timing(Acts(harm=True, harm_started_at=NOON)).value is ResponseTiming.UNKNOWN


def test_the_timing_rests_on_the_act_that_gave_the_class():
    acts = Acts(
        relayed_at=NOON - 2 * HOUR, mission_arrived_at=NOON + HOUR, harm=True, harm_started_at=NOON, harm_ended_at=NOON
    )

    assert response_timing(acts).value is ResponseTiming.AFTER


@pytest.mark.parametrize(
    "acts",
    [
        Acts(),
        Acts(relayed_at=NOON, harm=False),
        Acts(non_physical_at=NOON, harm=True),
        Acts(other_arrived_at=NOON, other_confirmed=True, harm=True, harm_started_at=NOON + HOUR),
        Acts(mission_arrived_at=NOON, harm=True, harm_started_at=NOON),
        Acts(mission_arrived_at=NOON + HOUR, harm=True, harm_started_at=NOON, harm_ended_at=NOON),
    ],
)
def test_every_outcome_has_its_sentence(acts):
    reasons = (*response_class(acts).reasons, *response_timing(acts).reasons)

    assert all(wording.reason(reason, language) for reason in reasons for language in wording.LANGUAGES)
