"""Which of the events told stand only for words that a more telling event explains, or for a noun in passing.

Each rule names the code it drops and when; the rules are read in order and none undoes another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.told import DONE_TO_PEOPLE, Told


@dataclass(frozen=True, slots=True)
class _Around:
    """What a rule looks at: the text, the events told and the codes that stand."""

    text: Text
    told: Sequence[Told]
    stands: frozenset[str]
    armed: bool
    named: bool

    def only(self, code: str, *concepts: str) -> bool:
        """Return whether a code rests on words of these concepts alone."""
        words = [one.match for one in self.told if one.code == code]
        return bool(words) and all(self.text.at(match.first, *concepts) for match in words)


_BULLETS = ("bullet", "bullets", "balles")
_Rule = tuple[str, Callable[[_Around], bool]]

# What a more telling event of the same message stands for.
_EXPLAINED: tuple[_Rule, ...] = (
    ("KIL", lambda it: bool(it.stands & {"EOD", "SHL"})),
    # Children kept away from a grenade are not besieged.
    ("FMV", lambda it: "EOD" in it.stands),
    # A grenade thrown is an attack; one found is a hazard.
    ("EOD", lambda it: {"ATK", "EOD"} <= it.stands and it.text.has("throw") and not it.text.has("unexploded")),
    ("THR", lambda it: "ABD" in it.stands and it.only("THR", "ransom")),
    ("LOO", lambda it: "ABD" in it.stands and it.only("LOO", "ransom")),
    ("ABD", lambda it: {"ARB", "ABD"} <= it.stands and not it.text.has("armed") and it.only("ABD", "take")),
    # Who was missing and is found dead was killed.
    ("ABD", lambda it: {"KIL", "ABD"} <= it.stands and it.text.has("corpse") and _only_missing(it)),
    ("SHL", lambda it: {"SHL", "EOD"} <= it.stands and _lies_there(it)),
    ("EOD", lambda it: {"SHL", "EOD"} <= it.stands and not _lies_there(it)),
    ("ABD", lambda it: "PRO" in it.stands and it.only("ABD", "captive")),
    ("NED", lambda it: "RUM" in it.stands and it.only("NED", "goods")),
    ("LOO", lambda it: it.text.has("cattle_word") and it.only("LOO", "ruin")),
    ("ATK", lambda it: bool(it.stands & {"SHL", "CLS"}) and it.only("ATK", "shooting")),
    ("ATK", lambda it: "SHL" in it.stands and _shots_only(it)),
    ("TOR", lambda it: "SHL" in it.stands),
    ("ATK", lambda it: "LOO" in it.stands and it.text.has("cattle_word", "toll.heads") and it.only("ATK", "raid")),
    # Herds that come into the fields are a quarrel, not yet an attack.
    ("ATK", lambda it: it.text.has("cattle_word") and not it.text.has("toll.killed") and it.only("ATK", "enter")),
    ("ARB", lambda it: "UNX" in it.stands or _set_free(it)),
    ("ABD", lambda it: "UNX" in it.stands or _set_free(it)),
    ("MOB", lambda it: "UNX" in it.stands),
    (
        "LOO",
        lambda it: (
            {"CRM", "LOO"} <= it.stands
            and not it.named
            and (not it.text.has("armed") or (_robbers(it) and not _herd_taken(it)))
        ),
    ),
    (
        "LOO",
        lambda it: (
            {"RST", "LOO"} <= it.stands
            and "ATK" not in it.stands
            and it.only("LOO", "burning", "ruin")
            and not it.text.has("home")
        ),
    ),
    # A bullet laid at a door is a threat.
    ("ATK", lambda it: "THR" in it.stands and all(one.match.words in _BULLETS for one in it.told if one.code == "ATK")),
    # A crowd that turns violent is told of as that, wherever it marches to.
    ("IDB", lambda it: bool(it.stands & {"RST", "DEM"}) and not it.text.has("fled_from", "civilian")),
    ("DEM", lambda it: "RST" in it.stands),
    ("TNS", lambda it: "RST" in it.stands),
    # What those who moved only heard of is no threat told.
    ("THR", lambda it: "DIS" in it.stands and it.text.has("disclaimed")),
    # Who was led away and shot at once was killed.
    ("ABD", lambda it: {"ABD", "KIL"} <= it.stands and it.only("ABD", "take") and _shot_at_once(it)),
    # A mob that wants to lynch a thief is neither theft nor an announced threat.
    ("CRM", lambda it: "RST" in it.stands),
    ("THR", lambda it: "RST" in it.stands and it.text.has("crime_actor")),
    # What people must pay is extortion; "or else" is how it is asked for.
    ("THR", lambda it: "LOO" in it.stands and it.text.has("pay", "post", "per_head", "every") and not _dated(it)),
    # Herds driven off by armed people are looted, whoever calls them thieves; by a named armed actor, so is all.
    ("CRM", lambda it: {"CRM", "LOO"} <= it.stands and (it.named or (it.armed and _herd_taken(it)))),
    # A brawl or a theft is no ill-treatment, no quarrel of communities, no attack on a school.
    ("TOR", lambda it: "CRM" in it.stands and not it.named and not it.text.has("uniform", "police")),
    ("TNS", lambda it: "CRM" in it.stands and not it.text.has("herder", "farmer")),
    ("CRM", lambda it: {"CRM", "TNS"} <= it.stands and it.text.has("herder", "farmer")),
    ("SCH", lambda it: "CRM" in it.stands and not it.named),
    ("TOR", lambda it: it.text.has("sport") and not it.named and not it.text.has("armed", "uniform")),
    # Who sleeps in classrooms is told of as being there, not as passing; who fled sleeps there by need.
    ("MOB", lambda it: "SCH" in it.stands),
    ("SCH", lambda it: bool(it.stands & {"DIS", "IDB"}) and it.only("SCH", "take_over")),
    ("LOO", lambda it: bool(it.stands & {"REC", "ABD"}) and it.only("LOO", "take", "per_head", "every")),
    # Thieves who ran off are nobody displaced.
    ("DIS", lambda it: "CRM" in it.stands),
    ("CRM", lambda it: "CRM" in it.stands and bool(it.stands & {"ATK", "KIL"})),
)

# What only a noun in passing brought up: a post where it happened, a victim's trade.
_IN_PASSING: tuple[_Rule, ...] = (
    ("MOB", lambda it: _more_than_seen(it) and it.only("MOB", "armed", "weak")),
    ("TOR", lambda it: _beats_a_drum(it)),
    ("NED", lambda it: bool(it.stands & DONE_TO_PEOPLE) and not it.stands & {"DIS", "IDB"}),
    ("MOB", lambda it: "FMV" in it.stands and it.only("MOB", "armed", "weak")),
    ("TRH", lambda it: not _herds_move(it) and it.only("TRH", "cattle_word")),
    ("FMV", lambda it: _where_it_happened(it)),
    ("SIG", lambda it: bool(it.stands - {"SIG", "RUM"}) and not _sounded(it)),
    ("DIS", lambda it: it.only("DIS", "left")),
    ("HSP", lambda it: "THR" not in it.stands and it.only("HSP", "broadcast")),
    ("MOB", lambda it: "MOB" in it.stands and not it.armed),
    ("MOB", lambda it: "DEM" in it.stands and not it.text.has("armed")),
)


def weeded(text: Text, told: Sequence[Told], *, armed_named: bool) -> list[Told]:
    """Return the events without those that another explains or only a noun brought up."""
    armed = armed_named or text.has("armed", "weapon", "weak", "uniform")
    stands = frozenset(one.code for one in told if one.status == "asserted")
    explained = _dropped(_EXPLAINED, _Around(text, told, stands, armed, armed_named))
    rest = _Around(text, told, stands - explained, armed, armed_named)
    drop = explained | _dropped(_IN_PASSING, rest)
    return [one for one in told if one.code not in drop]


def _dropped(rules: Sequence[_Rule], around: _Around) -> frozenset[str]:
    return frozenset(code for code, holds in rules if holds(around))


def _only_missing(it: _Around) -> bool:
    words = [one.match.words for one in it.told if one.code == "ABD"]
    return all(
        any(part in word for part in ("missing", "dispar", "vanish", "potea", "اختف", "مفقود")) for word in words
    )


_SHOTS = ("fire", "tir", "shot", "coup", "rounds", "risasi")


def _shots_only(it: _Around) -> bool:
    """Return whether an attack rests on words of firing alone: a helicopter that fires is an air strike."""
    words = [one.match.words for one in it.told if one.code == "ATK"]
    return bool(words) and all(any(part in word for part in _SHOTS) for word in words)


def _robbers(it: _Around) -> bool:
    """Return whether it is robbers who are armed, and no armed group."""
    robbers = it.text.all("crime_actor")
    return (
        bool(robbers)
        and not it.named
        and all(any(abs(one.first - who.first) <= 2 for one in robbers) for who in it.text.all("armed"))
    )


def _shot_at_once(it: _Around) -> bool:
    taken = [one.match for one in it.told if one.code == "ABD"]
    return any(
        0 < one.match.first - deed.last <= 12 and it.text.same_sentence(one.match.first, deed.last)
        for deed in taken
        for one in it.told
        if one.code == "KIL"
    )


def _herd_taken(it: _Around) -> bool:
    return it.text.has("toll.heads")


def _dated(it: _Around) -> bool:
    return it.text.has("when.tonight", "day.1", "deadline_before", "home") and it.text.has("THR")


def _lies_there(it: _Around) -> bool:
    """Return whether what was found lies unexploded and hurt nobody."""
    return it.text.has("unexploded") and not it.text.has("toll.killed", "toll.injured")


def _set_free(it: _Around) -> bool:
    return it.text.has("freed") and not it.text.has("still")


def _more_than_seen(it: _Around) -> bool:
    gone = it.text.has("left", "finished") and not (it.text.has("comes", "saw") and it.text.has("weapon"))
    return bool(it.stands & (DONE_TO_PEOPLE | {"TRH", "THR"})) or gone


def _beats_a_drum(it: _Around) -> bool:
    beaten = [one.match for one in it.told if one.code == "TOR"]
    return any(it.text.at(at, "sound") for one in beaten for at in range(one.first - 3, one.last + 4))


def _herds_move(it: _Around) -> bool:
    herds = [one for one in it.text.all("cattle_word") if not it.text.at(one.first, "herder")]
    moving = bool(herds) or it.text.has("toll.heads", "early_move")
    return moving and not it.stands & (DONE_TO_PEOPLE - {"TOR"})


def _where_it_happened(it: _Around) -> bool:
    """Return whether a post or road is only where something worse happened."""
    posted = it.only("FMV", "post")
    worse = it.stands & {"ABD", "ARB", "KIL", "SGV"} or ("TOR" in it.stands and "LOO" not in it.stands)
    return (posted and bool(worse)) or ("HUM" in it.stands and not posted and not it.text.has("road"))


def _sounded(it: _Around) -> bool:
    return any(it.text.at(one.match.first, "sound") for one in it.told if one.code == "SIG")
