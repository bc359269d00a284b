"""A ranking is scored as it would have been made: week by week, without the future."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tocsin.core.forecast import ranking
from tocsin.core.forecast.ranking import EWMA, SURFACE, Walk
from tocsin.core.forecast.rate_surface import Events, Places

PLACES = Places(np.full(6, 4.25), 18.25 + 0.5 * np.arange(6), 0.25)
UNTIL = date(2017, 12, 31).toordinal()


def made_up(seed: int = 0) -> Events:
    """Six years; the first cell is hit often, the second sometimes, the third never, and so on."""
    luck = np.random.Generator(np.random.PCG64(seed))
    first = date(2012, 1, 1).toordinal()
    struck = luck.random((UNTIL - first + 1, 6)) < np.array([0.03, 0.008, 0.0, 0.002, 0.0, 0.004])
    day, cell = np.nonzero(struck)
    return Events(day + first, PLACES.lat[cell], PLACES.lon[cell], np.zeros(len(day), bool))


@pytest.fixture(scope="module")
def walked() -> Walk:
    return ranking.walk(made_up(), PLACES, years=(2016, 2017), until=UNTIL)


def test_an_issue_is_scored_only_when_its_four_weeks_are_over(walked: Walk):
    assert walked.days[-1] + 27 <= UNTIL
    assert walked.days[0] == date(2016, 1, 1).toordinal()
    assert walked.came.shape == (len(walked.days), 6)


def test_what_came_later_changes_no_earlier_rank():
    events = made_up()
    cut = events.before(date(2016, 7, 1).toordinal())

    whole = ranking.walk(events, PLACES, years=(2016,), until=UNTIL)
    short = ranking.walk(cut, PLACES, years=(2016,), until=UNTIL)

    earlier = whole.days <= date(2016, 7, 1).toordinal()
    assert np.array_equal(whole.ranks[SURFACE][earlier], short.ranks[SURFACE][earlier])
    assert not np.array_equal(whole.ranks[SURFACE][~earlier], short.ranks[SURFACE][~earlier])


def test_weights_of_a_year_are_learned_before_it_begins(walked: Walk):
    assert {year: rates.learned_until for year, rates in walked.learned.items()} == {
        2016: date(2015, 12, 31).toordinal(),
        2017: date(2016, 12, 31).toordinal(),
    }


def test_places_that_are_hit_often_rank_above_those_that_are_not(walked: Walk):
    found = ranking.figures(walked, SURFACE)

    assert found["auc"] > 0.8
    assert found["average_precision"] > 2 * walked.came.mean()
    assert found["brier_skill_against_rate_of_scored_years"] > 0


def test_a_place_that_never_saw_anything_counts_among_the_quiet(walked: Walk):
    assert walked.quiet[:, 2].all()
    assert not walked.quiet[:, 0].all()


def test_simple_orders_claim_no_chances(walked: Walk):
    assert "brier" in ranking.figures(walked, SURFACE)
    assert "brier" not in ranking.figures(walked, EWMA)


def test_gain_over_itself_is_none_at_all(walked: Walk):
    once = np.ones(int(walked.quarters.max()) + 1, dtype=np.int64)

    assert ranking.gain(walked, SURFACE, SURFACE)(once) == 0
    assert ranking.gain(walked, SURFACE, "last_28_days")(once) == pytest.approx(
        ranking.figures(walked, SURFACE)["average_precision"]
        - ranking.figures(walked, "last_28_days")["average_precision"]
    )


def test_weeks_of_one_quarter_are_one_block(walked: Walk):
    assert walked.quarters[0] == 0
    assert walked.quarters.max() == 7
    assert (np.diff(walked.quarters) >= 0).all()


def test_recall_is_told_by_thirds_of_the_distance_to_bases():
    came = np.ones((1, 6), bool)
    shown = np.array([[True, True, True, False, False, False]])

    found = ranking.recall_by_distance(came, shown, np.arange(6.0)[None, :] * 100)

    assert [(one["third"], one["events"], one["recall_at_10"]) for one in found] == [
        ("near", 2, 1.0),
        ("middle", 2, 0.5),
        ("far", 2, 0.0),
    ]


def test_without_bases_no_recall_is_claimed(walked: Walk):
    nowhere = np.full(walked.came.shape, np.nan)

    assert ranking.recall_by_distance(walked.came, ranking.first_ten(walked.ranks[SURFACE]), nowhere) == []


def test_a_spread_list_shows_far_places_that_a_plain_one_leaves_out():
    near, far = np.linspace(0.5, 0.41, 10), np.linspace(0.2, 0.155, 10)
    chances, km = np.concatenate([near, far])[None, :], np.repeat([10.0, 400.0], 10)[None, :]

    plain, spread = ranking.first_ten(chances), ranking.first_ten_spread(chances, km)

    assert plain[0, 10:].sum() == 0
    assert 3 <= spread[0, 10:].sum() <= 5
    assert plain.sum() == spread.sum() == 10
    assert spread[0, 0]
    assert spread[0, 10]


def test_a_list_is_not_spread_where_no_base_is_known():
    chances = np.linspace(0.5, 0.1, 20)[None, :]

    spread = ranking.first_ten_spread(chances, np.full((1, 20), np.nan))

    assert np.array_equal(spread, ranking.first_ten(chances))


def test_only_some_places_can_be_looked_at(walked: Walk):
    some = walked.only(np.array([True, True, False, False, False, False]))

    assert some.came.shape[1] == 2
    assert ranking.figures(some, SURFACE)["auc"] is not None


def test_years_without_a_closed_horizon_are_refused():
    with pytest.raises(ValueError, match="no issue"):
        ranking.walk(made_up(), PLACES, years=(2018,), until=UNTIL)
