"""How many: people harmed, moved or armed, as told. What is not told stays missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.numerals import (
    Number,
    find_numbers,
    has_age_behind,
    is_age,
    is_for_each,
    is_part,
    joined_with_one,
    joins_an_age,
    measures,
)
from tocsin.core.evidence.reader.single_people import count_singles, is_young
from tocsin.core.evidence.reader.text import EVENT_CODES, Text
from tocsin.core.evidence.reader.told import DONE_TO_PEOPLE, Told
from tocsin.core.evidence.types import Count

_REACH = 5
_NONE_KNOWN = Count(0, None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: the toll by category, and the strength of the armed."""

    toll: Mapping[str, Count]
    strength: Count | None = None


def count_people(text: Text, events: frozenset[str], timed: frozenset[int], told: Sequence[Told]) -> Tally:
    """Return the toll and the strength told of.

    Parameters
    ----------
    text : Text
        The message laid out.
    events : frozenset of str
        Codes of the events told of: "200 people" at a gate are displaced.
    timed : frozenset of int
        Words that belong to a time, a coordinate or a telephone number.
    told : sequence of Told
        The events with the words that tell of them.
    """
    numbers = tuple(find_numbers(text, timed))
    toll, strength, children = _counted(text, events, told, numbers)
    if "THR" in events and not events & (DONE_TO_PEOPLE | {"DIS", "IDB"}):
        # What is only asked for or announced has harmed nobody yet.
        toll = {name: count for name, count in toll.items() if name not in _HARMED_PEOPLE}
        children = 0
    _less_the_dead(text, numbers, toll)
    toll |= {name: count for name, count in count_singles(text, events, told).items() if name not in toll}
    if children and "IDB" not in events:
        toll["children"] = Count(children, children)
    _children_of_the_taken(text, events, toll)
    toll |= {name: count for name, count in _told_none(text).items() if name not in toll}
    toll |= {name: count for name, count in _not_counted(text, events).items() if name not in toll}
    return Tally(toll, strength)


def _less_the_dead(text: Text, numbers: Sequence[Number], toll: dict[str, Count]) -> None:
    """Take from the hit the one who died of them: "2 women hit, one died" is one wounded."""
    hurt, dead = toll.get("injured"), toll.get("killed")
    if hurt is None or dead is None or not hurt.least or hurt != Count(hurt.least, hurt.least):
        return
    for number in numbers:
        one_of_them = text.at(number.last + 1, "toll.killed") is not None and number.first > 0
        hit_before = any(
            0 < number.first - wound.last <= 2 and wound.words.split()[0] in _HIT for wound in text.all("toll.injured")
        )
        if one_of_them and hit_before and number.count == dead and (dead.least or 0) < hurt.least:
            left = hurt.least - (dead.least or 0)
            toll["injured"] = Count(left, left)


_VICTIMS = ("victim", "casualt", "ضحايا", "athirika", "bilan")
_LINKS = frozenset({"a", "de", "des", "of", "to", "par", "by", "et", "and", "est", "qui", "les", "the", "in", "dans"})
_HARMED_PEOPLE = frozenset({"killed", "injured", "abducted", "detained"})
_HIT = frozenset({"hit", "touche*", "touches", "touche", "shot", "atteint*", "*pigwa", "اصيب*"})


def _counted(
    text: Text, events: frozenset[str], told: Sequence[Told], numbers: tuple[Number, ...]
) -> tuple[dict[str, Count], Count | None, int]:
    """Return what the numbers of the message count: the toll, the armed and the children."""
    toll: dict[str, Count] = {}
    strength: Count | None = None
    children = 0
    for number in numbers:
        if is_age(text, number) or is_for_each(text, number):
            continue
        young = _counts_children(text, number)
        if is_part(text, number):
            # "5 boys taken, 2 of them 15 years old": the part is not counted again.
            if young or has_age_behind(text, number, numbers):
                children = number.count.least or children
            continue
        if joins_an_age(text, number, numbers):
            continue
        category = _done_to(text, number, told) or _category(text, number, numbers, events)
        count = (
            _one_more(number.count) if category in _HARMED_PEOPLE and joined_with_one(text, number) else number.count
        )
        if category == "strength":
            strength = strength or count
            continue
        if category:
            toll.setdefault(category, count)
        children += (number.count.least or 0) if young else 0
    return toll, strength, children


