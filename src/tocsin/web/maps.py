"""Maps drawn on the server: SVG without a script, sharp in print, told apart without colour.

A map is never mirrored, whatever the direction of the script. It shows what is on record: an
empty stretch is one of which nothing is known.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Box = tuple[float, float, float, float]
KM_PER_DEGREE: Final = 111.2
_STEPS_KM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_CELL_PX: Final = 18
_SIGNS: Final = {"base": '<path class="base" d="M-6-6H6V6H-6z"/>', "place": '<circle class="place" r="3.5"/>'}
_LEVEL_SHAPES: Final = {
    "green": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
    "yellow": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0zM-7 0h14",
    "orange": "M0-8 8 0 0 8-8 0z",
    "red": "M0-9 9 7H-9z",
    "black": "M-8-8H8V8H-8z",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What part of the world a picture shows, and how large it is drawn."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    @property
    def box(self) -> Box:
        """Return west, south, east and north."""
        return self.west, self.south, self.east, self.north

    def x(self, lon: float) -> float:
        """Return how far right a longitude lies."""
        return round((lon - self.west) / (self.east - self.west) * self.width, 1)

    def y(self, lat: float) -> float:
        """Return how far down a latitude lies."""
        return round((self.north - lat) / (self.north - self.south) * self.height, 1)

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether a point lies in the picture."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    @property
    def km_wide(self) -> float:
        """Return how many kilometres the picture is wide, at its middle."""
        middle = math.radians((self.north + self.south) / 2)
        return (self.east - self.west) * KM_PER_DEGREE * math.cos(middle)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on the map. `address` makes it a link; `shape` is a level, a category or "" for none."""

    lon: float
    lat: float
    label: str
    address: str = ""
    shape: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """A road between two points, with its status: open, caution, closed or unknown."""

    start: tuple[float, float]
    end: tuple[float, float]
    status: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A circle on the ground, `km` from its middle to its edge. `shape` tells how it is drawn."""

    lon: float
    lat: float
    km: float
    label: str
    address: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Layers:
    """Everything that is drawn, the lowest layer first."""

    roads: Sequence[Way] = ()
    chances: Sequence[Mark] = ()
    areas: Sequence[Area] = ()
    incidents: Sequence[tuple[float, float, int]] = ()
    places: Sequence[Mark] = ()
    uncovered: Sequence[Mark] = ()
    bases: Sequence[Mark] = ()
    alerts: Sequence[Mark] = ()
    here: Sequence[Mark] = field(default=())


def frame_around(box: Box, width: int, height: int, *, margin: float = 0.06) -> Frame:
    """Return a frame that shows the whole of `box` in true proportion, with a margin."""
    west, south, east, north = box
    middle = (south + north) / 2
    shrink = max(math.cos(math.radians(middle)), 0.2)
    tall = max((north - south) * (1 + 2 * margin), 0.05)
    wide = max((east - west) * (1 + 2 * margin), 0.05 / shrink)
    if wide * shrink / tall < width / height:
        wide = tall * width / height / shrink
    else:
        tall = wide * shrink * height / width
    centre = (west + east) / 2
    return Frame(centre - wide / 2, middle - tall / 2, centre + wide / 2, middle + tall / 2, width, height)


def frame_at(lat: float, lon: float, *, km: float, width: int, height: int) -> Frame:
    """Return a frame `km` wide around a point."""
    wide = km / KM_PER_DEGREE / max(math.cos(math.radians(lat)), 0.2)
    tall = km / KM_PER_DEGREE * height / width
    return Frame(lon - wide / 2, lat - tall / 2, lon + wide / 2, lat + tall / 2, width, height)


def draw(frame: Frame, layers: Layers, *, title: str) -> SafeString:
    """Return the picture as SVG. `title` says to those who cannot see it what it shows."""
    parts = [
        (
            f'<svg class="map" viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" height="{frame.height}"'
            f' direction="ltr" role="group" aria-label="{escape(title)}">'
        ),
        *_graticule(frame),
        *(_road(frame, way) for way in layers.roads),
        *(_chance(frame, mark) for mark in layers.chances),
        *(_area(frame, area) for area in layers.areas),
        *_incidents(frame, layers.incidents),
        *(_mark(frame, mark, "uncovered", "M-7-7 7 7M7-7-7 7") for mark in layers.uncovered),
        *_named(frame, [*((mark, "base") for mark in layers.bases), *((mark, "place") for mark in layers.places)]),
        *(_alert(frame, mark) for mark in layers.alerts),
        *(_here(frame, mark) for mark in layers.here),
        *_scale(frame),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308  every value in it is a number, or escaped


def bars(months: Sequence[int], *, title: str) -> SafeString:
    """Return 24 small bars, one a month, the newest last; a month without incidents is a line at the foot."""
    most = max(max(months, default=0), 1)
    parts = [f'<svg class="bars" viewBox="0 0 {len(months) * 8} 40" role="img" aria-label="{escape(title)}">']
    for position, count in enumerate(months):
        tall = round(38 * count / most, 1) if count else 1
        kind = "" if count else ' class="none"'
        parts.append(f'<rect x="{position * 8}" y="{round(40 - tall, 1)}" width="6" height="{tall}"{kind}/>')
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308  every value in it is a number, or escaped


def _road(frame: Frame, way: Way) -> str:
    (lon1, lat1), (lon2, lat2) = way.start, way.end
    title = f"<title>{escape(way.label)}</title>" if way.label else ""
    line = f'x1="{frame.x(lon1)}" y1="{frame.y(lat1)}" x2="{frame.x(lon2)}" y2="{frame.y(lat2)}"'
    return f'<line class="road {escape(way.status)}" {line}>{title}</line>'


def _incidents(frame: Frame, points: Iterable[tuple[float, float, int]]) -> Iterable[str]:
    """Draw one circle for all incidents of a small square: its area grows with their number."""
    counted: Counter[tuple[int, int]] = Counter()
    for lon, lat, _ in points:
        if frame.holds(lon, lat):
            counted[int(frame.x(lon) // _CELL_PX), int(frame.y(lat) // _CELL_PX)] += 1
    for (column, row), count in sorted(counted.items()):
        x, y = column * _CELL_PX + _CELL_PX // 2, row * _CELL_PX + _CELL_PX // 2
        radius = round(min(2.2 + 1.5 * math.sqrt(count), 22), 1)
        yield f'<circle class="incidents" cx="{x}" cy="{y}" r="{radius}"><title>{count}</title></circle>'


def _chance(frame: Frame, mark: Mark) -> str:
    """Draw a disc whose area grows with the chance, and which is broken where nobody observes."""
    if not frame.holds(mark.lon, mark.lat):
        return ""
    radius = round(4 + 18 * math.sqrt(mark.weight), 1)
    body = f'<circle class="chance {escape(mark.shape)}" r="{radius}"><title>{escape(mark.label)}</title></circle>'
    return _group(frame.x(mark.lon), frame.y(mark.lat), body, mark)


def _area(frame: Frame, area: Area) -> str:
    mark = Mark(area.lon, area.lat, area.label, area.address)
    radius = round(max(area.km / frame.km_wide * frame.width, 0) + 16, 1)
    body = f'<circle class="area {escape(area.shape)}" r="{radius}"><title>{escape(area.label)}</title></circle>'
    return _group(frame.x(area.lon), frame.y(area.lat), body, mark) if frame.holds(area.lon, area.lat) else ""


def _named(frame: Frame, marks: Sequence[tuple[Mark, str]]) -> Iterable[str]:
    """Draw bases and places, with the names of as many as have room: bases first, then the heaviest."""
    taken: list[tuple[float, float, float]] = []
    drawn: list[str] = []
    for mark, kind in sorted(marks, key=lambda one: (one[1] != "base", -one[0].weight)):
        if not frame.holds(mark.lon, mark.lat):
            continue
        x, y = frame.x(mark.lon), frame.y(mark.lat)
        long = 6.6 * len(mark.label) + 12
        has_room = all(abs(y - top) > 13 or x > right or x + long < left for left, right, top in taken)
        label = f"<title>{escape(mark.label)}</title>"
        if has_room and x + long < frame.width:
            taken.append((x - 6, x + long, y))
            label = f'<text x="9" y="4">{escape(mark.label)}</text>'
        drawn.append(_group(x, y, _SIGNS[kind] + label, mark))
    return reversed(drawn)


def _mark(frame: Frame, mark: Mark, kind: str, path: str) -> str:
    if not frame.holds(mark.lon, mark.lat):
        return ""
    body = f'<path class="{kind}" d="{path}"><title>{escape(mark.label)}</title></path>'
    return _group(frame.x(mark.lon), frame.y(mark.lat), body, mark)


def _alert(frame: Frame, mark: Mark) -> str:
    return _mark(frame, mark, f"alert {escape(mark.shape)}", _LEVEL_SHAPES.get(mark.shape, _LEVEL_SHAPES["yellow"]))


def _here(frame: Frame, mark: Mark) -> str:
    body = f'<circle class="halo" r="13"/><circle class="here" r="6"/><text x="16" y="4">{escape(mark.label)}</text>'
    return _group(frame.x(mark.lon), frame.y(mark.lat), body, mark)


def _group(x: float, y: float, body: str, mark: Mark) -> str:
    if not mark.address:
        return f'<g transform="translate({x} {y})">{body}</g>'
    # A target of 24 pixels, so that a finger finds it.
    touch = '<circle class="touch" r="12"/>'
    return f'<a href="{escape(mark.address)}" aria-label="{escape(mark.label)}"><g transform="translate({x} {y})">{touch}{body}</g></a>'


def _graticule(frame: Frame) -> Iterable[str]:
    step = next((one for one in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if (frame.east - frame.west) / one <= 8), 20)
    for lon in _lines(frame.west, frame.east, step):
        x = frame.x(lon)
        yield f'<line class="grid" x1="{x}" y1="0" x2="{x}" y2="{frame.height}"/>'
        yield f'<text class="grid" x="{x + 3}" y="{frame.height - 4}">{_degrees(lon, "E", "W")}</text>'
    for lat in _lines(frame.south, frame.north, step):
        y = frame.y(lat)
        yield f'<line class="grid" x1="0" y1="{y}" x2="{frame.width}" y2="{y}"/>'
        yield f'<text class="grid" x="3" y="{round(y - 3, 1)}">{_degrees(lat, "N", "S")}</text>'


def _lines(low: float, high: float, step: float) -> Iterable[float]:
    first = math.ceil(low / step)
    return (round(number * step, 4) for number in range(first, math.floor(high / step) + 1))


def _degrees(value: float, above: str, below: str) -> str:
    return f"{abs(value):g}°{above if value >= 0 else below}"


def _scale(frame: Frame) -> Iterable[str]:
    wanted = frame.km_wide / 5
    km = max((step for step in _STEPS_KM if step <= wanted), default=1)
    long = round(km / frame.km_wide * frame.width, 1)
    right, foot = frame.width - 14, frame.height - 22
    yield f'<path class="scale" d="M{right - long} {foot - 5}v5h{long}v-5" fill="none"/>'
    yield f'<text x="{right}" y="{foot + 14}" text-anchor="end">{km} km</text>'


def as_marks(rows: Iterable[Any], address: Any) -> list[Mark]:
    """Return places as marks, heavier with more people."""
    return [Mark(row.lon, row.lat, row.name, address(row), weight=float(row.people or 0)) for row in rows]
