"""Looking three to fourteen months ahead, all kinds of violence, in every cell of a region."""

from __future__ import annotations

from pathlib import Path

from benchmarks.events import Events, find_events, rows
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median
from tocsin import feeds
from tocsin.core.evidence.types import EventRecord
from tocsin.core.forecast import backtest
from tocsin.core.forecast.forecasters import forecaster
from tocsin.core.forecast.grid import COLUMNS, cell_at
from tocsin.core.forecast.panel import gather_panel
from tocsin.core.forecast.types import KINDS, Panel
from tocsin.core.reference.results import FeedItem
from tocsin.services.trials import forecast

MOST_SECONDS, MOST_MB = 300.0, 4096.0
TINY = {"jobs": 1}


def run(data: Path, *, jobs: int = 2) -> list[Row]:
    """Return what one whole forecast costs, beside the best of the simple ways."""
    events = find_events(data)
    panel, where = _panel(data, events)
    cost = forecast.whole_forecast(panel, jobs=jobs)
    simple = median(in_turns({"simple": lambda: _simple(panel)}, rounds=1)["simple"])
    note = (
        f"{len(panel.cells)} cells ({where}), {panel.last - panel.first + 1} months, 3 kinds, 12 horizons, 1,000 draws"
    )
    return [
        Row(
            "facts, fits, horizons and draws",
            cost["seconds"],
            "s",
            f"<= {MOST_SECONDS:g}",
            cost["seconds"] <= MOST_SECONDS,
            note,
        ),
        Row("of it: processor time", cost["cpu_seconds"], "s", note=f"{jobs} processes"),
        Row(
            "memory, all processes at their peak",
            cost["peak_mb_of_all"],
            "MB",
            f"<= {MOST_MB:g}",
            cost["peak_mb_of_all"] <= MOST_MB,
        ),
        Row("conflictology with neighbours, the same draws", simple, "s", note="counts; learns nothing"),
        Row("ratio: hurdle / conflictology with neighbours", cost["cpu_seconds"] / simple, "x", note="processor time"),
    ]


def _simple(panel: Panel) -> None:
    for kind in KINDS:
        fitted = forecaster("conflictology_neighbours").fit(panel, kind, horizons=backtest.HORIZONS, seed=0)
        for ahead in backtest.HORIZONS:
            fitted.draws(ahead, seed=0)


def _panel(data: Path, events: Events) -> tuple[Panel, str]:
    """Return the panel of the cells that a table names, or else of all cells around the country's events."""
    for path in sorted(data.rglob("priogrid_cells*.csv*")):
        return forecast.load_panel(events.path, path)[0], path.name
    found = [one.value for one in feeds.get("ucdp_ged").read(events.path) if isinstance(one, FeedItem)]
    return gather_panel((one for one in found if isinstance(one, EventRecord)), _around(events))[0], events.country


def _around(events: Events) -> list[int]:
    here = [row for row in rows(events.path) if row["country"] == events.country]
    lat, lon = ([float(row[name]) for row in here] for name in ("latitude", "longitude"))
    low, high = cell_at(min(lat), min(lon)), cell_at(max(lat), max(lon))
    width = (high - 1) % COLUMNS - (low - 1) % COLUMNS + 1
    return [start + step for start in range(low, high + 1, COLUMNS) for step in range(width)]
