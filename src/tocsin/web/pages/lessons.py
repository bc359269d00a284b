"""Lessons: what others and we learned, what was warned of against what happened, and each lesson on its way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.lessons import index, states
from tocsin.core.lessons.types import LessonMove
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import LessonState
from tocsin.services import lessons, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import evidence, plans
from tocsin.web import gate, posted

DAYS: Final = (30, 90, 365)
MOST_FOUND: Final = 40


def show(request: Any) -> HttpResponse:
    """Show the lessons of the mission, those it started with, and the review."""
    return _page(request)


def _page(request: Any, *, refused: str = "", reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "lesson")
    corpus = index.starting_lessons()
    themes = index.themes(corpus)
    words = gate.plain(request.GET.get("q", ""), 120)
    theme = request.GET.get("theme", "")
    theme = theme if theme in themes else ""
    rows = [row for row in plans.lessons(viewer) if not theme or row.theme == theme]
    context = {
        "ours": [{"lesson": row, "moves": states.moves(LessonState(row.state))} for row in rows],
        "found": index.search(corpus, words, theme=theme or None)[:MOST_FOUND],
        "q": words, "theme": theme, "themes": themes,
        "may_create": request.as_of is None and viewing.may(viewer, "create", "lesson"),
        "may_move": request.as_of is None and viewing.may(viewer, "move", "lesson"),
        "from_alert": gate.plain(request.GET.get("alert", ""), 20), "from_incident": _incident(request),
        "refused": refused, "reasons": tuple(reasons), "typed": request.POST,
        **_review(request),
    }  # fmt: skip
    return render(request, "lessons/lessons.html", context, status=status)


def _incident(request: Any) -> str:
    """Return the incident that a lesson is to be written about, where the viewer may see it."""
    ref = gate.plain(request.GET.get("incident", ""), 20)
    return ref if ref and evidence.incident_row(request.viewer, ref) else ""


def _review(request: Any) -> dict[str, Any]:
    """Return what was warned of against what happened, for those who may read alerts and incidents."""
    viewer = request.viewer
    days = gate.number(request.GET.get("days", ""), least=1, most=3660, otherwise=90)
    if not (viewing.may(viewer, "read", "alert") and viewing.may(viewer, "read", "incident")):
        return {"review": None, "days": days, "all_days": DAYS}
    until = gate.moment(request)
    found = lessons.review(viewer, since=until - timedelta(days=days), as_of=until)
    return {"review": found, "attacks": len(found.warned) + len(found.unwarned), "days": days, "all_days": DAYS}


@require_POST
def submit(request: Any) -> HttpResponse:
    """Write down what was observed, tied to the alert and the decision it came from."""
    themes = index.themes(index.starting_lessons())
    theme = request.POST.get("theme", "")
    try:
        if theme not in themes:
            raise Refusal(Because("form.nothing_chosen", {"field": "theme"}))
        lessons.submit(
            request.viewer,
            title=posted.text(request, "title")[:200],
            theme=theme,
            observation=posted.text(request, "observation"),
            now=request.now,
            recommendation=posted.text(request, "recommendation"),
            conditions=posted.text(request, "conditions"),
            harm=posted.text(request, "harm"),
            alert_ref=posted.text(request, "alert")[:20],
            decision_ref=posted.text(request, "decision")[:20],
        )
    except Refusal as refusal:
        return _page(request, refused="submit", reasons=refusal.reasons, status=422)
    return redirect("lessons")


@require_POST
def move(request: Any, ref: str) -> HttpResponse:
    """Move a lesson on its way to a changed practice, with what the step asks for."""
    step = LessonMove(
        by=request.viewer.account,
        why=posted.text(request, "why"),
        owner=posted.text(request, "owner")[:80],
        action=posted.text(request, "action"),
        due_on=_day(request.POST.get("due_on", "")),
        evidence=posted.text(request, "evidence"),
        embedded_in=posted.text(request, "embedded_in")[:120],
    )
    try:
        to = posted.choice(request, "to", LessonState)
        lessons.move(request.viewer, ref, to=to, step=step, now=request.now)
    except Refusal as refusal:
        return _page(request, refused=ref, reasons=refusal.reasons, status=422)
    return redirect("lessons")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


urlpatterns = [
    path("lessons/", show, name="lessons"),
    path("lessons/submit/", submit, name="lesson_submit"),
    path("lessons/<str:ref>/move/", move, name="lesson_move"),
]
