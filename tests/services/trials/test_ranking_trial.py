"""Rankings of real or made-up countries, from a file of events to figures."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tocsin.services.trials import ground, ranking

COLUMNS = ("id", "country", "latitude", "longitude", "type_of_violence", "best", "date_start", "low", "high")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "TIMES", 30)
    monkeypatch.setattr(ranking, "FEEDBACK_SEEDS", 2)


def events_file(at: Path) -> Path:
    """Four years in a land called Ardenya: one town is hit often, three others now and then."""
    luck = np.random.Generator(np.random.PCG64(0))
    path = at / "ged" / "events.csv"
    path.parent.mkdir()
    towns = ((4.2, 18.3, 0.02), (4.8, 18.9, 0.005), (5.3, 18.2, 0.005), (6.1, 19.2, 0.005))
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(COLUMNS)
        for day in range(4 * 365):
            on = date(2013, 1, 1) + timedelta(days=day)
            for lat, lon, rate in towns:
                if luck.random() < rate:
                    table.writerow((day * 10, "Ardenya", lat, lon, 3, 1, on.isoformat(), 1, 1))
    return path


def cells_file(at: Path, *, last: float = 7.0) -> Path:
    """Cells of Ardenya (ARD) up to the 19th degree, and of its neighbour beyond."""
    path = at / "cells.csv"
    rows = ["gid,iso_a3"]
    for lat in np.arange(3.25, last, 0.5):
        rows += [f"{ground.cell_at(lat, lon)},{'ARD' if lon < 19 else 'NBR'}" for lon in np.arange(17.25, 21, 0.5)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def run(at: Path, **options: Any) -> dict[str, Any]:
    return ranking.run(events_file(at), ["Ardenya"], first=2016, last=2016, **options)


def test_the_area_is_the_country_and_the_land_that_touches_it(tmp_path: Path):
    found = run(tmp_path, cells=cells_file(tmp_path))["countries"][0]

    # Four columns of Ardenya and one of the neighbour, eight rows; not the neighbour's other columns.
    assert found["data"]["cells"] == 5 * 8
    assert found["data"]["cells_from"].startswith("all land cells of ARD")
    assert found["all_cells"]["cells"] == 40
    assert found["cells_that_ever_saw_an_event"]["cells"] == 4


def test_without_a_table_of_cells_the_area_lies_around_earlier_events_and_says_so(tmp_path: Path):
    found = run(tmp_path)["countries"][0]

    assert found["data"]["cells_from"].startswith("two cells around")


def test_a_table_that_holds_only_a_corner_of_the_country_is_not_taken_for_it(tmp_path: Path):
    found = run(tmp_path, cells=cells_file(tmp_path, last=4.0))["countries"][0]

    assert found["data"]["cells_from"].startswith("two cells around")
    assert found["data"]["events_outside_of_the_area"] == 0


def test_every_method_is_scored_and_nothing_is_said_of_bases_that_are_not_known(tmp_path: Path):
    found = run(tmp_path, cells=cells_file(tmp_path))

    country = found["countries"][0]
    assert set(country["all_cells"]["methods"]) == {"rate_surface", "ewma_90_days", "last_365_days", "last_28_days"}
    assert country["reach"] == {"thirds": None, "why": "no table of bases"}
    assert country["last_issue"] <= "2016-12-04"
    assert found["together"] is None
    assert found["settings"]["chosen_on"]["years"].startswith("2009..2013")


def test_the_same_file_gives_the_same_figures(tmp_path: Path):
    path, cells = events_file(tmp_path), cells_file(tmp_path)

    first, second = (ranking.run(path, ["Ardenya"], first=2016, last=2016, cells=cells) for _ in range(2))

    assert first["countries"][0]["all_cells"] == second["countries"][0]["all_cells"]
    assert first["feedback"] == second["feedback"]


def test_a_country_that_the_file_does_not_name_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="no event in 'Nowhere'"):
        ranking.run(events_file(tmp_path), ["Nowhere"], first=2016, last=2016)


def test_years_with_nothing_before_them_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="nothing can be learned"):
        ranking.run(events_file(tmp_path), ["Ardenya"], first=2013, last=2013)


def test_the_real_country_is_ranked_better_than_by_last_year(data_dir: Path):
    found = ranking.run(
        data_dir / "ged" / "ged231_car_full_1991_2018.csv.gz", ["Central African Republic"], first=2013, last=2013
    )

    country = found["countries"][0]
    assert country["all_cells"]["gain_in_average_precision"]["last_365_days"]["gain"] > 0
    assert country["data"]["events_outside_of_the_area"] == 0
