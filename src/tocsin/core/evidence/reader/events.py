"""What a message says happened, may happen or did not happen."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.core.evidence.reader.text import EVENT_CODES, Text
from tocsin.core.reference.languages import Match, prefixes
from tocsin.core.reference.terms import EventCode

# What an actor would do to people: told as coming, it is a threat.
HARM = frozenset({"ATK", "KIL", "ABD", "LOO", "SHL", "TOR", "RST", "REC", "SCH", "HUM", "SGV"})
DONE_TO_PEOPLE = HARM | {"ARB", "CLS", "EOD", "UNX", "CRM"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event code as told. `status` is asserted, negated, planned, conditional, purpose or past."""

    code: str
    match: Match
    status: str
    hearsay: bool = False


def tell_events(text: Text, *, communities: int, armed_named: bool) -> tuple[Told, ...]:
    """Return the events of a message with how each is told.

    `communities` is how many communities are named; `armed_named` whether an armed actor is.
    """
    told = [
        Told(match.concept, match, _status(text, match), _is_hearsay(text, match))
        for match in text.found
        if match.concept in EVENT_CODES
    ]
    told = [_threat_of(one, communities) for one in told]
    return tuple(_weeded(text, told, armed_named))


def _status(text: Text, match: Match) -> str:
    if _negated(text, match):
        return "negated"
    if _directly_after(text, match, "against", 3) or text.at(match.first, "against"):
        return "past"
    if _in_condition(text, match):
        return "conditional"
    if match.concept in HARM | {"CLS", "DIS"}:
        if _begins(text, match, "future") or _future_before(text, match):
            return "planned"
        if _directly_after(text, match, "purpose", 1):
            return "purpose"
        if _directly_after(text, match, "THR", 3):
            # "threatened to kill", "menacé de brûler": the deed is the threat.
            return "planned"
    if _directly_after(text, match, "after", 3):
        return "past"
    if match.concept in HARM | {"CLS", "MOB"} and _directly_after(text, match, "fled_from", 3):
        return "past"
    return "asserted"


def _negated(text: Text, match: Match) -> bool:
    if match.concept in HARM and _begins(text, match, "negated"):
        return True
    if text.at(match.first, "finished"):
        # "No more fighting" tells of fighting that was.
        return False
    if text.at(match.first, "no_casualty", "nothing_to_report") or _after_negated_verb(text, match):
        return True
    for no in text.all("negation"):
        if text.at(no.first, "not_known", "continuing"):
            continue
        before = no.last < match.first <= no.last + 3 and text.same_clause(no.last, match.first)
        if no.words == "pas" and before:
            # "ceux qui n'ont pas sont frappés": a new verb begins behind "pas".
            before = not any(token.text in ("sont", "est", "ont") for token in text.tokens[no.last + 1 : match.first])
        behind = no.words == "pas" and no.first == match.last + 1
        if (before or behind) and not _between(text, no, match, "but"):
            return True
    return False


def _after_negated_verb(text: Text, match: Match) -> bool:
    """Return whether the verb in front is denied: "hatujasikia risasi", we heard no shots."""
    starts = prefixes("negated", match.language)
    before = range(max(0, match.first - 2), match.first)
    return any(text.same_clause(at, match.first) and text.tokens[at].text.startswith(starts) for at in before if starts)


def _begins(text: Text, match: Match, kind: str) -> bool:
    word = text.tokens[match.first].text
    return any(word.startswith(start) and len(word) > len(start) + 2 for start in prefixes(kind, match.language))


def _between(text: Text, one: Match, other: Match, *concepts: str) -> bool:
    return any(one.last < found.first < other.first for found in text.all(*concepts))


def _directly_after(text: Text, match: Match, concept: str, reach: int) -> bool:
    return any(
        found.last < match.first <= found.last + reach and text.same_clause(found.last, match.first)
        for found in text.all(concept)
    )


def _in_condition(text: Text, match: Match) -> bool:
    for when in text.all("condition"):
        if not (when.last < match.first <= when.last + 7 and text.same_clause(when.first, match.first)):
            continue
        nxt = when.last + 1
        # "kama watu 40" is about 40 people, not a condition.
        if text.tokens[nxt].text.isdigit() or text.at(nxt, "person"):
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


