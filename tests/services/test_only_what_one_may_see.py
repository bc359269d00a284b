"""What is kept with one record never shows another that the viewer may not see."""

from __future__ import annotations

import json

import pytest

from tests.store import rows
from tocsin.core.reference.terms import DecisionKind, Role
from tocsin.services import picture, planning, replay
from tocsin.store.models import Asset, Base
from tocsin.store.queries import alerts, plans

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
DUTY = rows.viewer(Role.DUTY_OFFICER, sector="")
LIAISON = rows.viewer(Role.FIELD_LIAISON)
ALLOCATOR = rows.viewer(Role.RESOURCE_ALLOCATOR, sector="")


@pytest.fixture
def decided():
    """An alert of the west with a report of the west and one of the east, a patrol that reaches it, and a decision."""
    home = rows.place("P-1", name="Malka")
    base = Base.objects.create(ref="B-1", name="Post Malka", kind="cob", place=home, lat=home.lat, lon=home.lon)
    Asset.objects.create(ref="U-1", kind="inf_plt", base=base, strength=30, serviceable=1, deployed=1, notice_min=10)
    alert = rows.alert(place=home, lat=home.lat, lon=home.lon)
    near, far = rows.report(place=home), rows.report(sector="east", place_text="behind the eastern mill")
    for report in (near, far):
        alert.alert_reports.create(report=report, joined_at=NOW)
    made = planning.decide(DUTY, alert.ref, kind=DecisionKind.MONITOR, why="One source so far.", now=NOW)
    return {"alert": alert, "near": near.ref, "far": far.ref, "decision": made.ref}


def seen_by(viewer, ref: str):
    return replay.as_it_was(viewer, ref, as_of=NOW, now=NOW)["picture"]


def test_whoever_decided_sees_the_whole_picture_again(decided):
    picture = seen_by(DUTY, decided["decision"])

    assert [one["ref"] for one in picture["reports"]] == [decided["near"], decided["far"]]
    assert picture["reach"] is not None
    assert picture["options"]


def test_the_picture_of_a_decision_shows_no_report_of_another_sector(decided):
    picture = seen_by(LIAISON, decided["decision"])

    assert [one["ref"] for one in picture["reports"]] == [decided["near"]]
    assert "eastern mill" not in json.dumps(picture)


def test_the_picture_of_a_decision_shows_its_reports_only_to_roles_that_see_reports(decided):
    assert seen_by(ALLOCATOR, decided["decision"])["reports"] == []


def test_the_picture_of_a_decision_shows_what_can_be_sent_only_to_roles_that_see_coverage(decided):
    picture = seen_by(LIAISON, decided["decision"])

    assert (picture["reach"], picture["options"]) == (None, [])
    assert "U-1" not in json.dumps(picture)


def test_whoever_may_not_see_what_can_be_sent_is_not_told_that_nobody_comes(decided):
    assert picture.reach_of_alert(DUTY, decided["alert"], as_of=NOW).covered
    assert picture.reach_of_alert(LIAISON, decided["alert"], as_of=NOW) is None
    told = {option.code: option.blocked for option in picture.options_of_alert(LIAISON, decided["alert"], as_of=NOW)}
    assert "community.warn" in told
    assert not any(because.code.startswith("option.no_") for blocked in told.values() for because in blocked)


def test_a_gap_of_an_alert_that_one_may_not_see_is_not_there(decided):
    hidden = rows.alert(secrecy=3)
    secret, plain = rows.gap(alert=hidden), rows.gap(alert=decided["alert"])

    assert {one.ref for one in plans.gaps(DUTY)} == {secret.ref, plain.ref}
    assert {one.ref for one in plans.gaps(ALLOCATOR)} == {plain.ref}
    assert plans.gap_row(ALLOCATOR, secret.ref) is None
    assert alerts.alert_row(ALLOCATOR, hidden.ref) is None


def test_a_task_names_the_unit_that_was_asked_for_or_is_refused(decided):
    from datetime import timedelta

    from tocsin.services.refusals import Refused

    for viewer, asset in ((LIAISON, "U-1"), (DUTY, "U-9")):
        with pytest.raises(Refused):
            planning.give_task(
                viewer,
                decided["alert"].ref,
                what="Go",
                owner="Sector",
                due_at=NOW + timedelta(hours=1),
                now=NOW,
                asset=asset,
            )
    assert not plans.tasks_of(DUTY, decided["alert"])
