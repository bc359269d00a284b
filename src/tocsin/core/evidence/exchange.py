"""Messages and readings in the form in which they are passed on: one JSON object a line, nothing of who sent it.

Taken in: ``id``, ``ch`` (channel), ``lang`` (a hint, perhaps wrong), ``recv`` (time received), ``src``
(``role@registered place``, ``role:cell_near_place`` or a bare role) and ``text``. Given out: ``id`` and ``out``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from tocsin.core.evidence.grading import first_grade
from tocsin.core.evidence.types import ActorNamed, Count, Message, Reading, Sender, Span
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.places.types import Place
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel

_SINGLE = ("children", "rounds")
_CELL = ":cell_near_"
_UNKNOWN_ROLE = "citizen_unregistered"


@dataclass(frozen=True, slots=True)
class Line:
    """One line taken in: the message, its sender, and what was mended to read it."""

    ref: str
    message: Message
    sender: Sender
    problems: tuple[Problem, ...] = ()


def take_in(
    said: Any, where: str, *, gazetteer: Gazetteer, zone: tzinfo, homes: Mapping[str, str] | None = None
) -> Line | Problem:
    """Return one line as a message with its sender, or the problem for which it cannot be read.

    Only a line without a text, an id or a time of receipt is refused. An unknown channel is read as
    a text message and an unknown place of the sender as none; both are reported.

    Parameters
    ----------
    said : object
        The line as JSON gave it.
    where : str
        How problems name the line.
    gazetteer : Gazetteer
        The places senders may be registered at.
    zone : tzinfo
        Zone of a time of receipt that names none.
    homes : mapping of str to str, optional
        Place of a role that only one source of the mission bears.
    """
    if not isinstance(said, Mapping):
        return Problem("EVD-010", where, {})
    for field in ("id", "recv", "text"):
        if said.get(field) is None or not str(said[field]).strip():
            if field == "text" and said.get("ch") == Channel.MISSED_CALL.value:
                continue
            return Problem("EVD-011", f"{where}, {field}", {})
    received = _moment(str(said["recv"]), zone)
    if received is None:
        return Problem("EVD-012", f"{where}, recv", {})
    found: list[Problem] = []
    try:
        channel = Channel(str(said.get("ch") or Channel.SMS.value))
    except ValueError:
        channel = Channel.SMS
        found.append(Problem("EVD-013", f"{where}, ch", {}))
    role, place, cell = _source(str(said.get("src") or _UNKNOWN_ROLE), gazetteer, homes or {})
    if place is None and "@" in str(said.get("src") or ""):
        found.append(Problem("EVD-014", f"{where}, src", {}))
    ref = str(said["id"])
    sender = Sender(f"line-{ref}", role, place)
    message = Message(
        channel,
        str(said.get("text") or ""),
        received,
        sender_role=role,
        place_hint=cell,
        language_hint=str(said.get("lang") or ""),
    )
    return Line(ref, message, sender, tuple(found))


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _source(text: str, gazetteer: Gazetteer, homes: Mapping[str, str]) -> tuple[str, str | None, str]:
    """Return the role, the ref of the registered place and the cell that a source names."""
    role, _, place = text.partition("@")
    role, _, cell = role.partition(_CELL)
    role = role.strip() or _UNKNOWN_ROLE
    named = place.strip()
    if not named:
        return role, None if cell else homes.get(role), cell.strip()
    exact = [one for one in gazetteer.places if named in (one.label, one.name)]
    alike = exact or [one for one in gazetteer.places if normalise(named) in _spellings(one)]
    return role, alike[0].ref if len(alike) == 1 else None, cell.strip()


def _spellings(place: Place) -> set[str]:
    return {normalise(name) for name in (place.label, place.name, *place.aliases)}


def give_out(readings: Sequence[Reading], line: Line, *, gazetteer: Gazetteer, zone: tzinfo) -> dict[str, Any]:
    """Return what a message was read as, in the form that is passed on.

    A second reading of the same message lends its event codes; it is named by a flag of the first.
    """
    main = readings[0]
    events = dict.fromkeys(code.value for reading in readings for code in reading.events)
    grade = first_grade(line.sender, main, as_of=line.message.received_at).value
    urgent = min(reading.priority.value for reading in readings)
    return {
        "kind": main.kind.value,
        "ev": list(events),
        "state": main.state.value,
        "prio": urgent,
        "place": _place(main.place, gazetteer),
        "when": written(main.when, zone),
        "actor": _actor(main.actor),
        "toll": {name: _count(name, count) for name, count in main.toll.items()},
        "grade": str(grade),
        "sens": main.sensitivity.value,
        "flags": list(main.flags),
    }


def _place(place: Place | None, gazetteer: Gazetteer) -> str | None:
    if place is None:
        return None
    namesakes = sum(one.name == place.name for one in gazetteer.places)
    return place.label if namesakes > 1 else place.name


def _count(name: str, count: Count) -> Any:
    exact = count.least is not None and count.least == count.most
    return count.least if name in _SINGLE and exact else count.as_json()


def _actor(actor: ActorNamed | None) -> dict[str, Any] | None:
    if actor is None:
        return None
    types = "|".join(kind.value for _, kind in actor.parties) or actor.actor_type.value
    told: dict[str, Any] = {"name": actor.name, "type": types, "conf": actor.certainty.value}
    if actor.strength is not None:
        told["strength"] = actor.strength.as_json()
    if actor.weapons:
        told["weapons"] = list(actor.weapons)
    return told


def written(span: Span, zone: tzinfo) -> str:
    """Return a span of time as ISO 8601 writes it; ``..`` is an open end, a bare date a whole day."""
    start, end = (moment.astimezone(zone) if moment else None for moment in (span.start, span.end))
    if start is None and end is None:
        return "../.."
    by_day = span.precision in ("day", "week", "month")
    ends = [_written(moment, by_day=by_day) for moment in (start, end)]
    return ends[0] if ends[0] == ends[1] else "/".join(ends)


def _written(moment: datetime | None, *, by_day: bool) -> str:
    if moment is None:
        return ".."
    if by_day:
        return moment.date().isoformat()
    return moment.isoformat(timespec="minutes")


def bounds(when: str, zone: tzinfo) -> tuple[datetime | None, datetime | None, bool]:
    """Return the start and end of a written span, and whether only its days are known.

    Examples
    --------
    >>> from datetime import UTC
    >>> bounds("../2027-03-06", UTC)[1].isoformat()
    '2027-03-06T23:59:00+00:00'
    """
    first, _, last = when.partition("/")
    start, end = _bound(first, zone, last=False), _bound(last or first, zone, last=True)
    return start, end, len(first if start else last) == 10


def _bound(text: str, zone: tzinfo, *, last: bool) -> datetime | None:
    if text in ("", ".."):
        return None
    found = datetime.fromisoformat(text)
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return found + timedelta(hours=23, minutes=59) if last and len(text) == 10 else found
