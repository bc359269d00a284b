"""A second opinion on how urgent a message is, learned from labelled messages, beside the rules.

Rules read what their words and grammar foresee; people write otherwise. The opinion weighs every piece of
every word (two to five signs) and every pair of words by what such pieces stood for in some two thousand
labelled messages. It can only raise: what rules hold for urgent stays so, and calm stays calm. Whatever it
changes says so. Same message, same answer, offline.

Source: multinomial logistic regression, fitted by ``tools/teach_second_opinion.py`` on the messages in
``tests/core/evidence/messages/``. Limits: invented messages, labelled by one hand; four languages.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.reference import load
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority, ReportKind

CODE = "reading.priority.second_opinion"
FILE = "taught/second_opinion.npz"
RANKS = (Priority.P1, Priority.P2, Priority.P3, Priority.P4)
BUCKETS = 1 << 16
# How much more the rules' word counts than another's, as a logarithm of odds. Chosen by cross-validation
# on the taught messages, and tried on messages that nothing was learned from.
_RULES_SAY = 1.5
_PIECES = (2, 3, 4, 5)
# A text beyond this is no message; a person reads it.
_MOST_SIGNS = 2000
# What tells of harm or of nothing that was understood. Calm, thanks and questions are not raised by likeness.
_MAY_RAISE = frozenset(
    {ReportKind.INCIDENT, ReportKind.THREAT_WARNING, ReportKind.DISPLACEMENT, ReportKind.RUMOUR, ReportKind.UNREAD}
)

Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """The joint judgement, and why where it is not the rules' own."""

    priority: Priority
    because: Because | None


def second_opinion(text: str, kind: ReportKind, priority: Priority) -> Opinion:
    """Return how urgent a message is by the rules and the taught messages together.

    Parameters
    ----------
    text : str
        The message as it arrived.
    kind, priority : ReportKind, Priority
        What the rules say; of an UNREAD message they say nothing.
    """
    words = words_of(text)
    if kind not in _MAY_RAISE or len(words) < 2:
        return Opinion(priority, None)
    said = _log_odds(words)
    if kind is not ReportKind.UNREAD:
        said[RANKS.index(priority)] += _RULES_SAY
    joint = RANKS[int(said.argmax())]
    if RANKS.index(joint) >= RANKS.index(priority):
        return Opinion(priority, None)
    # Which words weighed is not told: a reason goes to people who may not read the text.
    return Opinion(joint, Because(CODE, {"priority": f"term.priority.{joint.value}"}))


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text[:_MOST_SIGNS].lower())
    return re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def pieces(words: list[str]) -> list[str]:
    """Return the pieces of words that are weighed: parts of two to five signs, words, pairs of words."""
    found = [part for word in words for part in _parts(word)]
    found += [f"1{word}" for word in words]
    found += [f"2{one} {two}" for one, two in pairwise(words)]
    return found


def counted(words: list[str]) -> tuple[NDArray[np.int64], Weights]:
    """Return which buckets the pieces of a text fall into, and how much each counts; the squares sum to 1."""
    counts = Counter(_bucket(piece) for piece in pieces(words))
    buckets = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    amounts = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    return buckets, (amounts / np.linalg.norm(amounts)).astype(np.float32)


def _parts(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + size] for size in _PIECES for at in range(len(padded) - size + 1)]


def _bucket(piece: str) -> int:
    return zlib.crc32(piece.encode()) & (BUCKETS - 1)


def _log_odds(words: list[str]) -> Weights:
    buckets, amounts = counted(words)
    held = _taught()
    raw: Weights = amounts @ held["weights"][buckets] + held["base"]
    odds: Weights = raw - np.logaddexp.reduce(raw)
    return odds


def _taught() -> Mapping[str, Any]:
    return load.read_arrays(FILE)
