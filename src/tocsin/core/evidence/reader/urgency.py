"""How urgent a report is, and the rule that decided; what is lethal and recent is never lowered."""

from __future__ import annotations

from datetime import timedelta

from tocsin.core.evidence.reader.events import is_negated
from tocsin.core.evidence.reader.text import Text
from tocsin.core.evidence.reader.verdicts import (
    LETHAL,
    Told,
    counts,
    hints_at_sexual_violence,
    hours_old,
    is_civil,
    is_over,
    went_off,
)
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Priority, ReportKind

_QUIET = frozenset({ReportKind.UPDATE, ReportKind.FEEDBACK, ReportKind.TEST, ReportKind.INFO_REQUEST})


def priority_of(told: Told, kind: ReportKind, state: ImminenceState) -> tuple[Priority, Because]:
    """Return how urgent the report is and the rule that decided; what is lethal and recent is P1."""
    if kind in _QUIET:
        return _asked_of(Priority.P4, "quiet")
    if kind is ReportKind.SIGNAL:
        return (
            _asked_of(Priority.P1, "alarm_code")
            if state is ImminenceState.IMMINENT
            else _asked_of(Priority.P2, "no_content")
        )
    if kind is ReportKind.UNREAD:
        return _asked_of(Priority.P3, "unread")
    if kind is ReportKind.RUMOUR:
        doubted = told.text.has("mission_claim", "disclaimed", "rumour_word")
        lethal = told.events & (LETHAL | {"EOD"}) and not doubted
        return _asked_of(Priority.P2, "lethal_rumour") if lethal else _asked_of(Priority.P3, "rumour")
    if kind is ReportKind.THREAT_WARNING and not told.events & LETHAL:
        return _urgency_of_threat(told, state)
    return _urgency_of_harm(told, kind)


def _asked_of(priority: Priority, rule: str) -> tuple[Priority, Because]:
    return priority, Because(f"reading.priority.{rule}", {"priority": f"term.priority.{priority.value}"})


def _urgency_of_threat(told: Told, state: ImminenceState) -> tuple[Priority, Because]:
    herds = "TRH" in told.events and not told.events & {"THR"} and not told.text.has("heading")
    quarrel = "TNS" in told.events and not told.text.has("armed", "weapon", "uniform", "forwarded", "every")
    closing = "FMV" in told.events and not told.events & LETHAL and not told.text.has("KIL", "ATK", "SHL")
    nobody = told.actor is None or told.actor.name is None
    if (quarrel and nobody) or (closing and not told.text.has("weapon")):
        # Who would close a market, or quarrels over a field, threatens no lives yet.
        return _asked_of(Priority.P3, "tension")
    if is_civil(told) or herds or not told.events & {"THR", "MOB"}:
        return _asked_of(Priority.P3, "tension")
    if told.deadline is not None and told.deadline - told.received <= timedelta(
        hours=rules.value("evidence.fresh_hours", told.received)
    ):
        return _asked_of(Priority.P1, "deadline")
    tonight = told.text.has("when.tonight") and not told.text.has("forwarded", "base_closure", "hearsay")
    if (told.conditional and not tonight) or told.text.has("forwarded") or told.deadline is not None:
        return _asked_of(Priority.P2, "threat")
    if state is ImminenceState.IMMINENT:
        return _asked_of(Priority.P1, "imminent")
    if state is ImminenceState.POTENTIAL:
        return _asked_of(Priority.P3, "weak_signal")
    return _asked_of(Priority.P2, "threat")


