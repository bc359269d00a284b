"""The record of one alert: its clocks, who was told, what can be done, what was decided, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.places.areas import season_at
from tocsin.core.places.types import Point
from tocsin.core.plans import tasks as task_rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, DecisionKind, ResponseClass, ResponseTiming, TaskState
from tocsin.services import alerting, picture, planning, replay, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts, places, plans, record
from tocsin.web import deeds, gate, ground, posted, smallmap, waiting
from tocsin.web.clock import mission_zone

# Ways in which a village is told afterwards.
METHODS: Final = ("call", "visit", "radio", "sms", "meeting")
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
    deed = DEEDS.get(verb)
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
        "addressees": alerts.addressees(viewer, row),
        "reports": alerts.reports_of_alert(viewer, row),
        "decisions": decisions,
        "tasks": [{"task": one, "moves": task_rules.moves(TaskState(one.state))} for one in tasks],
        "feedback": plans.feedback_of(viewer, row),
        "timeline": deeds.told(record.timeline(viewer, subjects)),
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
        "methods": METHODS,
        "due_proposed": f"{local:%Y-%m-%dT%H:%M}",
        "is_closed": row.state == AlertState.CLOSED.value,
        "is_decided": row.state in _AFTER_DECISION,
        "is_delegated": row.state == AlertState.DELEGATED_UNCONFIRMED.value,
    }


def _acknowledge(request: Any, ref: str) -> None:
    alerting.acknowledge(request.viewer, ref, now=request.now)


def _escalate(request: Any, ref: str) -> None:
    why = posted.text(request, "why")
    if not why:
        raise Refusal(Because("move.needs_why"))
    alerting.escalate(request.viewer, ref, why=why, now=request.now)


def _decide(request: Any, ref: str) -> None:
    planning.decide(
        request.viewer,
        ref,
        kind=posted.choice(request, "kind", DecisionKind),
        why=posted.text(request, "why"),
        now=request.now,
        option=posted.text(request, "option")[:60],
        delegated_to=posted.text(request, "delegated_to")[:120],
        authority=posted.text(request, "authority")[:200],
    )


def _confirm(request: Any, ref: str) -> None:
    planning.confirm_delegate(
        request.viewer, ref, confirmed_by=posted.text(request, "confirmed_by")[:120], now=request.now
    )


def _task(request: Any, ref: str) -> None:
    what, owner = posted.text(request, "what")[:200], posted.text(request, "owner")[:80]
    if not what or not owner:
        raise Refusal(Because("form.nothing_chosen", {"field": "what" if not what else "owner"}))
    planning.give_task(
        request.viewer,
        ref,
        what=what,
        owner=owner,
        due_at=posted.moment(request, "due_at"),
        now=request.now,
        asset=posted.text(request, "asset"),
    )


def _effect(request: Any, ref: str) -> None:
    planning.report_effect(
        request.viewer,
        ref,
        response=posted.choice(request, "response", ResponseClass),
        timing=posted.choice(request, "timing", ResponseTiming),
        outcome=posted.text(request, "outcome"),
        now=request.now,
    )


def _feedback(request: Any, ref: str) -> None:
    method, text = posted.text(request, "method"), posted.text(request, "text")
    if method not in METHODS or not text:
        raise Refusal(Because("form.nothing_chosen", {"field": "method" if method not in METHODS else "text"}))
    planning.give_feedback(request.viewer, ref, method=method, text=text, now=request.now)


def _close(request: Any, ref: str) -> None:
    planning.close(
        request.viewer,
        ref,
        determination=posted.text(request, "determination"),
        now=request.now,
        why_no_feedback=posted.text(request, "why_no_feedback"),
        is_false_alarm=request.POST.get("is_false_alarm") == "yes",
        is_interested=posted.answer(request, "is_interested"),
    )


VERBS: Final = ("acknowledge", "decide", "task", "feedback", "close")
DEEDS: Final[dict[str, Callable[[Any, str], None]]] = {
    "acknowledge": _acknowledge,
    "escalate": _escalate,
    "decide": _decide,
    "confirm": _confirm,
    "task": _task,
    "effect": _effect,
    "feedback": _feedback,
    "close": _close,
}
urlpatterns = [
    path("alerts/<str:ref>/", alert, name="alert"),
    path("alerts/<str:ref>/tasks/<str:task>/", move_task, name="task_move"),
    path("alerts/<str:ref>/<slug:verb>/", act, name="alert_act"),
]
