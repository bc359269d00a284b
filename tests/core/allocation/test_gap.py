from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from tests.core.allocation.sample import (
    BASE,
    DRY_DAY,
    HELICOPTER,
    MALKA,
    NEEDS,
    ORU,
    OUTPOST,
    PLACES,
    PLATOON,
    ROADS,
    TESH,
    VENN,
    closed,
    need,
    network,
)
from tests.core.allocation.wide import wide_world
from tocsin.core.allocation.coverage import cover
from tocsin.core.allocation.types import Asset
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.reference.terms import AssetKind, Category

BASES = (BASE, OUTPOST)
EVERY_LANGUAGE = ("sw", "fr", "en", "l0", "l1", "l2", "l3")


def covering(*assets, needs=NEEDS, roads=None, within_h=2.0):
    return cover(needs, assets, BASES, roads or network(), within_h=within_h, as_of=DRY_DAY)


def one_more(marginal, points):
    """Return the asset that a row of the table speaks of."""
    kind = AssetKind(marginal.kind)
    notice = {AssetKind.INF_PLT: 60.0, AssetKind.MOBILE_BASE: 30.0, AssetKind.UTIL_HELI: 60.0}[kind]
    return Asset(
        "new", kind, marginal.at, points[marginal.at], strength=60, serviceable=60, notice_min=notice,
        night_capable=True, languages=EVERY_LANGUAGE,
    )  # fmt: skip


def gained(before, after):
    return tuple(
        line.need.place
        for line in before.uncovered
        if line.need.place not in {left.need.place for left in after.uncovered}
    )


POINTS = {base.ref: base.point for base in BASES} | {place.ref: place.point for place in PLACES}


@pytest.mark.parametrize("kind", ["inf_plt", "mobile_base", "util_heli"])
def test_one_more_of_a_kind_closes_exactly_the_places_the_table_names(kind):
    before = covering(PLATOON)
    row = next(one for one in before.marginal if one.kind == kind)

    after = covering(PLATOON, one_more(row, POINTS))

    assert gained(before, after) == row.closes
    assert row.places == len(row.closes) > 0


def test_a_platoon_also_brings_what_an_empty_helicopter_would_then_carry():
    before = covering(replace(PLATOON, serviceable=0), HELICOPTER)
    row = next(one for one in before.marginal if one.kind == "inf_plt")

    after = covering(replace(PLATOON, serviceable=0), HELICOPTER, one_more(row, POINTS))

    assert row.at == "B-1"
    assert gained(before, after) == row.closes == (ORU.ref, TESH.ref, MALKA.ref, VENN.ref)


def test_a_platoon_with_an_interpreter_gives_the_helicopter_somebody_who_can_speak():
    needs = [need(MALKA, languages=("sw",))]
    english = [replace(one, languages=("en",)) for one in (PLATOON, HELICOPTER)]
    before = covering(*english, needs=needs, within_h=1.5)
    row = next(one for one in before.marginal if one.kind == "inf_plt")

    after = covering(*english, one_more(row, POINTS), needs=needs, within_h=1.5)

    assert row.at == "B-1"
    assert gained(before, after) == row.closes == (MALKA.ref,)


def test_reopening_a_road_closes_exactly_the_places_the_table_names():
    before = covering(PLATOON, roads=network(closed("R-1")), within_h=2.6)
    row = next(one for one in before.marginal if one.kind == "reopen")

    after = covering(PLATOON, roads=network(), within_h=2.6)

    assert row.at == "R-1"
    assert gained(before, after) == row.closes == (ORU.ref, TESH.ref)


def test_an_interpreter_closes_exactly_the_places_the_table_names():
    needs = [need(ORU, languages=("sw",)), need(TESH, languages=("fr",)), need(MALKA, languages=("sw",))]
    foreign = replace(PLATOON, languages=("en",))
    before = covering(foreign, needs=needs, within_h=3.6)
    row = next(one for one in before.marginal if one.kind == "interpreter:sw")

    after = covering(
        foreign, replace(PLATOON, ref="I", kind=AssetKind.INTERPRETER, languages=("sw",)), needs=needs, within_h=3.6
    )

    assert gained(before, after) == row.closes == (ORU.ref, MALKA.ref)


