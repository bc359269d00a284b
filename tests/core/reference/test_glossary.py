"""The glossary holds each word once, in three languages, in words that a duty officer can read."""

from enum import StrEnum

from tocsin.core.reference import load, terms
from tocsin.core.reference.wording import LANGUAGES

LONGEST = 240


def definitions():
    words = load.read_folder("wording")
    return {key.removeprefix("definition."): texts for key, texts in words.items() if key.startswith("definition.")}


def scales():
    return {key.split(".")[1] for key in load.read_folder("wording") if key.startswith("term.")}


def snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def too_long(texts_of):
    return [f"{word} ({code})" for word, texts in texts_of.items() for code in texts if len(texts[code]) > LONGEST]


def test_every_word_is_defined_in_the_languages_of_the_screens_and_no_other():
    assert {word: sorted(texts) for word, texts in definitions().items() if set(texts) != set(LANGUAGES)} == {}


def test_a_definition_fits_in_two_sentences_of_a_page():
    assert too_long(definitions()) == []


def test_a_definition_that_goes_on_and_on_is_reported():
    assert too_long({"threat": {"en": "What may happen. " * 20, "fr": "Ce qui peut arriver."}}) == ["threat (en)"]


def test_no_two_words_have_the_same_definition():
    texts = [one["en"] for one in definitions().values()]

    assert sorted(texts) == sorted(set(texts))


def test_every_scale_of_the_program_stands_in_the_glossary():
    enumerations = {
        snake(name) for name, found in vars(terms).items()
        if isinstance(found, type) and issubclass(found, StrEnum)
    }  # fmt: skip

    assert enumerations - scales() == set()
