"""Every code that the product speaks in has its sentence in three languages, and no sentence is left over."""

from __future__ import annotations

import ast

import pytest

from tests.house import sentences
from tests.house.guards import SOURCE
from tocsin.core.reference import load
from tocsin.core.reference.wording import LANGUAGES

WORDING = load.read_folder("wording")
MODULES = dict(sentences.trees(SOURCE))


def test_every_code_of_the_source_has_its_sentence() -> None:
    asked = {key: path.name for path, tree in MODULES.items() for key in sentences.used(tree)}

    assert len(asked) > 200
    assert {key: asked[key] for key in sentences.without_sentence(asked, WORDING)} == {}


def test_no_sentence_is_left_over() -> None:
    spoken = {shape for tree in MODULES.values() for shape in sentences.literals(tree)}

    assert sentences.without_speaker(WORDING, spoken) == []


def test_every_sentence_stands_in_three_languages_and_fills_the_same_facts() -> None:
    assert sentences.uneven(WORDING, LANGUAGES) == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('Because("must.planted", {})', ["reason.must.planted"]),
        ('Because(f"planted.{rule}", {})', ["reason.planted.*"]),
        ('Because("must.planted" if late else "must.imminent")', ["reason.must.planted"]),
        ('results.Problem("CHN-999", "row 7")', ["problem.CHN-999"]),
        ('refuse(code="FEED-999")', ["problem.FEED-999"]),
        ('put_out(code="outgoing.planted")', ["outgoing.planted"]),
        ('put_out(code=f"outgoing.planted.{again}")', ["outgoing.planted.*"]),
        ('Reading(doubts=("planted_doubt", *doubts))', ["term.doubt.planted_doubt"]),
        ('Because("must.imminent", {})', []),
    ],
)
def test_a_code_without_its_sentence_is_reported(source: str, missing: list[str]) -> None:
    asked = sentences.used(ast.parse(source))

    assert sentences.without_sentence(asked, WORDING) == missing


def test_a_sentence_without_a_speaker_is_reported() -> None:
    spoken = sentences.literals(ast.parse('Because("must.spoken"); Because(f"step.wait_{what}"); x = "CHN-001"'))
    wording = ("reason.must.spoken", "reason.step.wait_note", "problem.CHN-001", "reason.must.orphan", "term.role.duty")

    assert sentences.without_speaker(wording, spoken) == ["reason.must.orphan"]


def test_a_sentence_that_differs_between_languages_is_reported() -> None:
    wording = {
        "reason.even": {"en": "{n} of {all}", "fr": "{n} sur {all}", "ar": "{n} من {all}"},
        "reason.uneven": {"en": "{n}", "fr": "{m}", "ar": "{n}"},
        "reason.silent": {"en": "so", "fr": "ainsi"},
    }

    assert sentences.uneven(wording, LANGUAGES) == ["reason.silent", "reason.uneven"]
