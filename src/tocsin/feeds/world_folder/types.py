"""What a world folder holds: the bundle, and the rows that no room of the core has a type for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from tocsin.core.allocation.types import Asset
from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.evidence.types import Count, Incident, Message
from tocsin.core.places.types import Base, Place, Road, RoadClosure, Site
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import (
    ActorType,
    DecisionKind,
    ImminenceState,
    Interpretation,
    Level,
    NetworkKind,
    Priority,
    ResponseClass,
    ResponseTiming,
    Rhythm,
    Role,
)


@dataclass(frozen=True, slots=True)
class Province:
    """A province by its short code, as the places name it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyText:
    """What the mandate says of the threat, and how the mission reads it."""

    interpretation: Interpretation
    qualifier: bool
    mandate_text: str
    mandate_ref: str


@dataclass(frozen=True, slots=True)
class Account:
    """A login of the mission. `full_name` is a job title: a world names no person.

    `rung` is the step on the escalation ladder, None for those who are not on it. `actor` is the
    name of the party a host-authority account belongs to.
    """

    name: str
    full_name: str
    role: Role
    sector: str
    language: str
    rung: int | None
    contact: Hidden[str]
    actor: str
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """The frame of a world. `today` is the world's present; nothing in it is known later."""

    code: str
    country: str
    mission: str
    zone: str
    languages: tuple[str, ...]
    provinces: tuple[Province, ...]
    sectors: tuple[str, ...]
    today: datetime
    policy: PolicyText
    accounts: tuple[Account, ...]

    @property
    def offset(self) -> timezone:
        """Return the fixed offset from UTC that the world's clocks show."""
        hours, minutes = self.zone[1:].split(":")
        away = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-away if self.zone.startswith("-") else away)


@dataclass(frozen=True, slots=True)
class ActorRow:
    """A party to the conflict, or a community. `host` marks forces of the host State."""

    ref: str
    name: str
    actor_type: ActorType
    aliases: tuple[str, ...]
    host: bool
    note: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Someone who may tell us something: a role at a place; the contact is Hidden."""

    ref: str
    role: str
    place: str | None
    languages: tuple[str, ...]
    letter: str
    contact: Hidden[str]
    network: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A past alert with its timeline and, because the world is fictional, the truth.

    `truth` is ``threat_real``, ``nothing_happened`` or ``unknown``; `incident` is the ref of what
    happened. A None moment did not come.
    """

    ref: str
    place: str
    opened_at: datetime
    level: Level
    priority: Priority
    imminence: ImminenceState
    acknowledged_at: datetime | None
    acknowledged_by: str
    decided_at: datetime | None
    decision: DecisionKind | None
    decided_by: str
    arrived_at: datetime | None
    response_class: ResponseClass | None
    timing: ResponseTiming | None
    feedback_at: datetime | None
    closed_at: datetime | None
    incident: str | None
    truth: str


@dataclass(frozen=True, slots=True)
class DisplacementRow:
    """How many displaced people a place held on a day, and where they came from where known."""

    place: str
    as_at_on: date
    people: int | None
    households: int | None
    origin_place: str | None


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A humanitarian organisation at work in a place (by code, never by name)."""

    organisation: str
    place: str
    sector_of_work: str
    since_on: date | None


@dataclass(frozen=True, slots=True)
class CorridorRow:
    """A seasonal route of herds through places, in order. `status` as the parties hold it.

    `opens` and `closes` are month and day (``"11-15"``).
    """

    ref: str
    name: str
    status: str
    places: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class FlowRow:
    """Heads of cattle counted at a place on a day. `armed` None where nobody saw."""

    place: str
    counted_on: date
    heads: Count
    armed: bool | None


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A calendar date that a message spells out, so that a moved world moves it too."""

    words: str
    on: date


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message and the ref of its registered sender, None where the sender is not registered."""

    message: Message
    sender: str | None
    dates: tuple[DateSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A community network: its nodes are the sources of `roles` in its sector, empty is the whole country."""

    name: str
    kind: NetworkKind
    sector: str
    rhythm: Rhythm
    check_days: tuple[int, ...]
    check_times: tuple[str, ...]
    silent_after_h: float | None
    languages: tuple[str, ...]
    roles: tuple[str, ...]
    members: int | None
    women: int | None
    sheet: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class SignalRow:
    """What one signal means in one village."""

    place: str
    entry: CodeEntry


@dataclass(frozen=True, slots=True)
class World:
    """Everything a world folder says, and every problem found in it.

    `settings` is None only when world.yaml cannot be used. `tolls` and `discovered_by` go by the
    ref of the incident; toll keys are ``injured``, ``abducted`` and ``displaced`` (deaths stand in
    the incident itself).
    """

    name: str
    settings: Settings | None
    places: tuple[Place, ...] = ()
    sites: tuple[Site, ...] = ()
    roads: tuple[Road, ...] = ()
    closures: tuple[RoadClosure, ...] = ()
    bases: tuple[Base, ...] = ()
    assets: tuple[Asset, ...] = ()
    actors: tuple[ActorRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    incidents: tuple[Incident, ...] = ()
    tolls: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    discovered_by: Mapping[str, str] = field(default_factory=dict)
    alerts: tuple[AlertRow, ...] = ()
    displacement: tuple[DisplacementRow, ...] = ()
    partners: tuple[PartnerRow, ...] = ()
    corridors: tuple[CorridorRow, ...] = ()
    flows: tuple[FlowRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    networks: tuple[NetworkRow, ...] = ()
    signals: tuple[SignalRow, ...] = ()
    problems: tuple[Problem, ...] = ()
