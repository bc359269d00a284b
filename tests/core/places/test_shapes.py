from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.places import shapes
from tocsin.core.places.types import Point

SQUARE = np.array([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)], float)
BOW_TIE = np.array([(0, 0), (1, 1), (0, 1), (1, 0), (0, 0)], float)


def long_coast(corners: int) -> shapes.Ring:
    """A country's border: a ring with bays of three sizes."""
    turn = np.linspace(0, 2 * np.pi, corners)
    reach = 2.5 + 0.4 * np.sin(7 * turn) + 0.1 * np.sin(53 * turn) + 0.02 * np.sin(911 * turn)
    ring = np.column_stack([12.3 + reach * np.sin(turn), -1.5 + 1.5 * reach * np.cos(turn)])
    ring[-1] = ring[0]
    return ring


def test_a_ring_that_crosses_itself_is_told_with_the_point():
    assert shapes.crossing(SQUARE) is None
    assert shapes.crossing(BOW_TIE) == Point(0.5, 0.5)


def test_a_ring_that_touches_its_own_side_or_turns_back_is_not_simple():
    touching = np.array([(0, 0), (0, 2), (1, 1), (0, 1), (1, 0), (0, 0)], float)
    spike = np.array([(0, 0), (0, 1), (0, 2), (0, 1), (1, 1), (0, 0)], float)

    assert shapes.crossing(touching) == Point(0.0, 1.0)
    assert shapes.crossing(spike) is not None


def test_a_border_of_forty_thousand_corners_is_judged_and_one_crossing_in_it_found():
    border = long_coast(41_009)
    knotted = border.copy()
    knotted[20_000] = border[5_000]

    assert shapes.crossing(border) is None
    assert shapes.crossing(knotted) is not None


def test_a_knot_too_tangled_to_judge_is_said_to_be_so(monkeypatch):
    monkeypatch.setattr(shapes, "_AT_ONCE", 50)
    monkeypatch.setattr(shapes, "MOST_PAIRS", 100)

    with pytest.raises(OverflowError, match="too many sides"):
        shapes.crossing(long_coast(400))


def test_the_area_is_signed_by_the_direction_and_turned_to_the_right_hand():
    assert shapes.area_km2(SQUARE) == pytest.approx(12_364, rel=0.01)
    assert shapes.area_km2(SQUARE[::-1]) == pytest.approx(-12_364, rel=0.01)
    assert shapes.area_km2(shapes.right_handed(SQUARE[::-1])) > 0


def test_a_simpler_ring_keeps_its_form_and_its_ends():
    border = long_coast(41_009)

    drawn = shapes.simplified(border, 500)

    assert 100 < len(drawn) <= 500
    assert shapes.is_closed(drawn)
    assert shapes.area_km2(drawn) == pytest.approx(shapes.area_km2(border), rel=0.01)


def test_a_ring_around_villages_holds_them_and_not_the_next_one():
    ring = shapes.hull_around([Point(6.1, 24.2), Point(5.95, 24.36)], 2)

    assert list(shapes.contains(ring, [6.1, 5.95, 6.3, np.nan], [24.2, 24.36, 24.2, 24.2])) == [
        True,
        True,
        False,
        False,
    ]
    assert shapes.crossing(ring) is None
    assert shapes.area_km2(ring) > 0


def test_a_ring_left_open_is_closed_and_doubled_corners_go():
    drawn = np.array([(0, 0), (0, 0), (0, 1), (1, 1)], float)

    assert not shapes.is_closed(drawn)
    assert shapes.closed(drawn).tolist() == [[0, 0], [0, 1], [1, 1], [0, 0]]
