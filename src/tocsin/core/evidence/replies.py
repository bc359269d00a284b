"""What a sender is told: a number, what happens next, at most one question. Never what they wrote.

A telephone may be read by others. A reply therefore names no event, no place and no mission.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from tocsin.core.evidence.types import Reading
from tocsin.core.reference import load
from tocsin.core.reference.languages import FIELD_LANGUAGES
from tocsin.core.reference.terms import Channel, ReportKind

_SHORT: Final = frozenset({Channel.SMS, Channel.MISSED_CALL, Channel.WHATSAPP_FORWARD})
# Spoken channels: the words are read aloud by a person.
_SPOKEN: Final = frozenset({Channel.HOTLINE, Channel.RADIO, Channel.HF_RADIO, Channel.WALK_IN, Channel.RELAY_CALL})
_UNKNOWN_LANGUAGE: Final = ("fr", "en")
_QUESTIONS: Final = (
    ("place_ambiguous", "which_place"),
    ("place_unknown", "where"),
    ("coordinates_swapped", "where"),
    ("unread", "say_again"),
)


def receipt(ref: str, *, channel: Channel, language: str = "") -> str:
    """Return the receipt for a message: its number and what happens next.

    Parameters
    ----------
    ref : str
        Number the sender can quote.
    channel : Channel
        How it goes back; a text message is kept to one.
    language : str
        Code of a field language. Unknown: French and English, one after the other.
    """
    kind = _kind_of(channel)
    if kind == "receipt_short" and _code(language) not in FIELD_LANGUAGES:
        # Two languages in one text message leave no room for more than the number.
        kind = "receipt_brief"
    return _say(kind, ref, language)


def question(reading: Reading, ref: str, *, language: str = "") -> str | None:
    """Return the one question that would help most, None when none is needed."""
    if reading.kind in (ReportKind.TEST, ReportKind.FEEDBACK):
        return None
    for doubt, key in _QUESTIONS:
        if doubt in reading.doubts:
            return _say(key, ref, language or reading.language)
    return None


def coded_question(part: int, key: str, ref: str, *, language: str) -> str:
    """Return the question about one part of a coded message; the part is named by its number alone."""
    return _say(key, ref, language, part=part)


def languages() -> tuple[str, ...]:
    """Return the languages that replies exist in."""
    return FIELD_LANGUAGES


def _kind_of(channel: Channel) -> str:
    if channel in _SPOKEN:
        return "receipt_spoken"
    return "receipt_short" if channel in _SHORT else "receipt"


def _say(key: str, ref: str, language: str, **facts: int) -> str:
    code = _code(language)
    chosen = (code,) if code in FIELD_LANGUAGES else _UNKNOWN_LANGUAGE
    return " / ".join(_sentences(one)[key].format(ref=ref, **facts) for one in chosen)


def _code(language: str) -> str:
    """Return the first language of a mixture such as "fr+en"."""
    return language.split("+", maxsplit=1)[0]


@cache
def _sentences(language: str) -> dict[str, str]:
    sentences: dict[str, str] = load.read_file(f"languages/{language}/replies.yaml")
    return sentences
