"""Triage of many reports in one action: an answer for each, and all of it undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.services import triage, verification
from tocsin.services.refusals import Refusal
from tocsin.store.models import AlertReport, HistoryEntry, Report, WordProposal, WorkItem
from tocsin.store.queries import desk

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
DUTY = rows.viewer(Role.DUTY_OFFICER, sector="")
WHY = "All of one market brawl."


def state_of_all() -> list[tuple]:
    fields = (
        "pk",
        "state",
        "grade_source",
        "grade_content",
        "place__ref",
        "lat",
        "component",
        "holder",
        "kind",
        "sector",
    )
    return list(Report.objects.order_by("pk").values_list(*fields))


def test_two_hundred_reports_are_judged_in_one_action_and_put_back_in_one():
    place = rows.place("P-9", name="Oru")
    refs = [rows.report().ref for _ in range(200)]
    before = state_of_all()
    asked = triage.Asked(state="validated", source="C", content=3, place="P-9", component="police", holder="duty")
    rows.account("duty")

    deed = triage.apply(DUTY, refs, asked, why=WHY, now=NOW)

    assert {item.result for item in desk.deed_items(deed)} == {"done"}
    assert set(
        Report.objects.values_list("state", "grade_source", "grade_content", "place", "component", "holder")
    ) == {("validated", "C", 3, place.pk, "police", "duty")}
    triage.undo(DUTY, deed.pk, now=NOW + timedelta(minutes=1))
    assert state_of_all() == before


def test_what_is_refused_for_one_does_not_hold_up_the_others():
    good, done = rows.report(), rows.report(state="out_of_scope")
    hidden = rows.report(secrecy=4)

    deed = triage.apply(DUTY, [good.ref, done.ref, hidden.ref], triage.Asked(state="verifying"), why=WHY, now=NOW)

    results = {item.subject: (item.result, [one["code"] for one in item.reasons]) for item in desk.deed_items(deed)}
    assert results == {
        good.ref: ("done", []),
        done.ref: ("refused", ["verification.no_such_step"]),
        hidden.ref: ("refused", ["triage.not_open"]),
    }


def test_a_refused_report_is_left_as_it_was_in_every_field():
    report = rows.report()

    triage.apply(DUTY, [report.ref], triage.Asked(component="police", source="C", content=1), why=WHY, now=NOW)

    report.refresh_from_db()
    assert (report.component, report.grade_source) == ("", "F")


def test_undoing_leaves_what_somebody_changed_since_and_says_so():
    one, two = rows.report(), rows.report()
    deed = triage.apply(DUTY, [one.ref, two.ref], triage.Asked(content=4), why=WHY, now=NOW)
    verification.grade(DUTY, two.ref, source="B", content=2, why="I was there.", now=NOW)

    triage.undo(DUTY, deed.pk, now=NOW)

    assert [item.result for item in desk.deed_items(deed)] == ["undone", "kept"]
    two.refresh_from_db()
    assert (two.grade_source, two.grade_content) == ("B", 2)


@pytest.mark.parametrize(("refs", "asked"), [([], triage.Asked(state="verifying")), (["R-1"], triage.Asked())])
def test_nothing_chosen_is_refused(refs, asked):
    with pytest.raises(Refusal, match="nothing_chosen"):
        triage.apply(DUTY, refs, asked, why=WHY, now=NOW)


def test_every_report_of_a_deed_has_its_own_line_of_history():
    refs = [rows.report().ref for _ in range(3)]

    triage.apply(DUTY, refs, triage.Asked(state="verifying"), why=WHY, now=NOW)

    assert HistoryEntry.objects.filter(subject__in=refs, verb="moved").count() == 3


def test_a_role_that_may_not_verify_changes_nothing():
    report = rows.report()
    planner = rows.viewer(Role.COMPONENT_PLANNER, sector="")

    deed = triage.apply(planner, [report.ref], triage.Asked(state="verifying"), why=WHY, now=NOW)

    report.refresh_from_db()
    assert report.state == "received"
    assert [item.result for item in desk.deed_items(deed)] == ["refused"]


def test_a_correction_becomes_a_proposal_for_the_word_list():
    rows.place("P-1", name="Malka")
    because = [{"code": "reading.place.by_name", "facts": {"words": "malca"}, "evidence": []}]
    report = rows.report(place_text="malca", because=because, language="fr")

    verification.correct(DUTY, report.ref, {"place": "P-1"}, why="Spelt as it is said.", now=NOW)
    verification.correct(DUTY, report.ref, {"sensitivity": "high"}, why="No word could tell.", now=NOW)

    made = WordProposal.objects.get()
    assert (made.field, made.words, made.corrected_to, made.state, made.language) == (
        "place",
        "malca",
        "Malka",
        "proposed",
        "fr",
    )


def test_undoing_a_lowered_sensitivity_shuts_the_alert_and_the_incident_again():
    incident = rows.incident(sensitivity="severe", secrecy=3)
    report = rows.report(incident=incident, sensitivity="severe", secrecy=3)
    alert = rows.alert(sensitivity="severe", secrecy=3)
    AlertReport.objects.create(alert=alert, report=report, joined_at=NOW)
    lead = rows.viewer(Role.PROTECTION_LEAD, sector="")

    def lower():
        verification.correct(lead, report.ref, {"sensitivity": "moderate"}, why="Known to all.", now=NOW)

    deed = triage.kept(lead, report.ref, lower, now=NOW)
    alert.refresh_from_db()
    assert alert.secrecy == 2
    WorkItem.objects.all().delete()

    triage.undo(lead, deed.pk, now=NOW + timedelta(minutes=1))

    for row in (report, alert, incident):
        row.refresh_from_db()
        assert (row.sensitivity, row.secrecy) == ("severe", 3)
    assert WorkItem.objects.filter(verb="weigh", subject=report.ref).count() == 1


def test_undoing_what_is_no_correction_weighs_nothing_anew():
    report = rows.report()
    rows.account("duty")
    deed = triage.apply(DUTY, [report.ref], triage.Asked(holder="duty"), why=WHY, now=NOW)

    triage.undo(DUTY, deed.pk, now=NOW)

    assert not WorkItem.objects.filter(verb="weigh").exists()
