"""Gateways: which were heard, what each carried, and what did not arrive. For administrators; never to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tocsin.services import gateways
from tocsin.store.queries import gateways as read
from tocsin.web import gate

# A gateway that brings messages in and was not heard for so long may be down: a day without any message is rare.
QUIET_AFTER: Final = timedelta(hours=24)
KINDS: Final = {
    "sms_http": _("Gateway of our own kind"),
    "sms": _("Gateway of our own kind"),
    "twilio": "Twilio",
    "africas_talking": "Africa’s Talking",
    "rapidpro": "RapidPro",
    "android_gateway": _("Telephone with an app"),
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "email": _("E-mail"),
    "missed_call": _("Missed calls"),
}
PURPOSES: Final = {
    "alert": _("Alert"),
    "feedback": _("Feedback"),
    "question": _("Question back"),
    "receipt": _("Receipt"),
    "warning": _("Warning"),
}
ERRORS: Final = {
    "no_way_out": _("no way out"),
    "timed_out": _("no answer in time"),
    "no_connection": _("no connection"),
    "no_spool_folder": _("the outgoing folder is missing"),
    "spool_not_written": _("the outgoing folder cannot be written"),
    "switched_off": _("closed meanwhile"),
    "bad_address": _("its address is not usable"),
    "not_delivered": _("reported as not delivered"),
    "warning_over": _("the warning was over before it could leave"),
}


def show(request: Any) -> HttpResponse:
    """Show every gateway and what has not arrived."""
    viewer = request.viewer
    gate.require(viewer, "read", "gateway")
    rows = [_shown(row, request.now) for row in gateways.rows(viewer)]
    stuck = [
        {"row": one, "purpose": PURPOSES.get(one.purpose, one.purpose), "error": error_said(one.last_error)}
        for one in read.undelivered(viewer)
    ]
    context = {"rows": rows, "stuck": stuck, "figures": read.figures(viewer)}
    return render(request, "gateways/gateways.html", context)


def _shown(row: Any, now: datetime) -> dict[str, Any]:
    return {
        "row": row,
        "kind": KINDS.get(row.channel, row.channel),
        "carries_out": gateways.carries_out(row),
        "is_quiet": row.is_active and (row.last_heard_at is None or row.last_heard_at < now - QUIET_AFTER),
        "error": error_said(row.last_error),
    }


def error_said(code: str) -> Any:
    """Return a code of what went wrong in words; a provider's own code as it is."""
    return ERRORS.get(code, code)


@require_POST
def switch(request: Any, name: str) -> HttpResponse:
    """Open or close a gateway."""
    gateways.switch(request.viewer, name, on=request.POST.get("on") == "yes", now=request.now)
    return redirect("gateways")


@require_POST
def rank(request: Any, name: str) -> HttpResponse:
    """Say which gateway is tried first."""
    place = gate.number(request.POST.get("rank", ""), least=1, most=99, otherwise=10)
    gateways.rank(request.viewer, name, place=place, now=request.now)
    return redirect("gateways")


urlpatterns = [
    path("gateways/", show, name="gateways"),
    path("gateways/<str:name>/switch/", switch, name="gateway_switch"),
    path("gateways/<str:name>/rank/", rank, name="gateway_rank"),
]
