"""The rate of response: by class and timing, how long each step took, what waits, and whom a warning did not save."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from tocsin.core.lessons.response import Share
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority, ResponseTiming
from tocsin.services import response, viewing
from tocsin.services.local_time import mission_offset
from tocsin.services.refusals import Refusal
from tocsin.web import gate
from tocsin.web.clock import named_moment

PUBLISHED: Final = ("addressed", "immediate", "coordinated", "assessed")
MOST_HARMED: Final = 50
_WIDE: Final = 400.0


def show(request: Any) -> HttpResponse:
    """Show the rate of response of a period; a share always stands with what it divides."""
    return _page(request)


def _page(request: Any) -> HttpResponse:
    gate.require(request.viewer, "read", "alert")
    reasons: Iterable[Because] = ()
    try:
        asked = _asked(request)
        found = response.figures(request.viewer, asked, now=request.now)
    except Refusal as refusal:
        reasons = refusal.reasons
        asked = _usual(request)
        found = response.figures(request.viewer, asked, now=request.now)
    rate = found.rate
    rows = [
        {
            "response": one,
            "cells": [(timing, rate.cell(one, timing)) for timing in ResponseTiming],
            "all": rate.of_class(one),
        }
        for one in response.CLASSES
    ]
    context = {
        "found": found, "rate": rate, "asked": asked, "rows": rows, "reasons": tuple(reasons),
        "timings": [(timing, rate.of_timing(timing)) for timing in ResponseTiming],
        "bars": _bars(rows), "spans": rate.spans,
        "backlog": [(kind, list(enumerate(counts))) for kind, counts in found.backlog.items() if counts is not None],
        "shares": _shares(found), "harmed": rate.harmed[-MOST_HARMED:][::-1],
        "more_harmed": max(len(rate.harmed) - MOST_HARMED, 0),
        "areas": [one for one in found.areas if one.alerts or one.people],
        "since_on": _shown_day(asked.since), "until_on": _shown_day(asked.until),
        "priorities": list(Priority), "published": PUBLISHED, "query": request.GET.urlencode(),
        "may_brief": viewing.may(request.viewer, "read", "brief"),
    }  # fmt: skip
    return render(request, "response/response.html", context, status=422 if reasons else 200)


def _shown_day(moment: datetime) -> str:
    """Return the day of a moment where the mission is, as the form's own field writes it."""
    return moment.astimezone(timezone(mission_offset())).date().isoformat()


def _shares(found: response.Figures) -> list[tuple[str, Share]]:
    shares = [
        ("delegated_unconfirmed", found.rate.delegated_unconfirmed),
        ("harmed_after_warning", found.rate.harmed_after_warning),
        ("false_alarms", found.rate.false_alarms),
        ("feedback", found.rate.feedback),
    ]
    return [*shares, ("silent_nodes", found.silent)] if found.silent is not None else shares


def _bars(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bars of the chart: one row a class, one stretch a timing, to one scale."""
    most = max((row["all"].count for row in rows), default=0)
    drawn = []
    for number, row in enumerate(rows):
        left, parts = 0.0, []
        for timing, cell in row["cells"]:
            wide = _WIDE * cell.count / most if most else 0.0
            if cell.count:
                parts.append({"timing": timing, "x": round(left, 1), "wide": round(wide, 1)})
            left += wide
        top = number * 26
        drawn.append({"row": row, "y": top, "text_y": top + 15, "end": round(left + 6, 1), "parts": parts})
    return {"rows": drawn, "height": len(rows) * 26, "is_empty": most == 0}


def _usual(request: Any) -> response.Asked:
    return response.Asked(request.now - timedelta(days=30), request.now)


def _asked(request: Any) -> response.Asked:
    """Return the period and the filters of an address; a day means its whole length where the mission is."""
    given = request.GET
    days = gate.number(given.get("days", ""), least=1, most=3660, otherwise=30)
    until = _day(given.get("to", ""), request.now, is_end=True) or request.now
    since = _day(given.get("from", ""), request.now) or until - timedelta(days=days)
    priority = given.get("priority", "")
    return response.Asked(
        since=since,
        until=min(until, request.now),
        sector=gate.plain(given.get("sector", ""), 20),
        priority=priority if priority in Priority.__members__ else "",
    )


def _day(text: str, now: Any, *, is_end: bool = False) -> Any:
    if not text:
        return None
    found = named_moment(f"{text}T23:59:59" if is_end else f"{text}T00:00:00") if len(text) == 10 else None
    if found is None or found > now + timedelta(days=1) or found < gate.FIRST_MOMENT:
        raise Refusal(Because("response.period"))
    return found


def export(request: Any, form: str) -> HttpResponse:
    """Hand the figures over as a table or as JSON, for the same period and the same rights as the page."""
    gate.require(request.viewer, "read", "alert")
    try:
        found = response.figures(request.viewer, _asked(request), now=request.now)
    except Refusal:
        return _page(request)
    if form == "json":
        return JsonResponse(response.as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer = HttpResponse("\ufeff" + response.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="response_{found.as_of:%Y%m%dT%H%MZ}.csv"'
    return answer


urlpatterns = [
    path("response/", show, name="response"),
    path("response/export.csv", export, {"form": "csv"}, name="response_csv"),
    path("response/export.json", export, {"form": "json"}, name="response_json"),
]
