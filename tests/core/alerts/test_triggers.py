from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import FERREKO, MBIRAWE, NOON, OULANGA, at, killed, report
from tocsin.core.alerts.triggers import draft_for_line, draft_for_report
from tocsin.core.alerts.types import OpenAlert
from tocsin.core.assessment.policy import default_policy
from tocsin.core.assessment.types import Imminence, MatrixLine
from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import (
    AlertState,
    Category,
    ImminenceState,
    Interpretation,
    Level,
    Priority,
    RiskBand,
    Trend,
)

BROAD = default_policy(NOON)
NARROW = replace(BROAD, interpretation=Interpretation.NARROW)
OPEN = OpenAlert(
    "A-1",
    OULANGA.ref,
    OULANGA.point.lat,
    OULANGA.point.lon,
    Level.ORANGE,
    Priority.P1,
    AlertState.DISSEMINATED,
    at(-7),
    ("Black Bands",),
    ("MOB", "THR"),
)


def draft(told, open_alerts=(), place=OULANGA, policy=BROAD):
    return draft_for_report(told, open_alerts, place, policy=policy, as_of=NOON)


def test_lethal_content_raises_a_provisional_alert_whatever_the_grade():
    judged = draft(report("ATK", state="ongoing"))

    assert judged.value is not None
    assert judged.value.provisional
    assert (judged.value.level, judged.value.priority) == (Level.RED, Priority.P1)
    assert judged.reasons[0].code == "alert.lethal"
    assert judged.reasons[0].facts["grade"] == "F6"


def test_killing_told_by_numbers_alone_is_lethal_content():
    told = report("CRM", state="subsided", priority="P4", toll=killed(2))

    assert draft(told).value is not None
    assert draft(report("CRM", state="subsided", priority="P4", toll=killed(0, 0))).value is None


def test_an_unknown_toll_is_neither_killing_nor_zero():
    assert draft(report("CRM", state="subsided", priority="P4", toll=killed(None))).value is None
    assert draft(report("CRM", state="subsided", priority="P4", toll=killed(None, 3))).value is not None


@pytest.mark.parametrize("kind", ["test", "info_request", "feedback", "unread"])
def test_a_test_a_question_or_a_thank_you_never_raises(kind):
    assert draft(report("ATK", kind=kind)).value is None
    assert draft(report("ATK", kind="incident")).value is not None


def test_a_report_that_tells_of_no_threat_never_raises():
    assert draft(report("PRO", state="none", kind="update")).value is None


@pytest.mark.parametrize("verification", ["refuted", "duplicate", "out_of_scope"])
def test_a_report_that_was_refuted_never_raises(verification):
    assert draft(report("ATK", verification=verification)).value is None


def test_word_that_fighting_is_over_raises_nothing_and_closes_nothing():
    judged = draft(report("CLS", "ATK", state="subsided", kind="update"))

    assert judged.value is None


def test_a_missed_call_is_answered_as_an_alert_without_content():
    judged = draft(report("SIG", state="potential", kind="signal", priority="P2"))

    assert judged.value is not None
    assert (judged.value.level, judged.value.priority) == (Level.GREEN, Priority.P2)


@pytest.mark.parametrize(("state", "level"), [("emerging", "yellow"), ("imminent", "orange"), ("ongoing", "red")])
def test_the_level_follows_the_state_of_the_threat(state, level):
    judged = draft(report("MOB", state=state, kind="threat_warning", priority="P2"))

    assert judged.value is not None
    assert judged.value.level.value == level


def test_what_goes_on_but_can_wait_is_not_red():
    arrest = report("ARB", state="ongoing", priority="P3")

    assert draft(arrest).value.level is Level.YELLOW
    assert draft(report("ARB", state="ongoing", priority="P2")).value.level is Level.RED


def test_a_mass_killing_going_on_is_black():
    assert draft(report("KIL", toll=killed(30))).value.level is Level.BLACK
    assert draft(report("KIL", toll=killed(29))).value.level is Level.RED
    assert draft(report("KIL", state="subsided", toll=killed(30))).value.level is Level.GREEN


def test_an_imminent_threat_is_never_less_urgent_than_p2():
    judged = draft(report("THR", state="imminent", kind="threat_warning", priority="P4"))

    assert judged.value.priority is Priority.P2


def test_an_unknown_place_does_not_keep_an_alert_from_being_opened():
    judged = draft(report("ATK", place=None), place=None)

    assert judged.value is not None
    assert judged.value.place is None
    assert "alert.place_unknown" in {reason.code for reason in judged.reasons}


def test_an_alert_is_no_longer_provisional_once_its_report_is_validated():
    assert not draft(report("ATK", verification="validated")).value.provisional


def test_the_narrow_reading_lowers_the_level_and_never_the_urgency():
    told = report("MOB", "THR", state="imminent", kind="threat_warning", priority="P1")

    broad, narrow = draft(told).value, draft(told, policy=NARROW).value

    assert (broad.level, narrow.level) == (Level.ORANGE, Level.YELLOW)
    assert narrow.priority is broad.priority is Priority.P1


