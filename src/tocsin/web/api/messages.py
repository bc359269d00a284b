"""Reports and alerts: what came in, what it raised, who has it, what was decided."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Path, Query, Router, Status

from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import DecisionKind
from tocsin.services import alerting, doors, planning, viewing
from tocsin.store.queries import alerts, evidence
from tocsin.web.api.doors import Door, WrongData
from tocsin.web.api.shapes import AlertOut, DecisionIn, DecisionOut, ErrorOut, MessageIn, ReceiptOut, Ref, alert_out
from tocsin.web.gate import require

router = Router(tags=["reports and alerts"])
_ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut}
Page = Annotated[int, Query(ge=1, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/reports", auth=Door("read:reports"), response={200: list[dict[str, Any]], **_ERRORS})
def list_reports(
    request: Any,
    state: Literal["open", "all"] = "open",
    priority: Literal["", "P1", "P2", "P3", "P4"] = "",
    page: Page = 1,
    limit: Limit = 50,
) -> Any:
    """Return reports, the most urgent and newest first: without their texts and without their sources."""
    require(request.viewer, "read", "report")
    rows = evidence.queue(request.viewer, state=state, priority=priority, most=limit, page=page)
    return [evidence.state_of(row) for row in rows]


@router.get("/reports/{ref}", auth=Door("read:reports"), response={200: dict[str, Any], **_ERRORS})
def one_report(request: Any, ref: Annotated[Ref, Path()]) -> Any:
    """Return a report with its text as told, null where the caller may not see it. The look is written down."""
    row, text = viewing.show_report(request.viewer, ref, now=request.now)
    return evidence.state_of(row) | {"text": text, "because": row.because}


@router.post("/messages", auth=Door("write:reports"), response={201: ReceiptOut, **_ERRORS})
def record_message(request: Any, given: MessageIn) -> Any:
    """Write down what a member of the mission heard. It is on disk when this answers; the same again counts once."""
    require(request.viewer, "create", "report")
    fields = {
        "what": given.text, "place": given.place, "caller_number": given.caller_number, "language": given.language,
        "call_id": given.call_id, "consent": given.consent,
    }  # fmt: skip
    found = doors.take_hotline_sheet(request.viewer, fields, now=request.now)
    if isinstance(found, Problem):
        raise WrongData(found)
    return Status(201, {"ref": found.ref, "reply": found.reply})


@router.get("/alerts", auth=Door("read:alerts"), response={200: list[AlertOut], **_ERRORS})
def list_alerts(
    request: Any, state: Literal["open", "closed", "all"] = "open", page: Page = 1, limit: Limit = 50
) -> Any:
    """Return alerts, the most urgent and newest first."""
    require(request.viewer, "read", "alert")
    return [alert_out(row) for row in alerts.alerts(request.viewer, state=state, most=limit, page=page)]


@router.get("/alerts/{ref}", auth=Door("read:alerts"), response={200: AlertOut, **_ERRORS})
def one_alert(request: Any, ref: Annotated[Ref, Path()]) -> Any:
    """Return an alert. The look is written down."""
    return alert_out(viewing.show_alert(request.viewer, ref, now=request.now, through="api"))


@router.post("/alerts/{ref}/acknowledge", auth=Door("write:alerts"), response={200: AlertOut, **_ERRORS})
def acknowledge(request: Any, ref: Annotated[Ref, Path()]) -> Any:
    """Write that the caller's account has the alert; the ladder stops climbing. Twice is as good as once."""
    alerting.acknowledge(request.viewer, ref, now=request.now, through="api")
    return alert_out(alerts.alert_row(request.viewer, ref))


@router.post("/alerts/{ref}/decide", auth=Door("write:alerts"), response={201: DecisionOut, **_ERRORS})
def decide(request: Any, ref: Annotated[Ref, Path()], given: DecisionIn) -> Any:
    """Write a decision with its reason and the exact picture its maker had."""
    made = planning.decide(
        request.viewer,
        ref,
        kind=DecisionKind(given.kind),
        why=given.why,
        now=request.now,
        option=given.option,
        delegated_to=given.delegated_to,
        authority=given.authority,
    )
    names = ("ref", "kind", "made_by", "made_at", "picture_digest")
    return Status(201, {name: getattr(made, name) for name in names} | {"alert": ref})
