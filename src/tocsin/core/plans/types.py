"""Values of this room: response options, what stands against them, and outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, EventCode, ImminenceState, Priority, Role


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be done about an alert.

    `code` such as ``force.patrol``, ``community.warn``, ``political.call``. `may_order` are the
    roles with the authority; `blocked` are reasons why it cannot be done now (a caveat, no asset
    in reach), shown before the choice, not after.
    """

    code: str
    component: str
    may_order: tuple[Role, ...]
    asset: str | None = None
    hours: float | None = None
    reasons: tuple[Because, ...] = ()
    blocked: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What the options of an alert depend on.

    `alleged` and `alleged_types` are the authors alleged so far and their classes; `flags` those of
    the readings, such as ``do_not_share_host_forces``. `within_h` is the reach asked for; None takes
    the dated rule.
    """

    ref: str
    place: str | None
    priority: Priority
    imminence: ImminenceState
    events: tuple[EventCode, ...] = ()
    alleged: tuple[str, ...] = ()
    alleged_types: tuple[ActorType, ...] = ()
    flags: tuple[str, ...] = ()
    night: bool = False
    within_h: float | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """What was done about an alert and when; None: not done, or nobody recorded it.

    `other_confirmed` whether a source other than that force saw it act. `harm` None: nobody knows
    whether people were harmed.
    """

    relayed_at: datetime | None = None
    non_physical_at: datetime | None = None
    other_arrived_at: datetime | None = None
    other_confirmed: bool = False
    mission_arrived_at: datetime | None = None
    harm: bool | None = None
    harm_started_at: datetime | None = None
    harm_ended_at: datetime | None = None