def _one_more(count: Count) -> Count:
    return Count(None if count.least is None else count.least + 1, None if count.most is None else count.most + 1)


_TAKEN = {"ABD": "abducted", "REC": "abducted", "ARB": "detained"}


def _done_to(text: Text, number: Number, told: Sequence[Told]) -> str | None:
    """Return what a number right beside a verb of taking counts, whoever they are: "took 8 miners"."""
    after = number.last + 1
    if text.at(after, "goods_thing", "animal", "not_toll", "armed", "weapon") or measures(text, number):
        return None
    for one in told:
        if one.code not in _TAKEN or one.status != "asserted" or not text.same_clause(one.match.first, number.first):
            continue
        reach = 7 if joined_with_one(text, number) else 2
        if 0 < number.first - one.match.last <= reach or 0 < one.match.first - number.last <= 2:
            return _TAKEN[one.code]
    return None


def _category(text: Text, number: Number, numbers: tuple[Number, ...], events: frozenset[str]) -> str | None:
    own = [found.concept[5:] for found in text.starting(number.first) if found.concept.startswith("toll.")]
    if own:
        return own[0]
    counted = _noun_before(text, number)
    if counted:
        return counted
    if _is_loose_one(text, number):
        return None
    following = min((other.first for other in numbers if other.first > number.last), default=len(text.tokens))
    ahead = _look_ahead(text, number, following)
    before = text.at(number.first - 1, "person", "child", "woman")
    if before is not None and before.language == "sw" and ahead in ("heads", "people", "", None):
        # "watu 2 wakaiba mbuzi": the noun stands before its number.
        return _look_back(text, number) or _by_event(text, number, events)
    if ahead == "":
        return None
    if ahead == "strength" or ahead is None:
        return ahead or _look_back(text, number) or _by_event(text, number, events)
    return (
        _by_event(text, number, events)
        if ahead == "people" and _look_back(text, number) is None
        else (ahead if ahead != "people" else _look_back(text, number))
    )


def _noun_before(text: Text, number: Number) -> str | None:
    """Return what a Swahili noun right before its number counts: "ng'ombe 2000"."""
    at = number.first - 1
    for found in text.ending(at):
        if found.language == "sw" and found.concept.startswith("toll.") and text.same_clause(at, number.first):
            return found.concept[5:]
    return None


def _is_loose_one(text: Text, number: Number) -> bool:
    """Return whether "un", "une", "one" is an article and not a count."""
    if number.count.most != 1 or text.tokens[number.first].text.isdigit():
        return False
    for at in range(number.last + 1, min(number.last + 4, len(text.tokens))):
        here = text.by_word[at]
        if any(one.concept.startswith("toll.") for one in here):
            return False
        if (
            any(one.concept in EVENT_CODES or one.concept == "negation" for one in here)
            or text.tokens[at].text in _LINKS
        ):
            return True
    return True


def _look_ahead(text: Text, number: Number, following: int) -> str | None:
    """Return the category of the first telling word behind a number; "" when it counts things."""
    people: str | None = None
    for at in range(number.last + 1, min(number.last + 1 + _REACH, following)):
        if not text.same_sentence(at, number.last):
            break
        if people and not text.same_clause(at, number.last):
            break
        here = {found.concept for found in text.starting(at)}
        if at == number.last + 1 and "not_toll" in here and not any(name.startswith("toll.") for name in here):
            return ""
        if here & {"armed", "weapon"} or ("uniform" in here and not _suffered(text, at)):
            return "strength"
        toll = _toll_here(text, at)
        if toll:
            return toll
        if here & {"person", "child", "woman"}:
            people = "people"
        elif people is None and not text.same_clause(at, number.last):
            break
    return people


def _suffered(text: Text, at: int) -> bool:
    return any(0 < found.first - at <= 2 for found in text.all("toll.killed", "toll.injured"))


def _toll_here(text: Text, at: int) -> str | None:
    names = [found.concept[5:] for found in text.starting(at) if found.concept.startswith("toll.")]
    # "familles déplacées" are households, whatever stands behind.
    return next((name for name in names if name == "displaced_households"), names[0] if names else None)


