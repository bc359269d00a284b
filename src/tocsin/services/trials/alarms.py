"""Try the alarms over counts: parity with R, time, what they promise and what they keep, and what they see."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges import cusum, ears, farrington, gamma_poisson
from tocsin.core.forecast.surges.ears import Variant

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]

_GOLDEN = "golden_surveillance_R_1.20.3.json"
_SERIES = "salmonella_agona.csv"
# The published bounds have six digits: half of the last one is theirs.
_TOLERANCE = 1e-6
_SIMULATED = ("k1", "m1", "m2", "m3", "s1", "s2", "s3")
_ALPHAS = (0.001, 0.005, 0.01, 0.05)
# An outbreak's end is in the sums for as long as the longest span; such weeks are neither true nor false.
_AFTERMATH = 26
_MARKS = tuple(np.round(np.geomspace(0.5, 500, 70), 3).tolist())
_NULLS: dict[str, float] = {"poisson": np.inf, "scattered": 0.5}


def run(golden: Path, *, seed: int = 0) -> dict[str, Any]:
    """Return every figure of the alarms, with its seed and time.

    Parameters
    ----------
    golden
        Folder with the series and with what R's surveillance gives for them.
    seed
        Where all luck starts.
    """
    began = time.perf_counter()
    parity = _parity(golden)
    return {
        "trial": "alarms",
        "seed": seed,
        "parity": parity,
        "all_agree": all(one["agrees"] for one in parity.values()),
        "null": {name: _null(size, seed) for name, size in _NULLS.items()},
        "simulated_outbreaks": _seen(golden),
        "speed": _speed(seed),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _observed(path: Path) -> tuple[Ints, Truths]:
    with path.open(encoding="utf-8", newline="") as held:
        rows = list(csv.DictReader(held))
    return np.array([int(one["observed"]) for one in rows]), np.array([one["state"] == "1" for one in rows])


def _parity(folder: Path) -> dict[str, dict[str, Any]]:
    """Return for each method of R the largest difference of a bound, and how many alarms differ."""
    published = json.loads((folder / _GOLDEN).read_text("utf-8"))
    counts, _ = _observed(folder / _SERIES)
    found = {}
    for variant in Variant:
        one = ears.alarms(counts, variant=variant)
        found[f"ears_{variant.value}"] = _compared(published[f"earsC_{variant.value}"], one.bound, one.alarm)
    for name, settings in (("farrington", farrington.CLASSIC), ("farringtonFlexible", farrington.Settings())):
        first, last = published[name]["range"]
        weekly = farrington.alarms(counts, np.arange(first - 1, last), settings=settings)
        found[name] = _compared(published[name], weekly.bound[0], weekly.alarm[0], whole=False)
    known = published["cusum"]
    first, last = known["range"]
    usual = cusum.seasonal(counts, until=first - 1)[first - 1 : last]
    summed = cusum.rossi(counts[first - 1 : last], usual, reference=known["k"], mark=known["h"])
    found["cusum"] = _compared({**known, "upperbound": known["statistic"]}, summed.bound, summed.alarm, whole=False)
    return found


def _compared(published: Mapping[str, Any], bound: Reals, alarm: Truths, *, whole: bool = True) -> dict[str, Any]:
    first, last = published["range"]
    if whole:
        bound, alarm = bound[first - 1 : last], alarm[first - 1 : last]
    known = np.array([np.nan if one == "NA" else float(one) for one in published["upperbound"]])
    # R's older function writes 0 where too few cases give no bound; ours says that there is none.
    missing = np.isnan(bound)
    same_gaps = bool(np.all(np.isnan(known[missing]) | (known[missing] == 0)) and not np.isnan(known[~missing]).any())
    apart = float(np.max(np.abs(bound[~missing] - known[~missing])))
    differ = int(np.sum(alarm != np.array(published["alarm"], dtype=bool)))
    return {
        "steps": len(known), "largest_bound_difference": float(f"{apart:.2g}"), "alarms_that_differ": differ,
        "agrees": same_gaps and apart <= _TOLERANCE and not differ,
    }  # fmt: skip


def _null(size: float, seed: int) -> dict[str, Any]:
    """Return what each method promised and what it kept, on village counts in which nothing ever happens."""
    luck = np.random.Generator(np.random.PCG64(seed))
    mean = luck.gamma(1.0, 0.15, (200, 1)) + 0.01
    shape = (200, 3 * 365)
    counts = luck.poisson(mean, shape) if np.isinf(size) else luck.negative_binomial(size, size / (size + mean), shape)
    found: dict[str, Any] = {"series": 200, "days": shape[1], "mean_per_day": round(float(counts.mean()), 3)}
    for alpha in (0.001, 0.01):
        settings = gamma_poisson.Settings(alpha=alpha)
        ours = gamma_poisson.alarms(counts, settings=settings)
        spoke = np.isfinite(ours.p)
        realised = float(ours.alarm[spoke].mean())
        found[f"default_at_{alpha}"] = {"realised": round(realised, 6), "kept": realised <= alpha}
    theirs = float(ears.alarms(counts).alarm[:, ears.BASELINE :].mean())
    nominal = ears.ALPHA[Variant.C1]
    found[f"ears_C1_at_{nominal}"] = {"realised": round(theirs, 6), "kept": theirs <= nominal}
    return found


def _seen(folder: Path) -> list[dict[str, Any]]:
    """Return how much of the simulated outbreaks is seen, at the share of false alarms that the default realised.

    The negative binomial CUSUM has the same past, the lowest mark that gives it no more false alarms, and begins anew after each.
    """
    read = [_observed(folder / f"sim_{name}.csv") for name in _SIMULATED]
    counts, outbreak = np.array([one for one, _ in read]), np.array([state for _, state in read])
    ours = gamma_poisson.alarms(counts, settings=gamma_poisson.WEEKLY)
    spoke = np.isfinite(ours.p)
    free = spoke & ~outbreak & ~_after(outbreak)
    found = []
    for alpha in _ALPHAS:
        alarm = spoke & (ours.p <= alpha)
        allowed = int(np.sum(alarm & free))
        rival, mark = _rival(counts, free, allowed)
        found.append(
            {
                "alpha": alpha,
                "weeks_free": int(free.sum()),
                "false_alarm_share": round(allowed / int(free.sum()), 4),
                "default": _told(alarm, outbreak & spoke),
                "negative_binomial_cusum": {
                    "mark": mark,
                    "false_alarm_share": round(int(np.sum(rival & free)) / int(free.sum()), 4),
                }
                | _told(rival & spoke, outbreak & spoke),
            }
        )
    return found


def _after(outbreak: Truths) -> Truths:
    ended = np.zeros_like(outbreak)
    for lag in range(1, _AFTERMATH + 1):
        ended[:, lag:] |= outbreak[:, :-lag]
    return ended


def _rival(counts: Ints, free: Truths, allowed: int) -> tuple[Truths, float]:
    """Return the alarms of the CUSUM at the lowest mark that keeps to the false alarms allowed, and the mark."""
    usual, size = gamma_poisson.usual(counts, span=1, settings=gamma_poisson.WEEKLY)
    for mark in _MARKS:
        alarm = cusum.negative_binomial(counts, usual, size, mark=mark, restart=True).alarm
        if int(np.sum(alarm & free)) <= allowed:
            break
    return alarm, float(mark)


def _told(alarm: Truths, outbreak: Truths) -> dict[str, Any]:
    seen = alarm & outbreak
    days = [int(np.argmax(row) - np.argmax(whole)) for row, whole in zip(seen, outbreak, strict=True) if row.any()]
    return {
        "sensitivity": round(float(seen.sum() / outbreak.sum()), 3),
        "outbreaks_seen": len(days),
        "of": int(outbreak.any(axis=1).sum()),
        "median_delay_weeks": float(np.median(days)) if days else None,
    }


def _speed(seed: int) -> dict[str, dict[str, float]]:
    luck = np.random.Generator(np.random.PCG64(seed))
    daily, weekly = luck.poisson(0.2, (200, 365)), luck.poisson(3.0, (200, 4 * 52 + 10))
    weeks = np.arange(weekly.shape[1] - 52, weekly.shape[1])
    found = {f"ears_{one.value}_200x365": _timed(partial(ears.alarms, daily, variant=one)) for one in Variant}
    found["default_200x365"] = _timed(lambda: gamma_poisson.alarms(daily))
    found["farrington_flexible_200_series_52_weeks"] = _timed(lambda: farrington.alarms(weekly, weeks), times=2)
    return found


def _timed(work: Callable[[], Any], *, times: int = 7) -> dict[str, float]:
    work()
    wall, cpu = [], []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - clock)
        cpu.append(time.process_time() - processor)
    return {"wall_s": round(min(wall), 5), "cpu_s": round(min(cpu), 5)}
