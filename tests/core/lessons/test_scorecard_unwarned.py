from dataclasses import replace
from datetime import timedelta

from tests.core.lessons.test_scorecard import FAR, HERE, on, sheet, struck, warned
from tocsin.core.lessons.scorecard_values import Told
from tocsin.core.reference.terms import WhyUnwarned

REPORT = Told("R-1", HERE, received_at=on(12), read_at=on(12.1))
HARM = struck(13)


def why(*told, issued=()):
    (found,) = sheet(issued, [HARM], told=tuple(told)).unwarned
    return found


def test_harm_that_nobody_told_of_before_had_no_report():
    found = why()

    assert (found.why, found.report) == (WhyUnwarned.NO_REPORT, "")


def test_a_report_that_was_read_and_raised_nothing_is_below_the_threshold():
    found = why(REPORT)

    assert (found.why, found.report, found.report_h) == (WhyUnwarned.BELOW_THRESHOLD, "R-1", 24.0)


def test_a_report_that_nobody_had_read_when_it_began_is_unread():
    assert why(replace(REPORT, read_at=None)).why is WhyUnwarned.UNREAD
    assert why(replace(REPORT, read_at=on(14))).why is WhyUnwarned.UNREAD


def test_what_was_seen_before_and_came_in_after_is_too_late():
    late = replace(REPORT, received_at=on(13.5), seen_at=on(12.5))

    assert why(late).why is WhyUnwarned.TOO_LATE
    assert why(replace(late, seen_at=None)).why is WhyUnwarned.NO_REPORT


def test_what_a_report_announced_for_later_was_known_when_it_came_in():
    threat = replace(REPORT, seen_at=on(13))

    assert why(threat).why is WhyUnwarned.BELOW_THRESHOLD


def test_a_report_of_another_area_or_of_long_ago_says_nothing():
    assert why(replace(REPORT, point=FAR)).why is WhyUnwarned.NO_REPORT
    assert why(replace(REPORT, received_at=on(13) - timedelta(days=29))).why is WhyUnwarned.NO_REPORT


def test_a_warning_that_had_been_closed_is_named():
    found = why(REPORT, issued=[warned(10, until=on(12.5))])

    assert found.why is WhyUnwarned.WARNING_OVER
    assert "A-1" in found.because.evidence


def test_a_report_that_came_in_after_a_warning_was_closed_gives_the_reason():
    assert why(REPORT, issued=[warned(10, until=on(11))]).why is WhyUnwarned.BELOW_THRESHOLD


def test_a_warning_that_had_run_out_long_ago_is_no_reason():
    late = [replace(HARM, started_at=on(60), known_at=on(60))]

    (found,) = sheet([warned(10, until=on(11))], late).unwarned

    assert found.why is WhyUnwarned.NO_REPORT


def test_whoever_may_not_see_reports_is_told_so_and_not_that_there_was_none():
    (found,) = sheet([], [HARM], told=None).unwarned

    assert (found.why, found.report) == (WhyUnwarned.NOT_SEEN, "")


def test_harm_with_a_warning_is_not_in_the_list():
    assert sheet([warned(12)], [HARM], told=(REPORT,)).unwarned == ()


def test_the_newest_stands_first():
    found = sheet([], [HARM, struck(20, "I-2")]).unwarned

    assert [one.attack.ref for one in found] == ["I-2", "I-1"]
