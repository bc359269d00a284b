"""How urgent the whole message is: by its main claim, by what those who fled tell, and by signs that add up."""

from __future__ import annotations

from tocsin.core.evidence.reader import actors as who
from tocsin.core.evidence.reader.danger import calls_for_a_look, calls_for_action, danger_signs
from tocsin.core.evidence.reader.laid import Laid
from tocsin.core.evidence.reader.urgency import priority_of
from tocsin.core.evidence.reader.verdicts import HARMED, LETHAL, Told, hours_old
from tocsin.core.reference import rules
from tocsin.core.reference.languages import find_words, tokenise
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Priority, ReportKind

# A text beyond this is no message; a person reads it.
_MOST_SCANNED = 20_000
BY_SIGNS = "reading.priority.signs_add_up"
_MAY_BE_LIFTED = frozenset({ReportKind.INCIDENT, ReportKind.THREAT_WARNING, ReportKind.DISPLACEMENT, ReportKind.UNREAD})


def urgency_of(
    laid: Laid, facts: Told, kind: ReportKind, state: ImminenceState
) -> tuple[Priority, tuple[Because, ...]]:
    """Return how urgent the message is and every rule that decided."""
    told_there = {one.code for one in laid.elsewhere}
    fled = any(one.code in LETHAL and one.status == "past" for one in laid.told) and laid.text.has("fled_from", "DIS")
    if "IDB" in facts.events and (
        fled or told_there & LETHAL or ("LOO" in told_there and laid.text.has("now", "burning"))
    ):
        return Priority.P1, (Because("reading.priority.fled_attack", {"priority": "term.priority.P1"}),)
    # Words of killing that were not read, for want of grammar or of room, are not lowered.
    words = _unread_killing(laid, whole=kind is ReportKind.UNREAD)
    if words:
        return Priority.P1, (
            Because("reading.priority.unread_lethal", {"priority": "term.priority.P1", "words": words}),
        )
    priority, why = priority_of(facts, kind, state)
    weak = state is ImminenceState.POTENTIAL and kind is not ReportKind.UNREAD
    return (None if weak else _lifted(laid, facts, kind, priority)) or (priority, (why,))


def _lifted(
    laid: Laid, facts: Told, kind: ReportKind, priority: Priority
) -> tuple[Priority, tuple[Because, ...]] | None:
    """Return a higher priority where signs of danger add up that no word told of; None where they do not."""
    if kind not in _MAY_BE_LIFTED or priority is Priority.P1 or facts.conditional or facts.hearsay:
        return None
    old = hours_old(facts)
    if old is not None and old > rules.value("evidence.going_on_hours", laid.received):
        return None
    armed = any(one.actor.actor_type in who.ARMED_TYPES for one in laid.mentions)
    ahead = not facts.events & HARMED or "THR" in facts.events
    signs = danger_signs(laid.text, armed_named=armed, ahead=ahead)
    level = (
        Priority.P1
        if calls_for_action(signs)
        else Priority.P2
        if calls_for_a_look(signs) and kind is ReportKind.UNREAD
        else priority
    )
    if level is priority:
        return None
    shown = (Because("reading.sign", {"sign": f"term.danger_sign.{sign}"}) for sign in signs)
    return level, (Because(BY_SIGNS, {"priority": f"term.priority.{level.value}"}), *shown)


def _unread_killing(laid: Laid, *, whole: bool) -> str:
    """Return a word of killing in what was not read: all of an unread message, or what was cut off."""
    found = [one for one in find_words(tokenise(laid.unread[:_MOST_SCANNED])) if one.concept in LETHAL and one.exact]
    if whole and not any(one.status in ("negated", "past") for one in laid.told):
        masked = {at for mask in laid.text.all("nothing") for at in range(mask.first, mask.last + 1)}
        found += [
            one
            for one in find_words(laid.text.tokens)
            if one.concept in LETHAL and one.exact and one.first not in masked
        ]
    return found[0].words if found else ""