def _look_back(text: Text, number: Number) -> str | None:
    for at in range(number.first - 1, max(-1, number.first - 5), -1):
        if not text.same_clause(at, number.first):
            break
        toll = next((found.concept[5:] for found in text.ending(at) if found.concept.startswith("toll.")), None)
        if toll:
            return toll
    return None


def _by_event(text: Text, number: Number, events: frozenset[str]) -> str | None:
    """Return what a number of people counts when only the event tells."""
    here = {one.concept for at in range(number.first - 2, number.last + 3) for one in text.starting(at)}
    if not here & {"person", "child", "woman"}:
        return "strength" if "MOB" in events and not here & {"not_toll"} and _mobile(text, number) else None
    if "children" in here:
        return None
    if "IDB" in events or ("DIS" in events and not events & {"KIL", "ATK"}):
        return "displaced"
    if "MOB" in events and not events & {"KIL", "ABD"}:
        return "strength"
    for code, category in (("REC", "abducted"), ("ABD", "abducted"), ("ARB", "detained")):
        if code in events and _event_near(text, number, code):
            return category
    return None


def _mobile(text: Text, number: Number) -> bool:
    return any(text.same_sentence(found.first, number.first) for found in text.all("MOB", "armed", "weapon"))


def _event_near(text: Text, number: Number, code: str) -> bool:
    return any(text.same_sentence(found.first, number.first) for found in text.all(code))


def _counts_children(text: Text, number: Number) -> bool:
    near = [
        found
        for found in text.all("child")
        if number.last < found.first <= number.last + 2
        # "Wanafunzi wangu 4": whose they are stands in between.
        or 0 < number.first - found.last <= (2 if found.language == "sw" else 1)
    ]
    # Girls of no told age may be grown.
    near = [found for found in near if not found.words.rstrip("*").startswith(_GIRLS) or is_young(text, found)]
    return any(text.same_clause(found.first, number.first) for found in near)


_GIRLS = ("fille", "girl", "wasichana", "msichana", "بنات", "بنت", "بت", "فتيات", "فتاه")


def _children_of_the_taken(text: Text, events: frozenset[str], toll: dict[str, Count]) -> None:
    """Count the taken as children where only children are spoken of."""
    taken = toll.get("abducted")
    if taken is None or "children" in toll or not events & {"REC", "ABD"}:
        return
    if all(found.words.rstrip("*").startswith(_GIRLS) and not is_young(text, found) for found in text.all("child")):
        return
    adults = [
        found
        for found in text.all("person")
        if not text.at(found.first, "child") and found.words not in ("jeune*", "youth*", "vijana", "شباب")
    ]
    adults = [found for found in adults if not text.at(found.first, "armed", "uniform")]
    if not adults:
        toll["children"] = taken


def _not_counted(text: Text, events: frozenset[str]) -> dict[str, Count]:
    """Return what is told to be unknown: "we do not know how many dead" is not zero."""
    if not events & {"ATK", "KIL", "SHL", "CLS", "EOD"}:
        return {}
    for unknown in text.all("toll_unknown"):
        near = [
            one.concept
            for one in text.all("toll.killed", "toll.injured")
            if -4 <= one.first - unknown.last <= 4 and text.same_sentence(one.first, unknown.first)
        ]
        both = any(any(part in word.text for part in _VICTIMS) for word in text.tokens)
        names = [name for name in ("killed", "injured") if f"toll.{name}" in near and not both] or ["killed", "injured"]
        return dict.fromkeys(names, _NONE_KNOWN)
    return {}


def _told_none(text: Text) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for match in text.all("no_casualty"):
        unsure = any(text.same_sentence(found_.first, match.first) for found_ in text.all("not_known"))
        if not unsure:
            # Nobody hurt is no toll.
            continue
        words = match.words
        killed = any(
            part in words
            for part in ("mort", "kill", "dead", "death", "died", "kufa", "ufa", "uawa", "vifo", "قت", "وف")
        )
        injured = any(part in words for part in ("bless", "injur", "hurt", "jeruhi", "جرح", "اصاب", "يصب"))
        if killed or not injured:
            found["killed"] = _NONE_KNOWN
        if injured or not killed:
            found["injured"] = _NONE_KNOWN
    return found
