"""The watch: who has it, the rota, quiet hours, and handing over."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Any

from ninja import Path, Router, Status

from tocsin.core.reference.terms import Priority
from tocsin.services import handover, rota, told
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import desk, duty
from tocsin.web.api import given as shapes
from tocsin.web.api.deeds import LIST, MADE, OBJECT, AlertRef
from tocsin.web.api.doors import Door
from tocsin.web.api.shapes import Moment
from tocsin.web.gate import require

router = Router(tags=["the watch"])
_READ, _WRITE = Door("read:duty"), Door("write:duty")
Number = Annotated[int, Path(ge=1, le=2_000_000_000)]
AccountName = Annotated[shapes.Account, Path()]


@router.get("/duty", auth=_READ, response=OBJECT)
def show_duty(request: Any, as_of: Moment | None = None) -> Any:
    """Return who has the watch at a moment, in which languages, and who is away."""
    moment = as_of or request.now
    found = rota.standing(request.viewer, as_of=moment)
    return {
        "as_of": told.moment(moment),
        "on_duty": [told.on_duty(one) for one in found.on_duty],
        "away": list(found.away),
    }


@router.get("/duty/shifts", auth=_READ, response=OBJECT)
def show_shifts(request: Any, since: Moment | None = None, until: Moment | None = None) -> Any:
    """Return the rota of a period, seven days from now where none is named, and when nobody has the watch."""
    start = since or request.now
    end = until or start + timedelta(days=7)
    shifts, holes = rota.stretch(request.viewer, since=start, until=end)
    return {
        "shifts": [told.shift(one) for one in shifts],
        "holes": [
            {"sector": one.sector, "starts_at": told.moment(one.starts_at), "ends_at": told.moment(one.ends_at)}
            for one in holes
        ],
    }


@router.post("/duty/shifts", auth=_WRITE, response=MADE)
def enter_shift(request: Any, given: shapes.ShiftIn) -> Any:
    """Enter a watch, or an absence."""
    row = rota.enter(
        request.viewer,
        given.account,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        now=request.now,
        sector=given.sector,
        is_absence=given.is_absence,
    )
    return Status(201, told.shift(duty.shift_value(row)))


@router.post("/duty/shifts/{number}/hand-over", auth=_WRITE, response=OBJECT)
def hand_over(request: Any, number: Number, given: shapes.TakerIn) -> Any:
    """Hand a watch over, from now or from its start, to somebody who is free then."""
    row = rota.hand_over(request.viewer, number, to=given.to, now=request.now)
    return told.shift(duty.shift_value(row))


@router.post("/duty/shifts/{number}/take-out", auth=_WRITE, response=OBJECT)
def take_out(request: Any, number: Number) -> Any:
    """Take an entry out; one that has begun ends now, and what was stays on record."""
    rota.take_out(request.viewer, number, now=request.now)
    return {"number": number}


@router.post("/duty/{account}/deputy", auth=_WRITE, response=OBJECT)
def set_deputy(request: Any, account: AccountName, given: shapes.DeputyIn) -> Any:
    """Name who stands in where nobody of the rung has the watch."""
    rota.set_deputy(request.viewer, account, deputy=given.deputy or "", now=request.now)
    return told.keeper(rota.keeper(request.viewer, account))


@router.post("/duty/{account}/habits", auth=_WRITE, response=OBJECT)
def set_habits(request: Any, account: AccountName, given: shapes.HabitsIn) -> Any:
    """Write when somebody is not to be woken, for what all the same, and the languages they speak."""
    rota.set_habits(
        request.viewer,
        account,
        quiet_from=time.fromisoformat(given.quiet_from) if given.quiet_from else None,
        quiet_until=time.fromisoformat(given.quiet_until) if given.quiet_until else None,
        wakes_for=Priority(given.wakes_for),
        speaks=given.speaks,
        now=request.now,
    )
    return told.keeper(rota.keeper(request.viewer, account))


@router.get("/handovers", auth=_READ, response=LIST)
def list_handovers(request: Any) -> Any:
    """Return the hand-overs of the desk, the newest first."""
    return [told.handover(request.viewer, row) for row in desk.handovers(request.viewer)]


@router.post("/handovers", auth=_WRITE, response=MADE)
def make_handover(request: Any) -> Any:
    """Make a hand-over from the record since the last one that was accepted."""
    return Status(201, told.handover(request.viewer, handover.begin(request.viewer, now=request.now)))


@router.get("/handovers/{ref}", auth=_READ, response=OBJECT)
def one_handover(request: Any, ref: AlertRef) -> Any:
    """Return a hand-over with its newest version."""
    require(request.viewer, "read", "alert")
    row = found_or_refuse(desk.handover_row(request.viewer, ref), "handover")
    return told.handover(request.viewer, row)


@router.post("/handovers/{ref}/write", auth=_WRITE, response=OBJECT)
def write_handover(request: Any, ref: AlertRef, given: shapes.NoteIn) -> Any:
    """Write a further version with the giver's own words and the figures anew."""
    handover.write_down(request.viewer, ref, given.note, now=request.now)
    return one_handover(request, ref)


@router.post("/handovers/{ref}/sign", auth=_WRITE, response=OBJECT)
def sign_handover(request: Any, ref: AlertRef) -> Any:
    """Sign a hand-over as its giver: from now on it can be accepted, and no longer be changed."""
    handover.sign(request.viewer, ref, now=request.now)
    return one_handover(request, ref)


@router.post("/handovers/{ref}/accept", auth=_WRITE, response=OBJECT)
def accept_handover(request: Any, ref: AlertRef) -> Any:
    """Accept a signed hand-over: the watch is then the taker's."""
    handover.accept(request.viewer, ref, now=request.now)
    return one_handover(request, ref)
