"""Warn: open alerts, tell people, wait for a named person's answer, and climb the ladder on silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.core.alerts import recipients as who
from tocsin.core.alerts import states, triggers
from tocsin.core.alerts.types import AlertDraft, Move, OpenAlert
from tocsin.core.assessment.policy import default_policy
from tocsin.core.assessment.types import ImminencePolicy
from tocsin.core.evidence.types import Report
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, DutyCall, ImminenceState, Level, Role, Sensitivity
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import waking
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state, open_alert
from tocsin.store.queries import alerts as read
from tocsin.store.queries import evidence, nearby, plans
from tocsin.store.queries import record as history
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record

# A watch that goes before ours is no lie.
_CLOCKS_DIFFER = timedelta(minutes=5)


def policy_at(as_of: datetime) -> ImminencePolicy:
    """Return the mission's imminence policy in force, or the default where it has none of its own."""
    return plans.policy_in_force(as_of) or default_policy(as_of)


def raise_for_report(ref: str, now: datetime) -> str | None:
    """Open the alert that a report asks for, or tie the report to one already open.

    Returns the alert's reference, None when the rules ask for none. Doing it twice changes nothing;
    a report that was corrected since can raise its alert and tell where it is, and never lowers it.
    One corrected to an attack going on after its alert was closed alarms anew.
    """
    report = evidence.report_row(SYSTEM, ref)
    if report is None:
        return None
    value = evidence.as_core(report)
    already = read.alert_of_report(SYSTEM, report)
    if already is not None:
        alert = _living(SYSTEM, already.ref)
        if not _breaks_out_after(alert, report):
            return _judge_again(alert, report, value, now)
    return _open_or_join(report, value, _could_join(report, now), now)


def _living(viewer: Viewer, ref: str) -> Any:
    """Return an alert, locked; where it was merged into another one, that one."""
    alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
    while alert.merged_into is not None:
        alert = found_or_refuse(read.alert_row(viewer, alert.merged_into.ref, for_change=True), "alert")
    return alert


def _still_open(viewer: Viewer, ref: str) -> Any:
    """Return the living alert for somebody to act on, refuse where it is closed."""
    alert = _living(viewer, ref)
    access.require(viewer, "acknowledge", "alert", alert)
    if alert.state == AlertState.CLOSED.value:
        raise Refusal(Because("refused.alert_closed", {"alert": alert.ref}, (alert.ref,)))
    return alert


def _breaks_out_after(alert: Any, report: Any) -> bool:
    """Tell whether a report tells of an attack going on of which it did not tell when its alert was closed."""
    ongoing = ImminenceState.ONGOING.value
    if alert.state != AlertState.CLOSED.value or report.imminence != ongoing:
        return False
    was = history.state_at(SYSTEM, report.ref, alert.closed_at) if alert.closed_at else None
    return was is not None and was["imminence"] != ongoing


def _open_or_join(report: Any, value: Report, near: Sequence[OpenAlert], now: datetime) -> str | None:
    policy = policy_at(now)
    drafted = triggers.draft_for_report(value, near, value.reading.place, policy=policy, as_of=now)
    if drafted.value is None:
        reasons = [because.as_json() for because in drafted.reasons]
        record.note(SYSTEM, report.ref, "no_alert", at=now, after=evidence.state_of(report), reasons=reasons)
        return None
    if drafted.value.joins is None:
        return _open(drafted.value, report, now)
    alert = found_or_refuse(read.alert_row(SYSTEM, drafted.value.joins, for_change=True), "alert")
    # It may have been closed or decided before it was ours: the rules are asked again, about what it is now.
    as_it_is = (open_alert(alert),)
    again = triggers.draft_for_report(value, as_it_is, value.reading.place, policy=policy, as_of=now)
    if again.value is not None and again.value.joins == alert.ref:
        return _join(again.value, alert, report, now)
    return _open_or_join(report, value, [one for one in near if one.ref != alert.ref], now)


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


