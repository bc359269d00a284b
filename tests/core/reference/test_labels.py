"""Every word of the field has its label, in each language of the screens."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from tocsin.core.reference import load, terms
from tocsin.core.reference.wording import LANGUAGES, label

ENUMS = sorted(
    (found for found in vars(terms).values() if isinstance(found, type) and issubclass(found, StrEnum)),
    key=lambda found: found.__name__,
)
MEMBERS = [member for enum in ENUMS for member in enum]


def code_of(member: StrEnum) -> str:
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", type(member).__name__).lower()
    return f"term.{snake}.{member.value}"


def without_label(members: list[StrEnum], language: str) -> list[str]:
    words = load.read_folder("wording")
    return [code_of(member) for member in members if not words.get(code_of(member), {}).get(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_every_scale_has_its_label(language):
    assert len(MEMBERS) > 200

    assert without_label(MEMBERS, language) == []


def test_a_scale_without_its_label_is_seen():
    planted = StrEnum("ForgottenScale", {"LOST": "lost"})

    assert without_label(list(planted), "ar") == ["term.forgotten_scale.lost"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_members_of_one_scale_never_share_a_label(language):
    shown = {enum.__name__: [label(code_of(member), language) for member in enum] for enum in ENUMS}

    twice = {name: labels for name, labels in shown.items() if len(set(labels)) < len(labels)}

    assert twice == {}


def test_no_label_belongs_to_a_member_that_is_gone():
    labels = {code for code in load.read_folder("wording") if code.startswith("term.")}
    scales = {code_of(member).rsplit(".", 1)[0] for member in MEMBERS}

    left_over = {code for code in labels if code.rsplit(".", 1)[0] in scales} - {code_of(m) for m in MEMBERS}

    assert left_over == set()


def test_every_sentence_stands_in_the_three_languages():
    words = load.read_folder("wording")

    incomplete = [code for code, texts in words.items() if any(not texts.get(each) for each in LANGUAGES)]

    assert incomplete == []


def test_every_sentence_fills_the_same_facts_in_each_language():
    words = load.read_folder("wording")
    slots = {
        code: {frozenset(re.findall(r"{(\w+)}", text)) for text in texts.values()} for code, texts in words.items()
    }

    assert [code for code, found in slots.items() if len(found) > 1] == []


def test_the_glossary_defines_the_words_that_names_are_made_of():
    expected = {"poc", "signal", "report", "alert", "community_warning", "incident", "threat", "risk", "hotspot", "qrf"}

    defined = {code.split(".", 1)[1] for code in load.read_folder("wording") if code.startswith("definition.")}

    assert expected <= defined
