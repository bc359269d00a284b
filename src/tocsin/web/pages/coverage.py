"""Coverage and gaps: who is reachable in time, who is not and why, what would change it, and the gaps on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.allocation.statement import gap_statement
from tocsin.core.allocation.types import Coverage
from tocsin.core.reference.terms import GapState
from tocsin.services import allocation, matrix, picture, viewing
from tocsin.services.local_time import is_night
from tocsin.services.refusals import Refusal
from tocsin.store.queries import places, plans
from tocsin.web import gate, ground, posted

HOURS: Final = (1, 2, 4, 6, 12)
PAGE: Final = 50
MOST_REACHED: Final = 60


def show(request: Any) -> HttpResponse:
    """Show who is reachable in time, and the honest gap."""
    return _page(request)


def _page(request: Any, *, refused: str = "", reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "coverage")
    within_h, night = _asked(request)
    shown, found = _found(request, within_h, night)
    as_of = shown.assessment.as_of
    page = gate.number(request.GET.get("page", "1"), least=1, most=10_000, otherwise=1)
    provinces = {line.place.ref: line.place.province for line in shown.assessment.lines}
    open_at = (
        {gap.place.ref: gap for gap in plans.gaps(viewer) if gap.place} if viewing.may(viewer, "read", "gap") else {}
    )
    context = {
        "shown": shown, "found": found, "statement": gap_statement(found, provinces, as_of=as_of),
        "names": ground.names_of(found, viewer), "within_h": within_h, "night": night, "hours": HOURS,
        "uncovered": found.uncovered[(page - 1) * PAGE : page * PAGE], "page": page,
        "has_next": page * PAGE < len(found.uncovered), "covered": found.covered[:MOST_REACHED],
        "more_covered": max(len(found.covered) - MOST_REACHED, 0), "open_at": open_at,
        "may_open": request.as_of is None and viewing.may(viewer, "create", "gap"),
        "refused": refused, "reasons": tuple(reasons), "typed": request.POST,
        "refused_elsewhere": bool(refused) and refused not in {one.need.place for one in found.uncovered},
    }  # fmt: skip
    return render(request, "coverage/coverage.html", context, status=status)


def _asked(request: Any) -> tuple[float, bool]:
    """Return the hours and whether it is dark; without a word on it, as it is outside."""
    given = request.POST if request.method == "POST" else request.GET
    within_h = gate.hours(given.get("hours", ""), otherwise=picture.WITHIN_H)
    light = given.get("light", "")
    return within_h, light == "night" if light in ("day", "night") else is_night(gate.moment(request))


def _found(request: Any, within_h: float, night: bool) -> tuple[matrix.Shown, Coverage]:
    shown = matrix.show(request.viewer, as_of=gate.past_moment(request), now=request.now)
    return shown, matrix.cover(request.viewer, shown, within_h=within_h, night=night, now=request.now)


@require_POST
def open_gap(request: Any, ref: str) -> HttpResponse:
    """Open a gap for a place that nobody reaches in time, saying what was done instead."""
    gate.require(request.viewer, "create", "gap")
    within_h, night = _asked(request)
    _, found = _found(request, within_h, night)
    try:
        allocation.open_gap(
            request.viewer, found, ref, done_instead=posted.text(request, "done_instead"), now=request.now
        )
    except Refusal as refusal:
        return _page(request, refused=ref, reasons=refusal.reasons, status=422)
    return redirect("gaps")


def gaps(request: Any) -> HttpResponse:
    """Show the gaps, open ones first, each with where it can go next."""
    return _gaps(request)


def _gaps(request: Any, *, refused: str = "", reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "gap")
    which = request.GET.get("which", "open")
    rows = plans.gaps(viewer, open_only=which != "all")
    context = {
        "gaps": rows, "which": which, "states": list(GapState), "today": request.now.date(),
        "may_move": request.as_of is None and viewing.may(viewer, "move", "gap"),
        "names": {base.ref: base.name for base in places.bases(viewer, gate.moment(request))},
        "refused": refused, "reasons": tuple(reasons), "typed": request.POST,
    }  # fmt: skip
    return render(request, "coverage/gaps.html", context, status=status)


@require_POST
def move_gap(request: Any, ref: str) -> HttpResponse:
    """Move a gap on its way up to the Council or to its end, with a reason."""
    try:
        to = posted.choice(request, "to", GapState)
        allocation.move_gap(request.viewer, ref, to=to, why=posted.text(request, "why"), now=request.now)
    except Refusal as refusal:
        return _gaps(request, refused=ref, reasons=refusal.reasons, status=422)
    return redirect("gaps")


urlpatterns = [
    path("coverage/", show, name="coverage"),
    path("coverage/<str:ref>/gap/", open_gap, name="gap_open"),
    path("gaps/", gaps, name="gaps"),
    path("gaps/<str:ref>/move/", move_gap, name="gap_move"),
]
