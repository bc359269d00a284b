"""One event as a message tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.core.reference.languages import Match

# What an actor would do to people: told as coming, it is a threat.
HARM = frozenset({"ATK", "KIL", "ABD", "LOO", "SHL", "TOR", "RST", "REC", "SCH", "HUM", "SGV"})
DONE_TO_PEOPLE = HARM | {"ARB", "CLS", "EOD", "UNX", "CRM"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event code as told.

    `status` is asserted, negated, planned, conditional, purpose, feared or past.
    """

    code: str
    match: Match
    status: str
    hearsay: bool = False
