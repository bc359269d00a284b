"""What a message says happened, may happen or did not happen."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from tocsin.core.evidence.reader.deeds import joined_deeds
from tocsin.core.evidence.reader.text import EVENT_CODES, Text, number_at
from tocsin.core.evidence.reader.told import HARM, Told
from tocsin.core.evidence.reader.weeding import weeded
from tocsin.core.reference.languages import Match, prefixes
from tocsin.core.reference.terms import EventCode


def tell_events(
    text: Text,
    *,
    communities: int,
    armed: Collection[int],
    police: Collection[int] = (),
    fighters: Collection[int] = (),
) -> tuple[Told, ...]:
    """Return the events of a message with how each is told.

    `communities` is how many communities are named; `armed` are the words that name armed actors,
    `police` those of them that name police, `fighters` those that name rebels or militia.
    """
    spoken = [match for match in text.found if match.concept in EVENT_CODES]
    spoken += joined_deeds(text, armed=armed, police=police)
    spoken = [
        match for match in spoken if not (_of_animals(text, match) or _only_how(text, match) or _of_tyres(text, match))
    ]
    told = [Told(match.concept, match, _status(text, match), _is_hearsay(text, match)) for match in spoken]
    if any(one.code == "ABD" and one.status == "asserted" for one in told):
        # What those who were taken are to be made into: the taking is done.
        told = [replace(one, status="asserted") if one.code == "REC" and one.status in _UNDONE else one for one in told]
    told = [_threat_of(one, communities) for one in told]
    told = [_taken_by_fighters(text, one, fighters) for one in told]
    return tuple(weeded(text, told, armed_named=bool(armed)))


_UNDONE = ("planned", "purpose")


def _status(text: Text, match: Match) -> str:
    # "Nothing to eat" denies the food, not the need.
    if match.concept != "NED" and is_negated(text, match):
        return "negated"
    if _directly_after(text, match, "against", 3) or text.at(match.first, "against"):
        return "past"
    if match.concept != "NED" and _in_condition(text, match):
        return "conditional"
    return _unfulfilled(text, match) or ("past" if _behind(text, match) else "asserted")


def _unfulfilled(text: Text, match: Match) -> str:
    """Return how a deed is told of that is not told as done; empty where it is."""
    if match.concept in HARM and _is_feared(text, match):
        return "feared"
    if match.concept == "PRO" and _directly_after(text, match, "NED", 3):
        # "Besoin de médiation": peace is asked for, not made.
        return "purpose"
    if match.concept == "MOB" and text.at(match.first, "comes") and _future_before(text, match):
        return "planned"
    return _still_to_come(text, match) if match.concept in HARM | {"CLS", "DIS"} else ""


_RELATIVE = re.compile(r"(?:wa|a|zi|i|li|ya|ki|vi|u)li(?:o|yo|zo|ye|cho|vyo|lo)[a-z]{3}")


def _behind(text: Text, match: Match) -> bool:
    """Return whether it is what something came after, or what people fled from."""
    fled = match.concept in HARM | {"CLS", "MOB"} and _directly_after(text, match, "fled_from", 3)
    if _RELATIVE.match(text.tokens[match.first].text) and match.language == "sw":
        # "The cattle that were taken will be given back".
        fled = fled or text.has("PRO", "freed", "return_word")
    # "She came back after they held her": the return is what is new, the holding is what happened.
    returned = any(0 < match.first - back.last <= 4 for back in text.all("return_word"))
    return fled or (_directly_after(text, match, "after", 3) and not returned)


def _still_to_come(text: Text, match: Match) -> str:
    """Return whether a deed is ``planned`` or somebody's ``purpose``; empty where it is told as done."""
    if (
        _begins(text, match, "future")
        or _is_ours(text, match)
        or _future_before(text, match)
        or _announced(text, match)
        or _or_else(text, match)
    ):
        return "planned"
    if _directly_after(text, match, "purpose", 1) or _is_aim(text, match):
        return "purpose"
    if _threatened_before(text, match):
        return "planned"
    # "threatened to kill", "menacé de brûler": the deed is the threat.
    return "planned" if _directly_after(text, match, "THR", 3) else ""


def _is_ours(text: Text, match: Match) -> bool:
    """Return whether an Arabic verb of harm says "we": nobody reports their own deed, it is a threat passed on."""
    stem = match.words.split()[0]
    if match.language != "ar" or not stem.endswith("+"):
        return False
    return bool(re.match(f"[وف]?[بحهس]?ن{stem[:-1]}", text.tokens[match.first].text))


def _threatened_before(text: Text, match: Match) -> bool:
    """Return whether an Arabic verb in the present stands behind a threat: "a leaflet: who is seen, they kill him"."""
    if match.language != "ar" or not re.match("[وف]?ب?ي", text.tokens[match.first].text) or text.has("now"):
        return False
    return any(0 < match.first - one.last <= 8 for one in text.all("THR"))


