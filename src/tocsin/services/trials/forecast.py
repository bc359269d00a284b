"""Walk forward over years that are over: what each way to look ahead said, and what then came."""

from __future__ import annotations

import csv
import gzip
import io
import multiprocessing
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin import feeds
from tocsin.core.evidence.types import EventRecord
from tocsin.core.forecast import backtest
from tocsin.core.forecast.backtest import Window
from tocsin.core.forecast.forecasters import FORECASTERS, forecaster
from tocsin.core.forecast.panel import Gathered, gather_panel
from tocsin.core.forecast.types import DRAWS, KINDS, Panel, month_text
from tocsin.core.reference.results import Problem

MODEL = "hurdle"
# Runs side by side: each holds its own memory.
JOBS = 2
_BOOTSTRAP_SEED = 0
# What every process looks at, set once when it starts.
_held: list[Panel] = []


@dataclass(frozen=True, slots=True)
class Asked:
    """One forecast to be made and scored."""

    method: str
    kind: str
    window: Window
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: every figure, the sums of the score by block, and what it cost."""

    asked: Asked
    figures: dict[str, Any]
    blocks: NDArray[np.float64]
    told: dict[str, Any]
    cost: dict[str, float]


def run(ged: Path, cells: Path, *, kind: str, windows: Sequence[int], seeds: int, jobs: int = JOBS) -> dict[str, Any]:
    """Return every figure of the model and of the simple ways, by window and seed.

    Parameters
    ----------
    ged
        Events of the Uppsala program, in any of their layouts.
    cells
        Every cell of the area: a table with a column ``gid``.
    kind
        Kind of violence: ``sb``, ``ns`` or ``os``.
    windows
        Years to look at; each is forecast from October of the year before.
    seeds
        How many seeds of the model, from 0.
    jobs
        Forecasts made at the same time.

    Raises
    ------
    ValueError
        The kind is not known, there are no events or cells, or a window is not over in the data.
    """
    began = time.perf_counter()
    if kind not in KINDS:
        raise ValueError(f"got the type '{kind}', expected one of {', '.join(KINDS)}")
    if seeds < 1 or not windows:
        raise ValueError(f"got {seeds} seeds and {len(windows)} windows, expected at least one of each")
    panel, gathered, problems = load_panel(ged, cells)
    loaded = time.perf_counter() - began
    asked = [
        Asked(name, kind, Window(year), seed)
        for year in windows
        for name in FORECASTERS
        for seed in range(seeds if name == MODEL else 1)
    ]
    for one in asked:
        panel.until(one.window.last)
    answers = answered(panel, asked, jobs=jobs)
    return {
        "trial": "forecast",
        "settings": _settings(kind, seeds),
        "data": {**backtest.snapshot(panel), "events": gathered.told(), "problems": problems},
        "windows": [
            _window(Window(year), [one for one in answers if one.asked.window.year == year]) for year in windows
        ],
        "cost": _cost(answers, loaded, time.perf_counter() - began, jobs),
    }


def load_panel(ged: Path, cells: Path) -> tuple[Panel, Gathered, int]:
    """Return the deaths by cell and month of a file of events, what does not count, and problems of the file."""
    problems: list[Problem] = []

    def events() -> Iterator[EventRecord]:
        for found in feeds.get("ucdp_ged").read(ged):
            if isinstance(found, Problem):
                problems.append(found)
            elif isinstance(found.value, EventRecord):
                yield found.value

    numbers = _cells(cells)
    panel, gathered = gather_panel(events(), numbers)
    return panel, gathered, len(problems)


def _cells(path: Path) -> list[int]:
    """Return the numbers of the cells of an area."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    table = csv.DictReader(io.StringIO(text, newline=""))
    if "gid" not in (table.fieldnames or ()):
        raise ValueError(f"{path.name}: there is no column 'gid', expected a table with one cell a row")
    return [int(row["gid"]) for row in table]


def answered(panel: Panel, asked: Sequence[Asked], *, jobs: int) -> list[Answer]:
    """Return the answers in the order asked, made in processes of their own."""
    if jobs == 1:
        _hold(panel)
        return [answer(one) for one in asked]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_hold, initargs=(panel,)) as pool:
        return list(pool.map(answer, asked))


def whole_forecast(panel: Panel, *, jobs: int = JOBS) -> dict[str, float]:
    """Return what one whole forecast costs: facts, fits for all kinds, every horizon and its draws.

    Parameters
    ----------
    panel
        Looked ahead from its last month.
    jobs
        Kinds at the same time.
    """
    began = time.perf_counter()
    if jobs == 1:
        _hold(panel)
        costs = [_forecast_kind(kind) for kind in KINDS]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_hold, initargs=(panel,)) as pool:
            costs = list(pool.map(_forecast_kind, KINDS))
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    most = max(peak for _, peak in costs)
    return _rounded({
        "seconds": time.perf_counter() - began,
        "cpu_seconds": sum(cpu for cpu, _ in costs),
        "peak_mb_of_all": here + (most * jobs if jobs > 1 else 0),
    })  # fmt: skip


def _forecast_kind(kind: str) -> tuple[float, float]:
    """Forecast one kind from the last month on; return processor seconds and peak memory in MB."""
    began = time.process_time()
    fitted = forecaster(MODEL).fit(_held[0], kind, horizons=backtest.HORIZONS, seed=0)
    for ahead in backtest.HORIZONS:
        fitted.draws(ahead, seed=0)
    return time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _hold(panel: Panel) -> None:
    _held[:] = [panel]


