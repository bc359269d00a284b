"""Grid references are read as patrols write them, and what is no reference is left alone."""

from __future__ import annotations

import math

import pytest

from tocsin.core.places.coordinates import find_coordinates
from tocsin.core.places.military_grid import find_grid_points, from_utm
from tocsin.core.places.types import Point

FERREKO = Point(2.30, 29.31)


def forward(point: Point) -> tuple[int, float, float]:
    """Snyder (1987), equations 8-9 to 8-15: another way to the grid than the one that is tried."""
    zone = int((point.lon + 180) // 6) + 1
    lat, lon = math.radians(point.lat), math.radians(point.lon - (zone * 6 - 183))
    a, f, k = 6378137.0, 1 / 298.257223563, 0.9996
    e2 = f * (2 - f)
    ep2 = e2 / (1 - e2)
    n = a / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    t, c, x = math.tan(lat) ** 2, ep2 * math.cos(lat) ** 2, lon * math.cos(lat)
    m = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * lat
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * lat)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * lat)
        - (35 * e2**3 / 3072) * math.sin(6 * lat)
    )
    east = k * n * (x + (1 - t + c) * x**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * ep2) * x**5 / 120) + 500000
    north = k * (
        m
        + n * math.tan(lat) * (x**2 / 2 + (5 - t + 9 * c + 4 * c**2) * x**4 / 24
        + (61 - 58 * t + t**2 + 600 * c - 330 * ep2) * x**6 / 720)
    )  # fmt: skip
    return zone, east, north


@pytest.mark.parametrize(
    "point", [FERREKO, Point(-4.3, 15.3), Point(15.6, 32.5), Point(48.8583, 2.2945), Point(-33.86, 151.2)]
)
def test_a_point_comes_back_from_the_grid(point):
    zone, east, north = forward(point)

    back = from_utm(zone, east, north)

    assert back.lat == pytest.approx(point.lat, abs=2e-6)
    assert back.lon == pytest.approx(point.lon, abs=2e-6)


@pytest.mark.parametrize(
    ("text", "lat", "lon", "within"),
    [
        ("31U DQ 48251 11932", 48.85822, 2.2945, 1e-4),
        ("31UDQ4825111932", 48.85822, 2.2945, 1e-4),
        ("31U DQ 482 119", 48.85822, 2.2945, 1e-3),
        ("31N AA 66021 00000", 0.0, 0.0, 1e-4),
        ("31U 448251 5411932", 48.85822, 2.2945, 1e-4),
        ("31 U 0448251 E 5411932 N", 48.85822, 2.2945, 1e-4),
    ],
)
def test_known_points_are_read_however_they_are_written(text, lat, lon, within):
    (found,) = find_coordinates(f"armed men at {text}, moving")

    assert found.point.lat == pytest.approx(lat, abs=within)
    assert found.point.lon == pytest.approx(lon, abs=within)


def test_the_letter_s_is_the_south_where_the_south_is_near():
    zone, east, north = forward(Point(-4.3, 15.3))
    text = f"{zone}S {east:.0f} {north + 10_000_000:.0f}"

    (found,) = find_coordinates(text, [Point(-4.0, 15.0)])

    assert found.point.lat == pytest.approx(-4.3, abs=1e-4)
    assert found.doubts == ()


def test_a_reference_far_from_all_we_know_is_none():
    assert find_coordinates("31U DQ 48251 11932", [FERREKO]) == ()
    assert len(find_coordinates("31U DQ 48251 11932", [Point(48.0, 2.0)])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "36 men and 48 women in 2 trucks",
        "31U DQ 482 1193",
        "31U IQ 48251 11932",
        "31U ZZ 48251 11932",
        "call 0810 555 123",
        "10K CD 12",
        "7 men 1430",
        "25 men 0600",
        "31u dq 482 119",
        "at 18h15 35 people",
        "AK 47, PKM x2",
        "v31UDQ4825111932x",
    ],
)
def test_what_is_no_reference_is_left_alone(text):
    assert list(find_grid_points(text)) == []
