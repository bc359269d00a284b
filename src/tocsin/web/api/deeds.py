"""What is done about an alert: calls, tasks, relays, harm, feedback and its end."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Path, Router, Status

from tocsin.core.alerts.harm import Suffered
from tocsin.core.reference.terms import DutyCall, HarmKind, HarmPhase, ResponseClass, ResponseTiming, TaskState
from tocsin.services import alerting, outcome, planning, regrouping, relaying, told
from tocsin.store.queries import alerts
from tocsin.web.api import given as shapes
from tocsin.web.api.doors import Door
from tocsin.web.api.shapes import AlertOut, ErrorOut, Ref, alert_out

router = Router(tags=["reports and alerts"])
ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut}
OBJECT: dict[int, Any] = {200: dict[str, Any], **ERRORS}
MADE: dict[int, Any] = {201: dict[str, Any], **ERRORS}
LIST: dict[int, Any] = {200: list[dict[str, Any]], **ERRORS}
ALERT: dict[int, Any] = {200: AlertOut, **ERRORS}
_READ, _WRITE = Door("read:alerts"), Door("write:alerts")
AlertRef = Annotated[Ref, Path()]


@router.get("/alerts/{ref}/told", auth=_READ, response=OBJECT)
def show_told(request: Any, ref: AlertRef) -> Any:
    """Return who was told of an alert, saw it and has it, and all that was done since. The look is written down."""
    return told.of_alert(request.viewer, ref, now=request.now, through="api")


@router.get("/alerts/{ref}/options", auth=_READ, response=OBJECT)
def show_options(request: Any, ref: AlertRef) -> Any:
    """Return what can be decided: by what mandate, on whose word, and what stands against each option."""
    return told.options_of(request.viewer, ref, now=request.now)


@router.post("/alerts/{ref}/escalate", auth=_WRITE, response=ALERT)
def escalate(request: Any, ref: AlertRef, given: shapes.WhyIn) -> Any:
    """Tell the next step of the ladder at once."""
    alerting.escalate(request.viewer, ref, why=given.why, now=request.now)
    return _alert(request, ref)


@router.post("/alerts/{ref}/calls", auth=_WRITE, response=MADE)
def log_call(request: Any, ref: AlertRef, given: shapes.CallIn) -> Any:
    """Write down a call about an alert; who said that they have it has acknowledged."""
    row = alerting.log_call(
        request.viewer,
        ref,
        whom=given.account,
        outcome=DutyCall(given.outcome),
        now=request.now,
        called_at=given.called_at or request.now,
        note=given.note,
    )
    return Status(201, told.call(row))


@router.post("/alerts/{ref}/tasks", auth=_WRITE, response=MADE)
def give_task(request: Any, ref: AlertRef, given: shapes.TaskIn) -> Any:
    """Give a task with a named owner and a time."""
    row = planning.give_task(
        request.viewer, ref, what=given.what, owner=given.owner, due_at=given.due_at, now=request.now, asset=given.asset
    )
    return Status(201, told.task(row))


@router.post("/tasks/{ref}/move", auth=_WRITE, response=OBJECT)
def move_task(request: Any, ref: AlertRef, given: shapes.TaskMoveIn) -> Any:
    """Move a task on; the way and the arrival show on the alert."""
    row = planning.move_task(request.viewer, ref, to=TaskState(given.to), now=request.now, note=given.note)
    return told.task(row)


@router.post("/alerts/{ref}/confirm", auth=_WRITE, response=ALERT)
def confirm(request: Any, ref: AlertRef, given: shapes.ConfirmIn) -> Any:
    """Write that a source other than the delegate saw the delegate act."""
    planning.confirm_delegate(request.viewer, ref, confirmed_by=given.confirmed_by, now=request.now)
    return _alert(request, ref)


@router.get("/alerts/{ref}/relays", auth=_READ, response=LIST)
def show_relays(request: Any, ref: AlertRef) -> Any:
    """Return word for word what each host authority would be sent, or why it is sent nothing."""
    return told.relay_drafts(request.viewer, ref, now=request.now)


@router.post("/alerts/{ref}/relays", auth=_WRITE, response=MADE)
def send_relay(request: Any, ref: AlertRef, given: shapes.RelayIn) -> Any:
    """Pass the bare threat on to one authority; where it is withheld, that somebody asked stays on record."""
    return Status(201, told.relay(relaying.relay(request.viewer, ref, to=given.to, now=request.now)))


@router.post("/alerts/{ref}/harm", auth=_WRITE, response=MADE)
def record_harm(request: Any, ref: AlertRef, given: shapes.HarmIn) -> Any:
    """Write what people suffered; nothing that was written before is changed."""
    suffered = Suffered(
        kind=HarmKind(given.kind),
        phase=HarmPhase(given.phase) if given.phase else None,
        least=given.least,
        most=given.most,
        started_at=given.started_at,
        ended_at=given.ended_at,
    )
    row = outcome.record_harm(
        request.viewer, ref, suffered, now=request.now, reports=given.reports[:50], note=given.note
    )
    return Status(201, told.harm(row, set(given.reports)))


@router.post("/alerts/{ref}/effect", auth=_WRITE, response=ALERT)
def report_effect(request: Any, ref: AlertRef, given: shapes.EffectIn) -> Any:
    """Write what came of it; the class and the timing follow from the record where it knows them."""
    planning.report_effect(
        request.viewer,
        ref,
        outcome=given.outcome,
        now=request.now,
        response=ResponseClass(given.response_class) if given.response_class else None,
        timing=ResponseTiming(given.timing) if given.timing else None,
    )
    return _alert(request, ref)


@router.post("/alerts/{ref}/feedback", auth=_WRITE, response=MADE)
def give_feedback(request: Any, ref: AlertRef, given: shapes.FeedbackIn) -> Any:
    """Write what the village was told, and answer those who had warned."""
    row = planning.give_feedback(request.viewer, ref, method=given.method, text=given.text, now=request.now)
    return Status(201, told.feedback(row))


@router.post("/alerts/{ref}/close", auth=_WRITE, response=ALERT)
def close(request: Any, ref: AlertRef, given: shapes.CloseIn) -> Any:
    """Close an alert on a named person's determination; a threat never ends by time alone."""
    planning.close(request.viewer, ref, now=request.now, **given.dict())
    return _alert(request, ref)


@router.post("/alerts/{ref}/merge", auth=_WRITE, response=MADE)
def merge(request: Any, ref: AlertRef, given: shapes.MergeAlertIn) -> Any:
    """Make two alerts of one event one; the deed it returns can be undone."""
    made = regrouping.merge_alerts(request.viewer, ref, given.into, why=given.why, now=request.now)
    return Status(201, told.deed(made))


def _alert(request: Any, ref: str) -> dict[str, Any]:
    return alert_out(alerts.alert_row(request.viewer, ref))
