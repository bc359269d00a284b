"""The duty desk: one queue of everything that waits, with its clocks; a record beside it on wide screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tocsin.core.reference.terms import Channel, Component, Priority, ReportKind, VerificationState
from tocsin.services import desk as services_desk
from tocsin.services import policy, viewing
from tocsin.store.queries import alerts, networks, places, record
from tocsin.store.queries import desk as queries
from tocsin.store.queries import outlook as surges
from tocsin.store.queries.desk import QueueFilter
from tocsin.web import gate, waiting
from tocsin.web.pages.reports import FIGURES, LETTERS, MOST_PLACES
from tocsin.web.viewer import menu_of

PAGE: Final = 40
MOST_ALERTS: Final = 200
FIRST_ALERTS: Final = 50
STATES: Final = ("open", "all", *(state.value for state in VerificationState))
# The names under which the address of the desk carries a filter.
FILTERS: Final = (
    "state", "priority", "place", "sector", "channel", "language", "kind", "component", "holder", "hours", "words",
)  # fmt: skip
ORDERS: Final = ("newest", "clock")
AGES_H: Final = (1, 6, 24, 72, 168)


def desk(request: Any) -> HttpResponse:
    """Show the desk, or only its living part when htmx asks again."""
    viewer = request.viewer
    kinds = viewing.open_to(viewer)
    if not kinds & {"report", "alert"}:
        rooms = [entry for entry in menu_of(request, viewer) if entry["name"] != "desk"]
        return redirect(rooms[0]["address"])
    is_part = request.htmx and not request.htmx.boosted
    shown = {
        "opens": kinds,
        **_alerts(request),
        **_queue(request),
        **_callers(request),
        "outgoing": alerts.outgoing_figures(viewer),
        "drills": networks.drills(viewer, running=True),
        "work": record.work_figures(request.now),
        "may_acknowledge": viewing.may(viewer, "acknowledge", "alert"),
        "may_verify": viewing.may(viewer, "verify", "report"),
        "undoable": queries.last_deed(viewer),
    }
    if not is_part:
        shown |= {**_choices(request), "policy_waiting": policy.waiting(viewer, now=request.now)}
    return render(request, "desk/living.html" if is_part else "desk/desk.html", shown)


def _alerts(request: Any) -> dict[str, Any]:
    rows = alerts.alerts_on_desk(request.viewer, most=MOST_ALERTS)
    found = waiting.in_order(rows, as_of=request.now)
    urgent = [one for one in found if one.needs_somebody]
    # The first to run out stand first; drawing hundreds of lines would hold up everybody's desk.
    most = MOST_ALERTS if request.GET.get("alerts") == "all" else FIRST_ALERTS
    return {
        "urgent": urgent[:most],
        "urgent_total": len(urgent),
        "under_way": [one for one in found if not one.needs_somebody],
        "counts": alerts.alert_counts(request.viewer),
    }


def asked_of(given: Mapping[str, str]) -> QueueFilter:
    """Return the filter that an address or a form asks for; what is not offered is the usual."""
    text = {name: gate.plain(given.get(name, ""), 80) for name in FILTERS}
    offered = {
        "state": STATES,
        "priority": Priority.__members__,
        "channel": {one.value for one in Channel},
        "kind": {one.value for one in ReportKind},
        "component": {one.value for one in Component},
    }
    for name, choices in offered.items():
        if text[name] not in choices:
            text[name] = "open" if name == "state" else ""
    hours = gate.number(text.pop("hours"), least=0, most=24 * 366, otherwise=0)
    return QueueFilter(**text, hours=hours)


def _queue(request: Any) -> dict[str, Any]:
    """Return one page of the queue as the filters ask; an unknown filter is the usual one."""
    viewer, asked = request.viewer, asked_of(request.GET)
    page = gate.number(request.GET.get("page", "1"), least=1, most=99_999, otherwise=1)
    order = request.GET.get("order", "")
    order = order if order in ORDERS else ORDERS[0]
    rows: list[Any] = list(
        queries.queue(viewer, asked, as_of=request.now, by_clock=order == "clock", most=PAGE, page=page)
    )
    seen = queries.seen_by(row.ref for row in rows)
    for row, due_at in zip(rows, waiting.triage_dues(rows, as_of=request.now), strict=True):
        row.due_at = due_at
        row.seen_by = seen.get(row.ref, [])
    waiting_by = queries.waiting_counts(viewer)
    narrowed = {name: value for name, value in asdict(asked).items() if value and (name, value) != ("state", "open")}
    return {
        "queue": rows,
        "queue_counts": [(one.value, waiting_by.get(one.value, 0)) for one in Priority],
        "queue_total": sum(waiting_by.values()),
        "queue_late": queries.late_count(viewer, as_of=request.now),
        "matching": queries.count(viewer, asked, as_of=request.now) if narrowed else sum(waiting_by.values()),
        "most_counted": queries.MOST_COUNTED,
        "asked": asked,
        "narrowed": narrowed,
        "state": asked.state,
        "states": STATES,
        "priority": asked.priority,
        "order": order,
        "page": page,
        "has_next": len(rows) == PAGE,
    }


def _callers(request: Any) -> dict[str, Any]:
    """Return who waits to be called back, which nodes are silent, and who can speak with whom now."""
    viewer = request.viewer
    return {
        "call_backs": networks.call_backs(viewer, most=20),
        "silences": networks.silences(viewer, most=20),
        "surge_notices": [one for one in surges.notices(viewer, as_of=request.now) if one.state == "open"],
        "voices": services_desk.voices(viewer, now=request.now) if viewing.may(viewer, "read", "report") else None,
    }


def _choices(request: Any) -> dict[str, Any]:
    """Return what the filters and the forms for many reports offer."""
    viewer = request.viewer
    if not viewing.may(viewer, "read", "report"):
        return {}
    offered = queries.choices(viewer)
    return {
        "sectors": offered["sectors"],
        "languages_told": offered["languages"],
        "saved": queries.saved_filters(viewer),
        "channels": list(Channel),
        "kinds": list(ReportKind),
        "components": list(Component),
        "ages": AGES_H,
        "posts": queries.posts(),
        "places": places.place_rows(viewer)[:MOST_PLACES],
        "letters": LETTERS,
        "figures": FIGURES,
        "moves": list(VerificationState),
    }


urlpatterns = [path("", desk, name="desk")]