def _is_feared(text: Text, match: Match) -> bool:
    """Return whether the deed is what people are afraid of: "we fear an attack" tells of none."""
    return any(
        0 < match.first - fear.last <= 3
        and text.same_clause(fear.last, match.first)
        and not text.at(fear.first, "DIS", "left")
        for fear in text.all("fear")
    )


def _announced(text: Text, match: Match) -> bool:
    """Return whether somebody says that they do it, and when: "ils disent cette nuit on brule le village"."""
    if _is_done(text, match):
        return False
    said = [
        one for one in text.all("say", "swear") if one.last < match.first and text.same_sentence(one.last, match.first)
    ]
    coming = [
        when
        for when in text.all("when.tonight", "day.1", "day.2", "when.next_week", "imminent")
        if text.same_sentence(when.first, match.first) and abs(when.first - match.first) <= 6
    ]
    return any(when.first > one.first for one in said for when in coming)


_DONE_BEFORE = frozenset({"ont", "a", "sont", "est", "ete", "have", "has", "had", "was", "were", "been", "qui"})
_DONE_STARTS = ("wali", "wame", "ali", "ame", "tuli", "tume", "zime", "ime", "wana", "ana")


def _or_else(text: Text, match: Match) -> bool:
    """Return whether the deed is what follows when a demand is not met: "give us boys or we kill"."""
    return any(
        0 <= match.first - word.last <= 7 and text.same_sentence(word.first, match.first)
        for word in text.all("or_else")
    )


def _is_done(text: Text, match: Match) -> bool:
    """Return whether the verb itself tells of what was done or is being done."""
    word = text.tokens[match.first].text
    before = {token.text for token in text.tokens[max(0, match.first - 2) : match.first]}
    if match.language == "sw":
        return word.startswith(_DONE_STARTS)
    return bool(before & _DONE_BEFORE) or (match.language == "en" and word.endswith("ed"))


def _of_animals(text: Text, match: Match) -> bool:
    """Return whether it was an animal that was killed."""
    if match.concept == "ABD":
        gone = range(max(0, match.first - 3), match.first)
        people = ("person", "one_person", "kin", "child", "woman", "herder")
        return any(text.at(at, "animal") for at in gone) and not any(text.at(at, *people) for at in gone)
    if match.concept != "KIL":
        return False
    here = range(match.first - 3, match.last + 4)
    beside = [at for at in here if 0 <= at < len(text.tokens) and text.same_clause(at, match.first)]
    return any(text.at(at, "animal") for at in beside) and not any(
        text.at(at, "person", "one_person", "kin", "herder", "farmer") or number_counts(text, at) for at in beside
    )


def number_counts(text: Text, at: int) -> bool:
    """Return whether a word counts dead people: "3 killed"."""
    found = text.at(at, "toll.killed")
    return found is not None and number_at(text, found.first - 1)[0] is not None


_MANNER = frozenset(
    {"par", "by", "from", "of", "aux", "au", "de", "with", "kwa", "za", "ya", "suite", "des", "stray", "balles"}
)


def _only_how(text: Text, match: Match) -> bool:
    """Return whether shots are only what somebody was hit by: "tués par balles" is no attack of its own."""
    if match.concept != "ATK" or not text.at(match.first, "shooting"):
        return False
    word, before = text.tokens[match.first].text, text.tokens[max(0, match.first - 1)].text
    if "pigwa" in (word[-5:], before[-5:]) and any(
        0 < dead.first - match.last <= 3 for dead in text.all("toll.killed")
    ):
        # "Alipigwa risasi akafa": shot dead.
        return True
    hurt = text.all("toll.killed", "toll.injured", "KIL")
    by = word.startswith("ب") or (match.first > 0 and before in _MANNER)
    return by and any(0 < match.first - one.last <= 4 and text.same_sentence(one.last, match.first) for one in hurt)


def _of_tyres(text: Text, match: Match) -> bool:
    """Return whether what burns are tyres on the road."""
    return (
        match.concept in ("LOO", "ATK")
        and text.at(match.first, "burning") is not None
        and any(
            abs(tyre.first - match.last) <= 3 and text.same_sentence(tyre.first, match.first)
            for tyre in text.all("tyre")
        )
    )


def is_negated(text: Text, match: Match) -> bool:
    """Return whether what the words tell of is denied."""
    if match.concept in HARM and _begins(text, match, "negated"):
        return True
    if text.at(match.first, "finished"):
        # "No more fighting" tells of fighting that was.
        return False
    if text.at(match.first, "no_casualty", "nothing_to_report") or _after_negated_verb(text, match):
        return True
    if any(
        0 < gone.first - match.last <= 3 and text.same_clause(match.last, gone.first) for gone in text.all("absent")
    ):
        # "Waasi hawajaonekana": the verb that denies stands behind who was not seen.
        return True
    for no in text.all("negation"):
        if text.at(no.first, "not_known", "continuing") or _joins(text, no):
            continue
        before = no.last < match.first <= no.last + 3 and text.same_clause(no.last, match.first)
        if no.words == "pas" and before:
            # "ceux qui n'ont pas sont frappés": a new verb begins behind "pas".
            before = not any(token.text in ("sont", "est", "ont") for token in text.tokens[no.last + 1 : match.first])
        behind = (no.words == "pas" or text.tokens[no.first].text in _NOBODY) and no.first == match.last + 1
        if (before or behind) and not _between(text, no, match, "but"):
            return True
    return False


