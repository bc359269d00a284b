"""Reads what happened: past incidents, past alerts and the messages that arrive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.evidence.types import Count, Incident, Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import (
    ActorType,
    Channel,
    DecisionKind,
    EventCode,
    ImminenceState,
    Level,
    Priority,
    ResponseClass,
    ResponseTiming,
    VerificationState,
)
from tocsin.feeds.world_folder.ground import Ground
from tocsin.feeds.world_folder.rows import Folder, Known, Row, first_of
from tocsin.feeds.world_folder.types import ActorRow, AlertRow, DateSaid, MessageRow, Settings, SourceRow

# A community may move and be told of; it is never held to have harmed anyone.
_NOT_HARM = frozenset({EventCode.TRH, EventCode.TNS, EventCode.PRO, EventCode.DIS, EventCode.NED})
_TRUTHS = ("threat_real", "nothing_happened", "unknown")


@dataclass(frozen=True, slots=True)
class Happened:
    """The incidents, with what no field of an incident holds, by their ref."""

    incidents: tuple[Incident, ...]
    tolls: dict[str, dict[str, Count]]
    discovered_by: dict[str, str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What incidents and alerts may refer to."""

    ground: Ground
    actors: Known
    settings: Settings | None
    communities: frozenset[str] = frozenset()

    def is_later(self, row: Row, column: str, moment: datetime | None) -> bool:
        """Return whether `moment` is after the world's present, and report it."""
        if moment is None or self.settings is None or moment <= self.settings.today:
            return False
        row.report("WLD-017", column, value=moment.isoformat(), today=self.settings.today.isoformat())
        return True


def communities_of(actors: tuple[ActorRow, ...]) -> frozenset[str]:
    """Return the names of the actors that are communities."""
    return frozenset(actor.name for actor in actors if actor.actor_type is ActorType.COMMUNITY)


def read_incidents(folder: Folder, frame: Frame) -> Happened:
    """Return the past incidents, with their tolls and who discovered them."""
    columns = "ref place lat lon start end events actor actor_type killed_least killed_most"
    columns += " injured_least injured_most abducted_least abducted_most displaced_least displaced_most"
    columns += " known_at sources state victim ended discovered_by"
    happened = Happened((), {}, {})
    incidents: list[Incident] = []
    for ref, row in first_of(folder.rows("incidents.csv", columns)):
        incident = _incident(ref, row, frame)
        if incident is None:
            continue
        incidents.append(incident)
        happened.tolls[ref] = {stem: row.count(stem) for stem in ("injured", "abducted", "displaced")}
        happened.discovered_by[ref] = row.text("discovered_by")
    return Happened(tuple(incidents), happened.tolls, happened.discovered_by)


def _incident(ref: str, row: Row, frame: Frame) -> Incident | None:
    place = row.ref("place", frame.ground.known)
    point = row.point(instead=frame.ground.points.get(place or ""))
    start, known = row.moment("start", required=True), row.moment("known_at", required=True)
    end = row.moment("end")
    events, actor = row.terms("events", EventCode), row.ref("actor", frame.actors)
    kind = row.term("actor_type", ActorType) or ActorType.UNKNOWN
    if row.lost or point is None or start is None or known is None:
        return None
    if not _in_order(row, start, end, known) or frame.is_later(row, "known_at", known):
        return None
    blamed = kind is ActorType.COMMUNITY or actor in frame.communities
    if blamed and not set(events) <= _NOT_HARM:
        row.report("WLD-018", "actor", value=actor)
        actor, kind = None, ActorType.UNKNOWN
    return Incident(
        ref=ref,
        events=events,
        point=point,
        start=start,
        end=end,
        known_at=known,
        place=place,
        actor=actor,
        actor_type=kind,
        deaths=row.count("killed"),
        state=row.term("state", VerificationState) or VerificationState.RECEIVED,
        sources=row.whole("sources"),
        origin="world",
        victim=row.text("victim"),
        ended=row.flag("ended"),
    )


def _in_order(row: Row, start: datetime, end: datetime | None, known: datetime) -> bool:
    for column, moment in (("end", end), ("known_at", known)):
        if moment is not None and moment < start:
            row.report("WLD-016", column, earlier=moment.isoformat(), later=start.isoformat())
            return False
    return True


