"""The call sheet: what somebody on the telephone says, written down while they speak."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation

from tocsin.core.reference import wording
from tocsin.core.reference.results import Because, Problem
from tocsin.services import doors, viewing
from tocsin.services.refusals import Refused

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


urlpatterns = [path("hotline/", sheet, name="hotline")]
