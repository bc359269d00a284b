"""Warn: open alerts, tell people, wait for a named person's answer, and climb the ladder on silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.core.alerts import recipients as who
from tocsin.core.alerts import states, triggers
from tocsin.core.alerts.escalation import next_step
from tocsin.core.alerts.types import AlertDraft, Move, OpenAlert, Step, Telling, Waiting
from tocsin.core.assessment.policy import default_policy
from tocsin.core.assessment.types import ImminencePolicy
from tocsin.core.evidence.types import Report
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ActorType, AlertState, Level, Sensitivity
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts as read
from tocsin.store.queries import evidence, nearby, plans
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record

OUTSIDE_RUNG = 99
SHORTEST_PAUSE = timedelta(minutes=1)


def policy_at(as_of: datetime) -> ImminencePolicy:
    """Return the mission's imminence policy in force, or the default where it has none of its own."""
    return plans.policy_in_force(as_of) or default_policy(as_of)


def raise_for_report(ref: str, now: datetime) -> str | None:
    """Open the alert that a report asks for, or tie the report to one already open.

    Returns the alert's reference, None when the rules ask for none. Doing it twice changes nothing;
    a report that was corrected since can raise its alert and tell where it is, and never lowers it.
    """
    report = evidence.report_row(SYSTEM, ref)
    if report is None:
        return None
    value = evidence.as_core(report)
    already = read.alert_of_report(SYSTEM, report)
    if already is not None:
        return _judge_again(already.ref, report, value, now)
    drafted = triggers.draft_for_report(
        value, _could_join(report, now), value.reading.place, policy=policy_at(now), as_of=now
    )
    if drafted.value is None:
        reasons = [because.as_json() for because in drafted.reasons]
        record.note(SYSTEM, ref, "no_alert", at=now, after=evidence.state_of(report), reasons=reasons)
        return None
    return _join(drafted.value, report, now) if drafted.value.joins else _open(drafted.value, report, now)


def _could_join(report: Any, now: datetime) -> tuple[OpenAlert, ...]:
    """Return the open alerts near enough for a report to join, by the widest of the rules."""
    widest_km = max(float(rules.value(f"alerts.join.{name}", now)) for name in ("km", "same_actor_km"))
    return nearby.alerts_to_join(SYSTEM, report, km=widest_km, as_of=now)


def _open(draft: AlertDraft, report: Any, now: datetime) -> str:
    alert = write.open_alert(draft, report, report.incident, opened_at=now)
    write.join_report(alert, report, draft.reasons, at=now)
    reasons = [because.as_json() for because in draft.reasons]
    record.note(SYSTEM, alert.ref, "opened", at=now, after=alert_state(alert), reasons=reasons, report=report.ref)
    record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:0")
    return alert.ref


def _join(draft: AlertDraft, report: Any, now: datetime) -> str:
    alert = found_or_refuse(read.alert_row(SYSTEM, draft.joins or "", for_change=True), "alert")
    if not write.join_report(alert, report, draft.reasons, at=now):
        return alert.ref
    rises = draft.priority.value < alert.priority or draft.level.value != alert.level
    write.change_alert(
        alert,
        level=draft.level.value,
        priority=draft.priority.value,
        imminence=draft.imminence.value,
        is_provisional=alert.is_provisional and draft.provisional,
        events=sorted({*alert.events, *report.events}),
        actors=sorted({*alert.actors, *([report.actor_name] if report.actor_name else [])}),
        sensitivity=max(alert.sensitivity, report.sensitivity, key=list(Sensitivity).index),
        secrecy=max(alert.secrecy, report.secrecy),
        incident=alert.incident or report.incident,
    )
    reasons = [because.as_json() for because in draft.reasons]
    record.note(SYSTEM, alert.ref, "joined", at=now, after=alert_state(alert), reasons=reasons, report=report.ref)
    if rises:
        record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:raised:{report.ref}")
    return alert.ref


def _judge_again(ref: str, report: Any, value: Report, now: datetime) -> str:
    """Bring an open alert up to what a report, corrected since, asks for by itself."""
    alert = found_or_refuse(read.alert_row(SYSTEM, ref, for_change=True), "alert")
    drafted = triggers.draft_for_report(value, (), value.reading.place, policy=policy_at(now), as_of=now)
    if alert.state == AlertState.CLOSED.value or drafted.value is None:
        return ref
    fields = _raised(alert, drafted.value, report) | _placed(alert, report)
    if not fields:
        return ref
    if alert.acknowledged_at is None:
        fields["told_at"] = None  # what was sent out no longer holds: it is sent out anew
    write.change_alert(alert, events=sorted({*alert.events, *report.events}), **fields)
    reasons = [because.as_json() for because in drafted.reasons]
    record.note(SYSTEM, ref, "corrected", at=now, after=alert_state(alert), reasons=reasons, report=report.ref)
    record.enqueue("watch", ref, run_at=now, key=f"watch:{ref}:corrected:{report.ref}:{now.isoformat()}")
    return ref


