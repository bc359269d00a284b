from dataclasses import replace
from datetime import timedelta

from tests.core.assessment.ardenya import NOON, at
from tocsin.core.lessons.response import Answered, Share, age_bounds, alerts_per_10k, rate
from tocsin.core.reference.terms import Priority, ResponseClass, ResponseTiming

ALERT = Answered("A-1", Priority.P1, NOON)
CAME = replace(ALERT, response=ResponseClass.PHYSICAL_BY_MISSION, timing=ResponseTiming.BEFORE)
HARMED = replace(ALERT, harm_at=at(1), is_harm_after=True, is_harm_known=True)


def span(name, alerts, as_of):
    return next(one for one in rate(alerts, as_of=as_of).spans if one.name == name)


def test_a_rate_of_response_is_always_split_by_class_and_timing():
    found = rate([CAME, replace(CAME, timing=ResponseTiming.AFTER), ALERT], as_of=at(24))

    assert found.cell(ResponseClass.PHYSICAL_BY_MISSION, ResponseTiming.BEFORE) == Share(1, 3)
    assert found.of_class(ResponseClass.PHYSICAL_BY_MISSION) == Share(2, 3)
    assert found.of_timing(ResponseTiming.UNKNOWN) == Share(1, 3)


def test_what_is_not_on_record_is_a_class_of_its_own_and_no_answer_is_another():
    found = rate([ALERT, replace(ALERT, response=ResponseClass.NONE)], as_of=at(24))

    assert (found.of_class(None), found.of_class(ResponseClass.NONE)) == (Share(1, 2), Share(1, 2))


def test_the_cells_of_the_table_add_up_to_all_alerts():
    found = rate([CAME, ALERT, HARMED, replace(CAME, timing=ResponseTiming.DURING)], as_of=at(24))

    cells = [found.cell(one, timing).count for one in (None, *ResponseClass) for timing in ResponseTiming]
    assert sum(cells) == found.alerts == 4


def test_a_time_is_told_by_its_middle_its_ninth_tenth_and_how_many_are_known():
    alerts = [replace(ALERT, arrived_at=NOON + timedelta(minutes=n)) for n in (10, 20, 30)] + [ALERT]

    found = span("arrive", alerts, at(24))

    assert (found.median_min, found.p90_min, found.known, found.in_time) == (20, 28, Share(3, 4), Share(0, 0))


def test_an_alert_still_within_its_limit_is_neither_in_time_nor_late():
    alerts = [replace(ALERT, acknowledged_at=at(0.1)), ALERT]

    early = span("acknowledge", alerts, NOON + timedelta(minutes=5))
    late = span("acknowledge", alerts, NOON + timedelta(minutes=15))

    assert (early.known, early.median_min, early.in_time) == (Share(1, 2), 6.0, Share(1, 1))
    assert late.in_time == Share(1, 2)


def test_a_call_back_that_nobody_asked_for_is_not_missing():
    asked = replace(ALERT, call_asked_at=NOON, called_back_at=NOON + timedelta(minutes=4))

    assert span("call_back", [asked, ALERT], at(24)).known == Share(1, 1)


def test_an_event_without_its_time_is_unknown_and_stays_in_the_figure():
    told = replace(ALERT, event_at=NOON - timedelta(hours=2), reported_at=NOON - timedelta(hours=1))

    found = span("report", [told, ALERT], at(24))

    assert (found.known, found.median_min) == (Share(1, 2), 60)


def test_a_share_of_nothing_is_unknown():
    found = rate([], as_of=NOON)

    assert found.feedback.share is None
    assert found.harmed_after_warning.share is None
    assert found.spans[0].median_min is None


def test_harm_after_a_warning_is_counted_where_somebody_looked_and_named():
    found = rate([HARMED, replace(ALERT, is_harm_known=True), ALERT], as_of=at(24))

    assert found.harmed_after_warning == Share(1, 2)
    assert [one.ref for one in found.harmed] == ["A-1"]


def test_a_hand_over_on_a_word_alone_for_over_a_day_is_counted():
    alerts = [replace(ALERT, delegated_at=NOON), replace(ALERT, delegated_at=NOON, confirmed_at=at(2))]

    assert rate(alerts, as_of=at(25)).delegated_unconfirmed == Share(1, 2)
    assert rate(alerts, as_of=at(23)).delegated_unconfirmed == Share(0, 2)


def test_a_false_alarm_is_counted_only_where_somebody_said_so():
    alerts = [replace(ALERT, is_false=True), replace(ALERT, is_false=False), ALERT]

    assert rate(alerts, as_of=at(24)).false_alarms == Share(1, 2)


def test_the_stretches_of_a_backlog_leave_no_hole_and_the_oldest_has_no_beginning():
    bounds = age_bounds(NOON)

    assert [end for _, end in bounds[1:]] == [start for start, _ in bounds[:-1]]
    assert (bounds[0][1], bounds[-1][0]) == (NOON, None)


def test_alerts_per_people_are_unknown_where_people_are():
    assert alerts_per_10k(17, 340_000) == 0.5
    assert alerts_per_10k(17, None) is None
    assert alerts_per_10k(17, 0) is None