def test_a_second_report_of_the_same_threat_joins_the_open_alert():
    judged = draft(report("MOB", state="imminent", kind="threat_warning", actor="black bands"), [OPEN])

    assert judged.value.joins == "A-1"
    assert judged.reasons[0].code == "alert.joins"


def test_a_report_that_joins_can_only_raise_the_alert():
    judged = draft(report("TNS", "MOB", state="emerging", kind="threat_warning", priority="P3"), [OPEN])

    assert (judged.value.joins, judged.value.level, judged.value.priority) == ("A-1", Level.ORANGE, Priority.P1)


def test_another_actor_is_another_threat():
    judged = draft(report("ATK", actor="Simbarra"), [OPEN])

    assert judged.value.joins is None


def test_a_uniform_is_not_a_name_and_does_not_part_two_reports():
    assert draft(report("ATK"), [OPEN]).value.joins == "A-1"


def test_an_attack_on_the_next_village_is_an_alert_of_its_own():
    attack = report("ATK", actor="Black Bands", place=MBIRAWE)
    movement = report("MOB", actor="Black Bands", place=MBIRAWE, state="imminent", kind="threat_warning")

    assert draft(attack, [OPEN], place=MBIRAWE).value.joins is None
    assert draft(movement, [OPEN], place=MBIRAWE).value.joins == "A-1"


def test_drums_heard_in_the_threatened_village_join_its_alert():
    drums = report("SIG", state="imminent", kind="signal", place=MBIRAWE, observed_place=OULANGA)
    elsewhere = report("SIG", state="imminent", kind="signal", place=FERREKO)

    assert draft(drums, [OPEN], place=MBIRAWE).value.joins == "A-1"
    assert draft(elsewhere, [OPEN], place=FERREKO).value.joins is None


@pytest.mark.parametrize("state", [AlertState.EFFECT_REPORTED, AlertState.FEEDBACK_GIVEN, AlertState.CLOSED])
def test_what_is_told_after_the_effect_needs_a_decision_of_its_own(state):
    assert draft(report("ATK"), [replace(OPEN, state=state)]).value.joins is None


def test_what_is_told_days_later_needs_a_decision_of_its_own():
    assert draft(report("ATK"), [replace(OPEN, opened_at=at(-71))]).value.joins == "A-1"
    assert draft(report("ATK"), [replace(OPEN, opened_at=at(-73))]).value.joins is None


def test_of_two_open_alerts_the_nearer_is_joined():
    near = Place("P-0004", "Old Oulanga", Point(2.13, 29.14))
    further = replace(OPEN, ref="A-2", place=near.ref, lat=near.point.lat, lon=near.point.lon)

    assert draft(report("ATK"), [further, OPEN]).value.joins == "A-1"


@pytest.mark.parametrize("state", [AlertState.DECIDED, AlertState.TASKED, AlertState.DELEGATED_UNCONFIRMED])
def test_a_worse_turn_is_never_buried_under_a_decision_taken_before_it(state):
    decided = replace(OPEN, state=state, level=Level.ORANGE)

    assert draft(report("ATK"), [decided]).value.joins is None
    assert draft(report("ATK"), [replace(decided, level=Level.RED)]).value.joins == "A-1"


def test_killing_is_not_added_to_a_weak_alert_about_nobody_named():
    weak = replace(OPEN, level=Level.GREEN, actors=(), events=("MOB",))

    assert draft(report("SHL"), [weak]).value.joins is None
    assert draft(report("SHL"), [replace(weak, level=Level.ORANGE)]).value.joins == "A-1"


def test_a_need_is_not_what_an_alarm_without_content_was_about():
    alarm = replace(OPEN, actors=(), events=("SIG",))
    need = report("DIS", "NED", state="ongoing", kind="displacement", priority="P2")

    assert draft(need, [alarm]).value.joins is None
    assert draft(report("ATK"), [alarm]).value.joins == "A-1"


def test_people_at_a_gate_are_not_the_attack_that_they_fled():
    influx = report("IDB", "DIS", state="ongoing", kind="displacement", priority="P1")

    assert draft(influx, [replace(OPEN, events=("ATK",))]).value.joins is None


def line(state: str) -> MatrixLine:
    imminence = Imminence(ImminenceState(state), "v1", ())
    return MatrixLine(OULANGA, Category.MUST, 4.0, 4.0, 16.0, RiskBand.HIGH, Trend.RISING, imminence, (), ("I-1",))


def test_an_assessment_that_turns_imminent_asks_for_an_alert():
    judged = draft_for_line(line("imminent"), [], before=ImminenceState.EMERGING, as_of=NOON)

    assert judged.value is not None
    assert (judged.value.level, judged.value.priority) == (Level.ORANGE, Priority.P2)
    assert judged.value.reports == ("I-1",)


def test_an_assessment_that_stays_imminent_asks_for_no_second_alert():
    assert draft_for_line(line("imminent"), [], before=ImminenceState.IMMINENT, as_of=NOON).value is None
    assert draft_for_line(line("ongoing"), [OPEN], before=ImminenceState.EMERGING, as_of=NOON).value is None
    assert draft_for_line(line("emerging"), [], before=None, as_of=NOON).value is None
