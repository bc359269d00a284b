"""The duty desk: what needs somebody first, then the queue of reports. One view for page and fragment."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tocsin.core.reference.terms import Priority, VerificationState
from tocsin.services import viewing
from tocsin.store.queries import alerts, evidence, record
from tocsin.web import waiting
from tocsin.web.viewer import menu_of

PAGE: Final = 40
MOST_ALERTS: Final = 200
STATES: Final = ("open", "all", *(state.value for state in VerificationState))


def desk(request: Any) -> HttpResponse:
    """Show the desk, or only its living part when htmx asks again."""
    viewer = request.viewer
    kinds = viewing.open_to(viewer)
    if not kinds & {"report", "alert"}:
        rooms = [entry for entry in menu_of(request, viewer) if entry["name"] != "desk"]
        return redirect(rooms[0]["address"])
    shown = {
        "opens": kinds,
        **_alerts(request),
        **_queue(request),
        "outgoing": alerts.outgoing_figures(viewer),
        "work": record.work_figures(request.now),
        "may_acknowledge": viewing.may(viewer, "acknowledge", "alert"),
    }
    return render(request, "desk/living.html" if request.htmx else "desk/desk.html", shown)


def _alerts(request: Any) -> dict[str, Any]:
    rows = alerts.alerts(request.viewer, state="open", most=MOST_ALERTS)
    found = waiting.in_order(rows, as_of=request.now)
    return {
        "urgent": [one for one in found if one.needs_somebody],
        "under_way": [one for one in found if not one.needs_somebody],
        "counts": alerts.alert_counts(request.viewer),
    }


def _queue(request: Any) -> dict[str, Any]:
    """Return one page of the queue as the filters ask; an unknown filter is the usual one."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    priority = request.GET.get("priority", "")
    priority = priority if priority in Priority.__members__ else ""
    page = int(number) if (number := request.GET.get("page", "1")).isdecimal() and len(number) < 6 else 1
    rows = evidence.queue(request.viewer, state=state, priority=priority, most=PAGE, page=max(page, 1))
    waiting_by = evidence.queue_counts(request.viewer)
    return {
        "queue": rows,
        "queue_counts": [(one.value, waiting_by.get(one.value, 0)) for one in Priority],
        "queue_total": sum(waiting_by.values()),
        "state": state,
        "states": STATES,
        "priority": priority,
        "page": page,
        "has_next": len(rows) == PAGE,
    }


urlpatterns = [path("", desk, name="desk")]
