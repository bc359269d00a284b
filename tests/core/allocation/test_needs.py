from __future__ import annotations

from datetime import date

from tests.core.allocation.sample import MALKA, ORU, TESH, VENN
from tocsin.core.allocation.needs import needs_from, ranked
from tocsin.core.assessment.types import Imminence, MatrixLine
from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import Category, ImminenceState, RiskBand, Trend

DAY = date(2027, 1, 15)


def line(place, category=Category.MUST, *, risk=10.0, state=ImminenceState.NONE):
    return MatrixLine(
        place, category, None, None, risk, RiskBand.HIGH, Trend.STABLE, Imminence(state, "v1", ()), (), ()
    )


def order(*lines):
    return [need.place for need in needs_from(lines, as_of=DAY)]


def test_what_must_be_protected_comes_first():
    found = order(line(ORU, Category.COULD, risk=25.0), line(TESH, Category.SHOULD), line(MALKA, risk=1.0))

    assert found == [MALKA.ref, TESH.ref, ORU.ref]


def test_the_nearer_harm_comes_before_the_greater_risk():
    found = order(line(ORU, risk=25.0), line(TESH, risk=2.0, state=ImminenceState.ONGOING))

    assert found == [TESH.ref, ORU.ref]


def test_a_risk_that_nobody_could_judge_is_not_put_last():
    found = order(line(ORU, Category.WATCH, risk=1.0), line(TESH, Category.WATCH, risk=None))

    assert found == [TESH.ref, ORU.ref]


def test_a_place_that_could_not_be_judged_is_a_need_too():
    assert order(line(VENN, Category.WATCH, risk=None)) == [VENN.ref]


def test_the_same_lines_in_any_order_give_the_same_needs():
    lines = [line(place) for place in (ORU, TESH, MALKA, VENN)]

    assert needs_from(lines, as_of=DAY) == needs_from(lines[::-1], as_of=DAY)


def test_people_never_change_the_order():
    small = Place("P-a", "Small", Point(2.0, 28.0), people=10)
    large = Place("P-b", "Large", Point(2.0, 28.1), people=90_000)

    assert order(line(large), line(small)) == ["P-a", "P-b"]


def test_unknown_people_stay_unknown():
    (found,) = needs_from([line(ORU)], as_of=DAY)

    assert found.people is None


def test_ranks_count_from_one():
    needs = needs_from([line(ORU), line(TESH)], as_of=DAY)

    assert [need.rank for need in needs] == [1, 2]
    assert [need.rank for need in ranked(needs[::-1])] == [1, 2]
