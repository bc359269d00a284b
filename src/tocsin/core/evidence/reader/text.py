"""A message laid out for reading: its words, sentences, languages and what the lists found in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tocsin.core.reference.languages import Match, OwnWords, Token, find_words, lexicon, tokenise
from tocsin.core.reference.terms import EventCode
from tocsin.core.reference.tongues import identify, voice_of

EVENT_CODES = frozenset(code.value for code in EventCode)
# A longer phrase of these tells of more than one thing: the shorter ones inside it stand too.
_TELLS_MORE = frozenset({"SCH", "HUM"})
# A word of a language the text is not in counts where it is spelt like a word of that language.
_HEARD = 0.4
_TIME = ("day.", "when.", "part.", "weekday.", "month.")
_SENTENCE_ENDS = frozenset(".!?;\n؟؛۔…")
_CLAUSE_ENDS = frozenset(',:،()[]"«»')


@dataclass(frozen=True, slots=True)
class Text:
    """One message laid out. `sentence` and `clause` number the part each word stands in.

    `numbers` are the number words by where they stand.
    """

    raw: str
    tokens: tuple[Token, ...]
    found: tuple[Match, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    shares: dict[str, float]
    language: str
    by_concept: dict[str, tuple[Match, ...]]
    by_word: tuple[tuple[Match, ...], ...]
    numbers: dict[int, int]

    def all(self, *concepts: str) -> tuple[Match, ...]:
        """Return every match of these concepts, in the order of the text."""
        if len(concepts) == 1:
            return self.by_concept.get(concepts[0], ())
        return tuple(sorted((match for name in concepts for match in self.by_concept.get(name, ())), key=_place))

    def has(self, *concepts: str) -> bool:
        """Return whether any of these concepts is told of."""
        return any(name in self.by_concept for name in concepts)

    def at(self, token: int, *concepts: str) -> Match | None:
        """Return the match of one of these concepts that covers the word number `token`."""
        if not 0 <= token < len(self.by_word):
            return None
        return next((match for match in self.by_word[token] if match.concept in concepts), None)

    def starting(self, token: int) -> tuple[Match, ...]:
        """Return the matches that begin at a word."""
        return tuple(one for one in self.by_word[token] if one.first == token) if 0 <= token < len(self.by_word) else ()

    def ending(self, token: int) -> tuple[Match, ...]:
        """Return the matches that end at a word."""
        return tuple(one for one in self.by_word[token] if one.last == token) if 0 <= token < len(self.by_word) else ()

    def same_clause(self, one: int, other: int) -> bool:
        """Return whether two words stand in one clause."""
        return self.clause[one] == self.clause[other]

    def same_sentence(self, one: int, other: int) -> bool:
        """Return whether two words stand in one sentence."""
        return self.sentence[one] == self.sentence[other]

    def words_between(self, start: int, end: int) -> list[int]:
        """Return the numbers of the words that lie between two positions of the text."""
        first = bisect_left(self.tokens, start, key=lambda token: token.start)
        last = bisect_right(self.tokens, end, key=lambda token: token.end)
        return list(range(first, last))


def lay_out(raw: str, names: Iterable[tuple[int, int]] = (), own: OwnWords = (), *, armed_named: bool = False) -> Text:
    """Return `raw` laid out for reading; `names` are the positions of place and actor names.

    Words inside a name are not read as anything else. A misspelt word of killing counts only beside
    a second sign of danger, such as an armed actor named (`armed_named`).
    """
    tokens = tokenise(raw)
    found = find_words(tokens, own)
    named = _inside(tokens, names)
    tongue = identify(tokens, named)
    shares = tongue.shares
    kept = [match for match in found if not set(range(match.first, match.last + 1)) <= named]
    kept = [match for match in kept if _spoken(match, tokens, shares)]
    sentence, clause = _parts(raw, tokens)
    kept = _unsaid([match for match in kept if sentence[match.first] == sentence[match.last]])
    kept = _inside_deeds(kept)
    kept = kept if armed_named else _seconded(kept)
    kept = _gone(kept, named, len(tokens))
    settled = _settled(_once(kept))
    by_concept: dict[str, list[Match]] = defaultdict(list)
    for match in settled:
        by_concept[match.concept].append(match)
    index = {name: tuple(matches) for name, matches in by_concept.items()}
    numbers = {match.first: int(match.concept[2:]) for match in settled if match.concept.startswith("n.")}
    return Text(
        raw, tokens, settled, sentence, clause, shares, tongue.name, index, _by_word(settled, len(tokens)), numbers
    )


def _by_word(found: Iterable[Match], words: int) -> tuple[tuple[Match, ...], ...]:
    """Return the matches that cover each word, in the order of the text."""
    covering: list[list[Match]] = [[] for _ in range(words)]
    for match in sorted(found, key=_place):
        for at in range(match.first, match.last + 1):
            covering[at].append(match)
    return tuple(map(tuple, covering))


def _gone(found: list[Match], named: set[int], words: int) -> list[Match]:
    """Return the matches with what tells of the going of those who are armed as their leaving.

    A bare "left" is theirs where a place or a time follows; a fleeing, where they stand right before it.
    """
    armed = {match.last for match in found if match.concept in ("armed", "crime_actor")}
    left = {match.first for match in found if match.concept == "left"}
    people = {at for match in found if match.concept == "person" for at in (match.first - 1, match.last + 1)}
    found = [
        replace(match, concept="left") if match.concept == "DIS" and match.first - 1 in armed else match
        for match in found
        if match.concept != "DIS" or match.first not in left - people
    ]
    armed = {match.last for match in found if match.concept == "armed"} | named
    timed = {match.first for match in found if match.concept.startswith(_TIME)} | named | {words}
    bound = [match.first for match in found if match.concept in ("heading", "toward", "to_place")]
    return [
        replace(match, concept="left")
        if match.concept == "bare_left"
        and match.first - 1 in armed
        and match.last + 1 in timed
        and not any(0 < at - match.last <= 4 for at in bound)
        else match
        for match in found
    ]


_LOOKS_AHEAD = frozenset({"future", "THR", "heading", "say", "hearsay", "condition", "when.last_night", "night_sign"})


def _unsaid(found: list[Match]) -> list[Match]:
    """Return the matches without "now" and "until" where "until now" stands."""
    spots = {at for match in found if match.concept == "until_now" for at in range(match.first, match.last + 1)}
    # "The sons of my uncle", in Arabic, are grown.
    grown = {at for match in found if match.concept == "grown_kin" for at in range(match.first, match.last + 1)}
    ahead = any(match.concept in _LOOKS_AHEAD for match in found)
    return [
        # "Al-leila" is tonight, and along the Nile also just today: tonight where something is to come.
        replace(match, concept="day.0") if match.words in ("الليله", "الليلة") and not ahead else match
        for match in found
        if not (match.concept in ("now", "deadline_before") and match.first in spots)
        and not (match.concept == "child" and match.first in grown)
    ]


def _seconded(found: list[Match]) -> list[Match]:
    """Return the matches without guessed words of killing where no second sign of danger stands."""
    if any(match.exact and match.concept in _SECOND_SIGNS for match in found):
        return found
    return [match for match in found if match.exact or match.concept not in _GUESSED_LETHAL]


_GUESSED_LETHAL = frozenset({"KIL", "ATK", "SHL", "CLS", "toll.killed"})
_SECOND_SIGNS = frozenset(
    {
        "armed", "weapon", "uniform", "shooting", "burning", "help_only", "callback", "urgent", "corpse", "crime_actor",
        "one_person", "person", "kin", "child", "DIS", "KIL", "ATK", "SHL", "CLS", "THR", "LOO", "blast", "fear",
    }
)  # fmt: skip


def _inside_deeds(found: list[Match]) -> list[Match]:
    """Return the matches without an ending or a release that only stands inside what is told: "no longer allowed"."""
    deeds = [match for match in found if match.concept in _DENIES_MORE and match.last > match.first]
    return [
        match
        for match in found
        if match.concept not in _ENDINGS
        or not any(
            deed.first <= match.first
            and match.last <= deed.last
            and (deed.first, deed.last) != (match.first, match.last)
            for deed in deeds
        )
    ]


_DENIES_MORE = frozenset({"HUM", "FMV", "ABD", "ARB"})
_ENDINGS = frozenset({"finished", "freed", "enter", "return_word"})


def _place(match: Match) -> tuple[int, int]:
    return match.first, -match.last


def _once(found: list[Match]) -> list[Match]:
    """Return one match for each concept and place: lists of several languages share words."""
    best: dict[tuple[str, int, int], Match] = {}
    for match in found:
        spot = (match.concept, match.first, match.last)
        if spot not in best or _strength(match) > _strength(best[spot]):
            best[spot] = match
    return list(best.values())


def number_at(text: Text, at: int) -> tuple[int | None, int]:
    """Return the number that begins at a word and the word it ends at; None where there is none.

    Digits, number words and their sums: "vingt-cinq", "three hundred", "kumi na moja".
    """
    if not 0 <= at < len(text.tokens):
        return None, at
    if text.tokens[at].text.isdigit():
        # Longer rows of digits are telephone numbers.
        return (int(text.tokens[at].text), at) if len(text.tokens[at].text) < 7 else (None, at)
    words = text.numbers
    if at not in words:
        return None, at
    counted = _swahili_hundreds(text, at, words)
    if counted is not None:
        return counted
    total, part, last = 0, words[at], at
    while True:
        joined = last + 2 in words and text.tokens[last + 1].text == "na" and words[last + 2] < part
        nxt = last + 2 if joined else last + 1
        if total == 0 and part == 1 and 10 <= words.get(nxt, 0) < 100:
            # "Une vingtaine" is twenty.
            part, last = words[nxt], nxt
            continue
        if nxt not in words or (not joined and words[nxt] < 10 and part < 20):
            return total + part, last
        last = nxt
        if words[last] >= 100 and part:
            total, part = total + part * words[last], 0
        else:
            part += words[last]


def _swahili_hundreds(text: Text, at: int, words: dict[int, int]) -> tuple[int, int] | None:
    """Return "mia mbili" as 200: in Swahili the hundreds stand before their number."""
    unit = words[at]
    spoken = any(found.first == at and found.language == "sw" for found in text.all(f"n.{unit}"))
    if not spoken or unit not in (100, 1000) or not 1 <= words.get(at + 1, 0) <= 9:
        return None
    total, last = unit * words[at + 1], at + 1
    while last + 1 in words or (last + 2 in words and text.tokens[last + 1].text == "na"):
        last = last + 1 if last + 1 in words else last + 2
        rest = _swahili_hundreds(text, last, words)
        value, last = rest if rest is not None else (words[last], last)
        total += value
    return total, last


def _inside(tokens: tuple[Token, ...], names: Iterable[tuple[int, int]]) -> set[int]:
    inside: set[int] = set()
    for start, end in names:
        first = bisect_left(tokens, start, key=lambda token: token.start)
        inside |= set(range(first, bisect_right(tokens, end, key=lambda token: token.end)))
    return inside


def _spoken(match: Match, tokens: tuple[Token, ...], shares: dict[str, float]) -> bool:
    """Return whether the words may be meant in the language they are listed in."""
    share = shares.get(match.language, 0.0)
    best = max(shares.values(), default=0.0)
    if share >= 0.2 or share == best or not shares:
        return True
    words = tokens[match.first : match.last + 1]
    if not match.exact or (match.first == match.last and voice_of(words[0].key)[match.language] < _HEARD):
        return False
    book = lexicon()
    elsewhere = [lang for lang, part in shares.items() if part >= 0.2 and lang != match.language]
    if any(word.key in book.function_words[lang] for word in words for lang in elsewhere):
        return False
    return sum(len(word.key) for word in words) >= 5 or len(words) > 1


def _parts(raw: str, tokens: tuple[Token, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sentence, clause = [0] * len(tokens), [0] * len(tokens)
    for at in range(1, len(tokens)):
        gap = raw[tokens[at - 1].end : tokens[at].start]
        between_numbers = tokens[at - 1].text.isdigit() and tokens[at].text.isdigit() and len(gap) == 1
        ends = not between_numbers and any(sign in _SENTENCE_ENDS for sign in gap)
        pause = not between_numbers and (ends or any(sign in _CLAUSE_ENDS for sign in gap) or " - " in gap)
        sentence[at] = sentence[at - 1] + ends
        clause[at] = clause[at - 1] + pause
    return tuple(sentence), tuple(clause)


def _settled(found: list[Match]) -> tuple[Match, ...]:
    """Return the matches without those that a longer or better phrase explains."""
    masked = {at for match in found if match.concept == "nothing" for at in range(match.first, match.last + 1)}
    rivals: dict[int, list[Match]] = defaultdict(list)
    for match in found:
        if match.concept in EVENT_CODES or match.concept.startswith(_TIME):
            for at in range(match.first, match.last + 1):
                rivals[at].append(match)
    kept = []
    for match in found:
        is_event, is_time = match.concept in EVENT_CODES, match.concept.startswith(_TIME)
        if is_event and masked & set(range(match.first, match.last + 1)):
            continue
        others = (
            [one for one in rivals[match.first] if (one.concept in EVENT_CODES) == is_event]
            if is_event or is_time
            else []
        )
        if not any(_explains(rival, match) for rival in others):
            kept.append(match)
    return tuple(kept)


def _explains(rival: Match, match: Match) -> bool:
    if rival.concept == match.concept or rival.concept in _TELLS_MORE:
        return False
    if not (rival.first <= match.first and match.last <= rival.last):
        return False
    if (rival.first, rival.last) != (match.first, match.last):
        # What merely stands in the gap of a phrase is not part of it.
        edge = match.first == rival.first or match.last == rival.last
        return edge or ".." not in rival.words or rival.concept == "THR"
    # The same words: a whole word beats the beginning of one, a true spelling beats a guess.
    return _strength(rival) > _strength(match) if rival.first == rival.last else False


def _strength(match: Match) -> tuple[bool, int]:
    return match.exact, len(match.words.strip("*")) + (0 if match.words.endswith("*") else 10)
