"""Score what others published, and say whether our figures are theirs to the printed digit."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import resource
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import scores

ALPHA = 0.1
DRAWS = 1000
# Their draws were one throw of the dice; ours are this many, to tell how far a throw lies from the next.
SEEDS = tuple(range(20))
CELLS, WINDOWS, MONTHS = 13_110, 4, 12
# Months of the datasets count from January 1980.
_EPOCH = 1980
_FIGURES = ("crps", "ign", "mis")

Draws = NDArray[np.int64] | NDArray[np.int32]
Keys = list[tuple[int, int]]


def run(golden: Path) -> dict[str, Any]:
    """Return our scores of the published benchmarks beside the printed ones.

    The folder holds what happened (``cm_actuals_*``), the published figures (``golden_views_scores.json``), and for
    each year what the benchmarks were made from: the very draws (``cm_NAME_draws_YEAR``: month_id, country_id,
    draw, outcome), or else the rates or the pool from which they were drawn, and then they are drawn anew.

    Parameters
    ----------
    golden
        The folder.
    """
    began = time.perf_counter()
    printed = json.loads((golden / "golden_views_scores.json").read_text("utf-8"))
    happened = _happened(golden)
    found = [_compared(one, printed, happened) for one in _benchmarks(golden)]
    return {
        "trial": "scores",
        "settings": {"alpha": ALPHA, "crps": "ensemble, 1/m²", "bins": list(scores.BINS), "draws": DRAWS},
        "data_last_month": "October of the year before each window",
        "benchmarks": found,
        "all_agree": all(one["agrees"] for one in found),
        "twin": _twin(),
        "speed": _speed(),
        "seconds": round(time.perf_counter() - began, 2),
    }


def _benchmarks(golden: Path) -> Iterator[tuple[str, int, Path]]:
    """Yield each benchmark with its year and the file it is made from: its own draws where we have them."""
    kept: dict[tuple[str, int], Path] = {}
    patterns = {
        "last_historical_poisson": r"cm_last_historical_(?:poisson_)?(lambda|draws)_(\d{4})",
        "bootstrap": r"cm_bootstrap_(pool|draws)_(\d{4})",
    }
    for path in sorted(golden.glob("cm_*.csv*")):
        for name, pattern in patterns.items():
            match = re.match(pattern, path.name)
            if match and ("draws" in path.name or (name, int(match[2])) not in kept):
                kept[name, int(match[2])] = path
    for (name, year), path in sorted(kept.items()):
        yield name, year, path


def _compared(
    benchmark: tuple[str, int, Path], printed: Mapping[str, Any], happened: Mapping[tuple[int, int], int]
) -> dict[str, Any]:
    """Return our figures of a benchmark, the published ones, and whether they agree."""
    name, year, path = benchmark
    keys = [key for key in sorted(happened) if key[0] // 12 == year - _EPOCH]
    seen = np.array([happened[key] for key in keys], float)
    own = "draws" in path.name
    every = [_scored(draws, seen) for draws in ([_own(path, keys)] if own else _anew(path, keys))]
    ours = {figure: float(np.mean([one[figure] for one in every])) for figure in _FIGURES}
    spread = {figure: float(np.std([one[figure] for one in every])) for figure in _FIGURES}
    theirs = printed["published"].get(name, {}).get(str(year), {})
    return {
        "benchmark": name,
        "window": str(year),
        "cases": len(keys),
        "deaths": int(seen.sum()),
        "made_from": "the published draws" if own else f"{path.name}, drawn anew with seeds 0 to {SEEDS[-1]}",
        "ours": {figure: round(value, 4) for figure, value in ours.items()},
        "spread_between_seeds": None if own else {figure: round(value, 4) for figure, value in spread.items()},
        "published": theirs,
        "agrees_when": "equal to the printed digit" if own else "within 3 spreads of a throw, or the printed digit",
        "agrees": bool(theirs) and all(_agrees(ours[one], theirs[one], 0 if own else spread[one]) for one in theirs),
    }


def _agrees(ours: float, printed: float, spread: float) -> bool:
    return abs(ours - printed) <= max(3 * spread, 0.005 + 1e-9)


def _scored(draws: Draws, seen: scores.Values) -> dict[str, float]:
    return {
        "crps": float(scores.crps(draws, seen, form="ensemble").mean()),
        "ign": float(scores.ignorance(draws, seen).mean()),
        "mis": float(scores.interval_score(draws, seen, alpha=ALPHA).mean()),
    }


def _happened(golden: Path) -> dict[tuple[int, int], int]:
    """Return state-based deaths by month (from 0, January 1980) and country."""
    return {
        (int(row["month_id"]) - 1, int(row["country_id"])): int(row["ged_sb"])
        for path in sorted(golden.glob("cm_actuals_*.csv*"))
        for row in _rows(path)
    }


def _anew(path: Path, keys: Keys) -> Iterator[Draws]:
    """Yield draws from rates by country, or from one pool of values, once a seed."""
    rows = list(_rows(path))
    for seed in SEEDS:
        luck = np.random.Generator(np.random.PCG64(seed))
        if "lambda" in rows[0]:
            rates = {int(row["country_id"]): float(row["lambda"]) for row in rows}
            yield luck.poisson(np.array([[rates[country]] for _, country in keys]), (len(keys), DRAWS))
        else:
            shares = np.array([float(row["share"]) for row in rows])
            values = np.array([int(row["value"]) for row in rows])
            yield luck.choice(values, p=shares / shares.sum(), size=(len(keys), DRAWS))


def _own(path: Path, keys: Keys) -> Draws:
    """Return the draws as they were published, one row a case."""
    held: dict[tuple[int, int], list[int]] = {key: [] for key in keys}
    for row in _rows(path):
        key = (int(row["month_id"]) - 1, int(row["country_id"]))
        if key in held:
            held[key].append(round(float(row["outcome"])))
    return np.array([held[key] for key in keys])


def _twin() -> dict[str, Any]:
    """Return how far our CRPS of 1,000 draws lies from the sum over all pairs of draws, written out."""
    luck = np.random.Generator(np.random.PCG64(0))
    draws, seen = luck.gamma(0.5, 20.0, (40, DRAWS)), luck.gamma(0.5, 20.0, 40)
    pairs = np.array([np.abs(np.subtract.outer(row, row)).sum() for row in draws])
    plain = np.abs(draws - seen[:, None]).mean(axis=1) - pairs / (2 * DRAWS**2)
    apart = float(np.abs(scores.crps(draws, seen, form="ensemble") - plain).max())
    return {"cases": 40, "draws": DRAWS, "seed": 0, "largest_difference": apart, "agrees": apart <= 1e-9}


def _speed() -> dict[str, Any]:
    """Return how long four yearly windows of the whole grid take to score, made-up draws month by month."""
    luck = np.random.Generator(np.random.PCG64(0))
    draws = np.sort(luck.poisson(luck.gamma(0.05, 10.0, CELLS)[:, None], (CELLS, DRAWS)), axis=1).astype(np.int32)
    seen = draws[:, DRAWS // 2].astype(float)
    began = time.perf_counter()
    for _ in range(WINDOWS * MONTHS):
        _scored(draws, seen)
    seconds = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "windows": WINDOWS,
        "months": MONTHS,
        "cells": CELLS,
        "draws": DRAWS,
        "figures": list(_FIGURES),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(peak_mb),
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, compressed or not."""
    held = path.read_bytes()
    text = (gzip.decompress(held) if path.suffix == ".gz" else held).decode("utf-8")
    yield from csv.DictReader(io.StringIO(text))