def test_each_kind_is_placed_where_it_buys_most():
    found = covering(PLATOON, within_h=2.6)

    platoon = next(one for one in found.marginal if one.kind == "inf_plt")

    assert (platoon.at, platoon.closes) == ("B-2", (MALKA.ref, VENN.ref))


def test_places_that_must_be_protected_outweigh_people_and_people_outweigh_places():
    needs = [
        need(ORU, Category.MUST, people=5),
        need(TESH, Category.COULD, people=50_000),
        need(VENN, Category.COULD, people=50_000),
    ]
    far = replace(PLATOON, serviceable=0)

    found = cover(needs, [far], [BASE, OUTPOST], network(), within_h=2.0, as_of=DRY_DAY)
    row = next(one for one in found.marginal if one.kind == "inf_plt")

    assert (row.at, row.must_places) == ("B-1", 1)


def test_people_sum_only_where_somebody_has_counted():
    needs = [need(MALKA, people=300), need(VENN, people=None)]

    found = covering(PLATOON, needs=needs, within_h=2.6)
    row = next(one for one in found.marginal if one.kind == "inf_plt")

    assert (row.people, row.places_unknown) == (300, 1)


def test_what_buys_nothing_is_not_in_the_table():
    found = covering(PLATOON, roads=network(closed("R-4")), needs=[need(ORU)])

    assert found.marginal == ()


def test_a_re_tasking_is_a_remedy_and_no_extra_asset():
    found = covering(replace(PLATOON, tasked=30), needs=[need(ORU)])

    assert found.uncovered[0].closes_with[0] == "retask:A-1"
    assert "retask" not in {one.kind for one in found.marginal}


def test_the_table_is_the_same_whatever_the_order_of_needs_and_assets():
    second = replace(PLATOON, ref="A-2", notice_min=90.0)

    one = covering(PLATOON, second)
    other = covering(second, PLATOON, needs=NEEDS[::-1])

    assert one.marginal == other.marginal
    assert [line.need.place for line in one.uncovered] == [line.need.place for line in other.uncovered]


@pytest.mark.parametrize("seed", range(6))
def test_the_table_is_exact_on_random_countries(seed):
    world = wide_world(seed, places=60, bases=6)
    points = {base.ref: base.point for base in world.bases} | {place.ref: place.point for place in world.places}
    before = cover(world.needs, world.assets, world.bases, world.network, within_h=2.0, as_of=DRY_DAY)
    rows = [one for one in before.marginal if one.kind in {"inf_plt", "mobile_base", "util_heli"}]

    after = [
        cover(
            world.needs, [*world.assets, one_more(row, points)], world.bases, world.network, within_h=2.0, as_of=DRY_DAY
        )
        for row in rows
    ]

    assert rows
    assert [set(gained(before, each)) for each in after] == [set(row.closes) for row in rows]


@pytest.mark.parametrize("seed", range(6))
def test_reopening_is_exact_on_random_countries(seed):
    world = wide_world(seed, places=60, bases=6)
    before = cover(world.needs, world.assets, world.bases, world.network, within_h=3.0, as_of=DRY_DAY)
    rows = {one.at: one.closes for one in before.marginal if one.kind == "reopen"}

    after = {
        state.road.ref: cover(
            world.needs, world.assets, world.bases, world.network.reopened(state.road.ref), within_h=3.0, as_of=DRY_DAY
        )
        for state in world.network.closed
    }

    assert {ref: set(gained(before, each)) for ref, each in after.items() if gained(before, each)} == {
        ref: set(closes) for ref, closes in rows.items()
    }


def test_a_whole_mission_is_answered_while_a_duty_officer_waits():
    world = wide_world(1, places=1500, bases=80)
    network_of_the_day = RoadNetwork(world.places, world.roads, as_of=DRY_DAY)

    began = process_time()
    found = cover(world.needs, world.assets, world.bases, network_of_the_day, within_h=2.0, as_of=DRY_DAY)
    spent = process_time() - began

    # Two seconds are the aim on a quiet machine; the bound leaves room for a busy one.
    assert spent < 6.0
    assert len(found.covered) + len(found.uncovered) == 1500
    assert found.marginal


def test_the_roads_of_the_sample_take_an_hour_each():
    assert [state.hours.likely for state in RoadNetwork(PLACES, ROADS, as_of=DRY_DAY).states] == [1.0] * 4
