"""The scorecard on its page: never a share without what it divides, never a rank, and only what one may see."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.store import rows
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client

WHOLE = {"from": "2025-12-01"}


@pytest.fixture
def harm(world: None) -> Any:
    """An attack nobody was warned of, three days ago in the west, beside those of the world."""
    at = timezone.now() - timedelta(days=3)
    return rows.incident(at=at, lat=-20.0, lon=10.0, state="validated", victim="civilians", discovered_by="patrol")


def test_harm_without_a_warning_is_listed_with_why_and_a_place_to_write_what_was_learned(
    harm: Any, sign_in: Callable[..., Client]
) -> None:
    client = sign_in("lead")

    answer = client.get(reverse("scorecard"))

    page = answer.content.decode()
    assert harm.ref in page
    assert "No report reached us before" in text_of(answer)
    assert f"{reverse('lessons')}?incident={harm.ref}" in page
    assert f"{harm.ref}: " in client.get(reverse("lessons"), {"incident": harm.ref}).content.decode()


def test_what_was_learned_of_it_stands_beside_it(harm: Any, sign_in: Callable[..., Client]) -> None:
    lesson = rows.lesson(observation=f"{harm.ref}: the radio was off.")

    assert lesson.ref in text_of(sign_in("lead").get(reverse("scorecard")))


def test_harm_that_is_closed_to_a_reader_is_not_counted_and_the_page_says_so(
    harm: Any, sign_in: Callable[..., Client]
) -> None:
    before = sign_in("commander").get(reverse("scorecard")).context["card"].attacks
    type(harm).objects.filter(pk=harm.pk).update(secrecy=3)
    rows.alert(state="closed")  # what is kept is worked out anew when something is written

    closed, open_to = (sign_in(who).get(reverse("scorecard"), {"seed": "1"}) for who in ("commander", "lead"))

    assert closed.context["card"].attacks == before - 1
    assert open_to.context["card"].attacks == before
    assert harm.ref not in closed.content.decode()
    assert "Incomplete" in text_of(closed)


def test_a_lesson_is_not_begun_for_an_incident_that_one_may_not_see(harm: Any, sign_in: Callable[..., Client]) -> None:
    type(harm).objects.filter(pk=harm.pk).update(secrecy=3)

    assert f"{harm.ref}: " not in sign_in("commander").get(reverse("lessons"), {"incident": harm.ref}).content.decode()


def test_the_place_of_sexual_violence_is_not_told(harm: Any, sign_in: Callable[..., Client]) -> None:
    place = rows.place(name="Quiet Village", lat=-20.0, lon=10.0)
    type(harm).objects.filter(pk=harm.pk).update(events=["SGV"], place=place)

    page = text_of(sign_in("lead").get(reverse("scorecard")))

    assert harm.ref in page
    assert "Quiet Village" not in page


def test_the_page_forbids_a_rank_and_names_nobody(harm: Any, sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("scorecard"), WHOLE))

    assert "Do not rank teams or persons" in page
    assert "An alarm that was acted on and followed by nothing is not false" in page


def test_a_drill_is_in_no_figure(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import Alert, Report

    client = sign_in("lead")
    before = client.get(reverse("scorecard"), WHOLE).context["card"].alerts
    Alert.objects.update(is_drill=True)
    Report.objects.update(is_drill=True)

    after = client.get(reverse("scorecard"), WHOLE | {"seed": "2"}).context["card"]

    assert (before > 0, after.alerts, after.told) == (True, 0, None)


def test_the_exports_say_what_the_page_says(harm: Any, sign_in: Callable[..., Client]) -> None:
    client = sign_in("lead")
    card = client.get(reverse("scorecard"), WHOLE).context["card"]

    table = list(csv.DictReader(io.StringIO(client.get(reverse("scorecard_csv"), WHOLE).content.decode("utf-8-sig"))))
    found = json.loads(client.get(reverse("scorecard_json"), WHOLE).content)

    whole = [row for row in table if row["figure"] == "warned" and (row["sector"], row["month"]) == ("all", "all")]
    assert [int(row["of"]) for row in whole] == [card.attacks] * 4
    assert (found["cards"][0]["alerts"], found["cards"][0]["attacks"]) == (card.alerts, card.attacks)
    assert harm.ref in {one["incident"] for one in found["unwarned"]}
    assert harm.ref in {row["count"] for row in table if row["figure"] == "unwarned"}


def test_what_is_unknown_is_empty_in_the_exports_and_not_zero(world: None, sign_in: Callable[..., Client]) -> None:
    found = json.loads(
        sign_in("lead").get(reverse("scorecard_json"), {"to": "2000-01-02", "from": "2000-01-01"}).content
    )

    assert found["cards"][0]["warned"][0]["share"] is None
    assert found["cards"][0]["told_per_officer_week"] is None
    assert found["cards"][0]["leads"]["quartiles_h"] is None


def test_a_past_moment_shows_what_was_known_then(harm: Any, sign_in: Callable[..., Client]) -> None:
    yesterday, last_week = ((timezone.now() - timedelta(days=days)).date().isoformat() for days in (1, 6))
    client = sign_in("lead")

    known, unknown = (client.get(reverse("scorecard"), {"as_of": day}) for day in (yesterday, last_week))

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert harm.ref in known.content.decode()
    assert harm.ref not in unknown.content.decode()


@pytest.mark.parametrize(
    "query", [{"from": "yesterday"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"from": "2001-01-01"}]
)
def test_a_period_that_makes_no_sense_is_refused_with_its_reason(
    query: dict[str, str], sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("lead").get(reverse("scorecard"), query)

    assert answer.status_code == 422
    assert "The period must end after it begins" in text_of(answer)


def test_one_sector_is_shown_by_itself(harm: Any, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").get(reverse("scorecard"), {"sector": "west"})

    assert answer.context["card"].sector == "west"
    assert {one.attack.sector for one, _lessons in answer.context["unwarned"]} == {"west"}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_opens_in_each_language(language: str, harm: Any, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead", language=language).get(reverse("scorecard"), WHOLE)

    assert answer.status_code == 200
    assert "&lt;" not in answer.content.decode()
