"""Values of this room: drafts, recipients and steps of the escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    ActorType,
    AlertState,
    Component,
    DecisionKind,
    ImminenceState,
    Level,
    Priority,
    Role,
    Sensitivity,
)


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
    `deputy` stands in when nobody of the rung has the watch. In the `quiet` hours, by the clock of the
    mission, only what is at least as urgent as `wakes_for` is sent to them.
    """

    ref: str
    role: Role
    sector: str
    rung: int
    on_duty: bool = True
    actor: str = ""
    actor_type: ActorType = ActorType.MISSION
    ceiling: Sensitivity = Sensitivity.HIGH
    deputy: str = ""
    is_away: bool = False
    quiet: tuple[time, time] | None = None
    wakes_for: Priority = Priority.P1


@dataclass(frozen=True, slots=True)
class Shift:
    """A watch that an account has in `sector` (empty: everywhere), or its absence."""

    account: str
    sector: str
    starts_at: datetime
    ends_at: datetime
    is_absence: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rota says of one account: `has_it` now, `is_away`, and `until` when."""

    has_it: bool
    is_away: bool = False
    until: datetime | None = None
    sector: str = ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who has the watch, and until when; `until` None: no end is entered."""

    account: str
    title: str
    role: Role
    component: Component
    sector: str
    speaks: tuple[str, ...]
    rung: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of time in which nobody has the watch of a sector."""

    sector: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who is told of an alert, or from whom it is withheld with a reason.

    `held_until` is the hour, by the clock of the mission, at which their quiet hours end and they are
    told; `stands_in_for` whose deputy they are.
    """

    person: str
    rung: int
    withheld: Because | None = None
    held_until: time | None = None
    stands_in_for: str = ""


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
    names a person, never a device. `is_unreached`: nobody told so far can be reached by any way, so
    waiting for them is waiting for nobody. `is_screaming`: every desk has been told. `held_until` is when somebody's quiet hours end. `nudged_at` is when anybody was last told, reminded or chased;
    without it the reminders are counted on from `told_at`. `decision` None is not known here: the
    movement is then chased, in case somebody was promised.
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
    nudged_at: datetime | None = None
    decision: DecisionKind | None = None
    is_unreached: bool = False
    is_screaming: bool = False
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What the escalation rules ask for next.

    `verb` is ``disseminate``, ``escalate``, ``remind``, ``wake``, ``scream``, ``chase_delegate``, ``chase_decision``,
    ``chase_movement``, ``chase_feedback``, ``chase_note`` or ``wait``. `due_at` is when to look again; there is always a next look while the alert is open:
    nothing expires by itself.
    """

    verb: str
    rung: int
    due_at: datetime | None
    reasons: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """What decides who is told of an alert.

    `alleged` are the names of the parties alleged so far, `alleged_types` their classes; `flags`
    are the reading's flags, such as ``do_not_share_host_forces``. `sector` "" is not known: every
    sector is told. `local_time` is the clock of the mission; without it no hour is quiet.
    """

    level: Level
    sector: str
    sensitivity: Sensitivity
    priority: Priority = Priority.P1
    local_time: time | None = None
    alleged: tuple[str, ...] = ()
    alleged_types: tuple[ActorType, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """What a person brings along to move an alert to another state.

    `by` names the person, never a device. `determination` is what they found that lets the alert
    be closed. `confirmed_by` is the source that saw the delegate act, `delegated_to` the delegate.
    `is_interested` tells whether the source of a closing has an interest in the matter; None is unknown.
    """

    by: str = ""
    decision: DecisionKind | None = None
    why: str = ""
    delegated_to: str = ""
    confirmed_by: str = ""
    determination: str = ""
    is_false_alarm: bool = False
    is_interested: bool | None = None
    is_feedback_given: bool = False
    why_no_feedback: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments of one alert. None: it has not happened, or nobody recorded it.

    `non_physical_at` is a call, advocacy or a warning to the people at risk; `other_physical_at`
    the arrival of another actor and `is_other_confirmed` whether an independent source saw it;
    `arrived_at` the arrival of the mission. `is_harm_recorded` None: nobody has looked yet.
    """

    ref: str
    priority: Priority
    opened_at: datetime
    called_back_at: datetime | None = None
    triaged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    delegated_at: datetime | None = None
    confirmed_at: datetime | None = None
    relayed_at: datetime | None = None
    non_physical_at: datetime | None = None
    other_physical_at: datetime | None = None
    is_other_confirmed: bool = False
    moved_at: datetime | None = None
    arrived_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    harm_start_at: datetime | None = None
    harm_end_at: datetime | None = None
    is_harm_recorded: bool | None = None
    is_false_alarm: bool | None = None
