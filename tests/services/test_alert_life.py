"""The life of one alert: raised after it was acknowledged, called, relayed, harmed, declined, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.core.alerts.harm import Suffered
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import DecisionKind, DutyCall, HarmKind, HarmPhase, Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, intake, outcome, planning, relaying, verification, viewing, waking, work
from tocsin.services.refusals import Refusal
from tocsin.store.convert.alerts import open_alert
from tocsin.store.models import (
    Addressee,
    Alert,
    CapabilityGap,
    CommunityFeedback,
    DutyShift,
    HostRelay,
    OutgoingMessage,
    Report,
)
from tocsin.store.queries import alerts
from tocsin.store.writes import world

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
ATTACK = "Armed men attack Malka, houses burn, 3 dead"


@pytest.fixture(autouse=True)
def ladder() -> None:
    """A village, and four desks one above the other; the first two have telephones."""
    rows.place("P-1", name="Malka")
    for rung, (name, role) in enumerate(
        [("duty", Role.DUTY_OFFICER), ("lead", Role.PROTECTION_LEAD), ("planner", Role.COMPONENT_PLANNER)]
    ):
        contact = Hidden(f"+999 000 030{rung}")
        world.make_account(world.Desk(name, role, sector="west", rung=rung, contact=contact), "a long enough phrase")


def after(minutes: float):
    return NOW + timedelta(minutes=minutes)


def drain(minutes: float = 0) -> None:
    work.drain("test", now=after(minutes), wall=after(minutes))


def tell(text: str = ATTACK, *, minutes: float = 0, number: str = rows.NUMBER) -> Alert:
    intake.receive(rows.sms(text, number=number, received_at=after(minutes)), now=after(minutes))
    drain(minutes)
    return Alert.objects.order_by("pk").last()


def viewer(name: str):
    return alerting.account_viewer(alerts.account(name))


def told(alert: Alert) -> list[str]:
    return sorted(one.account.username for one in alerts.addressees(SYSTEM, alert) if one.told_at)


def of(alert: Alert, name: str):
    return next(one for one in alerts.addressees(SYSTEM, alert) if one.account.username == name)


def codes(name: str) -> list[str]:
    return [one.code.removeprefix("outgoing.alert.") for one in reversed(alerts.inbox(name))]


def test_an_alert_raised_after_it_was_acknowledged_is_told_again_and_must_be_acknowledged_anew():
    alert = tell("Armed men say they will attack Malka tonight")
    assert alert.level == "orange"
    alerting.acknowledge(viewer("duty"), alert.ref, now=after(1))

    tell(ATTACK, minutes=5, number="+999 000 0102")
    alert.refresh_from_db()
    assert (alert.level, alert.state, alert.acknowledged_at, alert.acknowledged_by) == ("red", "disseminated", None, "")
    assert codes("duty")[-1] == "raised"
    assert alert.first_acknowledged_at == after(1)
    alerting.acknowledge(viewer("duty"), alert.ref, now=after(7))
    assert of(alert, "duty").acknowledged_at == after(7)


def test_told_seen_and_acknowledged_are_three_facts_of_each_person():
    alert = tell()
    assert (of(alert, "duty").told_at, of(alert, "duty").seen_at) == (NOW, None)

    viewing.show_alert(viewer("duty"), alert.ref, now=after(2))
    viewing.show_alert(viewer("duty"), alert.ref, now=after(3))

    one = of(alert, "duty")
    assert (one.seen_at, one.seen_through, one.acknowledged_at) == (after(2), "web", None)
    assert of(alert, "lead").seen_at is None


def test_a_call_to_who_has_it_is_their_acknowledgement_by_voice_and_one_without_answer_is_none():
    alert = tell()
    lead = viewer("lead")

    alerting.log_call(lead, alert.ref, whom="duty", outcome=DutyCall.NO_ANSWER, now=after(3), called_at=after(2))
    assert of(alert, "duty").acknowledged_at is None
    alerting.log_call(lead, alert.ref, whom="planner", outcome=DutyCall.HAS_IT, now=after(5), called_at=after(4))

    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.state) == ("planner", "acked")
    assert of(alert, "planner").acknowledged_through == "voice"
    assert [(one.account.username, one.outcome) for one in alerts.calls(lead, alert)] == [
        ("duty", "no_answer"), ("planner", "has_it"),
    ]  # fmt: skip


def test_a_call_still_to_come_and_one_to_nobody_are_refused():
    alert = tell()

    with pytest.raises(Refusal):
        alerting.log_call(viewer("lead"), alert.ref, whom="duty", outcome=DutyCall.BUSY, now=NOW, called_at=after(30))
    with pytest.raises(Refusal):
        alerting.log_call(viewer("lead"), alert.ref, whom="nobody", outcome=DutyCall.BUSY, now=NOW, called_at=NOW)


def test_a_message_that_failed_for_good_counts_as_not_told_and_the_ladder_climbs_at_once():
    alert = tell()
    OutgoingMessage.objects.filter(alert=alert).update(failed_at=after(1))
    from tocsin.store.writes import record

    record.enqueue("watch", alert.ref, run_at=after(1), key="undelivered")
    drain(1)

    assert told(alert) == ["duty", "lead", "planner"]
    assert of(alert, "duty").unreached_at is None, "told again with the higher rung, by another message"


def test_nobody_on_the_whole_ladder_makes_every_desk_scream_until_somebody_has_it():
    rows.account("analyst", Role.ANALYST, on_duty=True)
    alert = tell()
    for minutes in range(1, 61):
        drain(minutes)
    alert.refresh_from_db()

    assert alert.screams_since is not None
    assert "analyst" in told(alert)
    assert [one.ref for one in alerts.screaming(viewer("duty"))] == [alert.ref]
    alerting.acknowledge(viewer("lead"), alert.ref, now=after(61))
    assert alerts.screaming(viewer("duty")) == []


def test_a_rota_decides_who_is_woken_and_the_deputy_stands_in_for_who_is_away():
    rows.account("night", Role.DUTY_OFFICER, sector="west", rung=0)
    duty, night = alerts.account("duty"), alerts.account("night")
    span = {"starts_at": after(-60), "ends_at": after(600), "made_by": "lead", "made_at": NOW}
    DutyShift.objects.create(account=night, **span)
    DutyShift.objects.create(account=duty, is_absence=True, **span)

    assert told(tell()) == ["lead", "night"]


def test_the_bare_threat_goes_to_a_host_authority_and_nothing_of_who_told_it():
    rows.account("host", Role.HOST_AUTHORITY, sector="west", actor="FAV", language="fr")
    alert = tell()
    (draft,) = relaying.drafts(viewer("lead"), alert, now=after(3))

    row = relaying.relay(viewer("lead"), alert.ref, to="host", now=after(3))

    assert (draft.withheld, row.withheld) == (None, None)
    assert not any(report.ref in draft.text for report in Report.objects.all())
    assert alert.ref not in draft.text
    assert OutgoingMessage.objects.filter(purpose="relay", account__username="host").count() == 1


def test_where_the_host_force_may_be_the_author_nothing_is_passed_on_and_the_reason_is_kept():
    rows.account("host", Role.HOST_AUTHORITY, sector="west", actor="FAV")
    alert = tell("Soldiers in uniform attack Malka, houses burn, 3 dead")

    with pytest.raises(Refusal):
        relaying.relay(viewer("lead"), alert.ref, to="host", now=after(3))

    assert OutgoingMessage.objects.filter(purpose="relay").count() == 0
    assert HostRelay.objects.get().withheld["code"] == "withheld.host_may_be_author"


def test_class_and_timing_follow_from_who_arrived_and_what_harm_came_when():
    alert = tell()
    lead = viewer("lead")
    alerting.acknowledge(lead, alert.ref, now=after(2))
    planning.decide(lead, alert.ref, kind=DecisionKind.RESPOND, why="Near.", now=after(5))
    Alert.objects.filter(pk=alert.pk).update(arrived_at=after(60))
    outcome.record_harm(
        lead, alert.ref, Suffered(HarmKind.KILLED, HarmPhase.BEFORE, 3, None, after(-30), after(10)), now=after(90)
    )

    planning.report_effect(lead, alert.ref, outcome="They had left.", now=after(95))

    alert.refresh_from_db()
    assert (alert.response_class, alert.timing) == ("4", "after")


def test_harm_rests_on_reports_of_this_alert_only():
    alert = tell()

    with pytest.raises(Refusal):
        outcome.record_harm(viewer("lead"), alert.ref, Suffered(HarmKind.KILLED), now=NOW, reports=["R-999999"])


def test_an_alert_declined_twice_for_lack_of_means_has_one_gap():
    alert = tell()
    for minutes in (5, 50):
        planning.decide(
            viewer("lead"), alert.ref, kind=DecisionKind.DECLINE_NO_MEANS, why="No vehicle.", now=after(minutes)
        )

    gap = CapabilityGap.objects.get()
    assert (gap.alert, gap.place.name) == (alert, "Malka")


def test_who_warned_hears_what_the_village_was_told_by_the_way_they_wrote():
    alert = tell()
    lead = viewer("lead")
    planning.decide(lead, alert.ref, kind=DecisionKind.MONITOR, why="Watching.", now=after(5))

    planning.give_feedback(lead, alert.ref, method="radio", text="A patrol comes at noon.", now=after(9))

    sent = OutgoingMessage.objects.get(purpose="feedback")
    assert (sent.channel, sent.facts["text"]) == ("sms", "A patrol comes at noon.")
    assert CommunityFeedback.objects.count() == 1


def test_a_determination_keeps_who_made_it_and_what_it_rests_on():
    alert = tell()
    lead = viewer("lead")
    planning.decide(lead, alert.ref, kind=DecisionKind.MONITOR, why="Watching.", now=after(5))
    ref = alerts.reports_of_alert(SYSTEM, alert)[0].ref
    end = {"determination": "They left.", "why_no_feedback": "No network.", "now": after(600)}

    with pytest.raises(Refusal):
        planning.close(lead, alert.ref, rests_on=["R-999999"], **end)
    planning.close(lead, alert.ref, rests_on=[ref], **end)

    alert.refresh_from_db()
    assert (alert.over_by, alert.determination, alert.rests_on) == ("lead", "They left.", [ref])


def correct(report: Report, minutes: float, **fields) -> None:
    verification.correct(viewer("lead"), report.ref, fields, why="Called back.", now=after(minutes))
    drain(minutes)


def end(alert: Alert, minutes: float) -> None:
    lead = viewer("lead")
    alerting.acknowledge(lead, alert.ref, now=after(minutes))
    planning.decide(lead, alert.ref, kind=DecisionKind.MONITOR, why="Watching.", now=after(minutes))
    over = {"determination": "They left.", "why_no_feedback": "No network.", "now": after(minutes)}
    planning.close(lead, alert.ref, rests_on=[alerts.reports_of_alert(SYSTEM, alert)[0].ref], **over)
    drain(minutes)


def test_a_force_named_as_the_author_later_is_kept_from_the_alert_from_that_moment_and_nobody_is_told_twice():
    rows.account("host", Role.HOST_AUTHORITY, sector="west", actor="FAV")
    alert = tell()
    lead = viewer("lead")
    assert relaying.drafts(lead, alert, now=after(1))[0].withheld is None
    before = OutgoingMessage.objects.count()

    report = Report.objects.get()
    verification.correct(lead, report.ref, {"actor_name": "FAV"}, why="Called back.", now=after(2))

    alert.refresh_from_db()
    assert alert.actors == ["FAV"]
    Alert.objects.update(actors=[])
    alert.refresh_from_db()
    assert relaying.drafts(lead, alert, now=after(2))[0].withheld.code == "withheld.alleged_author"
    drain(2)
    alert.refresh_from_db()
    assert alert.actors == ["FAV"]
    assert OutgoingMessage.objects.count() == before


def test_an_alert_raised_before_anybody_was_told_is_sent_out_although_somebody_had_it_already():
    alert = tell()
    Alert.objects.update(told_at=None, rung=-1, state="acked", acknowledged_at=after(1), acknowledged_by="planner")
    OutgoingMessage.objects.all().delete()
    alert.refresh_from_db()

    waking.announce_change(alert, after(2))
    waking.watch(alert.ref, after(2))

    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_at, alert.told_at) == ("disseminated", None, after(2))
    assert codes("duty") == ["disseminate"]


def test_a_person_opens_a_new_alert_on_a_report_whose_alert_is_closed_and_only_then():
    first = tell()
    report = Report.objects.get()
    assert alerting.open_by_hand(viewer("lead"), report.ref, why="Again.", now=after(1)) == first.ref
    end(first, 5)

    ref = alerting.open_by_hand(viewer("lead"), report.ref, why="They are back.", now=after(60))
    drain(60)

    second = alerts.alert_row(SYSTEM, ref)
    assert (second.pk != first.pk, second.state) == (True, "disseminated")
    assert alerts.alert_of_report(SYSTEM, report) == second


def test_a_report_corrected_to_an_attack_going_on_alarms_anew_after_its_alert_was_closed():
    first = tell("Armed men say they will attack Malka tonight")
    report = Report.objects.get()
    end(first, 5)

    correct(report, 30, actor_name="Coalition")
    assert Alert.objects.count() == 1, "what is corrected otherwise opens nothing"
    correct(report, 60, imminence="ongoing", events=["KIL"])
    correct(report, 70, actor_name="Alliance")

    assert [one.state for one in Alert.objects.order_by("pk")] == ["closed", "disseminated"]
    assert alerts.alert_of_report(SYSTEM, report).level == "red"


def test_a_report_whose_alert_closes_while_it_is_joining_opens_one_of_its_own(monkeypatch):
    first = tell()
    first.refresh_from_db()
    as_it_was = open_alert(first)
    end(first, 5)
    monkeypatch.setattr(alerting, "_could_join", lambda report, now: (as_it_was,))

    second = tell(minutes=6, number="+999 000 0102")

    assert (second.pk != first.pk, second.state) == (True, "disseminated")


def test_a_bare_yes_answers_an_alert_raised_since_it_was_acknowledged():
    alert = tell("Armed men say they will attack Malka tonight")
    alerting.acknowledge(viewer("duty"), alert.ref, now=after(1))
    assert alerts.told_and_unanswered("duty") == []

    tell(ATTACK, minutes=5, number="+999 000 0102")

    assert [one.ref for one in alerts.told_and_unanswered("duty")] == [alert.ref]


@pytest.mark.parametrize(
    "act",
    [
        lambda who, ref, now: alerting.acknowledge(who, ref, now=now),
        lambda who, ref, now: alerting.escalate(who, ref, why="Silence.", now=now),
        lambda who, ref, now: alerting.log_call(
            who, ref, whom="duty", outcome=DutyCall.REACHED, now=now, called_at=now
        ),
    ],
)
def test_what_is_done_to_a_merged_alert_is_done_to_the_one_it_became_and_a_closed_one_refuses(act):
    gone, living = rows.alert(), rows.alert()
    Alert.objects.filter(pk=gone.pk).update(state="closed", closed_at=NOW, merged_into=living)

    act(viewer("lead"), gone.ref, after(1))

    assert told(living) != []
    assert told(gone) == []
    Alert.objects.filter(pk=living.pk).update(state="closed", closed_at=after(2))
    for ref in (gone.ref, living.ref):
        with pytest.raises(Refusal) as refused:
            act(viewer("lead"), ref, after(3))
        assert refused.value.reasons[0].code == "refused.alert_closed"


def test_who_answers_an_alert_that_is_over_reports_nothing_by_it():
    alert = tell()
    end(alert, 5)

    intake.receive(rows.sms(f"ACK {alert.pk}", number="+999 000 0300", received_at=after(6)), now=after(6))
    drain(6)

    assert Report.objects.count() == 1


def test_whoever_need_no_longer_be_told_when_their_quiet_hours_end_wakes_the_others_only_once():
    alert = tell()
    rows.account("asleep", Role.DUTY_OFFICER, sector="east", rung=0)
    Addressee.objects.create(alert=alert, account=alerts.account("asleep"), rung=0, held_until=after(3))

    for second in range(0, 60, 10):
        waking.watch(alert.ref, after(3) + timedelta(seconds=second))

    assert codes("duty").count("wake") == 1
    assert of(alert, "asleep").told_at is None


def test_the_rota_says_of_which_sector_somebody_is_told_while_they_have_its_watch():
    rows.account("guest", Role.DUTY_OFFICER, sector="east", rung=0)
    rows.account("marked", Role.DUTY_OFFICER, sector="east", rung=0, on_duty=True)
    span = {"starts_at": after(-60), "ends_at": after(60), "made_by": "lead", "made_at": NOW}
    DutyShift.objects.create(account=alerts.account("guest"), sector="west", **span)

    sectors = {person.ref: person.sector for _, person in alerts.people(NOW)}
    later = {person.ref: person.sector for _, person in alerts.people(after(90))}

    assert (sectors["guest"], sectors["marked"], later["guest"]) == ("west", "east", "east")
    assert "guest" in told(tell())


def test_no_length_of_silence_closes_an_alert():
    alert = tell()
    for day in range(1, 40):
        drain(day * 1440)

    alert.refresh_from_db()
    assert alert.state == "disseminated"
    assert alert.over_at is None
