"""The trial of forecasts: its figures, what it refuses, and the real record where it is there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.core.forecast.worlds import region
from tocsin.core.forecast import backtest
from tocsin.core.forecast.backtest import Window
from tocsin.core.forecast.forecasters import FORECASTERS
from tocsin.core.forecast.grid import DEGREES
from tocsin.core.forecast.types import month_text
from tocsin.services.trials import forecast

HEADER = "id,country,date_start,type_of_violence,latitude,longitude,low,best,high"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small made-up region, as a table of events and one of cells."""
    folder, world = tmp_path_factory.mktemp("trial"), region()
    lines = [HEADER]
    for kind, held in (("1", world.deaths["sb"]), ("3", world.deaths["os"])):
        for cell, month in zip(*np.nonzero(held), strict=True):
            number = int(world.cells[cell]) - 1
            lat, lon = number // 720 * DEGREES - 89.75, number % 720 * DEGREES - 179.75
            day, deaths = f"{month_text(world.first + int(month))}-05", int(held[cell, month])
            lines.append(f"{len(lines)},Ardenya,{day},{kind},{lat},{lon},0,{deaths},{deaths}")
    (folder / "events.csv").write_text("\n".join([*lines, ""]), "utf-8")
    (folder / "cells.csv").write_text("\n".join(["gid", *map(str, world.cells.tolist()), ""]), "utf-8")
    return folder / "events.csv", folder / "cells.csv"


def test_every_way_and_every_seed_has_its_figures(files: tuple[Path, Path]):
    found = forecast.run(*files, kind="sb", windows=[2013], seeds=1, jobs=1)

    (window,) = found["windows"]
    assert window["origin"] == "2012-10"
    assert set(window["methods"]) == set(FORECASTERS) - {"hurdle"}
    assert set(window["model"]["seeds"]) == {"0"}
    assert window["model"]["seeds"]["0"]["told"]["calibrated_on"] == ["2011-11..2012-10", "2010-11..2011-10"]
    assert window["model"]["over_seeds"]["skill_against_zeros"]["mean"] > 0
    assert found["data"]["events"]["counted"] == found["data"]["events"]["read"]
    json.dumps(found, allow_nan=False)


def test_a_window_that_is_not_over_and_an_unknown_kind_are_refused(files: tuple[Path, Path]):
    with pytest.raises(ValueError, match="outside of the months held"):
        forecast.run(*files, kind="sb", windows=[2014], seeds=1, jobs=1)
    with pytest.raises(ValueError, match="expected one of sb, ns, os"):
        forecast.run(*files, kind="war", windows=[2013], seeds=1, jobs=1)


def test_a_table_without_cells_is_refused(files: tuple[Path, Path]):
    with pytest.raises(ValueError, match="no column 'gid'"):
        forecast.run(files[0], files[0], kind="sb", windows=[2013], seeds=1, jobs=1)


def test_on_the_real_record_neighbours_help_and_own_memory_alone_harms(data_dir: Path):
    ged, cells = (
        data_dir / "ged" / "ged211_events_1989_2018.csv.gz",
        data_dir / "geo" / "priogrid_cells_africa_mideast.csv.gz",
    )
    if not (ged.is_file() and cells.is_file()):
        pytest.skip("the events to 2018 or the cells of Africa and the Middle East are not there")
    panel, gathered, _ = forecast.load_panel(ged, cells)
    asked = [
        forecast.Asked(name, "sb", Window(2017), 0)
        for name in ("zeros", "conflictology_12", "conflictology_neighbours")
    ]

    zeros, own, near = (one.figures["crps"] for one in forecast.answered(panel, asked, jobs=1))

    assert gathered.read == 159_194
    assert backtest.snapshot(panel)["cells"] == 13_028
    assert near < zeros < own
