from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.lessons.test_scorecard import END, HERE, START, card, followed, on, struck, warned
from tocsin.core.lessons.scorecard import scorecard
from tocsin.core.lessons.scorecard_values import Attack, Ledger, Settlement
from tocsin.core.places.types import Point

HOT = [Settlement(f"P-{n}", Point(4.0 + n, 20.0)) for n in range(4)]
COLD = [Settlement(f"P-1{n}", Point(4.0 + n, 35.0)) for n in range(4)]
OWN = Settlement("P-99", HERE)


def at(place, day, ref, *, known=None):
    return Attack(ref, place.point, on(day), on(day if known is None else known))


def before(*places):
    """One attack on each place in the year before the period."""
    return [at(place, -30, f"I-{place.ref}") for place in places]


def control(issued, attacks, settlements, seed=0):
    ledger = Ledger(tuple(issued), tuple(attacks), tuple(settlements))
    return followed(scorecard(ledger, START, END, as_of=END, seed=seed).whole)


def test_a_warning_is_compared_with_areas_that_saw_as_much_harm_before():
    attacks = [*before(OWN, *HOT), at(HOT[0], 12, "I-h0"), at(HOT[1], 12, "I-h1"), at(OWN, 12, "I-own")]

    found = control([warned(10)], attacks, [OWN, *HOT, *COLD])

    assert found.found.found.share == 1.0
    assert (found.matched.share, found.matched.areas) == (0.5, 4)
    assert (found.anywhere.share, found.anywhere.areas) == (0.25, 8)


def test_a_control_that_forgot_the_activity_would_be_found():
    attacks = [*before(OWN, *HOT), *(at(place, 12, f"I-h{place.ref}") for place in HOT)]

    found = control([warned(10)], attacks, [OWN, *HOT, *COLD])

    assert found.matched.share == 1.0
    assert found.matched.share != found.anywhere.share


def test_activity_counts_only_what_was_known_when_the_warning_was_issued():
    late = [at(place, -30, f"I-{place.ref}", known=40) for place in HOT]

    found = control([warned(10)], [*before(OWN), *late], [OWN, *HOT])

    assert (found.matched.share, found.matched.unmatched) == (None, 1)


def test_areas_that_touch_the_warned_one_are_no_control():
    beside = Settlement("P-b", Point(2.3, 29.0))

    assert control([warned(10)], [], [OWN, beside]).anywhere.unmatched == 1


def test_a_warning_without_an_area_to_compare_is_counted_as_such_and_not_as_zero():
    found = control([warned(10)], [struck(12)], [OWN])

    assert (found.matched.share, found.matched.compared, found.matched.unmatched) == (None, 0, 1)


def test_the_same_seed_draws_the_same_areas_and_another_draws_others():
    many = [Settlement(f"P-{n}", Point(3 + (n % 20) / 2, 10.0 + n // 20)) for n in range(200)]
    attacks = [at(many[n], 11 + n / 100, f"I-{n}") for n in range(0, 200, 7)]

    first, again, other = (control([warned(10)], attacks, many, seed=seed) for seed in (1, 1, 2))

    assert first.matched == again.matched
    assert first.matched.areas == 50
    assert first.matched.share != other.matched.share


def test_warnings_sent_at_random_are_no_better_than_their_control():
    many = [Settlement(f"P-{n}", Point((n % 20) / 2, 10.0 + n // 20)) for n in range(400)]
    attacks = [at(many[(n * 37) % 400], n / 8, f"I-{n}") for n in range(600)]
    blind = [warned(5 + n % 40, f"A-{n}", point=many[(n * 53) % 400].point) for n in range(200)]

    found = control(blind, attacks, many)

    assert found.found.found.share == pytest.approx(found.matched.share, abs=0.12)
    assert found.found.low < found.matched.share < found.found.high


def test_the_scored_radius_is_that_of_the_warning():
    wide = replace(warned(10), radius_km=300.0)
    harm = at(HOT[1], 12, "I-h")

    found = control([wide], [harm], [OWN, *HOT])

    assert found.anywhere.share == 1.0


def test_nothing_scored_leaves_nothing_to_compare():
    found = followed(card([warned(85)]))

    assert (found.matched.share, found.matched.compared) == (None, 0)
    assert found.days == timedelta(days=28).days
