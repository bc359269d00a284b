"""A country's years of incidents are read column by column, and say the same as row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tocsin.core.reference.viewer import SYSTEM
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Incident, Place
from tocsin.store.queries import evidence

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def made(place: Place | None, **changed: Any) -> Incident:
    fields: dict[str, Any] = {
        "events": ["ATK", "KIL"], "place": place, "lat": 1.2, "lon": 28.4, "started_at": NOON, "known_at": NOON,
        "recorded_at": NOON, "started_day": convert.day_number(NOON), "state": "validated", "actor": "Red Sashes",
        "actor_type": "militia", "deaths_least": 1, "grade": "B2", "priority": "P1", "is_ended": True,
    }  # fmt: skip
    return Incident.objects.create(**fields | changed)


@pytest.fixture
def rows(db: None) -> list[Incident]:
    place = Place.objects.create(ref="P-1", name="Malka", folded_name="malka", lat=1.2, lon=28.4, kind="village")
    bare = {"actor": "", "actor_type": "", "priority": "", "grade": "", "deaths_least": None, "is_ended": None}
    return [made(place), made(None, **bare), made(place, victim="civilians", imminence="ongoing", sources_count=3)]


def known() -> Any:
    return evidence.incidents_known(SYSTEM, as_of=NOON, since=NOON - timedelta(days=30))


def test_columns_say_what_the_rows_say(rows: list[Incident]) -> None:
    assert known() == tuple(convert.incident(row) for row in rows)


def test_a_hundred_incidents_cost_as_many_statements_as_three(rows: list[Incident]) -> None:
    with CaptureQueriesContext(connection) as few:
        known()
    for _ in range(97):
        made(rows[0].place)

    with CaptureQueriesContext(connection) as many:
        found = known()

    assert len(found) == 100
    assert len(many) == len(few)


def test_the_count_of_statements_can_grow(rows: list[Incident]) -> None:
    """Twin: a place asked for row by row is seen in the count."""
    with CaptureQueriesContext(connection) as asked:
        assert [row.place and row.place.ref for row in Incident.objects.order_by("pk")] == ["P-1", None, "P-1"]

    assert len(asked) == 3
