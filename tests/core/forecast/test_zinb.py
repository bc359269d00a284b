"""The forecast for a mission that has nothing to learn from yet."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast import scores
from tocsin.core.forecast.forecasters import zinb
from tocsin.core.forecast.types import Fitted, Panel, month_index

CELLS = np.arange(5000, 5040, dtype=np.int32)


def panel(deaths: np.ndarray) -> Panel:
    return Panel(CELLS, month_index(2014, 1), {"os": deaths.astype(np.int32)})


def fitted(deaths: np.ndarray) -> Fitted:
    return zinb.FORECASTER.fit(panel(deaths), "os", horizons=(3,), seed=0)


def made_up(*, months: int, seed: int = 0) -> np.ndarray:
    """A fifth of the cells are at war: bad in a third of the months, with long tails."""
    luck = np.random.Generator(np.random.PCG64(seed))
    at_war = np.arange(len(CELLS))[:, None] < 8
    bad = luck.random((len(CELLS), months)) < 0.33
    return np.where(at_war & bad, 1 + luck.poisson(luck.gamma(0.4, 20, (len(CELLS), months))), 0)


def test_a_massacre_keeps_its_weight_in_the_mean():
    deaths = np.zeros((40, 36))
    deaths[0, -12:] = [0, 0, 400, 0, 0, 2, 2, 0, 0, 1, 0, 3]
    deaths[20, -12:] = [0, 0, 4, 0, 0, 2, 2, 0, 0, 1, 0, 3]

    draws = fitted(deaths).draws(3, seed=0)

    assert draws[0].mean() > 2 * draws[20].mean()
    assert draws[0, -1] > 100


def test_a_cell_beside_trouble_is_not_said_to_be_safe():
    deaths = np.zeros((40, 36))
    deaths[10] = 3

    chance = fitted(deaths).chance(3)

    assert chance[11] > 3 * chance[30] > 0
    assert chance[10] > 0.7


def test_with_one_month_of_history_the_chances_stay_between_never_and_certain():
    deaths = np.zeros((40, 1))
    deaths[0] = 5

    chance = fitted(deaths).chance(3)

    assert 0 < chance[30] < chance[0] < 0.5


def test_the_chance_said_is_the_share_of_draws_above_zero():
    found = fitted(made_up(months=36))

    assert (found.draws(3, seed=3) > 0).mean(axis=1) == pytest.approx(found.chance(3), abs=0.0011)


def test_its_interval_holds_most_of_what_its_own_kind_of_violence_brings():
    history, future = made_up(months=36), made_up(months=200, seed=9)

    draws = fitted(history).draws(3, seed=0)

    held = [scores.is_covered(draws[:8], month, alpha=0.1)[month > 0] for month in future[:8].T]
    assert 0.7 < np.concatenate(held).mean() < 1


def test_it_beats_zeros_where_violence_goes_on():
    history, future = made_up(months=36), made_up(months=60, seed=5)
    draws = fitted(history).draws(3, seed=0)

    ours = np.mean([scores.crps(draws, month, form="ensemble").mean() for month in future.T])

    assert ours < 0.95 * future.mean()


def test_it_says_that_nothing_was_trained():
    assert fitted(made_up(months=36)).told()["chosen_on"].startswith("nothing")
