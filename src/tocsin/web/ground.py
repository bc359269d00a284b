"""What lies on the ground inside a frame, gathered for a map as far as the viewer may see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from tocsin.core.allocation.types import Coverage
from tocsin.core.places.areas import season_at
from tocsin.core.places.types import Point
from tocsin.core.reference import wording
from tocsin.core.reference.terms import Season
from tocsin.core.reference.viewer import Viewer
from tocsin.services import viewing
from tocsin.store.queries import alerts, finding, places
from tocsin.web import maps


def layers(
    viewer: Viewer,
    frame: maps.Frame,
    *,
    as_of: datetime,
    days: int,
    most_places: int = 250,
    uncovered: tuple[maps.Mark, ...] = (),
    here: tuple[maps.Mark, ...] = (),
) -> maps.Layers:
    """Return everything a map shows; a layer the viewer may not read stays empty."""
    box = frame.box
    sees_incidents = viewing.may(viewer, "read", "incident")
    spots = finding.places_in_box(viewer, box, most=most_places)
    kept_out = {(mark.lon, mark.lat) for mark in here}
    return maps.Layers(
        roads=_roads(viewer, frame, as_of),
        incidents=finding.points_in_box(viewer, box, as_of=as_of, within=timedelta(days=days))
        if sees_incidents
        else (),
        places=maps.as_marks(
            (row for row in spots if (row.lon, row.lat) not in kept_out), lambda row: reverse("place", args=[row.ref])
        ),
        uncovered=uncovered,
        bases=_bases(viewer, as_of),
        alerts=_alerts(viewer, as_of),
        here=here,
    )


def _bases(viewer: Viewer, as_of: datetime) -> tuple[maps.Mark, ...]:
    if not viewing.may(viewer, "read", "coverage"):
        return ()
    return tuple(maps.Mark(base.point.lon, base.point.lat, base.name) for base in places.bases(viewer, as_of))


def _alerts(viewer: Viewer, as_of: datetime) -> tuple[maps.Mark, ...]:
    """Return the alerts open at a moment, the most severe drawn last and so on top."""
    if not viewing.may(viewer, "read", "alert"):
        return ()
    rows = [
        row
        for row in alerts.alerts(viewer, state="all", most=500)
        if row.lat is not None and row.opened_at <= as_of and (row.closed_at is None or row.closed_at > as_of)
    ]
    return tuple(
        maps.Mark(
            row.lon or 0.0,
            row.lat or 0.0,
            f"{row.ref} · {wording.label(f'term.level.{row.level}', viewer.language)}",
            reverse("alert", args=[row.ref]),
            row.level,
        )
        for row in reversed(rows)
    )


def _roads(viewer: Viewer, frame: maps.Frame, as_of: datetime) -> list[maps.Way]:
    closed = {closure.road: closure.status.value for closure in places.closures(viewer, as_of)}
    middle = Point((frame.south + frame.north) / 2, (frame.west + frame.east) / 2)
    is_wet = season_at(middle, as_of) is Season.WET
    return [
        maps.Way(
            (row.origin.lon, row.origin.lat),
            (row.destination.lon, row.destination.lat),
            closed.get(row.ref) or (row.wet if is_wet else row.dry),
        )
        for row in finding.roads_in_box(viewer, frame.box)
    ]


def uncovered_marks(uncovered: Any) -> tuple[maps.Mark, ...]:
    """Return the places that nobody reaches in time as marks."""
    return tuple(
        maps.Mark(
            one.need.point.lon,
            one.need.point.lat,
            one.need.label,
            reverse("place", args=[one.need.place]),
            one.need.category.value,
        )
        for one in uncovered
    )


def names_of(found: Coverage, viewer: Viewer) -> dict[str, str]:
    """Return what the bases, assets and places of a coverage are called, by reference."""
    as_of = datetime.fromisoformat(found.assumptions["as_of"])
    bases = {base.ref: base.name for base in found.bases}
    assets = {
        one.ref: f"{wording.label(f'term.asset_kind.{one.kind.value}', viewer.language)} · {bases.get(one.base, one.base)}"
        for one in places.assets(viewer, as_of)
    }
    needs = [*(one.need for one in found.covered), *(one.need for one in found.uncovered)]
    return {need.place: need.label for need in needs} | bases | assets
