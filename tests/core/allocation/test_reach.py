from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.allocation.sample import (
    DRY_DAY,
    HELICOPTER,
    INTERPRETER,
    ORU,
    PLATOON,
    TESH,
    WET_DAY,
    closed,
    need,
    network,
)
from tocsin.core.allocation.reach import reach_table, reaches
from tocsin.core.allocation.readiness import free_count, standings
from tocsin.core.places.types import Road
from tocsin.core.reference import wording
from tocsin.core.reference.terms import AssetKind, RoadClass, RoadStatus


def reach(asset, *others, place=ORU, night=False, roads=None, **told):
    """Return the row of one asset to one place."""
    rows = reaches(need(place, **told), [asset, *others], roads or network(), night=night, as_of=DRY_DAY)
    return next(row for row in rows if row.asset == asset.ref)


def codes(row):
    return [reason.code for reason in row.reasons]


def test_reach_is_notice_to_move_and_the_way():
    row = reach(PLATOON)

    assert (row.hours, row.low_h, row.high_h, row.km, row.by) == (1.5, 1.5, 1.5, 25.0, "road")


def test_a_notice_that_nobody_stated_is_assumed_and_said():
    row = reach(replace(PLATOON, notice_min=None))

    assert row.hours == 2.0
    assert "reach.notice_assumed" in codes(row)


def test_zero_notice_is_a_notice():
    assert reach(replace(PLATOON, notice_min=0.0)).hours == 1.0


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"serviceable": 0}, "reach.not_serviceable"),
        ({"deployed": 0, "authorised": 12, "strength": None}, "reach.not_serviceable"),
        ({"serviceable": 4, "tasked": 4}, "reach.fully_tasked"),
        ({"serviceable": 4, "tasked": 9}, "reach.fully_tasked"),
    ],
)
def test_what_is_not_there_or_not_free_cannot_go_and_says_why(told, code):
    row = reach(replace(PLATOON, **told))

    assert (row.hours, row.low_h, row.high_h) == (None, None, None)
    assert codes(row)[0] == code


def test_authorised_is_not_deployed_and_deployed_is_not_serviceable():
    asset = replace(PLATOON, strength=None, authorised=18, deployed=10, serviceable=6, tasked=2)

    assert free_count(asset) == 4
    assert free_count(replace(asset, serviceable=None)) == 8
    assert free_count(replace(asset, serviceable=None, deployed=None)) is None


def test_a_helicopter_of_unknown_readiness_may_go_but_nobody_is_sure():
    known = reach_table([need(ORU)], [PLATOON, HELICOPTER], network(), as_of=DRY_DAY)
    unknown = reach_table(
        [need(ORU)], [PLATOON, replace(HELICOPTER, serviceable=None, deployed=2)], network(), as_of=DRY_DAY
    )

    assert known.sure.tolist() == [[True], [True]]
    assert unknown.sure.tolist() == [[True], [False]]
    assert unknown.able.all()


def test_a_caveat_against_the_night_holds_at_night_only():
    bound = replace(PLATOON, restrictions=("no_night",), contingent="Contingent 1")

    assert reach(bound).hours == 1.5
    assert codes(reach(bound, night=True))[0] == "reach.night_caveat"


def test_without_night_equipment_nobody_moves_at_night():
    assert codes(reach(replace(PLATOON, night_capable=False), night=True))[0] == "reach.not_night_capable"


def test_whether_it_moves_at_night_may_be_unknown():
    table = reach_table([need(ORU)], [replace(PLATOON, night_capable=None)], network(), night=True, as_of=DRY_DAY)

    assert table.able.all()
    assert not table.sure.any()


@pytest.mark.parametrize(
    ("sector", "hours", "code"),
    [("East", 1.5, None), ("West", None, "reach.sector_bound"), ("", 1.5, "reach.sector_unknown")],
)
def test_a_unit_bound_to_its_sector_stays_in_it(sector, hours, code):
    row = reach(replace(PLATOON, sector="East", restrictions=("sector_only",)), sector=sector)

    assert row.hours == hours
    assert code is None or code in codes(row)


def test_a_sector_binds_only_those_who_are_bound():
    assert reach(replace(PLATOON, sector="East"), sector="West").hours == 1.5


def test_language_is_a_chain_through_the_interpreter_of_the_base():
    foreign = replace(PLATOON, languages=("en",))

    alone = reach(foreign, languages=("sw",))
    helped = reach(foreign, INTERPRETER, languages=("sw",))
    elsewhere = reach(foreign, replace(INTERPRETER, base="B-9"), languages=("sw",))

    assert codes(alone)[0] == "reach.language_missing"
    assert helped.hours == 1.5
    assert elsewhere.hours is None


