"""The protection matrix: who needs protection most and why, with what there is to give it; and its printed page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.allocation.types import Coverage
from tocsin.core.assessment.types import MatrixLine
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Category
from tocsin.services import assessment, matrix, viewing
from tocsin.services.local_time import is_night
from tocsin.services.refusals import Refusal
from tocsin.store.queries import matrix as read_matrix
from tocsin.store.queries import plans
from tocsin.web import gate, ground, posted

PAGE: Final = 40
WITHIN_H: Final = 2.0
NEEDS: Final = (Category.MUST, Category.SHOULD, Category.COULD)
# What is printed on one sheet is read at a table; no MUST line is ever left out.
MOST_PRINTED: Final = 60

_OF_THREAT: Final = frozenset({"intent", "capability", "opportunity", "inhibition"})
_CELLS: Final = {
    "must": "category", "should": "category", "could": "category", "watch": "category", "override": "category",
    "trend": "trend", "risk": "risk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the matrix as it is shown: the need, what there is to meet it, and what a person added."""

    rank: int
    line: MatrixLine
    covered: Any
    uncovered: Any
    action: Any
    why: Mapping[str, list[Because]]


def why_of(line: MatrixLine) -> dict[str, list[Because]]:
    """Return the reasons of a line under the cell that each bears out."""
    cells: dict[str, list[Because]] = {
        name: [] for name in ("category", "threat", "vulnerability", "risk", "trend", "imminence")
    }
    for because in (*line.imminence.reasons, *line.reasons):
        cells[_cell(because)].append(because)
    return cells


def _cell(because: Because) -> str:
    head, _dot, rest = because.code.partition(".")
    if head == "factor":
        named = str(because.facts.get("factor", rest)).rpartition(".")[2]
        return "threat" if named.partition("_")[0] in _OF_THREAT else "vulnerability"
    return _CELLS.get(head, "imminence")


def show(request: Any) -> HttpResponse:
    """Show the matrix; a cell opens to its reasons, a line to its form."""
    return _page(request)


