"""From told events to what the message claims: completed by what they imply, cleared of what they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.events import conditions, is_negated
from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.told import HARM, Told
from tocsin.core.evidence.reader.verdicts import HARMED, LETHAL, WARNS
from tocsin.core.evidence.types import Count
from tocsin.core.places.types import PlaceMatch
from tocsin.core.reference.terms import EventCode, ReportKind

# The event that a reading stands on, first wins.
_LEADS = ("IDB", "SHL", "EOD", "ATK", "KIL", "CLS", "SGV", "ABD", "REC", "ARB", "TOR", "UNX", "HUM", "SCH", "LOO", "FMV", "CRM", "THR", "DIS", "MOB", "HSP", "RST", "DEM", "TRH", "TNS", "NED", "PRO", "SIG", "RUM")  # fmt: skip
_SPOKEN = 0.3
_LEAST_AHEAD = 5
# How the future of a verb begins: the plain beginnings, without those that other words share.
_AHEAD = {
    "sw": ("wata", "ata", "tuta", "nita", "ita", "zita", "yata", "hamta", "hawata"),
    "ar": ("حي", "حت", "حن", "وحي", "وحن"),
}
_SEEN_HERE = frozenset({"IDB", "DIS"})
_ATTACKS = frozenset({"ATK", "SHL", "LOO"})
_TO_AID = frozenset({"ATK", "LOO", "ABD", "FMV", "CRM", "KIL", "RST"})


def leading(told: Sequence[Told], text: Text, places: Sequence[PlaceMatch]) -> Told | None:
    """Return the event that place and time are looked for; best one told beside a place."""
    asserted = [one for one in told if one.status == "asserted"] or [
        one for one in told if one.status in ("past", "conditional")
    ]
    for code in _LEADS:
        same = [one for one in asserted if one.code == code]
        if same:
            beside = [one for one in same if any(_in_clause(text, one, place) for place in places)]
            return (beside or same)[0]
    return None


def _in_clause(text: Text, one: Told, place: PlaceMatch) -> bool:
    words = text.words_between(place.start, place.end)
    return bool(words) and text.same_clause(words[0], one.match.first)


def told_elsewhere(
    told: Sequence[Told], text: Text, places: Sequence[PlaceMatch]
) -> tuple[tuple[Told, ...], PlaceMatch | None]:
    """Return the harm told second-hand of another place than the one the sender watches.

    People at a gate say that their village is attacked: that is two alerts.
    """
    here = [one for one in told if one.code in _SEEN_HERE and one.status == "asserted" and not one.hearsay]
    if not here:
        return (), None
    heard = [one for one in told if one.hearsay and one.code in HARM | {"CLS"} and one.status in ("asserted", "past")]
    said = text.all("say", "hearsay")
    for place in places:
        words = text.words_between(place.start, place.end)
        # What stands behind "they say" is told of; what stands before it is seen.
        behind = [mark.last for mark in said if words and mark.last < words[0]]
        there = tuple(
            one
            for one in heard
            if behind and text.same_clause(words[0], one.match.first) and one.match.last > min(behind)
        )
        own = any(
            words and text.same_clause(words[0], one.match.first) and one.match.first > max(behind, default=-1)
            for one in here
        )
        if there and not own:
            return there, place
    return _told_at_the_gate(here, heard, text, places)


def _told_at_the_gate(
    here: Sequence[Told], heard: Sequence[Told], text: Text, places: Sequence[PlaceMatch]
) -> tuple[tuple[Told, ...], PlaceMatch | None]:
    """Return what people at the base tell of the one place they name, wherever in the message it stands."""
    if not any(one.code == "IDB" for one in here) or len({place.place.ref for place in places}) != 1:
        return (), None
    gate = max(one.match.last for one in here if one.code == "IDB")
    behind = tuple(one for one in heard if one.match.first > gate)
    return (behind, places[0]) if behind and text.all("from_place", "toward") else ((), None)


def claimed(told: Sequence[Told], text: Text) -> frozenset[str]:
    """Return the event codes the message asserts."""
    found = {one.code for one in told if one.status == "asserted"}
    if found & HARMED:
        found |= {
            one.code
            for one in told
            if one.status == "past" and one.code in HARMED and not text.at(one.match.first, "against")
        }
    if not found & (HARMED | WARNS) and any(one.status == "conditional" and one.code in HARM for one in told):
        # "If you do not come they kill us" is a threat, not silence.
        found.add("THR")
    if not found & (HARMED | WARNS) and any(one.status == "feared" for one in told):
        found.add("TNS")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the told events: the words that name communities and the mission, and the toll.

    `at_site`: displaced people live where it is told of. `parties`: how many armed actors are named,
    `fighters`: how many of them are rebels or militia.
    """

    communities: tuple[int, ...]
    ours: tuple[int, ...]
    toll: Mapping[str, Count]
    at_site: bool
    parties: int
    fighters: int
    strength: bool = False


def toll_of(around: Around) -> frozenset[str]:
    """Return the categories in which somebody is counted."""
    return frozenset(name for name, count in around.toll.items() if (count.least or 0) > 0)


