"""How many: people harmed, moved or armed, as told. What is not told stays missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.text import EVENT_CODES, Text, number_at
from tocsin.core.evidence.reader.told import DONE_TO_PEOPLE, Told
from tocsin.core.evidence.types import Count
from tocsin.core.reference.languages import Match

_REACH = 5
_ADULT = 18
_NONE_KNOWN = Count(0, None)


_EACH = frozenset({"chaque", "each", "every", "kila", "كل", "per"})
_AGED = frozenset({"miaka", "aged", "umri", "عمره", "عمرها", "عمرهم", "اعمارهم", "agee", "age", "ages", "agees"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text with its bounds and the words it stands in."""

    count: Count
    first: int
    last: int


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
    numbers = tuple(_numbers(text, timed))
    toll, strength, children = _counted(text, events, told, numbers)
    if not events & DONE_TO_PEOPLE | events & {"DIS", "IDB"}:
        # What is only asked for or announced has harmed nobody yet.
        toll = {name: count for name, count in toll.items() if name not in _HARMED_PEOPLE}
        children = 0
    _less_the_dead(text, numbers, toll)
    toll |= {name: count for name, count in _singles(text, events, told).items() if name not in toll}
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
        if _is_age(text, number) or _for_each(text, number):
            continue
        young = _counts_children(text, number)
        if _is_part(text, number):
            # "5 boys taken, 2 of them 15 years old": the part is not counted again.
            if young or _has_age_behind(text, number, numbers):
                children = number.count.least or children
            continue
        if _joins_an_age(text, number, numbers):
            continue
        category = _done_to(text, number, told) or _category(text, number, numbers, events)
        count = (
            _one_more(number.count) if category in _HARMED_PEOPLE and _joined_with_one(text, number) else number.count
        )
        if category == "strength":
            strength = strength or count
            continue
        if category:
            toll.setdefault(category, count)
        children += (number.count.least or 0) if young else 0
    return toll, strength, children


_AND = frozenset({"and", "et", "na", "و"})


def _joined_with_one(text: Text, number: Number) -> bool:
    """Return whether a single person stands before the number: "the nurse and 2 guards" are three."""
    at = number.first - (2 if text.at(number.first - 1, "person") else 1)
    if at < 1 or text.tokens[at].text not in _AND:
        return False
    return any(text.at(at - step, "role") for step in (1, 2)) and text.same_clause(number.first - 2, number.first)


def _one_more(count: Count) -> Count:
    return Count(None if count.least is None else count.least + 1, None if count.most is None else count.most + 1)


def _for_each(text: Text, number: Number) -> bool:
    """Return whether the number is asked of everybody: "chaque famille doit donner un garçon"."""
    return any(
        text.tokens[at].text in _EACH and text.same_clause(at, number.first)
        for at in range(max(0, number.first - 5), number.first)
    )


def _is_part(text: Text, number: Number) -> bool:
    return any(0 < number.first - word.last <= 2 for word in text.all("among"))


def _joins_an_age(text: Text, number: Number, numbers: Sequence[Number]) -> bool:
    """Return whether the number stands before an age: "14 et 15 ans", "12 13 yrs"."""
    return any(0 < other.first - number.last <= 2 and _is_age(text, other) for other in numbers) and (
        (number.count.least or _ADULT) < _ADULT and not text.at(number.last + 1, "person", "child", "woman")
    )


def _has_age_behind(text: Text, number: Number, numbers: Sequence[Number]) -> bool:
    return any(0 < other.first - number.last <= 2 and _is_age(text, other) for other in numbers)


_TAKEN = {"ABD": "abducted", "REC": "abducted", "ARB": "detained"}


def _done_to(text: Text, number: Number, told: Sequence[Told]) -> str | None:
    """Return what a number right beside a verb of taking counts, whoever they are: "took 8 miners"."""
    after = number.last + 1
    if text.at(after, "goods_thing", "animal", "not_toll", "armed", "weapon") or _measures(text, number):
        return None
    for one in told:
        if one.code not in _TAKEN or one.status != "asserted" or not text.same_clause(one.match.first, number.first):
            continue
        reach = 7 if _joined_with_one(text, number) else 2
        if 0 < number.first - one.match.last <= reach or 0 < one.match.first - number.last <= 2:
            return _TAKEN[one.code]
    return None


def _measures(text: Text, number: Number) -> bool:
    """Return whether the number measures a time."""
    around = [found for found in text.found if found.concept.startswith("unit.")]
    return any(
        found.first == number.last + 1 or (found.language == "sw" and found.last == number.first - 1)
        for found in around
    )


def _numbers(text: Text, timed: frozenset[int]) -> Iterator[Number]:
    at = 0
    while at < len(text.tokens):
        value, last = number_at(text, at)
        if value is None or at in timed or _is_label(text, at):
            at += 1
            continue
        if _measures(text, Number(Count(value, value), at, last)):
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
    if "more_than" in near or "at_least" in near or behind:
        return Count(value, None)
    return Count(None, value) if "less_than" in near else Count(value, value)


def _is_age(text: Text, number: Number) -> bool:
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
    if before_word in ("under", "below", "over", "of", "de") and value <= _ADULT and text.has("child"):
        younger = before_word in ("under", "below") or text.at(number.first - 2, "child", "one_person") is not None
        if younger:
            return True
    if _lists_ages(text, number):
        return True
    joined = number.first > 0 and text.tokens[number.first - 1].text in _AND
    of_one = not joined and any(found.last < number.first <= found.last + 2 for found in text.all("one_person"))
    return of_one and value < _ADULT


