"""What may be passed on to an authority of the host State, and from which authority it is kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.alerts.recipients import withheld_from
from tocsin.core.alerts.types import Person, Telling
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import EventCode, ImminenceState, Sensitivity


@dataclass(frozen=True, slots=True)
class Threat:
    """What an alert says of the threat itself, without a word on who told it."""

    place: str
    province: str
    events: tuple[EventCode, ...]
    imminence: ImminenceState
    opened_at: datetime
    sources: int


@dataclass(frozen=True, slots=True)
class Notice:
    """The facts of a notice to a host authority, or why there is none. It holds nothing else."""

    facts: Mapping[str, Any]
    withheld: Because | None = None


def notice_to(person: Person, telling: Telling, threat: Threat) -> Notice:
    """Return what `person` may be told: what threatens, where and since when, and nothing of who told it.

    A force that may be the author is told nothing, with the reason; so is anybody told a severe
    matter. Where one single source spoke, or the matter is of high sensitivity, the province stands
    for the village, and the hour is left out: place and time together could name whoever called.
    """
    barred = withheld_from(telling, [person])
    if barred:
        return Notice({}, barred[0].withheld)
    if not threat.events:
        return Notice({}, Because("relay.nothing_to_say"))
    is_coarse = threat.sources < 2 or telling.sensitivity in (Sensitivity.HIGH, Sensitivity.SEVERE)
    where = threat.province if is_coarse else threat.place or threat.province
    return Notice(
        {
            "what": _first_event(threat.events),
            "where": where or None,
            "state": f"term.imminence_state.{threat.imminence.value}",
            "day": threat.opened_at.date().isoformat(),
        }
    )


def _first_event(events: Sequence[EventCode]) -> str:
    return f"term.event_code.{events[0].value}"
