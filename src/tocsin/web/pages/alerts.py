"""The record of one alert: its clocks, who was told, what can be done, what was decided, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.alerts import harm as harm_rules
from tocsin.core.places.areas import season_at
from tocsin.core.places.types import Point
from tocsin.core.plans import tasks as task_rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    AlertState,
    DecisionKind,
    DutyCall,
    HarmKind,
    HarmPhase,
    ResponseClass,
    ResponseTiming,
    TaskState,
)
from tocsin.services import alerting, outcome, picture, planning, relaying, replay, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts, duty, places, plans, record
from tocsin.web import alert_deeds, deeds, gate, ground, posted, smallmap, waiting
from tocsin.web.clock import mission_zone

_AFTER_DECISION: Final = tuple(
    state.value
    for state in AlertState
    if state not in (AlertState.OPEN, AlertState.DISSEMINATED, AlertState.ACKED, AlertState.CLOSED)
)


def alert(request: Any, ref: str) -> HttpResponse:
    """Show an alert, now or as it was at a past moment."""
    as_of = gate.past_moment(request)
    if as_of is not None:
        past = replay.as_it_was(request.viewer, ref, as_of=as_of, now=request.now)
        return render(request, "desk/past.html", {"past": past, "timeline": deeds.told(past["timeline"])})
    return _page(request, ref)


@require_POST
def act(request: Any, ref: str, verb: str) -> HttpResponse:
    """Do one thing to an alert; a refusal comes back beside the form with what was typed."""
    deed = alert_deeds.DEEDS.get(verb)
    if deed is None:
        return redirect("alert", ref)
    try:
        deed(request, ref)
    except Refusal as refusal:
        return _page(request, ref, refused=verb, reasons=refusal.reasons, status=422)
    return posted.onward(request, "alert", ref)


@require_POST
def move_task(request: Any, ref: str, task: str) -> HttpResponse:
    """Move a task of an alert on."""
    try:
        to = posted.choice(request, "to", TaskState)
        planning.move_task(request.viewer, task, to=to, now=request.now, note=posted.text(request, "note"))
    except Refusal as refusal:
        return _page(request, ref, refused=f"task:{task}", reasons=refusal.reasons, status=422)
    return redirect("alert", ref)


def _page(
    request: Any, ref: str, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200
) -> HttpResponse:
    viewer, now = request.viewer, request.now
    row = viewing.show_alert(viewer, ref, now=now)
    tasks = plans.tasks_of(viewer, row)
    decisions = plans.decisions_of(viewer, row)
    subjects = [row.ref, *(one.ref for one in decisions), *(one.ref for one in tasks)]
    shown = {
        "alert": row,
        "standing": waiting.standing(row, as_of=now),
        "reports": alerts.reports_of_alert(viewer, row),
        "decisions": decisions,
        "tasks": [{"task": one, "moves": task_rules.moves(TaskState(one.state))} for one in tasks],
        "feedback": plans.feedback_of(viewer, row),
        "timeline": deeds.told(record.timeline(viewer, subjects)),
        **_people(request, row),
        **_outcome(request, row),
        "may": {verb: viewing.may(viewer, verb, "alert", row) for verb in VERBS},
        # Who told, and from which village, can name a person: only those who may read the words see it.
        "knows_tellers": viewing.sees(viewer, "narrative", "report"),
        "refused": refused,
        "reasons": reasons,
        "typed": request.POST if refused else {},
        **_picture(request, row),
        **_choices(row, now),
    }
    return render(request, "desk/alert.html", shown, status=status)


def _people(request: Any, row: Any) -> dict[str, Any]:
    """Return who was told, who saw it, who has it, who was called, and who could be called."""
    viewer, now = request.viewer, request.now
    told = alerts.addressees(viewer, row)
    passed_over = {one.account.username for one in told if one.withheld}
    names = [one.account.username for one in told] + [one.username for one in duty.keepers(viewer)]
    local = now.astimezone(mission_zone())
    return {
        "addressees": told,
        "calls": alerts.calls(viewer, row),
        "callable": [name for name in dict.fromkeys(names) if name not in passed_over],
        "call_outcomes": list(DutyCall),
        "called_proposed": f"{local:%Y-%m-%dT%H:%M}",
    }


def _outcome(request: Any, row: Any) -> dict[str, Any]:
    """Return what people suffered, and what the record says of the response."""
    viewer = request.viewer
    kind, timing = outcome.response_of(viewer, row)
    may_relay = viewing.may(viewer, "decide", "alert", row) and row.state != AlertState.CLOSED.value
    return {
        "harm": alerts.harm(viewer, row),
        "toll": [
            (key[0], key[1], (found.least, found.most))
            for key, found in harm_rules.toll(outcome.suffered(viewer, row)).items()
        ],
        "response": kind,
        "response_timing": timing,
        "harm_kinds": list(HarmKind),
        "harm_phases": list(HarmPhase),
        "relays": alerts.relays(viewer, row),
        "relay_drafts": relaying.drafts(viewer, row, now=request.now) if may_relay else (),
    }


def _picture(request: Any, row: Any) -> dict[str, Any]:
    """Return what a decision rests on: reach, options, and the ground, as far as the viewer may see it."""
    viewer, now = request.viewer, request.now
    if row.state == AlertState.CLOSED.value or not viewing.may(viewer, "read", "alert", row):
        return {"options": (), "reach": None, "names": {}, "map": _map(request, row)}
    options = picture.options_of_alert(viewer, row, as_of=now)
    reach = picture.reach_of_alert(viewer, row, as_of=now)
    return {
        "names": ground.names_of(reach, viewer) if reach else {},
        "goers": list(dict.fromkeys(one.asset for one in options if one.asset and not one.blocked)),
        "options": options,
        "mandate": alerting.policy_at(now),
        "mine": [option for option in options if viewer.role in option.may_order],
        "others": [option for option in options if viewer.role not in option.may_order],
        "open_options": [option for option in options if not option.blocked],
        "reach": reach,
        "map": _map(request, row),
    }


def _map(request: Any, row: Any) -> smallmap.SmallMap | None:
    viewer = request.viewer
    if row.lat is None or row.lon is None or not viewing.sees(viewer, "exact_place", "alert", row):
        return None
    closed = {one.road: one for one in places.closures(viewer, request.now)}
    here = Point(row.lat, row.lon)
    return smallmap.draw(
        here,
        places.places(viewer),
        places.bases(viewer, request.now),
        places.roads(viewer),
        closed=closed,
        season=season_at(here, request.now),
    )


def _choices(row: Any, now: datetime) -> dict[str, Any]:
    """Return what the forms of an alert offer in its present state."""
    local = (now + timedelta(hours=2)).astimezone(mission_zone())
    return {
        "kinds": list(DecisionKind),
        "classes": list(ResponseClass),
        "timings": list(ResponseTiming),
        "methods": alert_deeds.METHODS,
        "due_proposed": f"{local:%Y-%m-%dT%H:%M}",
        "is_closed": row.state == AlertState.CLOSED.value,
        "is_decided": row.state in _AFTER_DECISION,
        "is_delegated": row.state == AlertState.DELEGATED_UNCONFIRMED.value,
    }


VERBS: Final = ("acknowledge", "decide", "task", "feedback", "close")
urlpatterns = [
    path("alerts/<str:ref>/", alert, name="alert"),
    path("alerts/<str:ref>/tasks/<str:task>/", move_task, name="task_move"),
    path("alerts/<str:ref>/<slug:verb>/", act, name="alert_act"),
]
