"""Places under pressure: what counts, what is forgotten, what is never seen, and where a chance comes from."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast import rate_surface
from tocsin.core.forecast.rate_surface import HALF_LIVES_DAYS, PRESSURES, REACHES_KM, Events, Places, Rates

# Four cells in a row, half a degree (55 km) apart.
PLACES = Places(np.full(4, 4.25), np.array([18.25, 18.75, 19.25, 19.75]), 0.25)
OWN_90 = HALF_LIVES_DAYS.index(90.0) * len(REACHES_KM)


def events(*found: tuple[int, int], patrol: bool = False) -> Events:
    """Events as day and cell, each in the middle of its cell."""
    day = np.array([one[0] for one in found], dtype=np.int64)
    cell = np.array([one[1] for one in found], dtype=np.int64)
    return Events(day, PLACES.lat[cell], PLACES.lon[cell], np.full(len(day), patrol))


def waves(*, days: int = 3000, seed: int = 0) -> Events:
    """A war in the first cell that comes in waves, and a rare event in the second; the others are quiet."""
    luck = np.random.Generator(np.random.PCG64(seed))
    first = np.where(np.sin(np.arange(days) / 120) > 0.6, 0.15, 0.004)
    struck = luck.random((days, 2)) < np.stack([first, np.full(days, 0.002)], axis=1)
    return events(*[(int(day), int(cell)) for day, cell in np.argwhere(struck)])


def learned(seen: Events, *, as_of: int) -> Rates:
    known = seen.before(as_of)
    past = rate_surface.closed_days(0, as_of)
    pressed = rate_surface.pressures(known, PLACES, past)
    return rate_surface.learn(pressed, rate_surface.happened(known, PLACES, past), learned_until=as_of - 1)


def test_an_event_presses_half_as_much_after_its_half_life():
    pressed = rate_surface.pressures(events((10, 0)), PLACES, np.array([11, 101]))

    assert pressed[1, 0, OWN_90] == pytest.approx(pressed[0, 0, OWN_90] / 2)


def test_a_near_place_is_pressed_harder_than_a_far_one_and_the_longest_reach_goes_farthest():
    pressed = rate_surface.pressures(events((10, 0)), PLACES, np.array([11]))[0].reshape(4, -1, len(REACHES_KM))

    at_40_km, at_250_km = pressed[:, 0, 1], pressed[:, 0, 3]
    assert (np.diff(at_40_km) < 0).all()
    assert at_250_km[3] > 0.5 > 0.01 > at_40_km[3]
    assert pressed[1:, :, 0].max() == 0


def test_events_of_the_day_itself_and_later_are_not_seen():
    with_future = events((10, 0), (20, 1), (25, 1))

    pressed = rate_surface.pressures(with_future, PLACES, np.array([20]))

    assert np.array_equal(pressed, rate_surface.pressures(events((10, 0)), PLACES, np.array([20])))
    assert not np.array_equal(pressed, rate_surface.pressures(with_future, PLACES, np.array([21])))


def test_the_same_day_is_the_same_whether_others_were_asked_for_or_not():
    seen = waves(days=400)

    alone = rate_surface.pressures(seen, PLACES, np.array([390]))
    among = rate_surface.pressures(seen, PLACES, np.arange(50, 391, 17))

    assert among[-1] == pytest.approx(alone[0], rel=1e-5)


def test_what_only_patrols_saw_presses_on_nothing_unless_asked_for():
    finds = events((10, 0), patrol=True)

    left_out = rate_surface.pressures(finds, PLACES, np.array([11]))
    asked_for = rate_surface.pressures(finds, PLACES, np.array([11]), with_patrol_finds=True)

    assert left_out.sum() == 0
    assert asked_for.sum() > 0


def test_what_happened_is_what_came_in_the_four_weeks_that_begin_with_the_day():
    seen = events((20, 0), (47, 1), (48, 2))

    assert rate_surface.happened(seen, PLACES, np.array([20])).tolist() == [[True, True, False, False]]


def test_only_horizons_that_are_over_are_learned_from():
    days = rate_surface.closed_days(0, 100)

    assert days.max() + rate_surface.HORIZON_DAYS == 100
    assert days.min() >= 0
    assert not len(rate_surface.closed_days(90, 100))


def test_chances_learned_on_the_past_hold_in_what_follows():
    seen = waves()
    rates = learned(seen, as_of=2000)
    later = np.arange(2000, 2900, 7)

    said = rates.chance(rate_surface.pressures(seen, PLACES, later))
    came = rate_surface.happened(seen, PLACES, later)

    assert said.mean() == pytest.approx(came.mean(), abs=0.05)
    assert said[:, 0][came[:, 0]].mean() > 2 * said[:, 0][~came[:, 0]].mean()
    assert (rates.weights >= 0).all()


def test_a_quiet_place_is_never_said_to_be_safe():
    rates = learned(events((10, 0), (300, 0)), as_of=1000)

    chance = rates.chance(np.zeros((4, PRESSURES), np.float32))

    assert (chance > 0).all()


def test_where_nothing_is_known_little_is_claimed_and_the_base_rate_says_so():
    nowhere = rate_surface.learn(np.zeros((0, 4, PRESSURES), np.float32), np.zeros((0, 4), bool), learned_until=0)
    quiet = rate_surface.learn(np.zeros((9, 4, PRESSURES), np.float32), np.zeros((9, 4), bool), learned_until=0)

    assert nowhere.base_rate is None
    assert quiet.base_rate == 0.0
    assert 0 < quiet.chance(np.zeros((1, PRESSURES), np.float32))[0] < 0.02


def test_learning_twice_gives_the_same_weights():
    seen = waves(days=1200)

    assert np.array_equal(learned(seen, as_of=1000).weights, learned(seen, as_of=1000).weights)


def test_drivers_tell_age_and_distance_of_the_events_behind_a_chance():
    seen = waves()
    rates = learned(seen, as_of=2000)
    last = int(seen.before(2000).day[-1])

    found = rate_surface.drivers(rates, seen, PLACES, place=0, as_of=2000, most=5)

    assert len(found) == 5
    assert all(one.age_days >= 2000 - last for one in found)
    assert found[0].distance_km == pytest.approx(0, abs=0.1)
    assert 0 < sum(one.share for one in found) <= 1
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)


def test_the_shares_of_all_drivers_and_of_no_known_reason_make_the_whole():
    seen = waves()
    rates = learned(seen, as_of=2000)
    expected = rates.expected(rate_surface.pressures(seen, PLACES, np.array([2000])))[0, 0]

    found = rate_surface.drivers(rates, seen, PLACES, place=0, as_of=2000, most=10_000)

    assert sum(one.share for one in found) == pytest.approx(1 - rates.everywhere / expected, abs=1e-3)


def test_what_only_patrols_saw_is_no_driver():
    rates = learned(waves(), as_of=2000)

    assert rate_surface.drivers(rates, events((1990, 0), patrol=True), PLACES, place=0, as_of=2000) == ()


def test_events_out_of_order_are_refused():
    with pytest.raises(ValueError, match="not ascending"):
        events((20, 0), (10, 0))
