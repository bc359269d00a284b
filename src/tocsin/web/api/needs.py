"""Places, the protection matrix, coverage and gaps: what is needed, and what can be done."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Path, Query, Router, Status

from tocsin.core.reference.terms import Category, GapState
from tocsin.services import allocation, matrix, outlook, outlook_export
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import finding, places, plans
from tocsin.store.queries import matrix as read_matrix
from tocsin.web.api.deeds import OBJECT
from tocsin.web.api.doors import Door
from tocsin.web.api.shapes import (
    ErrorOut,
    GapIn,
    GapMoveIn,
    GapOut,
    MatrixOut,
    Moment,
    PlaceOut,
    Ref,
    Words,
    counts_of,
    gap_out,
    place_out,
)
from tocsin.web.gate import require

router = Router(tags=["needs and means"])
_ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut}
Hours = Annotated[float, Query(gt=0, le=240)]


@router.get("/places", auth=Door("read:places"), response={200: list[PlaceOut], **_ERRORS})
def list_places(
    request: Any,
    q: Words = "",
    sector: Words = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Any:
    """Return places by name (however it is spelt) and sector, in the order of their names."""
    require(request.viewer, "read", "place")
    rows, _ = finding.find_places(request.viewer, q, sector=sector, page=page, most=limit)
    return [place_out(row) for row in rows]


@router.get("/places/{ref}", auth=Door("read:places"), response={200: PlaceOut, **_ERRORS})
def one_place(request: Any, ref: Annotated[Ref, Path()]) -> Any:
    """Return a place."""
    return place_out(found_or_refuse(places.place_row(request.viewer, ref), "place"))


@router.get("/matrix", auth=Door("read:matrix"), response={200: MatrixOut, **_ERRORS})
def show_matrix(
    request: Any,
    as_of: Moment | None = None,
    category: Literal["", "must", "should", "could", "watch"] = "",
    afresh: bool = False,
) -> Any:
    """Return the protection matrix, most needy line first. WATCH is unknown, which is not safe."""
    past = as_of if as_of and as_of < request.now else None
    shown = matrix.show(request.viewer, as_of=past, now=request.now, afresh=afresh)
    found = shown.assessment
    lines = [line for line in found.lines if not category or line.category is Category(category)]
    seen = read_matrix.refs_open_to(request.viewer, (ref for line in lines for ref in line.evidence))
    return {
        "as_of": found.as_of,
        "made_at": shown.made_at,
        "origin": shown.origin,
        "is_stale": shown.is_stale,
        "policy_version": found.policy_version,
        "rules_digest": found.rules_digest,
        "counts": counts_of(line.category for line in found.lines) if not shown.is_partial else None,
        "lines": [_line(line, seen) for line in lines],
    }


def _line(line: Any, seen: frozenset[str]) -> dict[str, Any]:
    """Return a line without the references that the caller may not open."""
    values: dict[str, Any] = line.as_json()
    values["evidence"] = [ref for ref in values["evidence"] if ref in seen]
    for reason in values["reasons"]:
        reason["evidence"] = [ref for ref in reason["evidence"] if not ref.startswith(("I-", "R-")) or ref in seen]
    return values


@router.get("/outlook", auth=Door("read:matrix"), response=OBJECT)
def show_outlook(request: Any, as_of: Moment | None = None) -> Any:
    """Return surges, the chance of harm at each place within four weeks, and how far they may be believed."""
    moment = as_of if as_of is not None and as_of < request.now else None
    shown = outlook.show(request.viewer, as_of=moment, now=request.now)
    return outlook_export.as_json(shown, request.viewer)


@router.get("/coverage", auth=Door("read:coverage"), response={200: dict[str, Any], **_ERRORS})
def show_coverage(request: Any, within_hours: Hours = 2.0, night: bool = False, as_of: Moment | None = None) -> Any:
    """Return who can be reached in time, who cannot and why, and what would close most. Reachable is not safe."""
    past = as_of if as_of and as_of < request.now else None
    shown = matrix.show(request.viewer, as_of=past, now=request.now)
    found = matrix.cover(request.viewer, shown, within_h=within_hours, night=night, now=request.now)
    return allocation.coverage_json(found)


@router.get("/gaps", auth=Door("read:gaps"), response={200: list[GapOut], **_ERRORS})
def list_gaps(request: Any, open_only: bool = True) -> Any:
    """Return capability gaps, newest first."""
    require(request.viewer, "read", "gap")
    return [gap_out(row) for row in plans.gaps(request.viewer, open_only=open_only)]


@router.post("/gaps", auth=Door("write:gaps"), response={201: GapOut, **_ERRORS})
def open_gap(request: Any, given: GapIn) -> Any:
    """Open a gap for a place that cannot be reached in time, saying what was done instead."""
    require(request.viewer, "create", "gap")
    shown = matrix.show(request.viewer, as_of=None, now=request.now)
    found = matrix.cover(request.viewer, shown, within_h=given.within_hours, night=given.night, now=request.now)
    gap = allocation.open_gap(request.viewer, found, given.place, done_instead=given.done_instead, now=request.now)
    return Status(201, gap_out(gap))


@router.post("/gaps/{ref}/move", auth=Door("write:gaps"), response={200: GapOut, **_ERRORS})
def move_gap(request: Any, ref: Annotated[Ref, Path()], given: GapMoveIn) -> Any:
    """Move a gap on its way up to the Council or to its end, with a reason."""
    return gap_out(allocation.move_gap(request.viewer, ref, to=GapState(given.to), why=given.why, now=request.now))
