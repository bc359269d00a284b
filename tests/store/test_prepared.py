"""A read whose SQL is made once tells what the same read made anew tells, each time it is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

import pytest
from django.db import connection
from django.db.models import BigIntegerField, DateTimeField
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store.models import Place, Report
from tocsin.store.prepared import Prepared
from tocsin.store.queries import evidence, nearby

_joined = Report.objects.select_related("message", "source", "place", "incident")
ONE = Prepared(lambda number: _joined.filter(pk=number), BigIntegerField())
SINCE = Prepared(lambda moment: Report.objects.filter(received_at__gte=moment).order_by("pk"), DateTimeField())


def is_stale(name_of: Callable[[int], str], place: Place) -> bool:
    """Tell whether a read still gives a name that a place no longer bears."""
    name_of(place.pk)
    Place.objects.filter(pk=place.pk).update(name="Renamed")
    return name_of(place.pk) != "Renamed"


def prepared_name(number: int) -> str:
    found = Prepared(lambda asked: Place.objects.filter(pk=asked), BigIntegerField()).first(number)
    return found.name if found else ""


@cache
def kept_name(number: int) -> str:
    return prepared_name(number)


@pytest.mark.django_db
def test_a_prepared_read_gives_the_rows_of_the_read_made_anew():
    report = rows.report(place=rows.place(), toll={"killed": [1, 3]})

    found = ONE.first(report.pk)

    assert found is not None
    assert model_to_dict(found) == model_to_dict(_joined.get(pk=report.pk))
    assert found.received_at == report.received_at
    assert (found.place, found.incident, found.message) == (report.place, None, report.message)


@pytest.mark.django_db
def test_a_prepared_read_asks_once_for_a_row_and_what_it_points_to():
    report = rows.report(place=rows.place())
    ONE.first(report.pk)

    with CaptureQueriesContext(connection) as asked:
        found = ONE.first(report.pk)
        assert found is not None and found.place is not None and found.place.name

    assert len(asked) == 1


@pytest.mark.django_db
def test_a_prepared_read_takes_moments_as_the_database_keeps_them():
    early, late = rows.report(received_at=rows.NIGHT), rows.report(received_at=rows.NIGHT + rows.minutes(5))

    found = {moment: SINCE.rows(moment) for moment in (rows.NIGHT, late.received_at)}

    assert found == {rows.NIGHT: [early, late], late.received_at: [late]}
    assert isinstance(found[rows.NIGHT][0].received_at, datetime)


@pytest.mark.django_db
def test_a_prepared_read_keeps_nothing_of_an_answer():
    assert not is_stale(prepared_name, rows.place())
    # Where the answer were kept, this would tell.
    assert is_stale(kept_name, rows.place())


@pytest.mark.django_db
def test_what_is_prepared_for_one_viewer_answers_no_other():
    report = rows.report(place=rows.place(), sector="west", secrecy=4, incident=rows.incident())
    near = rows.report(place=report.place, sector="west")
    eyes = (SYSTEM, rows.viewer(Role.COMPONENT_PLANNER), SYSTEM)

    one_by_one = [evidence.report_row(viewer, report.ref) is not None for viewer in eyes]
    together = [nearby.reports_to_join(viewer, near, km=5, as_of=rows.NIGHT + rows.minutes(1)) for viewer in eyes]

    assert one_by_one == [True, False, True]
    assert [len(found) for found in together] == [1, 0, 1]
