"""The page of the outlook: what it says, what it does not, and what a person answers the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.web.rooms import some_notice
from tocsin.services import outlook

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime.now(UTC)
SignIn = Callable[..., "Client"]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    outlook.forget()
    yield
    outlook.forget()


def harm(*days_ago: float, at: int = 0, **fields: Any) -> list[Any]:
    """Write harm at a place of the world, as people told of it."""
    from tests.store import rows
    from tocsin.store.models import Place

    place = Place.objects.exclude(kind="health_facility").order_by("ref")[at]
    given = {"lat": place.lat, "lon": place.lon, "place": place, "discovered_by": "sms", **fields}
    return [rows.incident(at=NOW - timedelta(days=ago), **given) for ago in days_ago]


def a_year(*, also: tuple[float, ...] = ()) -> None:
    for at in range(3):
        harm(*range(40 + 9 * at, 300, 31), at=at)
    if also:
        harm(*also, at=1)


def read(client: Client, name: str = "outlook", **asked: str) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_surge_stands_with_its_chance_of_noise_and_where_it_goes(sign_in: SignIn) -> None:
    a_year(also=tuple(0.2 + part / 4 for part in range(12)))

    page = read(sign_in("lead"))

    assert 'id="surge-1"' in page
    assert "1 in " in page
    assert 'class="tag outlet' in page


def test_without_a_surge_the_page_does_not_call_it_calm(sign_in: SignIn) -> None:
    a_year()

    page = read(sign_in("lead"))

    assert 'id="surge-1"' not in page
    assert "not the same as calm" in page


def test_a_record_too_short_tells_no_chance_and_says_so(sign_in: SignIn) -> None:
    page = read(sign_in("lead"), as_of=f"{NOW - timedelta(days=900):%Y-%m-%dT%H:%M}")

    assert "too short to learn from" in page
    assert "which is not the same as none" in page


def test_chances_stand_beside_plain_ways_and_quiet_places_apart(sign_in: SignIn) -> None:
    from tests.store import rows

    a_year()
    rows.place("P-QUIET")

    page = read(sign_in("lead"), all="yes")

    chances, apart = page.split('id="onset"')
    assert "Moving average" in chances
    assert "Last 12 months" in chances
    assert "none on record" in apart


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What it does not know"), ("fr", "Ce que cela ne sait pas"), ("ar", "ما لا يعرفه")]
)
def test_the_model_card_is_told_in_each_language(language: str, words: str, sign_in: SignIn) -> None:
    a_year()

    page = read(sign_in("lead", language=language))

    assert words in page
    assert "kernel" not in page or language == "en"


def test_sexual_violence_is_on_no_map_and_at_no_place(sign_in: SignIn) -> None:
    a_year()
    before = read(sign_in("lead"), all="yes").count("<circle class=")
    hidden = harm(1, 2, 3, at=1, events=["SGV"], secrecy=3)
    outlook.forget()

    page = read(sign_in("lead"), all="yes")

    assert page.count("<circle class=") == before
    assert [one.ref for one in hidden if one.ref in page] == []
    assert "fewer than 5, or not reported" in page


def test_evidence_opens_only_to_who_may_open_it(sign_in: SignIn) -> None:
    a_year()
    secret = harm(*(0.2 + part / 4 for part in range(12)), at=1, secrecy=3)[0]

    lead = read(sign_in("lead"), "outlook_json")
    planner = read(sign_in("commander"), "outlook_json")

    assert secret.ref in lead
    assert secret.ref not in planner
    assert '"cases": 12' in lead and '"cases": 12' in planner


def test_the_past_is_told_as_it_was_known(sign_in: SignIn) -> None:
    a_year(also=tuple(0.2 + part / 4 for part in range(12)))
    lead = sign_in("lead")

    then = read(lead, as_of=f"{NOW - timedelta(days=10):%Y-%m-%dT%H:%M}")

    assert 'id="surge-1"' in read(lead)
    assert 'id="surge-1"' not in then
    assert "Work out now" not in then


def test_the_table_goes_out_for_the_same_moment(sign_in: SignIn) -> None:
    a_year()

    table = read(sign_in("lead"), "outlook_csv")

    assert table.startswith("\ufeffkind,place,name,sector")
    assert "chance," in table


def test_a_notice_waits_on_the_desk_until_a_person_settles_it(sign_in: SignIn) -> None:
    ref, duty = some_notice(), sign_in("duty")
    on_desk = duty.get(reverse("desk")).content.decode()

    refused = duty.post(reverse("outlook_settle", args=[ref]), {"state": "dismissed"})
    settled = duty.post(reverse("outlook_settle", args=[ref]), {"state": "dismissed", "why": "Told twice over."})
    after = duty.get(reverse("desk")).content.decode()

    assert "Machine-made" in on_desk
    assert refused.status_code == 422 and "To dismiss it, write why" in refused.content.decode()
    assert settled.status_code == 302
    assert "Machine-made" not in after
    assert "Told twice over." in read(duty)


def test_who_only_reads_is_offered_no_answer(sign_in: SignIn) -> None:
    some_notice()

    assert "Say what becomes of it" in read(sign_in("lead"))
    assert "Say what becomes of it" not in read(sign_in("analyst"))
    assert "Machine-made" not in sign_in("liaison").get(reverse("desk")).content.decode()
