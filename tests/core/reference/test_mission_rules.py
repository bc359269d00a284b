"""A mission sets its own clocks; a fault is named with its line, and the doctrine's value stays for it."""

from datetime import date, datetime, timedelta

import pytest

from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.reference import mission_rules, rules
from tocsin.core.reference.terms import Priority

GOOD = """\
alerts.ack_minutes.p1:
  2027-01-01: {value: 8, source: "Directive 3/2027"}
alerts.first_rung:
  2027-01-01: {value: {green: 0, yellow: 0, orange: 1, red: 2, black: 9}, source: "Directive 3/2027"}
"""


@pytest.fixture(autouse=True)
def doctrine_after():
    yield
    rules.set_for_mission({})


def problems(text: str) -> list[tuple[str, str]]:
    return [(found.code, found.where) for found in mission_rules.read(text, file="rules.yaml")[1]]


def test_a_clock_of_the_mission_holds_from_its_day_and_not_before():
    found, faults = mission_rules.read(GOOD, file="rules.yaml")
    rules.set_for_mission(found)

    assert faults == ()
    assert clocks_for(Priority.P1, as_of=datetime(2027, 1, 1)).acknowledge == timedelta(minutes=8)
    assert clocks_for(Priority.P1, as_of=datetime(2026, 12, 31)).acknowledge == timedelta(minutes=10)
    assert rules.at("alerts.first_rung", date(2027, 3, 1)).source == "Directive 3/2027"


def test_the_fingerprint_of_the_rules_tells_that_the_mission_set_its_own():
    plain = rules.digest(date(2027, 3, 1))
    rules.set_for_mission(mission_rules.read(GOOD, file="rules.yaml")[0])

    assert rules.digest(date(2027, 3, 1)) != plain


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("alerts.ack_minutes.p1: [\n", "REF-011", 2),
        ("- alerts\n", "REF-011", 1),
        (GOOD + "alerts.akc_minutes.p1:\n  2027-01-01: {value: 8, source: x}\n", "REF-012", 5),
        ("assessment.must: {2027-01-01: {value: 8, source: x}}\n", "REF-012", 1),
        ("alerts.ack_minutes.p1:\n  soon: {value: 8, source: x}\n", "REF-013", 2),
        ("alerts.ack_minutes.p1: 8\n", "REF-013", 1),
        ("alerts.ack_minutes.p1:\n  2027-01-01: {value: 8}\n", "REF-014", 2),
        ("alerts.ack_minutes.p1:\n  2027-01-01: {value: soon, source: x}\n", "REF-015", 2),
        ("alerts.ack_minutes.p1:\n  2027-01-01: {value: 0, source: x}\n", "REF-015", 2),
        ("alerts.ack_minutes.p1:\n  2027-01-01: {value: null, source: x}\n", "REF-015", 2),
        ("alerts.first_rung:\n  2027-01-01: {value: {red: 1}, source: x}\n", "REF-015", 2),
        ("\nalerts.ack_minutes.p1:\n  2027-01-01: {value: 45, source: x}\n", "REF-016", 2),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, code: str, line: int):
    assert problems(text) == [(code, f"rules.yaml, line {line}")]


def test_what_is_wrong_is_left_out_and_what_is_right_beside_it_holds():
    found, _ = mission_rules.read(GOOD + "alerts.ack_minutes.p2:\n  2027-01-01: {value: x}\n", file="rules.yaml")

    assert sorted(found) == ["alerts.ack_minutes.p1", "alerts.first_rung"]


def test_an_empty_file_sets_nothing():
    assert mission_rules.read("# nothing yet\n", file="rules.yaml") == ({}, ())
