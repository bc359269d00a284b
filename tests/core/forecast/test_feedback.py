"""Patrols must not feed on what they find."""

from __future__ import annotations

import pytest

from tocsin.core.forecast import feedback
from tocsin.core.forecast.feedback import TRUTH, Told


def test_rates_from_community_reports_stay_true_although_patrols_follow_them():
    found = feedback.drift(Told.COMMUNITY, seeds=60)

    assert found.away <= 0.015
    assert found.away_in_one_run <= 0.015


def test_rates_that_count_what_patrols_find_run_away():
    everything = feedback.drift(Told.ALL, seeds=12)
    finds = feedback.drift(Told.PATROL, seeds=12)

    assert everything.away_in_one_run > 0.1
    assert finds.away_in_one_run > 0.4


def test_the_truth_is_the_share_of_what_really_happens():
    assert pytest.approx(6 / 11) == TRUTH


def test_the_same_number_of_runs_gives_the_same_answer():
    assert feedback.drift(Told.ALL, seeds=3, days=50) == feedback.drift(Told.ALL, seeds=3, days=50)
