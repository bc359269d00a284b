"""The simple ways to look ahead: what they say can be counted on one's fingers."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.empirical import neighbours
from tocsin.core.forecast.forecasters import FORECASTERS, forecaster
from tocsin.core.forecast.types import DRAWS, Counts, Fitted, Panel, month_index

HORIZONS = (3, 14)
SIMPLE = ("zeros", "conflictology_12", "conflictology_36", "conflictology_neighbours", "last_value", "ewma", "zinb")
# Three cells side by side, one above the middle, and one far away.
CELLS = np.array([1000, 1001, 1002, 1721, 90000], dtype=np.int32)


def panel(*, months: int = 40, deaths: dict[int, list[int]] | None = None) -> Panel:
    """Cells without deaths but for the last months of those named."""
    held = np.zeros((len(CELLS), months), dtype=np.int32)
    for cell, last in (deaths or {}).items():
        held[cell, -len(last) :] = last
    return Panel(CELLS, month_index(2015, 1), {"sb": held, "ns": held * 0, "os": held * 0})


def fitted(name: str, seen: Panel) -> Fitted:
    return forecaster(name).fit(seen, "sb", horizons=HORIZONS, seed=0)


def drawn(name: str, seen: Panel) -> Counts:
    return fitted(name, seen).draws(3, seed=1)


@pytest.mark.parametrize("name", SIMPLE)
def test_each_gives_ascending_whole_numbers_and_a_chance_for_every_cell(name: str):
    seen = panel(deaths={0: [3, 0, 5], 4: [1, 0, 9]})

    found = fitted(name, seen)

    draws, chance = found.draws(3, seed=1), found.chance(3)
    assert draws.shape == (5, DRAWS)
    assert draws.dtype == np.int32
    assert (np.diff(draws, axis=1) >= 0).all()
    assert (draws[:, 0] >= 0).all()
    assert chance == pytest.approx((draws > 0).mean(axis=1), abs=0.03)
    assert found.told()["method"] == name


@pytest.mark.parametrize("name", SIMPLE)
def test_the_same_seed_says_the_same(name: str):
    seen = panel(deaths={0: [3, 0, 5]})

    assert np.array_equal(fitted(name, seen).draws(14, seed=7), fitted(name, seen).draws(14, seed=7))


@pytest.mark.parametrize("name", SIMPLE)
def test_what_comes_after_the_last_month_known_changes_nothing(name: str):
    known = panel(months=40, deaths={0: [3, 0, 5]})
    with_future = Panel(
        CELLS, known.first, {kind: np.hstack([rows, rows[:, -1:] + 50]) for kind, rows in known.deaths.items()}
    )

    cut = with_future.until(known.last)

    assert np.array_equal(drawn(name, known), drawn(name, cut))
    assert not np.array_equal(fitted(name, known).chance(3), fitted(name, with_future).chance(3)) or name == "zeros"


@pytest.mark.parametrize("name", SIMPLE)
def test_one_month_of_history_is_enough_to_say_something(name: str):
    found = fitted(name, panel(months=1, deaths={0: [4]}))

    assert found.draws(3, seed=0).shape == (5, DRAWS)
    assert np.isfinite(found.chance(3)).all()


@pytest.mark.parametrize("name", SIMPLE)
def test_a_quiet_area_is_forecast_without_failing(name: str):
    found = fitted(name, panel())

    assert found.chance(3).max() < 0.01
    assert found.draws(3, seed=0).sum() == 0


def test_every_name_leads_to_the_forecaster_of_that_name():
    assert set(SIMPLE) <= set(FORECASTERS)
    assert [forecaster(name).name for name in SIMPLE] == list(SIMPLE)


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        forecaster("crystal_ball")


def test_twelve_months_are_spread_evenly_over_the_draws():
    draws = drawn("conflictology_12", panel(deaths={0: [9, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0]}))

    values, times = np.unique(draws[0], return_counts=True)
    assert values.tolist() == [0, 6, 9]
    assert times == pytest.approx([833, 83, 83], abs=1)


def test_older_months_count_for_thirty_six_and_not_for_twelve():
    seen = panel(deaths={0: [9] + [0] * 20})

    assert fitted("conflictology_12", seen).chance(3)[0] == 0
    assert fitted("conflictology_36", seen).chance(3)[0] == pytest.approx(1 / 36)


def test_neighbours_lend_their_months_and_far_cells_do_not():
    chance = fitted("conflictology_neighbours", panel(deaths={0: [9] * 12})).chance(3)

    # The second cell has three neighbours in the area, the cell above it as well.
    assert chance == pytest.approx([1 / 3, 1 / 4, 0, 1 / 4, 0])


def test_neighbours_touch_by_side_or_corner_and_not_over_the_date_line():
    found = neighbours(np.array([1, 2, 720, 721, 722], dtype=np.int32))

    assert sorted(found[0][found[0] >= 0].tolist()) == [1, 3, 4]
    assert (found[2] == -1).all()


def test_last_month_is_the_rate_of_the_next():
    draws = drawn("last_value", panel(deaths={0: [100, 4], 1: [7, 0]}))

    assert draws[0].mean() == pytest.approx(4, abs=0.3)
    assert draws[1].sum() == 0


def test_a_year_old_month_weighs_half_in_the_average():
    seen = panel(months=120, deaths={0: [1] + [0] * 12, 1: [1]})

    chance = fitted("ewma", seen).chance(3)

    assert chance[0] == pytest.approx(chance[1] / 2)