def _join(draft: AlertDraft, alert: Any, report: Any, now: datetime) -> str:
    if not write.join_report(alert, report, draft.reasons, at=now):
        return str(alert.ref)
    rises = draft.priority.value < alert.priority or draft.level.value != alert.level
    write.change_alert(
        alert,
        level=draft.level.value,
        priority=draft.priority.value,
        imminence=draft.imminence.value,
        is_provisional=alert.is_provisional and draft.provisional,
        events=sorted({*alert.events, *report.events}),
        actors=_authors(alert, report),
        sensitivity=max(alert.sensitivity, report.sensitivity, key=list(Sensitivity).index),
        secrecy=max(alert.secrecy, report.secrecy),
        incident=alert.incident or report.incident,
    )
    reasons = [because.as_json() for because in draft.reasons]
    record.note(SYSTEM, alert.ref, "joined", at=now, after=alert_state(alert), reasons=reasons, report=report.ref)
    if rises:
        waking.announce_change(alert, now)
        record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:raised:{report.ref}")
    return str(alert.ref)


def _authors(alert: Any, report: Any) -> list[str]:
    return sorted({*alert.actors, *([report.actor_name] if report.actor_name else [])})


def _judge_again(alert: Any, report: Any, value: Report, now: datetime) -> str:
    """Bring an open alert up to what a report, corrected since, asks for by itself."""
    ref = str(alert.ref)
    if alert.state == AlertState.CLOSED.value:
        return ref
    drafted = triggers.draft_for_report(value, (), value.reading.place, policy=policy_at(now), as_of=now)
    raised = _raised(alert, drafted.value) if drafted.value else {}
    changed = raised | (_placed(alert, report) if drafted.value else {})
    fields = changed | ({"events": sorted({*alert.events, *report.events})} if changed else {})
    # Whoever is named as an author is kept from the alert, whether it rises or not.
    if report.actor_name and report.actor_name not in alert.actors:
        fields["actors"] = _authors(alert, report)
    if not fields:
        return ref
    write.change_alert(alert, **fields)
    reasons = [because.as_json() for because in drafted.reasons]
    record.note(SYSTEM, ref, "corrected", at=now, after=alert_state(alert), reasons=reasons, report=report.ref)
    if changed:
        # What was sent out no longer holds: it is told again, raised or elsewhere.
        waking.announce_change(alert, now, is_raised=bool(raised))
        record.enqueue("watch", ref, run_at=now, key=f"watch:{ref}:corrected:{report.ref}:{now.isoformat()}")
    return ref


def _raised(alert: Any, draft: AlertDraft) -> dict[str, Any]:
    """Return what a draft raises an alert to; empty where it stands as high already."""
    levels = list(Level)
    if draft.priority.value >= alert.priority and levels.index(draft.level) <= levels.index(Level(alert.level)):
        return {}
    return {
        "level": max(draft.level, Level(alert.level), key=levels.index).value,
        "priority": min(draft.priority.value, alert.priority),
        "imminence": draft.imminence.value,
    }


def _placed(alert: Any, report: Any) -> dict[str, Any]:
    """Return where an alert is by its corrected report: where it had no place, or rests on this report alone."""
    is_alone = len(read.reports_of_alert(SYSTEM, alert)) == 1
    if report.place is None or report.place_id == alert.place_id or not (alert.place_id is None or is_alone):
        return {}
    return {"place": report.place, "lat": report.lat, "lon": report.lon, "sector": report.place.sector}


def acknowledge(viewer: Viewer, ref: str, *, now: datetime, through: str = "web") -> Any:
    """Write that a named person has the alert, or the one it was merged into; the ladder stops climbing.

    Raises
    ------
    Refusal
        When it is closed, or no named account asks.
    """
    with transaction.atomic():
        alert = _still_open(viewer, ref)
        account = read.account(viewer.account)
        if account is None:
            raise Refusal(Because("refused.no_account"))
        return _acknowledged(viewer, alert, account, now, through)


