from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.places.distance import bearing_deg, distance_km, distances_km, pairs_km, wind_of
from tocsin.core.places.types import Point

TEMBWALI = Point(1.210, 28.410)
NYAROKO = Point(1.305, 28.520)


def test_one_degree_of_the_equator_is_111_km():
    here, there = Point(0.0, 20.0), Point(0.0, 21.0)

    apart = distance_km(here, there)

    assert apart == pytest.approx(111.195, abs=0.001)


def test_the_way_there_is_as_long_as_the_way_back():
    points = [TEMBWALI, NYAROKO, Point(5.11, 26.2), Point(-29.86, 31.03)]

    table = distances_km(points, points)

    assert np.allclose(table, table.T)
    assert np.allclose(np.diag(table), 0.0)


def test_the_short_way_over_the_date_line_is_taken():
    west, east = Point(0.0, 179.5), Point(0.0, -179.5)

    apart = distance_km(west, east)

    assert apart == pytest.approx(111.195, abs=0.001)


def test_opposite_points_are_half_the_earth_apart():
    apart = distance_km(Point(90.0, 0.0), Point(-90.0, 0.0))

    assert apart == pytest.approx(np.pi * 6371.0088)


def test_pairs_are_the_diagonal_of_the_table():
    origins, ends = [TEMBWALI, NYAROKO], [NYAROKO, Point(2.05, 29.02)]

    pairs = pairs_km(origins, ends)

    assert pairs.tolist() == np.diag(distances_km(origins, ends)).tolist()


def test_no_points_make_an_empty_table():
    assert distances_km([], [TEMBWALI]).shape == (0, 1)
    assert distances_km([TEMBWALI], []).shape == (1, 0)
    assert pairs_km([], []).shape == (0,)


@pytest.mark.parametrize(
    ("there", "degrees", "wind"),
    [
        (Point(1.0, 20.0), 0, "N"),
        (Point(0.0, 21.0), 90, "E"),
        (Point(-1.0, 20.0), 180, "S"),
        (Point(0.0, 19.0), 270, "W"),
        (Point(1.0, 21.0), 45, "NE"),
        (Point(1.0, 19.999), 360, "N"),
    ],
)
def test_a_bearing_counts_clockwise_from_north(there, degrees, wind):
    bearing = bearing_deg(Point(0.0, 20.0), there)

    assert bearing == pytest.approx(degrees, abs=0.2)
    assert wind_of(bearing) == wind
