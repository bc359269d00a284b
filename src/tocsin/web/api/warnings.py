"""Warnings to the people at risk: written, judged, released by a second person, followed, and who answered."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tocsin.core.reference.terms import CapKind, WelfareAnswer
from tocsin.services import told_networks, warning_drafts, warnings, welfare
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import warnings as read
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, MADE, OBJECT, AlertRef
from tocsin.web.api.doors import Door
from tocsin.web.api.duty import Number
from tocsin.web.gate import require

router = Router(tags=["warnings"])
_READ, _WRITE = Door("read:warnings"), Door("write:warnings")


@router.get("/warnings", auth=_READ, response=LIST)
def list_warnings(request: Any) -> Any:
    """Return warnings, drafts first, then the newest, each with how many were told and answered."""
    require(request.viewer, "read", "warning")
    return [told_networks.warning_line(request.viewer, row) for row in read.warnings(request.viewer)]


@router.post("/warnings", auth=_WRITE, response=MADE)
def write_warning(request: Any, given: shapes.WarningIn) -> Any:
    """Write a draft; what is left out is proposed by the alert, its places and their languages."""
    row = warning_drafts.write(request.viewer, given.dict(), now=request.now)
    return Status(201, told_networks.warning(request.viewer, row.ref, now=request.now))


@router.get("/warnings/{ref}", auth=_READ, response=OBJECT)
def one_warning(request: Any, ref: AlertRef) -> Any:
    """Return one warning with what stands against it and how it sounds in every language."""
    return told_networks.warning(request.viewer, ref, now=request.now)


@router.post("/warnings/{ref}/change", auth=_WRITE, response=OBJECT)
def change_warning(request: Any, ref: AlertRef, given: shapes.WarningIn) -> Any:
    """Write a draft over; what is left out stays as it was. Whoever wrote last cannot be its second person."""
    warning_drafts.write(request.viewer, given.dict(), ref=ref, now=request.now)
    return told_networks.warning(request.viewer, ref, now=request.now)


@router.post("/warnings/{ref}/release", auth=_WRITE, response=OBJECT)
def release(request: Any, ref: AlertRef, given: shapes.SeenWarningIn) -> Any:
    """Release a warning as its second person, with the mark under which it was read (`seen`); never as its author."""
    warnings.release(request.viewer, ref, seen=given.seen, now=request.now)
    return told_networks.warning(request.viewer, ref, now=request.now)


@router.post("/warnings/{ref}/at-once", auth=_WRITE, response=OBJECT)
def release_at_once(request: Any, ref: AlertRef, given: shapes.AtOnceIn) -> Any:
    """Tell the focal points at once, by one person and with the reason; near an open alert of priority 1 only."""
    warnings.release_in_emergency(request.viewer, ref, seen=given.seen, why=given.why, now=request.now)
    return told_networks.warning(request.viewer, ref, now=request.now)


@router.post("/warnings/{ref}/update", auth=_WRITE, response=MADE)
def update(request: Any, ref: AlertRef) -> Any:
    """Begin an update of a released warning; an extension is an update with a later end."""
    return _follow(request, ref, CapKind.UPDATE)


@router.post("/warnings/{ref}/cancel", auth=_WRITE, response=MADE)
def cancel(request: Any, ref: AlertRef) -> Any:
    """Begin the cancellation of a released warning; it too is released by a second person."""
    return _follow(request, ref, CapKind.CANCEL)


@router.post("/warnings/{ref}/drop", auth=_WRITE, response=OBJECT)
def drop(request: Any, ref: AlertRef, given: shapes.WhyIn) -> Any:
    """Leave a draft aside; it stays on record."""
    return read.state_of(warnings.drop(request.viewer, ref, why=given.why, now=request.now))


@router.get("/warnings/{ref}/answers", auth=_READ, response=LIST)
def list_answers(request: Any, ref: AlertRef) -> Any:
    """Return where people were warned and what they answered, those who need help first; never who."""
    row = found_or_refuse(read.warning_row(request.viewer, ref), "warning")
    return [told_networks.recipient(one) for one in read.recipients(request.viewer, row)]


@router.post("/warnings/{ref}/answers/{number}", auth=_WRITE, response=OBJECT)
def note_answer(request: Any, ref: AlertRef, number: Number, given: shapes.AnswerIn) -> Any:
    """Write that somebody on the list was called or met, and what they answered."""
    answer = WelfareAnswer(given.answer) if given.answer else None
    welfare.note_call(request.viewer, ref, number, answer=answer, now=request.now)
    row = found_or_refuse(read.warning_row(request.viewer, ref), "warning")
    return told_networks.recipient(next(one for one in read.recipients(request.viewer, row) if one.pk == number))


@router.get("/warnings/{ref}/cap", auth=_READ, response=OBJECT)
def cap_file(request: Any, ref: AlertRef) -> Any:
    """Return the signed CAP file of a released warning."""
    row = found_or_refuse(read.warning_row(request.viewer, ref), "warning")
    return {"ref": row.ref, "identifier": row.identifier, "cap": found_or_refuse(row.cap or None, "warning")}


def _follow(request: Any, ref: str, kind: CapKind) -> Any:
    row = warnings.follow(request.viewer, ref, kind, now=request.now)
    return Status(201, told_networks.warning(request.viewer, row.ref, now=request.now))
