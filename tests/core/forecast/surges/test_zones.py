from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.surges import zones


def test_places_equally_far_are_taken_together_or_not_at_all() -> None:
    x = np.array([0.0, 1.0, -1.0, 5.0])

    circles = zones.nearest(zones.distances_flat(x, np.zeros(4)), most=4)

    assert circles.ends[0].tolist() == [True, False, True, True]


def test_a_ring_cut_by_the_largest_size_is_left_out() -> None:
    x = np.array([0.0, 1.0, -1.0, 5.0])

    circles = zones.nearest(zones.distances_flat(x, np.zeros(4)), most=2)

    assert circles.ends[0].tolist() == [True, False]


def test_no_circle_is_wider_or_heavier_than_allowed() -> None:
    x = np.array([0.0, 1.0, 3.0, 6.0])
    far = zones.distances_flat(x, np.zeros(4))

    narrow = zones.nearest(far, most=4, within=3.0)
    light = zones.nearest(far, most=4, weight=np.array([1.0, 1, 1, 1]), max_share=0.5)

    assert narrow.members(0, 3) == (0, 1, 2)
    assert narrow.order[0, 3] == -1
    assert (light.order >= 0).sum(axis=1).tolist() == [2, 2, 2, 2]


def test_distance_on_the_globe_is_in_km() -> None:
    far = zones.distances_km(np.array([0.0, 0.0]), np.array([0.0, 1.0]))

    assert far[0, 1] == pytest.approx(111.19, abs=0.01)
