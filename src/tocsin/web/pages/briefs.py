"""Briefs: choose what, in which language and form, and take it away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.services import sharing, viewing
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts
from tocsin.web import gate, posted

FORMS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def choose(request: Any) -> HttpResponse:
    """Show what briefs there are."""
    return _page(request)


def _page(request: Any, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "brief")
    sees_alerts = viewing.may(viewer, "read", "alert")
    context = {
        "kinds": sharing.kinds(),
        "forms": FORMS,
        "offered": settings.LANGUAGES,
        "alerts": alerts.alerts(viewer, state="open", most=100) if sees_alerts else [],
        "reasons": tuple(reasons),
        "typed": request.POST,
    }
    return render(request, "briefs/briefs.html", context, status=status)


@require_POST
def build(request: Any) -> HttpResponse:
    """Build a brief and hand it over as a file; that it left, and to whom, is written down."""
    gate.require(request.viewer, "read", "brief")
    try:
        order = _order(request)
        content = sharing.brief(request.viewer, order, now=request.now)
    except Refusal as refusal:
        return _page(request, reasons=refusal.reasons, status=422)
    response = HttpResponse(content, content_type=FORMS[order.form])
    # The name tells the kind and the day, and nothing of what is inside.
    name = f"{order.kind}_{order.as_of:%Y%m%dT%H%MZ}_{order.language}.{order.form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _order(request: Any) -> sharing.Order:
    given = request.POST
    kind, language, form = given.get("kind", ""), given.get("language", ""), given.get("form", "")
    if kind not in sharing.kinds():
        raise Refusal(Because("brief.unknown_kind", {"kind": kind[:40], "known": list(sharing.kinds())}))
    if language not in wording.LANGUAGES or form not in FORMS:
        raise Refusal(Because("brief.unknown_form", {"language": language[:8], "form": form[:8]}))
    as_of = posted.moment(request, "moment") if given.get("moment") else request.now
    if not gate.FIRST_MOMENT <= as_of <= request.now + timedelta(minutes=1):
        raise Refusal(Because("form.time_not_readable", {"field": "moment"}))
    return sharing.Order(
        kind=kind,
        language=language,
        form=form,
        as_of=min(as_of, request.now),
        alert=gate.plain(given.get("alert", ""), 20),
        within_h=gate.hours(given.get("hours", ""), otherwise=2.0),
        is_public=given.get("public") == "yes",
    )


urlpatterns = [path("briefs/", choose, name="briefs"), path("briefs/build/", build, name="brief_build")]
