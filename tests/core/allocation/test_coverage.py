from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.allocation.sample import (
    BASE,
    DRY_DAY,
    HELICOPTER,
    INTERPRETER,
    MALKA,
    NEEDS,
    ORU,
    OUTPOST,
    PLACES,
    PLATOON,
    ROADS,
    TESH,
    VENN,
    WET_DAY,
    closed,
    need,
    network,
)
from tocsin.core.allocation.coverage import cover
from tocsin.core.allocation.types import Asset
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import RoadClosure
from tocsin.core.reference import wording
from tocsin.core.reference.terms import AssetKind, Category, GapKind, RoadStatus

BASES = (BASE, OUTPOST)


def covering(*assets, needs=NEEDS, roads=None, within_h=2.0, night=False, as_of=DRY_DAY):
    return cover(needs, assets, BASES, roads or network(), within_h=within_h, night=night, as_of=as_of)


def covered(found):
    return [line.need.place for line in found.covered]


def uncovered(found):
    return [line.need.place for line in found.uncovered]


def first(found):
    return found.uncovered[0]


def test_a_place_is_covered_when_somebody_able_arrives_in_time():
    found = covering(PLATOON)

    assert covered(found) == [ORU.ref]
    assert uncovered(found) == [TESH.ref, MALKA.ref, VENN.ref]
    assert found.covered[0].certain


def test_every_need_is_answered_once():
    found = covering(PLATOON)

    assert sorted([*covered(found), *uncovered(found)]) == sorted(one.place for one in NEEDS)


def test_the_limit_itself_is_in_time():
    assert covered(covering(PLATOON, within_h=1.5)) == [ORU.ref]
    assert covered(covering(PLATOON, within_h=1.49)) == []


def test_the_others_who_could_come_are_counted():
    second = replace(PLATOON, ref="A-2", notice_min=45.0)

    found = covering(PLATOON, second)

    assert (found.covered[0].reach.asset, found.covered[0].others) == ("A-1", 1)


def test_coverage_by_a_road_of_unknown_state_is_not_certain():
    found = covering(PLATOON, as_of=WET_DAY, roads=network(as_of=WET_DAY), within_h=3.0)

    assert covered(found) == [ORU.ref]
    assert not found.covered[0].certain
    assert [note.code for note in found.notes] == [
        "coverage.reach_is_not_safety",
        "coverage.roads_unknown",
        "coverage.people_unknown",
    ]


def test_the_surer_asset_is_named_before_the_faster():
    unsure = replace(PLATOON, ref="A-0", strength=None, notice_min=0.0)

    found = covering(unsure, PLATOON)

    assert (found.covered[0].reach.asset, found.covered[0].certain) == ("A-1", True)


def test_too_far_tells_the_hours_and_the_limit():
    line = first(covering(PLATOON))

    assert line.reasons[0].code == "gap.too_far"
    assert line.reasons[0].facts == {"asset": "A-1", "hours": 2.5, "low_h": 2.5, "within_h": 2.0, "km": 50.0}
    assert (line.best.asset, line.best.hours) == ("A-1", 2.5)


def test_too_far_on_the_ground_is_closed_by_a_helicopter_where_there_is_somebody_to_lift():
    line = first(covering(PLATOON))

    assert line.gap_kind is GapKind.MOBILITY_AIR
    assert line.closes_with == ("util_heli@B-1", "mobile_base@P-3")


def test_a_helicopter_is_no_remedy_where_there_is_nobody_to_lift():
    found = covering(replace(PLATOON, serviceable=0))

    assert "util_heli" not in {one.kind for one in found.marginal}


def test_a_closed_road_is_named_with_what_reopening_it_brings():
    found = covering(PLATOON, roads=network(closed("R-1")))
    line = first(found)

    assert (line.need.place, line.reasons[0].code) == (ORU.ref, "gap.road_closed")
    assert line.reasons[0].evidence == ("R-1",)
    assert (line.gap_kind, line.closes_with[0]) == (GapKind.ENGINEERING, "reopen:R-1")


def test_a_way_that_is_refused_is_a_matter_of_access_and_not_of_engineers():
    line = first(covering(PLATOON, roads=network(closed("R-1", "access_denied"))))

    assert (line.reasons[0].code, line.gap_kind) == ("gap.access_denied", GapKind.AUTHORITY_ACCESS)
    assert line.closes_with[0] == "access:R-1"


