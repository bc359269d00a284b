"""Read the form of a warning into a draft, without trusting it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

import numpy as np

from tocsin.core.evidence.decoding import clean
from tocsin.core.places.shapes import Ring
from tocsin.core.places.types import Point
from tocsin.core.plans.community import Asked, WarningText, events_to_warn_of
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import CapKind, Likelihood, Severity, Urgency, WarningReach
from tocsin.services.refusals import Refusal
from tocsin.services.warnings import Draft
from tocsin.store.queries import finding
from tocsin.web import posted

E = TypeVar("E", bound=Enum)
MOST_LANGUAGES = 12
MOST_POINTS = 5000


def read_draft(request: Any, begun: Draft) -> Draft:
    """Return the draft that a form holds, on top of what it began with.

    Raises
    ------
    Refusal
        When a place is not known, the area cannot be read, or a time is none.
    """
    given = request.POST
    event = given.get("event", "")
    expires = given.get("expires_at", "")
    rings, circles = _shape(request)
    return replace(
        begun,
        event=event if event in events_to_warn_of() else "any",
        urgency=_one_of(given, "urgency", Urgency, Urgency.UNKNOWN),
        severity=_one_of(given, "severity", Severity, Severity.UNKNOWN),
        certainty=_one_of(given, "certainty", Likelihood, Likelihood.UNKNOWN),
        reach=_one_of(given, "reach", WarningReach, WarningReach.PUBLIC),
        is_exercise=given.get("is_exercise") == "yes",
        places=_places(request),
        rings=rings,
        circles=circles,
        texts=_texts(request),
        by_voice=tuple(_languages(given.getlist("by_voice"))),
        tasks=tuple(found[:12] for found in given.getlist("tasks")[:20]),
        asked=Asked(
            promises_help=posted.answer(request, "promises_help"),
            tells_of_troops=posted.answer(request, "tells_of_troops"),
            tells_who_reported=posted.answer(request, "tells_who_reported"),
        ),
        expires_at=posted.moment(request, "expires_at") if expires else begun.expires_at,
    )


def read_kind(text: str) -> CapKind:
    """Return what a following warning does: it updates or it cancels."""
    return CapKind.CANCEL if text == "cancel" else CapKind.UPDATE


def written_shape(draft: Draft) -> dict[str, str]:
    """Return the area of a draft as the form's fields hold it."""
    lines = [" ".join(f"{lat:.6f},{lon:.6f}" for lat, lon in ring) for ring in draft.rings]
    circle = draft.circles[0] if draft.circles else None
    return {
        "area": "polygon" if lines else ("circle" if circle else "around"),
        "polygon": "\n".join(lines),
        "centre": f"{circle[0].lat:.6f},{circle[0].lon:.6f}" if circle else "",
        "radius_km": f"{circle[1]:g}" if circle else "",
    }


def _one_of(given: Any, name: str, kind: type[E], otherwise: E) -> E:
    try:
        return kind(given.get(name, ""))
    except ValueError:
        return otherwise


def _places(request: Any) -> tuple[str, ...]:
    """Return the places ticked, and those written by name or reference with a comma between them."""
    chosen = [ref[:40] for ref in request.POST.getlist("places")[:200]]
    written = posted.text(request, "more_places").replace("،", ",")
    for name in filter(None, (part.strip() for part in written.split(",")[:40])):
        found, count = finding.find_places(request.viewer, name, most=2)
        exact = [place for place in found if name.casefold() in (place.ref.casefold(), place.name.casefold())]
        if not exact and count != 1:
            raise Refusal(Because("warn.no_place", {"ref": name}))
        chosen.append((exact or found)[0].ref)
    return tuple(dict.fromkeys(chosen))


def _shape(request: Any) -> tuple[tuple[Ring, ...], tuple[tuple[Point, float], ...]]:
    area = request.POST.get("area", "")
    if area == "polygon":
        return tuple(
            _ring(line) for line in clean(request.POST.get("polygon", "")).text.splitlines() if line.strip()
        ), ()
    if area == "circle":
        centre = _numbers(posted.text(request, "centre").replace(",", " ").split())
        radius = _numbers([posted.text(request, "radius_km").replace(",", ".") or "5"])
        if len(centre) != 2 or not 0 < radius[0] <= 500:
            raise Refusal(Because("warn.shape_not_readable"))
        return (), ((Point(float(centre[0]), float(centre[1])), float(radius[0])),)
    return (), ()


def _ring(line: str) -> Ring:
    numbers = _numbers(line.replace(",", " ").replace(";", " ").split()[: 2 * MOST_POINTS])
    if len(numbers) % 2:
        raise Refusal(Because("warn.shape_not_readable"))
    ring = numbers.reshape(-1, 2)
    if np.any(np.abs(ring) > (90, 180)):
        raise Refusal(Because("warn.shape_not_readable"))
    return ring


def _numbers(words: list[str]) -> Ring:
    try:
        found = np.array(words, dtype=np.float64)
    except ValueError:
        raise Refusal(Because("warn.shape_not_readable")) from None
    if not np.isfinite(found).all():
        raise Refusal(Because("warn.shape_not_readable"))
    return found


def _texts(request: Any) -> dict[str, WarningText]:
    found = {}
    for language in _languages(request.POST.getlist("languages")):
        parts = [posted.text(request, f"{name}-{language}") for name in ("headline", "what", "do")]
        found[language] = WarningText(language, parts[0][:160], parts[1], parts[2])
    return found


def _languages(codes: Iterable[str]) -> list[str]:
    plain = [code for code in codes if code.isascii() and code.replace("-", "").isalpha() and 2 <= len(code) <= 8]
    return list(dict.fromkeys(plain))[:MOST_LANGUAGES]
