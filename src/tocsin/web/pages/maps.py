"""The map: drawn on the server and read without a script; the large one in the browser is asked for by a button."""

from __future__ import annotations

import math
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tocsin.services import matrix, viewing
from tocsin.services.local_time import is_night
from tocsin.store.queries import alerts, finding
from tocsin.web import gate, ground, maps

WIDTH, HEIGHT = 1080, 720
NEAREST_KM, DEFAULT_DAYS = 15.0, 90
DAYS: Final = (7, 30, 90, 365)


def show(request: Any) -> HttpResponse:
    """Show the map of the mission, or of what was zoomed to."""
    viewer, as_of = request.viewer, gate.moment(request)
    gate.require(viewer, "read", "place")
    whole = _whole(viewer)
    if whole is None:
        return render(request, "maps/empty.html")
    frame = _frame(request, whole)
    days = gate.number(request.GET.get("days", ""), least=1, most=3660, otherwise=DEFAULT_DAYS)
    uncovered = _uncovered(request) if "uncovered" in request.GET else ()
    layers = ground.layers(viewer, frame, as_of=as_of, days=days, uncovered=uncovered)
    context = {
        "map": maps.draw(frame, layers, title=_("Map of the mission")),
        "incidents": len(layers.incidents), "alerts": [mark for mark in reversed(layers.alerts) if frame.holds(mark.lon, mark.lat)],
        "bases": layers.bases, "uncovered": uncovered, "with_uncovered": "uncovered" in request.GET, "days": days,
        "all_days": DAYS, "opens": viewing.open_to(viewer), "moment": as_of,
        "unplaced": _unplaced(viewer), **_ways(request, frame, whole, days),
    }  # fmt: skip
    return render(request, "maps/map.html", context)


def _unplaced(viewer: Any) -> int:
    """Return how many open alerts no map can show, because nobody knows where they are."""
    if not viewing.may(viewer, "read", "alert"):
        return 0
    return sum(row.lat is None for row in alerts.alerts(viewer, state="open", most=500))


def _whole(viewer: Any) -> maps.Frame | None:
    box = finding.extent(viewer)
    return maps.frame_around(box, WIDTH, HEIGHT) if box else None


def _frame(request: Any, whole: maps.Frame) -> maps.Frame:
    """Return the part that was asked for: a point and how many kilometres around it; the whole where it makes no sense."""
    try:
        lat, lon, km = (float(request.GET[name]) for name in ("lat", "lon", "km"))
    except (KeyError, ValueError):
        return whole
    if not (-85 <= lat <= 85 and -180 <= lon <= 180 and 0 < km <= 20_000):
        return whole
    return maps.frame_at(lat, lon, km=max(km, NEAREST_KM), width=WIDTH, height=HEIGHT)


def _ways(request: Any, frame: maps.Frame, whole: maps.Frame, days: int) -> dict[str, Any]:
    """Return the addresses that move the map: nearer, wider, and the four directions."""
    lat, lon = (frame.south + frame.north) / 2, (frame.west + frame.east) / 2
    up, right = (frame.north - frame.south) / 3, (frame.east - frame.west) / 3
    kept = {"days": days} | {name: request.GET[name] for name in ("uncovered", "as_of") if name in request.GET}

    def address(lat: float, lon: float, km: float) -> str:
        return "?" + urlencode({"lat": f"{lat:.3f}", "lon": f"{lon:.3f}", "km": f"{km:.0f}"} | kept)

    km = frame.km_wide
    can_widen = km < whole.km_wide * 1.5 and math.isfinite(km)
    return {
        "nearer": address(lat, lon, km / 2) if km / 2 >= NEAREST_KM else "",
        "wider": address(lat, lon, km * 2) if can_widen else "",
        "north": address(min(lat + up, 85), lon, km), "south": address(max(lat - up, -85), lon, km),
        "east": address(lat, lon + right, km), "west": address(lat, lon - right, km),
        "whole": "?" + urlencode(kept), "here": {"lat": f"{lat:.3f}", "lon": f"{lon:.3f}", "km": f"{km:.0f}"},
    }  # fmt: skip


def _uncovered(request: Any) -> tuple[maps.Mark, ...]:
    viewer = request.viewer
    if not viewing.may(viewer, "read", "coverage"):
        return ()
    shown = matrix.show(viewer, as_of=gate.past_moment(request), now=request.now)
    night = is_night(shown.assessment.as_of)
    found = matrix.cover(viewer, shown, within_h=2.0, night=night, now=request.now)
    return ground.uncovered_marks(found.uncovered)


def large(request: Any) -> HttpResponse:
    """Show the large map, which the browser draws; it needs a script and a faster line."""
    viewer = request.viewer
    gate.require(viewer, "read", "place")
    whole = _whole(viewer)
    if whole is None:
        return render(request, "maps/empty.html")
    kinds = viewing.open_to(viewer)
    asked = (
        ("incidents", "incident", "api:show_incidents"), ("uncovered", "coverage", "api:show_uncovered"),
        ("bases", "coverage", "api:show_bases"), ("alerts", "alert", "api:show_alerts"),
    )  # fmt: skip
    context = {
        "box": ",".join(f"{edge:.4f}" for edge in whole.box),
        "layers": [{"name": name, "address": reverse(view)} for name, kind, view in asked if kind in kinds],
        "languages": settings.LANGUAGES,
    }
    return render(request, "maps/large.html", context)


urlpatterns = [path("map/", show, name="map"), path("map/large/", large, name="map_large")]
