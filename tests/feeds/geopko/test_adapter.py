"""What the Geo-PKO feed must make of maps, of several in a month, and of none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.reference.results import FeedItem, Problem
from tocsin.feeds import geopko
from tocsin.feeds.geopko.adapter import Adapter

FIXTURES = Path(geopko.__file__).parent / "fixtures"
TWO = FIXTURES / "good_two_missions.csv"
REAL = "peacekeeping/geopko_v2.1_1994_2018.csv.gz"


def read(path: Path, **options: Any) -> tuple[list[FeedItem], list[Problem]]:
    found = list(Adapter().read(path, **options))
    return [each for each in found if isinstance(each, FeedItem)], [each for each in found if isinstance(each, Problem)]


def test_a_location_keeps_its_units_its_headquarters_and_its_contributors():
    items, _ = read(TWO, mission="MISARD", month="2017-03")

    tesh = next(item.value for item in items if item.value.location == "Tesh")
    assert (tesh.strength, tesh.headquarters, tesh.police, tesh.observers) == (800, 3, True, True)
    assert tesh.units == ("inf", "eng", "he_sup", "med")
    assert tesh.contributors == (("Ghana", 650), ("Nepal", None))
    assert (tesh.map_on, tesh.admin1) == (date(2017, 3, 1), "Highland")


def test_an_unknown_strength_stays_unknown_and_nought_stays_nought():
    items, _ = read(TWO)

    malka = next(item.value for item in items if item.value.location == "Malka")
    sundo = next(item.value for item in items if item.value.location == "Sundo")
    assert (malka.strength, malka.admin1) == (None, None)
    assert (sundo.strength, sundo.contributors) == (0, ())


def test_without_a_month_every_map_is_read():
    items, problems = read(TWO)

    assert len(items) == Adapter().count(TWO) == 6
    assert problems == []


def test_of_two_maps_of_one_month_the_last_is_taken_and_told():
    items, problems = read(TWO, mission="MISARD", month="2017-06")

    assert [item.value.strength for item in items] == [300, 150]
    assert problems == [
        Problem("FEED-031", TWO.name, {"mission": "MISARD", "used": "Map no. 1 Rev. 10", "others": "Map no. 1 Rev. 9"})
    ]


def test_a_month_without_a_map_takes_the_latest_before_it_and_says_so():
    items, problems = read(TWO, mission="MISARD", month="2017-05")

    assert {item.value.location for item in items} == {"Tesh", "Nyaroko"}
    assert problems[0].facts == {"mission": "MISARD", "asked": "2017-05", "used": "2017-03"}


@pytest.mark.parametrize(("month", "found"), [("2018-06", 2), ("2018-07", 0), ("2017-02", 0)])
def test_no_map_older_than_a_year_and_none_of_the_future_is_taken(month: str, found: int):
    items, problems = read(TWO, mission="MISARD", month=month)

    assert len(items) == found
    assert ("FEED-032" in {problem.code for problem in problems}) == (found == 0)


def test_a_month_without_a_mission_gives_one_map_of_each():
    items, _ = read(TWO, month="2017-03")

    assert {(item.value.mission, item.value.map_on) for item in items} == {
        ("MISARD", date(2017, 3, 1)),
        ("MISBEL", date(2016, 12, 1)),
    }


def test_a_mission_that_is_not_in_the_file_is_answered_with_those_that_are():
    items, problems = read(TWO, mission="MISART")

    assert items == []
    assert problems == [Problem("FEED-026", TWO.name, {"name": "MISART", "known": "MISARD, MISBEL"})]


def test_two_units_in_one_town_are_both_kept():
    items, problems = read(FIXTURES / "good_two_units_in_one_town.csv")

    assert [item.value.strength for item in items] == [150, 900]
    assert items[1].feed_id == f"{items[0].feed_id}#2"
    assert problems == []


def test_every_row_of_the_real_table_is_read_but_one_without_coordinates(data_dir: Path):
    items, problems = read(data_dir / REAL)

    assert Adapter().count(data_dir / REAL) == 17_042
    assert len(items) == 17_041
    assert [problem.code for problem in problems] == ["FEED-011"]
    assert sum(item.value.strength is None for item in items) == 447


def test_the_congo_of_november_2013_is_read_from_the_map_of_june(data_dir: Path):
    items, problems = read(data_dir / REAL, mission="MONUSCO", month="2013-11")

    assert len(items) == 31
    assert problems[0].facts["used"] == "2013-06"
    assert next(item.value for item in items if item.value.headquarters == 3).location == "Kinshasa"


def test_a_slip_in_a_revision_number_does_not_empty_a_mission(data_dir: Path):
    items, problems = read(data_dir / REAL, mission="UNFICYP", month="1999-06")

    assert len(items) == 12
    assert problems[0].facts["others"] == "Map no. 2930 Rev. 46"
