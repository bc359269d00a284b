"""Points of the military grid (MGRS) and of its parent, UTM, as patrols and receivers write them.

Source: the transverse Mercator series of Krüger (1912) to the third power, on WGS 84, good to less than a
metre within a zone; letters of the squares as NGA.STND.0037 gives them. Limits: no polar squares, and the
zones widened for Norway and Svalbard are read as plain ones. A square stands for its middle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

from tocsin.core.places.types import Point

_A, _FLATTENING, _SCALE = 6378137.0, 1 / 298.257223563, 0.9996
_N = _FLATTENING / (2 - _FLATTENING)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA = (_N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96, _N**2 / 48 + _N**3 / 15, 17 * _N**3 / 480)
_DELTA = (2 * _N - 2 * _N**2 / 3 - 2 * _N**3, 7 * _N**2 / 3 - 8 * _N**3 / 5, 56 * _N**3 / 15)
_FALSE_EAST, _FALSE_NORTH = 500_000.0, 10_000_000.0
_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS: Final = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE, _CYCLE = 100_000, 2_000_000
_DIGITS: Final = 5

_ZONE = r"(?<![\w.,+-])(?P<zone>0?[1-9]|[1-5]\d|60)\s?(?P<band>[C-HJ-NP-X])"
# In capitals only: "7 men 1430" is no square.
_GRID = re.compile(
    _ZONE
    + r"\s?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])\s?(?:(?P<east>\d{2,5})\s(?P<north>\d{2,5})|(?P<both>(?:\d\d){2,5}))(?![\w.])"
)
_METRES = re.compile(
    _ZONE
    + r"[\s,;]+0?(?P<east>\d{6})(?:[.,]\d+)?\s?(?:m?E)?[\s,;/]+0?(?P<north>\d{5,7})(?:[.,]\d+)?\s?(?:m?N\b)?(?![\w])",
    re.IGNORECASE,
)


def find_grid_points(text: str) -> Iterator[tuple[tuple[Point, ...], tuple[int, int]]]:
    """Yield what each grid reference of `text` may mean, the likelier first, and where it stands.

    Two meanings are possible where the letter S may be a band of the north or stand for the south.
    """
    for match in _GRID.finditer(text):
        point = _of_square(match)
        if point is not None:
            yield (point,), match.span()
    for match in _METRES.finditer(text):
        points = tuple(_of_metres(match))
        if points:
            yield points, match.span()


def from_utm(zone: int, east: float, north: float) -> Point:
    """Return the point of a zone, metres east (with the false 500 km) and metres north of the equator."""
    across, along = (east - _FALSE_EAST) / (_SCALE * _RADIUS), north / (_SCALE * _RADIUS)
    terms = list(enumerate(_BETA, start=1))
    xi = along - sum(beta * math.sin(2 * power * along) * math.cosh(2 * power * across) for power, beta in terms)
    eta = across - sum(beta * math.cos(2 * power * along) * math.sinh(2 * power * across) for power, beta in terms)
    chi = math.asin(math.sin(xi) / math.cosh(eta))
    lat = chi + sum(delta * math.sin(2 * power * chi) for power, delta in enumerate(_DELTA, start=1))
    lon = math.atan2(math.sinh(eta), math.cos(xi))
    return Point(round(math.degrees(lat), 6), round(math.degrees(lon) + zone * 6 - 183, 6))


def _of_square(match: re.Match[str]) -> Point | None:
    """Return the middle of a square; None where its letters are none of the zone, or its figures are uneven."""
    east, north = (match["east"], match["north"]) if match["east"] else _halves(match["both"])
    zone, band, square = int(match["zone"]), match["band"], match["square"]
    column = _COLUMNS[zone % 3].find(square[0])
    if len(east) != len(north) or column < 0:
        return None
    row = (_ROWS.index(square[1]) - (0 if zone % 2 else 5)) % len(_ROWS)
    size = 10 ** (_DIGITS - len(east))
    x = (column + 1) * _SQUARE + int(east) * size + size / 2
    y = row * _SQUARE + int(north) * size + size / 2
    return _in_band(zone, band, x, y)


def _in_band(zone: int, band: str, x: float, y: float) -> Point | None:
    """Return the point whose row repeats every 2,000 km, in the band that its letter names."""
    south = 8 * _BANDS.index(band) - 80
    north = south + (12 if band == "X" else 8)
    offset = -_FALSE_NORTH if south < 0 else 0.0
    for turn in range(5):
        point = from_utm(zone, x, y + turn * _CYCLE + offset)
        # Squares at the edge of a band reach a little over it.
        if south - 1 <= point.lat <= north + 1:
            return point
    return None


def _of_metres(match: re.Match[str]) -> Iterator[Point]:
    zone, band, east, north = int(match["zone"]), match["band"].upper(), float(match["east"]), float(match["north"])
    if band == "S":
        yield from_utm(zone, east, north - _FALSE_NORTH)
    yield from_utm(zone, east, north - (_FALSE_NORTH if band < "N" else 0.0))


def _halves(both: str) -> tuple[str, str]:
    return both[: len(both) // 2], both[len(both) // 2 :]
