"""Try the scan for surges: parity with others' figures, time, false alarms, and what it found in wars that are over."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges import scan as surges
from tocsin.core.forecast.surges import zones
from tocsin.core.forecast.surges.chance import Chance
from tocsin.core.forecast.surges.episodes import AlarmDay, episodes
from tocsin.core.forecast.surges.scan import Settings
from tocsin.services.trials import scan_golden, scan_past

Ints = NDArray[np.int64]

THREADS = 2
_YEAR = 365
_NULL_PLACES, _NULL_PER_YEAR = 134, 240


def run(
    *,
    surveillance: Path | None = None,
    ged: Path | None = None,
    countries: Sequence[str] = (),
    years: tuple[int, int] = (2014, 2018),
    null_years: int = 10,
    seed: int = 0,
) -> dict[str, Any]:
    """Return every figure of the scan, with its seed, window and time.

    Parameters
    ----------
    surveillance
        Folder with what SaTScan and others found; without it parity is not tried.
    ged
        Events of the Uppsala program, in any of their layouts; without it no past is walked through.
    countries
        As the file spells them; empty takes the whole file as one.
    years
        First and last year to walk through, week by week.
    null_years
        Years in which nothing happens but chance.
    seed
        Where all luck starts.
    """
    began = time.perf_counter()
    found: dict[str, Any] = {
        "trial": "scan",
        "seed": seed,
        "kernel": surges.kernel()[0],
        "settings": scan_past.told(),
        "parity": scan_golden.run(surveillance, seed=seed) if surveillance else None,
        "speed": _speed(seed),
        "null": _null(null_years, seed),
        "past": None,
    }
    if ged:
        asked: list[str | None] = [*countries] or [None]
        found["past"] = [scan_past.walk(ged, one, first=years[0], last=years[1], seed=seed) for one in asked]
    found["seconds"] = round(time.perf_counter() - began, 1)
    return found


def _speed(seed: int) -> dict[str, Any]:
    """Return how long scans of known sizes take: by the clock, and of the processor whatever else it does."""
    luck = np.random.Generator(np.random.PCG64(seed))
    place, day, circles = _made(luck, places=200, cases=2000, days=_YEAR, most=50)
    near = circles.order[7, :5]
    place = np.concatenate([place, luck.choice(near, 12)])
    day = np.concatenate([day, luck.integers(_YEAR - 12, _YEAR + 1, 12)])
    large = _timed(partial(_all, [(place, day, circles)], Settings(), seed))
    small = [_made(luck, places=_NULL_PLACES, cases=_NULL_PER_YEAR, days=_YEAR, most=50) for _ in range(35)]
    found: dict[str, Any] = {"places_200_days_365_cases_2012_replicates_999": large, "threads": THREADS}
    for how in (Chance.RANK, Chance.SEQUENTIAL):
        # Daily use: the strongest cluster; SEQUENTIAL stops once it is settled that it is nothing rare.
        plan = Settings(how=how, clusters=1)
        found[f"places_134_cases_240_replicates_999_{how.value}"] = _timed(partial(_all, small[:1], plan, seed))
        found[f"types_7_sectors_5_{how.value}"] = _timed(partial(_all, small, plan, seed), times=2)
    return found


def _all(worlds: Sequence[tuple[Ints, Ints, zones.Zones]], plan: Settings, seed: int) -> None:
    for place, day, circles in worlds:
        surges.scan(place, day, circles, as_of=_YEAR, seed=seed, settings=plan)


def _timed(work: Callable[[], Any], *, times: int = 5) -> dict[str, float]:
    work()
    wall, cpu = [], []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - processor)
    return {
        "wall_s": round(min(wall), 4),
        "cpu_s": round(min(cpu), 4),
        "median_wall_s": round(sorted(wall)[times // 2], 4),
    }


def _made(
    luck: np.random.Generator, *, places: int, cases: int, days: int, most: int, within: float | None = None
) -> tuple[Ints, Ints, zones.Zones]:
    """Return cases that chance alone strews over places of unequal danger; distances in km."""
    x, y = luck.uniform(0, 900, places), luck.uniform(0, 600, places)
    danger = luck.gamma(0.5, 1.0, places)
    place = luck.choice(places, cases, p=danger / danger.sum())
    circles = zones.nearest(zones.distances_flat(x, y), most=most, within=within)
    return place, luck.integers(1, days + 1, cases), circles


def _null(years: int, seed: int) -> dict[str, Any]:
    """Return how often chance alone is called a surge, looked at every day: days of alarm, and episodes."""
    plan = replace(scan_past.SETTINGS, every_days=1, how=Chance.SEQUENTIAL, settled=3, clusters=1)
    luck = np.random.Generator(np.random.PCG64(seed + 1))
    warm = plan.study_days
    days = warm + years * _YEAR
    place, day, circles = _made(
        luck, places=_NULL_PLACES, cases=_NULL_PER_YEAR * days // _YEAR, days=days, most=scan_past.MOST_PLACES,
        within=scan_past.WITHIN_KM,
    )  # fmt: skip
    alarms = []
    for as_of in range(warm + 1, days + 1):
        # A new luck every day: the same shuffles each morning would make one bad draw last for weeks.
        found = surges.scan(place, day, circles, as_of=as_of, seed=seed + as_of, settings=plan).clusters
        if found and found[0].recurrence_days >= scan_past.RECURRENCE_DAYS:
            alarms.append(AlarmDay(as_of, frozenset(found[0].members)))
    grouped = episodes(alarms, quiet_days=plan.days)
    return {
        "years": years,
        "looked": "every day",
        "recurrence_days": scan_past.RECURRENCE_DAYS,
        "alarm_days": len(alarms),
        "episodes": len(grouped),
        "episodes_per_year": round(len(grouped) / years, 2) if years else None,
    }
