from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.escalation import next_step
from tocsin.core.alerts.types import Waiting
from tocsin.core.reference.terms import AlertState, DecisionKind, Priority

NEW = Waiting("A-1", Priority.P1, AlertState.OPEN, NOON, 0, None, None, top_rung=3)
TOLD = replace(NEW, state=AlertState.DISSEMINATED, told_at=NOON)


def after(minutes: float):
    return NOON + timedelta(minutes=minutes)


def test_a_new_alert_is_sent_out_at_once():
    step = next_step(NEW, as_of=after(1))

    assert (step.verb, step.rung, step.due_at) == ("disseminate", 0, after(15))


def test_an_alert_not_sent_out_in_time_is_still_sent_and_the_delay_is_said():
    in_time, late = next_step(NEW, as_of=after(15)), next_step(NEW, as_of=after(16))

    assert in_time.reasons[0].code == "step.disseminate"
    assert (late.verb, late.reasons[0].code) == ("disseminate", "step.disseminate_late")


def test_nobody_is_woken_again_before_the_acknowledgement_clock_has_run():
    step = next_step(TOLD, as_of=after(9.9))

    assert (step.verb, step.due_at) == ("wait", after(10))


def test_silence_climbs_one_rung_at_once_the_clock():
    step = next_step(TOLD, as_of=after(10))

    assert (step.verb, step.rung) == ("escalate", 1)


def test_silence_climbs_two_rungs_at_twice_the_clock():
    in_one_late_look = next_step(TOLD, as_of=after(20))
    in_two_looks = next_step(replace(TOLD, rung=1, told_at=after(10)), as_of=after(20))

    assert in_one_late_look.rung == 2
    assert in_two_looks.rung == 2


def test_the_ladder_never_climbs_beyond_its_top():
    step = next_step(replace(TOLD, rung=2), as_of=after(60))

    assert (step.verb, step.rung) == ("escalate", 3)


@pytest.mark.parametrize(("reminders", "verb"), [(0, "remind"), (1, "scream"), (5, "scream"), (500, "scream")])
def test_the_top_of_the_ladder_is_reminded_and_then_every_desk_is_told_for_ever(reminders, verb):
    at_top = replace(TOLD, rung=3, reminders=reminders)

    due = next_step(at_top, as_of=after(10 * (reminders + 1)))
    early = next_step(at_top, as_of=after(10 * (reminders + 1) - 1))

    assert (due.verb, due.rung) == (verb, 3)
    assert early.verb == "wait"


@pytest.mark.parametrize("state", [state for state in AlertState if state is not AlertState.CLOSED])
@pytest.mark.parametrize("days", [0, 1, 400])
def test_an_open_alert_always_has_a_next_look(state, days):
    step = next_step(replace(TOLD, state=state, acknowledged_by="P-7"), as_of=NOON + timedelta(days=days))

    assert step.due_at is not None
    assert step.reasons


def test_only_a_closed_alert_has_no_next_look():
    step = next_step(replace(TOLD, state=AlertState.CLOSED), as_of=after(9999))

    assert (step.verb, step.due_at) == ("wait", None)


def test_an_acknowledgement_stops_the_ladder_and_starts_the_decision_clock():
    acked = replace(TOLD, state=AlertState.ACKED, acknowledged_by="P-7")

    waiting, late = next_step(acked, as_of=after(29)), next_step(acked, as_of=after(30))

    assert (waiting.verb, waiting.due_at) == ("wait", after(30))
    assert (late.verb, late.rung) == ("chase_decision", 0)


def test_a_decision_that_does_not_come_is_asked_of_the_next_rung():
    acked = replace(TOLD, state=AlertState.ACKED, acknowledged_by="P-7", nudged_at=after(30))

    assert next_step(acked, as_of=after(39)).verb == "wait"
    assert next_step(acked, as_of=after(60)).rung == 1


