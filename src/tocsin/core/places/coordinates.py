"""Coordinates as people write them in a message."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tocsin.core.places.distance import EARTH_RADIUS_KM, distances_km
from tocsin.core.places.military_grid import find_grid_points
from tocsin.core.places.types import Point, PointMatch

# Beyond this from every place we know, coordinates are doubted.
_FAR_KM = 300.0
_DECIMAL = re.compile(
    r"(?:(?<![A-Za-z])(?P<ns1>[NS]\s?))?(?P<lat>[-+]?\d{1,3}(?P<mark>[.,])\d{2,8})\s?°?\s?(?P<ns2>[NS]\b)?"
    r"(?:\s*[,;/]\s*|\s+)"
    r"(?P<ew1>[EWO]\s?)?(?P<lon>[-+]?\d{1,3}(?P=mark)\d{2,8})\s?°?\s?(?P<ew2>[EWO]\b)?(?![\d.,]*\d)",
    re.IGNORECASE,
)
_ANGLE = r"(?P<d{0}>\d{{1,3}})\s?[°º]\s?(?P<m{0}>\d{{1,2}}(?:[.,]\d+)?)\s?['’′]\s?(?:(?P<s{0}>\d{{1,2}}(?:[.,]\d+)?)\s?(?:[\"”″]|''|’’))?\s?(?P<h{0}>[NSEWO])"
_SEXAGESIMAL = re.compile(_ANGLE.format(1) + r"\s*[,;/]?\s*" + _ANGLE.format(2), re.IGNORECASE)

# As hand-held receivers show them: "N5 09.852 E26 14.466".
_RECEIVER = re.compile(
    r"(?<![A-Za-z])(?P<h1>[NS])\s?(?P<d1>\d{1,2})[°º\s]\s?(?P<m1>\d{1,2}[.,]\d{1,4})['’′]?\s*[,;/]?\s*"
    r"(?P<h2>[EWO])\s?(?P<d2>\d{1,3})[°º\s]\s?(?P<m2>\d{1,2}[.,]\d{1,4})['’′]?",
    re.IGNORECASE,
)


def moved(point: Point, *, km: float, bearing: float) -> Point:
    """Return the point `km` away in the direction `bearing` (degrees, 0 is north, 90 east)."""
    north_km = km * math.cos(math.radians(bearing))
    east_km = km * math.sin(math.radians(bearing))
    lat = point.lat + math.degrees(north_km / EARTH_RADIUS_KM)
    lon = point.lon + math.degrees(east_km / (EARTH_RADIUS_KM * max(0.01, math.cos(math.radians(point.lat)))))
    return Point(round(lat, 5), round(lon, 5))


def find_coordinates(text: str, around: Sequence[Point] = ()) -> tuple[PointMatch, ...]:
    """Return the coordinates written in `text`: decimal (point or comma), degrees and minutes, MGRS or UTM.

    `around` are points we know. Where the numbers make sense only the other way round, they are
    turned and ``coordinates_swapped`` is doubted; far from everything known is doubted too.
    """
    found = [_decimal(match, around) for match in _DECIMAL.finditer(text)]
    found += [_sexagesimal(match, around) for match in _SEXAGESIMAL.finditer(text)]
    found += [_receiver(match, around) for match in _RECEIVER.finditer(text)]
    found += [_of_grid(points, span, around) for points, span in find_grid_points(text)]
    return tuple(match for match in found if match is not None)


def _decimal(match: re.Match[str], around: Sequence[Point]) -> PointMatch | None:
    lat, lon = (float(match[part].replace(",", ".")) for part in ("lat", "lon"))
    south = (match["ns1"] or match["ns2"] or "").strip().upper() == "S"
    west = (match["ew1"] or match["ew2"] or "").strip().upper() in ("W", "O")
    return _checked(-lat if south else lat, -lon if west else lon, match.span(), around)


def _sexagesimal(match: re.Match[str], around: Sequence[Point]) -> PointMatch | None:
    values: dict[str, float] = {}
    for part in ("1", "2"):
        degrees, minutes, seconds = (float((match[unit + part] or "0").replace(",", ".")) for unit in "dms")
        letter = match["h" + part].upper()
        sign = -1 if letter in "SWO" else 1
        values["lat" if letter in "NS" else "lon"] = sign * (degrees + minutes / 60 + seconds / 3600)
    if len(values) < 2:
        return None
    return _checked(round(values["lat"], 6), round(values["lon"], 6), match.span(), around)


def _receiver(match: re.Match[str], around: Sequence[Point]) -> PointMatch | None:
    lat, lon = (int(match["d" + part]) + float(match["m" + part].replace(",", ".")) / 60 for part in "12")
    lat, lon = (-lat if match["h1"].upper() == "S" else lat), (-lon if match["h2"].upper() in "WO" else lon)
    return _checked(round(lat, 6), round(lon, 6), match.span(), around)


def _of_grid(points: Sequence[Point], span: tuple[int, int], around: Sequence[Point]) -> PointMatch | None:
    """Return the meaning of a grid reference that lies nearest to what we know; far from all of it, it is none.

    Figures and letters stand together in many a message; a place far off would send people there.
    """
    nearest = min(points, key=lambda point: _nearest_km(point, around)) if around else points[0]
    return None if around and _nearest_km(nearest, around) > _FAR_KM else PointMatch(nearest, *span)


def _checked(lat: float, lon: float, span: tuple[int, int], around: Sequence[Point]) -> PointMatch | None:
    as_written = Point(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
    turned = Point(lon, lat) if abs(lon) <= 90 and abs(lat) <= 180 else None
    if as_written is None:
        return PointMatch(turned, *span, ("coordinates_swapped",)) if turned else None
    if not around or _nearest_km(as_written, around) <= _FAR_KM:
        return PointMatch(as_written, *span)
    if turned is not None and _nearest_km(turned, around) <= _FAR_KM:
        return PointMatch(turned, *span, ("coordinates_swapped",))
    return PointMatch(as_written, *span, ("coordinates_far",))


def _nearest_km(point: Point, around: Sequence[Point]) -> float:
    return float(distances_km([point], around).min())
