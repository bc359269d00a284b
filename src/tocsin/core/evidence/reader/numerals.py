"""Numbers in a message: their bounds, and which of them are ages, times or amounts and so count nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.text import Text, number_at
from tocsin.core.evidence.types import Count

_EACH = frozenset({"chaque", "each", "every", "kila", "كل", "per"})

_AGED = frozenset({"miaka", "aged", "umri", "عمره", "عمرها", "عمرهم", "اعمارهم", "agee", "age", "ages", "agees"})

ADULT = 18

# A smaller number beside "each" is no sum of money.
_LEAST_ASKED = 50

_AND = frozenset({"and", "et", "na", "و"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text with its bounds and the words it stands in."""

    count: Count
    first: int
    last: int


def find_numbers(text: Text, timed: frozenset[int]) -> Iterator[Number]:
    """Give the numbers of a message that do not belong to a time; `timed` are the words that do."""
    at = 0
    while at < len(text.tokens):
        value, last = number_at(text, at)
        if value is None or at in timed or _is_label(text, at):
            at += 1
            continue
        if measures(text, Number(Count(value, value), at, last)):
            at = last + 1
            continue
        upper, end = _range_end(text, last)
        count = Count(value, upper) if upper is not None and upper > value else _bounded(text, at, value)
        yield Number(count, at, end if upper is not None else last)
        at = (end if upper is not None else last) + 1


def _is_label(text: Text, at: int) -> bool:
    return at > 0 and text.tokens[at - 1].text in ("no", "number", "numero", "n°", "num", "namba", "رقم")


def _range_end(text: Text, last: int) -> tuple[int | None, int]:
    """Return the upper end of "5 to 7", "5-7", "entre 5 et 7"."""
    if last + 1 < len(text.tokens):
        gap = text.raw[text.tokens[last].end : text.tokens[last + 1].start].strip()
        if gap in ("-", "–", "/") and text.tokens[last + 1].text.isdigit():
            return int(text.tokens[last + 1].text), last + 1
    between = last > 0 and text.tokens[max(0, last - 1)].text in ("entre", "between", "بين", "baina", "kati")
    joiners = ("a", "to", "hadi", "الي") + (("et", "and", "و", "na") if between else ())
    if last + 2 < len(text.tokens) and text.tokens[last + 1].text in joiners:
        value, end = number_at(text, last + 2)
        return (value, end) if value is not None else (None, last)
    return None, last


def _bounded(text: Text, at: int, value: int) -> Count:
    near = {one.concept for step in (0, 1, 2) for one in text.ending(at - step) if one.first < at}
    # "3 morts au moins": the bound may follow.
    behind = any(0 < found.first - at <= 3 and text.same_clause(found.first, at) for found in text.all("at_least"))
    plus = text.raw[text.tokens[at].end : text.tokens[at].end + 1] == "+"
    if "more_than" in near or "at_least" in near or behind or plus:
        return Count(value, None)
    return Count(None, value) if "less_than" in near else Count(value, value)


def is_age(text: Text, number: Number) -> bool:
    """Return whether the number is how old somebody is."""
    value = number.count.least if number.count.least is not None else number.count.most
    if value is None or value > 99:
        return False
    before = text.raw[text.tokens[number.first - 1].end : text.tokens[number.first].start] if number.first else ""
    after = text.raw[text.tokens[number.last].end : text.tokens[number.last].end + 1]
    if "," in before and after == ",":
        return True
    if number.last + 1 < len(text.tokens) and text.tokens[number.last + 1].text in (
        "ans",
        "years",
        "year",
        "yrs",
        "yr",
        "سنه",
        "سنوات",
        "عاما",
        "عام",
    ):
        return True
    if number.first and text.tokens[number.first - 1].text in _AGED:
        return True
    before_word = text.tokens[number.first - 1].text if number.first else ""
    if before_word in ("under", "below", "over", "of", "de") and value <= ADULT and text.has("child"):
        younger = before_word in ("under", "below") or text.at(number.first - 2, "child", "one_person") is not None
        if younger:
            return True
    if _lists_ages(text, number):
        return True
    joined = number.first > 0 and text.tokens[number.first - 1].text in _AND
    of_one = not joined and any(found.last < number.first <= found.last + 2 for found in text.all("one_person"))
    return of_one and value < ADULT


def _lists_ages(text: Text, number: Number) -> bool:
    """Return whether a number behind counted children is an age: "2 kids 8 and 10"."""
    value, at = number.count.least or 0, number.first - 1
    if value >= ADULT or at < 1 or text.at(number.last + 1, "person", "child", "woman"):
        return False
    if text.tokens[at].text in ("and", "et", "na", "و") and text.tokens[at - 1].text.isdigit():
        at -= 2
    child = text.at(at, "child")
    return child is not None and child.language != "sw" and number_at(text, child.first - 1)[0] is not None


def joins_an_age(text: Text, number: Number, numbers: Sequence[Number]) -> bool:
    """Return whether the number stands before an age: "14 et 15 ans", "12 13 yrs"."""
    return any(0 < other.first - number.last <= 2 and is_age(text, other) for other in numbers) and (
        (number.count.least or ADULT) < ADULT and not text.at(number.last + 1, "person", "child", "woman")
    )


def has_age_behind(text: Text, number: Number, numbers: Sequence[Number]) -> bool:
    """Return whether an age stands right behind the number: "2 of 15 years"."""
    return any(0 < other.first - number.last <= 2 and is_age(text, other) for other in numbers)


def is_for_each(text: Text, number: Number) -> bool:
    """Return whether the number is asked of everybody: "chaque famille doit donner un garçon"."""
    before = range(max(0, number.first - 5), number.first)
    if any(text.tokens[at].text in _EACH and text.same_clause(at, number.first) for at in before):
        return True
    behind = any(0 < word.first - number.last <= 3 and word.last > word.first for word in text.all("per_head"))
    return behind and (number.count.least or 0) >= _LEAST_ASKED


def is_part(text: Text, number: Number) -> bool:
    """Return whether the number counts some of those counted before: "5 boys, 2 of them 15"."""
    return any(0 < number.first - word.last <= 2 for word in text.all("among"))


def measures(text: Text, number: Number) -> bool:
    """Return whether the number measures a time."""
    around = [found for found in text.found if found.concept.startswith("unit.")]
    return any(
        found.first == number.last + 1 or (found.language == "sw" and found.last == number.first - 1)
        for found in around
    )


def joined_with_one(text: Text, number: Number) -> bool:
    """Return whether a single person stands before the number: "the nurse and 2 guards" are three."""
    at = number.first - (2 if text.at(number.first - 1, "person") else 1)
    if at < 1 or text.tokens[at].text not in _AND:
        return False
    return any(text.at(at - step, "role") for step in (1, 2)) and text.same_clause(number.first - 2, number.first)
