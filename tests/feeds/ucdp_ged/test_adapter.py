"""What the UCDP feed must make of its three layouts, and of the real releases."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.evidence.types import EventRecord
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.feeds import ucdp_ged
from tocsin.feeds.ucdp_ged.adapter import Adapter

FIXTURES = Path(ucdp_ged.__file__).parent / "fixtures"
# Rows of each release, and the problems the release itself has: low above best, high below best.
RELEASES = [
    ("ged211_events_1989_2018.csv.gz", 159_194, 303, 907),
    ("ged231_car_full_1991_2018.csv.gz", 1_458, 6, 14),
    ("ged251_sample_1989_2018.csv.gz", 8_310, 0, 0),
    ("ged_syria_full_2016_2018.csv.gz", 14_522, 22, 47),
    ("candidate_v23_0_10_to_2023-10-15.csv.gz", 1_196, 3, 8),
]


def read(path: Path, **options: Any) -> tuple[list[FeedItem], list[Problem]]:
    found = list(Adapter().read(path, **options))
    return [each for each in found if isinstance(each, FeedItem)], [each for each in found if isinstance(each, Problem)]


def event(items: list[FeedItem], feed_id: str) -> EventRecord:
    return next(item.value for item in items if item.feed_id == feed_id)


def test_the_full_layout_keeps_status_precision_and_a_headline_of_two_lines():
    items, problems = read(FIXTURES / "good_full_headline_over_two_lines.csv")

    found = event(items, "ucdp:11")
    assert problems == []
    assert found.headline == 'Market "Sundo" attacked; villagers flee'
    assert (found.status, found.violence, found.sources) == ("Check deaths", "one_sided", 2)
    assert (found.place_name, found.place_precision, found.date_precision) == ("Nyaroko village", 2, 5)
    assert (found.start, found.end) == (datetime(2017, 3, 1, tzinfo=UTC), datetime(2017, 3, 31, tzinfo=UTC))
    assert (found.deaths_low, found.deaths_best, found.deaths_high, found.deaths_civilians) == (2, 3, 5, 3)
    assert [item.row for item in items] == [2, 3]


def test_the_short_layout_says_nothing_of_the_end_or_of_the_sources():
    items, _ = read(FIXTURES / "good_short.csv")

    found = event(items, "ucdp:1")
    assert (found.side_a, found.side_b, found.cell) == ("Front", "Civilians", 135757)
    assert (found.end, found.sources, found.deaths_civilians, found.place_name) == (None, None, None, None)


def test_the_sample_layout_has_civilians_but_no_low_and_high():
    items, _ = read(FIXTURES / "good_sample.csv")

    found = event(items, "ucdp:21")
    assert (found.deaths_best, found.deaths_civilians) == (4, 4)
    assert (found.deaths_low, found.deaths_high, found.side_a) == (None, None, None)


def test_the_order_of_the_columns_does_not_matter():
    other, _ = read(FIXTURES / "good_short_other_order.csv")
    usual, _ = read(FIXTURES / "good_short.csv")

    assert event(other, "ucdp:1").deaths_high == event(usual, "ucdp:1").deaths_high == 5
    assert event(other, "ucdp:1").lat == event(usual, "ucdp:1").lat


def test_a_decimal_comma_is_read_where_semicolons_part_the_cells():
    items, _ = read(FIXTURES / "good_semicolons_and_decimal_commas.csv")

    assert (event(items, "ucdp:1").lat, event(items, "ucdp:1").lon) == (4.25, 18.5)


def test_a_bound_at_odds_with_the_best_is_unknown_and_the_event_stays():
    low, _ = read(FIXTURES / "bad_low_above_best_FEED-027.csv")
    high, problems = read(FIXTURES / "bad_high_below_best_FEED-028.csv")

    assert (event(low, "ucdp:1").deaths_low, event(low, "ucdp:1").deaths_best) == (None, 3)
    assert (event(high, "ucdp:1").deaths_best, event(high, "ucdp:1").deaths_high) == (33, None)
    assert problems[0].facts["best"] == 33


def test_negative_deaths_are_unknown_and_not_nought():
    items, problems = read(FIXTURES / "bad_negative_deaths_FEED-021.csv")

    assert event(items, "ucdp:1").deaths_low is None
    assert problems[0].where == "bad_negative_deaths_FEED-021.csv row 2, column low"


def test_the_first_of_two_events_with_one_id_is_kept():
    items, problems = read(FIXTURES / "bad_duplicate_id_FEED-020.csv")

    assert event(items, "ucdp:1").start == datetime(2017, 3, 4, tzinfo=UTC)
    assert problems[0].facts["first"] == 2
    assert problems[0].where.endswith("row 3")


def test_only_the_country_and_the_days_asked_for_are_read():
    path = FIXTURES / "good_short.csv"

    belmora, _ = read(path, country="Belmora")
    march, _ = read(path, since="2017-03-05", until="2017-12-31")

    assert [item.feed_id for item in belmora] == ["ucdp:3"]
    assert [item.feed_id for item in march] == ["ucdp:2"]


def test_a_country_that_is_not_in_the_file_names_those_that_come_near():
    items, problems = read(FIXTURES / "good_short.csv", country="Ardenia")

    assert items == []
    assert problems[0].code == "FEED-026"
    assert problems[0].facts["known"] == "Ardenya"


def test_a_future_event_is_a_problem_only_against_the_day_we_pretend_it_is():
    path = FIXTURES / "bad_future_date_FEED-017.csv"

    open_ended, _ = read(path)
    dated, problems = read(path, as_of="2018-12-31")
    bounded, none = read(path, as_of="2018-12-31", until="2018-12-31")

    assert len(open_ended) == 2
    assert len(dated) == len(bounded) == 1
    assert [problem.code for problem in problems] == ["FEED-017"]
    assert none == []


@pytest.mark.parametrize(("name", "rows", "low", "high"), RELEASES)
def test_every_event_of_a_release_is_read(data_dir: Path, name: str, rows: int, low: int, high: int):
    path = data_dir / "ged" / name

    # Counted as they stream: the whole world need not be held at once.
    found = Counter(each.code if isinstance(each, Problem) else "event" for each in Adapter().read(path))

    assert found["event"] == Adapter().count(path) == rows
    assert found - Counter({"event": rows}) == Counter({"FEED-027": low, "FEED-028": high})


def test_one_country_of_the_world_is_read_in_under_eight_seconds(data_dir: Path):
    began = time.process_time()

    items, problems = read(data_dir / "ged/ged211_events_1989_2018.csv.gz", country="DR Congo (Zaire)")

    assert time.process_time() - began < 8
    assert len(items) == 3_160
    assert {item.value.country for item in items} == {"DR Congo (Zaire)"}
    assert {problem.code for problem in problems} <= {"FEED-027", "FEED-028"}


def test_minus_one_source_is_unknown_in_the_real_release(data_dir: Path):
    items, _ = read(data_dir / "ged/ged231_car_full_1991_2018.csv.gz")

    assert sum(item.value.sources is None for item in items) == 229
    assert min(item.value.sources for item in items if item.value.sources is not None) == 1


def test_candidate_events_keep_what_their_coders_still_doubt(data_dir: Path):
    items, _ = read(data_dir / "ged/candidate_v23_0_10_to_2023-10-15.csv.gz")

    assert Counter(item.value.status for item in items)["Check dyad"] == 124