def answer(asked: Asked) -> Answer:
    """Make one forecast and score it."""
    panel, window = _held[0], asked.window
    marks = [(time.perf_counter(), time.process_time())]
    fitted = backtest.look_ahead(forecaster(asked.method), panel, asked.kind, window, seed=asked.seed)
    marks.append((time.perf_counter(), time.process_time()))
    found = backtest.outcome(fitted, panel, asked.kind, window, seed=asked.seed)
    figures = backtest.figures(found, backtest.quiet_at(panel, asked.kind, window))
    marks.append((time.perf_counter(), time.process_time()))
    cost = {
        "fit_seconds": marks[1][0] - marks[0][0],
        "fit_cpu_seconds": marks[1][1] - marks[0][1],
        "draw_and_score_seconds": marks[2][0] - marks[1][0],
        "draw_and_score_cpu_seconds": marks[2][1] - marks[1][1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    return Answer(asked, figures, backtest.by_block(found.crps, panel.cells), dict(fitted.told()), _rounded(cost))


def _settings(kind: str, seeds: int) -> dict[str, Any]:
    from tocsin.core.forecast.forecasters.hurdle import CHOSEN_ON

    return {
        "type": kind,
        "seeds": list(range(seeds)),
        "horizons": list(backtest.HORIZONS),
        "draws": DRAWS,
        "alpha": backtest.ALPHA,
        "crps": "ensemble, 1/m²",
        "block_degrees": backtest.BLOCK_DEGREES,
        "repetitions": backtest.REPETITIONS,
        "bootstrap_seed": _BOOTSTRAP_SEED,
        "settings_chosen_on": list(CHOSEN_ON),
    }


def _window(window: Window, answers: list[Answer]) -> dict[str, Any]:
    """Return the figures of one window: the simple ways, every seed of the model, and the seeds together."""
    simple = {one.asked.method: one for one in answers if one.asked.method != MODEL}
    models = [one for one in answers if one.asked.method == MODEL]
    zeros = simple["zeros"]
    return {
        "window": window.year,
        "origin": month_text(window.origin),
        "first_month": month_text(window.origin + min(window.horizons)),
        "last_month": month_text(window.last),
        "settings_were_closed": _was_closed(window),
        "methods": {name: _method(one, {"zeros": zeros}) for name, one in simple.items()},
        "model": {
            "name": MODEL,
            "seeds": {str(one.asked.seed): _method(one, simple) for one in models},
            "over_seeds": _over_seeds(models, zeros),
            "mean_of_seeds_against": {
                name: backtest.skill_against(
                    np.mean([model.blocks for model in models], axis=0), one.blocks, seed=_BOOTSTRAP_SEED
                )
                for name, one in simple.items()
            },
        },
    }


def _method(one: Answer, references: dict[str, Answer]) -> dict[str, Any]:
    """Return the figures of one forecast, and its skill against others."""
    against = {
        name: backtest.skill_against(one.blocks, reference.blocks, seed=_BOOTSTRAP_SEED)
        for name, reference in references.items()
    }
    return {**one.figures, "skill_against": against, "told": one.told, "cost": one.cost}


def _was_closed(window: Window) -> bool:
    """Tell whether every window that settings were chosen on was over before this one was looked at."""
    from tocsin.core.forecast.forecasters.hurdle import CHOSEN_ON

    return max(text.split("..")[1] for text in CHOSEN_ON) <= month_text(window.origin)


def _over_seeds(models: list[Answer], zeros: Answer) -> dict[str, Any]:
    """Return mean, least, most and spread over seeds of the figures by which a model is judged."""
    base = {name: zeros.figures[name] for name in ("crps", "ignorance", "interval_score")}

    def judged(found: dict[str, Any]) -> dict[str, float | None]:
        return {
            "skill_against_zeros": 1 - found["crps"] / base["crps"] if base["crps"] else None,
            "ignorance_to_zeros": found["ignorance"] / base["ignorance"],
            "interval_to_zeros": found["interval_score"] / base["interval_score"] if base["interval_score"] else None,
            "average_precision": found["average_precision"],
            "brier": found["brier"],
            "largest_gap": found["reliability"]["largest_gap"],
            "calibration_error": found["reliability"]["calibration_error"],
            "coverage_likely_cells_given_events": found["coverage"]["likely_cells_given_events"],
            "coverage_given_events": found["coverage"]["given_events"],
            "onset_auc": found["onset"]["auc"],
            "onset_average_precision": found["onset"]["average_precision"],
        }

    rows = [judged(one.figures) for one in models]
    known = {name: [row[name] for row in rows if row[name] is not None] for name in rows[0]}
    return {name: backtest.spread_of([v for v in values if v is not None]) for name, values in known.items() if values}


def _cost(answers: list[Answer], loaded: float, whole: float, jobs: int) -> dict[str, Any]:
    models = [one.cost for one in answers if one.asked.method == MODEL]
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    most = max(one.cost["peak_mb"] for one in answers)
    return _rounded({
        "load_seconds": loaded,
        "seconds": whole,
        "jobs": jobs,
        "fits": len(models),
        "fit_seconds_mean": float(np.mean([one["fit_seconds"] for one in models])),
        "fit_cpu_seconds_mean": float(np.mean([one["fit_cpu_seconds"] for one in models])),
        "draw_and_score_seconds_mean": float(np.mean([one["draw_and_score_seconds"] for one in models])),
        "peak_mb_of_all": here + (most * jobs if jobs > 1 else 0),
    })  # fmt: skip


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in values.items()}
