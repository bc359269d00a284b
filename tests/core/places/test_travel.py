from __future__ import annotations

import itertools
import math
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.core.places.travel import RoadNetwork, flight, hours_between
from tocsin.core.places.types import Place, Point, Road, RoadClosure
from tocsin.core.reference import wording
from tocsin.core.reference.terms import AssetKind, RoadClass, RoadStatus, Season

DRY_DAY = date(2027, 1, 15)
WET_DAY = date(2027, 4, 15)
# A line of places along the second parallel, about 22.2 km apart.
A, B, C, D = (Place(ref, ref, Point(2.0, lon)) for ref, lon in zip("ABCD", (28.0, 28.2, 28.4, 28.6), strict=True))
PLACES = (A, B, C, D)


def road(ref, one, other, km=25.0, *, kind=RoadClass.EARTH, dry=RoadStatus.OPEN, wet=RoadStatus.UNKNOWN):
    return Road(ref, one.ref, other.ref, km, kind, dry, wet)


def codes(travel):
    return [reason.code for reason in travel.reasons]


def test_an_open_road_takes_its_length_over_its_speed_for_sure():
    network = RoadNetwork(PLACES, [road("R-1", A, B, 25.0)], as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert (way.hours, way.low_h, way.high_h, way.km) == (1.0, 1.0, 1.0, 25.0)
    assert (way.by, way.roads, way.reasons) == ("road", ("R-1",), ())


@pytest.mark.parametrize(
    ("km", "kind", "minutes"),
    [(9, RoadClass.EARTH, 52), (30, RoadClass.TRACK, 120), (62, RoadClass.TRACK, 216), (90, RoadClass.EARTH, 246)],
)
def test_reach_is_notice_plus_distance_over_speed(km, kind, minutes):
    near, far = Place("N", "N", Point(0.0, 28.0)), Place("F", "F", Point(0.0, 28.0 + km / 112))
    network = RoadNetwork([near, far], [road("R-1", near, far, float(km), kind=kind)], as_of=DRY_DAY)

    hours = hours_between(network, near.point, far.point).hours

    assert round(30 + hours * 60) == minutes


def test_the_same_road_is_two_roads_by_season():
    roads = [road("R-1", A, B, 24.0, wet=RoadStatus.OPEN)]

    dry = hours_between(RoadNetwork(PLACES, roads, as_of=DRY_DAY), A.point, B.point)
    wet = hours_between(RoadNetwork(PLACES, roads, as_of=WET_DAY), A.point, B.point)

    assert (dry.hours, wet.hours) == (0.96, 2.0)


def test_a_season_can_be_supposed():
    roads = [road("R-1", A, B, 24.0, wet=RoadStatus.CLOSED)]

    supposed = RoadNetwork(PLACES, roads, as_of=DRY_DAY, season=Season.WET)

    assert hours_between(supposed, A.point, B.point).hours is None


def test_a_road_of_unknown_state_counts_for_the_best_case_only():
    network = RoadNetwork(PLACES, [road("R-1", A, B, 24.0)], as_of=WET_DAY)

    way = hours_between(network, A.point, B.point)

    assert (way.hours, way.low_h, way.high_h) == (None, 2.0, None)
    assert codes(way) == ["travel.road_unknown"]
    assert way.reasons[0].evidence == ("R-1",)


def test_a_known_detour_is_likely_while_the_unknown_short_cut_is_the_best_case():
    roads = [road("R-1", A, B, dry=RoadStatus.UNKNOWN), road("R-2", A, C, 50.0), road("R-3", C, B, 25.0)]
    network = RoadNetwork(PLACES, roads, as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert (way.low_h, way.hours, way.high_h) == (1.0, 3.0, 3.0)
    assert way.roads == ("R-2", "R-3")


def test_caution_slows_down_and_says_so():
    network = RoadNetwork(PLACES, [road("R-1", A, B, dry=RoadStatus.CAUTION)], as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert (way.low_h, way.hours) == (1.0, pytest.approx(1 / 0.7))
    assert codes(way) == ["travel.road_caution"]


def test_a_closed_road_is_no_way_and_is_named():
    network = RoadNetwork(PLACES, [road("R-1", A, B, dry=RoadStatus.CLOSED), road("R-2", B, C)], as_of=DRY_DAY)

    way = hours_between(network, A.point, C.point)

    assert (way.hours, way.low_h, way.high_h, way.by) == (None, None, None, "none")
    assert [(reason.code, reason.evidence) for reason in way.reasons] == [("travel.road_closed_by_season", ("R-1",))]


def test_nobody_drives_round_a_closed_road_across_the_fields():
    near = Place("E", "E", Point(2.0, 28.005))
    roads = [road("R-1", A, B, dry=RoadStatus.CLOSED), road("R-2", B, C)]
    network = RoadNetwork([*PLACES, near], roads, as_of=DRY_DAY)

    way = hours_between(network, near.point, C.point)

    assert way.low_h is None


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2027, 1, 9), RoadStatus.OPEN),
        (date(2027, 1, 10), RoadStatus.CLOSED),
        (date(2027, 1, 19), RoadStatus.CLOSED),
        (date(2027, 1, 20), RoadStatus.OPEN),
    ],
)
def test_a_closure_counts_from_its_first_day_until_the_day_before_it_ends(day, status):
    closure = RoadClosure("R-1", RoadStatus.CLOSED, "flood", date(2027, 1, 10), date(2027, 1, 20))

    network = RoadNetwork(PLACES, [road("R-1", A, B)], [closure], as_of=day)

    assert network.states[0].status is status


