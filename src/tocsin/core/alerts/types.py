"""Values of this room: drafts, recipients and steps of the escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, AlertState, ImminenceState, Level, Priority, Role, Sensitivity


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert that the rules say must be opened, or a report that joins an open one (`joins`)."""

    place: str | None
    level: Level
    priority: Priority
    imminence: ImminenceState
    provisional: bool
    reports: tuple[str, ...]
    reasons: tuple[Because, ...]
    policy_version: str
    joins: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as the rules see it. `actors` are the names alleged so far; `target_point` lat/lon."""

    ref: str
    place: str | None
    lat: float | None
    lon: float | None
    level: Level
    priority: Priority
    state: AlertState
    opened_at: datetime
    actors: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the mission or a partner who may be told.

    `actor` is the name of the party a host-authority contact belongs to: an alleged author is
    never told. `rung` is their step on the escalation ladder (0 duty officer, then upwards).
    """

    ref: str
    role: Role
    sector: str
    rung: int
    on_duty: bool = True
    actor: str = ""
    actor_type: ActorType = ActorType.MISSION
    ceiling: Sensitivity = Sensitivity.HIGH


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who is told of an alert, or from whom it is withheld with a reason."""

    person: str
    rung: int
    withheld: Because | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The limits of one priority. None where the doctrine sets none."""

    call_back: timedelta | None
    triage: timedelta
    disseminate: timedelta | None
    acknowledge: timedelta | None
    decide: timedelta
    move: timedelta | None
    feedback: timedelta
    note: timedelta


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where one open alert stands, for the escalation rules.

    `rung` is the highest rung told so far; `told_at` when that rung was told. `acknowledged_by`
    names a person, never a device.
    """

    ref: str
    priority: Priority
    state: AlertState
    opened_at: datetime
    rung: int
    told_at: datetime | None
    acknowledged_by: str | None
    top_rung: int
    reminders: int = 0
    delegated_at: datetime | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What the escalation rules ask for next.

    `verb` is ``disseminate``, ``escalate``, ``remind``, ``chase_delegate``, ``chase_decision`` or
    ``wait``. `due_at` is when to look again; there is always a next look while the alert is open:
    nothing expires by itself.
    """

    verb: str
    rung: int
    due_at: datetime | None
    reasons: tuple[Because, ...] = ()
