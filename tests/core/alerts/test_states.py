from dataclasses import replace

import pytest

from tocsin.core.alerts.states import may_move, moves
from tocsin.core.alerts.types import Move
from tocsin.core.reference.terms import AlertState, DecisionKind

READY_TO_CLOSE = Move(by="P. Lead", determination="group left, seen by patrol", is_feedback_given=True)


def codes(state, to, move) -> set[str]:
    return {reason.code for reason in may_move(state, to, move).reasons}


def test_an_alert_can_be_answered_from_its_first_signal_to_its_closing():
    path = [
        (AlertState.DISSEMINATED, Move()),
        (AlertState.ACKED, Move(by="D. Officer")),
        (AlertState.DECIDED, Move(by="Head", decision=DecisionKind.RESPOND)),
        (AlertState.TASKED, Move()),
        (AlertState.EN_ROUTE, Move()),
        (AlertState.ON_SCENE, Move()),
        (AlertState.EFFECT_REPORTED, Move()),
        (AlertState.FEEDBACK_GIVEN, Move()),
        (AlertState.CLOSED, READY_TO_CLOSE),
    ]

    states = [AlertState.OPEN, *(state for state, _ in path)]
    allowed = [may_move(before, to, move).value for before, (to, move) in zip(states, path, strict=False)]

    assert allowed == [True] * 9


@pytest.mark.parametrize("state", list(AlertState))
def test_every_state_has_a_way_on(state):
    assert moves(state)


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.DISSEMINATED, AlertState.ACKED, AlertState.TASKED])
def test_an_alert_that_nobody_decided_on_cannot_be_closed(state):
    assert codes(state, AlertState.CLOSED, READY_TO_CLOSE) == {"move.not_from_here"}


def test_a_device_cannot_acknowledge():
    assert codes(AlertState.DISSEMINATED, AlertState.ACKED, Move(by=" ")) == {"move.needs_person"}
    assert may_move(AlertState.DISSEMINATED, AlertState.ACKED, Move(by="D. Officer")).value


def test_a_refusal_to_respond_needs_its_reason():
    decline = Move(by="Head", decision=DecisionKind.DECLINE_NO_MEANS)

    assert codes(AlertState.ACKED, AlertState.DECIDED, decline) == {"move.needs_why"}
    assert may_move(AlertState.ACKED, AlertState.DECIDED, replace(decline, why="no asset in reach")).value


def test_a_hand_over_names_whom_it_was_handed_to():
    handed = Move(by="Head", decision=DecisionKind.DELEGATE, why="nearest")

    assert codes(AlertState.ACKED, AlertState.DECIDED, handed) == {"move.needs_delegate"}


def test_whoever_it_was_handed_to_cannot_confirm_themselves():
    own_word = Move(by="D. Officer", delegated_to="FAA commander", confirmed_by="faa commander ")
    confirmed = AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE

    assert codes(AlertState.DELEGATED_UNCONFIRMED, confirmed, own_word) == {"move.delegate_confirms_itself"}
    assert may_move(AlertState.DELEGATED_UNCONFIRMED, confirmed, replace(own_word, confirmed_by="focal point")).value


def test_an_unconfirmed_hand_over_is_not_an_end():
    assert codes(AlertState.DELEGATED_UNCONFIRMED, AlertState.CLOSED, READY_TO_CLOSE) == {"move.not_from_here"}


def test_closing_needs_a_person_a_determination_and_word_to_the_community():
    closing = codes(AlertState.FEEDBACK_GIVEN, AlertState.CLOSED, Move())

    assert closing == {"move.needs_person", "move.needs_determination", "move.needs_feedback"}


def test_closing_without_word_to_the_community_needs_the_reason():
    unsafe = replace(READY_TO_CLOSE, is_feedback_given=False, why_no_feedback="contact would expose the source")

    assert may_move(AlertState.EFFECT_REPORTED, AlertState.CLOSED, unsafe).value


@pytest.mark.parametrize("is_interested", [True, None])
def test_a_false_alarm_is_not_closed_on_the_word_of_an_interested_source(is_interested):
    wedding = replace(READY_TO_CLOSE, is_false_alarm=True, is_interested=is_interested)

    refused = codes(AlertState.DECIDED, AlertState.CLOSED, wedding)

    assert refused == {"move.needs_disinterested_source"}
    assert may_move(AlertState.DECIDED, AlertState.CLOSED, replace(wedding, is_interested=False)).value


def test_a_closed_alert_can_be_reopened_with_a_reason():
    assert codes(AlertState.CLOSED, AlertState.OPEN, Move(by="D. Officer")) == {"move.needs_why"}
    assert may_move(AlertState.CLOSED, AlertState.OPEN, Move(by="D. Officer", why="shots again")).value
