"""Sentences and labels for codes, in each screen language. Used by the doors, never by the judgements."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from tocsin.core.reference import load
from tocsin.core.reference.results import Because, Problem

LANGUAGES = ("en", "fr", "ar")
# How a language writes the point of a decimal number, and the comma of a list.
_POINT = {"en": ".", "fr": ",", "ar": ","}
_COMMA = {"en": ", ", "fr": ", ", "ar": "، "}


class _Facts(dict[str, Any]):
    """Facts for a sentence: what is missing or None is said to be unknown."""

    def __init__(self, facts: Mapping[str, Any], language: str) -> None:
        super().__init__(facts)
        self.unknown = _entry("word.unknown", language)

    def __missing__(self, key: str) -> str:
        return self.unknown

    def __getitem__(self, key: str) -> Any:
        found = super().__getitem__(key) if key in self else None
        return self.unknown if found is None else found


def _entry(code: str, language: str) -> str:
    texts = load.read_folder("wording").get(code)
    if texts is None:
        raise KeyError(f"no wording for '{code}'; add it to data/wording/*.yaml in en, fr and ar")
    found = texts.get(language) or texts["en"]
    return str(found)


def say(code: str, facts: Mapping[str, Any], language: str = "en") -> str:
    """Return the sentence for `code` filled with `facts`; unknown facts are said to be unknown.

    A fact whose value is the code of a label (``term.actor.rebel``) is shown by its label.
    """
    shown: dict[str, Any] = {}
    for key, fact in facts.items():
        if isinstance(fact, str) and fact.startswith("term.") and has(fact):
            fact = label(fact, language)
        elif isinstance(fact, float):
            fact = f"{fact:.2f}".rstrip("0").rstrip(".").replace(".", _POINT.get(language, "."))
        elif isinstance(fact, list | tuple):
            fact = _COMMA.get(language, ", ").join(str(item) for item in fact)
        shown[key] = fact
    return Formatter().vformat(_entry(code, language), (), _Facts(shown, language))


def reason(because: Because, language: str = "en") -> str:
    """Return the sentence of one reason."""
    return say("reason." + because.code, because.facts, language)


def problem(found: Problem, language: str = "en") -> str:
    """Return the sentence of one problem: where, what, what was expected, what to do, code."""
    text = say("problem." + found.code, found.facts, language)
    return f"{found.where}: {text} [{found.code}]"


def label(code: str, language: str = "en") -> str:
    """Return the label of a term, for example ``term.category.must``."""
    return _entry(code, language)


def has(code: str) -> bool:
    """Return whether a wording exists for `code`."""
    return code in load.read_folder("wording")
