"""The joint view: what two components or more report of one event, side by side, with every owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tocsin.services import desk, viewing
from tocsin.web import gate

# What is set side by side; a field in which the components differ is marked.
FIELDS: Final = ("place", "starts_at", "events", "actor", "toll", "imminence")


def joint(request: Any) -> HttpResponse:
    """Show every event that more than one component speaks of, and pairs that may be one."""
    gate.require(request.viewer, "read", "report")
    events = [_event(rows) for rows in desk.joint(request.viewer, now=request.now)]
    shown = {
        "events": events,
        "pairs": desk.perhaps_joint(request.viewer, now=request.now),
        "may_verify": viewing.may(request.viewer, "verify", "report"),
    }
    return render(
        request, "desk/joint_events.html" if request.htmx and not request.htmx.boosted else "desk/joint.html", shown
    )


def _event(rows: Sequence[Any]) -> dict[str, Any]:
    return {"incident": rows[0].incident, "columns": by_component(rows)}


def by_component(rows: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the reports of one event by component, each with the fields in which it differs from another's."""
    told = {row.pk: _told(row) for row in rows}
    differs = {
        name
        for name in FIELDS
        if len({repr(one[name]) for one in told.values() if one[name] not in (None, "", [], {})}) > 1
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.component, []).append({"report": row, "differs": differs, "told": told[row.pk]})
    return found


def _told(row: Any) -> dict[str, Any]:
    return {
        "place": row.place.name if row.place else None,
        "starts_at": row.starts_at,
        "events": sorted(row.events),
        "actor": row.actor_name or row.actor_type,
        "toll": row.toll,
        "imminence": row.imminence,
    }


urlpatterns = [path("joint/", joint, name="joint")]
