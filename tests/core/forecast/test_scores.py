"""What a forecast is worth, counted so that each figure can be checked by hand or by a second formula."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast import scores


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_crps_of_a_thousand_draws_equals_the_sum_over_all_pairs():
    draws, seen = luck().gamma(0.5, 20.0, (12, 1000)), luck(1).gamma(0.5, 20.0, 12)

    pairs = np.array([np.abs(np.subtract.outer(row, row)).sum() for row in draws])
    away = np.abs(draws - seen[:, None]).mean(axis=1)

    assert scores.crps(draws, seen, form="ensemble") == pytest.approx(away - pairs / (2 * 1000**2), abs=1e-9)
    assert scores.crps(draws, seen, form="fair") == pytest.approx(away - pairs / (2 * 1000 * 999), abs=1e-9)


def test_the_two_forms_of_crps_are_told_apart():
    draws, seen = [[0, 4]], [2]

    plain, fair = scores.crps(draws, seen, form="ensemble"), scores.crps(draws, seen, form="fair")

    assert (plain[0], fair[0]) == (1.0, 0.0)


def test_the_order_of_the_draws_changes_nothing():
    ascending = np.sort(luck().poisson(3.0, (5, 50)), axis=1)
    shuffled = luck(2).permuted(ascending, axis=1)
    seen = np.arange(5)

    assert scores.crps(ascending, seen, form="ensemble") == pytest.approx(scores.crps(shuffled, seen, form="ensemble"))
    assert scores.interval_score(ascending, seen, alpha=0.1) == pytest.approx(
        scores.interval_score(shuffled, seen, alpha=0.1)
    )


def test_crps_of_nothing_but_zeros_is_the_mean_of_deaths():
    seen = np.array([0, 0, 7, 1])

    assert scores.crps(np.zeros((4, 1000), np.int32), seen, form="ensemble").mean() == seen.mean()


def test_more_cases_than_fit_in_one_slice_are_all_scored():
    seen = np.arange(5000)

    assert scores.crps(np.zeros((5000, 2)), seen, form="ensemble") == pytest.approx(seen)


def test_surprise_has_the_floor_of_one_draw_added_to_each_bin():
    certain = np.zeros((2, 1000))

    found = scores.ignorance(certain, [0, 3])

    assert found == pytest.approx([-np.log2(1001 / 1011), -np.log2(1 / 1011)])


def test_a_small_set_of_draws_is_not_punished_for_its_size():
    twelve, thousand = np.zeros((1, 12)), np.zeros((1, 1000))

    assert scores.ignorance(twelve, [0]) == pytest.approx(scores.ignorance(thousand, [0]))


def test_numbers_of_one_bin_surprise_alike_and_those_of_the_next_do_not():
    draws = np.repeat([[1, 2, 3, 6]], 250, axis=1)

    one, two, three = scores.ignorance(np.repeat(draws, 3, axis=0), [1, 2, 3])

    assert one == two
    assert three > two


def test_what_falls_outside_of_the_interval_is_paid_for_by_its_distance():
    draws = np.tile(np.arange(101), (3, 1))

    within, below, above = scores.interval_score(draws, [50, 0, 100], alpha=0.2)

    assert within == pytest.approx(80)
    assert below == pytest.approx(80 + 2 / 0.2 * 10)
    assert above == pytest.approx(80 + 2 / 0.2 * 10)


def test_the_level_of_an_interval_must_be_said():
    with pytest.raises(TypeError):
        scores.interval_score([[0, 1]], [0])  # type: ignore[call-arg]  # the wrong call is what is tried


def test_the_interval_is_that_of_linear_quantiles():
    draws = np.sort(luck().poisson(5.0, (4, 37)), axis=1)
    low, high = np.quantile(draws, [0.05, 0.95], axis=1)

    assert scores.interval_score(draws, low, alpha=0.1) == pytest.approx(high - low)


def test_coverage_is_told_case_by_case():
    draws = np.tile(np.arange(101), (3, 1))

    assert scores.is_covered(draws, [5, 4, 95], alpha=0.1).tolist() == [True, False, True]


def test_over_a_threshold_only_what_exceeds_it_counts():
    draws, seen = [[0, 3, 9, 9]], [5]

    found = scores.threshold_crps(draws, seen, over=10)
    low = scores.threshold_crps(draws, seen, over=0)

    assert found == pytest.approx([0])
    assert low == pytest.approx(scores.crps(draws, seen, form="ensemble"))


def test_average_precision_and_auc_agree_with_an_independent_library():
    metrics = pytest.importorskip("sklearn.metrics")
    ranks, happened = luck().integers(0, 30, 500), luck(1).random(500) < 0.2

    assert scores.average_precision(ranks, happened) == pytest.approx(metrics.average_precision_score(happened, ranks))
    assert scores.auc(ranks, happened) == pytest.approx(metrics.roc_auc_score(happened, ranks))


def test_without_events_there_is_no_precision_and_it_is_not_zero():
    assert scores.average_precision([1, 2], [0, 0]) is None
    assert scores.auc([1, 2], [0, 0]) is None
    assert scores.auc([1, 2], [1, 1]) is None


def test_cases_of_equal_rank_may_come_in_any_order():
    assert scores.average_precision([1, 1, 0], [1, 0, 0]) == scores.average_precision([1, 1, 0], [0, 1, 0]) == 0.5


def test_precision_of_the_first_places():
    assert scores.precision_at([0.1, 0.9, 0.8, 0.2], [1, 1, 0, 1], places=2) == 0.5


def test_reliability_shows_the_gap_between_said_and_happened():
    said, happened = [0.1] * 10 + [0.8] * 10, [0] * 9 + [1] + [1] * 5 + [0] * 5

    table = scores.reliability(said, happened, bins=2)

    assert scores.largest_gap(table) == pytest.approx(0.3)
    assert scores.calibration_error(table) == pytest.approx(0.15)
    assert scores.largest_gap(()) is None


def test_skill_is_the_share_by_which_a_score_is_lower():
    assert scores.skill([0.9, 0.9], [1, 1]) == pytest.approx(0.1)
    assert scores.skill([1.0], [0.0]) is None


def test_brier_is_the_squared_distance():
    assert scores.brier([0.2, 1.0], [1, 1]).tolist() == pytest.approx([0.64, 0.0])


def test_whole_blocks_are_drawn_and_the_same_seed_draws_the_same():
    means = np.array([0.0, 1.0, 2.0, 3.0])

    def figure(times: np.ndarray) -> float:
        return float(np.average(means, weights=times))

    first = scores.bootstrap(figure, [0, 1, 2, 3], times=500, seed=1)

    assert first == scores.bootstrap(figure, [0, 1, 2, 3], times=500, seed=1)
    assert 0 < first[0] < 1.5 < first[1] < 3


def test_shapes_that_disagree_are_refused_with_what_was_expected():
    with pytest.raises(ValueError, match=r"draws are \(2, 3\) and seen \(1,\)"):
        scores.crps([[0, 0, 0], [0, 0, 0]], [1], form="fair")