def _threat_of(one: Told, communities: int) -> Told:
    if one.status == "planned" and one.code in HARM:
        return Told("THR", one.match, "asserted", one.hearsay)
    if one.status == "purpose" and one.code in HARM:
        return Told("TNS" if communities else "THR", one.match, "asserted", one.hearsay)
    if one.status == "planned" and one.code in ("CLS", "DIS"):
        return Told("TNS", one.match, "asserted", one.hearsay) if one.code == "CLS" else one
    return one


def _weeded(text: Text, told: list[Told], armed_named: bool) -> list[Told]:
    stands = {one.code for one in told if one.status == "asserted"}
    armed = armed_named or text.has("armed", "weapon", "weak", "uniform")
    drop = _explained_by_another(text, told, stands)
    drop |= _said_by_nouns(text, told, stands - drop)
    if ("MOB" in stands and not armed) or ("DEM" in stands and not text.has("armed")):
        drop.add("MOB")
    return [one for one in told if one.code not in drop]


def _explained_by_another(text: Text, told: list[Told], stands: set[str]) -> set[str]:
    """Return the codes that a more telling one of the same message stands for."""
    drop: set[str] = set()
    if stands & {"EOD", "SHL"} or ("CLS" in stands and not _civilians(text)):
        drop.add("KIL")
    if {"SHL", "EOD"} <= stands:
        drop.add("SHL" if text.has("unexploded") and not text.has("toll.killed", "toll.injured") else "EOD")
    if "PRO" in stands and _only(text, told, "ABD", "captive"):
        drop.add("ABD")
    if text.has("cattle_word") and _only(text, told, "LOO", "ruin"):
        drop.add("LOO")
    if stands & {"SHL", "CLS"} and _only(text, told, "ATK", "shooting"):
        drop.add("ATK")
    if "UNX" in stands:
        drop |= {"ARB", "ABD", "MOB"}
    if {"CRM", "LOO"} <= stands and not text.has("armed"):
        drop.add("LOO")
    if "CRM" in stands and stands & {"ATK", "KIL"}:
        drop.add("CRM")
    if text.has("freed") and not text.has("still"):
        drop |= {"ABD", "ARB"}
    return drop


def _said_by_nouns(text: Text, told: list[Told], stands: set[str]) -> set[str]:
    """Return the codes that only a noun in passing brought up: a post where it happened, a victim's trade."""
    drop: set[str] = set()
    if (stands & (DONE_TO_PEOPLE | {"TRH", "THR"}) or text.has("left", "finished")) and _only(
        text, told, "MOB", "armed"
    ):
        drop.add("MOB")
    if text.has("cattle_word") and not text.has("toll.killed") and _only(text, told, "ATK", "enter"):
        # Herds that come into the fields are a quarrel, not yet an attack.
        drop.add("ATK")
        stands = stands - {"ATK"}
    if any(
        text.at(at, "sound")
        for one in told
        if one.code == "TOR"
        for at in range(one.match.first - 3, one.match.last + 4)
    ):
        drop.add("TOR")
    if stands & DONE_TO_PEOPLE and _only(text, told, "NED", "goods"):
        drop.add("NED")
    herds_move = text.has("toll.heads", "early_move", "TNS") and not stands & (DONE_TO_PEOPLE - {"TOR"})
    if not herds_move and _only(text, told, "TRH", "cattle_word"):
        drop.add("TRH")
    if stands & {"ABD", "ARB", "KIL", "SGV"} and _only(text, told, "FMV", "post"):
        drop.add("FMV")
    if stands & (DONE_TO_PEOPLE | {"THR", "DIS", "MOB"}) and _only(text, told, "SIG", "cry"):
        drop.add("SIG")
    if _only(text, told, "DIS", "left"):
        drop.add("DIS")
    if "THR" not in stands and _only(text, told, "HSP", "broadcast"):
        drop.add("HSP")
    return drop


def _only(text: Text, told: list[Told], code: str, concept: str) -> bool:
    words = [one.match for one in told if one.code == code]
    return bool(words) and all(text.at(match.first, concept) for match in words)


def _civilians(text: Text) -> bool:
    return text.has("one_person", "child", "woman", "civilian", "herder", "farmer")


def codes(told: tuple[Told, ...], *statuses: str) -> tuple[EventCode, ...]:
    """Return the event codes told with one of these statuses, each once, in order of the text."""
    return tuple(dict.fromkeys(EventCode(one.code) for one in told if one.status in statuses))
