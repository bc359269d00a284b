"""The record of one report: what was told, what was read from it and why, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    ActorType,
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    Sensitivity,
    VerificationState,
)
from tocsin.services import alerting, replay, verification, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts, evidence, places, record
from tocsin.web import deeds, gate, posted
from tocsin.web.highlight import marked

NEAR_KM: Final = 25.0
NEAR_DAYS: Final = timedelta(days=14)
LETTERS: Final = "ABCDEF"
FIGURES: Final = (1, 2, 3, 4, 5, 6)


def report(request: Any, ref: str) -> HttpResponse:
    """Show a report, now or as it was at a past moment."""
    as_of = gate.past_moment(request)
    if as_of is not None:
        past = replay.as_it_was(request.viewer, ref, as_of=as_of, now=request.now)
        return render(request, "desk/past.html", {"past": past, "timeline": _past_timeline(past)})
    return _page(request, ref)


@require_POST
def act(request: Any, ref: str, verb: str) -> HttpResponse:
    """Do one thing to a report; a refusal comes back beside the form with what was typed."""
    deed = DEEDS.get(verb)
    if deed is None:
        return redirect("report", ref)
    try:
        deed(request, ref)
    except Refusal as refusal:
        return _page(request, ref, refused=verb, reasons=refusal.reasons, status=422)
    return posted.onward(request, "report", ref)


def _page(
    request: Any, ref: str, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200
) -> HttpResponse:
    viewer = request.viewer
    row, text = viewing.show_report(viewer, ref, now=request.now)
    shown = {
        "report": row,
        "text": marked(text, row.because) if text is not None else None,
        "sees_exact": viewing.sees(viewer, "exact_place", "report", row),
        "alert": alerts.alert_of_report(viewer, row),
        "timeline": deeds.told(record.timeline(viewer, [row.ref, row.message.ref])),
        "may_verify": viewing.may(viewer, "verify", "report", row),
        "may_open": viewing.may(viewer, "create", "alert", row),
        "refused": refused,
        "reasons": reasons,
        "typed": request.POST if refused else {},
    }
    if shown["may_verify"]:
        shown |= _choices(request, row)
    return render(request, "desk/report.html", shown, status=status)


def _choices(request: Any, row: Any) -> dict[str, Any]:
    """Return what the forms of a report offer."""
    return {
        "letters": LETTERS,
        "figures": FIGURES,
        "moves": [state for state in VerificationState if state.value != row.state],
        "incidents": _near(request, row),
        "places": places.place_rows(request.viewer),
        "kinds": list(ReportKind),
        "priorities": list(Priority),
        "imminences": list(ImminenceState),
        "events": list(EventCode),
        "sensitivities": list(Sensitivity),
        "actor_types": list(ActorType),
    }


def _near(request: Any, row: Any) -> list[Any]:
    """Return the incidents on record that the report may tell of, the nearest first."""
    found = evidence.incidents_open(request.viewer, as_of=request.now, within=NEAR_DAYS)
    if row.lat is None or row.lon is None:
        return [{"incident": one, "km": None} for one in found[-10:]]
    here = Point(row.lat, row.lon)
    rows: list[dict[str, Any]] = [{"incident": one, "km": distance_km(here, one.point)} for one in found]
    near = [one for one in rows if one["km"] <= NEAR_KM and one["incident"].ref != (row.incident and row.incident.ref)]
    return sorted(near, key=lambda one: one["km"])[:10]


def _take(request: Any, ref: str) -> None:
    verification.take(request.viewer, ref, now=request.now)


def _grade(request: Any, ref: str) -> None:
    """Either half may be sent alone: what is left out stays as it is."""
    row = evidence.report_row(request.viewer, ref)
    letter = posted.text(request, "source") or (row.grade_source if row else "")
    figure = posted.text(request, "content") or (str(row.grade_content) if row else "")
    if letter not in LETTERS or not figure.isdecimal() or int(figure) not in FIGURES:
        raise Refusal(Because("form.nothing_chosen", {"field": "grade"}))
    why = posted.text(request, "why")
    verification.grade(request.viewer, ref, source=letter, content=int(figure), why=why, now=request.now)


def _move(request: Any, ref: str) -> None:
    verification.move(
        request.viewer,
        ref,
        to=posted.choice(request, "to", VerificationState),
        why=posted.text(request, "why"),
        now=request.now,
        is_interested=posted.answer(request, "is_interested"),
    )


def _correct(request: Any, ref: str) -> None:
    """Send on only what differs from what stands, so that the history shows what was really corrected."""
    row = evidence.report_row(request.viewer, ref)
    fields: dict[str, Any] = {}
    for name in ("kind", "imminence", "priority", "sensitivity", "actor_name", "actor_type"):
        if name in request.POST and row is not None and posted.text(request, name) != getattr(row, name):
            fields[name] = posted.text(request, name)
    chosen = sorted(request.POST.getlist("events"))
    if "events_shown" in request.POST and row is not None and chosen != sorted(row.events):
        fields["events"] = chosen
    place = posted.text(request, "place")
    if place and row is not None and place != (row.place.ref if row.place else ""):
        fields["place"] = place
    if not fields:
        raise Refusal(Because("form.nothing_changed"))
    verification.correct(request.viewer, ref, fields, why=posted.text(request, "why"), now=request.now)


def _merge(request: Any, ref: str) -> None:
    incident = posted.text(request, "incident_ref") or posted.text(request, "incident")
    if not incident:
        raise Refusal(Because("form.nothing_chosen", {"field": "incident"}))
    verification.merge(request.viewer, ref, incident.upper(), why=posted.text(request, "why"), now=request.now)


def _split(request: Any, ref: str) -> None:
    verification.split(request.viewer, ref, why=posted.text(request, "why"), now=request.now)


def _open_alert(request: Any, ref: str) -> None:
    alerting.open_by_hand(request.viewer, ref, why=posted.text(request, "why"), now=request.now)


def _past_timeline(past: dict[str, Any]) -> list[dict[str, Any]]:
    return deeds.told(past["timeline"])


DEEDS: Final[dict[str, Callable[[Any, str], None]]] = {
    "take": _take,
    "grade": _grade,
    "move": _move,
    "correct": _correct,
    "merge": _merge,
    "split": _split,
    "alert": _open_alert,
}
urlpatterns = [
    path("reports/<str:ref>/", report, name="report"),
    path("reports/<str:ref>/<slug:verb>/", act, name="report_act"),
]
