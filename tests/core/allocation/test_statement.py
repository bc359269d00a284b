from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from tests.core.allocation.sample import (
    BASE,
    DRY_DAY,
    MALKA,
    NEEDS,
    ORU,
    OUTPOST,
    PLACES,
    PLATOON,
    TESH,
    VENN,
    WET_DAY,
    closed,
    need,
    network,
)
from tocsin.core.allocation.coverage import cover
from tocsin.core.allocation.statement import gap_statement, public_form, read_remedy
from tocsin.core.reference import wording
from tocsin.core.reference.terms import Category

PROVINCES = {place.ref: place.province for place in PLACES}


def statement(*assets, needs=NEEDS, roads=None, as_of=DRY_DAY):
    coverage = cover(needs, assets, [BASE, OUTPOST], roads or network(), within_h=2.0, as_of=as_of)
    return gap_statement(coverage, PROVINCES, as_of=as_of)


def test_every_category_is_counted_also_the_empty_ones():
    found = statement(PLATOON, needs=[need(ORU), need(TESH, people=400), need(VENN, Category.WATCH)])

    assert [(one.category, one.sure, one.unsure, one.uncovered) for one in found.counts] == [
        (Category.MUST, 1, 0, 1),
        (Category.SHOULD, 0, 0, 0),
        (Category.COULD, 0, 0, 0),
        (Category.WATCH, 0, 0, 1),
    ]


def test_what_is_not_certain_is_counted_apart():
    roads = network(as_of=WET_DAY)
    coverage = cover(NEEDS, [replace(PLATOON, notice_min=0.0)], [BASE], roads, within_h=2.5, as_of=WET_DAY)

    found = gap_statement(coverage, PROVINCES, as_of=WET_DAY)

    assert (found.counts[0].sure, found.counts[0].unsure) == (0, 1)


def test_people_are_summed_where_counted_and_the_uncounted_places_stand_beside():
    found = statement(PLATOON, needs=[need(TESH, people=400), need(MALKA, people=None)])

    assert (found.counts[0].people_uncovered, found.counts[0].uncounted_places) == (400, 1)


def test_where_nobody_has_counted_the_people_are_unknown_and_not_none():
    assert statement(PLATOON).counts[0].people_uncovered is None


def test_the_frank_form_names_places_remedies_and_assumptions():
    found = statement(PLATOON, roads=network(closed("R-1")))

    assert [line.need.place for line in found.uncovered] == [ORU.ref, TESH.ref, MALKA.ref, VENN.ref]
    assert found.marginal
    assert found.assumptions["roads_closed"] == 1


def test_the_public_form_names_no_place_base_road_or_remedy():
    frank = statement(PLATOON, roads=network(closed("R-1")))

    told = json.dumps(asdict(public_form(frank)), default=str)
    names = [word for place in PLACES for word in (place.ref, place.name, place.label)]

    assert not [word for word in (*names, "B-1", "B-2", "R-1", "A-1", "reopen") if f'"{word}' in told]


def test_the_guard_against_names_sees_the_frank_form():
    frank = statement(PLATOON, roads=network(closed("R-1")))

    told = json.dumps(asdict(frank), default=str)

    assert f'"{ORU.ref}' in told
    assert '"reopen' in told


def test_a_province_with_few_uncovered_places_is_not_counted_out_in_public():
    found = statement(roads=network(), needs=[*NEEDS, need(PLACES[0])])

    assert [(one.province, one.places, one.fewer_than) for one in found.by_province] == [
        ("HL", 3, None),
        ("SK", None, 3),
    ]


def test_public_and_frank_say_that_reach_is_not_safety():
    frank = statement(PLATOON)

    assert "coverage.reach_is_not_safety" in [note.code for note in frank.notes]
    assert [note.code for note in public_form(frank).notes] == ["coverage.reach_is_not_safety"]


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("util_heli@B-1", ("util_heli", "", "B-1")),
        ("mobile_base@P-7", ("mobile_base", "", "P-7")),
        ("reopen:R-7", ("reopen", "", "R-7")),
        ("access:R-7", ("access", "", "R-7")),
        ("retask:A-1", ("retask", "", "A-1")),
        ("interpreter:sw@B-1", ("interpreter", "sw", "B-1")),
        ("caveat:no_night@A-1", ("caveat", "no_night", "A-1")),
    ],
)
def test_a_remedy_reads_back_and_has_its_sentence(code, parts):
    kind, what, at = read_remedy(code)

    assert (kind, what, at) == parts
    assert all(at in wording.say(f"remedy.{kind}", {"what": what, "at": at}, one) for one in wording.LANGUAGES)
