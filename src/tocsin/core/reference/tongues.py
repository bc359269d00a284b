"""Which language a short text is in: word by word, by the words of each language and by their letters.

Each word speaks for the languages whose lists hold it, and for those whose words are spelt like it
(three letters at a time). Names speak for none. Source: naive Bayes over letter trigrams, after
Cavnar and Trenkle (1994), learnt from our own word lists. Limits: languages without a list are
taken for the one they are spelt most like, or for none where nothing speaks for any.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from tocsin.core.reference import load
from tocsin.core.reference.languages import FIELD_LANGUAGES, Token, pack, tokenise

_SMOOTHING = 0.3
_TRIGRAMS = 4000
_LISTED = 4.5  # a word that stands in a list speaks about ninety times as loud
_LOUDEST = 6.0  # and no word alone outvotes several others
_MOST_TRIGRAMS = 6
_FOREIGN = -11.0
_SURE = 0.8
_MIXED_WORDS = 2
_MIXED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language of a text (``fr``, ``fr+en``, ``und``) and how much of it speaks for each."""

    name: str
    shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Model:
    words: dict[str, frozenset[str]]
    letters: dict[str, dict[str, float]]
    unseen: dict[str, float]


def identify(tokens: Sequence[Token], names: Collection[int] = ()) -> Tongue:
    """Return the language of a text; two joined by ``+`` where people mix them, the main one first.

    Parameters
    ----------
    tokens : sequence of Token
        The words of the text.
    names : collection of int
        Words that belong to names of places and actors: a name is in no language.
    """
    spoken = [token.key for at, token in enumerate(tokens) if at not in names and not token.key[0].isdigit()]
    voices = [voice_of(key) for key in spoken]
    votes: dict[str, float] = defaultdict(float)
    shares: dict[str, float] = defaultdict(float)
    for voice in voices:
        for language, part in voice.items():
            votes[language] += max(math.log(part), -_LOUDEST) if part > 0 else -_LOUDEST
            shares[language] += part
    if not voices:
        return Tongue("und", {})
    ranked = sorted(votes, key=lambda language: (-votes[language], language))
    total = sum(shares.values())
    other = _mixed_in(spoken, voices, ranked[0])
    name = f"{ranked[0]}+{other}" if other else ranked[0]
    return Tongue(name, {language: part / total for language, part in shares.items()})


def _mixed_in(spoken: Sequence[str], voices: Sequence[dict[str, float]], main: str) -> str | None:
    """Return the language that words of the text are surely in besides the main one."""
    model = _model()
    sure: Counter[str] = Counter()
    for key, voice in zip(spoken, voices, strict=True):
        language = max(voice, key=lambda one: voice[one])
        listed = language == "ar" or (key in model.words[language] and key not in model.words[main])
        if language != main and listed and voice[language] >= _SURE and len(key) > 2:
            sure[language] += 1
    if not sure:
        return None
    language, count = sure.most_common(1)[0]
    return language if count >= _MIXED_WORDS and count / len(spoken) >= _MIXED_SHARE else None


@lru_cache(maxsize=20_000)
def voice_of(key: str) -> dict[str, float]:
    """Return how much one word speaks for each language; the parts sum to 1."""
    if "\u0600" <= key[0] <= "\u06ff":
        return {language: float(language == "ar") for language in FIELD_LANGUAGES}
    model = _model()
    pieces = _pieces(key)
    weight = min(len(pieces), _MOST_TRIGRAMS) / len(pieces)
    heard = {}
    for language in FIELD_LANGUAGES:
        letters, unseen = model.letters[language], model.unseen[language]
        # Arabic typed with Latin letters follows no spelling: only its listed words speak for it.
        heard[language] = weight * sum(_FOREIGN if language == "ar" else letters.get(piece, unseen) for piece in pieces)
        heard[language] += _LISTED * (key in model.words[language])
    if key in model.words["ar"]:
        heard["ar"] = _LISTED + max(value - _LISTED * (key in model.words[one]) for one, value in heard.items())
    loudest = max(heard.values())
    parts = {language: math.exp(max(value - loudest, -20.0)) for language, value in heard.items()}
    total = sum(parts.values())
    return {language: part / total for language, part in parts.items()}


def _pieces(key: str) -> list[str]:
    padded = f"^{key}$"
    return [padded[at : at + 3] for at in range(len(padded) - 2)]


@cache
def _model() -> _Model:
    words, letters, unseen = {}, {}, {}
    for language in FIELD_LANGUAGES:
        lists = pack(language)
        everyday = tokenise(load.read_file(f"languages/{language}/speech.yaml")["words"])
        listed = [token.key for word in (*lists["function_words"], *lists["known_words"]) for token in tokenise(word)]
        counted = Counter(token.key for token in everyday)
        counted.update(listed)
        words[language] = frozenset(counted)
        for entries in lists["concepts"].values():
            counted.update(_whole_words(entries))
        seen: dict[str, float] = defaultdict(float)
        for key, times in counted.items():
            for piece in _pieces(key) if not "\u0600" <= key[0] <= "\u06ff" else ():
                seen[piece] += 1 + math.log(times)
        total = sum(seen.values()) + _SMOOTHING * _TRIGRAMS
        letters[language] = {piece: math.log((count + _SMOOTHING) / total) for piece, count in seen.items()}
        unseen[language] = math.log(_SMOOTHING / total)
    words["ar"] = _arabic_in_latin(words)
    return _Model(words, letters, unseen)


def _arabic_in_latin(words: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the Arabic words as typed with Latin letters; those that other languages share tell nothing."""
    listed = {key for entries in pack("ar")["concepts"].values() for key in _whole_words(entries)} | words["ar"]
    shared = frozenset().union(*(known for language, known in words.items() if language != "ar"))
    return frozenset(key for key in listed if key.isascii()) - shared


def _whole_words(entries: Sequence[object]) -> set[str]:
    """Return the words of a list that stand there whole, without stars or stems."""
    return {
        token.key
        for entry in entries
        for part in str(entry).split()
        if not {"*", "+"} & set(part)
        for token in tokenise(part)
    }
