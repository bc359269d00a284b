from dataclasses import replace

from tests.core.assessment.ardenya import NOON, at
from tocsin.core.alerts.timing import response_class, response_timing
from tocsin.core.alerts.types import Timeline
from tocsin.core.reference.terms import Priority, ResponseClass, ResponseTiming

ALERT = Timeline("A-1", Priority.P1, NOON)
HARM = replace(ALERT, is_harm_recorded=True, harm_start_at=at(1), harm_end_at=at(3))


def test_the_class_of_a_response_is_the_highest_on_record():
    called = replace(ALERT, relayed_at=at(0.1), non_physical_at=at(0.2))

    assert response_class(ALERT) is ResponseClass.NONE
    assert response_class(called) is ResponseClass.NON_PHYSICAL
    assert response_class(replace(called, arrived_at=at(2))) is ResponseClass.PHYSICAL_BY_MISSION


def test_a_word_that_somebody_else_will_go_is_a_relay_until_it_is_confirmed():
    promised = replace(ALERT, delegated_at=at(0.1), other_physical_at=at(1))

    assert response_class(promised) is ResponseClass.RELAYED_ONLY
    assert response_class(replace(promised, is_other_confirmed=True)) is ResponseClass.PHYSICAL_BY_OTHER


def test_a_response_comes_before_during_or_after_the_harm():
    assert response_timing(replace(HARM, arrived_at=at(0.5))) is ResponseTiming.BEFORE
    assert response_timing(replace(HARM, arrived_at=at(2))) is ResponseTiming.DURING
    assert response_timing(replace(HARM, arrived_at=at(48))) is ResponseTiming.AFTER


def test_the_timing_is_unknown_where_nobody_looked_or_nobody_came():
    assert response_timing(replace(ALERT, arrived_at=at(1))) is ResponseTiming.UNKNOWN
    assert response_timing(HARM) is ResponseTiming.UNKNOWN
    assert response_timing(replace(HARM, arrived_at=at(2), harm_end_at=None)) is ResponseTiming.UNKNOWN


def test_no_harm_is_said_only_when_somebody_looked():
    assert response_timing(replace(ALERT, is_harm_recorded=False)) is ResponseTiming.NO_HARM
