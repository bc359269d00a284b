"""Decide and act: a decision with its reasons and the exact picture seen, tasks, outcome, and the village told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts.types import Move
from tocsin.core.plans import tasks as task_rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    AlertState,
    Channel,
    DecisionKind,
    GapKind,
    ResponseClass,
    ResponseTiming,
    TaskState,
)
from tocsin.core.reference.viewer import Viewer
from tocsin.services import alerting, picture
from tocsin.services import outcome as outcome_of
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts as read
from tocsin.store.queries import places, plans
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import plans as write
from tocsin.store.writes import record

# The ways by which a source can be answered as it wrote.
_ANSWERED_BY: Final = frozenset(
    {Channel.SMS.value, Channel.WHATSAPP.value, Channel.TELEGRAM.value, Channel.EMAIL.value}
)
_MOST_TO_SOURCE: Final = 480
# Ways in which a village is told afterwards.
METHODS: Final = ("call", "visit", "radio", "sms", "meeting")


def decide(
    viewer: Viewer,
    ref: str,
    *,
    kind: DecisionKind,
    why: str,
    now: datetime,
    option: str = "",
    delegated_to: str = "",
    authority: str = "",
) -> Any:
    """Write a decision on an alert with its reason and the exact picture its maker saw.

    A hand-over to others stands as unconfirmed until an independent source confirms it. A refusal
    for lack of means opens a capability gap by itself.
    """
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "decide")
        by = Move(by=viewer.account, decision=kind, why=why, delegated_to=delegated_to)
        seen = picture.of_alert(viewer, alert, now=now)
        decision = write.decide(
            alert,
            kind=kind.value,
            why=why,
            by=viewer.account,
            at=now,
            picture=seen,
            option=option,
            authority=authority,
            delegated_to=delegated_to,
        )
        first = {"decided_at": now} if alert.decided_at is None else {}
        alerting.move(viewer, alert, AlertState.DECIDED, by, now=now, verb="decided", **first)
        if kind is DecisionKind.DELEGATE:
            alerting.move(
                viewer, alert, AlertState.DELEGATED_UNCONFIRMED, by, now=now, verb="delegated", delegated_at=now
            )
        if kind is DecisionKind.DECLINE_NO_MEANS:
            _open_gap(viewer, alert, seen, why, now)
        record.note(viewer, decision.ref, "decided", at=now, after=_decision_state(decision), alert=alert.ref)
        return decision


def _open_gap(viewer: Viewer, alert: Any, seen: dict[str, Any], why: str, now: datetime) -> None:
    """Open the gap that a refusal for lack of means shows; one alert has one, however often it is refused."""
    if read.has_open_gap(alert):
        return
    uncovered = (seen.get("reach") or {}).get("uncovered") or []
    first = uncovered[0] if uncovered else {}
    gap = write.raise_gap(
        kind=first.get("gap_kind", GapKind.MOBILITY_GROUND.value),
        by=viewer.account,
        at=now,
        alert=alert,
        place=alert.place,
        people=alert.place.people if alert.place else None,
        because=first.get("reason") or [Because("gap.declined", {"why": why}, (alert.ref,)).as_json()],
        closes_with=first.get("closes_with", []),
    )
    record.note(viewer, gap.ref, "gap_opened", at=now, after={"ref": gap.ref, "state": gap.state}, alert=alert.ref)


def confirm_delegate(viewer: Viewer, ref: str, *, confirmed_by: str, now: datetime) -> Any:
    """Write that a source other than the delegate saw the delegate act."""
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "decide")
        last = plans.decisions_of(viewer, alert)[-1:]
        delegate = last[0].delegated_to if last else ""
        by = Move(by=viewer.account, confirmed_by=confirmed_by, delegated_to=delegate)
        alerting.move(
            viewer,
            alert,
            AlertState.CONFIRMED_BY_INDEPENDENT_SOURCE,
            by,
            now=now,
            verb="delegate_confirmed",
            response_class=ResponseClass.PHYSICAL_BY_OTHER.value,
            confirmed_at=now,
        )
        return alert


def give_task(
    viewer: Viewer, ref: str, *, what: str, owner: str, due_at: datetime, now: datetime, asset: str = ""
) -> Any:
    """Give a task with a named owner and a time; the alert then stands as tasked."""
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "task")
        decisions = plans.decisions_of(viewer, alert)
        if not decisions:
            raise Refusal(Because("task.needs_decision", {}, (alert.ref,)))
        row = found_or_refuse(places.asset_row(viewer, asset), "asset") if asset else None
        task = write.make_task(
            alert, decisions[-1], what=what, owner=owner, due_at=due_at, by=viewer.account, at=now, asset=row
        )
        record.note(viewer, task.ref, "task_given", at=now, after=_task_state(task), alert=alert.ref)
        if alert.state == AlertState.DECIDED.value:
            alerting.move(viewer, alert, AlertState.TASKED, Move(by=viewer.account), now=now, verb="tasked")
        return task


def move_task(viewer: Viewer, ref: str, *, to: TaskState, now: datetime, note: str = "") -> Any:
    """Move a task on; on the way and arrival show on the alert, with the time of arrival."""
    with transaction.atomic():
        task = found_or_refuse(plans.task_row(viewer, ref), "task")
        alert = _alert_to(viewer, found_or_refuse(task.alert, "alert").ref, "task")
        judged = task_rules.may_move(TaskState(task.state), to, why=note)
        if not judged.value:
            raise Refusal(*judged.reasons)
        done_at = now if to is TaskState.DONE else None
        if not write.move_task(task, expected=task.state, to=to.value, note=note, done_at=done_at):
            raise Refusal(Because("task.moved_meanwhile", {}, (task.ref,)))
        record.note(viewer, task.ref, "task_moved", at=now, after=_task_state(task), alert=alert.ref)
        _follow_task(viewer, alert, to, now)
        return task


def _follow_task(viewer: Viewer, alert: Any, to: TaskState, now: datetime) -> None:
    by = Move(by=viewer.account)
    if to is TaskState.EN_ROUTE and alert.state == AlertState.TASKED.value:
        alerting.move(viewer, alert, AlertState.EN_ROUTE, by, now=now, verb="en_route")
    on_the_way = (AlertState.TASKED.value, AlertState.EN_ROUTE.value)
    if to is TaskState.ON_SCENE and alert.state in on_the_way:
        first = {"arrived_at": now} if alert.arrived_at is None else {}
        alerting.move(viewer, alert, AlertState.ON_SCENE, by, now=now, verb="arrived", **first)


def report_effect(
    viewer: Viewer,
    ref: str,
    *,
    outcome: str,
    now: datetime,
    response: ResponseClass | None = None,
    timing: ResponseTiming | None = None,
) -> Any:
    """Write what came of it: what was found, the class of the response, and when it came seen from the harm.

    The class and the timing follow from the record: who arrived, who was confirmed, what harm came
    when. What its maker says counts only where the record does not know.
    """
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "task")
        kind, when = outcome_of.response_of(viewer, alert)
        if kind is ResponseClass.NONE and response is not None:
            kind = response
        if when is ResponseTiming.UNKNOWN and timing is not None:
            when = timing
        alerting.move(
            viewer,
            alert,
            AlertState.EFFECT_REPORTED,
            Move(by=viewer.account),
            now=now,
            verb="effect_reported",
            response_class=kind.value,
            timing=when.value,
            outcome=outcome,
        )
        return alert


def give_feedback(viewer: Viewer, ref: str, *, method: str, text: str, now: datetime) -> Any:
    """Write what the community was told, and answer those who had warned."""
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "feedback")
        given = write_alerts.give_feedback(alert, method=method, text=text, at=now, by=viewer.account)
        _answer_those_who_warned(viewer, alert, text, now)
        first = {"feedback_at": now} if alert.feedback_at is None else {}
        alerting.move(
            viewer, alert, AlertState.FEEDBACK_GIVEN, Move(by=viewer.account), now=now, verb="feedback_given", **first
        )
        return given


def _answer_those_who_warned(viewer: Viewer, alert: Any, text: str, now: datetime) -> None:
    """Send what the community was told to each source, by the way it wrote, once a telling."""
    told: set[str] = set()
    for report in read.reports_of_alert(viewer, alert):
        source = report.source
        if source is None or source.ref in told or "consent_no_contact" in report.flags:
            continue
        told.add(source.ref)
        came_by = report.message.channel
        write_alerts.put_out(
            f"feedback:{alert.ref}:{source.ref}:{now.isoformat(timespec='seconds')}",
            purpose="feedback",
            code="outgoing.feedback",
            facts={"ref": report.message.ref, "text": text[:_MOST_TO_SOURCE]},
            created_at=now,
            source=source,
            alert=alert,
            channel=came_by if came_by in _ANSWERED_BY else Channel.SMS.value,
            language=(source.languages or [report.language or "en"])[0],
        )


def close(
    viewer: Viewer,
    ref: str,
    *,
    determination: str,
    now: datetime,
    why_no_feedback: str = "",
    is_false_alarm: bool = False,
    is_interested: bool | None = None,
    rests_on: Sequence[str] = (),
) -> Any:
    """Close an alert on a named person's determination; a threat never ends by time alone.

    `rests_on` are the reports and tasks of this alert that the determination rests on.
    """
    with transaction.atomic():
        alert = _alert_to(viewer, ref, "close")
        _refuse_determination(viewer, now)
        known = {row.ref for row in read.reports_of_alert(viewer, alert)}
        known |= {row.ref for row in plans.tasks_of(viewer, alert)}
        if set(rests_on) - known:
            raise Refusal(Because("move.rests_on_nothing_known"))
        by = Move(
            by=viewer.account,
            determination=determination,
            is_feedback_given=alert.feedback_at is not None,
            why_no_feedback=why_no_feedback,
            is_false_alarm=is_false_alarm,
            is_interested=is_interested,
        )
        alerting.move(
            viewer,
            alert,
            AlertState.CLOSED,
            by,
            now=now,
            verb="closed",
            closed_at=now,
            closed_by=viewer.account,
            over_at=now,
            over_by=viewer.account,
            screams_since=None,
            determination=determination,
            rests_on=sorted(rests_on),
            truth="nothing_happened" if is_false_alarm else alert.truth,
        )
        return alert


def _refuse_determination(viewer: Viewer, now: datetime) -> None:
    """Refuse to let a threat be over on the word of a role that the policy in force does not name."""
    held = alerting.policy_at(now)
    if held.step_down_roles and not viewer.system and viewer.role.value not in held.step_down_roles:
        raise Refusal(Because("policy.may_not_determine", {"version": held.version}))


def _alert_to(viewer: Viewer, ref: str, verb: str) -> Any:
    alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
    access.require(viewer, verb, "alert", alert)
    return alert


def _decision_state(decision: Any) -> dict[str, Any]:
    return {
        "ref": decision.ref,
        "alert": decision.alert.ref,
        "kind": decision.kind,
        "option": decision.option,
        "why": decision.why,
        "made_by": decision.made_by,
        "made_at": decision.made_at.isoformat(),
        "delegated_to": decision.delegated_to,
        "picture_digest": decision.picture_digest,
    }


def _task_state(task: Any) -> dict[str, Any]:
    return {
        "ref": task.ref,
        "alert": task.alert.ref if task.alert else None,
        "what": task.what,
        "owner": task.owner,
        "asset": task.asset.ref if task.asset else None,
        "due_at": task.due_at.isoformat(),
        "state": task.state,
        "note": task.note,
    }
