"""Words that a mission adds to the lists of a field language: what one may be, and the files they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import yaml

from tocsin.core.reference.languages import FIELD_LANGUAGES, OwnWords, pack, tokenise
from tocsin.core.reference.results import Because, Judged

LONGEST: Final = 60
_MOST_WORDS: Final = 4
# What the rules of grammar hang on is not added to from outside.
_FIGURE: Final = re.compile(r"\d")


def concepts(language: str) -> tuple[str, ...]:
    """Return what a word of a language can stand for."""
    return tuple(sorted(pack(language)["concepts"])) if language in FIELD_LANGUAGES else ()


def judge_entry(language: str, concept: str, words: str) -> Judged[str]:
    """Return the entry as it would stand in the list, empty with the reasons where it may not.

    An entry is a word or a short phrase. It holds no figure, so that no number of a telephone can
    stand in a list that is handed on.

    Examples
    --------
    >>> judge_entry("fr", "ATK", " razzia* ").value
    'razzia*'
    >>> judge_entry("fr", "ATK", "call 0999 12 34").reasons[0].code
    'words.entry'
    """
    entry = " ".join(words.split())
    count = len(tokenise(entry))
    if language not in FIELD_LANGUAGES or concept not in concepts(language):
        return Judged("", (Because("words.concept", {"concept": concept, "language": language}),))
    if not 0 < count <= _MOST_WORDS or len(entry) > LONGEST or _FIGURE.search(entry):
        return Judged("", (Because("words.entry", {"most": _MOST_WORDS}),))
    if len(entry.replace("*", "").replace(" ", "")) < 3:
        return Judged("", (Because("words.too_short"),))
    if entry in (str(one) for one in pack(language)["concepts"][concept]):
        return Judged("", (Because("words.known"),))
    return Judged(entry, ())


def read(language: str, text: str) -> tuple[OwnWords, int]:
    """Return the entries of one file, and how many of its lines were left out because they may not stand there."""
    try:
        page = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        return (), 1
    if not isinstance(page, dict):
        return (), 1
    given = [(str(concept), str(words)) for concept, entries in page.items() for words in _list(entries)]
    good = [
        (language, concept, found.value)
        for concept, words in given
        if (found := judge_entry(language, concept, words)).value
    ]
    return tuple(dict.fromkeys(good)), len(given) - len(good)


def write(words: Iterable[tuple[str, str, str]]) -> str:
    """Return the file of one language's entries: concepts and words, nothing else."""
    page: dict[str, list[str]] = {}
    for _language, concept, entry in sorted(set(words)):
        page.setdefault(concept, []).append(entry)
    return yaml.safe_dump(page, allow_unicode=True, sort_keys=True, width=200)


def _list(entries: Any) -> list[Any]:
    return entries if isinstance(entries, list) else []
