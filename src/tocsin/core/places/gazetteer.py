"""Names of places in a text, as people spell them, and which of two namesakes they mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tocsin.core.places.coordinates import find_coordinates, moved
from tocsin.core.places.distance import distance_km, distances_km
from tocsin.core.places.types import Place, PlaceMatch, Point, PointMatch
from tocsin.core.reference.languages import FIELD_LANGUAGES, Token, lexicon, normalise, pack, spelling_key, tokenise

__all__ = ["Gazetteer", "normalise"]

_ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        [
            "a",
            "b",
            "t",
            "t",
            "g",
            "h",
            "h",
            "d",
            "d",
            "r",
            "z",
            "s",
            "s",
            "s",
            "d",
            "t",
            "z",
            "a",
            "g",
            "f",
            "k",
            "k",
            "l",
            "m",
            "n",
            "h",
            "u",
            "i",
        ],
        strict=True,
    )
)
_SOUNDS = (
    ("ou", "u"),
    ("oo", "u"),
    ("sh", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("dj", "g"),
    ("j", "g"),
    ("w", "u"),
    ("y", "i"),
    ("o", "u"),
    ("e", "i"),
)
_BEARINGS = {"north": 0.0, "east": 90.0, "south": 180.0, "west": 270.0}
_LEAST_FIT = 0.6
# A word is looked up once in a process, as long as there are not too many of them.
_WORDS_KEPT = 50_000


@cache
def _generic() -> frozenset[str]:
    return frozenset(
        token.key for language in FIELD_LANGUAGES for word in pack(language)["place_words"] for token in tokenise(word)
    )


def sound_of(word: str) -> str:
    """Return how a normalised word sounds, roughly, whether in Latin or Arabic letters."""
    if any(sign in _ARABIC for sign in word):
        word = "".join(_ARABIC.get(sign, sign) for sign in word)
        word = word[:-1] + "a" if word.endswith("h") else word
    word = spelling_key(word)
    for spelt, heard in _SOUNDS:
        word = word.replace(spelt, heard)
    return "".join(sign for at, sign in enumerate(word) if at == 0 or sign != word[at - 1])


def _skeleton(sound: str) -> str:
    return "".join(sign for sign in sound if sign not in "aeiouhwy")


@dataclass(frozen=True, slots=True)
class _Name:
    sounds: tuple[str, ...]
    places: tuple[int, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    first: int
    last: int
    name: _Name
    fit: float
    why: str


class Gazetteer:
    """The places of a mission, found by name however they are spelt.

    Parameters
    ----------
    places : sequence of Place
        Names need not be unique. Aliases count as names.

    Notes
    -----
    Names are indexed by sound, by consonants (Arabic letters against Latin) and by three-letter
    pieces, so that one message costs a few milliseconds with thousands of places.

    Examples
    --------
    >>> from tocsin.core.places.types import Place, Point
    >>> book = Gazetteer([Place("P-1", "Pont Lusanga", Point(1.15, 28.3))])
    >>> [found.place.ref for found in book.find_in_text("combats a Lussanga hier", None)]
    ['P-1']
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self.by_ref = {place.ref: place for place in self.places}
        self._points = tuple(place.point for place in self.places)
        self._starts: dict[str, list[_Name]] = defaultdict(list)
        self._bones: dict[str, list[str]] = defaultdict(list)
        self._pieces: dict[str, list[str]] = defaultdict(list)
        self._known_sounds: dict[tuple[str, bool], dict[str, float]] = {}
        self._index()

    def _index(self) -> None:
        owners: dict[tuple[tuple[str, ...], bool], dict[int, None]] = defaultdict(dict)
        for number, place in enumerate(self.places):
            for name in (place.name, *place.aliases):
                for sounds, whole in _variants(name):
                    owners[(sounds, whole)][number] = None
        for (sounds, whole), numbers in owners.items():
            if not whole and (sounds, True) in owners:
                continue
            self._starts[sounds[0]].append(_Name(sounds, tuple(numbers), whole))
        for sound in {part for sounds, _ in owners for part in sounds}:
            self._bones[_skeleton(sound)].append(sound)
            for piece in _pieces(sound):
                self._pieces[piece].append(sound)

    def find_in_text(self, text: str, near: Point | None = None) -> list[PlaceMatch]:
        """Return the places that `text` names, in the order of the text.

        Two namesakes are told apart by a province in brackets behind the name, else by which is
        nearer to `near` (the sender's registered place). Where neither helps, both are returned
        at the same position, each marked ``homonym_unresolved``.
        """
        tokens = tokenise(text)
        hits = _without_overlap(list(self._hits(text, tokens)))
        if near is None:
            # Another place that is named tells which of two namesakes is meant.
            sure = [
                self.places[hit.name.places[0]].point for hit in hits if len(hit.name.places) == 1 and hit.name.whole
            ]
            near = sure[0] if sure else None
        found: list[PlaceMatch] = []
        for hit in hits:
            found.extend(self._resolve(hit, tokens, text, near))
        return found

    def find_coordinates(self, text: str) -> tuple[PointMatch, ...]:
        """Return the coordinates written in `text`, checked against the places known."""
        return find_coordinates(text, self._points)

    def nearest(self, point: Point) -> tuple[Place, float] | None:
        """Return the place nearest to `point` and its distance in km; None when there is no place."""
        if not self.places:
            return None
        km = distances_km([point], self._points)[0]
        return self.places[int(km.argmin())], float(km.min())

    def _hits(self, text: str, tokens: tuple[Token, ...]) -> Iterator[_Hit]:
        heard = [self._heard(token, text) for token in tokens]
        for first in range(len(tokens)):
            for sound, fit in heard[first].items():
                for name in self._starts.get(sound, ()):
                    hit = _follow(name, heard, first, fit)
                    if hit is not None and not _is_plain_word(hit, tokens, text):
                        yield hit
            yield from self._split_name(tokens, first)

    def _split_name(self, tokens: tuple[Token, ...], first: int) -> Iterator[_Hit]:
        # A name of one word written as two ("Nya roko").
        if first + 1 >= len(tokens) or len(tokens[first].text) + len(tokens[first + 1].text) < 6:
            return
        pair = tokens[first : first + 2]
        if any(token.text.isdigit() or token.key in _generic() or token.key in lexicon().known for token in pair):
            return
        joined = sound_of(tokens[first].text + tokens[first + 1].text)
        for name in self._starts.get(joined, ()):
            if len(name.sounds) == 1 and name.whole:
                yield _Hit(first, first + 1, name, 0.85, "written_apart")

    def _heard(self, token: Token, text: str) -> dict[str, float]:
        """Return the sounds of names that this word may be, each with how well it fits."""
        if token.text.isdigit() or (len(token.text) < 3):
            return {}
        asked = (token.text, text[token.start].isupper())
        if asked not in self._known_sounds:
            if len(self._known_sounds) >= _WORDS_KEPT:
                self._known_sounds.clear()
            self._known_sounds[asked] = self._sounds_of(token, capital=asked[1])
        return self._known_sounds[asked]

    def _sounds_of(self, token: Token, *, capital: bool) -> dict[str, float]:
        book = lexicon()
        common = token.key in book.known or token.key in book.exact or token.key in _generic()
        found: dict[str, float] = {}
        for word in _bare_forms(token.text):
            sound = sound_of(word)
            if sound in self._starts or sound in self._bones.get(_skeleton(sound), ()):
                found[sound] = 1.0 if not common or capital else 0.7
            if not common and len(sound) >= 4:
                for other, fit in self._alike(sound, "\u0600" <= word[0] <= "\u06ff"):
                    found.setdefault(other, fit)
        return found

    def _alike(self, sound: str, arabic: bool) -> Iterator[tuple[str, float]]:
        from rapidfuzz.distance import OSA

        allowed = 1 if len(sound) < 8 else 2
        shared: Counter[str] = Counter()
        for piece in _pieces(sound):
            shared.update(self._pieces.get(piece, ()))
        for other, count in shared.items():
            # Short Arabic words differ by one letter from too many others.
            least = 7 if arabic else 5
            if count >= 2 and abs(len(other) - len(sound)) <= allowed and len(other) >= least:
                slips = OSA.distance(sound, other, score_cutoff=allowed)
                if slips <= allowed:
                    yield other, 0.95 - 0.07 * slips
        bones = _skeleton(sound)
        for other in self._bones.get(bones, ()):
            # Arabic leaves short vowels out; Latin spellings only confuse them.
            likeness = 1 - OSA.distance(sound, other) / max(len(sound), len(other))
            enough = (0.55 if len(bones) >= 3 else 0.7) if arabic else 0.7
            if len(bones) >= 2 and likeness >= enough:
                yield other, 0.7 + 0.25 * likeness

    def _resolve(self, hit: _Hit, tokens: tuple[Token, ...], text: str, near: Point | None) -> Iterator[PlaceMatch]:
        places = [self.places[number] for number in hit.name.places]
        first, last = _widened(hit, tokens)
        start, end = tokens[first].start, tokens[last].end
        why: tuple[str, ...] = (hit.why,)
        if len(places) > 1:
            places, how = _choose(places, tokens, last, near)
            why = (*why, how)
        offset = _offset(tokens, hit.first)
        for place in places:
            point = moved(place.point, km=offset[0], bearing=offset[1]) if offset else None
            reasons = (*why, "distance_and_direction") if offset else why
            yield PlaceMatch(place, round(hit.fit, 3), reasons, start, end, point)


