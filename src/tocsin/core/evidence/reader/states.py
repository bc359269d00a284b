"""In which state the threat stands, as told: potential, emerging, imminent, ongoing, over or none."""

from __future__ import annotations

from datetime import timedelta

from tocsin.core.evidence.reader.text import Text, number_at
from tocsin.core.evidence.reader.verdicts import (
    HARMED,
    Told,
    counts,
    hints_at_sexual_violence,
    hours_old,
    is_civil,
    is_over,
    only_marches,
    went_off,
)
from tocsin.core.reference import rules
from tocsin.core.reference.terms import ImminenceState, ReportKind

# What is done when it is told, unless it is told to go on.
_DONE_AT_ONCE = frozenset({"LOO", "HUM", "SCH", "CRM"})
_LASTING = frozenset({"FMV", "ARB", "REC", "UNX", "EOD"})


def state_of(told: Told, kind: ReportKind) -> ImminenceState:
    """Return the state of the threat as told."""
    if kind in (ReportKind.TEST, ReportKind.INFO_REQUEST):
        return ImminenceState.NONE
    if only_marches(told):
        return ImminenceState.NONE
    if kind in (ReportKind.UPDATE, ReportKind.FEEDBACK):
        return (
            ImminenceState.SUBSIDED
            if told.events & HARMED or kind is ReportKind.FEEDBACK or told.text.has("finished", "left")
            else ImminenceState.NONE
        )
    if kind is ReportKind.SIGNAL:
        return ImminenceState.IMMINENT if _is_red(told) else ImminenceState.POTENTIAL
    if kind is ReportKind.RUMOUR:
        ahead = told.events & {"FMV", "DEM", "TNS", "RST", "MOB"}
        return ImminenceState.EMERGING if ahead else ImminenceState.POTENTIAL
    if kind is ReportKind.UNREAD:
        return ImminenceState.POTENTIAL
    if kind is ReportKind.DISPLACEMENT:
        return ImminenceState.ONGOING
    if kind is ReportKind.THREAT_WARNING:
        return _state_of_threat(told)
    return _state_of_harm(told)


def _state_of_threat(told: Told) -> ImminenceState:
    limit = timedelta(hours=rules.value("evidence.imminent_hours", told.received))
    if told.deadline is not None and told.deadline - told.received <= limit:
        return ImminenceState.IMMINENT
    passed = told.text.has("left", "return_word") and (hours_old(told) or 0) > rules.value(
        "evidence.going_on_hours", told.received
    )
    unclear = told.text.has("weak") and (told.text.has("left") or not told.text.has("armed", "heading"))
    if told.events == {"MOB"} and (unclear or passed):
        return ImminenceState.POTENTIAL
    if told.events == {"MOB"} and told.text.has("left") and not told.nearing and not told.text.has("heading", "now"):
        return ImminenceState.POTENTIAL
    today = told.text.has("day.0") and "THR" in told.events and told.text.has("future")
    soon = today or (
        told.span.precision != "unknown"
        and told.span.start is not None
        and timedelta(hours=-3) <= told.span.start - told.received <= limit / 3
    )
    # "If you are still here tonight": the condition is the night itself.
    hours = told.text.has("when.tonight") and not told.text.has("base_closure", "forwarded")
    armed = bool(told.events & {"THR", "MOB"}) and (hours or not told.conditional) and not is_civil(told)
    if armed and (soon or told.text.has("now", "imminent", "when.tonight") or _draws_near(told)):
        return ImminenceState.IMMINENT
    return ImminenceState.EMERGING


def _draws_near(told: Told) -> bool:
    """Return whether armed people are told of as on their way."""
    moving = told.text.has("heading") or told.nearing
    return bool(told.events & {"MOB", "THR"}) and moving and not told.text.has("weak", "hearsay", "finished", "left")


def _state_of_harm(told: Told) -> ImminenceState:
    old = hours_old(told)
    if "EOD" in told.events and told.deadline is not None:
        return ImminenceState.IMMINENT
    if told.events == {"EOD"} and not counts(told, "killed", "injured") and not went_off(told):
        return ImminenceState.POTENTIAL
    held = told.text.has("since", "still", "now", "REC")
    if "ABD" in told.events and told.text.has("disappearance", "until_now") and not told.text.has("freed"):
        return ImminenceState.ONGOING
    if (
        told.events <= _DONE_AT_ONCE
        and not told.text.has("now", "since", "still")
        and (old is not None and (old > 0.5 or told.span.precision == "part_of_day"))
    ):
        return ImminenceState.SUBSIDED
    if told.events <= {"KIL"} and told.text.has("corpse") and not told.text.has("now"):
        return ImminenceState.SUBSIDED
    released = told.text.has("return_word", "freed") or (hints_at_sexual_violence(told) and not held)
    if (released and told.events & {"ABD", "SGV", "ARB"}) or told.events == {"CRM"} or is_over(told):
        return ImminenceState.SUBSIDED
    if "ABD" in told.events:
        # Whoever was taken and did not come back is still held.
        return ImminenceState.ONGOING
    if told.events & _LASTING or told.text.has("now"):
        return ImminenceState.ONGOING
    if told.text.has("finished") or (old is not None and old > rules.value("evidence.going_on_hours", told.received)):
        return ImminenceState.SUBSIDED
    return ImminenceState.ONGOING


def _is_red(told: Told) -> bool:
    if told.text.has("red_code"):
        return True
    danger = any(
        abs(word.first - sound.last) <= 3 and told.text.same_sentence(word.first, sound.first)
        for word in told.text.all("danger_word")
        for sound in told.text.all("sound")
        if word.first != sound.first or word.last != sound.last
    )
    if danger and not told.text.has("test", "drill", "hearsay"):
        return True
    least = rules.value("evidence.alarm_minutes", told.received)
    lasting = told.text.has("now", "quarter_hour") or any(
        _long(told.text, found.first, least) for found in told.text.all("unit.minute")
    )
    return told.text.has("sound") and (lasting or _since_a_time(told.text))


def _since_a_time(text: Text) -> bool:
    """Return whether it has gone on since an hour that is told: "tangu saa tano", "depuis 5h10"."""
    return any(
        0 < when.first - since.last <= 2 and text.same_clause(since.last, when.first)
        for since in text.all("since")
        for when in text.found
        if when.concept.startswith(("clock_", "unit.hour", "part.", "when.", "day."))
    )


def _long(text: Text, unit: int, least: int) -> bool:
    return any((number_at(text, at)[0] or 0) >= least for at in (unit - 1, unit + 1))
