"""What is written down by hand beside calls: what somebody tells who comes to the base, and the log of the radio room."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation

from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.services import doors
from tocsin.web import gate
from tocsin.web.pages.hotline import CONSENTS, ROLES

FIELDS: Final = (
    "what", "place", "when", "who", "role", "contact", "language", "consent", "callback_ok", "visit_id",
)  # fmt: skip


def visit(request: Any) -> HttpResponse:
    """Show an empty visit sheet, or take one in and say under which number."""
    gate.require(request.viewer, "create", "report")
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    shown: dict[str, Any] = {"consents": CONSENTS, "roles": ROLES, "typed": typed}
    if request.method == "POST":
        found = doors.take_walk_in(request.viewer, typed, now=request.now)
        if isinstance(found, Problem):
            return render(request, "desk/visit.html", shown | {"problem": _said(found)}, status=422)
        shown["taken"] = found.ref
    # A new sheet has a number of its own, so that sending it twice is one visit.
    shown["typed"] = {"visit_id": secrets.token_urlsafe(9)}
    return render(request, "desk/visit.html", shown)


def radio_log(request: Any) -> HttpResponse:
    """Show an empty log, or take one in and say under which numbers its lines stand."""
    gate.require(request.viewer, "create", "report")
    typed = {"net": request.POST.get("net", "vhf"), "text": request.POST.get("text", "")}
    shown: dict[str, Any] = {"typed": typed}
    if request.method == "POST":
        found = doors.take_radio_log(request.viewer, typed, now=request.now)
        if isinstance(found, Problem):
            return render(request, "desk/radio_log.html", shown | {"problem": _said(found)}, status=422)
        shown = {"typed": {"net": typed["net"]}, "taken": found}
    return render(request, "desk/radio_log.html", shown)


def _said(problem: Problem) -> str:
    language = (translation.get_language() or "en").partition("-")[0]
    return wording.say(f"problem.{problem.code}", problem.facts, language)


urlpatterns = [path("visit/", visit, name="visit"), path("radio-log/", radio_log, name="radio_log")]