def _raised(alert: Any, draft: AlertDraft, report: Any) -> dict[str, Any]:
    """Return what a draft raises an alert to; empty where it stands as high already."""
    levels = list(Level)
    if draft.priority.value >= alert.priority and levels.index(draft.level) <= levels.index(Level(alert.level)):
        return {}
    return {
        "level": max(draft.level, Level(alert.level), key=levels.index).value,
        "priority": min(draft.priority.value, alert.priority),
        "imminence": draft.imminence.value,
        "actors": sorted({*alert.actors, *([report.actor_name] if report.actor_name else [])}),
    }


def _placed(alert: Any, report: Any) -> dict[str, Any]:
    """Return where an alert is by its corrected report: where it had no place, or rests on this report alone."""
    is_alone = len(read.reports_of_alert(SYSTEM, alert)) == 1
    if report.place is None or report.place_id == alert.place_id or not (alert.place_id is None or is_alone):
        return {}
    return {"place": report.place, "lat": report.lat, "lon": report.lon, "sector": report.place.sector}


def watch(ref: str, now: datetime) -> None:
    """Do what the escalation rules ask for on one alert, and plan the next look.

    There is always a next look while the alert is open: nothing expires by itself.
    """
    alert = read.alert_row(SYSTEM, ref, for_change=True)
    if alert is None or alert.state == AlertState.CLOSED.value:
        return
    step = next_step(_by_this_clock(read.waiting(SYSTEM, alert), now), as_of=now)
    if step.verb != "wait":
        _tell(alert, step, now)
    again = next_step(_by_this_clock(read.waiting(SYSTEM, alert), now), as_of=now)
    due = again.due_at if again.verb == "wait" else step.due_at
    if due is not None:
        look_at = max(due, now) if due > now else now + SHORTEST_PAUSE
        record.enqueue("watch", ref, run_at=look_at, key=f"watch:{ref}:{look_at.isoformat(timespec='seconds')}")


def _by_this_clock(waiting: Waiting, now: datetime) -> Waiting:
    """Return where an alert stands without moments still to come: a clock that ran ahead must not postpone anything.

    Who was told tomorrow was not told yet, and is told again.
    """
    told_at = waiting.told_at if waiting.told_at and waiting.told_at <= now else None
    nudged_at = waiting.nudged_at if waiting.nudged_at and waiting.nudged_at <= now else None
    return replace(waiting, opened_at=min(waiting.opened_at, now), told_at=told_at, nudged_at=nudged_at)


def _tell(alert: Any, step: Step, now: datetime) -> None:
    rung = max(step.rung, alert.rung) if step.verb == "disseminate" else step.rung
    told, reached = _address(alert, rung, now, again=step.verb)
    reasons = [because.as_json() for because in step.reasons]
    if not told:
        # Nobody could be told: the alert stays undelivered, and says so, until somebody can.
        write.change_alert(alert, nudged_at=now)
        record.note(SYSTEM, alert.ref, "nobody_to_tell", at=now, after=alert_state(alert), reasons=reasons)
        return
    fields: dict[str, Any] = {"nudged_at": now, "rung": max(reached, alert.rung)}
    if step.verb in ("disseminate", "escalate"):
        fields["told_at"] = now
    else:
        fields["reminders"] = alert.reminders + 1
    if alert.state == AlertState.OPEN.value:
        fields["state"] = AlertState.DISSEMINATED.value
    write.change_alert(alert, **fields)
    record.note(
        SYSTEM, alert.ref, step.verb, at=now, after=alert_state(alert), told=told, rung=reached, reasons=reasons
    )


def _address(alert: Any, rung: int, now: datetime, *, again: str) -> tuple[list[str], int]:
    """Put everyone whom the rules name on the alert's list and in the outgoing box."""
    rows = {person.ref: (row, person) for row, person in read.people()}
    ladder = [person for row, person in rows.values() if row.rung is not None]
    outside = [person for row, person in rows.values() if row.rung is None and person.actor]
    telling = _telling(alert)
    wanted = who.recipients(telling, ladder, rung=rung, as_of=now)
    barred = who.recipients(telling, outside, rung=OUTSIDE_RUNG, as_of=now) if outside else ()
    told, reached = [], rung
    for recipient in (*wanted, *(one for one in barred if one.withheld)):
        account = rows[recipient.person][0]
        write.address(
            alert,
            account,
            rung=recipient.rung,
            told_at=None if recipient.withheld else now,
            withheld=recipient.withheld,
        )
        if recipient.withheld is None:
            told.append(recipient.person)
            reached = max(reached, recipient.rung)
            _put_out(alert, account, now, again=again)
    return told, reached


