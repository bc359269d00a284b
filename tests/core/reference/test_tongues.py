"""Which language a short text is told to be in."""

from __future__ import annotations

import pytest

from tests.core.evidence import ardenya
from tocsin.core.reference.languages import tokenise
from tocsin.core.reference.tongues import identify, voice_of

ROWS = ardenya.examples()


def told(text: str) -> str:
    return identify(tokenise(text)).name


def test_of_the_examples_98_in_100_are_told_in_their_language():
    right = sum(language in told(row["text"]).split("+") for language, row in ROWS)

    assert right / len(ROWS) >= 0.98


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tusaidieni watu wamekuja usiku", "sw"),
        ("les gens ont peur", "fr"),
        ("people are afraid", "en"),
        ("الناس خائفون", "ar"),
        ("nipo shambani", "sw"),
    ],
)
def test_a_few_words_are_enough(text, language):
    assert told(text) == language


def test_two_languages_in_one_message_are_both_named_the_main_one_first():
    assert told("Les gens du village ont peur ce soir, they are coming with guns, on ne sait pas") == "fr+en"
    assert told("Les gens du village ont peur ce soir, they have guns, on ne sait pas quoi faire") == "fr+en"
    assert told("هجوم على السوق الآن والناس يهربون please send help now") == "ar+en"


def test_numbers_and_names_are_in_no_language():
    tokens = tokenise("Nyaroko 3")

    assert identify(tokens, names={0}).name == "und"


def test_what_a_word_says_of_each_language_sums_to_one():
    assert sum(voice_of("watu").values()) == pytest.approx(1)
