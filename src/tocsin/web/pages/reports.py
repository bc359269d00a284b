"""The record of one report: what was told, what was read from it and why, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from tocsin.core.places.areas import season_at
from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Point
from tocsin.core.reference.languages import normalise
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
from tocsin.services import alerting, regrouping, replay, triage, verification, viewing
from tocsin.services import desk as services_desk
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts, evidence, finding, places, record
from tocsin.store.queries import desk as queries_desk
from tocsin.web import deeds, gate, posted, smallmap, waiting
from tocsin.web.highlight import marked
from tocsin.web.pages import joint

NEAR_KM: Final = 25.0
NEAR_DAYS: Final = timedelta(days=14)
LETTERS: Final = "ABCDEF"
FIGURES: Final = (1, 2, 3, 4, 5, 6)
# More are not offered to choose from: they are found by typing their name.
MOST_PLACES: Final = 80


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


@require_GET
def seen(request: Any, ref: str) -> HttpResponse:
    """Say who has a record open, and who has opened it, for whoever has it open too."""
    return render(request, "desk/seen.html", {"sightings": services_desk.look(request.viewer, ref, now=request.now)})


def _page(
    request: Any, ref: str, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200
) -> HttpResponse:
    viewer = request.viewer
    row, text = viewing.show_report(viewer, ref, now=request.now)
    shown: dict[str, Any] = {
        "report": row,
        "due_at": waiting.triage_due(row, as_of=request.now),
        "sightings": services_desk.look(viewer, row.ref, now=request.now),
        "voices": services_desk.voices_for(row, now=request.now),
        "others": _others(request, row),
        "map": _map(request, row),
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
    deed = queries_desk.last_deed(request.viewer, subject=row.ref)
    return {
        "undoable": deed,
        "offered": services_desk.suggestions(request.viewer, row, now=request.now),
        "proposals": queries_desk.proposals_of(row),
        "places": places.place_rows(request.viewer)[:MOST_PLACES],
        "letters": LETTERS,
        "figures": FIGURES,
        "moves": [state for state in VerificationState if state.value != row.state],
        "incidents": _near(request, row),
        "kinds": list(ReportKind),
        "priorities": list(Priority),
        "imminences": list(ImminenceState),
        "events": list(EventCode),
        "sensitivities": list(Sensitivity),
        "actor_types": list(ActorType),
    }


def _others(request: Any, row: Any) -> dict[str, list[Any]]:
    """Return what other components report of the same event, by component, where they differ side by side."""
    if row.incident is None:
        return {}
    told = evidence.reports_of_incident(request.viewer, row.incident)
    components = {one.component for one in told}
    return joint.by_component(told) if len(components - {""}) > 1 else {}


def _map(request: Any, row: Any) -> smallmap.SmallMap | None:
    viewer = request.viewer
    if row.lat is None or row.lon is None or not viewing.sees(viewer, "exact_place", "report", row):
        return None
    if not viewing.may(viewer, "read", "place"):
        return None
    here = Point(row.lat, row.lon)
    closed = {one.road: one for one in places.closures(viewer, request.now)}
    return smallmap.draw(
        here,
        places.places(viewer),
        places.bases(viewer, request.now),
        places.roads(viewer),
        closed=closed,
        season=season_at(here, request.now),
    )


def _near(request: Any, row: Any) -> list[Any]:
    """Return the incidents on record that the report may tell of, the nearest first."""
    found = evidence.incidents_open(request.viewer, as_of=request.now, within=NEAR_DAYS)
    if row.lat is None or row.lon is None:
        return [{"incident": one, "km": None} for one in found[-10:]]
    here = Point(row.lat, row.lon)
    rows: list[dict[str, Any]] = [{"incident": one, "km": distance_km(here, one.point)} for one in found]
    near = [one for one in rows if one["km"] <= NEAR_KM and one["incident"].ref != (row.incident and row.incident.ref)]
    return sorted(near, key=lambda one: one["km"])[:10]


def _kept(request: Any, ref: str, work: Callable[[], object]) -> None:
    """Do it so that one key undoes it."""
    triage.kept(request.viewer, ref, work, now=request.now)


def _take(request: Any, ref: str) -> None:
    _kept(request, ref, lambda: verification.take(request.viewer, ref, now=request.now))


def _judge(request: Any, ref: str) -> None:
    """Grade and move on in one step; whatever is left as it stands is not touched."""
    row = evidence.report_row(request.viewer, ref)
    letter, figure = posted.text(request, "source"), posted.text(request, "content")
    to = posted.choice(request, "to", VerificationState).value if request.POST.get("to") else ""
    if letter not in ("", *LETTERS) or (figure and (not figure.isdecimal() or int(figure) not in FIGURES)):
        raise Refusal(Because("form.nothing_chosen", {"field": "grade"}))
    asked = triage.Asked(
        state=to,
        source=letter if row is None or letter != row.grade_source else "",
        content=int(figure) if figure and (row is None or int(figure) != row.grade_content) else 0,
        is_interested=posted.answer(request, "is_interested"),
    )
    triage.judge(request.viewer, ref, asked, why=posted.text(request, "why"), now=request.now)


def _grade(request: Any, ref: str) -> None:
    """Either half may be sent alone: what is left out stays as it is."""
    row = evidence.report_row(request.viewer, ref)
    letter = posted.text(request, "source") or (row.grade_source if row else "")
    figure = posted.text(request, "content") or (str(row.grade_content) if row else "")
    if letter not in LETTERS or not figure.isdecimal() or int(figure) not in FIGURES:
        raise Refusal(Because("form.nothing_chosen", {"field": "grade"}))
    why = posted.text(request, "why")
    _kept(
        request,
        ref,
        lambda: verification.grade(request.viewer, ref, source=letter, content=int(figure), why=why, now=request.now),
    )


def _move(request: Any, ref: str) -> None:
    to = posted.choice(request, "to", VerificationState)
    why, interested = posted.text(request, "why"), posted.answer(request, "is_interested")
    _kept(
        request,
        ref,
        lambda: verification.move(request.viewer, ref, to=to, why=why, now=request.now, is_interested=interested),
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
    place = place_named(request.viewer, posted.text(request, "place"))
    if place and row is not None and place != (row.place.ref if row.place else ""):
        fields["place"] = place
    if not fields:
        raise Refusal(Because("form.nothing_changed"))
    why = posted.text(request, "why")
    _kept(request, ref, lambda: verification.correct(request.viewer, ref, fields, why=why, now=request.now))


def place_named(viewer: Any, typed: str) -> str:
    """Return the reference of the place that somebody typed: by reference, or by its one name.

    Raises
    ------
    Refusal
        When there is no such place, or several of that name.
    """
    named = typed.partition(" · ")[2].strip() or typed
    if not named:
        return ""
    if places.place_row(viewer, named) is not None:
        return named
    found, _count = finding.find_places(viewer, named, most=20)
    exact = [row for row in found if row.folded_name == normalise(named)] or found
    if len(exact) != 1:
        raise Refusal(Because("place.not_one_of_that_name", {"found": len(exact)}))
    return exact[0].ref


def _merge(request: Any, ref: str) -> None:
    incident = posted.text(request, "incident_ref") or posted.text(request, "incident")
    if not incident:
        raise Refusal(Because("form.nothing_chosen", {"field": "incident"}))
    regrouping.merge(request.viewer, ref, incident.upper(), why=posted.text(request, "why"), now=request.now)


def _split(request: Any, ref: str) -> None:
    regrouping.split(request.viewer, ref, why=posted.text(request, "why"), now=request.now)


def _accept(request: Any, ref: str) -> None:
    other = posted.text(request, "other")
    why = posted.text(request, "why") or str(gettext("Accepted as suggested."))
    services_desk.accept(request.viewer, ref, other, why=why, now=request.now)


def _reject(request: Any, ref: str) -> None:
    services_desk.reject(request.viewer, ref, posted.text(request, "other"), now=request.now)


def _undo(request: Any, ref: str) -> None:
    deed = queries_desk.last_deed(request.viewer, subject=ref)
    if deed is None:
        raise Refusal(Because("undo.nothing", {}))
    triage.undo(request.viewer, deed.pk, now=request.now)


def _open_alert(request: Any, ref: str) -> None:
    alerting.open_by_hand(request.viewer, ref, why=posted.text(request, "why"), now=request.now)


def _past_timeline(past: dict[str, Any]) -> list[dict[str, Any]]:
    return deeds.told(past["timeline"])


DEEDS: Final[dict[str, Callable[[Any, str], None]]] = {
    "take": _take,
    "judge": _judge,
    "accept": _accept,
    "reject": _reject,
    "undo": _undo,
    "grade": _grade,
    "move": _move,
    "correct": _correct,
    "merge": _merge,
    "split": _split,
    "alert": _open_alert,
}
urlpatterns = [
    path("seen/<str:ref>/", seen, name="seen"),
    path("reports/<str:ref>/", report, name="report"),
    path("reports/<str:ref>/<slug:verb>/", act, name="report_act"),
]
