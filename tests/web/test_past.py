"""A page that was asked for a past moment shows that moment, or says that it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import some_incident

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
BANNER = "What became known later is not shown"


def ago(**span: int) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("name", ["desk", "gaps", "briefs", "hotline", "places", "map_large"])
def test_a_page_that_shows_only_the_present_does_not_pass_it_off_as_the_past(
    name: str, sign_in: Callable[..., Client]
) -> None:
    answer = sign_in("lead").get(reverse(name), {"as_of": ago(days=3)})

    assert answer.status_code == 400
    assert BANNER not in answer.content.decode()


@pytest.mark.parametrize("name", ["matrix", "matrix_print", "outlook", "map", "coverage", "policy", "lessons"])
def test_a_page_that_can_show_the_past_still_does(name: str, sign_in: Callable[..., Client]) -> None:
    assert sign_in("lead").get(reverse(name), {"as_of": ago(days=3)}).status_code == 200


def test_an_incident_is_shown_as_it_stood(sign_in: Callable[..., Client]) -> None:
    lead, row = sign_in("lead"), some_incident()
    ref = row.ref

    before = lead.get(reverse("incident", args=[ref]), {"as_of": f"{row.known_at - timedelta(days=2):%Y-%m-%dT%H:%M}"})
    after = lead.get(reverse("incident", args=[ref]), {"as_of": ago(minutes=5)})

    assert "did not exist yet" in before.content.decode()
    assert ref in after.content.decode()
    assert BANNER in after.content.decode()


@pytest.mark.parametrize("page", ["alert", "report"])
def test_no_record_is_shown_as_it_will_be(page: str, sign_in: Callable[..., Client]) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert sign_in("lead").get(reverse(page, args=["A-000001"]), {"as_of": ahead}).status_code == 400
