"""Drills of a network: begun, watched, ended; never mixed with what is real."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from statistics import median
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.services import drills, viewing
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import networks as read
from tocsin.web import gate, posted


def show(request: Any, ref: str) -> HttpResponse:
    """Show who was asked in a drill, who answered and how fast, and what was told."""
    return _page(request, ref)


def _page(request: Any, ref: str, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    drill = found_or_refuse(read.drill_row(viewer, ref), "network")
    asked = read.drill_check_ins(viewer, drill)
    minutes = [(one.answered_at - one.asked_at).total_seconds() / 60 for one in asked if one.answered_at]
    context = {
        "drill": drill, "asked": asked, "answered": len(minutes), "median_min": median(minutes) if minutes else None,
        "slowest_min": max(minutes, default=None), "reports": read.drill_reports(viewer, drill),
        "may_drill": viewing.may(viewer, "drill", "network", drill),
        "may_declare": viewing.may(viewer, "verify", "report"), "reasons": tuple(reasons),
    }  # fmt: skip
    return render(request, "networks/drill.html", context, status=status)


@require_POST
def begin(request: Any, ref: str) -> HttpResponse:
    """Begin a drill of a network."""
    gate.require(request.viewer, "drill", "network")
    try:
        drill = drills.begin_drill(request.viewer, ref, text=posted.text(request, "text")[:300], now=request.now)
    except Refusal:
        # A drill runs already: that one is shown.
        row = found_or_refuse(read.network_row(request.viewer, ref), "network")
        return redirect("drill", read.drills(request.viewer, row, running=True)[0].ref)
    return redirect("drill", drill.ref)


@require_POST
def end(request: Any, ref: str) -> HttpResponse:
    """End a drill; everybody in it is told."""
    gate.require(request.viewer, "drill", "network")
    try:
        drills.end_drill(request.viewer, ref, now=request.now)
    except Refusal as refusal:
        return _page(request, ref, reasons=refusal.reasons, status=422)
    return redirect("drill", ref)


@require_POST
def declare_live(request: Any, ref: str) -> HttpResponse:
    """Take a report of a drill for real."""
    with suppress(Refusal):  # it is live already: the report is shown as it is
        drills.declare_live(request.viewer, ref, now=request.now)
    return redirect("report", ref)


urlpatterns = [
    path("networks/drills/<str:ref>/", show, name="drill"),
    path("networks/<str:ref>/drill/", begin, name="drill_begin"),
    path("networks/drills/<str:ref>/end/", end, name="drill_end"),
    path("reports/<str:ref>/live/", declare_live, name="declare_live"),
]
