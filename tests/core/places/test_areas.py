from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime

import pytest

from tocsin.core.places.areas import cell_centre, grid_cell, name_points, point_label, season_at
from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import PlaceKind, Season


@pytest.mark.parametrize(
    ("point", "cell"),
    [
        (Point(-89.75, -179.75), 1),
        (Point(-89.75, 179.75), 720),
        (Point(89.75, 179.75), 259200),
        (Point(-29.857896, 31.029198), 86823),
    ],
)
def test_cells_count_from_the_south_west_corner_eastwards(point, cell):
    assert grid_cell(point) == cell


def test_the_pole_and_the_date_line_have_a_cell():
    assert grid_cell(Point(90.0, 0.0)) == grid_cell(Point(89.9, 0.0))
    assert grid_cell(Point(0.0, 180.0)) == grid_cell(Point(0.0, -180.0))


@pytest.mark.parametrize("cell", [1, 720, 721, 86823, 259200])
def test_the_centre_of_a_cell_lies_in_that_cell(cell):
    assert grid_cell(cell_centre(cell)) == cell


@pytest.mark.parametrize("cell", [0, 259201])
def test_a_cell_that_does_not_exist_is_refused(cell):
    with pytest.raises(ValueError, match=f"cell is {cell}, expected 1 to 259200"):
        cell_centre(cell)


def test_our_cells_are_those_of_the_event_dataset(data_dir):
    with gzip.open(data_dir / "ged" / "ged231_car_full_1991_2018.csv.gz", "rt", encoding="utf-8") as rows:
        told = [
            (Point(float(row["latitude"]), float(row["longitude"])), int(row["priogrid_gid"]))
            for row in csv.DictReader(rows)
        ]

    ours = [grid_cell(point) for point, _ in told]

    assert len(told) > 1000
    assert ours == [cell for _, cell in told]


def test_a_point_without_a_name_is_written_by_its_coordinates():
    assert point_label(Point(1.21, 28.41)) == "1.21°N 28.41°E"
    assert point_label(Point(-0.5, -71.204)) == "0.50°S 71.20°W"


def test_a_label_is_too_coarse_to_find_a_house():
    assert point_label(Point(1.21049, 28.41049)) == point_label(Point(1.21, 28.41))


@pytest.mark.parametrize(
    ("lat", "month", "season"),
    [
        (1.2, 1, Season.DRY),
        (1.2, 3, Season.WET),
        (1.2, 7, Season.DRY),
        (1.2, 10, Season.WET),
        (8.0, 1, Season.DRY),
        (8.0, 7, Season.WET),
        (13.0, 5, Season.DRY),
        (13.0, 8, Season.WET),
        (-10.0, 1, Season.WET),
        (-10.0, 7, Season.DRY),
    ],
)
def test_the_rains_follow_the_latitude(lat, month, season):
    assert season_at(Point(lat, 28.0), date(2027, month, 15)) is season


def test_outside_the_calendar_the_season_is_unknown_and_not_dry():
    assert season_at(Point(35.0, 36.0), date(2027, 7, 1)) is None


def test_the_season_takes_a_moment_as_well_as_a_day():
    moment = datetime(2027, 7, 1, 23, 59, tzinfo=UTC)

    assert season_at(Point(8.0, 28.0), moment) is season_at(Point(8.0, 28.0), moment.date())


def test_a_bare_point_is_told_by_the_nearest_landmark_and_a_named_place_keeps_its_name():
    bare = Place("P-1", point_label(Point(0.6023, 29.6318)), Point(0.6023, 29.6318), kind=PlaceKind.POINT)
    named = Place("P-2", "Mangina", Point(0.57, 29.3))

    told = name_points([bare, named], [("Beni", Point(0.4911, 29.4731)), ("Goma", Point(-1.68, 29.22))])

    assert [place.name for place in told] == ["0.60°N 29.63°E · Beni 22 km", "Mangina"]


def test_no_landmark_is_named_where_none_is_near():
    far = Place("P-1", point_label(Point(5.0, 20.0)), Point(5.0, 20.0), kind=PlaceKind.POINT)

    assert name_points([far], [("Goma", Point(-1.68, 29.22))]) == (far,)