def test_two_closed_roads_are_both_told_and_neither_alone_closes_the_gap():
    found = covering(replace(PLATOON, notice_min=0.0), roads=network(closed("R-1"), closed("R-2")))
    line = found.uncovered[1]

    assert line.need.place == TESH.ref
    assert {ref for reason in line.reasons for ref in reason.evidence} >= {"R-1", "R-2"}
    assert not [code for code in line.closes_with if code.startswith("reopen")]


def test_a_road_closed_by_the_season_is_told_apart_from_one_that_somebody_closed():
    wet_track = replace(ROADS[0], wet=RoadStatus.CLOSED)
    roads = network(roads=(wet_track, *ROADS[1:]), as_of=WET_DAY)

    line = first(covering(PLATOON, roads=roads, as_of=WET_DAY, within_h=3.0))

    assert (line.reasons[0].code, line.closes_with[0]) == ("gap.road_closed_by_season", "reopen:R-1")
    assert wording.reason(line.reasons[0], "fr")


def test_where_no_way_is_known_the_nearest_unit_shows_the_road_that_is_missing():
    far = replace(PLATOON, ref="A-0", base="B-2", point=OUTPOST.point)
    shut = [closed("R-1"), closed("R-2"), closed("R-3"), closed("R-4")]

    line = first(covering(far, replace(PLATOON, notice_min=90.0), roads=network(*shut)))

    assert line.need.place == ORU.ref
    assert line.reasons[0].facts["asset"] == "A-1"
    assert line.reasons[1].evidence == ("R-1",)


def test_one_interpreter_is_offered_where_any_of_several_languages_would_serve():
    needs = [need(ORU, languages=("sw", "fr"))]

    line = first(covering(replace(PLATOON, languages=("en",)), needs=needs))

    assert [code for code in line.closes_with if code.startswith("interpreter")] == ["interpreter:sw@B-1"]


def test_where_nobody_speaks_the_language_an_interpreter_closes_it():
    needs = [need(ORU, languages=("sw",))]

    alone = covering(replace(PLATOON, languages=("en",)), needs=needs)
    helped = covering(replace(PLATOON, languages=("en",)), INTERPRETER, needs=needs)

    assert first(alone).reasons[0].code == "reach.language_missing"
    assert (first(alone).gap_kind, first(alone).closes_with[0]) == (GapKind.LANGUAGE, "interpreter:sw@B-1")
    assert covered(helped) == [ORU.ref]


@pytest.mark.parametrize(
    ("told", "code", "gap", "closes"),
    [
        ({"restrictions": ("no_night",)}, "reach.night_caveat", GapKind.WILL_CAVEAT, "caveat:no_night@A-1"),
        ({"night_capable": False}, "reach.not_night_capable", GapKind.NIGHT_VISION, "night_vision@B-1"),
        ({"tasked": 30}, "reach.fully_tasked", GapKind.TROOPS, "retask:A-1"),
        ({"serviceable": 0}, "reach.not_serviceable", GapKind.TROOPS, "repair:A-1"),
    ],
)
def test_what_keeps_a_near_unit_from_going_is_the_reason(told, code, gap, closes):
    line = first(covering(replace(PLATOON, **told), within_h=3.0, night=True))

    assert (line.need.place, line.reasons[0].code, line.gap_kind) == (ORU.ref, code, gap)
    assert line.closes_with[0] == closes


def test_a_unit_bound_to_another_sector_is_a_caveat():
    bound = replace(PLATOON, sector="East", restrictions=("sector_only",))

    line = first(covering(bound, needs=[need(ORU, sector="West")]))

    assert (line.reasons[0].code, line.gap_kind) == ("reach.sector_bound", GapKind.WILL_CAVEAT)


def test_without_any_asset_nothing_is_covered_and_the_reason_says_so():
    found = covering()

    assert covered(found) == []
    assert {line.reasons[0].code for line in found.uncovered} == {"gap.no_asset"}
    assert {line.gap_kind for line in found.uncovered} == {GapKind.TROOPS}
    assert "coverage.no_assets_known" in [note.code for note in found.notes]


def test_observers_and_ambulances_do_not_cover_a_place():
    kinds = (AssetKind.UNMO_TEAM, AssetKind.AMBULANCE, AssetKind.ATTACK_HELI, AssetKind.CIV_OFFICER)
    assets = [replace(PLATOON, ref=kind, kind=kind, serviceable=4) for kind in kinds]

    assert covered(covering(*assets)) == []


def test_no_road_between_is_missing_information():
    apart = [road for road in ROADS if road.ref != "R-2"]

    found = covering(PLATOON, roads=network(roads=apart), needs=[need(VENN)])

    assert first(found).gap_kind is GapKind.INFORMATION


