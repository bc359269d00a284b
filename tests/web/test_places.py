"""The list of places, the page of one, and its incidents."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import some_incident, some_place
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield


def names(page: str) -> list[str]:
    return re.findall(r'data-open href="/places/[^"]+"><bdi>([^<]+)</bdi>', page)


@pytest.mark.parametrize("spelt", ["oru", "ORU", "  Óru ", "or"])
def test_a_place_is_found_however_it_is_spelt(spelt: str, sign_in: Callable[..., Client]) -> None:
    found = names(sign_in("lead").get(reverse("places"), {"q": spelt}).content.decode())

    assert found[0] == "Oru"


@pytest.mark.parametrize(
    "asked",
    [{"q": "%' OR 1=1"}, {"q": "\x00"}, {"page": "-9"}, {"page": "9" * 30}, {"kind": "castle"}, {"sector": "x" * 90}],
)
def test_no_search_brings_the_list_down(asked: dict[str, str], sign_in: Callable[..., Client]) -> None:
    assert sign_in("lead").get(reverse("places"), asked).status_code == 200


def test_what_nobody_has_counted_is_unknown_and_not_nought(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    place = some_place()
    apps.get_model("tocsin", "Place").objects.filter(ref=place).update(people=None)

    page = text_of(sign_in("lead").get(reverse("place", args=[place])))

    assert '<span class="big">unknown</span>' in page


def test_a_place_never_heard_from_is_not_called_calm(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    place = some_place()
    apps.get_model("tocsin", "Report").objects.filter(place__ref=place).update(place=None)
    apps.get_model("tocsin", "Place").objects.filter(ref=place).update(last_heard_at=None)

    page = text_of(sign_in("lead").get(reverse("place", args=[place])))

    assert "silence is not calm" in page


def test_the_page_of_a_past_moment_knows_nothing_that_came_later(sign_in: Callable[..., Client]) -> None:
    lead, place = sign_in("lead"), some_place()
    day = (datetime.now(UTC) - timedelta(days=4000)).strftime("%Y-%m-%dT%H:%M")

    past, present = (text_of(lead.get(reverse("place", args=[place]), asked)) for asked in ({"as_of": day}, {}))

    assert "Incidents on record here, by month, over 24 months: 0" in past
    assert "Incidents on record here, by month, over 24 months: 0" not in present
    assert not re.search(r"[RA]-\d{6}", past)


def test_an_incident_that_is_confidential_is_not_there_for_a_planner(sign_in: Callable[..., Client]) -> None:
    row = some_incident()
    where = reverse("incident", args=[row.ref])
    open_to_both = [sign_in(account).get(where).status_code for account in ("analyst", "commander")]
    type(row).objects.filter(pk=row.pk).update(secrecy=3)

    answers = [sign_in(account).get(where).status_code for account in ("analyst", "commander")]

    assert open_to_both == [200, 200]
    assert answers == [200, 404]


def test_partners_are_shown_by_kind_of_work_and_never_by_name(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    place = some_place()
    row = apps.get_model("tocsin", "Place").objects.get(ref=place)
    apps.get_model("tocsin", "PartnerPresence").objects.create(organisation="Helpers Org", place=row, work="health")

    page = text_of(sign_in("lead").get(reverse("place", args=[place])))

    assert "Helpers Org" not in page
    assert '<span class="tag">health</span>' in page


def test_the_title_and_the_address_hold_no_name(sign_in: Callable[..., Client]) -> None:
    place = some_place()

    page = sign_in("lead").get(reverse("place", args=[place])).content.decode()

    assert f"<title>{place} · Tocsin</title>" in page


def add_incidents(count: int) -> str:
    """Put a release of a dataset beside what is there, spread over years and a thousand kilometres."""
    from django.apps import apps

    pattern, at = some_incident(), datetime.now(UTC) - timedelta(days=200)
    fields = {
        "started_at": at,
        "known_at": at,
        "recorded_at": at,
        "origin": "feed",
        "state": "validated",
        "sector": "west",
    }
    model = apps.get_model("tocsin", "Incident")
    model.objects.bulk_create(
        model(
            **fields,
            events=["ATK"],
            started_day=13_000 + number % 7_400,
            lat=pattern.lat + number % 97 / 10,
            lon=pattern.lon + number % 89 / 10,
            place_id=pattern.place_id if number % 50 == 0 else None,
        )
        for number in range(count)
    )
    return str(pattern.place.ref)


def test_more_incidents_ask_the_store_no_more_questions(sign_in: Callable[..., Client]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lead, where = sign_in("lead"), reverse("place", args=[some_incident().place.ref])
    lead.get(where)
    with CaptureQueriesContext(connection) as before:
        lead.get(where)
    add_incidents(3_000)

    lead.get(where)
    with CaptureQueriesContext(connection) as after:
        lead.get(where)

    assert len(after) == len(before) < 60


def test_a_place_is_shown_in_half_a_second_beside_a_dataset(sign_in: Callable[..., Client]) -> None:
    lead, where = sign_in("lead"), reverse("place", args=[add_incidents(3_000)])
    lead.get(where)

    def seconds() -> float:
        start = time.process_time()
        assert lead.get(where).status_code == 200
        return time.process_time() - start

    assert statistics.median(seconds() for _ in range(5)) < 0.5
