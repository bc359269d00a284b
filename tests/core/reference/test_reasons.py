"""Every reason that assessment, alerts and lessons can give has its sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import tocsin.core
from tocsin.core.reference import load, rules, wording

ROOMS = ("assessment", "alerts", "lessons")
CORE = Path(tocsin.core.__path__[0])
SOURCES = sorted(path for room in ROOMS for path in (CORE / room).rglob("*.py"))
CODE = re.compile(r"^[a-z_]+\.[a-z0-9_]*[a-z0-9]$")
CHASED = ("decision", "delegate", "movement", "feedback", "note")


def codes_in(source: str) -> set[str]:
    """Return every literal of the source that looks like the code of a reason."""
    literals = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {text for text in literals if isinstance(text, str) and CODE.match(text)}


def without_sentence(codes: set[str]) -> set[str]:
    known_rules = {name.removeprefix("assessment.") for name in rules.names()} | set(rules.names())
    return {
        code
        for code in codes
        if not wording.has("reason." + code) and code not in known_rules and code != "lessons.yaml"
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_reason_has_its_sentence(path):
    assert without_sentence(codes_in(path.read_text("utf-8"))) == set()


def test_a_reason_without_a_sentence_is_seen():
    assert without_sentence(codes_in('Because("must.forgotten", {})')) == {"must.forgotten"}


@pytest.mark.parametrize("what", CHASED)
def test_every_clock_has_a_sentence_for_waiting_and_for_being_late(what):
    assert wording.has(f"reason.step.wait_{what}")
    assert wording.has(f"reason.step.chase_{what}")


def test_every_rule_states_its_unit_and_the_source_of_each_value():
    entries = load.read_folder("rules")

    bare = [
        name
        for name, entry in entries.items()
        if not entry.get("unit") or any(not value.get("source") for value in entry["values"].values())
    ]

    assert entries
    assert bare == []
