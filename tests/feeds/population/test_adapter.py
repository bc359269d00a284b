"""What the population feed must make of GeoNames and of a table of one's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tocsin.core.places.types import PopulationRecord
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.feeds import population
from tocsin.feeds.population.adapter import Adapter

FIXTURES = Path(population.__file__).parent / "fixtures"


def read(path: Path, **options: Any) -> tuple[list[FeedItem], list[Problem]]:
    found = list(Adapter().read(path, **options))
    return [each for each in found if isinstance(each, FeedItem)], [each for each in found if isinstance(each, Problem)]


def test_a_table_of_ones_own_may_lack_point_and_date():
    items, problems = read(FIXTURES / "good_plain.csv")

    assert problems == []
    assert [item.value for item in items] == [
        PopulationRecord("Nyaroko", "COD", 1200, 4.25, 18.5, "CD9901", date(2016, 7, 1)),
        PopulationRecord("Tesh", "COD", 800),
    ]


def test_a_place_nobody_counted_makes_no_record():
    items, problems = read(FIXTURES / "good_geonames.csv")

    assert [item.value.name for item in items] == ["Nyaroko"]
    assert problems == []


def test_a_point_out_of_range_is_unknown_and_the_count_stays():
    items, problems = read(FIXTURES / "bad_swapped_coordinates_FEED-014.csv")

    assert (items[0].value.people, items[0].value.lat, items[0].value.lon) == (1200, None, None)
    assert problems[0].facts["effect"] == "term.feed.value_left_open"


def test_only_the_country_asked_for_is_read():
    items, _ = read(FIXTURES / "good_geonames.csv", country="COD")
    none, problems = read(FIXTURES / "good_geonames.csv", country="SSD")

    assert (len(items), len(none)) == (1, 0)
    assert problems[0].code == "FEED-026"


def test_every_counted_place_of_the_real_table_is_read(data_dir: Path):
    path = data_dir / "geo/geonames_cities500_selected.csv.gz"

    items, problems = read(path)

    assert Adapter().count(path) == 13_049
    assert len(items) == 13_049 - 2_036
    assert problems == []
