"""The outlook of a mission as a pure thing: nothing later is seen, nothing found by search feeds itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tocsin.core.evidence.types import Incident
from tocsin.core.forecast.outlook.chances import plain_chances, pressures_known, window_days
from tocsin.core.forecast.outlook.ledger import Cases, Ledger, lay_out
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.outlook.whole import outlook
from tocsin.core.forecast.rate_surface import Places, pressures
from tocsin.core.forecast.surges.discovery import Discovery
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import rules
from tocsin.core.reference.terms import EventCode

NOW = datetime(2027, 3, 12, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TERMS = Terms.at(NOW)
GROUND = Places(np.array([6.0, 6.3]), np.array([24.0, 24.0]), 1e-4)


def cases(*rows: tuple[int, int, int]) -> Cases:
    """Return cases of (day, day known, place)."""
    day, known, place = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    refs = tuple(f"I-{number:06d}" for number in range(len(rows)))
    return Cases(refs, day, known, GROUND.lat[place], GROUND.lon[place], place, np.zeros(len(rows), dtype=bool))


def incident(number: int, days_ago: float, at_place: int, **fields: object) -> Incident:
    at = NOW - days_ago * DAY
    given = {"events": (EventCode.ATK,), "point": Point(6.0 + 0.3 * at_place, 24.0), "place": f"P-{at_place}", **fields}
    return Incident(ref=f"I-{number:06d}", start=at, end=None, known_at=at, **given)  # type: ignore[arg-type]  # fields of its own


def ledger(incidents: list[Incident], found_by: Discovery | None = Discovery.COMMUNITY) -> Ledger:
    places = tuple(Place(f"P-{number}", f"Village {number}", Point(6.0 + 0.3 * number, 24.0)) for number in range(6))
    found = {one.ref: found_by for one in incidents}
    return Ledger(tuple(incidents), found, places, {}, timedelta(hours=1))


def usual() -> list[Incident]:
    return [incident(number, 40 + 7 * number, number % 6) for number in range(48)]


def test_what_was_known_at_once_presses_as_on_the_rate_surface():
    some = cases((100, 100, 0), (103, 103, 1), (110, 110, 0))
    days = np.array([101, 105, 130])

    ours = pressures_known(some, GROUND, days)

    assert ours == pytest.approx(pressures(some.events, GROUND, days), rel=1e-5)


def test_what_became_known_late_presses_from_then_on_and_by_its_true_age():
    late, prompt = cases((100, 120, 0)), cases((100, 100, 0))
    days = np.array([110, 121])

    ours, theirs = pressures_known(late, GROUND, days), pressures_known(prompt, GROUND, days)

    assert (ours[0] == 0).all()
    assert theirs[0].sum() > 0
    assert ours[1] == pytest.approx(theirs[1], rel=1e-5)


def test_windows_are_over_before_today():
    days = window_days(cases((100, 100, 0)), 200, every_days=14)

    assert days[-1] + 28 == 201
    assert days[0] > 100


def test_a_plain_chance_counts_a_short_record_as_long_as_it_is():
    short, long = cases((172, 172, 0), (180, 180, 0)), cases((-200, -200, 1), (172, 172, 0), (180, 180, 0))

    of_short, of_long = (plain_chances(some, 2, 200)[0][0] for some in (short, long))

    assert of_short == pytest.approx(-np.expm1(-2 * 28 / 28))
    assert of_long == pytest.approx(-np.expm1(-2 * 28 / 365))


def test_the_same_seed_says_the_same_and_what_is_added_later_changes_nothing_before():
    then = ledger(usual())

    first, second = (outlook(then, as_of=NOW, seed=7, plain=True) for _ in range(2))

    assert first.chances.found == second.chances.found
    assert first.review == second.review
    assert first.surges == second.surges


def test_finds_of_patrols_and_of_nobody_known_raise_nothing():
    more = [incident(100 + number, 1 + number, 2) for number in range(8)]
    quiet = outlook(ledger(usual()), as_of=NOW, seed=7, plain=True)
    base = ledger([*usual(), *more])
    ref = {one.ref for one in more}

    patrolled, unknown, told = (
        outlook(
            replace(base, found_by={one: how if one in ref else Discovery.COMMUNITY for one in base.found_by}),
            as_of=NOW,
            seed=7,
            plain=True,
        )
        for how in (Discovery.PATROL, None, Discovery.COMMUNITY)
    )

    assert patrolled.surges.found == unknown.surges.found == quiet.surges.found == ()
    assert [one.chance for one in patrolled.chances.found] == [one.chance for one in quiet.chances.found]
    assert len(told.surges.found) == 1


def test_harm_near_a_place_counts_there_and_harm_far_from_all_is_told_to_be_nowhere():
    near = incident(1, 5, 0, place=None, point=Point(6.05, 24.0))
    far = incident(2, 5, 0, place=None, point=Point(20.0, 24.0))

    laid = lay_out(ledger([near, far]), as_of=NOW, terms=TERMS)

    assert laid.cases.place.tolist() == [0, -1]
    assert [one.code for one in laid.left_out] == ["outlook.at_no_place"]


def test_sexual_violence_alone_is_no_case_and_an_attack_with_it_is_one():
    alone = incident(1, 5, 0, events=(EventCode.SGV,))
    both = incident(2, 5, 0, events=(EventCode.ATK, EventCode.SGV))

    laid = lay_out(ledger([alone, both]), as_of=NOW, terms=TERMS)

    assert laid.cases.refs == ("I-000002",)
    assert len(laid.sexual_violence) == 2


def test_of_too_many_places_those_near_harm_are_kept_and_the_rest_is_told():
    laid = lay_out(ledger([incident(1, 5, 4)]), as_of=NOW, terms=replace(TERMS, most_places=2))

    assert "P-4" in {one.ref for one in laid.places}
    assert [(one.code, one.facts["places"]) for one in laid.left_out] == [("outlook.places_left_out", 4)]


def test_an_empty_record_says_nothing_and_no_place_is_calm():
    found = outlook(ledger([]), as_of=NOW, seed=7, plain=True)

    assert (found.surges.found, found.alarms, found.chances.found, found.review) == ((), (), (), None)
    assert not any(one.is_observed for one in found.heard.values())


def test_every_rule_of_the_outlook_has_a_name_in_the_terms():
    named = {f"forecast.{name}" for name in Terms.__slots__}

    assert {name for name in rules.names() if name.startswith("forecast.")} == named
