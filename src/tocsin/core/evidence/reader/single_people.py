"""Single people told of without a number: "my husband was arrested" is one."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.core.evidence.reader.numerals import ADULT, Number, is_age
from tocsin.core.evidence.reader.text import Text, number_at
from tocsin.core.evidence.reader.told import Told
from tocsin.core.evidence.types import Count
from tocsin.core.reference.languages import Match

_SINGLE = {"KIL": "killed", "ABD": "abducted", "ARB": "detained"}


def count_singles(text: Text, events: frozenset[str], told: Sequence[Told]) -> dict[str, Count]:
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
        if _suffers(text, one) and any(_bears(text, one, wound) for wound in _wounds(text))
    ]
    if hurt:
        found["injured"] = Count(_distinct(hurt), _distinct(hurt))
    if "EOD" in events and not found and text.has("casevac"):
        # Who needs to be carried to care is wounded.
        hit = [one for one in text.all("one_person") if _suffers(text, one)]
        found |= {"injured": Count(_distinct(hit), _distinct(hit))} if hit else {}
    young = [
        one for one in text.all("one_person") if _suffers(text, one) and (_is_child(text, one) or is_young(text, one))
    ]
    # "A girl of my neighbour": the girl is the one, whoever's she is.
    if found and young:
        found["children"] = Count(_distinct(young), _distinct(young))
    return found


def _wounds(text: Text) -> list[Match]:
    """Return the words of wounding that nobody is told to have died of: "shot, and died" is one killed."""
    dead = text.all("toll.killed")
    return [one for one in text.all("toll.injured") if not any(0 < died.first - one.last <= 3 for died in dead)]


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


def _is_child(text: Text, one: Match) -> bool:
    """Return whether a word names a child. "Binti", "بت": a daughter or a girl of no told age may be grown."""
    names = [found for at in (one.first, one.last) if (found := text.at(at, "child")) is not None]
    return any(not text.tokens[found.last].text.endswith(_MAY_BE_GROWN) for found in names)


_MAY_BE_GROWN = ("binti", "بت", "بتي", "بنتي", "بنت")


def is_young(text: Text, one: Match) -> bool:
    """Return whether an age under 18 stands behind a person: "ma nièce 15 ans"."""
    at = one.last + 1
    value, last = number_at(text, at)
    if value is None or value >= ADULT:
        return False
    return is_age(text, Number(Count(value, value), at, last))


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