def _variants(name: str) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Give the ways a name may be written: whole, without its kind word, as one word, in part."""
    words = [token.text for token in tokenise(name)]
    sounds = tuple(sound_of(word) for word in words)
    if not sounds:
        return
    yield sounds, True
    core = tuple(sound for word, sound in zip(words, sounds, strict=True) if spelling_key(word) not in _generic())
    if core and core != sounds and sum(map(len, core)) >= 4:
        yield core, True
    if len(sounds) > 1:
        yield (sound_of("".join(words)),), True
        for part in core:
            if len(part) >= 5:
                yield (part,), False


def _pieces(sound: str) -> set[str]:
    padded = f"^{sound}$"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _bare_forms(word: str) -> Iterator[str]:
    yield word
    if "ق" in word:
        # Spoken as "g" along the Nile and in Chad: "اولانقا" is Oulanga.
        yield from _bare_forms(word.replace("ق", "غ"))
    if "\u0600" <= word[0] <= "\u06ff":
        rest = word
        if len(rest) > 4 and rest[0] in "وفبل":
            rest = rest[1:]
            yield rest
        if rest.startswith("ال") and len(rest) > 5:
            yield rest[2:]


def _follow(name: _Name, heard: list[dict[str, float]], first: int, fit: float) -> _Hit | None:
    fits = [fit]
    for step, sound in enumerate(name.sounds[1:], start=1):
        if first + step >= len(heard) or sound not in heard[first + step]:
            return None
        fits.append(heard[first + step][sound])
    score = min(fits) * (1.0 if name.whole else 0.8)
    # Half a name must be spelt right: a likeness of a part is a likeness of many words.
    if score < _LEAST_FIT or (not name.whole and min(fits) < 1.0):
        return None
    why = "name" if score == 1 else "name_in_part" if not name.whole else "name_alike"
    return _Hit(first, first + len(name.sounds) - 1, name, score, why)


def _is_plain_word(hit: _Hit, tokens: tuple[Token, ...], text: str) -> bool:
    """Return whether the name is a word of the language here: "tuko salama" names no camp."""
    if hit.first != hit.last:
        return False
    token, book = tokens[hit.first], lexicon()
    if not (token.key in book.known or token.key in book.exact):
        return False
    if text[token.start].isupper() and hit.first > 0:
        return False
    beside = tokens[max(0, hit.first - 2) : hit.first] + tokens[hit.last + 1 : hit.last + 2]
    return token.text.isascii() and not any(one.key in _generic() or one.text in _AT for one in beside)


_AT = frozenset({"a", "at", "in", "near", "vers", "pres", "kambi", "kambini", "huko", "pale"})


def _without_overlap(hits: list[_Hit]) -> list[_Hit]:
    hits.sort(key=lambda hit: (-(hit.last - hit.first) - hit.fit, hit.first))
    taken: set[int] = set()
    kept = []
    for hit in hits:
        words = set(range(hit.first, hit.last + 1))
        if not words & taken:
            taken |= words
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.first)


def _widened(hit: _Hit, tokens: tuple[Token, ...]) -> tuple[int, int]:
    first, last = hit.first, hit.last
    if first > 0 and tokens[first - 1].key in _generic():
        first -= 1
    if last + 1 < len(tokens) and tokens[last + 1].key in _generic():
        last += 1
    return first, last


def _choose(places: list[Place], tokens: tuple[Token, ...], last: int, near: Point | None) -> tuple[list[Place], str]:
    following = {token.text for token in tokens[last + 1 : last + 3]}
    named = [place for place in places if place.province and normalise(place.province) in following]
    if len(named) == 1:
        return named, "homonym_by_province"
    if near is not None:
        return [min(places, key=lambda place: distance_km(place.point, near))], "homonym_by_sender"
    return places, "homonym_unresolved"


def _offset(tokens: tuple[Token, ...], first: int) -> tuple[float, float] | None:
    """Return the km and the bearing named before a place, for example "5 km au nord de"."""
    before = tokens[max(0, first - 6) : first]
    words = [token.text for token in before]
    unit = next(
        (
            at
            for at, word in enumerate(words)
            if word in ("km", "kms", "kilometres", "kilometre", "kilometers", "kilomita", "كم", "كيلو", "كيلومتر")
        ),
        None,
    )
    if unit is None:
        return None
    numbers = [words[at] for at in (unit - 1, unit + 1) if 0 <= at < len(words) and words[at].isdigit()]
    sides = [
        concept
        for token in before[unit + 1 :]
        for form in _bare_forms(token.key)
        for concept in lexicon().concepts_of(form)
        if concept in _BEARINGS
    ]
    if not numbers or not sides or int(numbers[0]) > 200:
        return None
    return float(numbers[0]), _BEARINGS[sides[0]]


def at_offset(match: PlaceMatch) -> Point:
    """Return where a match points to: the place itself, or the point named from it."""
    return match.point or match.place.point
