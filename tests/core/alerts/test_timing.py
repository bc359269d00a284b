from dataclasses import replace
from datetime import timedelta

from tests.core.assessment.ardenya import NOON, at
from tocsin.core.alerts.timing import alerts_per_10k, figures, response_class, response_timing
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


def test_a_rate_of_response_is_always_split_by_class_and_timing():
    alerts = [replace(HARM, arrived_at=at(0.5)), replace(HARM, relayed_at=at(0.1)), ALERT]

    found = figures(alerts, as_of=at(24))

    assert found.by_class == {
        ResponseClass.PHYSICAL_BY_MISSION: 1,
        ResponseClass.RELAYED_ONLY: 1,
        ResponseClass.NONE: 1,
    }
    assert found.by_class_and_timing[ResponseClass.PHYSICAL_BY_MISSION, ResponseTiming.BEFORE] == 1


def test_an_alert_still_within_its_limit_is_neither_in_time_nor_late():
    alerts = [replace(ALERT, acknowledged_at=at(0.1)), ALERT]

    early = figures(alerts, as_of=NOON + timedelta(minutes=5)).stages["acknowledge"]
    late = figures(alerts, as_of=NOON + timedelta(minutes=15)).stages["acknowledge"]

    assert (early.known, early.median_min, early.in_time_share) == (1, 6.0, 1.0)
    assert late.in_time_share == 0.5


def test_a_share_of_nothing_is_unknown():
    found = figures([], as_of=NOON)

    assert found.feedback_share is None
    assert found.harm_after_warning_share is None
    assert found.stages["decide"].median_min is None


def test_harm_after_a_warning_is_counted_where_somebody_looked():
    alerts = [HARM, replace(ALERT, is_harm_recorded=False), ALERT]

    assert figures(alerts, as_of=at(24)).harm_after_warning_share == 0.5


def test_a_hand_over_on_a_word_alone_for_over_a_day_is_counted():
    alerts = [replace(ALERT, delegated_at=NOON), replace(ALERT, delegated_at=NOON, confirmed_at=at(2))]

    assert figures(alerts, as_of=at(25)).delegated_unconfirmed_share == 0.5
    assert figures(alerts, as_of=at(23)).delegated_unconfirmed_share == 0.0


def test_a_backlog_of_over_sixty_days_is_counted():
    alerts = [ALERT, replace(ALERT, closed_at=at(24))]

    assert figures(alerts, as_of=NOON + timedelta(days=61)).open_over_60d == 1


def test_alerts_per_people_are_unknown_where_people_are():
    assert alerts_per_10k(17, 340_000) == 0.5
    assert alerts_per_10k(17, None) is None
