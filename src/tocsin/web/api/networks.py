"""Networks, their silences and drills, and the call-backs of the hotline; never how to reach anybody."""

from __future__ import annotations

from typing import Any

from ninja import Router, Status

from tocsin.services import drills, hotline, told_networks
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import networks as read
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, MADE, OBJECT, AlertRef
from tocsin.web.api.doors import Door
from tocsin.web.gate import require

router = Router(tags=["networks"])
_READ, _WRITE = Door("read:networks"), Door("write:networks")


@router.get("/networks", auth=_READ, response=LIST)
def list_networks(request: Any) -> Any:
    """Return the networks by name."""
    require(request.viewer, "read", "network")
    return [told_networks.network(row) for row in read.networks(request.viewer)]


@router.get("/nodes", auth=_READ, response=LIST)
def list_nodes(request: Any) -> Any:
    """Return who keeps watch where and when each was last heard, the silent first; never who they are."""
    require(request.viewer, "read", "network")
    points = read.focal_points(request.viewer, on=request.now.date())
    return told_networks.nodes(points, as_of=request.now)


@router.get("/nodes/{ref}/check-ins", auth=_READ, response=LIST)
def list_check_ins(request: Any, ref: AlertRef) -> Any:
    """Return when a node was asked whether all is well, and when it answered."""
    point = found_or_refuse(read.focal_row(request.viewer, ref), "network")
    return [told_networks.check_in(row) for row in read.check_ins_of(request.viewer, point)]


@router.get("/silences", auth=_READ, response=LIST)
def list_silences(request: Any, is_open: bool = True) -> Any:
    """Return the silences that last, the newest first; each names its alert, and who acknowledges that has it."""
    require(request.viewer, "read", "network")
    return [told_networks.silent(row) for row in read.silences(request.viewer, is_open=is_open)]


@router.get("/drills", auth=_READ, response=LIST)
def list_drills(request: Any, is_running: bool = False) -> Any:
    """Return drills, the newest first."""
    require(request.viewer, "read", "network")
    return [told_networks.drill(row) for row in read.drills(request.viewer, running=is_running)]


@router.get("/drills/{ref}", auth=_READ, response=OBJECT)
def one_drill(request: Any, ref: AlertRef) -> Any:
    """Return who was asked in a drill, who answered and how fast, and what was told in it."""
    return told_networks.drill_results(request.viewer, ref)


@router.post("/networks/{ref}/drills", auth=_WRITE, response=MADE)
def begin_drill(request: Any, ref: AlertRef, given: shapes.DrillIn) -> Any:
    """Begin a drill: everybody in the network is asked, and what they answer stays apart from what is real."""
    row = drills.begin_drill(request.viewer, ref, text=given.text, now=request.now)
    return Status(201, told_networks.drill(row))


@router.post("/drills/{ref}/end", auth=_WRITE, response=OBJECT)
def end_drill(request: Any, ref: AlertRef) -> Any:
    """End a drill and tell everybody in it."""
    drills.end_drill(request.viewer, ref, now=request.now)
    return told_networks.drill_results(request.viewer, ref)


@router.post("/reports/{ref}/live", auth=_WRITE, response=OBJECT)
def declare_live(request: Any, ref: AlertRef) -> Any:
    """Take a report of a drill for real: it is judged anew and wakes whom it must wake."""
    return {"report": drills.declare_live(request.viewer, ref, now=request.now).ref}


@router.get("/call-backs", auth=_READ, response=LIST)
def list_call_backs(request: Any) -> Any:
    """Return who waits to be called back, the most urgent first, each with who on duty speaks the language."""
    return [told_networks.waiting(one) for one in hotline.waiting_for(request.viewer, now=request.now)]


@router.post("/call-backs/{ref}", auth=_WRITE, response=OBJECT)
def called_back(request: Any, ref: AlertRef, given: shapes.CallBackIn) -> Any:
    """Write what came of a call-back; without an answer it stays on the list and is counted."""
    row = hotline.call_back(request.viewer, ref, outcome=given.outcome, now=request.now)
    row.refresh_from_db()
    return told_networks.call_back(row)


@router.get("/call-loads", auth=_READ, response=LIST)
def list_loads(request: Any) -> Any:
    """Return how many calls each counsellor takes, those on duty and the least busy first."""
    return [told_networks.load(one) for one in hotline.loads(request.viewer, now=request.now)]
