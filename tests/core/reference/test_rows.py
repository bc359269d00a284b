"""What the checks of cells must let pass, and what they must name."""

from __future__ import annotations

from datetime import date

import pytest

from tocsin.core.reference import rows
from tocsin.core.reference.results import Problem
from tocsin.core.reference.rows import Cell, Row

AT = Cell("events.csv", 7, "latitude")


def code(found: object) -> str | None:
    return found.code if isinstance(found, Problem) else None


def test_a_problem_says_where_what_and_what_becomes_of_it():
    found = rows.latitude("128.6", AT)

    assert found == Problem(
        "FEED-014", "events.csv row 7, column latitude", {"value": "128.6", "effect": rows.VALUE_LEFT_OPEN}
    )


@pytest.mark.parametrize("text", ["", " ", "NA", "N/A", "null"])
def test_what_nobody_stated_is_unknown_and_no_problem(text: str):
    assert rows.latitude(text, AT) is None
    assert rows.number(text, AT, least=0, most=1) is None
    assert rows.integer(text, AT) is None
    assert rows.day(text, AT) is None
    assert rows.identifier(text, AT) is None


@pytest.mark.parametrize(
    ("text", "found"), [("12", 12), (" 12 ", 12), ("12.0", 12), ("1e+05", 100_000), ("0", 0), ("١٢", 12)]
)
def test_whole_numbers_are_read_as_programs_write_them(text: str, found: int):
    assert rows.integer(text, AT) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12.5", "FEED-013"), ("1,200", "FEED-013"), ("1_200", "FEED-013"), ("many", "FEED-013"),
        ("9" * 5000, "FEED-013"), ("inf", "FEED-013"), ("2147483648", "FEED-013"), ("-1", "FEED-021"),
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_named(text: str, found: str):
    assert code(rows.integer(text, AT)) == found


@pytest.mark.parametrize("text", ["inf", "-inf", "4,25", "4_2", "north", "90.01", "-91", "0x10"])
def test_what_is_no_latitude_is_named(text: str):
    assert code(rows.latitude(text, AT)) == "FEED-014"


def test_a_comma_is_a_decimal_point_only_where_the_table_says_so():
    assert code(rows.longitude("18,5", AT)) == "FEED-015"
    assert rows.longitude("18,5", AT, decimal_comma=True) == 18.5
    assert code(rows.longitude("1,8,5", AT, decimal_comma=True)) == "FEED-015"


def test_a_number_keeps_within_its_bounds():
    assert rows.number("0.5", AT, least=0, most=1) == 0.5
    assert code(rows.number("1.5", AT, least=0, most=1)) == "FEED-012"
    assert code(rows.number("inf", AT, least=0, most=1)) == "FEED-012"


@pytest.mark.parametrize("text", ["2017-03-04", "2017-03-04 00:00:00.000", "2017-03-04T11:00:00.000Z"])
def test_a_date_may_carry_a_time(text: str):
    assert rows.day(text, AT) == date(2017, 3, 4)


@pytest.mark.parametrize("text", ["2017-02-30", "04/03/2017", "2017-3-4", "20170304", "2017-03-04 and later"])
def test_a_date_that_is_not_one_is_never_guessed(text: str):
    assert code(rows.day(text, AT)) == "FEED-016"


def test_a_date_keeps_between_the_earliest_and_the_latest():
    latest = date(2018, 12, 31)

    assert rows.day("2018-12-31", AT, latest=latest) == latest
    assert code(rows.day("2019-01-01", AT, latest=latest)) == "FEED-017"
    assert code(rows.day("0201-01-01", AT)) == "FEED-022"


def test_text_is_evened_out_but_not_changed():
    assert rows.words("Market\n  attacked ", AT) == "Market attacked"
    assert rows.words("\u200bNyaroko", AT) == "\u200bNyaroko"
    assert rows.words("  ", AT) is None
    assert code(rows.words("a\x07b", AT)) == "FEED-018"
    assert code(rows.words("abc", AT, longest=2)) == "FEED-007"


def test_a_code_that_is_not_in_the_book_names_those_that_are():
    book = {"1": "state", "2": "non_state"}

    assert rows.one_of(" 1 ", AT, book) == "state"
    assert rows.one_of("", AT, book) is None
    found = rows.one_of("7", AT, book)
    assert isinstance(found, Problem)
    assert (found.code, found.facts["expected"]) == ("FEED-019", "1, 2")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("128.6", "128.6"), ("2017-02-30", "2017-02-30"), ("-9", "-9"), ("+243812345678", "+999999999999"),
        ("Marie 12", "aaaaa 99"), ("ماري", "aaaa"), ("x" * 40, "a" * 24 + "…"),
    ],
)  # fmt: skip
def test_only_plain_figures_and_dates_are_shown(text: str, shown: str):
    assert rows.shape(text) == shown


def row(**cells: str) -> Row:
    return Row("events.csv", 7, list(cells.values()), {name: place for place, name in enumerate(cells)})


def test_a_bad_cell_that_is_needed_refuses_the_row_and_any_other_does_not():
    needed, other = row(id="x"), row(best="-9")

    assert needed.identifier("id") is None
    assert other.integer("best") is None
    assert (needed.refused, other.refused) == (True, False)
    assert [each.facts["effect"] for each in (*needed.problems, *other.problems)] == [
        rows.ROW_LEFT_OUT,
        rows.VALUE_LEFT_OPEN,
    ]


def test_an_empty_cell_is_a_problem_only_where_it_is_needed():
    found = row(name="", kind="")

    assert found.words("name", needed=True) is None
    assert found.words("kind") is None
    assert [(each.code, each.where) for each in found.problems] == [("FEED-011", "events.csv row 7, column name")]


def test_a_column_the_table_lacks_is_unknown():
    assert row(name="Nyaroko").integer("people") is None


def test_a_point_at_nought_and_nought_is_no_place():
    sea, gulf, half = row(lat="0", lon="0.0"), row(lat="0", lon="9.4"), row(lat="4.25", lon="")

    assert (sea.point("lat", "lon"), sea.problems[0].code) == (None, "FEED-024")
    assert gulf.point("lat", "lon") == (0.0, 9.4)
    assert (half.point("lat", "lon"), half.problems[0].where) == (None, "events.csv row 7, column lon")


def test_a_row_without_any_point_is_told_once():
    found = row(lat="", lon="NA")

    assert found.point("lat", "lon") is None
    assert [each.code for each in found.problems] == ["FEED-011"]
