"""Events that take two words to tell: the deed, and who did it or whom it befell.

"They took" tells of nothing; "they took two boys" of an abduction, "they took the goats" of looting,
"armed men entered" of an attack. Verbs and nouns are words of the lists; how they join is told here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from tocsin.core.evidence.reader.text import Text, number_at
from tocsin.core.reference.languages import Match

_REACH = 5
_LEAST_SUM = 50
_BEHIND = 4
_PEOPLE = ("person", "child", "woman", "one_person", "kin", "youth")


def joined_deeds(text: Text, *, armed: Collection[int], police: Collection[int]) -> Iterator[Match]:
    """Give the events told by a verb and its subject or object together.

    Parameters
    ----------
    text : Text
        The message laid out.
    armed : collection of int
        Words that name armed actors.
    police : collection of int
        Those of them that name police: whom police take is arrested, not abducted.
    """
    for verb in text.all("take"):
        yield from _takings(text, verb, police)
    for verb in text.all("enter"):
        # "kuingia" is "to enter", in Swahili.
        told_of = not text.tokens[verb.first].text.startswith("ku") and not _kept_out(text, verb)
        if told_of and _armed_near(text, verb, armed) and not _herds(text) and not text.has("base_word"):
            yield replace(verb, concept="ATK")
    for fire in text.all("burning"):
        if _houses(text, fire):
            yield replace(fire, concept="LOO")
            crowd = any(_in_sentence(text, mob, fire) for mob in text.all("RST"))
            if (crowd or _armed_near(text, fire, armed)) and not _heard_of(text, fire):
                # Armed people or a mob who burn houses attack the settlement.
                yield replace(fire, concept="ATK")
    for going in text.all("house_to_house"):
        if _armed_near(text, going, armed):
            yield replace(going, concept="ATK")
    yield from _stolen(text, set(armed) - set(police))
    yield from _heard_falling(text)
    yield from _left_with(text)
    yield from _arrived_from(text, armed)
    yield from _asked_of_each(text, armed)
    yield from _by_pairs(text, armed)


# A verb and what stands within reach of it in its sentence, and what the two tell of together.
_PAIRS = (
    ("eat", ("cattle_word",), "TNS"),
    ("stopped", ("aid",), "HUM"),
    ("pay", ("every", "per_head"), "LOO"),
    ("throw", ("EOD",), "ATK"),
    ("take_over", ("facility",), "SCH"),
    ("shut", ("road",), "FMV"),
    ("vanished", ("animal",), "CRM"),
    ("brawl", ("digger",), "CRM"),
    ("emptied", ("facility",), "SCH"),
    ("emptied", ("facility", "aid"), "LOO"),
    ("carry", ("weapon",), "REC"),
)
# Pairs that tell of it only where the third is named too.
_ONLY_WITH = {"pay": ("post",), "carry": ("child",), "take_over": ("armed", "uniform")}


def _stolen(text: Text, armed: Collection[int]) -> Iterator[Match]:
    """Give what a named armed group stole: it is looted, whatever word is used."""
    for theft in text.all("CRM"):
        named = any(text.same_sentence(at, theft.first) for at in armed)
        if named and (text.at(theft.first, "emptied", "take") or text.at(theft.last, "emptied", "take")):
            yield replace(theft, concept="LOO")


def _kept_out(text: Text, verb: Match) -> bool:
    """Return whether entering is what somebody is kept from: "interdits d'entrer"."""
    return any(
        0 < verb.first - stop.last <= 3 and text.same_clause(stop.last, verb.first) for stop in text.all("stopped")
    )


def _heard_falling(text: Text) -> Iterator[Match]:
    for bang in text.all("EOD"):
        heard = any(
            abs(sound.first - bang.first) <= _REACH and _in_sentence(text, sound, bang) for sound in text.all("heard")
        )
        if heard and not text.has("unexploded", "culvert", "mine_word", "ATK"):
            # Bombs that are heard fall somewhere.
            yield replace(bang, concept="SHL")


def _left_with(text: Text) -> Iterator[Match]:
    """Give what those who left took along."""
    for gone in text.all("left"):
        for thing in text.all("goods_thing", "animal"):
            between = {token.text for token in text.tokens[gone.last + 1 : thing.first]}
            if 0 < thing.first - gone.last <= 6 and between & _WITH and _in_sentence(text, thing, gone):
                yield replace(gone, concept="LOO")


def _asked_of_each(text: Text, armed: Collection[int]) -> Iterator[Match]:
    """Give the sum that is asked of everybody at a post or by those who are armed: "1000 frs kwa kila vélo"."""
    if not armed and not text.has("post", "armed", "uniform"):
        return
    for each in text.all("per_head"):
        sums = (number_at(text, at)[0] or 0 for at in range(max(0, each.first - 3), each.first))
        if any(value >= _LEAST_SUM for value in sums) and not text.has("person", "NED"):
            yield replace(each, concept="LOO")


def _arrived_from(text: Text, armed: Collection[int]) -> Iterator[Match]:
    """Give the coming of people from somewhere: "230 people came to us from X" have left it."""
    for came in text.all("arrive"):
        if _armed_near(text, came, armed) or text.has("uniform", "weapon", "mission", "thanks"):
            continue
        who = [one for one in text.all("person", "toll.displaced_households") if abs(one.first - came.last) <= _BEHIND]
        counted = any(number_at(text, one.first + step)[0] is not None for one in who for step in (-1, 1))
        origin = any(
            0 < word.first - came.last <= 8 and _in_sentence(text, word, came) for word in text.all("from_place")
        )
        if counted and origin:
            yield replace(came, concept="DIS")


def _by_pairs(text: Text, armed: Collection[int]) -> Iterator[Match]:
    for verb, things, code in _PAIRS:
        named = verb in ("take_over", "pay") and bool(armed)
        if verb in _ONLY_WITH and not named and not text.has(*_ONLY_WITH[verb]):
            continue
        for deed in text.all(verb):
            if text.at(deed.first, "nothing"):
                continue
            if verb == "carry" and not any(0 < deed.first - young.last <= _REACH for young in text.all("child")):
                continue
            near = (
                abs(thing.first - deed.first)
                for thing in text.all(*things)
                if _in_sentence(text, thing, deed) and not (verb == "take_over" and _only_beside(text, thing))
            )
            if any(0 < gap <= _REACH for gap in near):
                yield replace(deed, concept=code)


_BESIDE = frozenset(
    {"derriere", "behind", "pres", "near", "devant", "beside", "cote", "outside", "nyuma", "karibu", "خلف", "ورا"}
)


def _only_beside(text: Text, thing: Match) -> bool:
    """Return whether somebody is near a building and not in it."""
    return bool({token.text for token in text.tokens[max(0, thing.first - 3) : thing.first]} & _BESIDE)


def _in_sentence(text: Text, one: Match, other: Match) -> bool:
    return text.same_sentence(one.first, other.first)


def _takings(text: Text, verb: Match, police: Collection[int]) -> Iterator[Match]:
    code = _taken(text, verb, police)
    if code:
        yield replace(verb, concept=code)
    if text.has("child", "youth") and any(_made_to(text, verb, war) for war in text.all("fight_for")):
        yield replace(verb, concept="REC")


def _taken(text: Text, verb: Match, police: Collection[int]) -> str | None:
    """Return what a verb of taking tells: people or goods; None when it tells of neither."""
    if _by_us(text, verb) or _to_care(text, verb):
        return None
    if _money_of_each(text, verb):
        return "LOO"
    thing = _object(text, verb)
    if thing is None:
        return None
    if thing == "goods":
        return "LOO"
    return "ARB" if (police or text.has("police")) and not text.has("armed") else "ABD"


def _money_of_each(text: Text, verb: Match) -> bool:
    """Return whether an amount is taken of everybody: "prennent 1000 à chaque passager"."""
    value, last = number_at(text, verb.last + 1)
    return (
        value is not None and value >= 50 and any(0 < word.first - last <= 4 for word in text.all("every", "per_head"))
    )


def _made_to(text: Text, verb: Match, war: Match) -> bool:
    """Return whether the taken are to fight; who took them ("by soldiers") stands behind a preposition."""
    if not 2 < war.first - verb.last <= 8 or not text.same_sentence(war.first, verb.first):
        return False
    return text.tokens[war.first - 1].text not in _BY


def _by_us(text: Text, verb: Match) -> bool:
    before = range(max(0, verb.first - 2), verb.first)
    return text.at(verb.first, "we") is not None or any(
        text.at(at, "we", "mission") and text.same_clause(at, verb.first) for at in before
    )


def _to_care(text: Text, verb: Match) -> bool:
    """Return whether somebody was brought to care, or the verb only names a time or a manner."""
    if text.at(verb.first, "nothing"):
        return True
    for way in text.all("hospital_way"):
        between = {token.text for token in text.tokens[verb.last + 1 : way.first]}
        if 0 < way.first - verb.last <= 7 and between & _TOWARDS:
            return True
    return False


def _object(text: Text, verb: Match) -> str | None:
    for at in range(verb.last + 1, min(verb.last + 1 + _REACH, len(text.tokens))):
        if not text.same_clause(at, verb.last):
            break
        if text.at(at, "goods_thing", "toll.heads"):
            return "goods"
        if text.at(at, *_PEOPLE) and not text.at(at, "armed"):
            # "Left, and people return": the people go home.
            return None if text.at(at, "PRO") else "people"
    for at in range(verb.first - 1, max(-1, verb.first - 1 - _BEHIND), -1):
        if not text.same_clause(at, verb.first):
            break
        if text.at(at, "goods_thing", "toll.heads"):
            return "goods"
        if text.at(at, *_PEOPLE) and not text.at(at, "armed", "uniform"):
            return "people" if _is_passive(text, verb, at) else None
    counted = number_at(text, verb.first - 1)[0] is not None and not text.at(verb.first - 1, "not_toll")
    return "people" if counted and text.has("child", "person", "one_person") else None


def _is_passive(text: Text, verb: Match, at: int) -> bool:
    """Return whether the people in front of a verb are its object: "boys were taken", "garçons pris"."""
    word = text.tokens[verb.first].text
    if word in _ACTIVES:
        return False
    # "The girl, they took her": in Arabic the verb ends in whom it befalls.
    resumed = verb.language == "ar" and word.endswith(_RESUMES) and len(word) > 4
    return word in _PASSIVES or word.endswith(("wa", "taken")) or resumed or number_at(text, at - 1)[0] is not None


_WITH = frozenset({"avec", "with", "na", "مع"})
_BY = frozenset({"by", "par", "na", "من", "with", "avec", "the", "les", "des"})
_TOWARDS = frozenset({"to", "into", "a", "au", "aux", "vers", "kwa", "kwenda", "hadi", "الي", "نحو"})
_ACTIVES = frozenset({"prendre", "prend", "prennent", "prenez", "take", "takes", "taking", "seize", "grab"})
_RESUMES = ("وها", "وهم", "وهن", "وه", "تها", "تهم")
_PASSIVES = frozenset({"taken", "seized", "grabbed", "picked", "pris", "prise", "prises", "emmene", "emmenes", "emmenee", "emmenees", "saisi", "saisis", "embarques", "embarque"})  # fmt: skip


def _armed_near(text: Text, verb: Match, armed: Collection[int]) -> bool:
    named = any(text.same_sentence(at, verb.first) for at in armed)
    return named or any(text.same_sentence(who.first, verb.first) for who in text.all("armed"))


def _heard_of(text: Text, verb: Match) -> bool:
    return any(
        mark.first < verb.first and text.same_sentence(mark.first, verb.first) for mark in text.all("hearsay", "say")
    )


def _herds(text: Text) -> bool:
    return text.has("cattle_word") and not text.has("shooting", "toll.killed")


def _houses(text: Text, fire: Match) -> bool:
    near = any(
        text.same_sentence(home.first, fire.first) and abs(home.first - fire.first) <= _REACH
        for home in text.all("home")
    )
    # "They are at the houses. They are burning": what burns was named before.
    alone = text.sentence.count(text.sentence[fire.first]) <= 4 and not text.has("tyre")
    return near or (alone and any(home.first < fire.first for home in text.all("home")))
