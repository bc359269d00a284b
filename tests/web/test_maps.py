"""Maps: drawn on the server, told apart without colour, never mirrored, and light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests.web.test_matrix import text_of, weight_kb
from tocsin.web import maps

if TYPE_CHECKING:
    from django.test import Client

FRAME = maps.frame_at(2.0, 29.0, km=100, width=1000, height=500)


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield


def test_a_frame_is_as_wide_as_was_asked_for_and_true_in_proportion() -> None:
    assert FRAME.km_wide == pytest.approx(100, rel=0.01)
    assert (FRAME.north - FRAME.south) * maps.KM_PER_DEGREE == pytest.approx(50, rel=0.01)
    assert (FRAME.x(29.0), FRAME.y(2.0)) == (500.0, 250.0)


def test_a_frame_around_a_box_holds_the_whole_of_it() -> None:
    frame = maps.frame_around((25.0, 1.0, 31.0, 5.0), 900, 600)

    assert frame.holds(25.0, 1.0)
    assert frame.holds(31.0, 5.0)
    assert frame.km_wide / 900 == pytest.approx((frame.north - frame.south) * maps.KM_PER_DEGREE / 600, rel=0.01)


def test_a_frame_around_one_point_still_has_a_size() -> None:
    frame = maps.frame_around((29.0, 2.0, 29.0, 2.0), 900, 600)

    assert frame.km_wide > 1


def test_every_level_has_a_shape_of_its_own() -> None:
    levels = ("green", "yellow", "orange", "red", "black")
    drawn = [
        str(maps.draw(FRAME, maps.Layers(alerts=[maps.Mark(29.0, 2.0, "A-000001", shape=level)]), title="m"))
        for level in levels
    ]

    shapes = {re.findall(r'class="alert \w+" d="([^"]+)"', svg)[0] for svg in drawn}

    assert len(shapes) == len(levels)


def test_a_name_cannot_become_markup() -> None:
    mark = maps.Mark(29.0, 2.0, '"><script>x</script>', address="/places/P/")

    svg = str(maps.draw(FRAME, maps.Layers(places=[mark], bases=[mark], uncovered=[mark], here=[mark]), title='<b "t"'))

    assert "<script" not in svg
    assert "<b " not in svg


def test_incidents_of_one_spot_are_one_circle_that_says_how_many() -> None:
    svg = str(maps.draw(FRAME, maps.Layers(incidents=[(29.0, 2.0, 1)] * 12), title="m"))

    assert svg.count('class="incidents"') == 1
    assert "<title>12</title>" in svg


def test_what_lies_outside_is_not_drawn() -> None:
    svg = str(maps.draw(FRAME, maps.Layers(alerts=[maps.Mark(60.0, 2.0, "A-1", shape="red")]), title="m"))

    assert "A-1" not in svg


def test_a_month_without_incidents_is_a_line_and_not_a_gap() -> None:
    svg = str(maps.bars([0, 3, 6], title="three months"))

    assert svg.count("<rect") == 3
    assert svg.count('class="none"') == 1


def test_the_map_needs_no_script_and_is_not_mirrored_in_arabic(sign_in: Callable[..., Client]) -> None:
    page = sign_in("lead", language="ar").get(reverse("map")).content.decode()

    assert 'class="map"' in page
    assert 'direction="ltr"' in page
    assert "maplibre" not in page


def test_the_map_says_that_an_empty_stretch_is_not_safe(sign_in: Callable[..., Client]) -> None:
    page = text_of(sign_in("lead").get(reverse("map")))

    assert "It is not safe." in page
    assert "imply no opinion on the status of any territory" in page


def test_a_role_without_alerts_or_incidents_sees_a_map_without_them(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    apps.get_model("tocsin", "Alert").objects.update(lat=2.1, lon=29.1)
    whole, part = (text_of(sign_in(account).get(reverse("map"), {"days": "3660"})) for account in ("lead", "head"))

    assert '<circle class="incidents" cx' in whole
    assert '<circle class="incidents" cx' not in part


@pytest.mark.parametrize(
    "asked",
    ["lat=nan&lon=nan&km=nan", "lat=99&lon=0&km=10", "lat=1&lon=1&km=-5", "lat=x", "lat=1&lon=1&km=1e99", "days=%00"],
)
def test_an_address_that_makes_no_sense_shows_the_whole(asked: str, sign_in: Callable[..., Client]) -> None:
    answer = sign_in("lead").get(f"{reverse('map')}?{asked}")

    assert answer.status_code == 200
    assert "nan" not in re.sub(r"[Nn]an\w", "", answer.content.decode().split("<svg")[1].split("</svg>")[0])


def test_open_alerts_without_a_place_are_counted_beside_the_map(sign_in: Callable[..., Client]) -> None:
    from django.apps import apps

    model = apps.get_model("tocsin", "Alert")
    one = model.objects.exclude(state="closed").first()
    model.objects.filter(pk=one.pk).update(lat=None, lon=None)

    page = text_of(sign_in("lead").get(reverse("map")))

    assert re.search(r"\d+ open alerts? (is|are) on no map", page)


def test_the_map_weighs_less_than_150_kb(sign_in: Callable[..., Client]) -> None:
    assert weight_kb(sign_in("lead").get(reverse("map"))) < 150


def test_the_large_map_names_only_our_own_addresses(sign_in: Callable[..., Client]) -> None:
    page = sign_in("lead").get(reverse("map_large")).content.decode()

    assert 'data-address="/api/incidents"' in page
    assert not re.search(r'"(?:https?:)?//', page)
    assert 'data-layer="incidents"' not in sign_in("head").get(reverse("map_large")).content.decode()
