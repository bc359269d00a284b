"""What was said is made to agree with what came, as far as there is evidence, and no further."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.calibration import HIGH, LEVELS, Curve, agree, as_draws, sizes
from tocsin.core.forecast.types import DRAWS


def said_and_came(*, cases: int, too_high: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that are too high by so much, and what came."""
    luck = np.random.Generator(np.random.PCG64(3))
    true = luck.normal(-2.0, 1.0, cases)
    return true + too_high, luck.random(cases) < 1 / (1 + np.exp(-true))


def test_chances_that_were_too_high_are_brought_down_to_what_came():
    log_odds, happened = said_and_came(cases=40_000, too_high=0.8)

    curve = agree(log_odds, happened)

    assert curve.shift == pytest.approx(-0.8, abs=0.1)
    assert curve.chance(log_odds).mean() == pytest.approx(happened.mean(), rel=0.03)


def test_a_few_cases_move_little_and_none_nothing():
    log_odds, happened = said_and_came(cases=12, too_high=0.8)

    assert abs(agree(log_odds, happened).shift) < 0.3
    assert agree(np.zeros(0), np.zeros(0, dtype=bool)) == Curve()


def test_in_each_bin_about_as_many_come_as_were_said():
    log_odds, happened = said_and_came(cases=40_000, too_high=0.8)
    chance = agree(log_odds, happened).chance(log_odds)

    parts = np.array_split(np.argsort(chance), 8)

    gaps = [abs(chance[part].mean() - happened[part].mean()) for part in parts]
    assert max(gaps) < 0.02


def test_high_chances_are_held_back_and_the_order_stays():
    log_odds = np.linspace(-6, 4, 50)
    plain, held = Curve().chance(log_odds), Curve(high_kept=0.8).chance(log_odds)

    assert held[log_odds <= HIGH] == pytest.approx(plain[log_odds <= HIGH])
    assert (held[log_odds > HIGH] < plain[log_odds > HIGH]).all()
    assert (np.diff(held) > 0).all()


def test_sizes_follow_what_was_expected():
    expected = np.repeat([0.0, 3.0], 500)
    deaths = np.concatenate([np.tile([1, 2], 250), np.tile([10, 30], 250)])

    spread = sizes(expected, deaths, scale=1.0)

    small, large = spread.at(np.array([0.0, 3.0]))
    assert small.shape == (LEVELS,)
    assert (small.min(), small.max(), large.min(), large.max()) == (1, 2, 10, 30)


def test_draws_ascend_hold_the_chance_and_are_never_a_fraction_of_a_death():
    spread = sizes(np.zeros(100), np.arange(1, 101), scale=0.2)

    draws = as_draws(np.array([0.0, 0.3, 1.0]), np.zeros(3), spread)

    assert draws.shape == (3, DRAWS)
    assert (draws > 0).mean(axis=1) == pytest.approx([0.0, 0.3, 1.0], abs=0.001)
    assert (np.diff(draws, axis=1) >= 0).all()
    assert draws[2].min() == 1
