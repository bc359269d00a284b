"""Alerts, accounts and assets: rows to core values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tocsin.core.alerts import types as alerts
from tocsin.core.alerts.harm import Suffered
from tocsin.core.allocation import types as allocation
from tocsin.core.places.types import Point
from tocsin.core.reference.terms import (
    ActorType,
    AlertState,
    AssetKind,
    DecisionKind,
    HarmKind,
    HarmPhase,
    Level,
    Priority,
    Role,
    Sensitivity,
)
from tocsin.core.reference.viewer import Secrecy
from tocsin.store import models
from tocsin.store.access import GRANTS


def open_alert(row: models.Alert) -> alerts.OpenAlert:
    """Return an alert as the rules see it."""
    return alerts.OpenAlert(
        ref=row.ref,
        place=row.place.ref if row.place else None,
        lat=row.lat,
        lon=row.lon,
        level=Level(row.level),
        priority=Priority(row.priority),
        state=AlertState(row.state),
        opened_at=row.opened_at,
        actors=tuple(row.actors),
        events=tuple(row.events),
    )


def waiting(
    row: models.Alert,
    *,
    top_rung: int,
    decision: str | None,
    is_unreached: bool = False,
    held_until: datetime | None = None,
) -> alerts.Waiting:
    """Return where an alert stands, for the escalation rules."""
    return alerts.Waiting(
        ref=row.ref,
        priority=Priority(row.priority),
        state=AlertState(row.state),
        opened_at=row.opened_at,
        rung=row.rung,
        told_at=row.told_at,
        acknowledged_by=row.acknowledged_by or None,
        top_rung=top_rung,
        reminders=row.reminders,
        delegated_at=row.delegated_at,
        decided_at=row.decided_at,
        nudged_at=row.nudged_at,
        decision=DecisionKind(decision) if decision else None,
        is_unreached=is_unreached,
        is_screaming=row.screams_since is not None,
        held_until=held_until,
    )


def person(row: models.Account, watch: alerts.Watch | None = None) -> alerts.Person:
    """Return an account as someone who may be told; `watch` is what the rota says of them, and of which sector."""
    role = Role(row.role)
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
    return alerts.Person(
        ref=row.username,
        role=role,
        sector=(watch.sector if watch and watch.has_it else "") or row.sector,
        rung=row.rung if row.rung is not None else -1,
        on_duty=watch.has_it if watch else row.on_duty,
        is_away=watch.is_away if watch else False,
        deputy=row.deputy.username if row.deputy and row.deputy.is_active else "",
        quiet=quiet,
        wakes_for=Priority(row.wakes_for),
        actor=row.actor,
        actor_type=ActorType.STATE if role is Role.HOST_AUTHORITY else ActorType.MISSION,
        ceiling=Sensitivity.SEVERE if _is_cleared(role) else Sensitivity.HIGH,
    )


def suffered(row: models.Harm) -> Suffered:
    """Return a row of harm as the rules see it."""
    return Suffered(
        kind=HarmKind(row.kind),
        phase=HarmPhase(row.phase) if row.phase else None,
        least=row.least,
        most=row.most,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def timeline(
    row: models.Alert,
    decisions: Sequence[models.Decision],
    tasks: Sequence[models.Task],
    relays: Sequence[models.HostRelay],
) -> alerts.Timeline:
    """Return the moments of one alert that the record bears out; what is not on it is None."""
    is_confirmed = row.state == AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE.value or bool(row.confirmed_at)
    done = [task.done_at for task in tasks if task.done_at and task.asset is None]
    relayed = [one.made_at for one in relays if one.withheld is None]
    referred = [one.made_at for one in decisions if one.kind == DecisionKind.REFER.value]
    return alerts.Timeline(
        ref=row.ref,
        priority=Priority(row.priority),
        opened_at=row.opened_at,
        acknowledged_at=row.first_acknowledged_at or row.acknowledged_at,
        decided_at=row.decided_at,
        delegated_at=row.delegated_at,
        relayed_at=min((*relayed, *referred), default=None),
        confirmed_at=row.confirmed_at,
        other_physical_at=row.confirmed_at,
        is_other_confirmed=is_confirmed,
        non_physical_at=min(done, default=None),
        arrived_at=row.arrived_at,
        feedback_at=row.feedback_at,
        closed_at=row.closed_at,
    )


def _is_cleared(role: Role) -> bool:
    """Whether a role may see confidential alerts: by the grants, so that the two never differ."""
    grant = GRANTS[role].get("alert")
    return grant is not None and grant.ceiling >= Secrecy.CONFIDENTIAL


def asset(row: models.Asset) -> allocation.Asset:
    """Return the core value of an asset row."""
    return allocation.Asset(
        ref=row.ref,
        kind=AssetKind(row.kind),
        base=row.base.ref,
        point=Point(row.base.lat, row.base.lon),
        strength=row.strength,
        authorised=row.authorised,
        deployed=row.deployed,
        serviceable=row.serviceable,
        tasked=row.tasked,
        notice_min=row.notice_min,
        night_capable=row.night_capable,
        languages=tuple(row.languages),
        women=row.women,
        restrictions=tuple(row.restrictions),
        sector=row.sector,
        observed_on=row.map_on,
        contingent=row.contingent,
    )


def alert_state(row: models.Alert) -> dict[str, Any]:
    """Return everything of an alert that a replay shows."""
    return {
        "ref": row.ref,
        "place": row.place.ref if row.place else None,
        "place_text": row.place_text,
        "level": row.level,
        "priority": row.priority,
        "imminence": row.imminence,
        "provisional": row.is_provisional,
        "state": row.state,
        "events": row.events,
        "actors": row.actors,
        "policy_version": row.policy_version,
        "incident": row.incident.ref if row.incident else None,
        "opened_at": _iso(row.opened_at),
        "rung": row.rung,
        "raised_at": _iso(row.raised_at),
        "screams_since": _iso(row.screams_since),
        "acknowledged_at": _iso(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by or None,
        "decided_at": _iso(row.decided_at),
        "delegated_at": _iso(row.delegated_at),
        "arrived_at": _iso(row.arrived_at),
        "feedback_at": _iso(row.feedback_at),
        "closed_at": _iso(row.closed_at),
        "closed_by": row.closed_by or None,
        "over_at": _iso(row.over_at),
        "over_by": row.over_by or None,
        "determination": row.determination or None,
        "rests_on": row.rests_on,
        "response_class": row.response_class or None,
        "timing": row.timing or None,
        "outcome": row.outcome or None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
