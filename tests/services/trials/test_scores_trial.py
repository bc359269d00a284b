"""Published scores, counted again from what they were made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.services.trials import scores as trial


def folder(at: Path, *, crps: float) -> Path:
    """A window of twelve months and one country that always saw two deaths, foretold as two."""
    published = {"last_historical_poisson": {"2018": {"crps": crps, "ign": 0.01, "mis": 0.0}}}
    (at / "golden_views_scores.json").write_text(json.dumps({"published": published}), "utf-8")
    seen = "".join(f"{457 + month},1,2\n" for month in range(12))
    (at / "cm_actuals_2018.csv").write_text("month_id,country_id,ged_sb\n" + seen, "utf-8")
    drawn = "".join(f"{457 + month},1,{draw},2\n" for month in range(12) for draw in range(1000))
    (at / "cm_last_historical_draws_2018.csv").write_text("month_id,country_id,draw,outcome\n" + drawn, "utf-8")
    return at


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CELLS", 50)
    monkeypatch.setattr(trial, "SEEDS", (0, 1, 2, 3, 4, 5))


def test_published_draws_must_give_the_printed_digit(tmp_path: Path):
    found = trial.run(folder(tmp_path, crps=0.0))

    assert found["benchmarks"][0]["made_from"] == "the published draws"
    assert found["all_agree"]


def test_a_figure_off_by_one_printed_digit_is_not_called_equal(tmp_path: Path):
    found = trial.run(folder(tmp_path, crps=0.01))

    assert not found["all_agree"]


def test_the_published_tables_are_found_again(data_dir: Path):
    found = trial.run(data_dir / "views")

    assert [one["agrees"] for one in found["benchmarks"]] == [True, True]
    assert found["twin"]["agrees"]
