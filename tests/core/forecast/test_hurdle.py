"""The learnt way to look ahead: keeps its promises with every learner, and says what it does not know."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.core.forecast.worlds import region
from tocsin.core.forecast import trees
from tocsin.core.forecast.backtest import Window, look_ahead
from tocsin.core.forecast.checks import check_forecaster
from tocsin.core.forecast.forecasters import FORECASTERS, forecaster
from tocsin.core.forecast.forecasters.hurdle import Hurdle
from tocsin.core.forecast.types import DRAWS, Counts, Fitted, Panel, Shares

WINDOW = Window(2013, (3, 14))


@pytest.fixture(scope="module", autouse=True)
def _the_libraries_have_looked_for_their_plug_ins() -> None:
    """The first table that some libraries are given makes them read what else is installed; once, and not our doing."""
    plugins = pytest.importorskip("narwhals.plugins") if importlib.util.find_spec("narwhals") else None
    if plugins is not None:
        plugins._discover_entrypoints()


def is_here(learner: str) -> None:
    """Skip what needs a library that is not installed."""
    if learner != "plain":
        pytest.importorskip(learner)


@pytest.mark.parametrize("learner", ["lightgbm", "plain"])
def test_it_keeps_what_every_forecaster_must_keep(learner: str):
    is_here(learner)
    one = Hurdle(learner, fits=1)

    assert check_forecaster(one, region(), "sb", WINDOW) == ()


@pytest.mark.parametrize("name", [name for name in FORECASTERS if name != "hurdle"])
def test_the_simple_ways_keep_it_too(name: str):
    assert check_forecaster(forecaster(name), region(), "sb", WINDOW) == ()


class _Leaks:
    """Looks behind the rows it was given, at the months that came later."""

    name = "leaks"

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        held = panel.deaths[kind]
        everything = held.base if held.base is not None else held
        return _Known(everything[:, -1].astype(np.int32))


class _Known:
    def __init__(self, deaths: Counts) -> None:
        self._deaths = deaths

    def chance(self, horizon: int) -> Shares:
        return (self._deaths > 0).astype(float)

    def draws(self, horizon: int, *, seed: int) -> Counts:
        return np.repeat(self._deaths[:, None], DRAWS, axis=1)

    def told(self) -> Mapping[str, Any]:
        return {"method": "leaks"}


class _Forgets(_Leaks):
    """Draws its luck from nowhere, and tells another's name."""

    name = "forgets"

    def __init__(self) -> None:
        self._luck = np.random.Generator(np.random.PCG64(1))

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        return _Known(self._luck.integers(0, 9, len(panel.cells)).astype(np.int32))


def test_a_forecaster_that_sees_the_future_is_caught():
    assert [fault.code for fault in check_forecaster(_Leaks(), region(), "sb", WINDOW)] == ["FCS-002"]


def test_a_forecaster_with_luck_of_its_own_is_caught():
    found = check_forecaster(_Forgets(), region(), "sb", WINDOW)

    assert [fault.code for fault in found] == ["FCS-001", "FCS-002", "FCS-006"]


def test_another_seed_moves_little_where_fits_are_averaged():
    world = region()

    one, other = (look_ahead(Hurdle(fits=2), world, "sb", WINDOW, seed=seed) for seed in (0, 1))

    apart = np.abs(one.chance(3) - other.chance(3))
    assert 0 < apart.mean() < 0.05


def test_a_wider_interval_holds_the_narrower_one():
    draws = look_ahead(Hurdle("plain", fits=1), region(), "sb", WINDOW, seed=0).draws(3, seed=0)

    low, quarter, three_quarters, high = np.quantile(draws, [0.05, 0.25, 0.75, 0.95], axis=1)

    assert (low <= quarter).all()
    assert (quarter <= three_quarters).all()
    assert (three_quarters <= high).all()


def test_where_nearly_nothing_ever_happened_each_cell_stands_by_its_own_past_and_says_so():
    world = region()
    quiet = np.zeros_like(world.deaths["sb"])
    quiet[7, 100] = 4

    found = look_ahead(
        Hurdle(), Panel(world.cells, world.first, {"sb": quiet, "ns": quiet, "os": quiet}), "sb", WINDOW, seed=0
    )

    assert "own past" in found.told()["note"]
    assert found.chance(3).argmax() == 7
    assert 0 < found.chance(3).max() < 0.05


def test_too_short_a_past_to_calibrate_on_is_told():
    world = region()
    short = Panel(world.cells, world.first, {kind: rows[:, 60:] for kind, rows in world.deaths.items()})

    found = Hurdle("plain", fits=1).fit(short.until(world.first + 75), "sb", horizons=(3, 14), seed=0)

    assert "too few months to calibrate on" in found.told()["note"]


def test_a_missing_library_leaves_the_next_best_learner(monkeypatch):
    def absent() -> trees.Learner:
        raise ImportError

    monkeypatch.setitem(trees._LEARNERS, "lightgbm", absent)
    monkeypatch.setitem(trees._LEARNERS, "sklearn", absent)

    assert trees.learner()[0] == "plain"
    with pytest.raises(ImportError):
        trees.learner("lightgbm")


@pytest.mark.parametrize("name", ["lightgbm", "sklearn", "plain"])
def test_each_learner_finds_what_matters_and_finds_it_again(name: str):
    is_here(name)
    luck = np.random.Generator(np.random.PCG64(4))
    facts = luck.normal(size=(3000, 3)).astype(np.float32)
    came = (facts[:, 1] + 0.2 * luck.normal(size=3000) > 0).astype(float)
    learn = trees.learner(name)[1]

    one, other = (learn(facts, came, np.ones(3000), yes_or_no=True, seed=3)(facts[:50]) for _ in range(2))

    assert np.array_equal(one, other)
    assert np.corrcoef(one, facts[:50, 1])[0, 1] > 0.8
