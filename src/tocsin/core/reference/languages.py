"""Field languages: one way to write words down, and the word lists that messages are read with.

A word list names what people write, language by language; a *concept* is what the words stand
for (an event code, ``negation``, ``day.-1``). A ``*`` stands for any letters, ``..`` for up to
three words in between, a ``+`` behind the stem of a verb for whatever its language puts before and
behind it (``verb_forms`` in the list). Spelling is forgiven: accents, case, doubled consonants, Arabic letter
forms, and one slip in a long word that no list knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product
from typing import Any

from tocsin.core.reference import load

FIELD_LANGUAGES = ("fr", "en", "ar", "sw")
# Entries that a mission adds: (language, concept, words).
OwnWords = tuple[tuple[str, str, str], ...]
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0640"
# Arabic typed with Latin letters writes two of its own as 3 and 7: "3ind", "7araga".
_TYPED = r"[37](?:al[ae]|ale?ina|ind|an\b|ashan|askar|asakir|arab|arag|arb|alla|arami)[a-z\d]*"
_WORD = re.compile(rf"{_TYPED}|\d{{1,3}}(?:[.,\u00a0 ]\d{{3}})+(?![\d.,]\d|\d)|\d+|[^\W\d_][\w{_MARKS}]*")
_LETTERS = str.maketrans(
    {"ى": "ي", "ة": "ه", "ٱ": "ا", "ـ": None, "گ": "ك", "ی": "ي", "ک": "ك", "œ": "oe", "æ": "ae", "ø": "o", "ı": "i"}
)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")
_GAP_WORDS = 3
# In shorter words one letter makes another word: "faite" is not "fuite", "drove" not "drone".
_LEAST_FORGIVEN = 6
_LONGEST_NUMBER = 18
# A slip of spelling is never enough to tell of these.
_EXACT_ONLY = frozenset({"SGV", "test", "false_alarm", "nothing_to_report", "negation", "thanks"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: as normalised, as compared, and where it stands in the text."""

    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a list found in a text: tokens `first` to `last`, both included."""

    concept: str
    first: int
    last: int
    words: str
    language: str
    exact: bool = True


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Return `text` without accents, case and Arabic letter variants."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    plain = plain.casefold().translate(_LETTERS)
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() and not sign.isascii() else sign for sign in plain)


def normalise(text: str) -> str:
    """Return `text` as plain words: no accents, case, apostrophes, Arabic marks or letter variants.

    Examples
    --------
    >>> normalise("Dabali-Marché, l’École"), normalise("أبو سَرِّيف")
    ('dabali marche l ecole', 'ابو سريف')
    """
    return " ".join(token.text for token in tokenise(text))


@lru_cache(maxsize=20_000)
def spelling_key(word: str) -> str:
    """Return what stays of a normalised word when common spelling slips are levelled."""
    # "ch" is a sound of its own: "attaché" is not "attaqué".
    word = word.replace("ph", "f").replace("qu", "k").replace("q", "k").replace("ch", "ç").replace("c", "k")
    return _DOUBLED.sub(r"\1", word.replace("ç", "ch"))


@lru_cache(maxsize=8)
def tokenise(text: str) -> tuple[Token, ...]:
    """Return the words and numbers of `text` with their positions."""
    found = []
    for match in _WORD.finditer(text):
        raw = match.group()
        word = re.sub(r"[.,\s]", "", raw) if raw[0].isdigit() else fold(raw)
        word = fold(word)
        if len(word) > _LONGEST_NUMBER and word.isdigit():
            word = f"{word}…"  # counts nothing, and no column or clock could hold it
        if word:
            found.append(Token(word, spelling_key(word), match.start(), match.end()))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Phrase:
    concept: str
    words: str
    language: str


@dataclass(slots=True)
class _Step:
    """One word of the entries that begin alike: what may follow, at once or after a gap, and what ends here."""

    follows: dict[str, _Step] = field(default_factory=dict)
    gapped: dict[str, _Step] = field(default_factory=dict)
    ends: list[_Phrase] = field(default_factory=list)


@dataclass(slots=True)
class Lexicon:
    """The word lists of all field languages, laid out as one tree so that a text is scanned once."""

    root: _Step = field(default_factory=_Step)
    exact: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)
    tails: set[str] = field(default_factory=set)
    middles: set[str] = field(default_factory=set)
    verbs: set[str] = field(default_factory=set)
    function_words: dict[str, frozenset[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    # How words are shortened in messages ("ds"), each with the words it may stand for.
    short_for: dict[str, tuple[str, ...]] = field(default_factory=dict)
    longest_stem: int = 0

    def add(self, concept: str, words: str, language: str) -> None:
        """Add one entry of a list, for example ``vont .. attaqu*``."""
        step, gap = self.root, False
        for part in words.split():
            if part == "..":
                gap = True
                continue
            for atom in _atoms(part):
                step = (step.gapped if gap else step.follows).setdefault(atom, _Step())
                gap = False
                self._note(atom)
        if step is self.root:
            raise ValueError(f"languages/{language}: '{words}' of '{concept}' holds no word")
        step.ends.append(_Phrase(concept, words, language))

    def concepts_of(self, word: str) -> Iterator[str]:
        """Give the concepts that one word alone stands for."""
        step = self.root.follows.get(word)
        yield from (phrase.concept for phrase in step.ends) if step else ()

    def _note(self, atom: str) -> None:
        if atom.endswith("+"):
            self.verbs.add(atom[:-1])
        elif atom.startswith("*"):
            (self.middles if atom.endswith("*") else self.tails).add(atom.strip("*"))
        elif atom.endswith("*"):
            self.stems.add(atom[:-1])
            self.longest_stem = max(self.longest_stem, len(atom))
        else:
            self.exact.add(atom)


def _atoms(part: str) -> Iterator[str]:
    head, tail = "*" if part[0] == "*" else "", part[-1] if part[-1] in "*+" else ""
    found = [token.key for token in tokenise(part)]
    for number, key in enumerate(found):
        yield (head if number == 0 else "") + key + (tail if number == len(found) - 1 else "")


@cache
def pack(language: str) -> Mapping[str, Any]:
    """Return the word lists of one field language."""
    words: Mapping[str, Any] = load.read_file(f"languages/{language}/words.yaml")
    return words


@cache
def lexicon() -> Lexicon:
    """Return the word lists of all field languages, compiled once."""
    book = Lexicon()
    known: set[str] = set()
    for language in FIELD_LANGUAGES:
        lists = pack(language)
        for concept, entries in lists["concepts"].items():
            for entry in entries:
                book.add(concept, str(entry), language)
        for short, full in lists.get("short_for", {}).items():
            book.short_for[spelling_key(short)] = tuple(spelling_key(word) for word in full)
        function_words = frozenset(token.key for word in lists["function_words"] for token in tokenise(word))
        book.function_words[language] = function_words
        known |= function_words | {token.key for word in lists["known_words"] for token in tokenise(word)}
        known |= {token.key for token in tokenise(load.read_file(f"languages/{language}/speech.yaml")["words"])}
    book.known = frozenset(known)
    return book


@cache
def prefixes(kind: str, language: str) -> tuple[str, ...]:
    """Return the verb beginnings that mean `kind` (``future`` or ``negated``) in a language."""
    return tuple(sorted(fold(start) for start in pack(language).get(f"{kind}_prefixes", ())))


def find_words(tokens: tuple[Token, ...], own: OwnWords = ()) -> tuple[Match, ...]:
    """Return every entry of every list that stands in the text, longest first at each word.

    `own` are entries that a mission added to the lists, each (language, concept, words). They are taken
    as they are written: what they name is no slip in spelling of another word.
    """
    found = _found_in(lexicon(), [_atoms_of(token.key) for token in tokens])
    if own:
        book = _own_lexicon(own)
        theirs = _found_in(book, [_exact_atoms(token.key, book) for token in tokens])
        named = {match.first for match in theirs}
        found = [*(match for match in found if match.exact or match.first not in named), *theirs]
    found.sort(key=lambda match: (match.first, -match.last, not match.exact, match.concept))
    return tuple(found)


@lru_cache(maxsize=64)
def _own_lexicon(own: OwnWords) -> Lexicon:
    book = Lexicon()
    for language, concept, words in own:
        book.add(concept, words, language)
    return book


def _found_in(book: Lexicon, atoms: list[dict[str, bool]]) -> list[Match]:
    found: list[Match] = []
    for first, here in enumerate(atoms):
        for atom, exact in here.items():
            step = book.root.follows.get(atom)
            if step is not None:
                _walk(step, atoms, (first, first), exact, found)
    return found


def _walk(step: _Step, atoms: list[dict[str, bool]], span: tuple[int, int], sure: bool, found: list[Match]) -> None:
    """Note every entry that ends at this word, and go on to those that are longer."""
    first, at = span
    for phrase in step.ends:
        if sure or phrase.concept not in _EXACT_ONLY:
            found.append(Match(phrase.concept, first, at, phrase.words, phrase.language, sure))
    if step.follows and at + 1 < len(atoms):
        for atom, exact in atoms[at + 1].items():
            if atom in step.follows:
                _walk(step.follows[atom], atoms, (first, at + 1), sure and exact, found)
    if step.gapped:
        met: set[str] = set()
        for place in range(at + 1, min(at + 2 + _GAP_WORDS, len(atoms))):
            for atom, exact in atoms[place].items():
                if atom in step.gapped and atom not in met:
                    met.add(atom)
                    _walk(step.gapped[atom], atoms, (first, place), sure and exact, found)


@lru_cache(maxsize=20_000)
def _atoms_of(key: str) -> dict[str, bool]:
    book = lexicon()
    found = _exact_atoms(key, book)
    for full in book.short_for.get(key, ()):
        found = _exact_atoms(full, book) | found
    if not found and len(key) >= 5 and key not in book.known and not key[0].isdigit():
        found = _grown_together(key, book) or _misspelt(key)
    return found


def _grown_together(key: str, book: Lexicon) -> dict[str, bool]:
    """Return what a French word stands for that has the article before it grown onto it: "lecole", "dassaut"."""
    if key[0] not in "ldnsjmt" or key[1] not in "aeiouh" or len(key) < _LEAST_FORGIVEN - 1:
        return {}
    return dict.fromkeys((atom for atom in _exact_atoms(key[1:], book) if len(atom) >= 4), False)


def _exact_atoms(key: str, book: Lexicon) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for form in _forms(key):
        if form in book.exact:
            found[form] = True
        for length in range(2, min(len(form), book.longest_stem) + 1):
            if form[:length] in book.stems:
                found[form[:length] + "*"] = True
        found |= dict.fromkeys((f"*{form[at:]}" for at in range(len(form)) if form[at:] in book.tails), True)
        found |= dict.fromkeys((f"*{middle}*" for middle in book.middles if middle in form), True)
        found |= dict.fromkeys((f"{stem}+" for stem in _bent(form) if stem in book.verbs), True)
    return found


def _bent(word: str) -> Iterator[str]:
    """Give what a word may be a form of: what stays of it without what is put before and behind a verb."""
    fronts, ends = _affixes("ar" if "\u0600" <= word[0] <= "\u06ff" else "sw")
    for start in range(len(word) - 1):
        if word[:start] in fronts:
            yield from (word[start:end] for end in range(start + 2, len(word) + 1) if word[end:] in ends)


@cache
def _affixes(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return all that may stand before and behind the stem of a verb, put together from its parts."""
    forms = pack(language)["verb_forms"]
    before, behind = (
        frozenset(fold("".join(parts)) for row in forms[side] for parts in product(*row)) for side in ("fronts", "ends")
    )
    return before, behind


