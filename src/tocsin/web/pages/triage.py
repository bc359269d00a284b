"""What the desk does to many records at once: triage, merging, undoing, and the filters it keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Component, ReportKind, VerificationState
from tocsin.services import desk as services_desk
from tocsin.services import regrouping, triage
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import desk
from tocsin.web import gate, posted
from tocsin.web.pages.desk import FILTERS, asked_of
from tocsin.web.pages.reports import FIGURES, LETTERS, place_named


@require_POST
def apply(request: Any) -> HttpResponse:
    """Set the same on all marked reports, or on all that the filter asks for."""
    gate.require(request.viewer, "verify", "report")
    try:
        deed = triage.apply(
            request.viewer, _chosen(request), _asked(request), why=posted.text(request, "why"), now=request.now
        )
    except Refusal as refusal:
        return _refused(request, refusal)
    return redirect("deed", deed.pk)


@require_POST
def merge(request: Any) -> HttpResponse:
    """Make the marked reports, or the marked alerts, one event: that of the main one."""
    refs = list(dict.fromkeys(request.POST.getlist("ref")))
    main, why = posted.text(request, "main").upper(), posted.text(request, "why")
    others = [ref for ref in refs if ref != main]
    gate.require(request.viewer, *(("acknowledge", "alert") if main.startswith("A") else ("verify", "report")))
    try:
        if not main or not others:
            raise Refusal(Because("form.nothing_chosen", {"field": "main"}))
        deed = _merge_alerts(request, others, main, why) if main.startswith("A") else None
        if deed is None:
            deed = regrouping.merge_many(request.viewer, others, main, why=why, now=request.now)
    except Refusal as refusal:
        return _refused(request, refusal)
    return redirect("deed", deed.pk)


def _merge_alerts(request: Any, refs: list[str], main: str, why: str) -> Any:
    deeds = [regrouping.merge_alerts(request.viewer, ref, main, why=why, now=request.now) for ref in refs]
    return deeds[-1]


@require_POST
def split(request: Any) -> HttpResponse:
    """Give the marked reports one incident of their own."""
    gate.require(request.viewer, "verify", "report")
    refs = list(dict.fromkeys(request.POST.getlist("ref")))
    try:
        deed = regrouping.split_many(request.viewer, refs, why=posted.text(request, "why"), now=request.now)
    except Refusal as refusal:
        return _refused(request, refusal)
    return redirect("deed", deed.pk)


@require_GET
def deed(request: Any, number: int) -> HttpResponse:
    """Show what a deed did to each record, and offer to undo it."""
    return _deed_page(request, number)


@require_POST
def undo(request: Any, number: int) -> HttpResponse:
    """Undo a deed as a whole."""
    try:
        triage.undo(request.viewer, number, now=request.now)
    except Refusal as refusal:
        return _deed_page(request, number, reasons=refusal.reasons, status=422)
    return redirect("deed", number)


@require_POST
def keep(request: Any) -> HttpResponse:
    """Keep the filter in force under a name, or forget one."""
    gate.require(request.viewer, "read", "report")
    name, query = posted.text(request, "name"), _query(request)
    if request.POST.get("drop"):
        services_desk.drop_filter(request.viewer, posted.text(request, "drop"), now=request.now)
    else:
        try:
            services_desk.keep_filter(request.viewer, name, query, now=request.now)
        except Refusal as refusal:
            return _refused(request, refusal)
    return redirect(f"{reverse('desk')}?{query}" if query else reverse("desk"))


def _deed_page(request: Any, number: int, *, reasons: tuple[Because, ...] = (), status: int = 200) -> HttpResponse:
    found = found_or_refuse(desk.deed_row(request.viewer, number), "deed")
    items = desk.deed_items(found)
    counted = {result: sum(item.result == result for item in items) for result in ("done", "refused", "undone", "kept")}
    shown = {
        "deed": found,
        "items": items,
        "counted": counted,
        "refused": "undo" if reasons else "",
        "reasons": reasons,
    }
    return render(request, "desk/deed.html", shown, status=status)


def _refused(request: Any, refusal: Refusal) -> HttpResponse:
    shown: dict[str, Any] = {"deed": None, "items": (), "counted": {}, "refused": "undo", "reasons": refusal.reasons}
    return render(request, "desk/deed.html", shown, status=422)


def _chosen(request: Any) -> list[str]:
    if request.POST.get("all") == "filter":
        asked = asked_of(request.POST)
        return desk.refs(request.viewer, asked, as_of=request.now, most=triage.MOST)
    return [ref for ref in request.POST.getlist("ref") if ref.startswith("R-")]


def _asked(request: Any) -> triage.Asked:
    """Return what the form asks to set; a code that is not offered counts as nothing chosen."""
    letter, figure = posted.text(request, "set_source"), posted.text(request, "set_content")
    return triage.Asked(
        state=_code(request, "set_state", VerificationState),
        source=letter if letter in LETTERS else "",
        content=int(figure) if figure.isdecimal() and int(figure) in FIGURES else 0,
        place=place_named(request.viewer, posted.text(request, "set_place")),
        component=_code(request, "set_component", Component),
        holder=posted.text(request, "set_holder"),
        kind=_code(request, "set_kind", ReportKind),
        is_interested=posted.answer(request, "is_interested"),
    )


def _code(request: Any, name: str, kind: Any) -> str:
    value = posted.text(request, name)
    return value if value in {one.value for one in kind} else ""


def _query(request: Any) -> str:
    """Return the filter that a form carries, as the address of the desk writes it."""
    return urlencode({name: request.POST[name] for name in FILTERS if request.POST.get(name)})


urlpatterns = [
    path("desk/triage/", apply, name="triage"),
    path("desk/merge/", merge, name="merge_marked"),
    path("desk/split/", split, name="split_marked"),
    path("desk/deeds/<int:number>/", deed, name="deed"),
    path("desk/deeds/<int:number>/undo/", undo, name="deed_undo"),
    path("desk/filters/", keep, name="filters"),
]