def completed(codes: frozenset[str], text: Text, around: Around) -> frozenset[str]:
    """Return the codes with those that the told ones imply."""
    found = _about_people(set(codes), text, around)
    if (
        "EOD" not in found
        and _mission_stopped(text, around.ours)
        and "detained" not in around.toll
        and not text.has("one_person", "kin")
    ):
        found = (found - {"ARB", "ABD"}) | {"UNX"}
    if "ATK" in found and _mission_fired_at(text, around.ours):
        # Who shoots at the mission attacks no settlement; where it shoots back, there is a clash.
        found = (found - {"ATK", "CLS"}) | {"UNX"} | ({"CLS"} if text.has("exchange") else set())
    elif "UNX" in found and not found & {"RST", "ATK", "CLS"} and not text.has("shooting", "ambush"):
        found.add("FMV")
    found |= _read_between(text, found, around)
    found |= _at_least(text, found, around)
    if _armed_about(text, found, around):
        found.add("MOB")
    if text.has("hearsay") and _blamed(text, around.ours) and not found & LETHAL:
        found = (found - HARMED) | {"RUM"}
    if text.has("hearsay", "say", "forwarded", "rumour_word") and (
        text.has("mission_claim") or (text.has("hearsay") and _arming(text, around.ours))
    ):
        vouched = text.has("saw", "shooting", "DIS", "help_only")
        found = (
            (found - {"MOB"} - (set() if vouched else {"ATK", "UNX", "CLS"}))
            | {"RUM"}
            | ({"TNS"} if len(around.communities) >= 2 else set())
        )
    if "THR" in found and _incites(text, around):
        found.add("HSP")
    return frozenset(_fought(found, text, around))


def _fought(found: set[str], text: Text, around: Around) -> set[str]:
    """Return the codes with what the dead, the wounded and the parties make of an attack or a quarrel."""
    if "TNS" in found and toll_of(around) & {"killed", "injured"} and text.has("weapon"):
        # A quarrel with wounded is a fight.
        found = (found - {"TNS"}) | {"CLS"}
    if "CRM" in found and text.has("brawl") and toll_of(around) & {"killed", "injured"} and text.has("weapon"):
        # So is a brawl with machetes.
        found = (found - {"CRM"}) | {"CLS"}
    if "ATK" in found and "killed" in toll_of(around):
        found.add("KIL")
    if "ATK" in found and around.parties >= 2 and text.has("between"):
        # Shots between two armed parties are a clash, not an attack on people.
        found = (found - {"ATK"}) | {"CLS"}
    return found


def _armed_about(text: Text, found: set[str], around: Around) -> bool:
    """Return whether armed people are told of as being there: counted beside a threat, or seen and nothing else."""
    if around.strength and around.fighters and found and found <= WARNS:
        return True
    gone = text.has("left") and not text.has("weak")
    if gone or text.has("finished", "weapons_hidden") or found & (HARMED | WARNS | {"IDB", "PRO"}):
        return False
    return _armed_seen(text)


def _read_between(text: Text, found: set[str], around: Around) -> set[str]:
    """Return what is told without a word of its own: an armed actor's announced coming, people not returned, fear."""
    if text.has("forwarded", "rumour_word") and text.has("mission_claim"):
        return {"RUM"}
    if found & (HARMED | WARNS - {"MOB"}):
        return set()
    if text.has("disappearance") and text.has("person", "child", "woman", "kin", "one_person"):
        return {"ABD"}
    if "MOB" in found:
        return set()
    if (
        (text.has("future") or _looks_ahead(text))
        and (around.parties or text.has("armed"))
        and text.has("say", "deadline_before", "when.tonight", "day.1")
    ):
        return {"THR"}
    return {"TNS"} if text.has("fear") and text.has("armed", "uniform") else set()


def _looks_ahead(text: Text) -> bool:
    """Return whether a verb of the text tells of what is coming: "patakuwa", "حيعبرو"."""
    starts = tuple(
        start for language in ("sw", "ar") if text.shares.get(language, 0.0) >= _SPOKEN for start in _AHEAD[language]
    )
    return any(token.text.startswith(starts) and len(token.text) >= _LEAST_AHEAD for token in text.tokens if starts)


def _at_least(text: Text, found: set[str], around: Around) -> set[str]:
    """Return what stands where nothing else was told: armed people named, strangers, hearsay."""
    if around.fighters and text.has("heading") and not found & (HARMED | WARNS | {"IDB", "PRO"}):
        return {"MOB"}
    if found & (HARMED | WARNS | {"IDB", "DIS", "PRO", "RUM", "TRH"}) or text.has(
        "left", "finished", "nothing_to_report", "thanks", "false_alarm", "question", "complaint", "drill"
    ):
        return set()
    if text.has("rumour_word") or (text.has("RUM") and text.has("hearsay")):
        return {"RUM"}
    if around.fighters and "NED" not in found:
        return {"MOB"}
    return (
        {"MOB"}
        if text.has("weak") and text.has("person", "armed", "youth", "night_sign", "unit.night", "MOB")
        else set()
    )


