"""Signs of danger that add up where no single word told of it; none of them counts when denied or over.

Source: proposed rule: two kinds of sign are a reason to look, three with one of them present now are a
reason to act. Limits: a lift is a guess and is marked as one; it never names an event.
"""

from __future__ import annotations

from tocsin.core.evidence.reader.events import conditions, is_negated
from tocsin.core.evidence.reader.text import Text

_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("armed", ("armed", "weapon", "uniform")),
    ("coming", ("heading", "enter", "toward", "MOB", "comes", "surround")),
    ("soon", ("now", "when.tonight", "imminent")),
    ("sounds", ("shooting", "ATK", "SHL", "CLS", "burning", "blast", "fire_word")),
    ("deaths", ("KIL", "toll.killed", "toll.injured", "casevac", "dying")),
    ("flight", ("DIS", "fear", "tears")),
    ("cry", ("help_only", "callback", "urgent", "cry")),
    ("threat", ("THR",)),
)
_HARD = frozenset({"armed", "sounds", "deaths", "threat"})
_PRESENT = frozenset({"soon", "cry", "coming", "flight"})
# Where one of these stands, the rest speaks of what is over, denied, asked or tried out.
_STILLS = (
    "nothing_to_report", "finished", "left", "false_alarm", "was_only", "thanks", "complaint", "drill", "test",
    "question", "used_to", "disclaimed", "rumour_word", "freed", "PRO",
)  # fmt: skip


def danger_signs(text: Text, *, armed_named: bool, ahead: bool = True) -> tuple[str, ...]:
    """Return which kinds of signs of danger the words show, in a fixed order; empty where it is calm.

    `ahead` is false where the message tells of harm done: "cette nuit" is then the night that was.
    """
    if text.has(*_STILLS) or conditions(text) or "?" in text.raw or "؟" in text.raw:
        return ()
    masked = {at for mask in text.all("nothing") for at in range(mask.first, mask.last + 1)}
    found = []
    for name, concepts in _SIGNS:
        here = [one for one in text.all(*concepts) if one.first not in masked and not is_negated(text, one)]
        here = [one for one in here if ahead or one.concept != "when.tonight"]
        if here or (name == "armed" and armed_named):
            found.append(name)
    return tuple(found)


def calls_for_action(signs: tuple[str, ...]) -> bool:
    """Return whether the signs together are a reason to act at once."""
    return (
        len(signs) >= 3
        and bool(_HARD & set(signs))
        and bool({"soon", "cry"} & set(signs))
        and len(_HARD & set(signs)) + len(_PRESENT & set(signs)) >= 3
    )


def calls_for_a_look(signs: tuple[str, ...]) -> bool:
    """Return whether the signs together are a reason to call back soon."""
    return (len(signs) >= 2 and bool(_HARD & set(signs))) or "cry" in signs
