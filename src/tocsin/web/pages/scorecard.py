"""The scorecard: how far warnings came before harm, what they cost in alarms, and the harm nobody was warned of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from tocsin.core.lessons.scorecard_values import Recall, Scorecard
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Disposition
from tocsin.services import scorecard, scorecard_export, viewing
from tocsin.services.local_time import mission_offset
from tocsin.services.refusals import Refusal
from tocsin.store.queries import plans
from tocsin.web import gate
from tocsin.web.clock import named_moment

MOST_UNWARNED: Final = 50
_WIDE: Final = 400.0
_INCIDENT: Final = re.compile(r"\bI-\d{6,}\b")


def show(request: Any) -> HttpResponse:
    """Show the scorecard of a period; every share stands with what it divides and beside its control."""
    return _page(request)


def _page(request: Any) -> HttpResponse:
    viewer = request.viewer
    for kind in ("alert", "incident"):
        gate.require(viewer, "read", kind)
    reasons: Iterable[Because] = ()
    try:
        asked = _asked(request)
        shown = scorecard.sheet(viewer, asked, now=request.now)
    except Refusal as refusal:
        reasons = refusal.reasons
        asked = _usual(request)
        shown = scorecard.sheet(viewer, asked, now=request.now)
    sheet = shown.sheet
    sector = request.GET.get("sector")
    card = next((one for one in sheet.by_sector if one.sector == sector), sheet.whole)
    alone = [one for one in sheet.unwarned if card.sector in (None, one.attack.sector)]
    learned = _learned(request)
    context = {
        "shown": shown, "sheet": sheet, "card": card, "asked": asked, "reasons": tuple(reasons),
        "makers": [(maker, card.by_maker[maker], found) for maker, found in card.by_maker_predictive],
        "bars": _bars(card.recalls), "rows": _rows(card), "dispositions": list(Disposition),
        "unwarned": [(one, learned.get(one.attack.ref, ())) for one in alone[:MOST_UNWARNED]], "all_unwarned": len(alone), "more_unwarned": max(len(alone) - MOST_UNWARNED, 0),
        "grid": _grid(sheet.by_sector_and_month), "months": [one.month for one in sheet.by_month],
        "may_learn": request.as_of is None and viewing.may(viewer, "create", "lesson"),
        "since_on": _day_of(asked.since), "until_on": _day_of(asked.until), "query": request.GET.urlencode(),
        "as_of_on": _day_of(asked.as_of) if asked.as_of else "",
    }  # fmt: skip
    return render(request, "scorecard/scorecard.html", context, status=422 if reasons else 200)


def _rows(card: Scorecard) -> list[dict[str, Any]]:
    """Return what became of warnings, a row a disposition and a cell a horizon."""
    return [{"disposition": one, "counts": [horizon.by[one] for horizon in card.predictive]} for one in Disposition]


def _bars(recalls: tuple[Recall, ...]) -> dict[str, Any]:
    """Return the bars of the chart: what had a warning, its bounds, and the mark of what was under warning at all."""
    drawn = []
    for number, one in enumerate(recalls):
        share = one.found.found.share
        drawn.append({
            "recall": one, "text_y": number * 56 + 15, "y": number * 56 + 18,
            "wide": None if share is None else round(_WIDE * share, 1),
            "low": None if one.found.low is None else round(_WIDE * one.found.low, 1),
            "high": None if one.found.high is None else round(_WIDE * one.found.high, 1),
            "mark": None if one.area_time_share is None else round(_WIDE * one.area_time_share, 1),
        })  # fmt: skip
    return {"rows": drawn, "height": len(recalls) * 56, "is_empty": all(one["wide"] is None for one in drawn)}


def _grid(cards: Iterable[Scorecard]) -> list[tuple[str | None, list[Scorecard]]]:
    rows: dict[str | None, list[Scorecard]] = {}
    for one in cards:
        rows.setdefault(one.sector, []).append(one)
    return list(rows.items())


def _learned(request: Any) -> dict[str, list[str]]:
    """Return the lessons that name an incident, by incident, of those the viewer may read."""
    if not viewing.may(request.viewer, "read", "lesson"):
        return {}
    found: dict[str, list[str]] = {}
    for row in plans.lessons(request.viewer):
        for incident in set(_INCIDENT.findall(f"{row.title} {row.observation}")):
            found.setdefault(incident, []).append(row.ref)
    return found


def _day_of(moment: datetime) -> str:
    """Return the day of a moment where the mission is, as the form's own field writes it."""
    return moment.astimezone(timezone(mission_offset())).date().isoformat()


def _usual(request: Any) -> scorecard.Asked:
    until = request.as_of or request.now
    return scorecard.Asked(until - scorecard.USUAL, until, None)


def _asked(request: Any) -> scorecard.Asked:
    """Return the period of an address; a day means its whole length where the mission is."""
    given = request.GET
    as_of = _as_of(request)
    until = _day(given.get("to", ""), request.now, is_end=True) or as_of or request.now
    since = _day(given.get("from", ""), request.now) or until - scorecard.USUAL
    return scorecard.Asked(
        since,
        min(until, as_of or request.now),
        as_of,
        gate.number(given.get("seed", ""), least=0, most=10**6, otherwise=0),
    )


def _as_of(request: Any) -> datetime | None:
    """Return the moment whose knowledge counts; a day means its end."""
    text = request.GET.get("as_of", "")
    if len(text) != 10:
        return gate.past_moment(request)
    found = _day(text, request.now, is_end=True)
    return min(found, request.now) if found else None


def _day(text: str, now: datetime, *, is_end: bool = False) -> datetime | None:
    if not text:
        return None
    found = named_moment(f"{text}T23:59:59" if is_end else f"{text}T00:00:00") if len(text) == 10 else None
    if found is None or found > now + timedelta(days=1) or found < gate.FIRST_MOMENT:
        raise Refusal(Because("scorecard.period"))
    return found


def export(request: Any, form: str) -> HttpResponse:
    """Hand the figures over as a table or as JSON, for the same period and the same rights as the page."""
    for kind in ("alert", "incident"):
        gate.require(request.viewer, "read", kind)
    try:
        shown = scorecard.sheet(request.viewer, _asked(request), now=request.now)
    except Refusal:
        return _page(request)
    if form == "json":
        return JsonResponse(scorecard_export.as_json(shown), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer = HttpResponse("\ufeff" + scorecard_export.as_csv(shown), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="scorecard_{shown.as_of:%Y%m%dT%H%MZ}.csv"'
    return answer


urlpatterns = [
    path("review/scorecard/", show, name="scorecard"),
    path("review/scorecard/export.csv", export, {"form": "csv"}, name="scorecard_csv"),
    path("review/scorecard/export.json", export, {"form": "json"}, name="scorecard_json"),
]
