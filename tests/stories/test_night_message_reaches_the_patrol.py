"""One night on Three Villages, from the first message to the lesson, through the desks and the worker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories import night
from tests.stories.night import at
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel, DecisionKind, ResponseClass, ResponseTiming, TaskState
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, auditing, intake, lessons, planning, replay, work
from tocsin.store.queries import alerts, evidence, plans

pytestmark = pytest.mark.usefixtures("lasting")


def send(sent: night.Sent) -> intake.Receipt:
    contact = Hidden(sent.number) if sent.number else None
    message = Message(Channel.SMS, sent.text, sent.when, contact=contact, vendor_id=sent.gateway_id)
    receipt = intake.receive(message, now=sent.when)
    work.drain("story", now=sent.when)
    return receipt


def test_a_village_message_becomes_an_alert_a_decision_an_arrival_and_a_lesson() -> None:
    night.begin()
    first, again, second, calm, noise, thanks = night.messages()

    receipt = send(first)
    (alert,) = alerts.alerts(SYSTEM)
    assert receipt.ref in receipt.reply
    assert (alert.place.name, alert.level, alert.priority, alert.state) == ("Malka", "red", "P1", "disseminated")
    assert told(alert) == ["duty", "lead"], "a red alert goes two rungs up at once"

    send(again)
    work.drain("story", now=at(2, 16))
    alert.refresh_from_db()
    assert told(alert) == ["commander", "duty", "lead"], "nobody answered for ten minutes: the next rung is told"

    intake.receive(Message(Channel.SMS, f"ACK {alert.ref}", at(2, 18), contact=Hidden("+999 000 0002")), now=at(2, 18))
    work.drain("story", now=at(2, 18))
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.state) == ("lead", "acked")

    lead = night.viewer("lead")
    decision = planning.decide(
        lead,
        alert.ref,
        kind=DecisionKind.RESPOND,
        why="Houses burn, patrol 1 is in reach.",
        now=at(2, 24),
        option="force.patrol",
    )
    task = planning.give_task(
        lead,
        alert.ref,
        what="Patrol to Malka, warn Tesh on the way",
        owner="Patrol 1",
        asset="U-0001",
        due_at=at(4, 30),
        now=at(2, 26),
    )
    planning.move_task(lead, task.ref, to=TaskState.ACCEPTED, now=at(2, 30))
    planning.move_task(lead, task.ref, to=TaskState.EN_ROUTE, now=at(2, 50))

    send(second)
    for quiet in (calm, noise):
        send(quiet)
    alert.refresh_from_db()
    incident = alert.incident
    assert [row.ref for row in alerts.alerts(SYSTEM)] == [alert.ref], (
        "the second source joins, calm and noise raise nothing"
    )
    incident.refresh_from_db()
    assert incident.sources_count == 2, "three messages, two independent sources"

    planning.move_task(lead, task.ref, to=TaskState.ON_SCENE, now=at(4, 10))
    planning.report_effect(
        lead,
        alert.ref,
        response=ResponseClass.PHYSICAL_BY_MISSION,
        timing=ResponseTiming.DURING,
        outcome="The attackers left when the patrol came near.",
        now=at(5, 0),
    )
    planning.give_feedback(lead, alert.ref, method="radio", text="The patrol stays until noon.", now=at(5, 30))
    send(thanks)
    planning.close(lead, alert.ref, determination="Patrol 1 saw the Red Sashes leave the valley.", now=at(11, 0))
    lesson = lessons.submit(
        lead,
        title="A second rung saved ten minutes",
        theme="EARLY_WARNING",
        observation="Nobody answered for ten minutes.",
        now=at(11, 30),
        alert_ref=alert.ref,
        decision_ref=decision.ref,
    )

    alert.refresh_from_db()
    assert alert.state == "closed"
    assert alert.arrived_at - alert.opened_at == timedelta(hours=2, minutes=5)
    assert (lesson.alert.ref, lesson.decision.ref) == (alert.ref, decision.ref)
    assert evidence.counts()["messages"] == 7, "six of the village and the answer of the protection lead"


def test_the_minute_0214_can_be_shown_again_as_it_was() -> None:
    night.begin()
    for sent in night.messages():
        work.drain("story", now=sent.when)
        send(sent)
    work.drain("story", now=at(6, 30))
    (alert,) = alerts.alerts(SYSTEM, most=1)
    planning_lead = night.viewer("lead")
    alerting.acknowledge(planning_lead, alert.ref, now=at(6, 40))

    shown = replay.as_it_was(planning_lead, alert.ref, as_of=at(2, 14), now=at(9, 0))

    assert shown["state"]["state"] == "disseminated"
    assert shown["state"]["acknowledged_by"] is None
    assert [one["account"] for one in shown["told"]] == ["duty", "lead"]
    assert len(shown["reports"]) == 2, "told twice from one phone; the second source came at 02:31"
    assert shown["decisions"] == []
    assert not any(entry["at"] > at(2, 14).isoformat() for entry in shown["timeline"])


def test_the_host_liaison_is_told_nothing_when_the_host_may_be_the_author() -> None:
    night.begin()
    first = night.messages()[0]
    text = "Urgent! Les soldats de la FAV attaquent Malka, ils tirent et brulent les maisons"
    send(night.Sent(first.when, first.number, text, "host-1"))

    (alert,) = alerts.alerts(SYSTEM)
    withheld = {one.account.username: one.withheld["code"] for one in alerts.addressees(SYSTEM, alert) if one.withheld}

    assert withheld == {"host": "withheld.alleged_author"}
    assert "host" not in told(alert)


def test_a_severe_matter_reaches_those_cleared_for_it_and_nobody_else() -> None:
    night.begin()
    text = "Les foulards rouges recrutent de force les jeunes garcons 13-16 ans a Malka, 7 pris cette nuit"
    first = night.messages()[0]
    send(night.Sent(first.when, first.number, text, "severe-1"))

    (alert,) = alerts.alerts(SYSTEM)

    assert alert.sensitivity == "severe"
    assert told(alert), "an alert that nobody is told of is lost"
    assert {night.viewer(name).role.value for name in told(alert)} <= {"duty_officer", "protection_lead"}


def test_a_decline_for_lack_of_means_opens_a_gap_by_itself() -> None:
    night.begin()
    send(night.messages()[0])
    (alert,) = alerts.alerts(SYSTEM)
    head = night.viewer("head")

    planning.decide(head, alert.ref, kind=DecisionKind.DECLINE_NO_MEANS, why="Both patrols are out.", now=at(2, 20))

    (gap,) = plans.gaps(head)
    assert (gap.alert.ref, gap.state) == (alert.ref, "open")


def test_a_hand_over_stays_unconfirmed_until_an_independent_source_saw_it() -> None:
    night.begin()
    send(night.messages()[0])
    (alert,) = alerts.alerts(SYSTEM)
    lead = night.viewer("lead")

    planning.decide(
        lead, alert.ref, kind=DecisionKind.DELEGATE, why="The army is nearer.", now=at(2, 20), delegated_to="FAV"
    )
    alert.refresh_from_db()
    assert alert.state == "delegated_unconfirmed"
    with pytest.raises(planning.Refusal):
        planning.confirm_delegate(lead, alert.ref, confirmed_by="FAV", now=at(3, 0))
    planning.confirm_delegate(lead, alert.ref, confirmed_by="focal point of Tesh", now=at(3, 0))

    alert.refresh_from_db()
    assert alert.state == "confirmed_by_independent_source"


def test_silence_climbs_to_the_top_and_never_expires() -> None:
    night.begin()
    send(night.messages()[0])
    (alert,) = alerts.alerts(SYSTEM)
    moment = at(2, 5)
    for _ in range(300):
        moment += timedelta(minutes=5)
        work.drain("story", now=moment)

    alert.refresh_from_db()
    assert {"commander", "duty", "head", "lead"} <= set(told(alert))
    assert {"analyst", "liaison"} <= set(told(alert)), "nobody on the ladder answered: every desk is told"
    assert not {"admin", "auditor", "host", "partner"} & set(told(alert)), "and nobody who may not know"
    assert alert.state == "disseminated", "a day of silence closes nothing"
    assert alert.reminders > 50, "the last rung is reminded again and again"


def test_every_deed_of_the_night_is_in_an_audit_log_that_verifies() -> None:
    night.begin()
    send(night.messages()[0])

    figures, problems = auditing.verify(SYSTEM, now=at(9, 0))

    assert problems == []
    assert figures["unsealed"] == 0
    assert figures["entries"] > 10


def told(alert: object) -> list[str]:
    return sorted(one.account.username for one in alerts.addressees(SYSTEM, alert) if one.told_at)