def _put_out(alert: Any, account: Any, now: datetime, *, again: str) -> None:
    place = alert.place.name if alert.place else alert.place_text
    write.put_out(
        f"alert:{alert.ref}:{account.username}:{again}:{now.isoformat(timespec='seconds')}",
        purpose="alert",
        code=f"outgoing.alert.{again}",
        facts={
            "ref": alert.ref,
            "level": f"term.level.{alert.level}",
            "priority": alert.priority,
            "place": place if alert.secrecy <= 2 else "",
            "state": f"term.imminence_state.{alert.imminence}",
        },
        created_at=now,
        account=account,
        alert=alert,
        language=account.language,
    )


def _telling(alert: Any) -> Telling:
    reports = read.reports_of_alert(SYSTEM, alert)
    return Telling(
        level=Level(alert.level),
        sector=alert.sector,
        sensitivity=Sensitivity(alert.sensitivity),
        alleged=tuple(alert.actors),
        alleged_types=tuple(ActorType(row.actor_type) for row in reports if row.actor_type),
        flags=tuple(sorted({flag for row in reports for flag in row.flags})),
    )


def acknowledge(viewer: Viewer, ref: str, *, now: datetime, through: str = "web") -> Any:
    """Write that a named person has the alert; the ladder stops climbing."""
    with transaction.atomic():
        alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
        access.require(viewer, "acknowledge", "alert", alert)
        account = read.account(viewer.account)
        if account is None:
            raise Refusal(Because("refused.no_account"))
        if not write.acknowledge(alert, account, at=now, through=through):
            return alert
        fields: dict[str, Any] = {}
        if alert.acknowledged_at is None:
            fields = {"acknowledged_at": now, "acknowledged_by": viewer.account}
        if alert.state in (AlertState.OPEN.value, AlertState.DISSEMINATED.value):
            fields["state"] = AlertState.ACKED.value
        if fields:
            write.change_alert(alert, **fields)
        record.note(viewer, alert.ref, "acknowledged", at=now, after=alert_state(alert), through=through)
        record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:ack:{viewer.account}")
        return alert


def escalate(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Any:
    """Tell the next rung at once, on a person's word."""
    with transaction.atomic():
        alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
        access.require(viewer, "acknowledge", "alert", alert)
        told, reached = _address(alert, alert.rung + 1, now, again="escalate")
        write.change_alert(alert, rung=max(reached, alert.rung), nudged_at=now)
        record.note(viewer, alert.ref, "escalated_by_hand", at=now, after=alert_state(alert), told=told, why=why)
        return alert


def open_by_hand(viewer: Viewer, report_ref: str, *, why: str, now: datetime) -> str:
    """Open an alert on a report because a person says so, whatever the rules said."""
    with transaction.atomic():
        report = found_or_refuse(evidence.report_row(viewer, report_ref), "report")
        access.require(viewer, "create", "alert", report)
        already = read.alert_of_report(viewer, report)
        if already is not None:
            return already.ref
        policy = policy_at(now)
        value = evidence.as_core(report)
        draft = AlertDraft(
            place=value.reading.place.ref if value.reading.place else None,
            level=triggers.level_of(value.reading.state),
            priority=value.reading.priority,
            imminence=value.reading.state,
            provisional=True,
            reports=(report.ref,),
            reasons=(Because("alert.by_hand", {"why": why}, (report.ref,)),),
            policy_version=policy.version,
        )
        return _open(draft, report, now)


def move(viewer: Viewer, alert: Any, to: AlertState, move_by: Move, *, now: datetime, verb: str, **fields: Any) -> None:
    """Move an alert to another state by the rules, and write what became of it.

    Raises
    ------
    Refusal
        With every reason why the rules do not allow it.
    """
    judged = states.may_move(AlertState(alert.state), to, move_by)
    if not judged.value:
        raise Refusal(*judged.reasons)
    write.change_alert(alert, state=to.value, **fields)
    record.note(viewer, alert.ref, verb, at=now, after=alert_state(alert), **_facts_of(move_by))
    record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:{verb}:{now.isoformat()}")


def _facts_of(by: Move) -> dict[str, Any]:
    facts = {
        "why": by.why,
        "determination": by.determination,
        "confirmed_by": by.confirmed_by,
        "delegated_to": by.delegated_to,
        "why_no_feedback": by.why_no_feedback,
    }
    return {name: value for name, value in facts.items() if value}
