"""Coverage and gaps: reach is not safety, every uncovered need has its reason, and a gap moves only with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.rooms import some_gap, some_place
from tests.web.test_matrix import text_of

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield


def uncovered(page: str) -> list[str]:
    part = page.split("Not reachable in time")[-1] if "Not reachable in time" in page else ""
    return re.findall(r'data-row="(\S+)"', part)


def test_reach_is_never_called_protection(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("head").get(reverse("coverage")))

    assert "Reachable in time is not protected." in page
    assert "protected places" not in page


def test_less_time_leaves_more_out_of_reach(sign_in: Callable[..., Client]) -> None:
    head = sign_in("head")

    short = uncovered(text_of(head.get(reverse("coverage"), {"hours": "0.05", "light": "day"})))
    long = uncovered(text_of(head.get(reverse("coverage"), {"hours": "240", "light": "day"})))

    assert len(short) > len(long)


def test_every_place_out_of_reach_has_its_reason_and_what_would_close_it(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("head").get(reverse("coverage"), {"hours": "0.05", "light": "day"}))

    rows = page.split("Closes with")[1].split("</tbody>")[0].split("<tr")[1:]
    assert rows
    assert all('class="sub"' in row for row in rows)


@pytest.mark.parametrize(
    "asked", [{"hours": "x"}, {"hours": "-2"}, {"hours": "nan"}, {"hours": "1e9"}, {"light": "dusk"}, {"page": "x"}]
)
def test_hours_that_make_no_sense_are_the_usual_two(asked: dict[str, str], sign_in: Callable[..., Client]) -> None:
    answer = sign_in("head").get(reverse("coverage"), asked)

    assert answer.status_code == 200
    assert '<option value="2" selected>' in answer.content.decode()


def test_a_gap_is_opened_for_a_place_out_of_reach_and_refused_for_one_in_reach(sign_in: Callable[..., Client]) -> None:
    head = sign_in("head")
    place = uncovered(text_of(head.get(reverse("coverage"), {"hours": "0.05", "light": "day"})))[0]
    form = {"done_instead": "The radio post warns them.", "light": "day"}

    refused = head.post(reverse("gap_open", args=[place]), form | {"hours": "240"})
    opened = head.post(reverse("gap_open", args=[place]), form | {"hours": "0.05"})

    assert (refused.status_code, opened.status_code) == (422, 302)
    assert "The radio post warns them." in text_of(refused)
    assert "The radio post warns them." in text_of(head.get(reverse("gaps")))


def test_a_gap_moves_only_with_a_reason(sign_in: Callable[..., Client]) -> None:
    head, gap = sign_in("head"), some_gap()

    without = head.post(reverse("gap_move", args=[gap]), {"to": "raised_mission", "why": ""})
    with_it = head.post(reverse("gap_move", args=[gap]), {"to": "raised_mission", "why": "Asked for a helicopter."})

    assert (without.status_code, with_it.status_code) == (422, 302)
    assert "Say why the gap moves on." in text_of(without)


def test_a_closed_gap_leaves_the_open_list_and_stays_in_all(sign_in: Callable[..., Client]) -> None:
    head, gap = sign_in("head"), some_gap()

    head.post(reverse("gap_move", args=[gap]), {"to": "closed", "why": "The road was repaired."})

    assert gap not in text_of(head.get(reverse("gaps")))
    assert gap in text_of(head.get(reverse("gaps"), {"which": "all"}))


def test_the_gap_of_a_place_stands_on_its_page(sign_in: Callable[..., Client]) -> None:
    head, gap = sign_in("head"), some_gap()

    assert gap in text_of(head.get(reverse("place", args=[some_place()])))