def test_reminders_given_before_the_acknowledgement_do_not_delay_the_decision():
    acked = replace(TOLD, state=AlertState.ACKED, acknowledged_by="P-7", rung=3, nudged_at=after(25))

    assert next_step(acked, as_of=after(30)).verb == "chase_decision"


def test_a_hand_over_that_nobody_confirmed_is_chased():
    handed = replace(
        TOLD,
        state=AlertState.DELEGATED_UNCONFIRMED,
        acknowledged_by="P-7",
        decided_at=after(20),
        delegated_at=after(20),
    )

    assert next_step(handed, as_of=after(49)).verb == "wait"
    assert next_step(handed, as_of=after(50)).verb == "chase_delegate"
    assert next_step(handed, as_of=after(80)).rung == 1


def test_after_a_decision_nobody_is_asked_to_acknowledge_and_the_feedback_is_due():
    decided = replace(TOLD, state=AlertState.DECIDED, decided_at=after(5), decision=DecisionKind.MONITOR)

    assert next_step(decided, as_of=after(300)).verb == "wait"
    assert next_step(decided, as_of=after(360)).verb == "chase_feedback"


@pytest.mark.parametrize("decision", [DecisionKind.RESPOND, None])
def test_a_decision_to_go_is_chased_until_somebody_moves(decision):
    decided = replace(TOLD, state=AlertState.DECIDED, decided_at=after(5), decision=decision)

    assert next_step(decided, as_of=after(60)).verb == "chase_movement"


def test_the_note_is_chased_once_the_community_was_told():
    told_back = replace(TOLD, state=AlertState.FEEDBACK_GIVEN, acknowledged_by="P-7")

    assert next_step(told_back, as_of=NOON + timedelta(hours=24)).verb == "chase_note"


def test_a_routine_alert_wakes_nobody_and_still_wants_a_decision():
    routine = replace(NEW, priority=Priority.P4)

    assert next_step(routine, as_of=after(60)).verb == "wait"
    assert next_step(routine, as_of=NOON + timedelta(days=7)).verb == "chase_decision"


def test_a_rung_that_no_message_reaches_is_passed_without_waiting():
    unreached = replace(TOLD, is_unreached=True)

    assert next_step(TOLD, as_of=after(1)).verb == "wait"
    assert next_step(unreached, as_of=after(1)).rung == 1
    assert next_step(unreached, as_of=after(1)).reasons[0].code == "step.unreached"


def test_a_top_that_no_message_reaches_makes_every_desk_scream_at_once_and_again_by_the_clock():
    lost = replace(TOLD, rung=3, is_unreached=True)
    screaming = replace(lost, is_screaming=True, nudged_at=after(1))

    assert next_step(lost, as_of=after(1)).verb == "scream"
    assert next_step(screaming, as_of=after(2)).verb == "wait"
    assert next_step(screaming, as_of=after(11)).verb == "scream"


def test_who_was_held_back_by_quiet_hours_is_told_when_they_end():
    held = replace(TOLD, priority=Priority.P3, held_until=after(30))

    assert next_step(held, as_of=after(5)).due_at == after(30)
    assert next_step(held, as_of=after(30)).verb == "wake"


def test_quiet_hours_that_end_ask_nothing_of_an_alert_somebody_has():
    held = replace(TOLD, priority=Priority.P3, held_until=after(30), acknowledged_by="P-7", state=AlertState.ACKED)

    assert next_step(held, as_of=after(31)).verb == "wait"


def test_a_routine_alert_held_back_by_quiet_hours_is_told_when_they_end_and_wakes_nobody_before():
    routine = replace(NEW, priority=Priority.P4, held_until=after(30))

    assert (next_step(routine, as_of=after(29)).verb, next_step(routine, as_of=after(29)).due_at) == ("wait", after(30))
    assert next_step(routine, as_of=after(30)).verb == "wake"
    assert next_step(replace(routine, held_until=None), as_of=after(30)).verb == "wait"
