"""Take telephone numbers and what looks like a person's name out of a text for wider eyes.

Conservative: rather one word too many taken out than one person named. Limits: a name in small
letters without a title, and most names in Arabic script, are not seen; only people may release text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin.core.reference.languages import lexicon, normalise, tokenise

_NUMBER = re.compile(r"(?:\+|00)?[\d٠-٩](?:[\s().-]?[\d٠-٩]){6,}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|(?<!\w)@\w{3,}")
_DATE = re.compile(r"20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d)?")
_COORDINATES = re.compile(r"-?\d{1,3}[.,]\d{2,}\s*[,; ]\s*-?\d{1,3}[.,]\d{2,}")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
_ARABIC_WORD = r"[\u0621-\u064a]+"
_TITLED = re.compile(
    r"\b(?:mr|mrs|ms|miss|mme|mlle|monsieur|madame|dr|docteur|doctor|maitre|maître|abbe|abbé|pere|père|father|pastor|pasteur|imam|sheikh|cheikh|cheik|"
    r"chief|chef|colonel|col|capt|captain|capitaine|general|général|commandant|lieutenant|lt|sgt|sergent|bwana|bibi|mzee|mama|chifu|sultan|hajj)\.?\s+"
    rf"(?P<name>(?-i:{_CAPITAL})(?:\s+(?-i:{_CAPITAL}))*)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:my name is|i am called|named|called|je m[’' ]?appelle|mon nom est|nomm[eé]e?|appel[eé]e?|jina langu ni|naitwa|anaitwa|aitwaye)\s+"
    rf"(?P<name>\w[\w’'-]+(?:\s+(?-i:{_CAPITAL}))*)",
    re.IGNORECASE,
)
_NAMED_ARABIC = re.compile(rf"(?:اسمي|اسمه|اسمها|يدعى|تدعى|المدعو)\s+(?P<name>{_ARABIC_WORD}(?:\s+{_ARABIC_WORD})?)")
_TITLED_ARABIC = re.compile(rf"(?:السيد|السيدة|الشيخ|العمدة|الدكتور|العقيد|النقيب|الحاج)\s+(?P<name>{_ARABIC_WORD})")
_CAPITALS = re.compile(rf"(?P<name>{_CAPITAL}(?:\s+{_CAPITAL})+)")


@dataclass(frozen=True, slots=True)
class Cut:
    """What was taken out of a text, by position in the original; `kind` is ``number``, ``address`` or ``name``."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with its cuts."""

    text: str
    cuts: tuple[Cut, ...]


def redact(text: str, *, keep: Iterable[str] = ()) -> Redacted:
    """Return `text` without telephone numbers, addresses and what looks like a person's name.

    Parameters
    ----------
    text : str
        As it arrived.
    keep : iterable of str
        Names that may stand: places and known actors.

    Examples
    --------
    >>> redact("Chief Kaboro said call +000 555 0101, attack in Oru", keep=["Oru"]).text
    'Chief [name] said call [number], attack in Oru'
    """
    allowed = {normalise(name) for name in keep}
    allowed |= {word for name in allowed for word in name.split()}
    cuts: list[Cut] = []
    for cut in sorted(_cuts(text, allowed), key=lambda cut: (cut.start, -cut.end)):
        if not cuts or cut.start >= cuts[-1].end:
            cuts.append(cut)
    parts, at = [], 0
    for cut in cuts:
        parts += [text[at : cut.start], f"[{cut.kind}]"]
        at = cut.end
    return Redacted("".join([*parts, text[at:]]), tuple(cuts))


def _cuts(text: str, allowed: set[str]) -> Iterator[Cut]:
    spared = [match.span() for pattern in (_DATE, _COORDINATES) for match in pattern.finditer(text)]
    for match in _NUMBER.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in spared):
            yield Cut(*match.span(), "number")
    for match in _ADDRESS.finditer(text):
        yield Cut(*match.span(), "address")
    for pattern in (_TITLED, _NAMED, _TITLED_ARABIC, _NAMED_ARABIC, _CAPITALS):
        for match in pattern.finditer(text):
            yield from _name_cuts(match, allowed, sure=pattern is not _CAPITALS)


def _name_cuts(match: re.Match[str], allowed: set[str], *, sure: bool) -> Iterator[Cut]:
    """Give the words of a likely name, without those that may stand."""
    start = match.start("name")
    words = [(start + word.start, start + word.end, word) for word in tokenise(match["name"])]
    book = lexicon()
    unknown = [(first, last) for first, last, word in words if word.text not in allowed and word.key not in book.known]
    if not sure:
        unknown = [
            (first, last) for first, last, word in words if (first, last) in unknown and word.key not in book.exact
        ]
        if len(unknown) < 2:
            return
    if unknown:
        yield Cut(unknown[0][0], unknown[-1][1], "name")
