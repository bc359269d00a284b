"""Coded messages: read by the network's own sheet; a mistake is asked about and never lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import yaml

from tests.core.evidence import ardenya
from tocsin.core.evidence.coded import Coded, Sheet, read_coded, sheet_of
from tocsin.core.evidence.coded_reading import as_reading, parts_to_ask
from tocsin.core.evidence.types import Count, Reading
from tocsin.core.reference.terms import EventCode, ImminenceState, Priority, ReportKind

NOW = datetime(2027, 3, 5, 12, tzinfo=UTC)
UNREAD = Reading(ReportKind.UNREAD, priority=Priority.P3, doubts=("unread",))
SHEETS = {
    "elva": """
name: Weekly questionnaire
keyword: anketa
signs: "#"
labelled: true
fields:
  - {key: incidents, label: Incidents, kind: codes, mark: a, codes: {non: {nothing: true, label: none}, arr: {events: ARB, toll: detained}, thf: {events: LOO}}}
  - {key: life, label: Life events, kind: codes, mark: b, codes: {wed: {label: wedding crossing}, fun: {label: funeral}}}
  - {key: safety, label: Feeling of safety, kind: scale, mark: c, least: 0, most: 10}
  - {key: patrols, label: Patrols, kind: codes, mark: d, codes: {pol: {label: police patrols}, ngo: {label: NGO patrols}}}
""",
    "plain": """
name: Short code
fields:
  - {key: what, label: What, kind: codes, codes: {A: ATK, L: LOO, M: {events: MOB}, E: {events: NED, need: water}, Z: {nothing: true}}}
  - {key: dead, label: Killed, kind: count, toll: killed}
  - {key: where, label: Where, kind: place, codes: {NYA: Nyaroko (HL), MBI: Mbirawe}}
""",
}


def sheet(name: str) -> Sheet:
    made, problems = sheet_of(yaml.safe_load(SHEETS[name]), where=name)
    assert made is not None, problems
    return made


def coded(text: str, name: str = "plain") -> Coded:
    found = read_coded(text, sheet(name), gazetteer=ardenya.gazetteer(), home=None)
    assert found is not None
    return found


def test_the_questionnaire_of_eighteen_villages_is_read() -> None:
    found = coded("anketa#a#non00b#wed1c#7d#pol24ngo2", "elva")

    said = [[(code.label, number) for code, number in part.codes] for part in found.parts]
    assert said == [[("none", 0)], [("wedding crossing", 1)], [], [("police patrols", 24), ("NGO patrols", 2)]]
    assert (found.parts[2].count, found.problems) == (Count(7, 7), ())
    read = as_reading(found, UNREAD, as_of=NOW)
    assert (read.kind, read.priority, read.events) == (ReportKind.UPDATE, Priority.P4, ())
    assert "negative_report" in read.flags


@pytest.mark.parametrize("text", ["A 3 NYA", "a 3 nya", "  A  3  Nya "])
def test_a_short_code_becomes_a_placed_report(text: str) -> None:
    read = as_reading(coded(text), UNREAD, as_of=NOW)

    assert (read.kind, read.events, read.state) == (ReportKind.INCIDENT, (EventCode.ATK,), ImminenceState.ONGOING)
    assert (read.priority, read.toll) == (Priority.P1, {"killed": Count(3, 3)})
    assert read.place is not None
    assert (read.place.name, read.place.province, read.doubts) == ("Nyaroko", "HL", ())


def test_a_wrong_place_is_asked_about_and_the_attack_is_kept() -> None:
    found = coded("A 3 NYX")

    read = as_reading(found, UNREAD, as_of=NOW)

    assert parts_to_ask(found) == (3, "coded_place")
    assert (read.events, read.priority, read.place) == ((EventCode.ATK,), Priority.P1, None)
    assert {"coded_place_unknown", "place_unknown"} <= set(read.doubts)
    assert [(one.code, one.where) for one in found.problems] == [("NET-003", "3, Where")]


def test_a_wrong_code_is_asked_about_and_the_rest_is_kept() -> None:
    found = coded("Q 3 NYA")

    read = as_reading(found, UNREAD, as_of=NOW)

    assert parts_to_ask(found) == (1, "coded_part")
    assert (read.toll, read.place and read.place.name) == ({"killed": Count(3, 3)}, "Nyaroko")
    assert "code_unknown" in read.doubts
    # What cannot be read is no calmer than a message that nobody can read.
    assert read.priority is Priority.P3


def test_free_words_are_no_coded_message() -> None:
    found = read_coded("a man was killed near the river", sheet("plain"), gazetteer=ardenya.gazetteer(), home=None)
    asked = read_coded("anketa hello", sheet("plain"), gazetteer=ardenya.gazetteer(), home=None)

    assert (found, asked) == (None, None)


def test_words_after_the_code_can_only_make_it_more_urgent() -> None:
    free = Reading(ReportKind.INCIDENT, (EventCode.KIL,), ImminenceState.ONGOING, Priority.P1)

    read = as_reading(coded("L 0 MBI they kill people"), free, as_of=NOW)

    assert (read.priority, read.events) == (Priority.P1, (EventCode.LOO, EventCode.KIL))


@pytest.mark.parametrize(
    ("number", "count"), [("3-5", Count(3, 5)), ("3+", Count(3, None)), ("?", Count(None, None)), ("٣", Count(3, 3))]
)
def test_a_number_may_be_a_range_open_or_unknown(number: str, count: Count) -> None:
    assert as_reading(coded(f"A {number} NYA"), UNREAD, as_of=NOW).toll == {"killed": count}


def test_a_need_travels_as_a_flag() -> None:
    assert "need:water" in as_reading(coded("E 0 MBI"), UNREAD, as_of=NOW).flags


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("name: x", {"NET-012"}),
        ("name: x\nfields: [{key: a, kind: colour}]", {"NET-011", "NET-012"}),
        ("name: x\nfields: [{key: a, kind: codes, codes: {A: QQQ}}]", {"NET-011"}),
        ("name: x\nfields: [{key: a, kind: count}, {key: a, kind: count}]", {"NET-013"}),
        ("name: x\nlabelled: true\nfields: [{key: a, kind: count}]", {"NET-012"}),
    ],
)
def test_a_wrong_sheet_names_its_mistakes(text: str, codes: set[str]) -> None:
    made, problems = sheet_of(yaml.safe_load(text), where="sheet")

    assert made is None
    assert {one.code for one in problems} == codes
