"""What a village's signal means, by that village's own code at that time; without a code it stays unknown.

Communities own their signals. The meaning is local, secret and changed from time to time, so no
list of ours says what a drum means: only the code that the village agreed on does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from tocsin.core.evidence.types import Reading
from tocsin.core.reference import load, rules
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    SignalKind,
    SignalMeaning,
    SignalPattern,
)

_MARK: Final = "signal_code:"
_ORDER: Final = tuple(SignalMeaning)
_TAGGED: Final = re.compile(r"^\s*\[\s*(?:signal|ishara|إشارة|اشارة)\s*\]", re.IGNORECASE)
_OPEN_KINDS: Final = frozenset({ReportKind.SIGNAL, ReportKind.UNREAD})


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One line of a village's code: this signal given this way means this."""

    signal: SignalKind
    pattern: SignalPattern
    meaning: SignalMeaning


@dataclass(frozen=True, slots=True)
class CodeBook:
    """The code of one village from one moment until another."""

    place: str
    entries: tuple[CodeEntry, ...]
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal as a text tells of it: with what, and how where it says so."""

    signal: SignalKind
    patterns: frozenset[SignalPattern]


def hear(text: str) -> tuple[Heard, ...]:
    """Return the signals that a text tells of, with how they were given.

    Examples
    --------
    >>> [(one.signal.value, sorted(one.patterns)) for one in hear("casseroles battues sans arrêt")]
    [('pots', [<SignalPattern.CONTINUOUS: 'continuous'>])]
    """
    plain = normalise(text)
    patterns = frozenset(SignalPattern(name) for name, words in _words("patterns") if words.search(plain))
    return tuple(Heard(SignalKind(name), patterns) for name, words in _words("kinds") if words.search(plain))


def in_force(books: Sequence[CodeBook], place: str, at: datetime) -> CodeBook | None:
    """Return the code of a village at a moment: the one that began last; None when there was none."""
    valid = [book for book in books if book.place == place and book.valid_from <= at < book.valid_until]
    return max(valid, key=lambda book: book.valid_from, default=None)


def meaning_of(heard: Heard, book: CodeBook) -> SignalMeaning | None:
    """Return what a signal means by a code; the entry for the way it was given goes before the general one."""
    lines = [entry for entry in book.entries if entry.signal is heard.signal]
    exact = [entry.meaning for entry in lines if entry.pattern in heard.patterns]
    general = [entry.meaning for entry in lines if entry.pattern is SignalPattern.ANY]
    return min(exact or general, key=_ORDER.index, default=None)


def is_signal(reading: Reading, text: str) -> bool:
    """Return whether a message tells of a signal and of nothing that says more."""
    return bool(_TAGGED.match(text)) or (reading.kind in _OPEN_KINDS and bool(hear(text)))


def read_signal(reading: Reading, text: str, books: Sequence[CodeBook], *, received_at: datetime) -> Reading:
    """Return the reading of a signal with the meaning that the village's own code gives it.

    Parameters
    ----------
    reading : Reading
        What the words say by themselves.
    books : sequence of CodeBook
        Codes of the village under threat, of any time.
    received_at : datetime
        When the message came; it counts where the message names no time.

    Returns
    -------
    Reading
        With the flag ``signal_code:RED`` (or ``AMBER``, ``GREEN``), its state and its priority; or
        with the doubt ``signal_code_unknown`` and nothing concluded.
    """
    heard = hear(text)
    flags = tuple(flag for flag in reading.flags if not flag.startswith(_MARK))
    events = reading.events or (EventCode.SIG,)
    kind = ReportKind.SIGNAL if reading.kind is ReportKind.UNREAD else reading.kind
    plain = replace(reading, kind=kind, events=events, flags=flags)
    if reading.place is None:
        return _unknown(plain, heard, "signal.place_unknown")
    book = in_force(books, reading.place.ref, reading.when.start or received_at)
    if book is None:
        return _unknown(plain, heard, "signal.no_code")
    found = [(meaning, one) for one in heard if (meaning := meaning_of(one, book)) is not None]
    if not found:
        return _unknown(plain, heard, "signal.not_in_code")
    meaning, one = min(found, key=lambda pair: _ORDER.index(pair[0]))
    return _known(plain, one, meaning, received_at)


def _known(reading: Reading, heard: Heard, meaning: SignalMeaning, as_of: datetime) -> Reading:
    label = f"term.signal_meaning.{meaning.value}"
    priority = Priority(rules.value("networks.signal.priority", as_of)[meaning.value])
    state = ImminenceState(rules.value("networks.signal.state", as_of)[meaning.value])
    reasons = [
        Because("signal.coded", {"signal": _label(heard), "meaning": label}),
        Because("signal.priority", {"meaning": label, "priority": priority.value}),
    ]
    if meaning is SignalMeaning.GREEN:
        reasons.append(Because("signal.green_ends_nothing"))
    return replace(
        reading,
        kind=ReportKind.UPDATE if meaning is SignalMeaning.GREEN else reading.kind,
        state=state,
        priority=priority,
        flags=(*reading.flags, f"{_MARK}{meaning.name}"),
        because=(*reading.because, *reasons),
    )


def _unknown(reading: Reading, heard: Sequence[Heard], code: str) -> Reading:
    signal = _label(heard[0]) if heard else None
    return replace(
        reading,
        doubts=(*reading.doubts, "signal_code_unknown"),
        because=(*reading.because, Because(code, {"signal": signal})),
    )


def _label(heard: Heard) -> str:
    return f"term.signal_kind.{heard.signal.value}"


@cache
def _words(part: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = load.read_file("signals.yaml")[part]
    return tuple((name, _pattern(words)) for name, words in listed.items())


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    shapes = (r"\S*".join(re.escape(part) for part in word.split("*")) for word in words)
    return re.compile(rf"(?<!\S)(?:{'|'.join(shapes)})(?!\S)")
