"""The rate of response on its page: never one number, always what it divides, and only what one may see."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import ACCOUNTS, make_missing_accounts
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client

WHO_SEES_ALERTS = {
    "duty_officer", "analyst", "protection_lead", "component_planner", "resource_allocator", "field_liaison",
}  # fmt: skip
LONG = {"days": "3660"}


@pytest.mark.parametrize("page", ["response", "response_csv", "response_json"])
def test_figures_open_to_who_sees_alerts_and_are_not_there_for_others(
    page: str, sign_in: Callable[..., Client]
) -> None:
    make_missing_accounts()

    answers = {role: sign_in(account).get(reverse(page)).status_code for role, account in ACCOUNTS.items()}

    assert {role for role, status in answers.items() if status == 200} == WHO_SEES_ALERTS
    assert {status for role, status in answers.items() if role not in WHO_SEES_ALERTS} == {404}


def test_every_share_stands_with_what_it_divides_and_no_two_classes_are_added(sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").get(reverse("response"), LONG)

    page, context = text_of(answer), answer.context
    assert context["rate"].alerts > 0
    assert len(context["rows"]) == 6
    assert f"of {context['rate'].alerts}" in page
    assert "Not on record" in page


def test_the_page_says_that_it_counts_what_one_may_see(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("liaison").get(reverse("response"), LONG))

    assert "This counts what you may see" in page


def test_a_drill_is_in_no_figure(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import Alert, Report

    client = sign_in("lead")
    before = client.get(reverse("response"), LONG).context["rate"].alerts
    Alert.objects.update(is_drill=True)
    Report.objects.update(is_drill=True)

    after = client.get(reverse("response"), LONG | {"sector": ""} | {"days": "3659"}).context

    assert (before > 0, after["rate"].alerts) == (True, 0)
    assert all(count == 0 for _kind, counts in after["backlog"] for _age, count in counts)


def test_the_export_says_what_the_page_says(sign_in: Callable[..., Client]) -> None:
    client = sign_in("lead")
    shown = client.get(reverse("response"), LONG).context["rate"]

    table = list(csv.DictReader(io.StringIO(client.get(reverse("response_csv"), LONG).content.decode("utf-8-sig"))))
    found = json.loads(client.get(reverse("response_json"), LONG).content)

    assert sum(int(row["count"]) for row in table if row["figure"] == "response") == shown.alerts
    assert (found["alerts"], len(found["by_class_and_timing"])) == (shown.alerts, 30)
    assert found["warned_but_harmed"] == [] or "alert" in found["warned_but_harmed"][0]


@pytest.mark.parametrize(
    "query", [{"from": "yesterday"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"from": "9999-01-01"}]
)
def test_a_period_that_makes_no_sense_is_refused_with_its_reason(
    query: dict[str, str], sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("lead").get(reverse("response"), query)

    assert answer.status_code == 422
    assert "The period must end after it begins" in text_of(answer)


def test_the_chart_has_a_title_and_the_table_beside_it(sign_in: Callable[..., Client]) -> None:
    page = sign_in("lead").get(reverse("response"), LONG).content.decode()

    assert 'role="img" aria-labelledby="chart-title"' in page
    assert "<title id=" in page
    assert page.index("<svg class=") < page.index("<table")


def test_the_alerts_per_people_of_an_area_that_nobody_counted_are_unknown(sign_in: Callable[..., Client]) -> None:
    from tocsin.store.models import Place

    Place.objects.update(people=None)

    areas = sign_in("lead").get(reverse("response"), LONG | {"days": "3658"}).context["found"].areas

    assert areas
    assert {one.per_10k for one in areas} == {None}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_page_opens_in_each_language(language: str, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead", language=language).get(reverse("response"), LONG)

    assert answer.status_code == 200
    assert answer.context["published"]
