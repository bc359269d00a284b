"""The grid cell, the label and the season of a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import rules
from tocsin.core.reference.terms import Season

_CELLS_PER_DEGREE: Final = 2
_COLUMNS: Final = 360 * _CELLS_PER_DEGREE
_ROWS: Final = 180 * _CELLS_PER_DEGREE
# Farther off a name would mislead more than coordinates.
LANDMARK_KM: Final = 60.0


def grid_cell(point: Point) -> int:
    """Return the number of the half-degree grid cell that holds a point.

    Notes
    -----
    Source: PRIO-GRID numbering (Tollefsen, Strand and Buhaug 2012): cells of 0.5 degree, counted
    from 1 at the south-west corner of the world, eastwards and then northwards.

    Examples
    --------
    >>> grid_cell(Point(-29.857896, 31.029198))
    86823
    """
    row = min(math.floor((point.lat + 90.0) * _CELLS_PER_DEGREE), _ROWS - 1)
    column = math.floor((point.lon + 180.0) * _CELLS_PER_DEGREE) % _COLUMNS
    return row * _COLUMNS + column + 1


def cell_centre(cell: int) -> Point:
    """Return the middle of a grid cell.

    Raises
    ------
    ValueError
        When there is no such cell.
    """
    if not 1 <= cell <= _ROWS * _COLUMNS:
        raise ValueError(f"cell is {cell}, expected 1 to {_ROWS * _COLUMNS}")
    row, column = divmod(cell - 1, _COLUMNS)
    return Point((row + 0.5) / _CELLS_PER_DEGREE - 90.0, (column + 0.5) / _CELLS_PER_DEGREE - 180.0)


def point_label(point: Point) -> str:
    """Return how a point without a name is written.

    Two decimals, about one kilometre: enough to find it, not enough to find a house.

    Examples
    --------
    >>> point_label(Point(1.21, 28.41))
    '1.21°N 28.41°E'
    """
    north = "N" if point.lat >= 0 else "S"
    east = "E" if point.lon >= 0 else "W"
    return f"{abs(point.lat):.2f}°{north} {abs(point.lon):.2f}°{east}"


def season_at(point: Point, as_of: datetime | date) -> Season | None:
    """Return the season at a point on a day, None where the calendar says nothing.

    The calendar is a dated rule by latitude band and month. A mission with its own calendar of
    the rains gives that rule its own value.
    """
    for band in rules.value("places.wet_months", as_of):
        if band["from_lat"] <= point.lat < band["to_lat"]:
            return Season.WET if as_of.month in band["months"] else Season.DRY
    return None


def name_points(places: Sequence[Place], landmarks: Sequence[tuple[str, Point]]) -> tuple[Place, ...]:
    """Return the places, a bare point of a dataset told by the nearest landmark: ``0.60°N 29.63°E · Beni 12 km``.

    Parameters
    ----------
    places : sequence of Place
        Those of kind POINT whose name is only their coordinates are told anew; the others stay.
    landmarks : sequence of (name, Point)
        Bases and named settlements that people know.

    Notes
    -----
    Limits: beyond 60 km no landmark is named; the straight distance says nothing of the way.
    """
    bare = [row for row, place in enumerate(places) if place.name == point_label(place.point)]
    if not bare or not landmarks:
        return tuple(places)
    gaps = distances_km([places[row].point for row in bare], [point for _, point in landmarks])
    found = list(places)
    for row, gap in zip(bare, gaps, strict=True):
        nearest = int(gap.argmin())
        if gap[nearest] <= LANDMARK_KM:
            told = f"{places[row].name} · {landmarks[nearest][0]} {gap[nearest]:.0f} km"
            found[row] = replace(places[row], name=told)
    return tuple(found)
