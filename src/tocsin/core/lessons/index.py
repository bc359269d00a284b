"""Finding a lesson by its theme and by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from tocsin.core.lessons.types import Found, Lesson
from tocsin.core.reference import load

_WORD: Final = re.compile(r"\w+")
_SHORTEST_STEM: Final = 3
_ARTICLE: Final = re.compile(r"^ال(?=\w{3})")
_TITLE, _NAMED, _TEXT = 3.0, 2.0, 1.0


def starting_lessons() -> tuple[Lesson, ...]:
    """Return the lessons that a new mission starts with, each with the limits told beside it."""
    return tuple(
        Lesson(**{**entry, "words": tuple(entry.get("words", ()))}) for entry in load.read_file("lessons.yaml")
    )


def search(lessons: Iterable[Lesson], words: str, *, theme: str | None = None) -> tuple[Found, ...]:
    """Return the lessons that hold words of the question, best first.

    A word counts three times in a title, twice among the index words, once in the text; a word of
    three letters or more also finds longer ones that begin with it. Accents and capitals do not
    matter. Without words, all lessons of the theme are returned.

    Examples
    --------
    >>> [found.lesson.ref for found in search(starting_lessons(), "night patrol")][:1]
    ['L-007']
    """
    asked = tuple(dict.fromkeys(_fold(words)))
    chosen = [lesson for lesson in lessons if theme is None or lesson.theme == theme]
    found = [_score(lesson, asked) for lesson in chosen]
    kept = [each for each in found if each.score > 0 or not asked]
    return tuple(sorted(kept, key=lambda each: (-each.score, each.lesson.ref)))


def themes(lessons: Iterable[Lesson]) -> tuple[str, ...]:
    """Return the themes under which lessons stand, sorted."""
    return tuple(sorted({lesson.theme for lesson in lessons}))


def _score(lesson: Lesson, asked: Sequence[str]) -> Found:
    fields = (
        (_TITLE, _fold(" ".join(lesson.title.values()))),
        (_NAMED, _fold(" ".join((*lesson.words, lesson.theme)))),
        (_TEXT, _fold(f"{lesson.observation} {lesson.conditions} {lesson.harm}")),
    )
    best = {word: max((weight for weight, held in fields if _holds(word, held)), default=0.0) for word in asked}
    return Found(lesson, sum(best.values()), tuple(word for word, weight in best.items() if weight))


def _holds(word: str, held: Sequence[str]) -> bool:
    if len(word) < _SHORTEST_STEM:
        return word in held
    return any(each.startswith(word) for each in held)


def _fold(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("_", " ").casefold())
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    # Arabic writes its article on to the word: the night and a night are one word to whoever searches.
    return [_ARTICLE.sub("", word) for word in words]