def _page(request: Any, *, refused: str = "", reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    shown = matrix.show(viewer, as_of=gate.past_moment(request), now=request.now, afresh="afresh" in request.GET)
    found = shown.assessment
    asked = _filters(request)
    coverage = _coverage(request, shown)
    kept = [row for row in _rows(request, found.lines, coverage) if _fits(row, asked)]
    page = gate.number(request.GET.get("page", "1"), least=1, most=10_000, otherwise=1)
    on_page = kept[(page - 1) * PAGE : page * PAGE]
    refs = (
        ref for row in on_page for reason in (*row.line.imminence.reasons, *row.line.reasons) for ref in reason.evidence
    )
    context = {
        "shown": shown, "found": found, "rows": on_page, "names": _names(request, coverage), "total": len(kept), "page": page, "coverage": coverage,
        "has_next": page * PAGE < len(kept), "seen": read_matrix.refs_open_to(viewer, refs),
        "watch": [line for line in found.lines if line.category is Category.WATCH], "within_h": WITHIN_H,
        "may": {verb: request.as_of is None and viewing.may(viewer, verb, "matrix") for verb in ("create", "override")},
        "refused": refused, "reasons": tuple(reasons), "typed": request.POST, "categories": list(Category),
        **asked, **_figures(shown, coverage),
    }  # fmt: skip
    return render(request, "matrix/matrix.html", context, status=status)


def _filters(request: Any) -> dict[str, str]:
    category = request.GET.get("category", "")
    means = request.GET.get("means", "")
    return {
        "category": category if category in [one.value for one in NEEDS] else "",
        "means": means if means in ("assigned", "uncovered") else "",
        "sector": gate.plain(request.GET.get("sector", ""), 20),
    }


def _fits(row: Row, asked: Mapping[str, str]) -> bool:
    if asked["category"] and row.line.category.value != asked["category"]:
        return False
    if asked["sector"] and row.line.place.sector != asked["sector"]:
        return False
    return asked["means"] == "" or (row.uncovered is not None) == (asked["means"] == "uncovered")


def _coverage(request: Any, shown: matrix.Shown) -> Coverage | None:
    """Return what can be reached, None where the viewer may not read it: not worked out is not uncovered."""
    if not viewing.may(request.viewer, "read", "coverage"):
        return None
    night = is_night(shown.assessment.as_of)
    return matrix.cover(request.viewer, shown, within_h=WITHIN_H, night=night, now=request.now)


def _rows(request: Any, lines: Iterable[MatrixLine], coverage: Coverage | None) -> list[Row]:
    """Return the lines that state a need; those on WATCH are summed up, for they are not known to be calm."""
    reached = {one.need.place: one for one in coverage.covered} if coverage else {}
    missed = {one.need.place: one for one in coverage.uncovered} if coverage else {}
    actions = plans.line_actions(request.viewer, gate.moment(request))
    return [
        Row(
            rank,
            line,
            reached.get(line.place.ref),
            missed.get(line.place.ref),
            actions.get(line.place.ref),
            why_of(line),
        )
        for rank, line in enumerate(lines, start=1)
        if line.category is not Category.WATCH
    ]


def _names(request: Any, coverage: Coverage | None) -> dict[str, str]:
    return ground.names_of(coverage, request.viewer) if coverage else {}


def _figures(shown: matrix.Shown, coverage: Coverage | None) -> dict[str, Any]:
    lines = shown.assessment.lines
    if shown.is_partial:
        # None that one may see is not none: a zero here would say that nobody needs protection.
        return {"counts": [], "must_people": None, "must_uncounted": 0, "must_uncovered": None, "sectors": []}
    counts = Counter(line.category for line in lines)
    must = [line for line in lines if line.category is Category.MUST]
    missed = {one.need.place for one in coverage.uncovered} if coverage else set()
    known = [line.people for line in must if line.people is not None]
    return {
        "counts": [(one, counts.get(one, 0)) for one in Category],
        "must_people": sum(known) if known or not must else None,
        "must_uncounted": len(must) - len(known),
        "must_uncovered": sum(line.place.ref in missed for line in must) if coverage else None,
        "sectors": sorted({line.place.sector for line in lines if line.place.sector}),
    }


@require_POST
def act(request: Any, ref: str) -> HttpResponse:
    """Add an owner, a planned action, or an override with its reason to the line of a place."""
    override = request.POST.get("override", "")
    try:
        assessment.act_on_line(
            request.viewer,
            ref,
            now=request.now,
            owner=posted.text(request, "owner")[:80],
            action=posted.text(request, "action"),
            residual=posted.text(request, "residual"),
            review_on=_day(request.POST.get("review_on", "")),
            override=posted.choice(request, "override", Category) if override else None,
            why=posted.text(request, "why"),
        )
    except Refusal as refusal:
        return _page(request, refused=ref, reasons=refusal.reasons, status=422)
    return redirect("place", ref) if request.POST.get("next") == "place" else redirect("matrix")


@require_POST
def keep(request: Any) -> HttpResponse:
    """Work the matrix out now and write it down with what it rested on."""
    assessment.assess(request.viewer, as_of=request.now, now=request.now, keep=True)
    return redirect("matrix")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def print_page(request: Any) -> HttpResponse:
    """Show the matrix as one A3 sheet that reads the same in grey."""
    shown = matrix.show(request.viewer, as_of=gate.past_moment(request), now=request.now)
    lines = shown.assessment.lines
    coverage = _coverage(request, shown)
    rows = _rows(request, lines, coverage)
    printed = [row for row in rows if row.line.category is Category.MUST]
    printed += [row for row in rows if row.line.category is not Category.MUST][: max(MOST_PRINTED - len(printed), 0)]
    context = {
        "shown": shown, "found": shown.assessment, "rows": printed, "more": len(rows) - len(printed),
        "coverage": coverage, "within_h": WITHIN_H, "names": _names(request, coverage),
        "watch": [line for line in lines if line.category is Category.WATCH],
        **_figures(shown, coverage),
    }  # fmt: skip
    return render(request, "matrix/print.html", context)


urlpatterns = [
    path("matrix/", show, name="matrix"),
    path("matrix/print/", print_page, name="matrix_print"),
    path("matrix/keep/", keep, name="matrix_keep"),
    path("matrix/<str:ref>/", act, name="matrix_act"),
]
