"""The outlook: where more happens than usual, what the next four weeks may bring, and how far that may be believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.core.forecast.outlook.chances import PlaceChance
from tocsin.core.forecast.surges.silence import Hearing, Silence
from tocsin.core.reference.terms import Outlet
from tocsin.services import outlook, outlook_export, surge_notices, viewing
from tocsin.services.outlook import Shown
from tocsin.services.refusals import Refusal
from tocsin.store.queries import finding
from tocsin.store.queries import matrix as read_matrix
from tocsin.store.queries import outlook as read
from tocsin.web import gate, ground, maps, posted
from tocsin.web.pages.maps import HEIGHT, WIDTH
from tocsin.web.templatetags.outlook import between, share

FIRST: Final = 20
FIRST_ONSET: Final = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One place with its chance, and whether anybody would have told us."""

    rank: int
    chance: PlaceChance
    heard: Silence | None


def show(request: Any) -> HttpResponse:
    """Show the outlook; every row opens to why it stands there."""
    return _page(request)


def _page(request: Any, *, refused: str = "", reasons: Iterable[Any] = ()) -> HttpResponse:
    viewer = request.viewer
    shown = outlook.show(viewer, as_of=gate.past_moment(request), now=request.now, afresh="afresh" in request.GET)
    found = shown.outlook
    sectors = sorted({one.place.sector for one in found.chances.found if one.place.sector})
    sector = gate.plain(request.GET.get("sector", ""), 20)
    sector = sector if sector in sectors else ""
    rows = [
        Row(rank, one, found.heard.get(one.place.ref))
        for rank, one in enumerate(found.chances.found, start=1)
        if sector in ("", one.place.sector)
    ]
    onset = [row for row in rows if row.chance.is_onset]
    going_on = [row for row in rows if not row.chance.is_onset]
    is_all = "all" in request.GET
    context = {
        "shown": shown, "found": found, "sector": sector, "sectors": sectors, "is_all": is_all,
        "rows": going_on if is_all else going_on[:FIRST], "total": len(going_on),
        "onset": onset if is_all else onset[:FIRST_ONSET], "onset_total": len(onset),
        "would_be_told": sum(one.outlet is not Outlet.DIGEST for one in shown.tellings),
        "unobserved": [one for one in _unobserved(shown) if sector in ("", one[0].sector)],
        "map": _map(request, shown), "seen": read_matrix.refs_open_to(viewer, outlook_export.refs_of(shown)),
        "notices": read.notices(viewer, as_of=gate.moment(request)), "disposals": surge_notices.DISPOSALS,
        "may_settle": request.as_of is None and viewing.may(viewer, "settle", "outlook"),
        "refused": refused, "reasons": tuple(reasons),
    }  # fmt: skip
    return render(request, "outlook/outlook.html", context, status=422 if reasons else 200)


@require_POST
def settle(request: Any, ref: str) -> HttpResponse:
    """Write what a person makes of a surge that the machine put before them."""
    state, why = request.POST.get("state", ""), posted.text(request, "why")
    try:
        surge_notices.settle(request.viewer, ref, state, why=why, now=request.now)
    except Refusal as refusal:
        return _page(request, refused=ref, reasons=refusal.reasons)
    return redirect("outlook")


def _unobserved(shown: Shown) -> list[tuple[Any, Silence]]:
    """Return the places from which nobody would have told us, those that fell silent first."""
    names = {one.place.ref: one.place for one in shown.outlook.chances.found}
    found = [(names[ref], one) for ref, one in shown.outlook.heard.items() if ref in names and not one.is_observed]
    return sorted(found, key=lambda pair: (pair[1].state is not Hearing.SILENT, pair[0].name))


def _map(request: Any, shown: Shown) -> Any:
    """Return the picture of surges and chances; None where there is nothing to frame."""
    box = finding.extent(request.viewer)
    if box is None:
        return None
    frame = maps.frame_around(box, WIDTH, HEIGHT)
    found = shown.outlook
    layers = ground.layers(request.viewer, frame, as_of=found.as_of, days=1)
    chances = [
        maps.Mark(
            one.place.point.lon,
            one.place.point.lat,
            f"{one.place.name} · {share(one.chance)} ({between(one)})",
            f"#{one.place.ref}" if one.place.ref in _listed(request, found.chances.found) else "",
            "" if (heard := found.heard.get(one.place.ref)) and heard.is_observed else "unobserved",
            one.chance,
        )
        for one in found.chances.found
    ]
    areas = [
        maps.Area(
            one.surge.centre.point.lon,
            one.surge.centre.point.lat,
            one.surge.radius_km,
            _("More than usual around %(place)s") % {"place": one.surge.centre.name},
            f"#surge-{number}",
            one.outlet.value,
        )
        for number, one in enumerate(shown.tellings, start=1)
    ]
    drawn = replace(layers, incidents=(), alerts=(), chances=chances, areas=areas)
    return maps.draw(frame, drawn, title=_("Map of the outlook"))


def _listed(request: Any, found: tuple[PlaceChance, ...]) -> frozenset[str]:
    """Return the places whose rows stand on this page, so that no mark leads nowhere."""
    if "all" in request.GET:
        return frozenset(one.place.ref for one in found)
    going_on = [one.place.ref for one in found if not one.is_onset][:FIRST]
    return frozenset(going_on + [one.place.ref for one in found if one.is_onset][:FIRST_ONSET])


def export(request: Any, form: str) -> HttpResponse:
    """Hand the outlook over as a table or as JSON, for the same moment and the same rights as the page."""
    shown = outlook.show(request.viewer, as_of=gate.past_moment(request), now=request.now)
    if form == "json":
        found = outlook_export.as_json(shown, request.viewer)
        return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    text = "\ufeff" + outlook_export.as_csv(shown, request.viewer)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="outlook_{shown.outlook.as_of:%Y%m%dT%H%MZ}.csv"'
    return answer


urlpatterns = [
    path("outlook/", show, name="outlook"),
    path("outlook/notices/<str:ref>/", settle, name="outlook_settle"),
    path("outlook/export.csv", export, {"form": "csv"}, name="outlook_csv"),
    path("outlook/export.json", export, {"form": "json"}, name="outlook_json"),
]