def test_every_uncovered_place_has_a_reason_and_something_that_closes_it():
    found = covering(PLATOON, roads=network(closed("R-3"), closed("R-4", "checkpoint")))

    assert all(line.reasons and line.closes_with for line in found.uncovered)


def test_unknown_people_are_never_counted_as_nobody():
    found = covering(PLATOON)

    assert {one.people for one in found.marginal} == {None}
    assert found.marginal[0].places_unknown == found.marginal[0].places


def test_no_needs_is_an_empty_coverage():
    found = covering(PLATOON, needs=())

    assert (found.covered, found.uncovered, found.marginal) == ((), (), ())


def test_the_coverage_names_what_it_assumes():
    found = covering(PLATOON, replace(HELICOPTER, serviceable=None, notice_min=None), roads=network(closed("R-4")))

    assert found.assumptions["readiness_unknown"] == 1
    assert found.assumptions["notice_assumed"] == 1
    assert (found.assumptions["roads"], found.assumptions["roads_closed"]) == (4, 1)
    assert found.assumptions["as_of"] == "2027-01-15"


def test_a_denied_way_takes_the_villages_behind_it_out_of_reach():
    before = covering(PLATOON, within_h=5.0)
    after = covering(PLATOON, within_h=5.0, roads=network(closed("R-2", "access_denied")))

    assert covered(before) == [ORU.ref, TESH.ref, MALKA.ref, VENN.ref]
    assert covered(after) == [ORU.ref]


def test_every_reason_and_note_has_its_sentence():
    found = covering(PLATOON, roads=network(closed("R-1"), closed("R-3", "checkpoint")), within_h=1.6)
    reasons = [reason for line in found.uncovered for reason in line.reasons]

    said = [wording.reason(one, language) for one in (*reasons, *found.notes) for language in wording.LANGUAGES]

    assert all(said)


FLEETS = st.lists(
    st.builds(
        Asset,
        ref=st.uuids().map(str),
        kind=st.sampled_from([AssetKind.INF_PLT, AssetKind.QRF_COY, AssetKind.UTIL_HELI, AssetKind.INTERPRETER]),
        base=st.just("B-1"),
        point=st.just(BASE.point),
        strength=st.sampled_from([None, 0, 30]),
        serviceable=st.sampled_from([None, 0, 2]),
        tasked=st.sampled_from([None, 0, 2]),
        notice_min=st.sampled_from([None, 15.0, 60.0]),
        night_capable=st.sampled_from([None, True, False]),
        languages=st.sampled_from([(), ("sw",), ("en",)]),
        restrictions=st.sampled_from([(), ("no_night",)]),
    ),
    max_size=4,
)
CLOSURES = st.lists(
    st.builds(
        RoadClosure,
        road=st.sampled_from(["R-1", "R-2", "R-3", "R-4"]),
        status=st.sampled_from([RoadStatus.CLOSED, RoadStatus.UNKNOWN, RoadStatus.CAUTION]),
        reason=st.sampled_from(["mine", "access_denied"]),
        since_on=st.just(DRY_DAY),
    ),
    max_size=3,
)
MIXED = tuple(
    need(place, category, languages=spoken)
    for place, category, spoken in zip(
        PLACES[1:],
        (Category.MUST, Category.SHOULD, Category.COULD, Category.WATCH),
        (("sw",), (), ("fr",), ("sw", "fr")),
        strict=True,
    )
)


@settings(max_examples=60)
@given(FLEETS, CLOSURES, st.booleans())
def test_whatever_there_is_each_need_is_answered_once_with_a_reason_where_not_covered(fleet, closures, night):
    roads = RoadNetwork(PLACES, ROADS, closures, as_of=DRY_DAY)

    found = covering(*fleet, needs=MIXED, roads=roads, within_h=3.0, night=night)

    assert sorted([*covered(found), *uncovered(found)]) == sorted(one.place for one in MIXED)
    assert all(line.reasons for line in found.uncovered)
    assert all(wording.reason(reason) for line in found.uncovered for reason in line.reasons)


@settings(max_examples=60)
@given(FLEETS, CLOSURES)
def test_closing_a_road_never_covers_more(fleet, closures):
    roads = RoadNetwork(PLACES, ROADS, closures, as_of=DRY_DAY)

    less = covering(*fleet, roads=roads, within_h=3.0)

    assert set(covered(less)) <= set(covered(covering(*fleet, within_h=3.0)))