def _blamed(text: Text, ours: Sequence[int]) -> bool:
    """Return whether people say that the mission itself does harm."""
    named = (*ours, *(found.first for found in text.all("mission")))
    return any(
        0 < deed.first - at <= 3 and text.same_clause(deed.first, at)
        for deed in text.all("LOO", "take")
        for at in named
    )


def _arming(text: Text, ours: Sequence[int]) -> bool:
    """Return whether the mission is said to bring or give weapons."""
    named = (*ours, *(found.first for found in text.all("mission")))
    return any(
        0 < arm.first - at <= 6 and text.same_clause(arm.first, at) for arm in text.all("weapon") for at in named
    )


def _mission_fired_at(text: Text, ours: Sequence[int]) -> bool:
    named = (*ours, *(found.first for found in text.all("mission")))
    return any(
        0 < shot.first - at <= 4 and text.same_clause(shot.first, at) for shot in text.all("ATK") for at in named
    )


def _about_people(found: set[str], text: Text, around: Around) -> set[str]:
    toll = around.toll.keys()
    if "IDB" in found or ("NED" in found and (around.at_site or {"displaced", "displaced_households"} & toll)):
        found.add("DIS")
    if "SHL" in found and text.has("unexploded") and not found & {"ATK", "KIL"} and not {"killed", "injured"} & toll:
        found = (found - {"SHL"}) | {"EOD"}
    if "REC" in found and "abducted" in toll:
        found.add("ABD")
    if found & _ATTACKS and _beside(text, "facility", *_ATTACKS):
        found.add("SCH")
    if _beside(text, "aid", *(_TO_AID & found)):
        found.add("HUM")
    return found


def _incites(text: Text, around: Around) -> bool:
    """Return whether a threat is spread or said in public, against a community or a way of life."""
    group = bool(around.communities) or text.has("herder", "farmer")
    spread = text.has("forwarded", "broadcast", "public") or _of_all(text, around)
    return (group and spread) or (text.has("public") and text.has("every"))


def _of_all(text: Text, around: Around) -> bool:
    """Return whether a whole community is spoken of: "every", "tous les"."""
    return any(0 < at - word.last <= 2 for at in around.communities for word in text.all("every"))


def _beside(text: Text, concept: str, *codes: str) -> bool:
    return any(text.same_clause(thing.first, harm.first) for thing in text.all(concept) for harm in text.all(*codes))


def _armed_seen(text: Text) -> bool:
    """Return whether armed people are told of, other than as what was fled from."""
    fled = text.all("fled_from")
    seen = [who for who in text.all("armed") if not is_negated(text, who)]
    if any(not any(0 < who.first - run.last <= 3 for run in fled) for who in seen):
        return True
    worn = [one for one in text.all("weapon") if not is_negated(text, one) and not text.at(one.first, "armed")]
    carried = bool(worn) and text.has("person", "saw")
    return carried and text.has("toward", "observed_from", "saw", "now", "MOB")


def _mission_stopped(text: Text, ours: Sequence[int]) -> bool:
    if conditions(text):
        return False
    named = (*ours, *(found.first for found in text.all("mission")))
    return any(
        text.same_sentence(stop.first, at) and abs(stop.first - at) <= 7
        for stop in (*text.all("stopped"), *(one for one in text.all("throw") if text.at(one.first, "RST")))
        for at in named
    )


def settled(codes: frozenset[str], kind: ReportKind, text: Text) -> frozenset[str]:
    """Return the codes that stand for a report of this kind: calm, tests and thanks tell of no harm."""
    if kind is ReportKind.TEST:
        return frozenset()
    if kind is ReportKind.SIGNAL:
        return frozenset({"SIG"})
    if kind is ReportKind.INFO_REQUEST:
        return frozenset({"NED"}) if text.has("NED", "service") else frozenset()
    if kind is ReportKind.FEEDBACK:
        return frozenset({"PRO"}) if text.has("thanks") else frozenset()
    harmless = text.has("was_only") and not text.has("nothing_to_report")
    if kind is ReportKind.UPDATE and (text.has("false_alarm") or harmless) and not codes & {"PRO", "CLS"}:
        return frozenset({"RUM"})
    if kind is ReportKind.UPDATE and text.has("nothing_to_report") and not text.has("finished"):
        return codes & {"PRO", "TRH", "DEM"}
    if kind is ReportKind.DISPLACEMENT:
        return codes | {"DIS"}
    if kind in (ReportKind.INCIDENT, ReportKind.THREAT_WARNING) and not text.has("finished", "freed", "return_word"):
        codes -= {"PRO"}
    if kind is ReportKind.RUMOUR:
        # What nobody vouches for is not held to have happened.
        vouched = codes - LETHAL - {"MOB"} if text.has("disclaimed", "rumour_word") else codes
        return (vouched - {"THR"}) | {"RUM"}
    return codes - {"RUM"}


def ordered(codes: frozenset[str]) -> tuple[EventCode, ...]:
    """Return the codes, most telling first."""
    return tuple(EventCode(code) for code in _LEADS if code in codes)
