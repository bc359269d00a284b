"""Messages, reports and incidents: rows to core values and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tocsin.core.evidence import types as core
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    ActorType,
    Certainty,
    Channel,
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    Sensitivity,
    VerificationState,
)
from tocsin.core.reference.viewer import secrecy_of
from tocsin.store import models
from tocsin.store.convert import places

_EPOCH = date(1970, 1, 1)


def day_number(moment: datetime) -> int:
    """Return the days since 1970-01-01 of a moment, in UTC."""
    return (moment.astimezone(UTC).date() - _EPOCH).days


def date_of(day: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=day)


def sender(row: models.Source) -> core.Sender:
    """Return what the reader may know of a source."""
    return core.Sender(
        handle=row.handle,
        role=row.role,
        place=row.place.ref if row.place else None,
        languages=tuple(row.languages),
        letter=row.letter,
    )


def message(row: models.Message) -> core.Message:
    """Return a message as it arrived, without its contact."""
    return core.Message(
        channel=Channel(row.channel),
        text=row.text,
        received_at=row.received_at,
        vendor_id=row.vendor_id,
        claimed_at=row.claimed_at,
        place_hint=row.place_hint,
        language_hint=row.language_hint,
        consent=row.consent or "",
    )


def reading_fields(reading: core.Reading) -> dict[str, Any]:
    """Return the columns of a report row that hold a reading, but for its places."""
    actor = reading.actor
    return {
        "kind": reading.kind.value,
        "events": [code.value for code in reading.events],
        "imminence": reading.state.value,
        "priority": reading.priority.value,
        "language": reading.language,
        "place_text": reading.place_text[:200],
        "place_precision": reading.place_precision,
        "lat": reading.point.lat if reading.point else None,
        "lon": reading.point.lon if reading.point else None,
        "starts_at": reading.when.start,
        "ends_at": reading.when.end,
        "time_precision": reading.when.precision,
        "actor_name": (actor.name or "") if actor else "",
        "actor_type": actor.actor_type.value if actor else "",
        "actor_certainty": actor.certainty.value if actor else "",
        "strength": actor.strength.as_json() if actor and actor.strength else None,
        "weapons": list(actor.weapons) if actor else [],
        "toll": {key: count.as_json() for key, count in reading.toll.items()},
        "is_hearsay": reading.hearsay,
        "sensitivity": reading.sensitivity.value,
        "secrecy": int(secrecy_of(reading.sensitivity)),
        "flags": list(reading.flags),
        "doubts": list(reading.doubts),
        "because": [because.as_json() for because in reading.because],
    }


def reading(row: models.Report, *, with_reasons: bool = True) -> core.Reading:
    """Return the reading that a report row holds; without its reasons where a row was read without them."""
    actor = None
    if row.actor_type:
        actor = core.ActorNamed(
            name=row.actor_name or None,
            actor_type=ActorType(row.actor_type),
            certainty=Certainty(row.actor_certainty or "low"),
            strength=core.Count(*row.strength) if row.strength else None,
            weapons=tuple(row.weapons),
        )
    return core.Reading(
        kind=ReportKind(row.kind),
        events=tuple(EventCode(code) for code in row.events),
        state=ImminenceState(row.imminence),
        priority=Priority(row.priority),
        language=row.language,
        place=places.place(row.place) if row.place else None,
        place_text=row.place_text,
        place_precision=row.place_precision,
        observed_place=places.place(row.observed_place) if row.observed_place else None,
        point=Point(row.lat, row.lon) if row.lat is not None and row.lon is not None else None,
        when=core.Span(row.starts_at, row.ends_at, row.time_precision),
        actor=actor,
        toll={key: core.Count(*bounds) for key, bounds in row.toll.items()},
        hearsay=row.is_hearsay,
        sensitivity=Sensitivity(row.sensitivity),
        flags=tuple(row.flags),
        doubts=tuple(row.doubts),
        because=tuple(Because.from_json(item) for item in row.because) if with_reasons else (),
    )


def report(row: models.Report, *, with_reasons: bool = True) -> core.Report:
    """Return the core value of a report row, with its text for near-duplicate checks."""
    return core.Report(
        ref=row.ref,
        reading=reading(row, with_reasons=with_reasons),
        grade=core.Grade(row.grade_source, row.grade_content),
        state=VerificationState(row.state),
        received_at=row.received_at,
        source=row.source.handle if row.source else f"unknown:{row.message_id}",
        text=row.message.text,
        channel=Channel(row.message.channel),
        incident=row.incident.ref if row.incident else None,
    )


def report_state(row: models.Report) -> dict[str, Any]:
    """Return everything of a report that a replay shows, but neither its text nor its source."""
    return {
        "ref": row.ref,
        "message": row.message.ref,
        "kind": row.kind,
        "events": row.events,
        "imminence": row.imminence,
        "priority": row.priority,
        "place": row.place.ref if row.place else None,
        "place_text": row.place_text,
        "place_precision": row.place_precision,
        "observed_place": row.observed_place.ref if row.observed_place else None,
        "starts_at": _iso(row.starts_at),
        "ends_at": _iso(row.ends_at),
        "actor": row.actor_name or None,
        "actor_type": row.actor_type or None,
        "toll": row.toll,
        "hearsay": row.is_hearsay,
        "grade": f"{row.grade_source}{row.grade_content}",
        "state": row.state,
        "incident": row.incident.ref if row.incident else None,
        "sensitivity": row.sensitivity,
        "flags": row.flags,
        "doubts": row.doubts,
        "received_at": _iso(row.received_at),
        "holder": row.holder or None,
    }


# What `incident_of` reads; asked for by name, thousands of incidents need no model of their own.
INCIDENT_COLUMNS: Final = (
    "pk", "events", "lat", "lon", "started_at", "ended_at", "known_at", "actor", "actor_type", "deaths_least",
    "deaths_most", "state", "sources_count", "priority", "origin", "victim", "imminence", "grade", "is_ended",
)  # fmt: skip
INCIDENT_PLACE: Final = "place__ref"


def incident(row: models.Incident) -> core.Incident:
    """Return the core value of an incident row."""
    columns = {name: getattr(row, name) for name in INCIDENT_COLUMNS}
    return incident_of(columns | {INCIDENT_PLACE: row.place.ref if row.place_id and row.place else None})


def incident_of(columns: Mapping[str, Any]) -> core.Incident:
    """Return the core value of the columns of an incident, named as in `INCIDENT_COLUMNS`, with its place."""
    grade = columns["grade"]
    return core.Incident(
        ref=models.Incident.ref_of(columns["pk"]),
        events=tuple(EventCode(code) for code in columns["events"]),
        point=Point(columns["lat"], columns["lon"]),
        start=columns["started_at"],
        end=columns["ended_at"],
        known_at=columns["known_at"],
        place=columns[INCIDENT_PLACE],
        actor=columns["actor"] or None,
        actor_type=ActorType(columns["actor_type"] or "unknown"),
        deaths=core.Count(columns["deaths_least"], columns["deaths_most"]),
        state=VerificationState(columns["state"]),
        sources=columns["sources_count"],
        priority=Priority(columns["priority"]) if columns["priority"] else None,
        origin=columns["origin"],
        victim=columns["victim"],
        imminence=ImminenceState(columns["imminence"]),
        grade=core.Grade(grade[0], int(grade[1])) if len(grade) == 2 else core.Grade("F", 6),
        ended=columns["is_ended"],
    )


def incident_as_it_was(value: core.Incident, state: dict[str, Any] | None) -> core.Incident:
    """Return an incident as `incident_state` wrote it down at an earlier moment; itself where nothing was."""
    if state is None:
        return value
    grade = state["grade"] or "F6"
    return replace(
        value,
        events=tuple(EventCode(code) for code in state["events"]),
        place=state["place"],
        point=Point(state["lat"], state["lon"]),
        start=datetime.fromisoformat(state["started_at"]),
        end=datetime.fromisoformat(state["ended_at"]) if state["ended_at"] else None,
        actor=state["actor"],
        actor_type=ActorType(state["actor_type"] or "unknown"),
        deaths=core.Count(state["deaths"][0], state["deaths"][2]),
        state=VerificationState(state["state"]),
        sources=state["sources"],
        imminence=ImminenceState(state["imminence"]),
        grade=core.Grade(grade[0], int(grade[1])),
        ended=state["ended"],
    )


def incident_state(row: models.Incident) -> dict[str, Any]:
    """Return everything of an incident that a replay or a revision shows."""
    return {
        "ref": row.ref,
        "feed_id": row.feed_id,
        "release": row.release or None,
        "events": row.events,
        "place": row.place.ref if row.place else None,
        "place_name": row.place_name or None,
        "place_precision": row.place_precision,
        "lat": row.lat,
        "lon": row.lon,
        "started_at": _iso(row.started_at),
        "ended_at": _iso(row.ended_at),
        "known_at": _iso(row.known_at),
        "actor": row.actor or None,
        "actor_type": row.actor_type or None,
        "other_side": row.other_side or None,
        "victim": row.victim or None,
        "deaths": [row.deaths_least, row.deaths_best, row.deaths_most],
        "toll": row.toll,
        "state": row.state,
        "imminence": row.imminence,
        "ended": row.is_ended,
        "sources": row.sources_count,
        "grade": row.grade or None,
        "sensitivity": row.sensitivity,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
