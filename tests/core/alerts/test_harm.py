from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.harm import Bounds, Suffered, faults_of, response_to, toll, with_harm
from tocsin.core.alerts.types import Timeline
from tocsin.core.reference.terms import HarmKind, HarmPhase, Priority, ResponseClass, ResponseTiming

ARRIVED = Timeline("A-1", Priority.P1, NOON, arrived_at=NOON + timedelta(hours=1))
KILLED = Suffered(HarmKind.KILLED, least=3, most=5)


def at(hours: float):
    return NOON + timedelta(hours=hours)


def test_harm_that_nobody_looked_for_is_unknown_and_not_none():
    assert with_harm(ARRIVED, []).is_harm_recorded is None
    assert response_to(ARRIVED, []) == (ResponseClass.PHYSICAL_BY_MISSION, ResponseTiming.UNKNOWN)


def test_harm_that_was_looked_for_and_not_found_is_none():
    assert response_to(ARRIVED, [Suffered(HarmKind.NONE)])[1] is ResponseTiming.NO_HARM


@pytest.mark.parametrize(
    ("starts", "ends", "timing"), [(2, None, "before"), (0.5, 2, "during"), (0.2, 0.5, "after"), (0.5, None, "unknown")]
)
def test_the_moments_of_the_harm_decide_when_the_response_came(starts, ends, timing):
    row = replace(KILLED, started_at=at(starts), ended_at=at(ends) if ends else None)

    assert response_to(ARRIVED, [row])[1].value == timing


@pytest.mark.parametrize(
    ("phases", "timing"),
    [
        ([HarmPhase.AFTER], "before"),
        ([HarmPhase.BEFORE], "after"),
        ([HarmPhase.BEFORE, HarmPhase.DURING], "during"),
        ([HarmPhase.BEFORE, HarmPhase.AFTER], "during"),
        ([HarmPhase.BEFORE, None], "unknown"),
    ],
)
def test_without_moments_what_was_told_of_before_and_after_decides(phases, timing):
    assert response_to(ARRIVED, [replace(KILLED, phase=phase) for phase in phases])[1].value == timing


def test_no_response_has_no_timing_and_a_hand_over_is_only_a_relay_until_it_is_confirmed():
    nobody = replace(ARRIVED, arrived_at=None)
    handed = replace(nobody, delegated_at=NOON)

    assert response_to(nobody, [KILLED]) == (ResponseClass.NONE, ResponseTiming.UNKNOWN)
    assert response_to(handed, [KILLED])[0] is ResponseClass.RELAYED_ONLY


def test_two_tellings_of_one_harm_are_not_added_up_and_an_open_bound_stays_open():
    rows = [KILLED, Suffered(HarmKind.KILLED, least=4, most=7), Suffered(HarmKind.INJURED, least=2)]

    assert toll(rows) == {(HarmKind.KILLED, None): Bounds(3, 7), (HarmKind.INJURED, None): Bounds(2, None)}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Suffered(HarmKind.KILLED, least=5, most=3), "harm.least_above_most"),
        (Suffered(HarmKind.NONE, least=1), "harm.none_has_no_number"),
        (Suffered(HarmKind.KILLED, started_at=at(2), ended_at=at(1)), "harm.ends_before_it_starts"),
        (Suffered(HarmKind.KILLED, started_at=at(9)), "harm.in_the_future"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(row, code):
    assert [found.code for found in faults_of(row, as_of=at(3))] == [code]
    assert faults_of(KILLED, as_of=at(3)) == ()