def test_an_interpreter_who_is_taken_lends_nothing():
    busy = replace(INTERPRETER, tasked=1)

    assert reach(replace(PLATOON, languages=("en",)), busy, languages=("sw",)).hours is None


def test_a_unit_whose_languages_nobody_knows_may_go_but_nobody_is_sure():
    table = reach_table([need(ORU, languages=("sw",))], [PLATOON], network(), as_of=DRY_DAY)

    assert table.able.all()
    assert not table.sure.any()
    assert "reach.language_unknown" in codes(reach(PLATOON, languages=("sw",)))


def test_a_place_whose_languages_nobody_knows_asks_for_none():
    assert reach(replace(PLATOON, languages=("en",))).hours == 1.5


def test_a_helicopter_brings_nobody_where_there_is_nobody_to_lift():
    alone = reach(HELICOPTER)
    loaded = reach(HELICOPTER, PLATOON)
    taken = reach(HELICOPTER, replace(PLATOON, tasked=30))

    assert codes(alone)[0] == "reach.nobody_to_lift"
    assert loaded.hours == pytest.approx(1.11, abs=0.01)
    assert taken.hours is None


def test_a_helicopter_flies_over_a_closed_road():
    row = reach(HELICOPTER, PLATOON, roads=network(closed("R-1")))

    assert (row.by, row.hours is not None) == ("air", True)
    assert reach(PLATOON, roads=network(closed("R-1"))).hours is None


def test_a_boat_goes_by_the_river_only():
    boat = replace(HELICOPTER, ref="S-1", kind=AssetKind.BOAT)
    river = Road("R-9", "P-0", "P-1", 30.0, RoadClass.RIVER, RoadStatus.OPEN)

    assert reach(boat, PLATOON, roads=network(roads=(river,))).hours == 3.0
    assert reach(boat, PLATOON).hours is None


def test_a_road_of_unknown_state_leaves_only_the_best_case():
    row = reaches(need(ORU), [PLATOON], network(as_of=WET_DAY), as_of=WET_DAY)[0]

    assert (row.hours, row.high_h) == (None, None)
    assert row.low_h is not None
    assert codes(row) == ["travel.road_unknown"]


def test_the_fastest_that_protects_stands_first_and_who_cannot_go_last():
    ambulance = replace(PLATOON, ref="M-1", kind=AssetKind.AMBULANCE, notice_min=0.0, serviceable=1)
    grounded = replace(PLATOON, ref="A-2", serviceable=0)
    slow = replace(PLATOON, ref="A-3", notice_min=300.0)

    rows = reaches(need(TESH), [grounded, slow, ambulance, PLATOON], network(), as_of=DRY_DAY)

    assert [row.asset for row in rows] == ["A-1", "A-3", "M-1", "A-2"]
    assert "reach.not_protection_alone" in codes(rows[2])


def test_the_row_alone_says_the_same_as_the_table():
    needs, assets = [need(ORU), need(TESH)], [PLATOON, HELICOPTER]
    table = reach_table(needs, assets, network(), as_of=DRY_DAY)

    rows = [reaches(one, assets, network(), as_of=DRY_DAY) for one in needs]
    told = {(row.asset, row.place): row.hours for each in rows for row in each}

    assert told == {
        (asset.ref, one.place): table.likely[row, column]
        for row, asset in enumerate(assets)
        for column, one in enumerate(needs)
    }


def test_no_asset_and_no_need_make_empty_tables():
    assert reach_table([], [PLATOON], network(), as_of=DRY_DAY).low.shape == (1, 0)
    assert reach_table([need(ORU)], [], network(), as_of=DRY_DAY).low.shape == (0, 1)


def test_every_reason_has_its_sentence():
    hard = replace(
        PLATOON,
        serviceable=0,
        restrictions=("no_night", "sector_only"),
        sector="East",
        notice_min=None,
        languages=("en",),
    )
    row = reach(hard, night=True, sector="West", languages=("sw",))
    doubts = [
        doubt
        for standing in standings(
            [replace(HELICOPTER, serviceable=None, night_capable=None)], night=True, as_of=DRY_DAY
        )
        for doubt in (*standing.doubts, *standing.blocks)
    ]

    said = [wording.reason(one, "ar") for one in (*row.reasons, *doubts)]

    assert len(said) == 9
