"""The doors without an account: the public form, and the gateway of short messages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import Error as DatabaseTrouble
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tocsin.core.evidence import replies
from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel
from tocsin.services import doors

# `form_id` makes a form that is sent twice one report; nobody sees `website`, so only machines fill it.
FIELDS: Final = ("text", "place", "contact", "language", "website", "form_id")
TRY_AGAIN_S: Final = 30
RECEIPTS: Final = "tocsin.receipts"
TOO_LARGE: Final = "CHN-001"
EMPTY: Final = "CHN-002"


@login_not_required
@require_http_methods(["GET", "POST"])
def report_form(request: Any) -> HttpResponse:
    """Show the public form, or take it in and show the receipt."""
    if request.method == "GET":
        typed = {"form_id": secrets.token_urlsafe(12), "language": _language()}
        return render(request, "public/report.html", {"typed": typed})
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    found = doors.take_web_form(fields, now=request.now)
    if isinstance(found, Problem):
        sentence = wording.say(f"problem.{found.code}", found.facts, _language())
        return render(request, "public/report.html", {"typed": fields, "problem": sentence}, status=422)
    # The receipt has an address of its own, so that going back or again sends nothing twice.
    return redirect("receipt", signing.dumps(found.ref, salt=RECEIPTS))


@login_not_required
def receipt(request: Any, token: str) -> HttpResponse:
    """Show the number of a report, and what happens next."""
    try:
        ref = signing.loads(token, salt=RECEIPTS, max_age=24 * 3600)
    except signing.BadSignature:
        return redirect("report_form")
    reply = replies.receipt(ref, channel=Channel.WEB_FORM, language=_language())
    return render(request, "public/receipt.html", {"ref": ref, "reply": reply})


@csrf_exempt
@login_not_required
@require_http_methods(["POST"])
def sms(request: Any) -> HttpResponse:
    """Take in one signed call of a gateway; success is told only after everything in it is stored."""
    body = _body(request)
    if body is None:
        limit = Problem(
            TOO_LARGE, "request body", {"bytes": _declared(request), "limit": MAX_BODY_BYTES, "permanent": True}
        )
        return _refused(limit, 413)
    try:
        found = doors.take_sms(_headers(request), body, now=request.now)
    except DatabaseTrouble:
        # The fault is ours and passes: the gateway keeps the message and comes again.
        answer = _refused(Problem("CHN-020", "store", {"seconds": TRY_AGAIN_S, "permanent": False}), 503)
        answer["Retry-After"] = str(TRY_AGAIN_S)
        return answer
    if isinstance(found, Problem):
        return _refused(found, {TOO_LARGE: 413, EMPTY: 400}.get(found.code, 401))
    answers = [{"ref": one.ref, "reply": one.reply, "repeat": one.is_repeat} for one in found]
    return JsonResponse(answers[0] if len(answers) == 1 else {"messages": answers})


def _declared(request: Any) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _body(request: Any) -> bytes | None:
    """Return the body, or None where it is too large: nothing beyond the limit is ever read."""
    if _declared(request) > MAX_BODY_BYTES:
        return None
    body: bytes = request.read(MAX_BODY_BYTES + 1)
    return None if len(body) > MAX_BODY_BYTES else body


def _headers(request: Any) -> Mapping[str, str]:
    return dict(request.headers.items())


def _refused(problem: Problem, status: int) -> JsonResponse:
    sentence = wording.say(f"problem.{problem.code}", problem.facts, "en")
    return JsonResponse({"problem": problem.as_json(), "message": sentence}, status=status)


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]


urlpatterns = [
    path("report/", report_form, name="report_form"),
    path("report/received/<str:token>/", receipt, name="receipt"),
    path("in/sms/", sms, name="sms"),
]
