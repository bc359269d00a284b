"""How many parts a short message takes: the old alphabet holds 160 letters, any other 70."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

# 3GPP TS 23.038: the default alphabet, and the letters that take two places in it.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
_PLAIN: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE",
     "\u00a0": " ", "\u202f": " ", "ç": "c"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: its alphabet (``gsm7`` or ``ucs2``), the places it takes, and the parts."""

    alphabet: str
    units: int
    parts: int


def count_segments(text: str) -> Segments:
    """Return in how many parts a text leaves.

    Examples
    --------
    >>> count_segments("Stay inside.")
    Segments(alphabet='gsm7', units=12, parts=1)
    >>> count_segments("ابقوا في الداخل").alphabet
    'ucs2'
    """
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        places = [2 if letter in _EXTENDED else 1 for letter in text]
        return Segments("gsm7", sum(places), _parts(places, 160, 153))
    # A letter outside the basic plane is two halves, which must not be torn apart.
    places = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Segments("ucs2", sum(places), _parts(places, 70, 67))


def levelled(text: str) -> str:
    """Return a Latin text in letters of the old alphabet, where that loses only accents and typography.

    One ê makes a message more than twice as long; a text in another script stays as it is.

    Examples
    --------
    >>> levelled("N’allez pas à la forêt")
    "N'allez pas à la foret"
    """
    plain = "".join(_level(letter) for letter in text.translate(_PLAIN))
    return plain if count_segments(plain).alphabet == "gsm7" else text


def _level(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    bare = "".join(sign for sign in unicodedata.normalize("NFD", letter) if not unicodedata.combining(sign))
    return bare if bare and all(sign in _BASIC for sign in bare) else letter


def _parts(places: list[int], alone: int, joined: int) -> int:
    if sum(places) <= alone:
        return 1
    parts, used = 1, 0
    for place in places:
        if used + place > joined:
            parts, used = parts + 1, 0
        used += place
    return parts
