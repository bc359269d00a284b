"""What the trial of rankings stands on: events of a country, the cells of its area, the bases in it."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin import feeds
from tocsin.core.allocation.types import DeploymentRecord
from tocsin.core.evidence.types import EventRecord
from tocsin.core.forecast.empirical import neighbours
from tocsin.core.forecast.grid import COLUMNS, DEGREES, Cells, Grid, cell_at
from tocsin.core.forecast.rate_surface import Days, Events, Floats, Places
from tocsin.core.reference.results import Problem

# Dated to within a week, placed to within a district: coarser ones make false peaks on firsts of months and centroids.
MOST_DATE_PRECISION = 2
MOST_PLACE_PRECISION = 3
_OLDEST_MAP_DAYS = 366


@dataclass(frozen=True)
class Ground:
    """A country's events, and the cells that are ranked.

    Attributes
    ----------
    events
        Those that can be placed and dated, by their first day.
    cells
        PRIO-GRID numbers, ascending.
    places
        The same as places.
    own
        Which of them are the country's, not the border on the other side.
    told
        Where the cells come from, and what was left out.
    """

    events: Events
    cells: Cells
    places: Places
    own: NDArray[np.bool_]
    told: dict[str, Any]


def read_ground(ged: Path, country: str, *, cells: Path | None, before: date) -> Ground:
    """Return the events of a country and the cells of its area.

    The area is every cell of the country, and every land cell that touches one: a border town may lie in a cell
    that is mostly the neighbour's. Which country of the table of cells is meant is read from where the events
    before the scored years lie, since the tables spell names differently.

    Parameters
    ----------
    ged
        Events of the Uppsala program, in any of their layouts.
    country
        As the file spells it.
    cells
        A table with the columns gid and iso_a3; without it, what lies around the events before `before`.
    before
        The first scored day.
    """
    events, told = _events(ged, country)
    known = events.before(before.toordinal())
    if not len(known.day):
        raise ValueError(f"there is no event in {country} before {before}: nothing can be learned")
    happened = np.array([cell_at(lat, lon) for lat, lon in zip(known.lat, known.lon, strict=True)], dtype=np.int32)
    area, own, source = _area(cells, happened)
    places = places_of(area)
    inside = places.hold(events).any(axis=1)
    told |= {"cells": len(area), "cells_from": source, "events_outside_of_the_area": int((~inside).sum())}
    return Ground(events, area, places, own, told)


def places_of(cells: Cells) -> Places:
    """Return the middles of cells."""
    grid = Grid(cells)
    lat, lon = (grid.row + 0.5) * DEGREES - 90, (grid.column + 0.5) * DEGREES - 180
    return Places(lat.astype(np.float64), lon.astype(np.float64), DEGREES / 2)


def ever_struck(ground: Ground) -> NDArray[np.bool_]:
    """Return which cells ever saw an event in the file: a choice that knows the future, only for comparison."""
    return np.asarray(ground.places.hold(ground.events).any(axis=0))


def table_beside(path: Path, folder: str, pattern: str) -> Path | None:
    """Return the first table that matches in a folder beside that of `path`."""
    found = sorted((path.resolve().parent.parent / folder).glob(pattern))
    return found[0] if found else None


def km_to_bases(path: Path, ground: Ground, days: Days) -> Floats:
    """Return how far each place lay from the country's nearest base at the beginning of each day's year, in km.

    Parameters
    ----------
    path
        The Geo-PKO table.
    ground, days
        Where and when.

    Returns
    -------
    ndarray of float, shape (days, places)
        NaN where no map of the year before shows a base in the country.
    """
    records = [
        item.value
        for item in feeds.get("geopko").read(path)
        if not isinstance(item, Problem) and isinstance(item.value, DeploymentRecord)
    ]
    years = np.array([date.fromordinal(day).year for day in days.tolist()])
    inside = Places(ground.places.lat[ground.own], ground.places.lon[ground.own], ground.places.half_degrees)
    out = np.full((len(days), len(ground.cells)), np.nan)
    for year in np.unique(years).tolist():
        bases = _bases(records, date(year, 1, 1), inside)
        if len(bases.day):
            out[years == year] = ground.places.km_to(bases).min(axis=0)
    return out


def _bases(records: Sequence[DeploymentRecord], day: date, places: Places) -> Events:
    """Return the bases within places, on the last map of each mission before a day."""
    latest: dict[str, date] = {}
    for one in records:
        if 0 < (day - one.map_on).days <= _OLDEST_MAP_DAYS:
            latest[one.mission] = max(one.map_on, latest.get(one.mission, one.map_on))
    held = [one for one in records if latest.get(one.mission) == one.map_on]
    lat, lon = np.array([one.lat for one in held]), np.array([one.lon for one in held])
    every = Events(np.zeros(len(held), np.int64), lat, lon, np.zeros(len(held), bool))
    return every.part(np.asarray(places.hold(every).any(axis=1)))


def _events(ged: Path, country: str) -> tuple[Events, dict[str, Any]]:
    """Return the events that can be placed and dated, and what was left out."""
    held: list[EventRecord] = []
    left: Counter[str] = Counter()
    for item in feeds.get("ucdp_ged").read(ged, country=country):
        if isinstance(item, Problem):
            left["problems"] += 1
        elif isinstance(item.value, EventRecord):
            coarse = _coarse(item.value)
            if coarse:
                left[coarse] += 1
            else:
                held.append(item.value)
    if not held:
        raise ValueError(f"{ged.name} has no event in '{country}' that can be placed and dated")
    held.sort(key=lambda one: one.start)
    events = Events(
        np.array([one.start.toordinal() for one in held], dtype=np.int64),
        np.array([one.lat for one in held]),
        np.array([one.lon for one in held]),
        np.zeros(len(held), bool),
    )
    first, last = held[0].start.date().isoformat(), held[-1].start.date().isoformat()
    return events, {"events": len(held), "first": first, "last": last, "left_out": dict(left)}


def _coarse(event: EventRecord) -> str | None:
    if event.date_precision is not None and event.date_precision > MOST_DATE_PRECISION:
        return "dated_too_coarsely"
    if event.place_precision is not None and event.place_precision > MOST_PLACE_PRECISION:
        return "placed_too_coarsely"
    return None


def _area(table: Path | None, happened: Cells) -> tuple[Cells, NDArray[np.bool_], str]:
    """Return the cells of the area, which are the country's own, and a word on where they come from."""
    land: dict[int, str] = {}
    if table is not None:
        for row in _rows(table):
            land.setdefault(int(row["gid"]), row.get("iso_a3") or "")
    here = Counter(land[cell] for cell in happened.tolist() if land.get(cell))
    # A table of another region may hold a few border cells: it counts only where it holds most of what happened.
    if not here or 2 * max(here.values()) < len(happened):
        box = _box(happened)
        source = "two cells around the box of earlier events; no table of cells holds the country"
        return box, np.ones(len(box), bool), source
    most = here.most_common(1)[0][0]
    every = np.array(sorted(land), dtype=np.int32)
    own = np.array([land[cell] == most for cell in every.tolist()])
    around = neighbours(every)
    touching = np.where(around >= 0, own[around], False).any(axis=1)
    area = own | touching
    return every[area], own[area], f"all land cells of {most} and those that touch them"


def _box(happened: Cells) -> Cells:
    grid = Grid(happened)
    rows = np.arange(grid.row.min() - 2, grid.row.max() + 3)
    columns = np.arange(grid.column.min() - 2, grid.column.max() + 3)
    return np.asarray((rows[:, None] * COLUMNS + columns + 1).ravel(), dtype=np.int32)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    held = path.read_bytes()
    text = (gzip.decompress(held) if path.suffix == ".gz" else held).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text))
