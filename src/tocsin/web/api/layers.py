"""Layers of the map as GeoJSON (RFC 7946): incidents, alerts, bases, and places that nobody reaches in time."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router

from tocsin.core.reference.results import Problem
from tocsin.services import matrix
from tocsin.store.queries import alerts, evidence, places
from tocsin.web.api.doors import Door, WrongData
from tocsin.web.api.shapes import ErrorOut, Moment, feature
from tocsin.web.gate import require

router = Router(tags=["map"])
_ERRORS: dict[int, Any] = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut}
_WORLD = (-180.0, -90.0, 180.0, 90.0)
MOST = 5000


@router.get("/incidents", auth=Door("read:incidents"), response={200: dict[str, Any], **_ERRORS})
def show_incidents(
    request: Any,
    bbox: Annotated[str, Query(max_length=120)] = "",
    as_of: Moment | None = None,
    days: Annotated[int, Query(ge=1, le=3660)] = 365,
) -> Any:
    """Return the incidents of a box (west,south,east,north) known at a moment, as GeoJSON; at most 5,000.

    `truncated` says that there are more: ask for a smaller box, or fewer days.
    """
    require(request.viewer, "read", "incident")
    rows = evidence.incidents_in_box(request.viewer, read_box(bbox), as_of=as_of or request.now, days=days)
    return collection((incident_feature(row) for row in rows), truncated=len(rows) >= MOST)


@router.get("/layers/alerts", auth=Door("read:alerts"), response={200: dict[str, Any], **_ERRORS})
def show_alerts(request: Any) -> Any:
    """Return the open alerts whose place is known, as GeoJSON."""
    require(request.viewer, "read", "alert")
    rows = alerts.alerts(request.viewer, state="open", most=500)
    known = [
        feature(row.lon, row.lat, ref=row.ref, level=row.level, priority=row.priority, state=row.state)
        for row in rows
        if row.lat is not None and row.lon is not None
    ]
    return collection(known, without_point=len(rows) - len(known))


@router.get("/layers/bases", auth=Door("read:coverage"), response={200: dict[str, Any], **_ERRORS})
def show_bases(request: Any, as_of: Moment | None = None) -> Any:
    """Return the bases of the mission at a moment, as GeoJSON."""
    require(request.viewer, "read", "coverage")
    rows = places.bases(request.viewer, as_of or request.now)
    return collection(
        feature(row.point.lon, row.point.lat, ref=row.ref, name=row.name, kind=row.kind.value) for row in rows
    )


@router.get("/layers/uncovered", auth=Door("read:coverage"), response={200: dict[str, Any], **_ERRORS})
def show_uncovered(request: Any, within_hours: Annotated[float, Query(gt=0, le=240)] = 2.0, night: bool = False) -> Any:
    """Return the places of the matrix that nobody able reaches in time, as GeoJSON."""
    shown = matrix.show(request.viewer, as_of=None, now=request.now)
    found = matrix.cover(request.viewer, shown, within_h=within_hours, night=night, now=request.now)
    return collection(
        feature(
            one.need.point.lon,
            one.need.point.lat,
            ref=one.need.place,
            name=one.need.label,
            category=one.need.category.value,
            gap_kind=one.gap_kind.value,
        )
        for one in found.uncovered
    )


def read_box(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north; the whole world where nothing was asked for."""
    if not text:
        return _WORLD
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise WrongData(Problem("SEC-104", "query.bbox", {"found": "west,south,east,north"})) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise WrongData(Problem("SEC-104", "query.bbox", {"found": "west,south,east,north"}))
    return west, south, east, north


def collection(features: Any, **members: Any) -> dict[str, Any]:
    """Return a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features), **members}


def incident_feature(row: Any) -> dict[str, Any]:
    """Return an incident as a GeoJSON point; a toll of null is unknown."""
    return feature(
        row.lon,
        row.lat,
        ref=row.ref,
        events=row.events,
        started_at=row.started_at,
        state=row.state,
        actor_type=row.actor_type or None,
        deaths_least=row.deaths_least,
        deaths_most=row.deaths_most,
        grade=row.grade or None,
        place_precision=row.place_precision,
        origin=row.origin,
    )