def test_a_closure_that_nobody_lifted_still_holds():
    closure = RoadClosure("R-1", RoadStatus.CLOSED, "mine", date(2024, 1, 10))

    network = RoadNetwork(PLACES, [road("R-1", A, B)], [closure], as_of=DRY_DAY)

    assert [state.road.ref for state in network.closed] == ["R-1"]


def test_that_the_flood_has_gone_does_not_lift_the_mine():
    closures = [
        RoadClosure("R-1", RoadStatus.CLOSED, "mine", date(2027, 1, 2)),
        RoadClosure("R-1", RoadStatus.CLOSED, "flood", date(2027, 1, 3)),
        RoadClosure("R-1", RoadStatus.OPEN, "flood", date(2027, 1, 10)),
    ]

    network = RoadNetwork(PLACES, [road("R-1", A, B)], closures, as_of=DRY_DAY)
    flood_only = RoadNetwork(PLACES, [road("R-1", A, B)], closures[1:], as_of=DRY_DAY)

    assert network.states[0].status is RoadStatus.CLOSED
    assert flood_only.states[0].status is RoadStatus.OPEN


def test_a_patrol_that_went_through_opens_a_road_of_unknown_state():
    seen = RoadClosure("R-1", RoadStatus.OPEN, "patrol", date(2027, 4, 14))

    network = RoadNetwork(PLACES, [road("R-1", A, B)], [seen], as_of=WET_DAY)

    assert network.states[0].status is RoadStatus.OPEN


def test_a_road_held_by_somebody_is_denied_and_not_broken():
    denial = RoadClosure("R-1", RoadStatus.CLOSED, "access_denied", date(2027, 1, 10))
    mine = RoadClosure("R-1", RoadStatus.CLOSED, "mine", date(2027, 1, 10))

    held = RoadNetwork(PLACES, [road("R-1", A, B)], [denial], as_of=DRY_DAY)
    both = RoadNetwork(PLACES, [road("R-1", A, B)], [denial, mine], as_of=DRY_DAY)

    assert held.closed[0].is_denied
    assert not both.closed[0].is_denied


