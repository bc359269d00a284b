"""What is agreed locally: a village's secret signals, and a network's code sheet with its try-out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import yaml
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_POST

from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.reference import wording
from tocsin.core.reference.terms import SignalKind, SignalMeaning, SignalPattern
from tocsin.services import networks, viewing
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import networks as read
from tocsin.store.queries import places
from tocsin.web import gate, posted

LINES: Final = 6
EXAMPLE: Final = """name: Short code
fields:
  - {key: what, label: What, kind: codes, codes: {A: ATK, L: LOO, M: MOB, E: {events: NED, need: water}, Z: {nothing: true, label: nothing}}}
  - {key: dead, label: Killed, kind: count, toll: killed}
  - {key: where, label: Where, kind: place, codes: {NYA: P-0001}}
"""


def signals(request: Any, ref: str) -> HttpResponse:
    """Show a village's codes to who may see them; the look is written down."""
    return _signals(request, ref)


def _signals(request: Any, ref: str, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    books = networks.show_code_books(viewer, ref, now=request.now)
    place = found_or_refuse(places.place_row(viewer, ref), "place")
    context = {
        "place": place,
        "books": [
            {"row": row, "told": told, "in_force": row.valid_from <= request.now < row.valid_until} for row, told in books
        ],
        "signals": list(SignalKind), "patterns": list(SignalPattern), "meanings": list(SignalMeaning),
        "lines": range(LINES), "may_create": viewing.may(viewer, "create", "code_book", place), "reasons": tuple(reasons),
    }  # fmt: skip
    return render(request, "networks/signals.html", context, status=status)


@require_POST
def save_signals(request: Any, ref: str) -> HttpResponse:
    """Write a village's next code, sealed."""
    gate.require(request.viewer, "create", "code_book")
    try:
        until = request.POST.get("valid_until", "")
        networks.save_code_book(
            request.viewer,
            ref,
            _entries(request),
            valid_from=posted.moment(request, "valid_from") if request.POST.get("valid_from") else request.now,
            valid_until=posted.moment(request, "valid_until") if until else None,
            now=request.now,
        )
    except Refusal as refusal:
        return _signals(request, ref, reasons=refusal.reasons, status=422)
    return redirect("signals", ref)


def _entries(request: Any) -> list[CodeEntry]:
    found = []
    for number in range(LINES):
        chosen = [request.POST.get(f"{name}_{number}", "") for name in ("signal", "pattern", "meaning")]
        if not chosen[0] or not chosen[2]:
            continue
        try:
            found.append(CodeEntry(SignalKind(chosen[0]), SignalPattern(chosen[1] or "any"), SignalMeaning(chosen[2])))
        except ValueError:
            continue
    return found


def sheet(request: Any, ref: str) -> HttpResponse:
    """Show a network's code sheet and read a pasted message by it; put it in force on demand."""
    viewer = request.viewer
    row = found_or_refuse(read.network_row(viewer, ref), "network")
    current = read.sheet_row(row)
    said = posted.text(request, "definition") if request.method == "POST" else ""
    text = said or (yaml.safe_dump(current.definition, allow_unicode=True, sort_keys=False) if current else EXAMPLE)
    message = posted.text(request, "message")[:2000] if request.method == "POST" else ""
    reasons: tuple[Any, ...] = ()
    if request.method == "POST" and request.POST.get("save") == "yes":
        gate.require(viewer, "create", "network")
        try:
            networks.save_code_sheet(viewer, ref, text, now=request.now)
            return redirect("code_sheet", ref)
        except Refusal as refusal:
            reasons = refusal.reasons
    context = {
        "network": row, "text": text, "message": message, "current": current, "reasons": reasons,
        "may_save": viewing.may(viewer, "create", "network", row), **_tried(text, message, request.now),
    }  # fmt: skip
    is_part = getattr(request, "htmx", False) and not reasons
    page = "networks/tried.html" if is_part else "networks/sheet.html"
    return render(request, page, context, status=422 if reasons else 200)


def _tried(text: str, message: str, now: Any) -> dict[str, Any]:
    language = (translation.get_language() or "en").partition("-")[0]
    made, problems, _ = networks.sheet_from(text)
    shown: dict[str, Any] = {"mistakes": [wording.problem(one, language) for one in problems], "made": made}
    if made is None or not message:
        return shown
    coded, reading = networks.try_out(made, message, now=now)
    parts = [
        {"part": part, "problem": wording.problem(part.problem, language) if part.problem else ""}
        for part in (coded.parts if coded else ())
    ]
    return {**shown, "coded": coded, "reading": reading, "parts": parts}


urlpatterns = [
    path("networks/signals/<str:ref>/", signals, name="signals"),
    path("networks/signals/<str:ref>/new/", save_signals, name="signals_new"),
    path("networks/<str:ref>/codes/", sheet, name="code_sheet"),
]
