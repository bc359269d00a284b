from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.allocation.sample import (
    BASE,
    DRY_DAY,
    MALKA,
    NEEDS,
    ORU,
    OUTPOST,
    PLATOON,
    ROADS,
    TESH,
    WET_DAY,
    closed,
    need,
    network,
)
from tocsin.core.allocation import planners
from tocsin.core.allocation.assignment import allocate, plan_with
from tocsin.core.allocation.checks import allocation_faults, check_planner, covered_by_category, plan_faults
from tocsin.core.allocation.planners import PLANNERS, best_planner, exact, planner
from tocsin.core.allocation.types import Asset, AssignmentProblem, Need, Plan
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.places.types import Base, Place, Point, Road
from tocsin.core.reference import wording
from tocsin.core.reference.terms import AssetKind, Category, RoadClass, RoadStatus


def problem(hours, categories=None):
    """Return a problem from hours per asset (None: may not go, or too late)."""
    table = np.array([[np.inf if hour is None else hour for hour in row] for row in hours], dtype=float)
    wanted = categories or [Category.MUST] * table.shape[1]
    needs = tuple(
        Need(f"P-{n}", f"Place {n}", Point(2.0, 28.0), category, None, rank=n) for n, category in enumerate(wanted)
    )
    return AssignmentProblem(needs, tuple(f"A-{n}" for n in range(len(hours))), table, 2.0)


# The first need takes the only asset of the second: the simple rule covers one, the exact one two.
TRAP = problem([[1.0, 1.5], [1.2, None]])


@pytest.mark.parametrize("name", PLANNERS)
def test_every_planner_keeps_its_promises_on_the_trap(name):
    assert check_planner(planner(name), TRAP) == ()


def test_the_exact_planner_sees_what_the_simple_rule_wastes():
    assert plan_with("greedy", TRAP).pairs == ((0, 0),)
    assert plan_with("exact", TRAP).pairs == ((1, 0), (0, 1))


def test_no_number_of_later_needs_displaces_an_earlier_one():
    one_asset = problem([[1.9, 0.1, 0.1]], [Category.MUST, Category.SHOULD, Category.SHOULD])

    assert plan_with("exact", one_asset).pairs == ((0, 0),)


def test_among_equal_plans_the_fewest_hours_win():
    swap = problem([[1.0, 0.2], [0.2, 1.0]])

    assert plan_with("exact", swap).pairs == ((1, 0), (0, 1))


def test_nothing_to_send_and_nothing_needed_are_empty_plans():
    assert plan_with("exact", problem([[None, None]])).pairs == ()
    assert plan_with("greedy", problem([[None, None]])).pairs == ()
    assert plan_with("greedy", AssignmentProblem((), (), np.empty((0, 0)), 2.0)).pairs == ()


HOURS = st.one_of(st.none(), st.floats(0.1, 2.0))
PROBLEMS = st.integers(1, 5).flatmap(
    lambda needs: st.lists(st.lists(HOURS, min_size=needs, max_size=needs), min_size=1, max_size=4)
)


def best_by_trying_all(one):
    """Return the needs that the best of all assignments covers, the first ones first."""
    assets, needs = range(len(one.assets)), range(len(one.needs))
    chosen = itertools.product([None, *assets], repeat=len(one.needs))
    possible = [
        tuple(asset is not None for asset in each)
        for each in chosen
        if len({a for a in each if a is not None}) == sum(a is not None for a in each)
        and all(each[n] is None or np.isfinite(one.hours[each[n], n]) for n in needs)
    ]
    return max(possible)


@settings(max_examples=60)
@given(PROBLEMS)
def test_the_exact_plan_is_the_best_of_all(hours):
    one = problem(hours)

    found = plan_with("exact", one)

    assert tuple(n in {need for _, need in found.pairs} for n in range(len(one.needs))) == best_by_trying_all(one)


@settings(max_examples=60)
@given(PROBLEMS, st.sampled_from(sorted(PLANNERS)), st.integers(0, 3))
def test_every_planner_keeps_its_promises_on_any_problem(hours, name, seed):
    one = problem(hours)

    assert check_planner(planner(name), one, seed=seed) == ()
    assert planner(name).plan(one, seed=seed) == planner(name).plan(one, seed=seed)


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        (((0, 0), (0, 1)), "ALO-001"),
        (((0, 0), (1, 0)), "ALO-002"),
        (((1, 1),), "ALO-003"),
        (((7, 0),), "ALO-006"),
        ((), "ALO-005"),
    ],
)
def test_a_planner_that_breaks_a_promise_is_told(pairs, code):
    rogue = SimpleNamespace(supports=lambda one: True, plan=lambda one, *, seed=0: Plan("rogue", pairs))

    faults = check_planner(rogue, TRAP)

    assert [fault.code for fault in faults] == [code]
    assert all(wording.problem(fault, language) for fault in faults for language in wording.LANGUAGES)


def test_a_good_plan_has_no_fault():
    assert plan_faults(TRAP, Plan("any", ((1, 0), (0, 1)))) == ()


def test_counts_by_category_put_first_what_must_be_protected():
    one = problem([[1.0, None], [None, 1.0]], [Category.SHOULD, Category.MUST])

    assert covered_by_category(one, Plan("any", ((0, 0),))) == (0, 1, 0, 0)


def test_an_unknown_planner_is_refused_by_name():
    with pytest.raises(KeyError, match="no planner is called 'oracle', expected one of exact, greedy"):
        planner("oracle")


