"""The second opinion speaks with the rules and never lowers what they hold for urgent."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from benchmarks.reading_scores import score
from tocsin.core.evidence import reading
from tocsin.core.evidence.reader import second_opinion as module
from tocsin.core.evidence.reader.second_opinion import CODE, RANKS, Opinion, second_opinion
from tocsin.core.reference import load
from tocsin.core.reference.terms import Priority, ReportKind

ROOT = Path(__file__).resolve().parents[3]
MESSAGES = Path(__file__).parent / "messages"
HELD_OUT = [json.loads(line) for line in (MESSAGES / "held_out.jsonl").read_text("utf-8").splitlines()]


def tool():
    found = importlib.util.spec_from_file_location("teach", ROOT / "tools" / "teach_second_opinion.py")
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def test_the_weights_were_learned_from_the_messages_that_lie_here():
    pytest.importorskip("sklearn", reason="the extra `warning` is not installed")
    teach = tool()
    messages = teach.taught()

    assert load.read_arrays(module.FILE)["taught"] == teach.mark(messages)
    # One message more, and it shows.
    assert load.read_arrays(module.FILE)["taught"] != teach.mark({**messages, "one more": "P4"})


def test_nothing_was_learned_from_what_is_held_out():
    pytest.importorskip("sklearn", reason="the extra `warning` is not installed")

    assert not {row["text"] for row in HELD_OUT} & set(tool().taught())


@pytest.mark.parametrize("priority", RANKS)
@pytest.mark.parametrize("row", HELD_OUT[:30], ids=lambda row: row["id"])
def test_nothing_is_lowered_and_calm_is_not_raised(row, priority):
    told = second_opinion(row["text"], ReportKind.INCIDENT, priority)

    assert RANKS.index(told.priority) <= RANKS.index(priority)
    for calm in (ReportKind.UPDATE, ReportKind.FEEDBACK, ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.SIGNAL):
        assert second_opinion(row["text"], calm, priority) == Opinion(priority, None)


def test_a_change_says_so_and_tells_nothing_of_the_text():
    told = second_opinion("they are killing us now please come quick", ReportKind.UNREAD, Priority.P3)

    assert told.priority is Priority.P1
    assert told.because.code == CODE
    # A reason is read by people who may not read the text.
    assert told.because.facts == {"priority": "term.priority.P1"}
    assert told == second_opinion("they are killing us now please come quick", ReportKind.UNREAD, Priority.P3)


@pytest.mark.parametrize("text", ["", "?", "hm", "\x00\x00", "😀 😀"])
def test_where_there_are_no_words_there_is_no_opinion(text):
    assert second_opinion(text, ReportKind.UNREAD, Priority.P3) == Opinion(Priority.P3, None)


def test_more_is_right_on_messages_that_nothing_was_learned_from(monkeypatch):
    with_opinion = score(HELD_OUT)
    monkeypatch.setattr(reading, "second_opinion", lambda text, kind, priority: Opinion(priority, None))
    without = score(HELD_OUT)

    assert with_opinion.share("prio") > without.share("prio")
    assert len(with_opinion.never["P1 read lower"]) < len(without.never["P1 read lower"])
    assert with_opinion.share("prio") >= 0.84
    assert len(with_opinion.never["P1 read lower"]) <= 3
    assert len(with_opinion.never["calm message raised"]) <= 2


def test_ranks_are_all_of_them():
    assert set(RANKS) == set(Priority)