def _acknowledged(by: Viewer, alert: Any, account: Any, now: datetime, through: str) -> Any:
    if not write.acknowledge(alert, account, at=now, through=through):
        return alert
    fields: dict[str, Any] = {"screams_since": None}
    if alert.acknowledged_at is None:
        fields |= {"acknowledged_at": now, "acknowledged_by": account.username}
        fields["first_acknowledged_at"] = alert.first_acknowledged_at or now
    if alert.state in (AlertState.OPEN.value, AlertState.DISSEMINATED.value):
        fields["state"] = AlertState.ACKED.value
    write.change_alert(alert, **fields)
    facts = {"through": through} | ({"person": account.username} if account.username != by.account else {})
    record.note(by, alert.ref, "acknowledged", at=now, after=alert_state(alert), **facts)
    record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:ack:{account.username}:{now.isoformat()}")
    return alert


def log_call(
    viewer: Viewer, ref: str, *, whom: str, outcome: DutyCall, now: datetime, called_at: datetime, note: str = ""
) -> Any:
    """Write down a call to somebody about an alert; who was reached is told, and who has it has acknowledged.

    Raises
    ------
    Refusal
        When the alert is closed or withheld from that person, the call lies in the future, or they may not acknowledge.
    """
    with transaction.atomic():
        alert = _still_open(viewer, ref)
        account = _called(alert, whom, called_at, now)
        record_at = {"made_by": viewer.account, "made_at": now, "note": note[:400]}
        call = write.log_call(alert, account, outcome=outcome.value, called_at=called_at, **record_at)
        record.note(
            viewer, alert.ref, "called", at=now, after=alert_state(alert), person=whom, outcome=outcome.value, why=note
        )
        if outcome in (DutyCall.HAS_IT, DutyCall.REACHED):
            rung = account.rung if account.rung is not None else waking.OUTSIDE_RUNG
            write.tell(alert, account, rung=rung, at=called_at)
            write.see(alert, whom, at=called_at, through="voice")
        if outcome is DutyCall.HAS_IT:
            access.require(account_viewer(account), "acknowledge", "alert", alert)
            _acknowledged(viewer, alert, account, now, "voice")
        return call


def _called(alert: Any, whom: str, called_at: datetime, now: datetime) -> Any:
    """Return the account of whoever was called; refuse where the alert is withheld from them."""
    account = read.account(whom)
    if account is None:
        raise Refusal(Because("refused.no_account"))
    if called_at > now + _CLOCKS_DIFFER:
        raise Refusal(Because("call.in_the_future"))
    people = [person for row, person in read.people(now) if row.username == account.username]
    barred = who.withheld_from(waking.telling_of(alert, now), people)
    if barred and barred[0].withheld is not None:
        raise Refusal(barred[0].withheld)
    return account


def account_viewer(account: Any) -> Viewer:
    """Return the viewer that an account looks as."""
    return Viewer(
        account=account.username,
        role=Role(account.role),
        sector=account.sector,
        language=account.language,
        actor=account.actor,
    )


def escalate(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Any:
    """Tell the next rung at once, on a person's word."""
    with transaction.atomic():
        alert = _still_open(viewer, ref)
        told, reached = waking.address(alert, alert.rung + 1, now, again="escalate")
        write.change_alert(alert, rung=max(reached, alert.rung), nudged_at=now)
        record.note(viewer, alert.ref, "escalated_by_hand", at=now, after=alert_state(alert), told=told, why=why)
        return alert


def open_by_hand(viewer: Viewer, report_ref: str, *, why: str, now: datetime) -> str:
    """Open an alert on a report because a person says so, whatever the rules said.

    Where one is open already, that one is returned; a closed one does not keep a report from alarming.
    """
    with transaction.atomic():
        report = found_or_refuse(evidence.report_row(viewer, report_ref), "report")
        access.require(viewer, "create", "alert", report)
        already = read.alert_of_report(viewer, report)
        alert = _living(viewer, already.ref) if already is not None else None
        if alert is not None and alert.state != AlertState.CLOSED.value:
            return str(alert.ref)
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
