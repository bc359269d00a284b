"""Who is told of an alert, and from whom it is withheld and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from tocsin.core.alerts.types import Person, Recipient, Telling
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, Priority, Role, Sensitivity

_ORDER: Final = tuple(Sensitivity)
_PRIORITIES: Final = tuple(Priority)
_HOST_TYPES: Final = frozenset({ActorType.STATE, ActorType.STATE_POLICE, ActorType.UNIFORMED_UNKNOWN})
_OUTSIDE: Final = frozenset({Role.HOST_AUTHORITY, Role.PARTNER})
# They look after the record or only read it: an alert asks nothing of them.
_NOT_TOLD: Final = frozenset(
    {Role.REPORTER, Role.PUBLIC_READER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SOURCE_CUSTODIAN}
)


def recipients(
    telling: Telling,
    people: Sequence[Person],
    *,
    rung: int | None = None,
    deputies: Sequence[Person] = (),
    as_of: datetime,
) -> tuple[Recipient, ...]:
    """Return who is told of an alert, and from whom it is withheld with the reason.

    The level says how far up the ladder it goes at once; `rung` raises that when silence
    escalated. Told are those who have the watch in the sector; where nobody of a rung has it, their
    deputies (`deputies`: everybody who may be one). Whoever may be an author, or belongs to a body
    that may be, is never told: while men in uniform are not identified, no host authority is. A
    severe matter stays inside the mission, with those cleared for it. Quiet hours hold back what is
    less urgent than the person wakes for, and never a P1. When a rung is empty the next one is told;
    when nobody can be, those whose hours are quiet are woken, then those off duty, then those away:
    there is never an empty chair.
    """
    reach = _rungs_told(telling, rung, as_of)
    asked = [one for one in people if one.role not in _NOT_TOLD and _is_in_sector(one, telling)]
    known = {one.ref: one for one in (*deputies, *people)}
    judged = [_judged(one, telling, stands_in_for) for one, stands_in_for in _chairs(asked, known)]
    off_duty = [_judged(one, telling) for one in asked if not one.is_away]
    away = [_judged(one, telling) for one in asked]
    pools = (judged, _woken(judged), off_duty, _woken(off_duty), _woken(away))
    pool = next((pool for pool in pools if any(map(_is_open, pool))), _woken(away))
    rungs = sorted({found.rung for found in pool if _is_open(found)})
    if rungs and rungs[0] > reach:
        reach = rungs[0]
    chosen = [found for found in pool if found.rung <= reach]
    return tuple(sorted(chosen, key=lambda found: (found.rung, found.person)))


def withheld_from(telling: Telling, people: Iterable[Person]) -> tuple[Recipient, ...]:
    """Return those of `people` who must not be told, with the reason, whatever their rung."""
    return tuple(found for one in people if (found := _judged(one, telling)).withheld is not None)


def also_told(telling: Telling, people: Iterable[Person], *, as_of: datetime) -> tuple[Recipient, ...]:
    """Return those off the ladder whom the mission has told at this level, for their knowledge; they decide nothing."""
    roles = rules.value("alerts.also_told", as_of)[telling.level.value]
    asked = [one for one in people if one.rung < 0 and one.role.value in roles and one.role not in _NOT_TOLD]
    present = [one for one in asked if one.on_duty and not one.is_away and _is_in_sector(one, telling)]
    return tuple(found for one in present if _is_open(found := _judged(one, telling)))


def is_quiet(person: Person, telling: Telling) -> bool:
    """Return whether the quiet hours of `person` hold back an alert of this priority at this hour.

    Examples
    --------
    >>> from tocsin.core.reference.terms import Level
    >>> asleep = Person("lead", Role.PROTECTION_LEAD, "", 1, quiet=(time(22), time(6)))
    >>> routine = Telling(Level.YELLOW, "", Sensitivity.MODERATE, priority=Priority.P3, local_time=time(2, 14))
    >>> is_quiet(asleep, routine), is_quiet(asleep, replace(routine, priority=Priority.P1))
    (True, False)
    """
    if person.quiet is None or telling.local_time is None or telling.priority is Priority.P1:
        return False
    if _PRIORITIES.index(telling.priority) <= _PRIORITIES.index(person.wakes_for):
        return False
    return _is_between(telling.local_time, *person.quiet)


def _is_between(hour: time, start: time, end: time) -> bool:
    return start <= hour < end if start <= end else hour >= start or hour < end


def _rungs_told(telling: Telling, rung: int | None, as_of: datetime) -> int:
    at_once = int(rules.value("alerts.first_rung", as_of)[telling.level.value])
    return at_once if rung is None else max(at_once, rung)


def _chairs(asked: Sequence[Person], known: dict[str, Person]) -> list[tuple[Person, str]]:
    """Return who sits on each rung, and for whom: those who have the watch, otherwise their deputies."""
    seated: list[tuple[Person, str]] = []
    for rung in sorted({one.rung for one in asked}):
        members = [one for one in asked if one.rung == rung]
        present = [(one, "") for one in members if one.on_duty and not one.is_away]
        seated += present or [found for one in members if (found := _deputy_of(one, known)) is not None]
    return seated


def _deputy_of(absent: Person, known: dict[str, Person]) -> tuple[Person, str] | None:
    """Follow the deputies of deputies until one is not away; a ring of them ends with nobody."""
    seen, name = {absent.ref}, absent.deputy
    while name and name not in seen and name in known:
        seen.add(name)
        deputy = known[name]
        if not deputy.is_away and deputy.role not in _NOT_TOLD:
            return replace(deputy, rung=absent.rung), absent.ref
        name = deputy.deputy
    return None


def _judged(person: Person, telling: Telling, stands_in_for: str = "") -> Recipient:
    held = person.quiet[1] if person.quiet and is_quiet(person, telling) else None
    return Recipient(person.ref, person.rung, _why_withheld(person, telling), held, stands_in_for)


def _is_open(found: Recipient) -> bool:
    return found.withheld is None and found.held_until is None


def _woken(pool: Sequence[Recipient]) -> list[Recipient]:
    return [replace(found, held_until=None) for found in pool]


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