def _forms(key: str) -> Iterator[str]:
    """Give the word itself and, in Arabic, the word without what is written onto its front."""
    yield key
    if "\u0600" <= key[0] <= "\u06ff":
        rest = key
        for fronts in ("وف", "بلك"):
            if len(rest) > 2 and rest[0] in fronts:
                rest = rest[1:]
                yield rest
        for start in (key, rest):
            if (start.startswith("ال") and len(start) > 4) or (start.startswith("لل") and len(start) > 4):
                yield start[2:]


def _misspelt(key: str) -> dict[str, bool]:
    from rapidfuzz.distance import OSA

    words, stems = _forgiven()
    found: dict[str, bool] = {}
    for word in words.get(key[0], ()):
        if abs(len(word) - len(key)) <= 2:
            # Two slips only behind a true beginning: "wanajaribu" is not "wataharibu".
            allowed = 2 if len(word) >= 10 and word[:4] == key[:4] else 1
            if OSA.distance(word, key, score_cutoff=allowed) <= allowed:
                found[word] = False
    for stem in stems.get(key[0], ()):
        if len(key) >= len(stem) - 1 and (stem[1] in key[1:3] or stem[2] in key[1:4]):
            cuts = {key[: len(stem) + extra] for extra in (-1, 0, 1)}
            if any(OSA.distance(stem, cut, score_cutoff=1) <= 1 for cut in cuts):
                found[stem + "*"] = False
    return found


@cache
def _forgiven() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the words and the stems long enough to be recognised misspelt, by their first letter."""
    book = lexicon()
    words: dict[str, list[str]] = defaultdict(list)
    stems: dict[str, list[str]] = defaultdict(list)
    for group, entries in ((words, book.exact), (stems, book.stems)):
        for entry in sorted(entries):
            if len(entry) >= _LEAST_FORGIVEN:
                group[entry[0]].append(entry)
    return words, stems
