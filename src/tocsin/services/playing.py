"""Play a fictional world's messages, its people answering as a good duty room would, up to the last hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import DecisionKind, Priority, ResponseClass, ResponseTiming, Role, TaskState
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import alerting, intake, planning, work
from tocsin.store.queries import alerts, places

# What came in this long before the world's present is left for whoever sits down at the desk.
LEFT_OPEN = timedelta(hours=20)
ANSWER_AFTER = timedelta(minutes=6)
DECIDE_AFTER = timedelta(minutes=19)
GO_AFTER = timedelta(minutes=40)
TELL_AFTER = timedelta(hours=5)
CLOSE_AFTER = timedelta(hours=16)
_GOES = (Priority.P1.value, Priority.P2.value)


def play(world: Any) -> None:
    """Take in each message at its own time, and answer the alerts that are older than the last hours."""
    contacts = {source.ref: source.contact for source in world.sources}
    today: datetime = world.settings.today
    answered: set[str] = set()
    for row in sorted(world.messages, key=lambda one: one.message.received_at):
        at = row.message.received_at
        intake.receive(_from(row.message, contacts.get(row.sender or "")), now=at)
        work.drain("world", now=at)
        if at <= today - LEFT_OPEN:
            _answer_new(answered, at)
    work.drain("world", now=today)


def _answer_new(answered: set[str], at: datetime) -> None:
    for alert in alerts.alerts(SYSTEM, most=500):
        if alert.ref not in answered and alert.opened_at >= at - timedelta(minutes=1) and alert.feed_id is None:
            answered.add(alert.ref)
            _answer(alert, at)


def _answer(alert: Any, at: datetime) -> None:
    """Acknowledge, decide, act, tell the village and close, each at its time."""
    desk, lead = _desk_of(alert), _who(Role.PROTECTION_LEAD, at)
    if desk is None or lead is None:
        return
    alerting.acknowledge(desk, alert.ref, now=at + ANSWER_AFTER)
    goes = alert.priority in _GOES and alert.lat is not None
    kind = DecisionKind.RESPOND if goes else DecisionKind.MONITOR
    why = (
        "Lethal or imminent, and a patrol is in reach."
        if goes
        else "No harm yet; the focal point reports every evening."
    )
    planning.decide(lead, alert.ref, kind=kind, why=why, now=at + DECIDE_AFTER, option="force.patrol" if goes else "")
    if goes:
        _go(lead, alert, at)
    response = ResponseClass.PHYSICAL_BY_MISSION if goes else ResponseClass.NON_PHYSICAL
    timing = ResponseTiming.DURING if goes else ResponseTiming.UNKNOWN
    planning.report_effect(
        lead,
        alert.ref,
        response=response,
        timing=timing,
        now=at + TELL_AFTER - timedelta(minutes=20),
        outcome="The patrol stayed until the families were back."
        if goes
        else "Called every evening; nothing followed.",
    )
    planning.give_feedback(
        lead, alert.ref, method="focal_point", text="The focal point was told what was done.", now=at + TELL_AFTER
    )
    planning.close(
        lead,
        alert.ref,
        determination="Nothing seen or told for a day, and the patrol found the road calm.",
        now=at + CLOSE_AFTER,
    )


def _go(lead: Viewer, alert: Any, at: datetime) -> None:
    assets = [one for one in places.assets(SYSTEM, at) if one.sector in ("", alert.sector) and one.serviceable]
    task = planning.give_task(
        lead,
        alert.ref,
        what=f"Patrol to {alert.place.name if alert.place else alert.place_text}",
        owner="Sector",
        due_at=at + timedelta(hours=3),
        now=at + GO_AFTER,
        asset=assets[0].ref if assets else "",
    )
    steps = (TaskState.ACCEPTED, TaskState.EN_ROUTE, TaskState.ON_SCENE, TaskState.DONE)
    for minutes, state in enumerate(steps, start=1):
        planning.move_task(lead, task.ref, to=state, now=at + GO_AFTER + timedelta(minutes=25 * minutes))


def _desk_of(alert: Any) -> Viewer | None:
    told = [one for one in alerts.addressees(SYSTEM, alert) if one.told_at]
    for one in told:
        viewer = intake.account_viewer(one.account)
        if viewer.role is Role.DUTY_OFFICER:
            return viewer
    return intake.account_viewer(told[0].account) if told else None


def _who(role: Role, at: datetime) -> Viewer | None:
    found = [row for row, _ in alerts.people(at) if row.role == role.value and not row.sector]
    return intake.account_viewer(found[0]) if found else None


def _from(message: Message, contact: Hidden[str] | None) -> Message:
    return replace(message, contact=contact) if contact is not None else message
