from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import FAR_AWAY, MBIRAWE, NOON, at, days_ago, incident, picture
from tocsin.core.assessment.checks import check_indicator, values_of
from tocsin.core.assessment.indicators import INDICATORS
from tocsin.core.assessment.types import IndicatorValue
from tocsin.core.evidence.types import Count
from tocsin.core.reference.terms import Trend
from tocsin.core.reference.wording import problem

BUSY = picture(
    incident("I-1", start=days_ago(3), deaths=Count(2, 4)),
    incident("I-2", start=days_ago(20), deaths=Count(None, None)),
    incident("I-3", "CLS", start=days_ago(25)),
    incident("I-4", start=days_ago(45), deaths=Count(5, 5)),
    incident("I-5", "MOB", start=days_ago(2)),
    last_heard_at=days_ago(6),
)
PICTURES = [BUSY, picture(incident(start=days_ago(400), place=MBIRAWE), place=MBIRAWE), picture(place=FAR_AWAY)]


def read(name: str, picture_=BUSY) -> IndicatorValue:
    return INDICATORS[name].read(picture_, NOON)


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_indicator_keeps_the_rules_of_indicators(name):
    assert check_indicator(INDICATORS[name], PICTURES, as_of=NOON) == ()
    assert INDICATORS[name].name == name


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_indicator_gives_one_value_for_each_place(name):
    assert len(values_of(INDICATORS[name], PICTURES, as_of=NOON)) == 3


def test_attacks_are_counted_in_their_window_against_the_window_before():
    month = read("attacks_30d")

    assert (month.value, month.previous, month.trend) == (2, 1, Trend.RISING)
    assert (read("attacks_7d").value, read("attacks_90d").value) == (1, 3)
    assert month.evidence == ("I-2", "I-1")


def test_a_place_with_old_incidents_has_none_now_and_an_unheard_place_is_unknown():
    assert read("attacks_30d", PICTURES[1]).value == 0
    assert read("attacks_30d", PICTURES[2]) == IndicatorValue(None)


def test_deaths_are_a_least_count_and_unknown_where_no_attack_has_a_count():
    uncounted = picture(incident(start=days_ago(3)))

    assert read("deaths_civilians_365d").value == 7
    assert read("deaths_civilians_365d", uncounted).value is None


def test_a_dataset_of_events_tells_nothing_of_preparation():
    from_a_dataset = picture(incident(start=days_ago(3), origin="ucdp"))

    assert read("preparatory_acts_30d").value == 1
    assert read("preparatory_acts_30d", from_a_dataset).value is None


def test_silence_and_calm_are_two_figures():
    assert read("silence_days").value == 6
    assert read("days_since_last_incident").value == 2
    assert read("silence_days", PICTURES[2]).value is None
    assert read("armed_clashes_30d").value == 1


def broken(read_) -> set[str]:
    found = check_indicator(replace(INDICATORS["attacks_30d"], read=read_), PICTURES, as_of=NOON)
    return {each.code for each in found}


def test_an_indicator_that_takes_unknown_for_zero_is_caught():
    assert broken(lambda picture_, as_of: IndicatorValue(float(len(picture_.incidents)))) >= {"ASM-002"}


def test_an_indicator_that_depends_on_the_order_of_incidents_is_caught():
    def first_deaths(picture_, as_of):
        known = [found for found in picture_.incidents if found.known_at <= as_of]
        return IndicatorValue(float(known[0].deaths.least or 0) if known else None)

    assert broken(first_deaths) == {"ASM-003"}


def test_an_indicator_that_looks_ahead_is_caught():
    def all_of_time(picture_, as_of):
        return IndicatorValue(float(len(picture_.incidents)) if picture_.incidents else None)

    assert broken(all_of_time) == {"ASM-005"}


def test_an_indicator_that_gives_no_number_is_caught():
    def below_zero(picture_, as_of):
        return IndicatorValue(-1.0 if picture_.incidents else None)

    assert broken(below_zero) == {"ASM-006"}


def test_an_indicator_that_does_not_declare_itself_is_caught():
    nameless = replace(INDICATORS["attacks_30d"], unit="", direction="up", source="")

    found = check_indicator(nameless, [], as_of=NOON)

    assert [each.facts["field"] for each in found] == ["unit", "direction", "source"]
    assert problem(found[0]).startswith("attacks_30d: The indicator does not declare its unit")


def test_what_is_to_come_is_no_attack_yet():
    announced = picture(incident("I-1", "THR", "ATK", start=at(30)))

    assert read("attacks_7d", announced).value == 0