def test_without_roads_the_time_is_an_estimate_with_bounds_and_says_so():
    network = RoadNetwork([A, B], [], as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert way.low_h < way.hours < way.high_h
    assert (way.by, codes(way)) == ("cross_country", ["travel.cross_country"])


def test_known_terrain_narrows_the_bounds():
    forest = Place("F", "F", B.point, features=("forest",))

    unknown = hours_between(RoadNetwork([A, B], [], as_of=DRY_DAY), A.point, B.point)
    known = hours_between(RoadNetwork([A, forest], [], as_of=DRY_DAY), A.point, B.point)

    assert known.high_h / known.low_h < unknown.high_h / unknown.low_h


def test_a_base_at_the_edge_of_a_place_stands_on_its_road():
    network = RoadNetwork(PLACES, [road("R-1", A, B)], as_of=DRY_DAY)
    edge = Point(2.0, 27.991)

    way = hours_between(network, edge, B.point)

    assert way.hours == way.low_h == way.high_h == pytest.approx(1.06, abs=0.01)
    assert (way.km, way.reasons) == (pytest.approx(26.0, abs=0.01), ())


def test_a_place_off_the_roads_is_reached_across_country_from_the_road():
    hamlet = Place("H", "H", Point(2.09, 28.2))
    network = RoadNetwork([*PLACES, hamlet], [road("R-1", A, B)], as_of=DRY_DAY)

    way = hours_between(network, A.point, hamlet.point)

    assert way.roads == ("R-1",)
    assert 1.0 < way.low_h < way.hours < way.high_h
    assert way.km == pytest.approx(35.0, abs=0.1)


def test_roads_that_no_record_joins_give_the_best_case_only():
    network = RoadNetwork(PLACES, [road("R-1", A, B), road("R-2", C, D)], as_of=DRY_DAY)

    way = hours_between(network, A.point, D.point)

    assert way.hours is None
    assert way.low_h is not None
    assert codes(way) == ["travel.no_road_recorded"]


def test_a_link_of_which_only_the_distance_is_known_has_bounds():
    network = RoadNetwork(PLACES, [road("R-1", A, B, kind=RoadClass.NONE)], as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert way.low_h < way.hours < way.high_h


def test_a_river_carries_boats_and_no_vehicles():
    network = RoadNetwork(PLACES, [road("R-1", A, B, 30.0, kind=RoadClass.RIVER)], as_of=DRY_DAY)

    by_boat = hours_between(network.rivers, A.point, B.point)
    on_wheels = hours_between(network, A.point, B.point)

    assert (by_boat.hours, by_boat.by) == (2.0, "river")
    assert on_wheels.by == "cross_country"
    assert hours_between(network.rivers, A.point, D.point).low_h is None


def test_night_slows_every_bound():
    network = RoadNetwork(PLACES, [road("R-1", A, B)], as_of=DRY_DAY)

    day = hours_between(network, A.point, B.point)
    night = hours_between(network, A.point, B.point, night=True)

    assert night.hours == pytest.approx(day.hours / 0.6)
    assert night.roads == day.roads
    assert codes(night) == ["travel.night"]


def test_where_the_season_is_unknown_the_worse_is_likely():
    here, there = Place("X", "X", Point(35.0, 36.0)), Place("Y", "Y", Point(35.0, 36.2))
    both_open = road("R-1", here, there, 24.0, wet=RoadStatus.OPEN)
    differs = road("R-1", here, there, 24.0, wet=RoadStatus.CLOSED)

    sure = hours_between(RoadNetwork([here, there], [both_open], as_of=DRY_DAY), here.point, there.point)
    unsure = hours_between(RoadNetwork([here, there], [differs], as_of=DRY_DAY), here.point, there.point)

    assert (sure.low_h, sure.hours) == (0.96, 2.0)
    assert (unsure.low_h, unsure.hours) == (0.96, None)


def test_a_road_to_a_place_nobody_knows_is_left_out_and_reported():
    roads = [road("R-1", A, B), Road("R-2", "A", "Z", 10.0, RoadClass.EARTH)]

    network = RoadNetwork(PLACES, roads, as_of=DRY_DAY)

    assert [state.road.ref for state in network.states] == ["R-1"]
    assert [(found.code, found.where, found.facts["place"]) for found in network.problems] == [("PLC-101", "R-2", "Z")]


@pytest.mark.parametrize("km", [0.0, -4.0, 5.0, math.nan, math.inf])
def test_a_road_shorter_than_the_straight_line_is_mended_and_reported(km):
    network = RoadNetwork(PLACES, [road("R-1", A, B, km)], as_of=DRY_DAY)

    way = hours_between(network, A.point, B.point)

    assert way.km == pytest.approx(22.2, abs=0.1)
    assert [found.code for found in network.problems] == ["PLC-102"]


def test_a_closure_of_a_road_nobody_knows_is_reported():
    closure = RoadClosure("R-9", RoadStatus.CLOSED, "mine", date(2027, 1, 1))

    network = RoadNetwork(PLACES, [road("R-1", A, B)], [closure], as_of=DRY_DAY)

    assert [(found.code, found.facts["road"]) for found in network.problems] == [("PLC-103", "R-9")]


def test_an_aircraft_flies_straight_within_its_range():
    near = flight(AssetKind.UTIL_HELI, A.point, B.point, as_of=DRY_DAY)
    far = flight(AssetKind.UTIL_HELI, A.point, Point(2.0, 31.0), as_of=DRY_DAY)

    assert (near.by, near.hours) == ("air", pytest.approx(22.2 / 200, abs=0.001))
    assert (far.hours, codes(far)) == (None, ["travel.out_of_range"])


def test_a_moment_and_its_day_give_the_same_roads():
    moment = datetime(2027, 1, 15, 23, 0, tzinfo=UTC)
    roads = [road("R-1", A, B)]

    assert RoadNetwork(PLACES, roads, as_of=moment).states == RoadNetwork(PLACES, roads, as_of=DRY_DAY).states


def test_every_reason_and_problem_has_its_sentence():
    closures = [RoadClosure("R-9", RoadStatus.CLOSED, "mine", date(2027, 1, 1))]
    roads = [road("R-1", A, B, 2.0, dry=RoadStatus.CAUTION), Road("R-2", "A", "Z", 10.0, RoadClass.EARTH)]
    network = RoadNetwork(PLACES, roads, closures, as_of=DRY_DAY)

    reasons = hours_between(network, A.point, B.point, night=True).reasons
    said = [wording.reason(one, language) for one in reasons for language in wording.LANGUAGES]
    told = [wording.problem(one, language) for one in network.problems for language in wording.LANGUAGES]

    assert len({*said, *told}) == 3 * (len(reasons) + len(network.problems))


LENGTHS = st.floats(23.0, 400.0)
STATUS = st.sampled_from([RoadStatus.OPEN, RoadStatus.CAUTION, RoadStatus.UNKNOWN, RoadStatus.CLOSED])
PAIRS = list(itertools.combinations(range(6), 2))


@st.composite
def networks(draw):
    spots = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=6, max_size=6, unique=True))
    places = [Place(f"P-{i}", f"P-{i}", Point(lat / 10, 28 + lon / 10)) for i, (lat, lon) in enumerate(spots)]
    chosen = draw(st.lists(st.sampled_from(PAIRS), min_size=1, max_size=9, unique=True))
    roads = [
        Road(f"R-{i}", f"P-{one}", f"P-{two}", 500.0 + draw(LENGTHS), RoadClass.GRAVEL, draw(STATUS))
        for i, (one, two) in enumerate(chosen)
    ]
    return places, RoadNetwork(places, roads, as_of=DRY_DAY)


@settings(max_examples=40)
@given(networks())
def test_the_bounds_always_nest(world):
    places, network = world
    points = [place.point for place in places]

    table = network.hours_table(points, points)

    assert (table.low <= table.likely + 1e-9).all()
    assert (table.likely <= table.high + 1e-9).all()


@settings(max_examples=40)
@given(networks())
def test_opening_a_road_by_the_short_sum_is_the_same_as_computing_anew(world):
    places, network = world
    points = [place.point for place in places]
    before = network.hours_table(points, points).low

    for state in network.closed:
        over = np.minimum(before, network.low_over(state.road.ref, points, points))
        anew = network.reopened(state.road.ref).hours_table(points, points).low
        assert np.allclose(over, anew)


@settings(max_examples=40)
@given(networks())
def test_a_way_in_bulk_is_the_way_alone(world):
    places, network = world
    pairs = [(one.point, other.point) for one, other in itertools.permutations(places, 2)]

    assert network.travels(pairs) == [network.travel(*pair) for pair in pairs]
