"""The audit log: who saw and did what, by reference only; and the proof that nothing in it was changed."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tocsin.services import auditing
from tocsin.store.queries import record
from tocsin.web import deeds, gate

PAGE: Final = 100
# What the log knows beside the deeds of the history: looks, releases, accounts and tokens.
_VERBS: Final = {
    "opened": _("Asked for a page"),
    "called": _("Asked the API"),
    "report_read": _("Read a report"),
    "alert_read": _("Read an alert"),
    "matrix_read": _("Read the matrix"),
    "coverage_read": _("Read the coverage"),
    "audit_read": _("Read this log"),
    "replayed": _("Looked at the past"),
    "brief_released": _("Took a brief away"),
    "assessed": _("Kept an assessment"),
    "line_changed": _("Changed a line of the matrix"),
    "policy_approved": _("Put a policy in force"),
    "gap_moved": _("Moved a gap on"),
    "lesson_submitted": _("Wrote a lesson"),
    "lesson_moved": _("Moved a lesson on"),
    "token_issued": _("Made a token"),
    "token_revoked": _("Ended a token"),
    "account_made": _("Made an account"),
    "gateway_made": _("Registered a gateway"),
    "gateway_on": _("Opened a gateway"),
    "gateway_off": _("Closed a gateway"),
    "gateway_ranked": _("Changed the rank of a gateway"),
    "world_started": _("Started the mission"),
    "sent": _("Sent out"),
    "not_sent": _("Found no way to send"),
    "withdrawn": _("Held back a message whose warning was over"),
    "not_delivered": _("Was told that a message did not arrive"),
}
_HEAD: Final = re.compile(r"[0-9a-f]{12,64}")


def show(request: Any) -> HttpResponse:
    """Show the newest entries, or those of one account or about one record."""
    return _page(request)


def _page(request: Any, **more: Any) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "audit")
    by = gate.plain(request.GET.get("by", ""), 40)
    subject = gate.plain(request.GET.get("subject", ""), 40)
    before = gate.number(request.GET.get("before", ""), least=1, most=10**9, otherwise=0) or None
    rows = auditing.page(viewer, now=request.now, before=before, subject=subject, by=by)
    figures = record.audit_figures(viewer)
    context = {
        "rows": [(row, _said(row)) for row in rows], "by": by, "subject": subject, "figures": figures, "older": rows[-1].pk if len(rows) == PAGE else None,
        "head": _in_eights(figures["head"] or ""), **more,
    }  # fmt: skip
    return render(request, "audit/audit.html", context)


@require_POST
def verify(request: Any) -> HttpResponse:
    """Check every entry and every seal, and that a head written down earlier is in the chain."""
    gate.require(request.viewer, "read", "audit")
    head = re.sub(r"\s", "", request.POST.get("head", "").lower())[:64]
    is_readable = not head or bool(_HEAD.fullmatch(head))
    figures, problems = auditing.verify(request.viewer, now=request.now, head=head if is_readable else "")
    return _page(
        request,
        verified=figures,
        problems=problems,
        verified_head=_in_eights(figures["head"]),
        asked=head,
        unreadable=not is_readable,
    )


def _said(row: Any) -> Any:
    """Return what an entry tells was done, in words; what was refused was only asked for."""
    if row.result == "done" and row.verb in deeds.VERBS:
        return deeds.VERBS[row.verb]
    return _VERBS.get(row.verb, row.verb.replace("_", " "))


def _in_eights(head: str) -> list[str]:
    """Return a head in groups of eight, as people read it out and write it down."""
    return [head[start : start + 8] for start in range(0, len(head), 8)]


urlpatterns = [path("audit/", show, name="audit"), path("audit/verify/", verify, name="audit_verify")]
