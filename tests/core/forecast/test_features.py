"""Facts of a cell and its surroundings: each row knows its own month and earlier ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.forecast.worlds import region
from tocsin.core.forecast import examples
from tocsin.core.forecast.backtest import Window
from tocsin.core.forecast.checks import with_another_future
from tocsin.core.forecast.features import NEVER_MONTHS, facts, faded, gather, months_since, summed

WINDOW = Window(2012)


def test_the_past_fades_by_half_in_a_half_life():
    values = np.array([[8.0], [0.0], [0.0], [0.0], [0.0]], dtype=np.float32)

    assert faded(values, 2.0).ravel() == pytest.approx([8, 5.657, 4, 2.828, 2], abs=1e-3)


def test_sums_and_months_since_are_counted_by_month():
    values = np.array([[1.0], [0.0], [2.0], [4.0]], dtype=np.float32)

    assert summed(values, 2).ravel().tolist() == [1, 1, 2, 6]
    assert months_since(np.array([[0.0], [1.0], [0.0]], dtype=np.float32)).ravel().tolist() == [NEVER_MONTHS, 0, 1]


def test_no_fact_knows_what_came_later():
    world = region()
    changed = with_another_future(world, WINDOW, seed=1)
    known = WINDOW.origin - world.first + 1

    for (name, fact), (_, other) in zip(facts(world), facts(changed), strict=True):
        assert np.array_equal(fact[:known], other[:known]), name


def test_a_fact_that_looks_one_month_ahead_would_be_seen():
    world = region()
    known = WINDOW.origin - world.first + 1
    deaths = [panel.deaths["sb"].T.astype(np.float32) for panel in (world, with_another_future(world, WINDOW, seed=1))]

    ahead = [np.roll(rows, -1, axis=0) for rows in deaths]

    assert not np.array_equal(ahead[0][:known], ahead[1][:known])


def test_gathered_rows_are_the_facts_of_their_month_and_cell():
    world = region()

    table = gather(world, np.array([50, 90]), np.array([3, 7]))

    name, fact = next(facts(world))
    assert table.names[0] == name
    assert table.values[:, 0].tolist() == [fact[50, 3], fact[90, 7]]
    assert table.values.shape == (2, len(table.names))


def test_examples_end_with_the_panel_and_their_weights_make_deaths_as_rare_as_they_are():
    world = region()
    luck = np.random.Generator(np.random.PCG64(2))

    drawn = examples.draw(world, "sb", horizons=(3, 14), luck=luck)

    width = world.deaths["sb"].shape[1]
    assert (drawn.month + drawn.horizon).max() < width
    assert np.array_equal(drawn.deaths, world.deaths["sb"][drawn.cell, drawn.month + drawn.horizon])
    share = np.average(drawn.deaths > 0, weights=drawn.weight)
    came = (world.deaths["sb"][:, 60:] > 0).mean()
    assert share == pytest.approx(came, rel=0.2)
