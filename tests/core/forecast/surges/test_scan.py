from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tocsin.core.forecast.surges import scan as surges
from tocsin.core.forecast.surges import scan_compiled, scan_plain, zones
from tocsin.core.forecast.surges.chance import Chance
from tocsin.core.forecast.surges.scan import Settings

FEW = Settings(replicates=99)


def luck(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def world(*, extra: int = 0) -> tuple[np.ndarray, np.ndarray, zones.Zones]:
    """Forty places on a plane, 300 cases in a year; `extra` of them in three neighbours in the last 6 days."""
    draw = luck(5)
    x, y = draw.uniform(0, 200, 40), draw.uniform(0, 200, 40)
    place, day = draw.integers(0, 40, 300), draw.integers(1, 366, 300)
    near = np.argsort(np.hypot(x - x[7], y - y[7]))[:3]
    place = np.concatenate([place, draw.choice(near, extra)])
    day = np.concatenate([day, draw.integers(360, 366, extra)])
    return place, day, zones.nearest(zones.distances_flat(x, y), most=12)


def prepared(**changed: object) -> scan_plain.Prepared:
    place, day, circles = world(extra=4)
    laid = scan_plain.prepare(place, 365 - day, circles, days=28)
    return replace(laid, **changed)


def test_a_planted_surge_is_found_with_its_place_and_days() -> None:
    place, day, circles = world(extra=9)

    found = surges.scan(place, day, circles, as_of=365, seed=1, settings=FEW).clusters[0]

    assert 7 in found.members
    assert found.days <= 6
    assert found.p == pytest.approx(0.01)
    assert [one.code for one in found.reasons] == ["surge.more_than_expected", "surge.noise_never_seen"]


def test_what_comes_after_the_day_changes_nothing() -> None:
    place, day, circles = world(extra=9)
    known = day <= 300

    with_future = surges.scan(place, day, circles, as_of=300, seed=1, settings=FEW)
    without = surges.scan(place[known], day[known], circles, as_of=300, seed=1, settings=FEW)

    assert with_future == without


def test_nothing_recent_is_no_cluster_and_no_error() -> None:
    place, day, circles = world()

    found = surges.scan(place[day < 300], day[day < 300], circles, as_of=365, seed=1, settings=FEW)

    assert found.clusters == ()
    assert found.recent == 0


def test_the_same_seed_gives_the_same_answer_with_any_number_of_threads() -> None:
    laid = prepared()

    alone = scan_compiled.maxima(laid, seed=3, first=0, last=200, threads=1)
    together = scan_compiled.maxima(laid, seed=3, first=0, last=200, threads=3)
    other = scan_compiled.maxima(laid, seed=4, first=0, last=200)

    assert np.array_equal(alone, together)
    assert not np.array_equal(alone, other)


def test_the_compiled_kernel_gives_what_the_plain_one_gives() -> None:
    laid = prepared()

    compiled = scan_compiled.maxima(laid, seed=3, first=0, last=80)
    plain = scan_plain.maxima(laid, seed=3, first=0, last=80)

    assert compiled == pytest.approx(plain, abs=1e-9)


def test_a_kernel_that_is_off_by_one_fails_the_comparison() -> None:
    laid = prepared()
    one_day_early = replace(laid, ages=np.maximum(laid.ages - 1, 0))

    compiled = scan_compiled.maxima(one_day_early, seed=3, first=0, last=80)
    plain = scan_plain.maxima(laid, seed=3, first=0, last=80)

    assert compiled != pytest.approx(plain, abs=1e-9)


def test_a_floor_hides_nothing_above_it() -> None:
    laid = prepared()

    whole = scan_compiled.maxima(laid, seed=3, first=0, last=200)
    floor = float(np.median(whole))
    cut = scan_compiled.maxima(laid, seed=3, first=0, last=200, floor=floor)

    assert cut == pytest.approx(np.maximum(whole, floor), abs=1e-12)


def test_no_threshold_passes_over_a_circle_that_counts() -> None:
    expected, floors = np.array([0.01, 0.3, 2.0, 40.0]), np.array([0.0, 3.0, 9.0])

    needed = scan_compiled.fewest(expected, 500, floors=floors, least=1)
    below = scan_plain.statistic(np.maximum(needed - 1, 0), expected, 500)

    assert np.all(below <= floors[:, None] + 1e-9)


def test_shuffling_keeps_the_cases_of_every_place() -> None:
    laid = prepared()

    dealt = scan_plain.deal(laid, seed=2, first=0, last=50)

    most = np.bincount(laid.places, minlength=40)
    assert all(np.all(np.bincount(row, minlength=40) <= most) for row in dealt)


def test_drawing_stops_once_the_answer_is_settled_and_the_answer_stays_close() -> None:
    place, day, circles = world()
    early = replace(FEW, replicates=999, how=Chance.SEQUENTIAL)

    whole = surges.scan(place, day, circles, as_of=365, seed=1, settings=replace(early, how=Chance.RANK))
    stopped = surges.scan(place, day, circles, as_of=365, seed=1, settings=early)

    assert stopped.clusters[0].p == pytest.approx(whole.clusters[0].p, abs=0.2)
    assert stopped.clusters[0].llr == whole.clusters[0].llr


def test_the_fitted_tail_reaches_further_than_the_replicates() -> None:
    place, day, circles = world(extra=14)
    ranked = surges.scan(place, day, circles, as_of=365, seed=1, settings=FEW).clusters[0]

    fitted = surges.scan(place, day, circles, as_of=365, seed=1, settings=replace(FEW, how=Chance.TAIL)).clusters[0]

    assert fitted.p < ranked.p == pytest.approx(0.01)


def test_clusters_share_no_place() -> None:
    place, day, circles = world(extra=9)

    found = surges.scan(place, day, circles, as_of=365, seed=1, settings=FEW).clusters

    members = [one for cluster in found for one in cluster.members]
    assert len(found) > 1
    assert len(members) == len(set(members))


def test_without_the_compiler_the_plain_kernel_answers_the_same() -> None:
    place, day, circles = world(extra=5)

    compiled = surges.scan(place, day, circles, as_of=365, seed=1, settings=FEW)
    plain = surges.scan(place, day, circles, as_of=365, seed=1, settings=FEW, plain=True)

    assert (compiled.kernel, plain.kernel) == ("compiled", "plain")
    assert [(one.members, one.p) for one in compiled.clusters] == [(one.members, one.p) for one in plain.clusters]
