"""Community networks: who keeps watch where, who is not heard, and how each network is set up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_POST

from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Coverage, DeviceState, NetworkKind, NodeState, Rhythm
from tocsin.services import authorities, network_import, networks, silence, viewing
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import networks as read
from tocsin.web import gate, posted

ROLES: Final = (
    "can_focal_point", "can_focal_point_backup", "local_authority", "local_peace_committee", "teacher_registered",
    "citizen_registered", "idp_representative",
)  # fmt: skip
_ORDER: Final = (NodeState.SILENT, NodeState.UNKNOWN, NodeState.DUE, NodeState.HEARD, NodeState.NOT_WATCHED)


def overview(request: Any) -> HttpResponse:
    """Show every node by sector, the silent first."""
    return _overview(request)


def _overview(request: Any, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "network")
    points = read.focal_points(viewer, on=request.now.date())
    nodes = nodes_of(points, request.now)
    sectors: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        sectors.setdefault(node["point"].sector, []).append(node)
    counts = {state.value: sum(node["state"] is state for node in nodes) for state in NodeState}
    context = {
        "sectors": sorted(sectors.items()), "counts": counts, "total": len(nodes),
        "networks": read.networks(viewer), "silences": read.silences(viewer),
        "drills": read.drills(viewer, running=True), "kinds": list(NetworkKind), "rhythms": list(Rhythm), "weekdays": WEEKDAYS,
        "may_create": viewing.may(viewer, "create", "network"), "reasons": tuple(reasons), "typed": request.POST,
        "seen": {"alert": viewing.may(viewer, "read", "alert"), "place": viewing.may(viewer, "read", "place")},
    }  # fmt: skip
    return render(request, "networks/list.html", context, status=status)


def nodes_of(points: Any, now: Any) -> list[dict[str, Any]]:
    """Return nodes with their state and its reasons, the silent first and the longest silent before the others."""
    judged = silence.states(points, as_of=now)
    found = [
        {"point": one, "state": judged[one.ref].value, "reasons": judged[one.ref].reasons, "heard_at": _heard_at(one)}
        for one in points
    ]
    return sorted(found, key=lambda node: (_ORDER.index(node["state"]), node["heard_at"] or node["point"].entered_at))


def _heard_at(point: Any) -> Any:
    return point.source.last_heard_at if point.source else None


@require_POST
def save(request: Any) -> HttpResponse:
    """Write a network anew."""
    gate.require(request.viewer, "create", "network")
    try:
        row = networks.save_network(request.viewer, _network_fields(request), now=request.now)
    except Refusal as refusal:
        return _overview(request, reasons=refusal.reasons, status=422)
    return redirect("network", row.ref)


def network(request: Any, ref: str) -> HttpResponse:
    """Show one network with its nodes, meetings and drills."""
    return _network(request, ref)


def _network(request: Any, ref: str, *, reasons: Iterable[Any] = (), imported: Any = None, status: int = 200) -> HttpResponse:  # fmt: skip
    viewer = request.viewer
    row = found_or_refuse(read.network_row(viewer, ref), "network")
    points = read.focal_points(viewer, row)
    language = (translation.get_language() or "en").partition("-")[0]
    context = {
        "network": row, "nodes": nodes_of(points, request.now), "points": points, "sheet": read.sheet_row(row),
        "meetings": read.meetings(viewer, row), "drills": read.drills(viewer, row),
        "may_change": viewing.may(viewer, "create", "network", row), "may_drill": viewing.may(viewer, "drill", "network", row),
        "told": authorities.who_would_be_told(viewer, now=request.now) if row.kind == NetworkKind.AUTHORITIES.value else (),
        "kinds": list(NetworkKind), "rhythms": list(Rhythm), "weekdays": WEEKDAYS, "reasons": tuple(reasons), "imported": imported,
        "import_problems": [wording.problem(one, language) for one in imported.problems] if imported else (),
        "columns": network_import.COLUMNS, **_choices(viewer), "typed": request.POST,
    }  # fmt: skip
    return render(request, "networks/network.html", context, status=status)


def _choices(viewer: Any) -> dict[str, Any]:
    return {
        "places": read.places_to_choose(viewer), "roles": ROLES, "devices": list(DeviceState), "coverages": list(Coverage),
    }  # fmt: skip


@require_POST
def change(request: Any, ref: str) -> HttpResponse:
    """Change a network."""
    return _do(request, ref, lambda: networks.save_network(request.viewer, _network_fields(request), now=request.now, ref=ref))  # fmt: skip


@require_POST
def add_point(request: Any, ref: str) -> HttpResponse:
    """Write a focal point into a network."""
    return _do(request, ref, lambda: _save_point(request, ref))


@require_POST
def import_points(request: Any, ref: str) -> HttpResponse:
    """Bring in a sheet of focal points."""
    sheet = request.FILES.get("sheet")
    text = sheet.read(2_000_000).decode("utf-8", "replace") if sheet else str(request.POST.get("text", ""))[:400_000]
    imported = network_import.import_focal_points(request.viewer, ref, text, now=request.now)
    return _network(request, ref, imported=imported, status=200 if not imported.problems else 422)


@require_POST
def meet(request: Any, ref: str) -> HttpResponse:
    """Write that a safety committee met."""

    def hold() -> None:
        fields = {
            "held_on": _day(request, "held_on") or request.now.date(), "present": _count(request, "present"),
            "women_present": _count(request, "women_present"), "is_plan_reviewed": posted.answer(request, "plan"),
            "note": posted.text(request, "note")[:400],
        }  # fmt: skip
        networks.hold_meeting(request.viewer, ref, fields, now=request.now)

    return _do(request, ref, hold)


def _do(request: Any, ref: str, verb: Any) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        return _network(request, ref, reasons=refusal.reasons, status=422)
    return redirect("network", ref)


# One node


def node(request: Any, ref: str) -> HttpResponse:
    """Show one node: when it was heard, what stands in the way, and its silences."""
    return _node(request, ref)


def _node(request: Any, ref: str, *, reasons: Iterable[Any] = (), number: Hidden[str] | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    viewer = request.viewer
    point = found_or_refuse(read.focal_row(viewer, ref), "network")
    found = nodes_of([point], request.now)[0]
    others = [one for one in read.focal_points(viewer, point.network) if one.pk != point.pk]
    context = {
        "point": point, "node": found, "check_ins": read.check_ins_of(viewer, point),
        "silences": read.silences_of(viewer, point), "points": others,
        "may_change": viewing.may(viewer, "create", "network", point),
        "may_reveal": viewing.may(viewer, "reveal", "source"), "reasons": tuple(reasons),
        "number": number.reveal(purpose="shown to a custodian") if number else "", **_choices(viewer),
    }  # fmt: skip
    return render(request, "networks/node.html", context, status=status)


@require_POST
def change_point(request: Any, ref: str) -> HttpResponse:
    """Change a focal point; an empty number leaves the one that is sealed."""
    point = found_or_refuse(read.focal_row(request.viewer, ref), "network")
    try:
        _save_point(request, point.network.ref, ref)
    except Refusal as refusal:
        return _node(request, ref, reasons=refusal.reasons, status=422)
    return redirect("node", ref)


@require_POST
def reveal(request: Any, ref: str) -> HttpResponse:
    """Show a custodian how to reach a focal point, once, and write the look down."""
    try:
        number = networks.show_number(request.viewer, ref, why=posted.text(request, "why"), now=request.now)
    except Refusal as refusal:
        return _node(request, ref, reasons=refusal.reasons, status=422)
    return _node(request, ref, number=number)


def _save_point(request: Any, network: str, ref: str = "") -> None:
    number = posted.text(request, "number")[:60]
    networks.save_focal_point(
        request.viewer, network, _point_fields(request), contact=Hidden(number) if number else None, now=request.now,
        ref=ref,
    )  # fmt: skip


# What the forms hold


def _network_fields(request: Any) -> dict[str, Any]:
    hours = posted.text(request, "silent_after_h")
    return {
        "name": posted.text(request, "name")[:80], "kind": posted.text(request, "kind"),
        "sector": posted.text(request, "sector")[:20], "languages": _words(request, "languages"),
        "rhythm": posted.text(request, "rhythm") or Rhythm.NONE.value,
        "check_days": [int(day) for day in request.POST.getlist("check_days") if day in "0123456" and day],
        "check_times": _words(request, "check_times"),
        "silent_after_h": gate.hours(hours, otherwise=0.0) or None, "members": _count(request, "members"),
        "women": _count(request, "women"), "note": posted.text(request, "note")[:400],
        "since_on": _day(request, "since_on"), "until_on": _day(request, "until_on"),
    }  # fmt: skip


def _point_fields(request: Any) -> dict[str, Any]:
    plain = {name: posted.text(request, name) or "unknown" for name in ("phone", "credit", "charge", "coverage")}
    return {
        **plain, "place": posted.text(request, "place"), "role": posted.text(request, "role")[:40] or ROLES[0],
        "sex": posted.text(request, "sex")[:8], "languages": _words(request, "languages"),
        "hours_from": _clock(request, "hours_from"), "hours_until": _clock(request, "hours_until"),
        "trained_on": _day(request, "trained_on"), "backup": posted.text(request, "backup"),
        "since_on": _day(request, "since_on"), "until_on": _day(request, "until_on"),
    }  # fmt: skip


def _words(request: Any, name: str) -> list[str]:
    return [one for one in posted.text(request, name)[:200].replace(",", " ").replace("|", " ").split() if one]


def _count(request: Any, name: str) -> int | None:
    text = posted.text(request, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _day(request: Any, name: str) -> date | None:
    try:
        return date.fromisoformat(posted.text(request, name))
    except ValueError:
        return None


def _clock(request: Any, name: str) -> time | None:
    try:
        return time.fromisoformat(posted.text(request, name))
    except ValueError:
        return None


urlpatterns = [
    path("networks/", overview, name="networks"),
    path("networks/new/", save, name="network_new"),
    path("networks/node/<str:ref>/", node, name="node"),
    path("networks/node/<str:ref>/change/", change_point, name="node_change"),
    path("networks/node/<str:ref>/number/", reveal, name="node_number"),
    path("networks/<str:ref>/", network, name="network"),
    path("networks/<str:ref>/change/", change, name="network_change"),
    path("networks/<str:ref>/people/", add_point, name="network_people"),
    path("networks/<str:ref>/sheet/", import_points, name="network_import"),
    path("networks/<str:ref>/meeting/", meet, name="network_meeting"),
]