_NOBODY = frozenset({"nobody", "none", "personne", "aucun", "no", "nul", "noone", "rien"})


def _joins(text: Text, no: Match) -> bool:
    """Return whether an Arabic "ma" only joins what follows to the word before it: "after they took her"."""
    return no.words == "ما" and no.first > 0 and text.tokens[no.first - 1].text in _JOINED


_JOINED = frozenset({"بعد", "قبل", "لحد", "لحدي", "زي", "كل", "وقت", "حسب", "عند", "يوم", "من", "ساعه"})


def _after_negated_verb(text: Text, match: Match) -> bool:
    """Return whether the verb in front is denied: "hatujasikia risasi", we heard no shots."""
    starts = prefixes("negated", match.language)
    before = range(max(0, match.first - 2), match.first)
    return any(text.same_clause(at, match.first) and text.tokens[at].text.startswith(starts) for at in before if starts)


def _begins(text: Text, match: Match, kind: str) -> bool:
    word = text.tokens[match.first].text
    # In Swahili the shortest stem is one letter: "hawakuua", they did not kill.
    least = 1 if match.language == "sw" else 2
    return any(word.startswith(start) and len(word) > len(start) + least for start in prefixes(kind, match.language))


def _between(text: Text, one: Match, other: Match, *concepts: str) -> bool:
    return any(one.last < found.first < other.first for found in text.all(*concepts))


def _directly_after(text: Text, match: Match, concept: str, reach: int) -> bool:
    return any(
        found.last < match.first <= found.last + reach and text.same_clause(found.last, match.first)
        for found in text.all(concept)
    )


def _is_aim(text: Text, match: Match) -> bool:
    """Return whether the deed is what somebody comes for: "they come to take boys", "wanakuja kuchoma"."""
    before = text.tokens[match.first - 1].text if match.first else ""
    coming = any(0 < match.first - found.last <= 4 for found in text.all("MOB", "heading", "THR", "future", "comes"))
    # "na kumuua" goes on telling what was done.
    infinitive = match.language == "sw" and text.tokens[match.first].text.startswith("ku") and before != "na"
    # "Viennent piller": an infinitive right behind the coming.
    word = text.tokens[match.first].text
    bare = match.language == "fr" and word.endswith(("er", "re", "ir")) and text.at(match.first - 1, "comes", "future")
    return coming and (bool(bare) or before in ("to", "pour", "2", "ili", "لكي", "كي") or infinitive)


def conditions(text: Text) -> list[Match]:
    """Return the words that set a condition; "kama watu 40" is about 40 people, not one."""
    found = []
    for when in text.all("condition"):
        nxt = when.last + 1
        counts = nxt < len(text.tokens) and (text.tokens[nxt].text.isdigit() or text.at(nxt, "person") is not None)
        if not counts:
            found.append(when)
    return found


def _in_condition(text: Text, match: Match) -> bool:
    for when in conditions(text):
        if not (when.last < match.first <= when.last + 7 and text.same_clause(when.first, match.first)):
            continue
        if not any(when.last < coming.first < match.first for coming in text.all("future", "THR")):
            return match.concept != "THR"
    return False


def _future_before(text: Text, match: Match) -> bool:
    return any(
        coming.first <= match.first <= coming.last + 4
        and coming.first != match.first
        and text.same_clause(coming.first, match.first)
        for coming in text.all("future")
    )


def _is_hearsay(text: Text, match: Match) -> bool:
    return any(
        heard.first < match.first and text.same_sentence(heard.first, match.first)
        for heard in text.all("hearsay", "say")
    )


def _taken_by_fighters(text: Text, one: Told, fighters: Collection[int]) -> Told:
    """Return an arrest by rebels or militia as the abduction it is: only the state arrests."""
    theirs = any(text.same_sentence(at, one.match.first) for at in fighters)
    if one.code != "ARB" or not theirs or text.has("police", "uniform"):
        return one
    return replace(one, code="ABD")


def _threat_of(one: Told, communities: int) -> Told:
    if one.status == "planned" and one.code in HARM:
        return Told("THR", one.match, "asserted", one.hearsay)
    if one.status == "purpose" and one.code in HARM:
        return Told("TNS" if communities else "THR", one.match, "asserted", one.hearsay)
    if one.status == "planned" and one.code in ("CLS", "DIS"):
        return Told("TNS", one.match, "asserted", one.hearsay) if one.code == "CLS" else one
    return one


def codes(told: tuple[Told, ...], *statuses: str) -> tuple[EventCode, ...]:
    """Return the event codes told with one of these statuses, each once, in order of the text."""
    return tuple(dict.fromkeys(EventCode(one.code) for one in told if one.status in statuses))
