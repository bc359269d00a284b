"""Hand the watch over: the note made from the record, its versions, signing, accepting and printing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.reference.results import Because
from tocsin.services import handover as services
from tocsin.services import viewing
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import alerts, desk
from tocsin.web import gate, posted, waiting


def handovers(request: Any) -> HttpResponse:
    """List the hand-overs of the desk; begin one."""
    gate.require(request.viewer, "read", "alert")
    if request.method == "POST":
        return redirect("handover", services.begin(request.viewer, now=request.now).ref)
    return render(
        request,
        "desk/handovers.html",
        {"rows": desk.handovers(request.viewer), "may_give": viewing.may(request.viewer, "acknowledge", "alert")},
    )


def handover(request: Any, ref: str) -> HttpResponse:
    """Show one hand-over with its versions."""
    return _page(request, ref)


@require_POST
def act(request: Any, ref: str, verb: str) -> HttpResponse:
    """Write, sign or accept a hand-over; a refusal comes back beside the form."""
    deed = DEEDS.get(verb)
    if deed is None:
        return redirect("handover", ref)
    try:
        deed(request, ref)
    except Refusal as refusal:
        return _page(request, ref, refused=verb, reasons=refusal.reasons, status=422)
    return redirect("handover", ref)


def _page(
    request: Any, ref: str, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200
) -> HttpResponse:
    viewer = request.viewer
    row = found_or_refuse(desk.handover_row(viewer, ref), "handover")
    versions = desk.handover_versions(row)
    asked = gate.number(request.GET.get("version", ""), least=1, most=len(versions), otherwise=len(versions))
    version = next(one for one in versions if one.number == asked)
    facts = services.shown(viewer, version.facts)
    shown = {
        "handover": row,
        "versions": versions,
        "version": version,
        "facts": facts,
        "changes": services.changes(facts, _before(viewer, row)),
        "standing": waiting.in_order(alerts.open_alerts(viewer, most=services.MOST)[0], as_of=request.now),
        "may_give": viewing.may(viewer, "acknowledge", "alert"),
        "is_mine": row.made_by == viewer.account,
        "refused": refused,
        "reasons": reasons,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/handover.html", shown, status=status)


def _before(viewer: Any, row: Any) -> dict[str, Any] | None:
    """Return what the hand-over before this one said, as it was accepted."""
    older = [one for one in desk.handovers(viewer) if one.pk < row.pk and one.accepted_at is not None]
    return services.shown(viewer, desk.handover_versions(older[0])[0].facts) if older else None


def _write(request: Any, ref: str) -> None:
    services.write_down(request.viewer, ref, posted.text(request, "note"), now=request.now)


def _sign(request: Any, ref: str) -> None:
    services.sign(request.viewer, ref, now=request.now)


def _accept(request: Any, ref: str) -> None:
    services.accept(request.viewer, ref, now=request.now)


DEEDS: Final[dict[str, Callable[[Any, str], None]]] = {"write": _write, "sign": _sign, "accept": _accept}
urlpatterns = [
    path("handover/", handovers, name="handovers"),
    path("handover/<str:ref>/", handover, name="handover"),
    path("handover/<str:ref>/<slug:verb>/", act, name="handover_act"),
]