def test_without_a_solver_the_simple_rule_answers_and_confesses(monkeypatch):
    monkeypatch.setattr(exact, "find_spec", lambda name: None)

    found = allocating(PLATOON)

    assert best_planner(TRAP) is planners.planner("greedy")
    assert (found.planner, [note.code for note in found.notes]) == ("greedy", ["allocation.planner_not_exact"])
    assert wording.reason(found.notes[0], "fr")


def test_with_the_solver_there_is_nothing_to_confess():
    pytest.importorskip("highspy")

    assert allocating(PLATOON).notes == ()


def allocating(*assets, needs=NEEDS, roads=None, within_h=3.0, as_of=DRY_DAY):
    return allocate(needs, assets, [BASE, OUTPOST], roads or network(), within_h=within_h, as_of=as_of)


def test_an_asset_that_could_reach_two_places_goes_to_one():
    found = allocating(PLATOON)

    assert [(line.need.place, line.asset, line.hours) for line in found.assigned] == [(ORU.ref, "A-1", 1.5)]
    assert found.uncovered[0].need.place == TESH.ref
    assert found.uncovered[0].reasons[0].code == "gap.all_taken"
    assert found.uncovered[0].closes_with[0] == "inf_plt@B-2"
    assert wording.reason(found.uncovered[0].reasons[0], "ar")


def test_a_place_out_of_reach_says_so_and_not_that_all_are_taken():
    found = allocating(PLATOON)

    assert {line.need.place: line.reasons[0].code for line in found.uncovered}[MALKA.ref] == "gap.too_far"


def test_nobody_is_planned_over_a_road_of_unknown_state():
    found = allocating(PLATOON, roads=network(as_of=WET_DAY), as_of=WET_DAY)

    assert found.assigned == ()
    assert found.uncovered[0].reasons[0].code == "gap.way_not_sure"
    assert wording.reason(found.uncovered[0].reasons[0], "fr")


def test_nobody_is_planned_on_the_best_case_of_a_road_to_be_driven_with_caution():
    slow = replace(ROADS[0], dry=RoadStatus.CAUTION)

    in_time = allocating(PLATOON, roads=network(roads=(slow,)), needs=[need(ORU)], within_h=2.0)
    too_late = allocating(PLATOON, roads=network(roads=(slow,)), needs=[need(ORU)], within_h=1.6)

    assert [line.hours for line in in_time.assigned] == [pytest.approx(0.5 + 1 / 0.7)]
    assert too_late.assigned == ()


def test_a_closed_road_leaves_the_village_behind_it_uncovered():
    found = allocating(PLATOON, roads=network(closed("R-1")))

    assert found.assigned == ()
    assert found.uncovered[0].closes_with[0].startswith(("inf_plt", "mobile_base"))


def test_an_allocation_that_forgets_a_need_or_a_reason_is_told():
    found = allocating(PLATOON)
    forgets = replace(found, uncovered=found.uncovered[1:])
    silent = replace(found, uncovered=(replace(found.uncovered[0], reasons=()), *found.uncovered[1:]))

    assert allocation_faults(NEEDS, found) == ()
    assert [fault.code for fault in allocation_faults(NEEDS, forgets)] == ["ALO-002"]
    assert [fault.code for fault in allocation_faults(NEEDS, silent)] == ["ALO-004"]


# Forty localities round one base, all within two hours; twelve must be protected, five companies.
HUB = Place("P-hub", "Hub", Point(2.0, 28.0))
FORTY = tuple(Place(f"P-{n:02d}", f"Locality {n}", Point(2.0 + (n % 7) / 20, 28.1 + n / 200)) for n in range(40))
STAR = tuple(Road(f"R-{n}", HUB.ref, place.ref, 45.0, RoadClass.GRAVEL) for n, place in enumerate(FORTY))
FORTY_NEEDS = tuple(
    need_of for n, place in enumerate(FORTY)
    for need_of in [Need(place.ref, place.name, place.point, Category.MUST if n < 12 else Category.COULD, None, rank=n)]
)  # fmt: skip
FORT = Base("B-1", "Fort", HUB.point, place=HUB.ref)


def companies(number):
    return [Asset(f"C-{n}", AssetKind.INF_COY, "B-1", HUB.point, strength=120, notice_min=30.0) for n in range(number)]


def forty(number):
    roads = RoadNetwork((HUB, *FORTY), STAR, as_of=DRY_DAY)
    return allocate(FORTY_NEEDS, companies(number), [FORT], roads, within_h=2.5, as_of=DRY_DAY)


def test_twelve_must_and_five_companies_leave_seven_named_with_reason_and_remedy():
    found = forty(5)
    left = [line for line in found.uncovered if line.need.category is Category.MUST]

    assert [line.need.place for line in found.assigned] == [f"P-{n:02d}" for n in range(5)]
    assert [line.need.place for line in left] == [f"P-{n:02d}" for n in range(5, 12)]
    assert all(line.reasons and line.closes_with for line in found.uncovered)
    assert found.closes_most == "inf_plt@B-1"
    assert allocation_faults(FORTY_NEEDS, found) == ()


def test_one_more_company_changes_exactly_the_uncovered_place_that_comes_first():
    before = [line.need.place for line in forty(5).uncovered]
    after = [line.need.place for line in forty(6).uncovered]

    assert after == before[1:]
    assert before[0] == "P-05"


def test_the_uncovered_list_keeps_the_order_of_the_needs():
    assert [line.need.rank for line in forty(5).uncovered] == list(range(5, 40))


def test_a_need_placed_by_hand_counts_like_any_other():
    found = allocating(PLATOON, needs=[need(TESH), need(ORU, Category.COULD)])

    assert [line.need.place for line in found.assigned] == [TESH.ref]
