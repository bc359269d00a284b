"""The audit log: who saw and did what, by reference only; and the proof that nothing in it was changed."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.services import auditing
from tocsin.store.queries import record
from tocsin.web import gate

PAGE: Final = 100
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
        "rows": rows, "by": by, "subject": subject, "figures": figures, "older": rows[-1].pk if len(rows) == PAGE else None,
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
        request, verified=figures, problems=problems, verified_head=_in_eights(figures["head"]), asked=head,
        unreadable=not is_readable,
    )


def _in_eights(head: str) -> list[str]:
    """Return a head in groups of eight, as people read it out and write it down."""
    return [head[start : start + 8] for start in range(0, len(head), 8)]


urlpatterns = [
    path("audit/", show, name="audit"),
    path("audit/verify/", verify, name="audit_verify"),
]
