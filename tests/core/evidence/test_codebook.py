"""What a village's signal means: only by its own code, only while that code is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.core.evidence import ardenya
from tocsin.core.evidence import codebook
from tocsin.core.evidence.codebook import CodeBook, CodeEntry
from tocsin.core.evidence.types import Reading
from tocsin.core.reference.terms import (
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    SignalKind,
    SignalMeaning,
    SignalPattern,
)

NIGHT = datetime(2027, 3, 5, 22, 41, tzinfo=UTC)
POTS = "[signal] casseroles et bidons battus plus de 10 minutes a Mbirawe, entendu depuis Oulanga 23:40"
MBIRAWE = ardenya.gazetteer().find_in_text("Mbirawe", None)[0].place
HEARD = Reading(ReportKind.SIGNAL, (EventCode.SIG,), place=MBIRAWE, flags=("signal_code:RED", "relay"))


def book(*entries: CodeEntry, days: int = 30) -> CodeBook:
    return CodeBook(MBIRAWE.ref, entries, NIGHT - timedelta(days=1), NIGHT + timedelta(days=days))


def entry(signal: str, pattern: str, meaning: str) -> CodeEntry:
    return CodeEntry(SignalKind(signal), SignalPattern(pattern), SignalMeaning(meaning))


@pytest.mark.parametrize(
    ("meaning", "flag", "state", "priority"),
    [
        ("red", "signal_code:RED", ImminenceState.IMMINENT, Priority.P1),
        ("amber", "signal_code:AMBER", ImminenceState.EMERGING, Priority.P2),
        ("green", "signal_code:GREEN", ImminenceState.SUBSIDED, Priority.P4),
    ],
)
def test_a_signal_means_what_the_code_of_its_village_says(
    meaning: str, flag: str, state: ImminenceState, priority: Priority
) -> None:
    code = book(entry("pots", "any", meaning))

    read = codebook.read_signal(HEARD, POTS, [code], received_at=NIGHT)

    assert (read.flags, read.state, read.priority) == (("relay", flag), state, priority)
    assert "signal.coded" in [because.code for because in read.because]


def test_the_way_it_is_given_goes_before_the_general_meaning() -> None:
    code = book(entry("pots", "any", "amber"), entry("pots", "continuous", "red"), entry("pots", "three", "green"))

    long = codebook.read_signal(HEARD, POTS, [code], received_at=NIGHT)
    three = codebook.read_signal(HEARD, "pots beaten three times at Mbirawe", [code], received_at=NIGHT)
    somehow = codebook.read_signal(HEARD, "pots beaten at Mbirawe", [code], received_at=NIGHT)

    found = [one.flags[-1] for one in (long, three, somehow)]
    assert found == ["signal_code:RED", "signal_code:GREEN", "signal_code:AMBER"]


def test_without_a_code_in_force_the_meaning_stays_unknown_and_says_so() -> None:
    ended = replace(book(entry("pots", "any", "red")), valid_until=NIGHT - timedelta(hours=1))
    another = replace(book(entry("pots", "any", "red")), place="P-other")
    other_signal = book(entry("bell", "any", "red"))

    found = [codebook.read_signal(HEARD, POTS, [one], received_at=NIGHT) for one in (ended, another, other_signal)]

    assert [one.flags for one in found] == [("relay",)] * 3
    assert all("signal_code_unknown" in one.doubts for one in found)
    assert [one.because[-1].code for one in found] == ["signal.no_code", "signal.no_code", "signal.not_in_code"]


def test_a_signal_from_nowhere_looks_up_no_code() -> None:
    nowhere = replace(HEARD, place=None)

    read = codebook.read_signal(nowhere, POTS, [book(entry("pots", "any", "red"))], received_at=NIGHT)

    assert (read.because[-1].code, "signal_code_unknown" in read.doubts) == ("signal.place_unknown", True)


def test_the_newer_code_is_in_force_from_its_first_moment() -> None:
    old = book(entry("pots", "any", "red"))
    new = replace(book(entry("pots", "any", "amber")), valid_from=NIGHT)

    before = codebook.in_force([old, new], MBIRAWE.ref, NIGHT - timedelta(seconds=1))
    after = codebook.in_force([old, new], MBIRAWE.ref, NIGHT)

    assert (before, after) == (old, new)


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("flare seen over the hill, red", ["flare"]),
        ("Kengele na ngoma usiku", ["bell", "drum"]),
        ("جرس يقرع في القرية", ["bell"]),
        ("three lamps at the bridge", ["lamp"]),
        ("men with guns came", []),
    ],
)
def test_signals_are_heard_in_every_field_language(text: str, signals: list[str]) -> None:
    assert sorted(one.signal.value for one in codebook.hear(text)) == signals


def test_a_stand_down_ends_nothing_by_itself() -> None:
    read = codebook.read_signal(HEARD, POTS, [book(entry("pots", "any", "green"))], received_at=NIGHT)

    assert (read.kind, read.because[-1].code) == (ReportKind.UPDATE, "signal.green_ends_nothing")
