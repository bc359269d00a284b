"""What is read again or corrected is judged again: the alarm it asks for, and who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import intake, regrouping, replay, verification, work
from tocsin.services.refusals import Refused
from tocsin.store.models import Alert, Incident, Report
from tocsin.store.queries import alerts, evidence

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
DUTY = rows.viewer(Role.DUTY_OFFICER, sector="")
PLANNER = rows.viewer(Role.COMPONENT_PLANNER, sector="")
ATTACK = "Armed men attack Malka, houses burn, 3 dead"


def drain(*, after_s: float = 0) -> None:
    moment = NOW + timedelta(seconds=after_s)
    work.drain("test", now=moment, wall=moment)


def taken_in(text: str, *, number: str = rows.NUMBER) -> Report:
    """Take a message in, let the worker do what it asks for, and return the report read from it."""
    receipt = intake.receive(rows.sms(text, number=number), now=NOW)
    drain()
    return evidence.message_row(receipt.ref).reports.get()


@pytest.fixture
def malka():
    return rows.place("P-1", name="Malka")


def test_what_was_shown_raw_raises_its_alert_when_it_is_read_after_all(malka, monkeypatch):
    real, broken = intake.read_report, [True]

    def read(*args, **kwargs):
        if broken[0]:
            raise ValueError
        return real(*args, **kwargs)

    monkeypatch.setattr(intake, "read_report", read)
    intake.receive(rows.sms(ATTACK), now=NOW)
    for seconds in range(0, 60, 5):
        drain(after_s=seconds)
    assert not Alert.objects.exists()

    broken[0] = False
    drain(after_s=3600)

    assert Alert.objects.get().alert_reports.get().report == Report.objects.get()


def test_a_report_corrected_to_a_threat_raises_the_alert_it_did_not_ask_for(malka):
    report = taken_in("all calm today in Malka")
    assert alerts.alert_of_report(SYSTEM, report) is None

    fields = {"kind": "incident", "events": ["ATK", "KIL"], "imminence": "ongoing", "priority": "P1"}
    verification.correct(DUTY, report.ref, fields, why="I know the voice: they are being killed.", now=NOW)
    drain(after_s=1)

    assert alerts.alert_of_report(SYSTEM, report).priority == "P1"


def test_a_correction_raises_the_alert_that_rests_on_the_report(malka):
    rows.account("duty", rung=0)
    report = taken_in("Armed men made threats in Malka market, people are afraid")
    before = alerts.alert_of_report(SYSTEM, report)
    assert before is not None and before.priority != "P1"

    fields = {"events": ["ATK", "KIL"], "imminence": "ongoing", "priority": "P1"}
    verification.correct(DUTY, report.ref, fields, why="They called again: it has begun.", now=NOW)
    drain(after_s=1)

    after = Alert.objects.get()
    assert (after.priority, after.level, set(after.events) >= {"ATK", "KIL"}) == ("P1", "red", True)


def test_a_corrected_place_is_the_place_of_its_alert_and_its_own_sector_is_told(malka):
    rows.place("P-2", name="Sefo", sector="east")
    rows.account("west", rung=0, sector="west")
    rows.account("east", rung=0, sector="east")
    report = taken_in(ATTACK)
    assert [one.account.username for one in alerts.addressees(SYSTEM, Alert.objects.get())] == ["west"]

    verification.correct(DUTY, report.ref, {"place": "P-2"}, why="The caller spelt it.", now=NOW)
    drain(after_s=1)

    alert = Alert.objects.get()
    assert (alert.place.ref, alert.sector, alert.lat) == ("P-2", "east", alert.place.lat)
    assert [one.account.username for one in alerts.addressees(SYSTEM, alert)] == ["east", "west"]


def test_an_alert_of_an_unknown_place_is_placed_once_somebody_knows_it(malka):
    report = taken_in("Armed men attack us, houses burn, 3 dead")
    assert Alert.objects.get().lat is None

    verification.correct(DUTY, report.ref, {"place": "P-1"}, why="I called back.", now=NOW)
    drain(after_s=1)

    assert Alert.objects.get().place.ref == "P-1"


def test_a_correction_never_lowers_an_alert(malka):
    report = taken_in(ATTACK)
    before = Alert.objects.values("priority", "level", "state").get()

    verification.correct(DUTY, report.ref, {"priority": "P4", "imminence": "none"}, why="Perhaps less.", now=NOW)
    drain(after_s=1)

    assert Alert.objects.values("priority", "level", "state").get() == before


def test_a_report_made_severe_takes_its_incident_and_its_alert_out_of_wider_eyes(malka):
    report = taken_in(ATTACK)
    alert, incident = Alert.objects.get(), Incident.objects.get()
    assert alerts.alert_row(PLANNER, alert.ref) is not None
    assert evidence.incident_row(PLANNER, incident.ref) is not None

    verification.correct(DUTY, report.ref, {"sensitivity": "severe"}, why="It tells of rape.", now=NOW)

    # At once, and not when the worker comes to it.
    assert alerts.alert_row(PLANNER, alert.ref) is None
    assert evidence.incident_row(PLANNER, incident.ref) is None
    assert alerts.alert_row(DUTY, alert.ref).sensitivity == "severe"
    assert evidence.incident_row(DUTY, incident.ref).sensitivity == "severe"


def test_a_severe_report_makes_the_incident_that_it_joins_severe(malka):
    first = taken_in(ATTACK)
    second = taken_in("Attack on Malka, women raped by the armed men", number="+999 000 0102")
    assert second.sensitivity == "severe"

    regrouping.merge(DUTY, second.ref, first.incident.ref, why="The same night.", now=NOW)

    assert evidence.incident_row(PLANNER, first.incident.ref) is None
    assert evidence.incident_row(DUTY, first.incident.ref).secrecy == 3


def test_an_incident_is_no_more_severe_than_what_it_still_rests_on(malka):
    first = taken_in(ATTACK)
    second = taken_in("Attack on Malka, women raped by the armed men", number="+999 000 0102")
    regrouping.merge(DUTY, second.ref, first.incident.ref, why="The same night.", now=NOW)

    regrouping.split(DUTY, second.ref, why="Another night after all.", now=NOW)

    assert evidence.incident_row(PLANNER, first.incident.ref) is not None


def test_what_was_severe_then_is_not_shown_as_it_was_then_to_whoever_sees_it_today(malka):
    first = taken_in(ATTACK)
    second = taken_in("Attack on Malka, women raped by the armed men", number="+999 000 0102")
    regrouping.merge(DUTY, second.ref, first.incident.ref, why="The same night.", now=NOW + timedelta(minutes=1))
    regrouping.split(DUTY, second.ref, why="Another night after all.", now=NOW + timedelta(minutes=9))

    def shown(viewer, minutes: float):
        moment = NOW + timedelta(minutes=minutes)
        return replay.as_it_was(viewer, first.incident.ref, as_of=moment, now=NOW + timedelta(hours=1))["state"]

    with pytest.raises(Refused):
        shown(PLANNER, 5)
    assert shown(DUTY, 5)["sensitivity"] == "severe"
    assert shown(PLANNER, 10)["sensitivity"] != "severe"
