"""Walk through years that are over, a week at a time, and see what each alarm was followed by."""

from __future__ import annotations

import csv
import gzip
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.grid import DEGREES, Grid, cell_at
from tocsin.core.forecast.surges import scan, zones
from tocsin.core.forecast.surges.chance import Chance
from tocsin.core.forecast.surges.episodes import AlarmDay, episodes
from tocsin.core.forecast.surges.ration import Budget, Offer, mark
from tocsin.core.forecast.surges.scan import Cluster, Settings

Ints = NDArray[np.int64]

# Chosen on 2009-2013 alone, over seven countries, and frozen; see docs/explanation/surges.md.
SETTINGS = Settings(days=28, study_days=1826, least=5, how=Chance.SEQUENTIAL, settled=40, every_days=7, clusters=5)
MOST_PLACES, WITHIN_KM = 50, 150.0
RECURRENCE_DAYS = 365
CHOSEN_ON = (2009, 2013)
# What a desk can look at; the mark that keeps to it is set each week from the year behind.
BUDGET = Budget(per_week=0.45, area_share=0.026)

HORIZON = 28
MASS_DEATHS = 10
PRIOR_DAYS = 365
_CONTROL_DRAWS = 50
_HALF_LIFE = 90.0
# Dated to within a week, placed to within a district: coarser ones pile up on firsts of months and on capitals.
_DATE_PRECISION, _PLACE_PRECISION = 2, 3


