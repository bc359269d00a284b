"""What may be asked of a reader, and how a wrong question is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.countries import iso3
from tocsin.core.reference.results import Problem

ALLOWED = ("as_of", "country", "month", "since")


def test_days_may_be_text_dates_or_moments():
    moment = datetime(2018, 6, 1, 12, tzinfo=UTC)

    found = asked({"as_of": moment, "since": "2018-01-01", "month": date(2018, 5, 9), "country": " Mali "}, ALLOWED)

    assert found == Asked(as_of=date(2018, 6, 1), since=date(2018, 1, 1), month=date(2018, 5, 1), country="Mali")


def test_an_empty_option_asks_for_nothing():
    assert asked({"as_of": None, "country": ""}, ALLOWED) == Asked()


@pytest.mark.parametrize("month", ["2018-13", "2018-5", "0000-01", "May 2018"])
def test_a_month_that_is_none_is_a_problem(month: str):
    found = asked({"month": month}, ALLOWED)

    assert isinstance(found, Problem)
    assert (found.code, found.where, found.facts["expected"]) == ("FEED-025", "month", "YYYY-MM")


def test_an_option_that_is_not_allowed_is_an_error():
    with pytest.raises(TypeError, match="option 'mission' is not known here, expected one of: as_of, country"):
        asked({"mission": "MISARD"}, ALLOWED)


def test_a_span_includes_its_first_and_last_day():
    span = Asked(since=date(2018, 1, 1), until=date(2018, 1, 2))

    assert [span.holds(date(2018, 1, day)) for day in (1, 2, 3)] == [True, True, False]
    assert not span.holds(date(2017, 12, 31))
    assert Asked().holds(date(1, 1, 1))


def test_a_name_that_is_not_there_is_answered_with_those_that_come_near_or_with_all():
    known = {"DR Congo (Zaire)", "Congo", "Mali"}

    assert unknown_name("f", "DR Congo", known).facts["known"].startswith("Congo, DR Congo (Zaire)")
    assert unknown_name("f", "xyz", known).facts["known"] == "Congo, DR Congo (Zaire), Mali"
    assert unknown_name("f", "xyz", set()).facts["known"] == "-"


@pytest.mark.parametrize(
    ("code", "found"), [("CD", "COD"), ("cod", "COD"), ("NA", "NAM"), ("NO", "NOR"), ("Congo", None), ("", None)]
)
def test_a_country_code_of_two_or_three_letters_gives_three(code: str, found: str | None):
    assert iso3(code) == found
