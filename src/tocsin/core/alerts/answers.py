"""The short answers by which people on duty say that they have an alert."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from tocsin.core.reference import rules

_MOST_REFS: Final = 20
_REF: Final = re.compile(r"(?:#|a-?)?0*(\d{1,12})", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(?:[\s,;+&./،]|\b(?:and|et|na)\b|و(?=[\s\d]))+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement by text: the alerts it names, and whether it says more, which must be read too."""

    alerts: tuple[str, ...]
    says_more: bool = False


def read_answer(text: str) -> Answer | None:
    """Return the alerts that an answer acknowledges, None where it is no answer.

    It begins with a word such as ACK, OK, REÇU, تم or NIMEPOKEA, in any of the languages of the
    mission's people; numbers of alerts follow, in any form. Without a number it is of the one alert
    they were told of. What stands behind the numbers makes it a message too.

    Examples
    --------
    >>> read_answer("OK 141, A-000142")
    Answer(alerts=('A-000141', 'A-000142'), says_more=False)
    >>> read_answer("Reçu").alerts
    ()
    >>> read_answer("ok attackers at the bridge") is None
    True
    """
    folded = text.strip().casefold().lstrip("!.")
    word = next((one for one in _words() if folded == one or _goes_on(folded, one)), None)
    if word is None:
        return None
    rest = folded[len(word) :].strip(" \t\r\n.,:;!-")
    refs, behind = _refs(rest)
    if behind and not refs:
        return None
    return Answer(tuple(dict.fromkeys(refs)), says_more=bool(behind))


def _words() -> tuple[str, ...]:
    """Return the words of acknowledgement, the longest first."""
    given = rules.value("alerts.answer_words", date.max)
    found = [word.casefold() for words in given.values() for word in words]
    return tuple(sorted(found, key=len, reverse=True))


def _goes_on(folded: str, word: str) -> bool:
    return folded.startswith(word) and not folded[len(word)].isalpha()


def _refs(rest: str) -> tuple[list[str], str]:
    """Take the numbers from the front; return them, and what stands behind them."""
    refs: list[str] = []
    while rest and len(refs) < _MOST_REFS:
        found = _REF.match(rest)
        if found is None or rest[found.end() : found.end() + 1].isalpha():
            break
        refs.append(f"A-{int(found[1]):06d}")
        rest = rest[found.end() :]
        between = _BETWEEN.match(rest)
        rest = rest[between.end() :].lstrip() if between else rest
    return refs, rest.strip(" .!?,;")
