"""What kind of report it is, in which state the threat stands, and how urgent it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.core.evidence.reader.events import is_negated
from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.types import ActorNamed, Count, Span
from tocsin.core.reference import rules
from tocsin.core.reference.languages import Match
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, Channel, ReportKind

HARMED = frozenset(
    {
        "ATK",
        "KIL",
        "ABD",
        "ARB",
        "SGV",
        "TOR",
        "REC",
        "LOO",
        "FMV",
        "EOD",
        "SHL",
        "CLS",
        "SCH",
        "HUM",
        "UNX",
        "CRM",
        "RST",
    }
)
WARNS = frozenset({"THR", "MOB", "TNS", "TRH", "DEM", "HSP"})
LETHAL = frozenset({"ATK", "KIL", "SHL", "CLS"})
# What people ask about without telling of it: is the road open, is there a march?
_ASKED_ABOUT = frozenset({"FMV", "ARB", "CRM"})


@dataclass(frozen=True, slots=True)
class Told:
    """Everything the verdicts stand on."""

    text: Text
    events: frozenset[str]
    actor: ActorNamed | None
    toll: dict[str, Count]
    span: Span
    received: datetime
    channel: Channel
    hearsay: bool
    conditional: bool
    deadline: datetime | None = None
    denied: bool = False
    # Armed people move towards a place that is named, or towards those who write.
    nearing: bool = False
    # All harm that is told of was told by others.
    second_hand: bool = False


def kind_of(told: Told) -> tuple[ReportKind, Because]:
    """Return the kind of report and the rule that decided."""
    for name, kind, test in _KINDS:
        if test(told):
            return kind, Because(f"reading.kind.{name}", {"kind": f"term.report_kind.{kind.value}"})
    return ReportKind.UNREAD, Because("reading.kind.unread", {"kind": "term.report_kind.unread"})


def hours_old(told: Told) -> float | None:
    """Return the age of the end of what is told, in hours; None when no time in the past is told."""
    last = told.span.end or told.span.start
    if last is None or (told.span.start is None and told.span.end is None):
        return None
    return max(0.0, (told.received - last).total_seconds() / 3600)


def _is_signal(told: Told) -> bool:
    if told.channel is Channel.MISSED_CALL:
        return True
    words = [token.text for token in told.text.tokens]
    if "missed" in words and ("call" in words or "calls" in words) and not told.events - {"SIG"}:
        return True
    return not told.events - {"SIG"} and (
        told.text.has("sound", "red_code", "help_only") or "SIG" in told.events or _is_bare_cry(told)
    )


def _is_bare_cry(told: Told) -> bool:
    few = len(told.text.tokens) <= 4
    return few and not told.events - {"SIG"} and told.text.has("fire_word", "urgent", "callback")


def _is_test(told: Told) -> bool:
    if told.text.has("drill") and not told.text.has("was_only", "false_alarm"):
        return True
    sounded = told.text.has("sound", "red_code")
    return told.text.has("test") and not sounded and not told.events - {"SIG"} and len(told.text.tokens) <= 15


def _says_calm(told: Told) -> bool:
    """Return whether the message says that nothing happened, or denies the only harm it speaks of."""
    if told.events & (HARMED | WARNS | {"SIG", "IDB", "DIS", "RUM"}) - {"TRH"}:
        return False
    if told.text.has("early_move") or (told.text.has("thanks") and not told.text.has("nothing_to_report")):
        return False
    if told.text.has("finished", "false_alarm", "complaint", "help_only"):
        return False
    if told.text.has("thanks") and told.text.has("mission", "PRO"):
        return False
    armed = any(not is_negated(told.text, who) for who in told.text.all("armed"))
    return (told.text.has("nothing_to_report") or told.denied) and not armed and not counts(told, "killed", "injured")


def _is_false_alarm(told: Told) -> bool:
    if told.text.has("thanks") and told.text.has("used_to", "PRO"):
        return False
    alarms = told.text.all("false_alarm") or _turned_out_harmless(told)
    if not alarms:
        return False
    denied = any(
        0 < alarm.first - no.last <= 3 and told.text.same_clause(no.first, alarm.first)
        for alarm in alarms
        for no in told.text.all("negation")
        # "Nobody was killed, it was thunder": the denial is of what stands between.
        if not any(no.last < one.first < alarm.first for one in told.text.all("KIL", "toll.killed", "toll.injured"))
    )
    denied = denied and not told.denied
    again = told.text.has("now", "help_only") and told.events & (LETHAL | {"THR"}) and told.text.has("but")
    return not denied and not again and not counts(told, "killed", "injured")


def _turned_out_harmless(told: Told) -> tuple[Match, ...]:
    """Return "it was only" where something harmless is named behind it and no armed people are."""
    if any(not is_negated(told.text, who) for who in told.text.all("armed")) or told.text.has("now", "help_only"):
        return ()
    return tuple(
        only
        for only in told.text.all("was_only")
        if any(
            0 < thing.first - only.last <= 4 and told.text.same_sentence(thing.first, only.last)
            for thing in told.text.all("harmless")
        )
    )


def _asks(told: Told) -> bool:
    if told.text.has("hearsay", "say") and told.text.has("disclaimed", "rumour_word", "about_true"):
        # "They say that the base closes, is it true?" passes on what is said.
        return told.text.has("service") and not told.text.has("about_true")
    marked = "?" in told.text.raw or "؟" in told.text.raw
    if not marked and _opens_telling(told):
        return False
    marked = marked or _opens_asking(told.text)
    grave = told.events & (HARMED | {"THR", "MOB", "SIG", "IDB"})
    pressing = told.text.has("callback", "help_only", "armed", "fear", "complaint")
    if marked and told.text.has("service") and told.events <= {"SIG", "NED"} and not told.text.has(*_PRESSING):
        # "Can you help us with seeds?" is no cry for help.
        return True
    if marked and not grave - _ASKED_ABOUT and not told.toll and not pressing:
        return True
    if told.text.has("complaint"):
        return False
    if marked and not _calls_out(told) and any(one.first == 0 for one in told.text.all("asks_whether")):
        # "Are there gunmen in X?" tells of none.
        return not told.events - {"MOB", "FMV", "NED"} and not told.toll
    opening = marked or any(one.first <= 3 for one in told.text.all("question"))
    if told.events - {"NED", "DIS"} and not opening:
        return False
    return (marked or told.text.has("question")) and not grave and told.text.has("service", "NED", "question")


_PRESSING = ("armed", "fear", "urgent", "shooting", "now", "complaint", "DIS")
_ASKING = frozenset({"is", "are", "can", "could", "do", "does", "did", "when", "where", "how", "what", "which", "who", "ou", "comment", "quand", "combien", "quel", "quelle", "quels", "quelles"})  # fmt: skip
# "When night fell" tells; "when will you come" asks.
_MAY_TELL = frozenset({"when", "where", "who", "quand"})
_ASKS_ON = frozenset({"will", "do", "does", "did", "is", "are", "can", "could", "would", "shall", "should", "est", "va", "vont", "sera", "seront", "allez", "venez", "arrive", "arrivent", "commence", "on", "vous"})  # fmt: skip
_GREETINGS = frozenset({"bonjour", "bonsoir", "bjr", "bsr", "slt", "salut", "hello", "hi", "allo", "chef", "sir", "boss", "svp", "please", "pls", "good", "morning"})  # fmt: skip


def _opens_telling(told: Told) -> bool:
    """Return whether a text opens like a question and tells: "When night fell all families fled", unread or not."""
    words = [token.text for token in told.text.tokens][:2]
    tells = len(words) > 1 and words[0] in _MAY_TELL and words[1] not in _ASKS_ON
    return tells and not told.text.has("service", "NED")


def _opens_asking(text: Text) -> bool:
    """Return whether the first word behind the greeting asks, question mark or not."""
    words = [token.text for token in text.tokens]
    while words and words[0] in _GREETINGS:
        words = words[1:]
    return len(words) > 2 and words[0] in _ASKING and max(text.shares.get("fr", 0), text.shares.get("en", 0)) > 0.5


def _calls_out(told: Told) -> bool:
    """Return whether a question is a call for help all the same."""
    return told.text.has("callback", "help_only", "fear", "complaint", "urgent")


def _thanks(told: Told) -> bool:
    fresh = told.events & (HARMED | {"THR", "MOB", "IDB"})
    if not told.text.has("thanks") or (told.text.has("freed") and told.events & {"ABD", "ARB"}):
        return False
    if (hours_old(told) or 0) > rules.value("evidence.recent_hours", told.received):
        return True
    if counts(told, "killed", "injured"):
        return False
    if not fresh:
        return True
    over = told.text.has("finished", "used_to")
    if told.events & {"THR"} or (told.text.has("now", "urgent", "help_only") and not over):
        return False
    return over or "PRO" in told.events or (hours_old(told) or 0) > 24


def _complains(told: Told) -> bool:
    about_others = told.actor is not None and told.actor.name is not None
    return told.text.has("complaint") and not about_others and not told.events & (HARMED | {"THR", "MOB", "SIG"})


def _is_rumour(told: Told) -> bool:
    if told.text.has("saw") and told.events & HARMED:
        return False
    claim = told.text.has("mission_claim") and (told.hearsay or told.text.has("forwarded", "rumour_word"))
    mild = not told.events & LETHAL and not told.text.has("ATK", "KIL", "SHL", "CLS")
    if claim or (told.text.has("rumour_word") and mild):
        return True
    if _nobody_vouches(told):
        return True
    # What is merely heard of killing or of an armed threat stays what it tells of, marked as heard.
    return (
        told.hearsay
        and told.text.has("RUM")
        and not told.events & (LETHAL | {"ABD", "EOD", "THR", "MOB", "IDB", "SGV", "REC"})
    )


def _nobody_vouches(told: Told) -> bool:
    """Return whether it is only what people say, and the sender says not to know, or that it is talk."""
    text = told.text
    passed_on = text.has("hearsay", "say") and text.has("disclaimed", "rumour_word")
    seen = text.has("saw", "shooting", "DIS", "help_only", "urgent", "callback", "now", "toll.injured")
    return passed_on and not seen and not told.toll and "THR" not in told.events


def _has_ended(told: Told) -> bool:
    if not told.text.has("finished") or counts(told, "killed", "injured"):
        return False
    going_on = (
        told.text.has("but")
        and told.text.has("now")
        and not any(f.words.find("maintenant") >= 0 or "now" in f.words for f in told.text.all("finished"))
    )
    return not going_on and not told.events & {"ABD", "KIL", "SGV", "THR", "IDB", "REC", "EOD", "ARB", "LOO", "CRM"}


def only_marches(told: Told) -> bool:
    """Return whether nothing but a peaceful march is announced."""
    return "DEM" in told.events and not told.events - {"DEM", "NED", "PRO"}


def _is_peaceful(told: Told) -> bool:
    if only_marches(told):
        return True
    return "PRO" in told.events and not told.events & (HARMED | {"THR", "MOB", "IDB", "DIS"} - {"FMV"})


def _moves_people(told: Told) -> bool:
    if "IDB" in told.events:
        return not told.events & (HARMED - {"FMV", "SCH"}) or told.hearsay or counts(told, "displaced")
    if "DIS" in told.events and told.second_hand and counts(told, "displaced", "displaced_households"):
        return "THR" not in told.events
    moved = "DIS" in told.events or "displaced_households" in told.toll
    return moved and not told.events & (HARMED | {"THR", "MOB"})


def counts(told: Told, *names: str) -> bool:
    """Return whether somebody is counted under one of these names, at least one or unknown."""
    return any(
        (told.toll[name].least or 0) > 0 or (told.toll[name].most is None and told.toll[name].least != 0)
        for name in names
        if name in told.toll
    )


_KINDS = (
    ("no_content", ReportKind.SIGNAL, lambda told: told.channel is Channel.MISSED_CALL),
    ("test", ReportKind.TEST, _is_test),
    ("signal", ReportKind.SIGNAL, lambda told: told.text.raw.lower().startswith("[signal]")),
    ("calm", ReportKind.UPDATE, _says_calm),
    ("false_alarm", ReportKind.UPDATE, _is_false_alarm),
    ("question", ReportKind.INFO_REQUEST, _asks),
    ("thanks", ReportKind.FEEDBACK, _thanks),
    ("complaint", ReportKind.FEEDBACK, _complains),
    ("rumour", ReportKind.RUMOUR, _is_rumour),
    ("ended", ReportKind.UPDATE, _has_ended),
    ("peace", ReportKind.UPDATE, _is_peaceful),
    ("displacement", ReportKind.DISPLACEMENT, _moves_people),
    ("threat", ReportKind.THREAT_WARNING, lambda told: _threat_leads(told)),
    ("harm", ReportKind.INCIDENT, lambda told: bool(told.events & HARMED) or hints_at_sexual_violence(told)),
    ("harm", ReportKind.INCIDENT, lambda told: _somebody_hurt(told)),
    ("warning", ReportKind.THREAT_WARNING, lambda told: bool(told.events & WARNS)),
    ("signal", ReportKind.SIGNAL, _is_signal),
    ("need", ReportKind.INFO_REQUEST, lambda told: "NED" in told.events),
)


def _somebody_hurt(told: Told) -> bool:
    """Return whether somebody is told to be hurt and nothing tells by what."""
    return told.events <= {"NED"} and counts(told, "killed", "injured") and not told.text.has("nothing")


def _threat_leads(told: Told) -> bool:
    """Return whether what is coming outweighs what happened: a threat, and no harm told as done."""
    return (
        "THR" in told.events
        and not told.events & (HARMED - {"FMV", "SCH", "TOR", "LOO"})
        and not counts(told, "killed", "injured", "abducted")
    )


def hints_at_sexual_violence(told: Told) -> bool:
    """Return whether sexual violence is possible without being told: it is then never asserted."""
    if "SGV" in told.events:
        return False
    taken = bool(told.events & {"ABD", "ARB"})
    return (
        told.text.has("woman", "child", "one_person")
        and not told.text.has("REC")
        and (
            (taken and told.text.has("return_word", "tears"))
            or (told.text.has("tears") and told.text.has("uniform", "armed") and not told.events & {"KIL"})
        )
    )


def went_off(told: Told) -> bool:
    """Return whether something exploded or somebody needs to be carried to care."""
    return told.text.has("casevac") or (told.text.has("blast") and not told.text.has("unexploded"))


def is_over(told: Told) -> bool:
    """Return whether those who did harm are told to have gone, or the harm to be over."""
    quiet = any(
        told.text.at(at, "now") for over in told.text.all("finished") for at in range(over.first, over.last + 1)
    )
    gone = (
        told.text.has("left", "finished")
        and (quiet or not told.text.has("now"))
        and not told.text.has("help_only", "still")
    )
    return gone and not told.events & {"DIS", "IDB", "FMV", "SHL"}


def is_civil(told: Told) -> bool:
    """Return whether those who act are civilians."""
    return told.actor is not None and told.actor.actor_type is ActorType.CIVILIANS