def _lists_ages(text: Text, number: Number) -> bool:
    """Return whether a number behind counted children is an age: "2 kids 8 and 10"."""
    value, at = number.count.least or 0, number.first - 1
    if value >= _ADULT or at < 1 or text.at(number.last + 1, "person", "child", "woman"):
        return False
    if text.tokens[at].text in ("and", "et", "na", "و") and text.tokens[at - 1].text.isdigit():
        at -= 2
    child = text.at(at, "child")
    return child is not None and child.language != "sw" and number_at(text, child.first - 1)[0] is not None


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
        if number.last < found.first <= number.last + 2 or 0 < number.first - found.last <= 1
    ]
    # Girls of no told age may be grown.
    near = [found for found in near if not found.words.rstrip("*").startswith(_GIRLS) or _is_young(text, found)]
    return any(text.same_clause(found.first, number.first) for found in near)


_GIRLS = ("fille", "girl", "wasichana", "msichana", "بنات", "بنت", "بت", "فتيات", "فتاه")
_SINGLE = {"KIL": "killed", "ABD": "abducted", "ARB": "detained"}


def _singles(text: Text, events: frozenset[str], told: Sequence[Told]) -> dict[str, Count]:
    """Return categories told of single people: "my husband was arrested" is one."""
    found: dict[str, Count] = {}
    for code, category in _SINGLE.items():
        if code not in events and not (code == "KIL" and events & {"EOD", "SHL", "CLS", "ATK"}):
            continue
        people: list[Match] = _roles(text, code, told)
        # Who did not come back is told of without a verb of taking.
        missing = text.all("disappearance") if code == "ABD" else ()
        for match in (*text.all(code), *(one.match for one in told if one.code == code), *missing):
            people += [one for one in text.all("one_person") if _bears(text, one, match) and _suffers(text, one)]
        distinct = _distinct(people)
        if distinct:
            found[category] = Count(distinct, distinct)
    hurt = [
        one
        for one in text.all("one_person")
        if _suffers(text, one) and any(_bears(text, one, wound) for wound in text.all("toll.injured"))
    ]
    if hurt:
        found["injured"] = Count(_distinct(hurt), _distinct(hurt))
    if "EOD" in events and not found and text.has("casevac"):
        # Who needs to be carried to care is wounded.
        hit = [one for one in text.all("one_person") if _suffers(text, one)]
        found |= {"injured": Count(_distinct(hit), _distinct(hit))} if hit else {}
    young = [
        one
        for one in text.all("one_person")
        if _suffers(text, one) and (text.at(one.last, "child") or text.at(one.first, "child") or _is_young(text, one))
    ]
    # "A girl of my neighbour": the girl is the one, whoever's she is.
    if found and young:
        found["children"] = Count(_distinct(young), _distinct(young))
    return found


def _roles(text: Text, code: str, told: Sequence[Told]) -> list[Match]:
    """Return the single people told of by their work who stand right beside what was done to them."""
    deeds = [one.match for one in told if one.code == code and one.status in ("asserted", "past")] or list(
        text.all(code)
    )
    return [
        role
        for role in text.all("role")
        if _suffers(text, role)
        and any(
            text.same_clause(role.first, deed.first)
            and (0 < deed.first - role.last <= 4 or 0 < role.first - deed.last <= 2)
            and not any(role.last < said.first < deed.first for said in text.all("say"))
            and number_at(text, deed.last + 1)[0] is None
            for deed in deeds
        )
    ]


def _is_young(text: Text, one: Match) -> bool:
    """Return whether an age under 18 stands behind a person: "ma nièce 15 ans"."""
    at = one.last + 1
    value, last = number_at(text, at)
    if value is None or value >= _ADULT:
        return False
    return _is_age(text, Number(Count(value, value), at, last))


def _distinct(people: list[Match]) -> int:
    """Return how many people are spoken of: words that overlap name one."""
    last, count = -1, 0
    for one in sorted(people, key=lambda match: match.first):
        count += one.first > last
        last = max(last, one.last)
    return count


def _bears(text: Text, one: Match, event: Match) -> bool:
    """Return whether a single person stands where the event is told, an age in between or not."""
    return text.same_clause(one.first, event.first) or (
        text.same_sentence(one.first, event.first) and 0 < event.first - one.last <= 6
    )


def _suffers(text: Text, one: Match) -> bool:
    owner = one.first > 0 and text.tokens[one.first - 1].text in (
        "of",
        "de",
        "d",
        "wa",
        "ya",
        "from",
        "by",
        "par",
        "na",
        "من",
    )
    actor = one.last + 1 < len(text.tokens) and text.at(one.last + 1, "armed", "uniform") is not None
    return not owner and not actor


def _children_of_the_taken(text: Text, events: frozenset[str], toll: dict[str, Count]) -> None:
    """Count the taken as children where only children are spoken of."""
    taken = toll.get("abducted")
    if taken is None or "children" in toll or not events & {"REC", "ABD"}:
        return
    if all(found.words.rstrip("*").startswith(_GIRLS) and not _is_young(text, found) for found in text.all("child")):
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
