"""What a viewer may not see is not listed, not counted and takes no place on a page."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store import access, models
from tocsin.store.queries import alerts, evidence, nearby, places, plans
from tocsin.store.queries import record as read

pytestmark = pytest.mark.django_db
MAKERS = {"report": rows.report, "incident": rows.incident, "alert": rows.alert}
EVERYWHERE = list(product(("west", "east", ""), range(5)))


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("role", Role)
def test_a_list_holds_exactly_the_rows_that_the_gate_opens(role, kind):
    made = [MAKERS[kind](sector=sector, secrecy=level) for sector, level in EVERYWHERE]
    somebody = rows.viewer(role)

    listed = set(access.visible(somebody, kind, type(made[0]).objects.all()))

    assert listed == {row for row in made if access.why_not(somebody, "read", kind, row) is None}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.FIELD_LIAISON, 3), (Role.DUTY_OFFICER, 12), (Role.ANALYST, 12), (Role.PROTECTION_LEAD, 12),
        (Role.COMPONENT_PLANNER, 9), (Role.RESOURCE_ALLOCATOR, 0), (Role.PARTNER, 0), (Role.AUDITOR, 0),
        (Role.ADMINISTRATOR, 0), (Role.HOST_AUTHORITY, 0), (Role.SOURCE_CUSTODIAN, 12),
    ],
)  # fmt: skip
def test_hidden_reports_are_neither_listed_nor_counted_nor_paged(role, seen):
    for sector, level in EVERYWHERE:
        rows.report(sector=sector, secrecy=level)
    somebody = rows.viewer(role)

    pages = [evidence.queue(somebody, most=2, page=page) for page in range(1, 8)]

    assert sum(evidence.queue_counts(somebody).values()) == seen
    assert [len(page) for page in pages] == [2] * (seen // 2) + [1] * (seen % 2) + [0] * (7 - (seen + 1) // 2)
    assert len({row.ref for page in pages for row in page}) == seen


@pytest.mark.parametrize(("role", "seen"), [(Role.FIELD_LIAISON, 3), (Role.DUTY_OFFICER, 12), (Role.ANALYST, 9)])
def test_hidden_alerts_are_neither_listed_nor_counted(role, seen):
    for sector, level in EVERYWHERE:
        rows.alert(sector=sector, secrecy=level, lat=0.0, lon=27.0)
    somebody = rows.viewer(role)
    near = rows.report(lat=0.0, lon=27.0)

    assert len(alerts.alerts(somebody)) == seen
    assert alerts.alert_counts(somebody)["open"] == seen
    assert alerts.states(somebody) == {"open": seen}
    assert len(nearby.alerts_to_join(somebody, near, km=5, as_of=rows.NIGHT)) == seen


@pytest.mark.parametrize(
    ("kind", "letter", "find"),
    [
        ("report", "R", evidence.report_row), ("incident", "I", evidence.incident_row), ("alert", "A", alerts.alert_row),
    ],
)  # fmt: skip
def test_a_hidden_record_is_not_found_and_neither_is_one_that_never_was(kind, letter, find):
    own, other, sealed = MAKERS[kind](), MAKERS[kind](sector="east"), MAKERS[kind](secrecy=4)
    liaison = rows.viewer(Role.FIELD_LIAISON)

    assert find(liaison, own.ref) == own
    assert [find(liaison, ref) for ref in (other.ref, sealed.ref, f"{letter}-999999")] == [None, None, None]
    assert [find(SYSTEM, ref) for ref in ("", "X-1", f"{letter}-", f"{letter}-²", f"{letter}-1e3", own.ref[2:])] == [
        None
    ] * 6


def test_the_tasks_and_decisions_of_a_hidden_alert_are_hidden_too():
    shown, hidden = rows.alert(), rows.alert(sector="east")
    decisions = [
        models.Decision.objects.create(
            alert=alert, kind="monitor", why="quiet", made_by="duty", made_at=rows.NIGHT, picture={}, picture_digest="0"
        )
        for alert in (shown, hidden)
    ]
    tasks = [
        models.Task.objects.create(
            alert=alert, what="go", owner="patrol", due_at=rows.NIGHT, made_at=rows.NIGHT, made_by="duty"
        )
        for alert in (shown, hidden)
    ]
    liaison = rows.viewer(Role.FIELD_LIAISON)

    assert [plans.decision_row(liaison, one.ref) for one in decisions] == [decisions[0], None]
    assert [plans.task_row(liaison, one.ref) for one in tasks] == [tasks[0], None]
    assert plans.open_tasks(liaison) == [tasks[0]]


def ground() -> SimpleNamespace:
    """Write two villages in two sectors with what belongs to them."""
    west, east = rows.place("P-1"), rows.place("P-2", sector="east")
    near = rows.place("P-3")
    for place in (west, east):
        models.Site.objects.create(place=place, kind="water")
        rows.report(place=place, sector=place.sector)
        models.Displacement.objects.create(
            feed_id=place.ref,
            measure="stock",
            group="idp",
            where=place.name,
            country="VAL",
            people=9,
            as_at_on=rows.NIGHT.date(),
            place=place,
        )
    road = {"km": 9, "road_class": "track", "dry": "open", "wet": "closed"}
    within = models.Road.objects.create(ref="W-1", origin=west, destination=near, **road)
    across = models.Road.objects.create(ref="W-2", origin=west, destination=east, **road)
    for one in (within, across):
        models.RoadClosure.objects.create(
            road=one, status="closed", reason="flood", since_on=rows.NIGHT.date(), recorded_at=rows.NIGHT
        )
    base = models.Base.objects.create(ref="B-1", name="Base", kind="cob", lat=6, lon=24)
    models.Asset.objects.create(ref="A-1", kind="inf_plt", base=base)
    return SimpleNamespace(west=west, east=east)


def told(role: Role) -> dict[str, int]:
    somebody, at = rows.viewer(role), rows.NIGHT
    return {
        "places": len(places.places(somebody)),
        "sites": len(places.sites(somebody)),
        "roads": len(places.roads(somebody)),
        "closures": len(places.closures(somebody, at)),
        "bases": len(places.bases(somebody, at)),
        "assets": len(places.assets(somebody, at)),
        "asset": places.asset_row(somebody, "A-1") is not None,
        "heard": len(places.heard_at(somebody, at)),
        "displacement": sum(len(places.displacement(somebody, ref, at)) for ref in ("P-1", "P-2")),
    }


@pytest.mark.parametrize("role", [Role.PARTNER, Role.AUDITOR, Role.ADMINISTRATOR, Role.HOST_AUTHORITY, Role.REPORTER])
def test_who_may_not_see_places_sees_nothing_of_the_ground(role):
    ground()

    assert set(told(role).values()) == {0}


def test_a_sector_sees_its_own_ground_and_no_means_and_a_planner_sees_all():
    ground()

    liaison, planner = told(Role.FIELD_LIAISON), told(Role.COMPONENT_PLANNER)

    assert liaison == {
        "places": 2,
        "sites": 1,
        "roads": 1,
        "closures": 1,
        "bases": 1,
        "assets": 0,
        "asset": 0,
        "heard": 1,
        "displacement": 1,
    }
    assert planner == {
        "places": 3,
        "sites": 2,
        "roads": 2,
        "closures": 2,
        "bases": 1,
        "assets": 1,
        "asset": 1,
        "heard": 2,
        "displacement": 2,
    }


def test_a_reference_is_known_to_be_on_record_by_its_letter_and_number():
    report, village, source = rows.report(), rows.place("P-0001"), rows.source(ref="S-0001")

    there = [read.is_on_record(ref) for ref in (report.ref, report.message.ref, village.ref, source.ref)]

    assert there == [True] * 4
    assert [read.is_on_record(ref) for ref in ("R-999999", "P-0002", "reports", "", "R-²")] == [False] * 5
