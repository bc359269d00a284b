from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.surges import cusum, ears, farrington, gamma_poisson, student, suited, tails
from tocsin.core.forecast.surges.ears import Variant
from tocsin.core.forecast.surges.suited import Method


def luck(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def sparse(places: int = 60, days: int = 700) -> np.ndarray:
    draw = luck()
    return draw.poisson(draw.gamma(1, 0.1, (places, 1)) + 0.01, (places, days))


def test_the_default_alarm_keeps_its_promise_on_village_counts_and_ears_does_not() -> None:
    counts = sparse()

    ours = gamma_poisson.alarms(counts)
    theirs = ears.alarms(counts)

    assert ours.alarm[np.isfinite(ours.p)].mean() <= gamma_poisson.DAILY.alpha
    assert theirs.alarm[:, 8:].mean() > 10 * ears.ALPHA[Variant.C1]


def test_the_default_alarm_speaks_when_a_quiet_village_does_not_stay_quiet() -> None:
    counts = np.zeros(400, dtype=int)
    counts[[30, 200]] = 1
    counts[390:393] = [1, 2, 1]

    found = gamma_poisson.alarms(counts, settings=gamma_poisson.Settings(alpha=0.01))

    assert not found.alarm[:390].any()
    assert found.alarm[391:393].all()
    assert found.usual[392] < 1


def test_a_slow_rise_is_seen_in_the_month_and_not_in_the_day() -> None:
    counts = np.zeros(500, dtype=int)
    counts[::60] = 1
    counts[470:500:4] = 1

    found = gamma_poisson.alarms(counts, settings=gamma_poisson.Settings(alpha=0.01))

    assert found.alarm[-1]
    assert found.span[-1] == 28


def test_a_short_past_says_nothing() -> None:
    found = gamma_poisson.alarms(np.full(60, 3))

    assert np.isnan(found.p).all()
    assert not found.alarm.any()


def test_what_comes_later_changes_no_earlier_alarm() -> None:
    counts = sparse(5, 500)
    changed = counts.copy()
    changed[:, 400:] = 9

    before, after = gamma_poisson.alarms(counts), gamma_poisson.alarms(changed)

    assert np.array_equal(before.p[:, :400], after.p[:, :400], equal_nan=True)


def test_equal_counts_have_no_deviation_and_a_flat_bound() -> None:
    found = ears.alarms(np.array([4] * 20))

    assert found.bound[10] == 4
    assert not found.alarm.any()


def test_ears_compares_with_the_week_before_and_not_with_today() -> None:
    found = ears.alarms(np.array([1, 2, 1, 2, 1, 2, 1, 9]))

    assert np.isnan(found.bound[6])
    assert found.bound[7] == pytest.approx(10 / 7 + 3.090232 * np.std([1, 2, 1, 2, 1, 2, 1], ddof=1))
    assert found.alarm[7]


def test_ears_refuses_sparse_counts_and_is_never_the_default() -> None:
    village, town = np.array([0, 0, 1, 0] * 100), luck().poisson(30, 400)

    told = suited.advise(Method.EARS, village, step_days=1)

    assert not told.value
    assert told.reasons[0].code == "suited.too_sparse"
    assert suited.advise(Method.EARS, town, step_days=1).value
    assert suited.default(town, step_days=1).value is Method.GAMMA_POISSON


def test_farrington_asks_for_weeks_and_years() -> None:
    counts = np.full(100, 4)

    assert suited.advise(Method.FARRINGTON, counts, step_days=1).reasons[0].code == "suited.not_weekly"
    assert suited.advise(Method.FARRINGTON, counts, step_days=7).reasons[0].code == "suited.past_too_short"
    assert suited.advise(Method.FARRINGTON, np.full(200, 4), step_days=7).value


def test_farrington_sees_an_outbreak_over_the_season_and_not_the_season() -> None:
    weeks = np.arange(220)
    counts = luck().poisson(8 + 5 * np.sin(2 * np.pi * weeks / 52), (3, 220))
    counts[1, 215] += 30

    found = farrington.alarms(counts, np.array([214, 215]))

    assert found.alarm.tolist() == [[False, False], [False, True], [False, False]]


def test_one_series_is_judged_the_same_alone_and_in_company() -> None:
    counts = luck(3).poisson(5, (6, 220))

    together = farrington.alarms(counts, np.array([200, 210]))
    alone = farrington.alarms(counts[2], np.array([200, 210]))

    assert np.array_equal(together.bound[2], alone.bound[0])
    assert together.expected[2] == pytest.approx(alone.expected[0], abs=1e-12)


def test_a_week_with_too_short_a_past_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="too short a past"):
        farrington.alarms(np.ones(300), np.array([100]))


def test_cusum_adds_up_small_excesses_until_they_are_too_many() -> None:
    expected, size = np.full(30, 2.0), np.full(30, np.inf)
    counts = np.array([2] * 15 + [4] * 15)

    found = cusum.negative_binomial(counts, expected, size)

    assert not found.alarm[:16].any()
    assert found.alarm[20:].any()


def test_poisson_cusum_gives_the_count_that_would_have_raised_it() -> None:
    expected = np.full(12, 3.0)
    counts = np.array([3, 2, 4, 3, 3, 2, 5, 9, 3, 2, 3, 3])

    found = cusum.rossi(counts, expected)

    assert np.array_equal(found.alarm, counts >= found.bound)


def test_tails_are_sums_of_their_law() -> None:
    share = 3 / (3 + 2.5)
    mass = [share**3]
    for k in range(6):
        mass.append(mass[-1] * (k + 3) / (k + 1) * (1 - share))

    found = tails.at_least(np.array([0, 1, 4, 7]), np.full(4, 2.5), np.full(4, 3.0))

    assert found == pytest.approx([1, 1 - mass[0], 1 - sum(mass[:4]), 1 - sum(mass)], abs=1e-12)


def test_an_infinite_size_is_poisson() -> None:
    found = tails.at_least(np.array([1, 2, 40]), np.full(3, 0.5), np.full(3, np.inf))

    assert found[:2] == pytest.approx([1 - np.exp(-0.5), 1 - 1.5 * np.exp(-0.5)], abs=1e-12)
    assert 0 < found[2] < 1e-50


def test_the_quantile_is_the_first_count_that_is_passed_seldom_enough() -> None:
    mean, size = np.array([0.2, 3.0, 40.0]), np.array([1.0, np.inf, 5.0])

    found = tails.upper_quantile(mean, size, alpha=0.01)

    assert np.all(tails.at_least(found.astype(int) + 1, mean, size) <= 0.01)
    assert np.all(tails.at_least(found.astype(int), mean, size) > 0.01)


def test_students_tail_agrees_with_the_tables() -> None:
    assert student.two_sided(np.array([2.228, 3.169]), 10) == pytest.approx([0.05, 0.01], abs=2e-5)
    assert student.two_sided(np.array([2.201]), 11) == pytest.approx([0.05], abs=2e-5)
