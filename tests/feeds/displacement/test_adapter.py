"""What the displacement feed must make of its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.reference.results import FeedItem, Problem
from tocsin.feeds import displacement
from tocsin.feeds.displacement.adapter import Adapter

FIXTURES = Path(displacement.__file__).parent / "fixtures"
# Camps in each list of the model.
CAMPS = [("mali", 7), ("car", 14), ("ssudan", 10), ("burundi", 5), ("ethiopia", 9)]


def read(path: Path, **options: Any) -> tuple[list[FeedItem], list[Problem]]:
    found = list(Adapter().read(path, **options))
    return [each for each in found if isinstance(each, FeedItem)], [each for each in found if isinstance(each, Problem)]


def test_every_group_of_a_row_is_its_own_count_and_a_nought_is_none():
    items, _ = read(FIXTURES / "good_unhcr.csv")

    counts = {(item.value.group, item.value.country, item.value.people) for item in items}
    assert counts == {
        ("refugee", "COD", 5000),
        ("asylum_seeker", "COD", 12),
        ("returnee", "SSD", 40),
        ("idp", "COD", 9000),
        ("returnee", "COD", 700),
    }
    assert {item.value.as_at_on for item in items} == {date(2017, 12, 31)}


def test_whoever_returned_is_at_home_and_not_in_the_country_left():
    items, _ = read(FIXTURES / "good_unhcr.csv", country="SSD")

    returned = items[0].value
    assert len(items) == 1
    assert (returned.measure, returned.where, returned.origin) == ("flow", "South Sudan", "COD")


def test_the_stock_of_idmc_is_of_people_displaced_by_conflict():
    items, _ = read(FIXTURES / "good_idmc.csv")

    stock = items[0].value
    assert (stock.measure, stock.group, stock.people, stock.cause) == ("stock", "idp", 9100, "conflict")


def test_an_update_is_a_movement_and_may_lack_a_point():
    items, problems = read(FIXTURES / "good_updates.csv")

    assert problems == []
    assert [(each.value.measure, each.value.cause, each.value.lat) for each in items] == [
        ("flow", "conflict", 4.25),
        ("flow", "disaster", None),
    ]


def test_the_room_in_a_camp_is_not_taken_for_the_people_in_it():
    items, _ = read(FIXTURES / "good_camps.csv", as_at="2017-01-01")

    camp = items[0].value
    assert len(items) == 1
    assert (camp.measure, camp.where, camp.country, camp.people) == ("capacity", "Sundo Camp", "Bel Mora", 12000)
    assert camp.as_at_on == date(2017, 1, 1)


def test_a_list_of_camps_without_its_day_is_a_problem():
    items, problems = read(FIXTURES / "good_camps.csv")

    assert items == []
    assert [problem.code for problem in problems] == ["FEED-033"]


def test_the_year_we_are_in_stands_for_today():
    items, _ = read(FIXTURES / "good_idmc.csv", as_of="2017-08-01")

    assert items[0].value.as_at_on == date(2017, 8, 1)


def test_years_not_asked_for_are_passed_over_without_a_word():
    path = FIXTURES / "bad_future_year_FEED-017.csv"

    items, problems = read(path, as_of="2018-12-31", until="2018-12-31")

    assert len(items) == 1
    assert problems == []


def test_every_row_of_the_real_tables_is_read(data_dir: Path):
    unhcr, unhcr_problems = read(data_dir / "displacement/unhcr_population.csv.gz")
    idmc, idmc_problems = read(data_dir / "displacement/unhcr_idmc.csv.gz")
    updates, update_problems = read(data_dir / "displacement/idmc_idu_schema_sample_india_2023.csv.gz")

    assert Adapter().count(data_dir / "displacement/unhcr_population.csv.gz") == 134_709
    assert (len(unhcr), len(idmc), len(updates)) == (199_636, 934, 113)
    assert unhcr_problems == idmc_problems == update_problems == []


@pytest.mark.parametrize(("model", "camps"), CAMPS)
def test_every_camp_of_the_real_lists_is_read(data_dir: Path, model: str, camps: int):
    path = data_dir / f"displacement/flee/conflict_input/{model}/locations.csv"

    items, problems = read(path, as_at="2014-01-01")

    assert len(items) == camps
    assert problems == []
