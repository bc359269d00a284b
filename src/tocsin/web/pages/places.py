"""Places: the list, everything known of one place on one page, and one incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Base, Point
from tocsin.core.reference.terms import PlaceKind
from tocsin.services import matrix, replay, viewing
from tocsin.services.refusals import found_or_refuse
from tocsin.store.queries import alerts, evidence, finding, places, plans
from tocsin.store.queries import matrix as read_matrix
from tocsin.web import deeds, gate, ground, maps

PAGE: Final = 100
MONTHS: Final = 24
MAP_KM: Final = 70.0


def list_places(request: Any) -> HttpResponse:
    """Show the places by name and sector."""
    gate.require(request.viewer, "read", "place")
    text = gate.plain(request.GET.get("q", ""), 80)
    sector = gate.plain(request.GET.get("sector", ""), 20)
    kind = request.GET.get("kind", "")
    kind = kind if kind in [one.value for one in PlaceKind] else ""
    page = gate.number(request.GET.get("page", "1"), least=1, most=100_000, otherwise=1)
    rows, total = finding.find_places(request.viewer, text, sector=sector, kind=kind, page=page, most=PAGE)
    shown = {
        "rows": rows, "total": total, "q": text, "sector": sector, "kind": kind, "kinds": list(PlaceKind),
        "sectors": finding.sectors(request.viewer), "page": page, "has_next": page * PAGE < total,
        "first": (page - 1) * PAGE + 1, "last": (page - 1) * PAGE + len(rows),
    }  # fmt: skip
    return render(request, "places/list.html", shown)


def place(request: Any, ref: str) -> HttpResponse:
    """Show one place: what is known, what is not, and what could be done."""
    viewer, as_of = request.viewer, gate.moment(request)
    row = found_or_refuse(places.place_row(viewer, ref), "place")
    here = Point(row.lat, row.lon)
    reports = [one for one in evidence.reports_of_place(viewer, ref, most=60) if one.received_at <= as_of][:15]
    opened = [one for one in alerts.alerts_of_place(viewer, ref, most=60) if one.opened_at <= as_of][:15]
    shown = {
        "place": row,
        "reports": reports,
        "alerts": opened,
        "heard_at": _heard_at(row, reports, as_of),
        "sites": places.sites(viewer, ref),
        "work": places.partners(viewer, ref),
        "displacement": places.displacement(viewer, ref, as_of),
        "gaps": [gap for gap in plans.gaps(viewer) if gap.place_id == row.pk and gap.raised_at <= as_of],
        "opens": viewing.open_to(viewer),
        "moment": as_of,
        **_incidents(request, row, as_of),
        **_line(request, row, as_of),
        **_reach(viewer, here, as_of),
        "map": _map(request, row, as_of),
    }
    return render(request, "places/place.html", shown)


def _heard_at(row: Any, reports: Sequence[Any], as_of: datetime) -> datetime | None:
    """Return when anything was last heard from here; None is never, which is not calm."""
    moments = [one.received_at for one in reports]
    if row.last_heard_at is not None and row.last_heard_at <= as_of:
        moments.append(row.last_heard_at)
    return max(moments, default=None)


def _incidents(request: Any, row: Any, as_of: datetime) -> dict[str, Any]:
    counted = dict(evidence.incident_months(request.viewer, row.ref, as_of=as_of))
    newest = (as_of.year - 1970) * 12 + as_of.month - 1
    months = [counted.get(month, 0) for month in range(newest - MONTHS + 1, newest + 1)]
    title = _("Incidents on record here, by month, over 24 months: %(total)d") % {"total": sum(months)}
    return {
        "incidents": evidence.incidents_of_place(request.viewer, row.ref, as_of=as_of, most=12),
        "bars": maps.bars(months, title=title),
        "incidents_total": sum(months),
    }


def _line(request: Any, row: Any, as_of: datetime) -> dict[str, Any]:
    viewer = request.viewer
    may_read = viewing.may(viewer, "read", "matrix")
    actions = read_matrix.actions_of(viewer, row.ref, as_of=as_of) if may_read else []
    found = matrix.line_of(viewer, row.ref, as_of=gate.past_moment(request), now=request.now)
    if found is None:
        return {"line": None, "line_as_of": None, "seen": frozenset(), "actions": actions}
    line, judged_at = found
    refs = [ref for reason in (*line.imminence.reasons, *line.reasons) for ref in reason.evidence]
    seen = read_matrix.refs_open_to(viewer, refs)
    return {"line": line, "line_as_of": judged_at, "seen": seen, "actions": actions}


def _reach(viewer: Any, here: Point, as_of: datetime) -> dict[str, Any]:
    """Return how long the way is from the three nearest bases."""
    if not viewing.may(viewer, "read", "coverage"):
        return {"reach": None}
    nearest: list[Base] = sorted(places.bases(viewer, as_of), key=lambda base: distance_km(here, base.point))[:3]
    network = matrix.road_network(as_of)
    ways = network.travels([(base.point, here) for base in nearest]) if nearest else []
    return {"reach": [{"base": base, "way": way} for base, way in zip(nearest, ways, strict=True)]}


def _map(request: Any, row: Any, as_of: datetime) -> Any:
    frame = maps.frame_at(row.lat, row.lon, km=MAP_KM, width=460, height=340)
    mark = maps.Mark(row.lon, row.lat, row.name)
    drawn = ground.layers(request.viewer, frame, as_of=as_of, days=365, most_places=40, here=(mark,))
    return maps.draw(frame, drawn, title=_("Map of the surroundings"))


def incident(request: Any, ref: str) -> HttpResponse:
    """Show one incident: what we hold happened, and the reports that tell of it; or as it was at a past moment."""
    as_of = gate.past_moment(request)
    if as_of is not None:
        past = replay.as_it_was(request.viewer, ref, as_of=as_of, now=request.now)
        return render(request, "desk/past.html", {"past": past, "timeline": deeds.told(past["timeline"])})
    row = found_or_refuse(evidence.incident_row(request.viewer, ref), "incident")
    shown = {
        "incident": row,
        "reports": evidence.reports_of_incident(request.viewer, row),
        "deaths": (row.deaths_least, row.deaths_most),
    }
    return render(request, "places/incident.html", shown)


urlpatterns = [
    path("places/", list_places, name="places"),
    path("places/<str:ref>/", place, name="place"),
    path("incidents/<str:ref>/", incident, name="incident"),
]