def told() -> dict[str, Any]:
    """Return the frozen settings, and on which years they were chosen."""
    return {
        **asdict(SETTINGS), "most_places": MOST_PLACES, "within_km": WITHIN_KM, "recurrence_days": RECURRENCE_DAYS,
        "budget": asdict(BUDGET),
        "chosen_on": f"{CHOSEN_ON[0]}-{CHOSEN_ON[1]}", "horizon_days": HORIZON, "mass_deaths": MASS_DEATHS,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """Events by cell and day, running sums, and the circles; `first` is the day of the first column."""

    cells: Ints
    place: Ints
    day: Ints
    deaths: Ints
    first: int
    sums: Ints
    circles: zones.Zones

    def known_cells(self, day: int) -> int:
        """Return how many cells had seen an event by a day."""
        return int(np.count_nonzero(self.sums[:, max(day - self.first + 1, 0)]))

    def between(self, members: Iterable[int], after: int, until: int) -> int:
        """Return the events in some cells after one day and up to another."""
        low, high = max(after - self.first + 1, 0), max(until - self.first + 1, 0)
        held = self.sums[list(members)]
        return int((held[:, high] - held[:, low]).sum())


@dataclass(frozen=True, slots=True)
class Alarm:
    """One week's alarm over one area, and what followed."""

    day: int
    cluster: Cluster
    followed: int
    prior_year_rate: float
    prior_study_rate: float


def read(path: Path, country: str | None, until: date) -> tuple[Ints, Ints, Ints]:
    """Return cell, day and deaths of the events that are placed and dated well enough, none after `until`.

    Raises
    ------
    ValueError
        There is none.
    """
    kept = []
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as held:
        for row in csv.DictReader(held):
            if (country and row["country"] != country) or not _precise(row):
                continue
            day = date.fromisoformat(row["date_start"][:10])
            if day <= until:
                cell = int(cell_at(float(row["latitude"]), float(row["longitude"])))
                kept.append((cell, day.toordinal(), int(row["best"] or 0)))
    if not kept:
        raise ValueError(f"no event of {country or 'any country'} up to {until} is in the file, as it spells names")
    cells, days, deaths = np.array(sorted(kept, key=lambda one: one[1]), dtype=np.int64).T
    return cells, days, deaths


def _precise(row: Mapping[str, str]) -> bool:
    date_precision, place_precision = row.get("date_prec"), row.get("where_prec")
    return (not date_precision or int(date_precision) <= _DATE_PRECISION) and (
        not place_precision or int(place_precision) <= _PLACE_PRECISION
    )


def walk(path: Path, country: str | None, *, first: int, last: int, seed: int) -> dict[str, Any]:
    """Return what weekly alarms were worth from one year to another; nothing after each week is known to it."""
    began = time.process_time()
    begin, end = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
    past = _laid(*read(path, country, date(last, 12, 31)), until=end)
    issues = range(begin, end - HORIZON + 1, 7)
    # A year earlier, so that the first week has a year behind it; its alarms are not counted.
    offered = [one for day in range(begin - 364, end - HORIZON + 1, 7) for one in _issued(past, day, seed)]
    alarms = [one for one in _rationed(past, offered) if one.day >= begin]
    luck = np.random.Generator(np.random.PCG64(seed))
    return {
        "country": country,
        "window": f"{first}-{last}",
        "seed": seed,
        "cells": len(past.cells),
        "events": int(np.sum((past.day >= begin) & (past.day <= end))),
        "issues": len(issues),
        "offered": sum(one.day >= begin for one in offered),
        "alarms": len(alarms),
        "alarms_per_week": round(len(alarms) / len(issues), 3),
        **_worth(past, alarms),
        **_mass(past, alarms, begin, end),
        "control_random_active": _random_active(past, alarms, luck),
        "control_highest_ewma": _highest_ewma(past, alarms),
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def _laid(cell: Ints, day: Ints, deaths: Ints, *, until: int) -> Past:
    cells, place = np.unique(cell, return_inverse=True)
    grid = Grid(cells.astype(np.int32))
    lat = np.asarray((grid.row + 0.5) * DEGREES - 90, dtype=np.float64)
    lon = np.asarray((grid.column + 0.5) * DEGREES - 180, dtype=np.float64)
    far = zones.distances_km(lat, lon)
    first = int(day.min())
    counts = np.zeros((len(cells), until - first + 2), dtype=np.int64)
    np.add.at(counts, (place, day - first + 1), 1)
    circles = zones.nearest(far, most=MOST_PLACES, within=WITHIN_KM)
    return Past(cells, place, day, deaths, first, np.cumsum(counts, axis=1), circles)


def _issued(past: Past, day: int, seed: int) -> list[Alarm]:
    found = scan.scan(past.place, past.day, past.circles, as_of=day, seed=seed + day, settings=SETTINGS)
    alarms = []
    for one in found.clusters:
        if one.recurrence_days < RECURRENCE_DAYS:
            continue
        year, study = (_rate_before(past, one, days) for days in (PRIOR_DAYS, SETTINGS.study_days))
        alarms.append(Alarm(day, one, past.between(one.members, day, day + HORIZON), year, study))
    return alarms


def _rate_before(past: Past, one: Cluster, days: int) -> float:
    """Return the events a day in the area before its window began."""
    before = one.began - 1
    known = min(days, before - past.first + 1)
    return past.between(one.members, before - known, before) / known if known > 0 else 0.0


def _rationed(past: Past, offered: list[Alarm]) -> list[Alarm]:
    """Return the alarms that are within the budget as it was known in their week."""
    offers = [Offer(one.day, one.cluster.cases / len(one.cluster.members), len(one.cluster.members)) for one in offered]
    marks = {
        day: mark(offers, as_of=day, places=past.known_cells(day), budget=BUDGET, every_days=SETTINGS.every_days)
        for day in {one.day for one in offered}
    }
    return [alarm for alarm, offer in zip(offered, offers, strict=True) if offer.density >= marks[alarm.day]]


def _worth(past: Past, alarms: list[Alarm]) -> dict[str, Any]:
    """Return how many alarms were followed by an event, and how much more came than before the surge."""
    came = sum(one.followed for one in alarms)
    quiet = [AlarmDay(one.day, frozenset(one.cluster.members)) for one in alarms]
    sizes = [len(one.cluster.members) for one in alarms]
    return {
        "episodes": len(episodes(quiet, quiet_days=SETTINGS.days)),
        "ppv": _share(sum(one.followed > 0 for one in alarms), len(alarms)),
        "surge_ratio": _share(came, sum(one.prior_year_rate for one in alarms) * HORIZON),
        "surge_ratio_over_study": _share(came, sum(one.prior_study_rate for one in alarms) * HORIZON),
        "mean_cells": _share(sum(sizes), len(sizes)),
    }


def _mass(past: Past, alarms: list[Alarm], begin: int, end: int) -> dict[str, Any]:
    """Return the share of days of mass killing in a cell that was under alarm, and of all cell-days that were."""
    flagged = np.zeros((len(past.cells), end - begin + 2), dtype=bool)
    since = np.full(flagged.shape, 0)
    for one in alarms:
        for member in one.cluster.members:
            days = slice(one.day - begin + 1, min(one.day - begin + HORIZON, end - begin) + 1)
            since[member, days] = np.where(flagged[member, days], since[member, days], one.day)
            flagged[member, days] = True
    # Before the first month of alarms is over, nobody could have been under one.
    start = begin + HORIZON
    worst: dict[tuple[int, int], int] = {}
    for place, day, deaths in zip(past.place, past.day, past.deaths, strict=True):
        if start <= day <= end:
            worst[int(place), int(day)] = worst.get((int(place), int(day)), 0) + int(deaths)
    mass = [key for key, deaths in worst.items() if deaths >= MASS_DEATHS]
    leads = [day - int(since[place, day - begin]) for place, day in mass if flagged[place, day - begin]]
    return {
        "mass_cell_days": len(mass),
        "mass_coverage": _share(len(leads), len(mass)),
        "median_lead_days": float(np.median(leads)) if leads else None,
        "area_time_share": round(float(flagged[:, HORIZON : end - begin + 1].mean()), 4),
    }


def _random_active(past: Past, alarms: list[Alarm], luck: np.random.Generator) -> dict[str, Any]:
    """Return the same for areas of the same size around cells that saw an event within the year."""
    hits = followed = usual = 0.0
    for one in alarms:
        held = past.sums[:, one.day - past.first + 1] - past.sums[:, max(one.day - PRIOR_DAYS - past.first + 1, 0)]
        for centre in luck.choice(np.flatnonzero(held), _CONTROL_DRAWS):
            members = _around(past, int(centre), len(one.cluster.members))
            came = past.between(members, one.day, one.day + HORIZON)
            hits += came > 0
            followed += came
            usual += past.between(members, one.day - PRIOR_DAYS, one.day) / PRIOR_DAYS * HORIZON
    return {"ppv": _share(hits, len(alarms) * _CONTROL_DRAWS), "surge_ratio": _share(followed, usual)}


def _highest_ewma(past: Past, alarms: list[Alarm]) -> dict[str, Any]:
    """Return the same for the area of the same size that was the most violent of late."""
    hits = followed = usual = 0.0
    for one in alarms:
        known = past.day <= one.day
        fade = 0.5 ** ((one.day - past.day[known]) / _HALF_LIFE)
        heat = np.bincount(past.place[known], weights=fade, minlength=len(past.cells))
        size = len(one.cluster.members)
        sums = [heat[list(_around(past, centre, size))].sum() for centre in range(len(past.cells))]
        members = _around(past, int(np.argmax(sums)), size)
        came = past.between(members, one.day, one.day + HORIZON)
        hits += came > 0
        followed += came
        usual += past.between(members, one.day - PRIOR_DAYS, one.day) / PRIOR_DAYS * HORIZON
    return {"ppv": _share(hits, len(alarms)), "surge_ratio": _share(followed, usual)}


def _around(past: Past, centre: int, size: int) -> tuple[int, ...]:
    held = past.circles.order[centre]
    return tuple(int(one) for one in held[held >= 0][:size])


def _share(part: float, whole: float) -> float | None:
    return round(float(part / whole), 3) if whole else None
