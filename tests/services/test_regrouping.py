"""Merging and splitting: no report is ever lost, and undoing puts back exactly what stood before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import alerting, regrouping, triage
from tocsin.services.refusals import Refusal
from tocsin.store.models import Addressee, Alert, AlertReport, Incident, Report
from tocsin.store.queries import alerts, desk, record

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
DUTY = rows.viewer(Role.DUTY_OFFICER, sector="")


TEXTS = iter(
    ["houses burn by the mosque", "my brother was shot at the well", "they took eleven goats and two girls"] * 400
)


def told(place: Any, **fields: Any) -> Report:
    given: dict[str, Any] = {"events": ["ATK"], "place": place, "lat": place.lat, "lon": place.lon, **fields}
    return rows.report(
        source=rows.source(), message=rows.message(text=next(TEXTS)), grade_source="C", grade_content=3, **given
    )


def everything() -> dict[str, Any]:
    """Return where every report and incident stands."""
    reports = Report.objects.order_by("pk").values_list("pk", "incident_id", "grade_content", "state")
    incidents = Incident.objects.order_by("pk").values_list("pk", "sources_count", "events", "grade", "state")
    return {"reports": list(reports), "incidents": list(incidents)}


@pytest.fixture
def three() -> list[Report]:
    place = rows.place(name="Malka")
    made = [told(place), told(place), told(place)]
    for one in made:
        regrouping.split(DUTY, one.ref, why="Each for itself.", now=NOW)
    return made


def test_reports_of_one_event_come_together_under_the_main_one(three):
    first, second, third = three

    regrouping.merge_many(DUTY, [second.ref, third.ref], first.ref, why="One fire.", now=NOW)

    together = {row.incident_id for row in Report.objects.all()}
    assert len(together) == 1
    assert Incident.objects.get(pk=together.pop()).sources_count == 3


def test_undoing_a_merge_restores_grades_and_counts_exactly(three):
    first, second, third = three
    before = everything()
    deed = regrouping.merge_many(DUTY, [second.ref, third.ref], first.ref, why="One fire.", now=NOW)
    assert everything() != before

    triage.undo(DUTY, deed.pk, now=NOW)

    assert everything() == before


def test_a_report_that_somebody_moved_on_since_stays_there(three):
    first, second, third = three
    deed = regrouping.merge(DUTY, second.ref, first.ref, why="One fire.", now=NOW)
    regrouping.merge(DUTY, second.ref, third.ref, why="No, the other.", now=NOW)

    triage.undo(DUTY, deed.pk, now=NOW)

    second.refresh_from_db()
    third.refresh_from_db()
    assert second.incident == third.incident
    assert [item.result for item in deed.items.filter(subject=second.ref)] == ["kept"]


def test_a_deed_is_undone_once_and_only_by_whoever_did_it(three):
    first, second, _ = three
    deed = regrouping.merge(DUTY, second.ref, first.ref, why="One fire.", now=NOW)

    with pytest.raises(Exception, match="no such record"):
        triage.undo(rows.viewer(Role.ANALYST), deed.pk, now=NOW)
    triage.undo(DUTY, deed.pk, now=NOW)
    with pytest.raises(Refusal, match="done_already"):
        triage.undo(DUTY, deed.pk, now=NOW)


def test_each_report_and_its_history_tell_what_was_done(three):
    first, second, _ = three
    deed = regrouping.merge(DUTY, second.ref, first.ref, why="One fire.", now=NOW)
    triage.undo(DUTY, deed.pk, now=NOW)

    verbs = [entry["verb"] for entry in record.timeline(SYSTEM, [second.ref])]
    assert verbs[-2:] == ["merged", "undone"] or verbs[-3:-1] == ["merged", "regraded"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    some.lists(
        some.tuples(some.sampled_from(["merge", "split", "undo"]), some.integers(0, 3), some.integers(0, 3)), max_size=9
    )
)
def test_any_order_of_merging_splitting_and_undoing_keeps_every_report_exactly_once(db, steps):
    place = rows.place()
    made = [told(place) for _ in range(4)]
    numbers = sorted(one.pk for one in made)
    done: list[tuple[Any, dict[str, Any]]] = []
    for verb, one, two in steps:
        _step(made, done, verb, one, two)
        assert sorted(Report.objects.filter(pk__in=numbers).values_list("pk", flat=True)) == numbers
    for deed, before in reversed(done):
        triage.undo(DUTY, deed.pk, now=NOW)
        assert where(numbers) == before


def where(numbers: list[int]) -> list[tuple[int, int | None]]:
    return list(Report.objects.filter(pk__in=numbers).order_by("pk").values_list("pk", "incident_id"))


def _step(made: list[Report], done: list[tuple[Any, dict[str, Any]]], verb: str, one: int, two: int) -> None:
    numbers = sorted(row.pk for row in made)
    before = where(numbers)
    if verb == "undo" and done:
        deed, stood = done.pop()
        triage.undo(DUTY, deed.pk, now=NOW)
        assert where(numbers) == stood
    elif verb == "split":
        done.append((regrouping.split(DUTY, made[one].ref, why="Apart.", now=NOW), before))
    elif verb == "merge":
        if Report.objects.get(pk=made[two].pk).incident_id is None:
            regrouping.split(DUTY, made[two].ref, why="Its own first.", now=NOW)
            done.clear()
            before = where(numbers)
        done.append((regrouping.merge(DUTY, made[one].ref, made[two].ref, why="One.", now=NOW), before))


@pytest.fixture
def two_alerts() -> tuple[Alert, Alert]:
    place = rows.place(name="Malka")
    duty, lead = rows.account("duty", rung=0), rows.account("lead", Role.PROTECTION_LEAD, rung=1)
    later = NOW + timedelta(minutes=20)
    into = rows.alert(place=place, level="orange", priority="P2", opened_at=later, told_at=later, state="disseminated")
    gone = rows.alert(place=place, level="red", priority="P1", opened_at=NOW, told_at=NOW, state="disseminated")
    Alert.objects.filter(pk=gone.pk).update(beats={"told_at": ["steady", 7.0]})
    for alert, account in ((into, duty), (gone, duty), (gone, lead)):
        Addressee.objects.create(alert=alert, account=account, rung=account.rung, told_at=alert.told_at)
    for alert in (into, gone):
        AlertReport.objects.create(alert=alert, report=told(place), joined_at=NOW)
    return into, gone


def test_merged_alerts_carry_people_reports_and_the_earlier_clock(two_alerts):
    into, gone = two_alerts

    regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW + timedelta(minutes=30))

    into.refresh_from_db()
    gone.refresh_from_db()
    assert into.beats["told_at"] == ["steady", 7.0], "the mark of the steady clock goes along"
    assert (into.opened_at, into.told_at, into.level, into.priority) == (NOW, NOW, "red", "P1")
    assert [one.account.username for one in alerts.addressees(SYSTEM, into)] == ["duty", "lead"]
    assert into.alert_reports.count() == 2
    assert (gone.state, gone.merged_into) == ("closed", into)


def test_undoing_a_merge_of_alerts_makes_the_two_of_before(two_alerts):
    into, gone = two_alerts
    fields = [field.attname for field in Alert._meta.concrete_fields]
    before = list(Alert.objects.order_by("pk").values(*fields))
    people = list(Addressee.objects.order_by("pk").values("alert_id", "account_id", "told_at", "acknowledged_at"))
    deed = regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW + timedelta(minutes=30))

    triage.undo(DUTY, deed.pk, now=NOW + timedelta(minutes=31))

    assert list(Alert.objects.order_by("pk").values(*fields)) == before
    assert (
        list(Addressee.objects.order_by("pk").values("alert_id", "account_id", "told_at", "acknowledged_at")) == people
    )
    assert sorted(AlertReport.objects.values_list("alert_id", flat=True)) == sorted([into.pk, gone.pk])


def test_a_less_urgent_acknowledgement_does_not_stop_the_clock_of_a_more_urgent_alert(two_alerts):
    into, gone = two_alerts
    Alert.objects.filter(pk=into.pk).update(
        acknowledged_at=NOW + timedelta(minutes=25), acknowledged_by="duty", state="acked"
    )

    regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW + timedelta(minutes=30))

    into.refresh_from_db()
    assert (into.acknowledged_at, into.state) == (None, "disseminated")


@pytest.mark.parametrize(
    ("change", "code"), [({"state": "closed"}, "merge.is_closed"), ({"decided_at": NOW}, "merge.choose_the_decided")]
)
def test_what_is_closed_or_decided_is_not_merged_away(two_alerts, change, code):
    into, gone = two_alerts
    Alert.objects.filter(pk=gone.pk).update(**change)

    with pytest.raises(Refusal, match=code):
        regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW)


def test_a_drill_is_not_merged_with_what_is_real(two_alerts):
    into, gone = two_alerts
    Alert.objects.filter(pk=gone.pk).update(is_drill=True)

    with pytest.raises(Refusal, match="drill_and_real"):
        regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW)
    with pytest.raises(Refusal, match="drill_and_real"):
        regrouping.merge_alerts(DUTY, into.ref, gone.ref, why="One attack.", now=NOW)

    assert [row.state for row in Alert.objects.all()] == ["disseminated", "disseminated"]


def test_two_alerts_of_a_drill_are_merged_and_only_they_are_offered(two_alerts):
    into, gone = two_alerts
    real = rows.alert()
    Alert.objects.filter(pk__in=[into.pk, gone.pk]).update(is_drill=True)

    offered = desk.mergeable_alerts(DUTY, Alert.objects.get(pk=into.pk))
    regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW)

    assert [row.pk for row in offered] == [gone.pk]
    assert desk.mergeable_alerts(DUTY, real) == []
    gone.refresh_from_db()
    assert gone.merged_into == into


def test_a_decision_does_not_answer_for_what_is_more_urgent(two_alerts):
    into, gone = two_alerts
    Alert.objects.filter(pk=into.pk).update(decided_at=NOW, state="decided")

    with pytest.raises(Refusal, match="decided_on_less"):
        regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW)


def test_what_is_less_urgent_goes_into_what_was_decided(two_alerts):
    into, gone = two_alerts
    Alert.objects.filter(pk=gone.pk).update(decided_at=NOW, state="decided")

    regrouping.merge_alerts(DUTY, into.ref, gone.ref, why="One attack.", now=NOW)

    gone.refresh_from_db()
    assert (gone.state, gone.level) == ("decided", "red")


def test_whoever_had_the_lesser_alert_can_say_again_that_they_have_it(two_alerts):
    into, gone = two_alerts
    duty = Viewer(account="duty", role=Role.DUTY_OFFICER, sector="")
    alerting.acknowledge(duty, into.ref, now=NOW + timedelta(minutes=25))

    deed = regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW + timedelta(minutes=30))
    assert Alert.objects.get(pk=into.pk).acknowledged_at is None
    alerting.acknowledge(duty, into.ref, now=NOW + timedelta(minutes=31))

    into.refresh_from_db()
    assert (into.acknowledged_at, into.acknowledged_by) == (NOW + timedelta(minutes=31), "duty")
    triage.undo(DUTY, deed.pk, now=NOW + timedelta(minutes=32))
    into.refresh_from_db()
    assert into.raised_at is None


def test_whoever_had_a_lesser_alert_that_goes_can_say_that_they_have_the_greater(two_alerts):
    orange, red = two_alerts
    duty = Viewer(account="duty", role=Role.DUTY_OFFICER, sector="")
    alerting.acknowledge(duty, orange.ref, now=NOW + timedelta(minutes=25))

    regrouping.merge_alerts(DUTY, orange.ref, red.ref, why="One attack.", now=NOW + timedelta(minutes=30))
    red.refresh_from_db()
    assert red.acknowledged_at is None
    alerting.acknowledge(duty, red.ref, now=NOW + timedelta(minutes=31))

    red.refresh_from_db()
    assert (red.acknowledged_at, red.state) == (NOW + timedelta(minutes=31), "acked")


def test_the_answer_to_an_alert_as_urgent_goes_along_and_comes_back(two_alerts):
    into, gone = two_alerts
    Alert.objects.filter(pk=into.pk).update(level="red", priority="P1", screams_since=NOW)
    duty = Viewer(account="duty", role=Role.DUTY_OFFICER, sector="")
    alerting.acknowledge(duty, gone.ref, now=NOW + timedelta(minutes=5))
    fields = [field.attname for field in Alert._meta.concrete_fields]
    before = list(Alert.objects.order_by("pk").values(*fields))

    deed = regrouping.merge_alerts(DUTY, gone.ref, into.ref, why="One attack.", now=NOW + timedelta(minutes=30))

    into.refresh_from_db()
    assert (into.acknowledged_at, into.first_acknowledged_at) == (NOW + timedelta(minutes=5),) * 2
    assert (into.acknowledged_by, into.state, into.screams_since) == ("duty", "acked", None)
    triage.undo(DUTY, deed.pk, now=NOW + timedelta(minutes=31))
    assert list(Alert.objects.order_by("pk").values(*fields)) == before


def test_writing_down_what_stood_asks_no_more_for_many_reports_than_for_few(django_assert_max_num_queries):
    place = rows.place()
    made = [told(place) for _ in range(25)]
    regrouping.split_many(DUTY, [one.ref for one in made], why="One.", now=NOW)
    incident = Incident.objects.latest("pk")

    with django_assert_max_num_queries(2):
        numbers = desk.reports_touched(SYSTEM, [incident], made[:1])
        standing = regrouping._standing([incident], numbers)

    assert set(standing) == {*(one.ref for one in made), incident.ref}
    assert standing[made[3].ref]["incident"] == incident.ref