def _urgency_of_harm(told: Told, kind: ReportKind) -> tuple[Priority, Because]:
    old = hours_old(told)
    fresh = old is None or old <= rules.value("evidence.fresh_hours", told.received)
    recent = old is None or old <= rules.value("evidence.recent_hours", told.received)
    if told.events & LETHAL:
        return _of_killing(told, fresh=fresh, recent=recent)
    if told.events - {"PRO"} == {"CRM"} and not told.text.has("casevac", "shooting"):
        return _asked_of(*((Priority.P3, "serious") if _is_robbery(told.text) else (Priority.P4, "petty")))
    if "UNX" in told.events and fresh and told.text.has("shooting", "ambush"):
        return _asked_of(Priority.P1, "lethal_fresh")
    if "EOD" in told.events:
        return _of_explosives(told, recent=recent)
    if _coming_now(told):
        return _asked_of(Priority.P1, "imminent")
    if told.events & {"ABD", "REC", "SGV", "IDB"} or counts(told, "injured"):
        running = fresh and "ABD" in told.events and told.text.has("now") and "REC" not in told.events
        held = "REC" in told.events or ("ABD" in told.events and told.text.has("disappearance", "still"))
        rank = Priority.P1 if running else Priority.P2 if recent or held else Priority.P3
        return _asked_of(rank, "grave")
    if kind is ReportKind.DISPLACEMENT or told.events & {"DIS", "SCH", "MOB", "THR"}:
        return _asked_of(Priority.P2 if recent else Priority.P3, "people_moved")
    if "RST" in told.events:
        return _asked_of(Priority.P2 if recent and not is_over(told) else Priority.P3, "grave")
    if hints_at_sexual_violence(told):
        return _asked_of(Priority.P2 if recent else Priority.P3, "grave")
    return _of_property(told, fresh=fresh)


def _of_killing(told: Told, *, fresh: bool, recent: bool) -> tuple[Priority, Because]:
    if recent and is_over(told) and not told.text.has("casevac", "urgent"):
        return _asked_of(Priority.P2, "lethal_over")
    if fresh and not _lies_behind(told):
        return _asked_of(Priority.P1, "lethal_fresh")
    return _asked_of(Priority.P2, "lethal_recent") if recent else _asked_of(Priority.P3, "lethal_old")


def _lies_behind(told: Told) -> bool:
    """Return whether the killing is told as of yesterday or as found, and nothing tells that it goes on."""
    text = told.text
    if text.has("now", "help_only", "still", "urgent", "casevac", "callback", "continuing"):
        return False
    old = hours_old(told)
    last = told.span.end or told.span.start
    before = last is not None and last.date() < told.received.date()
    single = told.events <= {"KIL", "LOO", "TOR", "ABD", "SCH"}
    ended = before or (old is not None and single and old > rules.value("evidence.going_on_hours", told.received))
    if "ATK" in told.events and not is_over(told):
        # Whoever attacked and is not told to have gone may still be there.
        return False
    if told.events <= {"KIL", "CRM", "LOO"} and text.has("crime_actor"):
        # Robbers who killed are sought, not fled from.
        return True
    found_dead = told.events <= {"KIL", "SCH", "UNX"} and text.has("corpse")
    return found_dead or (ended and not told.events & {"DIS", "IDB"})


def _of_explosives(told: Told, *, recent: bool) -> tuple[Priority, Because]:
    harmed = counts(told, "killed", "injured") or went_off(told)
    if recent and (harmed or told.deadline is not None or told.text.has("culvert")):
        return _asked_of(Priority.P1, "explosive")
    return _asked_of(Priority.P3 if told.text.has("marked") else Priority.P2, "explosive")


def _is_robbery(text: Text) -> bool:
    """Return whether a crime is robbery by force, and no theft by stealth and no brawl."""
    spots = {at for petty in text.all("petty_thief") for at in range(petty.first, petty.last + 1)}
    armed = any(one.first not in spots and not is_negated(text, one) for one in text.all("armed", "crime_actor"))
    return armed or text.has("robbery", "weapon")


def _coming_now(told: Told) -> bool:
    soon = told.text.has("now", "when.tonight", "imminent")
    return "THR" in told.events and soon and not told.conditional and not is_civil(told)


def _of_property(told: Told, *, fresh: bool) -> tuple[Priority, Because]:
    robbers = len(told.text.all("crime_actor")) > len(told.text.all("petty_thief"))
    if told.events == {"CRM"} and not told.text.has("weapon", "armed") and not robbers and not told.toll:
        return _asked_of(Priority.P4, "petty")
    if "LOO" in told.events and told.text.has("now", "fire_word") and fresh:
        return _asked_of(Priority.P2, "property_now")
    return _asked_of(Priority.P3, "serious")
