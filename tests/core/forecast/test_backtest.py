"""Walking forward: what was said is held against what came, and nothing later is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.forecast.worlds import region
from tocsin.core.forecast import scores
from tocsin.core.forecast.backtest import (
    Window,
    by_block,
    figures,
    look_ahead,
    outcome,
    quiet_at,
    skill_against,
    snapshot,
    spread_of,
)
from tocsin.core.forecast.checks import with_another_future
from tocsin.core.forecast.forecasters import forecaster
from tocsin.core.forecast.onset import is_quiet
from tocsin.core.forecast.types import Panel, month_text

WINDOW = Window(2013)


def test_a_year_is_forecast_from_october_before():
    assert month_text(WINDOW.origin) == "2012-10"
    assert month_text(WINDOW.origin + min(WINDOW.horizons)) == "2013-01"
    assert month_text(WINDOW.last) == "2013-12"


def test_a_window_that_is_not_over_is_refused():
    world = region()
    fitted = look_ahead(forecaster("zeros"), world, "sb", WINDOW, seed=0)

    with pytest.raises(ValueError, match="outside of the months held"):
        outcome(fitted, world.until(WINDOW.last - 1), "sb", WINDOW, seed=0)


def test_saying_zero_costs_what_came():
    world = region()
    fitted = look_ahead(forecaster("zeros"), world, "sb", WINDOW, seed=0)

    found = outcome(fitted, world, "sb", WINDOW, seed=0)

    assert found.crps == pytest.approx(found.seen)
    assert figures(found, quiet_at(world, "sb", WINDOW))["crps"] == pytest.approx(found.seen.mean())


def test_cells_without_a_draw_above_zero_score_as_every_cell_does():
    world = region()
    fitted = look_ahead(forecaster("conflictology_12"), world, "sb", WINDOW, seed=0)

    found = outcome(fitted, world, "sb", WINDOW, seed=3)

    draws = fitted.draws(3, seed=3)
    assert (draws[:, -1] == 0).any()
    assert found.crps[0] == pytest.approx(scores.crps(draws, found.seen[0], form="ensemble"))
    assert found.ignorance[0] == pytest.approx(scores.ignorance(draws, found.seen[0]))
    assert found.interval[0] == pytest.approx(scores.interval_score(draws, found.seen[0], alpha=0.1))


def test_every_figure_is_there_for_one_forecast():
    world = region()
    fitted = look_ahead(forecaster("ewma"), world, "sb", WINDOW, seed=0)

    told = figures(outcome(fitted, world, "sb", WINDOW, seed=0), quiet_at(world, "sb", WINDOW))

    assert sum(one["cases"] for one in told["reliability"]["bins"]) <= 12 * len(world.cells)
    assert 0 <= told["coverage"]["given_events"] <= 1
    assert told["average_precision"] > told["onset"]["base_rate"]


def test_quiet_cells_are_those_without_deaths_for_five_years_before_the_origin():
    deaths = np.zeros((3, 100), dtype=np.int32)
    deaths[1, 39], deaths[2, 40] = 1, 1
    world = Panel(np.array([1, 2, 3], dtype=np.int32), WINDOW.origin - 99, {"sb": deaths})

    assert is_quiet(world, "sb").tolist() == [True, True, False]


def test_skill_has_a_range_over_blocks_and_no_figure_without_deaths():
    luck = np.random.Generator(np.random.PCG64(0))
    reference = luck.gamma(1.0, 1.0, 40)

    found = skill_against(reference * 0.8, reference, seed=1)

    assert found["skill"] == pytest.approx(0.2)
    assert found["low"] == pytest.approx(0.2)
    assert skill_against(reference, reference * 0, seed=1)["skill"] is None


def test_sums_by_block_keep_the_whole():
    values = np.ones((12, len(region().cells)))

    assert by_block(values, region().cells).sum() == values.sum()


def test_one_more_death_makes_another_snapshot():
    world = region()

    known, changed = world.until(WINDOW.origin), with_another_future(world, WINDOW, seed=0)

    assert snapshot(known) == snapshot(changed.until(WINDOW.origin))
    assert snapshot(world)["digest"] != snapshot(changed)["digest"]


def test_the_spread_over_seeds_is_unknown_for_one():
    assert spread_of([0.1]) == {"mean": 0.1, "least": 0.1, "most": 0.1, "sd": None}
    assert spread_of([0.1, 0.3])["sd"] == pytest.approx(0.1414, abs=1e-4)
