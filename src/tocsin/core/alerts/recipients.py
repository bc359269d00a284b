"""Who is told of an alert, and from whom it is withheld and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tocsin.core.alerts.types import Person, Recipient, Telling
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, Role, Sensitivity

_ORDER: Final = tuple(Sensitivity)
_HOST_TYPES: Final = frozenset({ActorType.STATE, ActorType.STATE_POLICE, ActorType.UNIFORMED_UNKNOWN})
_OUTSIDE: Final = frozenset({Role.HOST_AUTHORITY, Role.PARTNER})
# They look after the record or only read it: an alert asks nothing of them.
_NOT_TOLD: Final = frozenset(
    {Role.REPORTER, Role.PUBLIC_READER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SOURCE_CUSTODIAN}
)


def recipients(
    telling: Telling, people: Sequence[Person], *, rung: int | None = None, as_of: datetime
) -> tuple[Recipient, ...]:
    """Return who is told of an alert, and from whom it is withheld with the reason.

    The level says how far up the ladder it goes at once; `rung` raises that when silence
    escalated. Told are those on duty in the sector. Whoever may be an author, or belongs to a body
    that may be, is never told: while men in uniform are not identified, no host authority is. A
    severe matter stays inside the mission, with those cleared for it. When a rung is empty the next
    one is told, and when nobody is on duty those off duty are: there is never an empty chair.
    """
    reach = _rungs_told(telling, rung, as_of)
    asked = [person for person in people if person.role not in _NOT_TOLD and _is_in_sector(person, telling)]
    judged = [Recipient(person.ref, person.rung, _why_withheld(person, telling)) for person in asked]
    chosen = _first_with_somebody(judged, {person.ref for person in asked if person.on_duty}, reach)
    return tuple(sorted(chosen, key=lambda found: (found.rung, found.person)))


def _rungs_told(telling: Telling, rung: int | None, as_of: datetime) -> int:
    at_once = int(rules.value("alerts.first_rung", as_of)[telling.level.value])
    return at_once if rung is None else max(at_once, rung)


def _first_with_somebody(judged: list[Recipient], on_duty: set[str], reach: int) -> list[Recipient]:
    """Go up until a person is really told; without anybody on duty, ask those who are off."""
    present = [found for found in judged if found.person in on_duty]
    if not any(found.withheld is None for found in present):
        present = judged
    open_rungs = sorted({found.rung for found in present if found.withheld is None})
    if open_rungs and open_rungs[0] > reach:
        reach = open_rungs[0]
    return [found for found in present if found.rung <= reach]


def _is_in_sector(person: Person, telling: Telling) -> bool:
    return not person.sector or not telling.sector or person.sector == telling.sector


def _why_withheld(person: Person, telling: Telling) -> Because | None:
    for code in (_as_alleged(person, telling), _as_host(person, telling), _as_sensitive(person, telling)):
        if code:
            return Because(code, {"sensitivity": f"term.sensitivity.{telling.sensitivity.value}"})
    return None


def _as_alleged(person: Person, telling: Telling) -> str:
    alleged = {part.strip().casefold() for name in telling.alleged for part in name.split("|")}
    return "withheld.alleged_author" if person.actor and person.actor.strip().casefold() in alleged else ""


def _as_host(person: Person, telling: Telling) -> str:
    if person.role is not Role.HOST_AUTHORITY:
        return ""
    if _HOST_TYPES & set(telling.alleged_types):
        return "withheld.host_may_be_author"
    is_barred = any(flag.startswith("do_not_share_host_forces") for flag in telling.flags)
    return "withheld.host_not_shared" if is_barred else ""


def _as_sensitive(person: Person, telling: Telling) -> str:
    if telling.sensitivity is Sensitivity.SEVERE and person.role in _OUTSIDE:
        return "withheld.severe"
    return "withheld.ceiling" if _ORDER.index(telling.sensitivity) > _ORDER.index(person.ceiling) else ""
