"""Any past minute can be shown again, and nothing in it was learned later."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.services.datasets import FIRST, LATER, bring_in, ged
from tests.store import rows
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import DecisionKind, Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, intake, planning, replay, verification, work
from tocsin.services.refusals import Refused
from tocsin.store.models import Alert, AuditEntry, Incident, Report
from tocsin.store.queries import alerts as read_alerts

pytestmark = pytest.mark.django_db
DUTY = rows.viewer(Role.DUTY_OFFICER)


def at(minute: float):
    return rows.NIGHT + rows.minutes(minute)


@pytest.fixture
def night():
    """A message at minute 0, another source at 20, acknowledged at 5, decided at 10."""
    rows.place("P-1", name="Malka")
    rows.account("duty_officer", rung=0, sector="west")
    rows.account("host", Role.HOST_AUTHORITY, actor="FAV")
    first = intake.receive(rows.sms("Armed men attack Malka, houses burn, 3 dead"), now=at(0))
    work.drain("test", now=at(1))
    alert = Alert.objects.get()
    alerting.acknowledge(DUTY, alert.ref, now=at(5))
    decision = planning.decide(DUTY, alert.ref, kind=DecisionKind.MONITOR, why="One source so far.", now=at(10))
    second = rows.sms("Attack on Malka, people flee", number="+999 000 0102", received_at=at(18))
    intake.receive(second, now=at(18))
    work.drain("test", now=at(20))
    return SimpleNamespace(alert=alert.ref, first=first, decision=decision.ref)


def shown(ref: str, minute: float, *, viewer=DUTY):
    return replay.as_it_was(viewer, ref, as_of=at(minute), now=at(600))


def test_an_alert_is_shown_as_it_stood_at_each_minute(night):
    states = {minute: shown(night.alert, minute)["state"].get("state") for minute in (0, 1, 5, 10)}

    assert states == {0: None, 1: "disseminated", 5: "acked", 10: "decided"}
    assert shown(night.alert, 4)["state"]["acknowledged_at"] is None
    assert shown(night.alert, 5)["state"]["acknowledged_by"] == "duty_officer"


def test_before_it_was_opened_there_is_nothing_of_an_alert(night):
    found = shown(night.alert, 0.5)

    assert found["found"] is False
    assert (found["state"], found["timeline"], found["reports"], found["decisions"], found["told"]) == (
        {},
        [],
        [],
        [],
        [],
    )
    assert found["withheld"] == []


def test_who_was_told_who_answered_and_what_was_decided_by_then(night):
    early, late = shown(night.alert, 4), shown(night.alert, 10)

    assert [(one["account"], one["acknowledged_at"]) for one in early["told"]] == [("duty_officer", None)]
    assert [one["acknowledged_at"] for one in late["told"]] == [at(5).isoformat()]
    assert ([one["ref"] for one in early["decisions"]], [one["ref"] for one in late["decisions"]]) == (
        [],
        [night.decision],
    )


def test_a_report_that_joined_later_is_not_among_those_an_alert_rested_on(night):
    counts = [len(shown(night.alert, minute)["reports"]) for minute in (1, 17, 19, 20)]

    assert counts == [1, 1, 1, 2]


def test_a_decision_brings_back_the_picture_its_maker_saw(night):
    before, after = shown(night.decision, 9), shown(night.decision, 10)

    assert (before["found"], before["picture"]) == (False, None)
    assert after["picture"]["alert"]["ref"] == night.alert
    assert len(after["picture"]["reports"]) == 1
    assert after["state"]["why"] == "One source so far."


def test_a_report_refuted_later_is_shown_as_it_was_held_before(night):
    ref = Report.objects.order_by("pk").first().ref
    before = shown(ref, 30)["state"]["state"]
    verification.take(DUTY, ref, now=at(40))

    assert shown(ref, 39)["state"]["state"] == before
    assert (shown(ref, 39)["state"]["holder"], shown(ref, 40)["state"]["holder"]) == (None, "duty_officer")


def test_the_same_minute_shown_twice_is_the_same_to_the_letter(night):
    first, again = (json.dumps(shown(night.alert, 10), sort_keys=True) for _ in range(2))

    assert first == again


def test_an_event_of_a_dataset_is_shown_as_the_release_of_that_moment_said_it(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))
    bring_in(ged(tmp_path, "later.csv", LATER), after=60)
    ref = Incident.objects.get(feed_id="ucdp:1").ref

    deaths = [shown(ref, minute)["state"].get("deaths") for minute in (30, 90)]

    assert deaths == [[2, 3, 5], [8, 9, 11]]
    assert replay.as_it_was(DUTY, ref, as_of=rows.NIGHT - timedelta(days=20 * 365), now=at(0))["found"] is False


def test_refused_and_absent_say_the_same_and_a_look_back_is_entered(night):
    liaison = rows.viewer(Role.FIELD_LIAISON, sector="east")

    faults = []
    for ref in (night.alert, "A-999999", "Z-1", ""):
        with pytest.raises(Refused) as fault:
            shown(ref, 10, viewer=liaison)
        faults.append(str(fault.value))
    shown(night.alert, 10)

    assert len(set(faults)) == 1
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.by, night.alert in entry.subjects) == ("replayed", "duty_officer", True)


def test_the_text_of_a_report_is_shown_only_to_whom_it_is_open(night):
    ref = Report.objects.order_by("pk").first().ref
    planner = rows.viewer(Role.COMPONENT_PLANNER)

    assert "houses burn" in shown(ref, 10)["text"]
    assert shown(ref, 10, viewer=planner)["text"] is None
    assert "houses burn" not in json.dumps(shown(ref, 10, viewer=planner))


def test_whom_an_alert_was_kept_from_is_told_with_the_reason_once_it_was_sent(night):
    alert = read_alerts.alert_row(SYSTEM, night.alert)
    because = Because("withheld.test", {}, (night.alert,)).as_json()
    alert.addressees.update_or_create(
        account=rows.models.Account.objects.get(username="host"), defaults={"rung": 99, "withheld": because}
    )

    assert [one["account"] for one in shown(night.alert, 1)["withheld"]] == ["host"]
    assert shown(night.alert, 0.5)["withheld"] == []
