"""The call sheet: what somebody on the telephone says, written down while they speak."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_POST

from tocsin.core.reference import rules, wording
from tocsin.core.reference.results import Because, Problem
from tocsin.services import doors, hotline, viewing
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.queries import networks
from tocsin.web import gate

FIELDS: Final = (
    "what", "place", "when", "who", "caller_role", "caller_number", "language", "consent", "callback_ok",
    "called_at", "call_id",
)  # fmt: skip
CONSENTS: Final = ("none", "anon_use", "contact_ok", "share_named", "referral_only", "withdrawn")
ROLES: Final = (
    "citizen_unregistered", "citizen_registered", "eyewitness", "can_focal_point", "local_authority",
    "local_peace_committee", "ngo", "mission_patrol",
)  # fmt: skip


def sheet(request: Any) -> HttpResponse:
    """Show an empty call sheet, or take one in and go to what it became."""
    if not viewing.may(request.viewer, "create", "report"):
        raise Refused(Because("access.no_grant"))
    if request.method != "POST":
        return _form(request, {"call_id": secrets.token_urlsafe(9)})
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    found = doors.take_hotline_sheet(request.viewer, fields, now=request.now)
    if isinstance(found, Problem):
        language = (translation.get_language() or "en").partition("-")[0]
        return _form(request, fields, wording.say(f"problem.{found.code}", found.facts, language), status=422)
    return redirect(f"{request.path}?taken={found.ref}")


def _form(request: Any, typed: dict[str, str], problem: str = "", *, status: int = 200) -> HttpResponse:
    taken = request.GET.get("taken", "")
    shown = {
        "typed": typed,
        "problem": problem,
        "consents": CONSENTS,
        "roles": ROLES,
        "taken": taken if taken.startswith("M-") and taken[2:].isdecimal() else "",
    }
    return render(request, "desk/hotline.html", shown, status=status)


def calls(request: Any) -> HttpResponse:
    """Show who waits to be called back, who on duty speaks their language, and how many calls each takes."""
    return _calls(request)


def _calls(request: Any, *, reasons: tuple[Any, ...] = (), status: int = 200) -> HttpResponse:
    gate.require(request.viewer, "read", "call_back")
    shown = {
        "waiting": hotline.waiting(request.viewer, now=request.now),
        "loads": hotline.loads(request.viewer, now=request.now),
        "norm": rules.value("networks.hotline.calls_per_month", request.now),
        "done": networks.call_backs(request.viewer, is_open=False, most=15),
        "outcomes": hotline.OUTCOMES,
        "may_change": viewing.may(request.viewer, "change", "call_back"),
        "reasons": reasons,
    }
    return render(request, "networks/calls.html", shown, status=status)


@require_POST
def called(request: Any, ref: str) -> HttpResponse:
    """Write what came of a call-back."""
    try:
        hotline.call_back(request.viewer, ref, outcome=request.POST.get("outcome", ""), now=request.now)
    except Refusal as refusal:
        return _calls(request, reasons=refusal.reasons, status=422)
    return redirect("calls")


urlpatterns = [
    path("hotline/", sheet, name="hotline"),
    path("hotline/calls/", calls, name="calls"),
    path("hotline/calls/<str:ref>/", called, name="called"),
]
