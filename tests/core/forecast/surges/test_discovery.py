from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.surges import discovery
from tocsin.core.forecast.surges.discovery import Discovery


def test_what_a_patrol_finds_verifies_and_does_not_raise_the_rate() -> None:
    found = discovery.weigh([Discovery.COMMUNITY, Discovery.PATROL, Discovery.MEDIA, None])

    assert found.weight[:3].tolist() == [1, 0, 1]
    assert np.isnan(found.weight[3])
    assert found.kept.tolist() == [True, False, True, False]
    assert [one.code for one in found.reasons] == ["surge.found_by_search", "surge.found_unknown"]


def test_a_find_counts_by_the_known_share_of_patrols_and_not_by_a_tiny_one() -> None:
    shares = np.array([0.5, 0.01, np.nan])

    found = discovery.weigh([Discovery.PATROL] * 3, shares)

    assert found.weight.tolist() == [2, 0, 0]


def test_a_record_made_from_a_message_was_told_by_people() -> None:
    assert discovery.of_code("sms") is Discovery.COMMUNITY
    assert discovery.of_code("focal_point") is Discovery.FOCAL_POINT
    assert discovery.of_code("command") is None
    assert discovery.of_code("") is None


def share_of_patrols(*, weighed: bool, seed: int) -> float:
    """Two districts, six and five events a day; the patrol goes to the one with the higher rate so far."""
    draw = np.random.Generator(np.random.PCG64(seed))
    seen, visits = np.ones(2), np.zeros(2)
    for _ in range(400):
        # Told wherever it happens, and found of the rest where the patrol is.
        share = seen / seen.sum()
        there = int(seen.argmax())
        happened = draw.poisson([6, 5])
        told = draw.binomial(happened, 0.3)
        found = np.zeros(2)
        found[there] = draw.binomial(happened[there] - told[there], 0.5)
        kinds = discovery.weigh([Discovery.COMMUNITY, Discovery.PATROL]).weight
        seen += told * kinds[0] + found * (kinds[1] if weighed else 1)
        visits += share
    return float(visits[0] / visits.sum())


def test_patrols_that_feed_themselves_drift_and_those_that_do_not_stay_at_the_truth() -> None:
    fed = np.mean([share_of_patrols(weighed=False, seed=seed) for seed in range(5)])
    apart = np.mean([share_of_patrols(weighed=True, seed=seed) for seed in range(5)])

    assert apart == pytest.approx(6 / 11, abs=0.03)
    assert abs(fed - 6 / 11) > 0.05
