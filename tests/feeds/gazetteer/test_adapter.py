"""What the gazetteer feed must make of its five tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.places.types import AreaRecord
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.terms import PlaceKind
from tocsin.feeds import gazetteer
from tocsin.feeds.gazetteer.adapter import Adapter

FIXTURES = Path(gazetteer.__file__).parent / "fixtures"
# Rows of each table, rows that are left out for a problem of their own, and rows of one country.
TABLES = [
    ("geo/geonames_cities500_selected.csv.gz", 13_049, 0, 118),
    ("geo/geonames_cities1000_admin_names_selected.csv.gz", 5_915, 1, 69),
    ("geo/who_health_facilities_selected.csv.gz", 67_572, 1_621, 14_586),
    ("geo/ucdp_place_names_1995_2018.csv.gz", 29_050, 1, 1_362),
    ("geo/global_pcodes_adm1_adm2.csv.gz", 33_363, 0, 215),
]


def read(path: Path, **options: Any) -> tuple[list[FeedItem], list[Problem]]:
    found = list(Adapter().read(path, **options))
    return [each for each in found if isinstance(each, FeedItem)], [each for each in found if isinstance(each, Problem)]


def test_a_place_keeps_its_names_in_other_scripts_and_an_uncounted_one_stays_uncounted():
    items, _ = read(FIXTURES / "good_geonames.csv")

    nyaroko, tesh = items[0].value, items[1].value
    assert (nyaroko.name, nyaroko.country, nyaroko.people) == ("Nyaroko", "COD", 1200)
    assert nyaroko.aliases == ("Niaroko", "نياروكو")
    assert (tesh.people, tesh.aliases) == (None, ())


def test_a_facility_lends_its_village_a_name():
    items, _ = read(FIXTURES / "good_facilities.csv")

    clinic, hospital = items[0].value, items[1].value
    assert clinic.kind == PlaceKind.HEALTH_FACILITY
    assert (clinic.aliases, clinic.detail, clinic.admin1) == (("Nyaroko",), "Centre de Santé", "Highland")
    assert hospital.aliases == ("Sundo",)


def test_the_word_behind_a_name_tells_the_kind_and_nothing_else_does():
    items, _ = read(FIXTURES / "good_ucdp_places.csv")

    assert [item.value.kind for item in items] == [PlaceKind.VILLAGE, PlaceKind.POINT, PlaceKind.BRIDGE]
    assert items[0].value.aliases == ("Nyaroko",)
    assert items[1].value.country == ""


def test_pcodes_become_areas_with_their_parents():
    items, problems = read(FIXTURES / "good_pcodes.csv")

    assert problems == []
    assert items[1].value == AreaRecord("CD9901", "Upper Tesh", 2, "COD", "CD99", date(2019, 9, 11))
    assert items[2].value.valid_from_on is None


@pytest.mark.parametrize("country", ["COD", "CD", "cod"])
def test_a_country_is_known_by_two_letters_or_three(country: str):
    places, _ = read(FIXTURES / "good_geonames.csv", country=country)
    areas, _ = read(FIXTURES / "good_pcodes.csv", country=country)
    facilities, _ = read(FIXTURES / "good_facilities.csv", country=country)

    assert (len(places), len(areas), len(facilities)) == (2, 2, 1)


def test_a_country_that_is_not_in_the_table_is_a_problem():
    items, problems = read(FIXTURES / "good_geonames.csv", country="Belmora")

    assert items == []
    assert problems[0].facts["known"] == "COD, SSD"


def test_a_row_without_an_id_gets_the_same_one_wherever_it_stands(tmp_path: Path):
    text = (FIXTURES / "good_facilities.csv").read_text("utf-8").splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([text[0], text[2], text[1]]) + "\n", "utf-8")

    before, _ = read(FIXTURES / "good_facilities.csv")
    after, _ = read(turned)

    assert [item.feed_id for item in before] == [item.feed_id for item in reversed(after)]


@pytest.mark.parametrize(("name", "rows", "left_out", "congo"), TABLES)
def test_every_row_of_a_real_table_is_read_or_told(data_dir: Path, name: str, rows: int, left_out: int, congo: int):
    items, problems = read(data_dir / name)
    of_congo, _ = read(data_dir / name, country="COD")

    assert Adapter().count(data_dir / name) == rows
    assert (len(items), len(problems)) == (rows - left_out, left_out)
    assert len(of_congo) == congo
