"""The door without an account: the public form."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_http_methods

from tocsin.core.evidence import replies
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel
from tocsin.services import doors

# `form_id` makes a form that is sent twice one report; nobody sees `website`, so only machines fill it.
FIELDS: Final = ("text", "place", "contact", "language", "website", "form_id")
RECEIPTS: Final = "tocsin.receipts"


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


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]


urlpatterns = [
    path("report/", report_form, name="report_form"),
    path("report/received/<str:token>/", receipt, name="receipt"),
]