def read_alerts(folder: Folder, frame: Frame, incidents: tuple[Incident, ...]) -> tuple[AlertRow, ...]:
    """Return the past alerts with their timeline and the truth behind them."""
    settings = frame.settings
    people = Known("world.yaml", {account.name for account in settings.accounts}) if settings else None
    known = Known("incidents.csv", {incident.ref for incident in incidents})
    columns = "ref place opened_at level priority imminence acknowledged_at acknowledged_by decided_at"
    columns += " decision decided_by arrived_at response_class timing feedback_at closed_at incident truth"
    alerts: list[AlertRow] = []
    for ref, row in first_of(folder.rows("alerts.csv", columns)):
        place = row.ref("place", frame.ground.known, required=True)
        opened = row.moment("opened_at", required=True)
        level, priority = (row.term("level", Level, required=True), row.term("priority", Priority, required=True))
        times = _times_after(row, opened, frame)
        if row.lost or place is None or opened is None or level is None or priority is None:
            continue
        alerts.append(
            AlertRow(
                ref=ref,
                place=place,
                opened_at=opened,
                level=level,
                priority=priority,
                imminence=row.term("imminence", ImminenceState) or ImminenceState.NONE,
                acknowledged_by=_person(row, "acknowledged_by", people),
                decision=row.term("decision", DecisionKind),
                decided_by=_person(row, "decided_by", people),
                response_class=row.term("response_class", ResponseClass),
                timing=row.term("timing", ResponseTiming),
                incident=row.ref("incident", known),
                truth=row.one_of("truth", _TRUTHS) or "unknown",
                **times,
            )
        )
    return tuple(alerts)


def _person(row: Row, column: str, people: Known | None) -> str:
    return row.text(column) if people is None else row.ref(column, people) or ""


def _times_after(row: Row, opened: datetime | None, frame: Frame) -> dict[str, datetime | None]:
    """Return the steps of an alert; a step before the opening or after today is unknown."""
    times: dict[str, datetime | None] = {}
    for column in ("acknowledged_at", "decided_at", "arrived_at", "feedback_at", "closed_at"):
        moment = row.moment(column)
        if moment and opened and moment < opened:
            row.report("WLD-016", column, earlier=moment.isoformat(), later=opened.isoformat())
            moment = None
        times[column] = None if frame.is_later(row, column, moment) else moment
    row.lost = frame.is_later(row, "opened_at", opened) or row.lost
    return times


def read_messages(folder: Folder, frame: Frame, sources: tuple[SourceRow, ...]) -> tuple[MessageRow, ...]:
    """Return the messages in the order of the file, each with its registered sender where it has one."""
    file = "messages.jsonl"
    by_ref = {source.ref: source for source in sources}
    messages: list[MessageRow] = []
    for number, line in enumerate((folder.text(file) or "").split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{file}, row {number}"
        try:
            said = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            said = None
        if not isinstance(said, Mapping):
            folder.found.append(Problem("WLD-019", where, {"line": number}))
            continue
        message = _message(Row(where, _cells(said), folder.found), frame, by_ref, number)
        if message:
            messages.append(MessageRow(message[0], message[1], _dates(where, said, folder)))
    return tuple(messages)


def _cells(said: Mapping[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in said.items()}


def _message(
    row: Row, frame: Frame, sources: Mapping[str, SourceRow], number: int
) -> tuple[Message, str | None] | None:
    received = row.moment("received_at", required=True)
    channel = row.term("channel", Channel, required=True)
    sender = row.ref("sender", Known("sources.csv", sources))
    late = frame.is_later(row, "received_at", received)
    if row.lost or late or received is None or channel is None:
        return None
    contact: Hidden[str] | None = sources[sender].contact if sender else None
    if contact is None and row.text("contact"):
        contact = Hidden(row.text("contact"))
    role = sources[sender].role if sender else row.text("sender_role") or "citizen_unregistered"
    message = Message(
        channel=channel,
        text=row.text("text"),
        received_at=received,
        contact=contact,
        vendor_id=f"world-{number:04d}",
        sender_role=role,
        place_hint=row.text("place_hint"),
        language_hint=row.text("language"),
    )
    return message, sender


def _dates(where: str, said: Mapping[str, Any], folder: Folder) -> tuple[DateSaid, ...]:
    dates: list[DateSaid] = []
    listed = said.get("dates") or []
    for entry in listed if isinstance(listed, list) else [None]:
        row = Row(where, _cells(entry) if isinstance(entry, Mapping) else {}, folder.found)
        words, day = row.text("words", required=True), row.day("on", required=True)
        if day and words:
            dates.append(DateSaid(words, day))
    return tuple(dates)
