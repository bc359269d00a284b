"""Reads for the matrix as it is shown: what it rests on, and which of its evidence a viewer may open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import AssessmentRun, FeedLoad, HistoryEntry, Incident, LineAction, MatrixLine, Place, Report
from tocsin.store.queries import places
from tocsin.store.queries.evidence import number_of

# Whatever is changed in place enters the history; whatever comes in bulk has a load.
_GROWING = (HistoryEntry, FeedLoad, Incident, Report, LineAction, Place)


def store_stamp() -> tuple[Any, ...]:
    """Return a value that changes whenever something was written that an assessment rests on.

    The newest number of a table is one step down its index, however many rows there are.
    """
    newest = (model.objects.aggregate(last=Max("pk"))["last"] for model in _GROWING)
    return (*newest, *places.stamp())


def refs_open_to(viewer: Viewer, refs: Iterable[str]) -> frozenset[str]:
    """Return those incidents and reports among `refs` that the viewer may open."""
    asked = set(refs)
    found: set[str] = set()
    for letter, kind, model in (("I", "incident", Incident), ("R", "report", Report)):
        numbers = {number: ref for ref in asked if (number := number_of(ref, letter))}
        if numbers:
            rows = model._default_manager.filter(pk__in=list(numbers))
            found |= {numbers[pk] for pk in access.visible(viewer, kind, rows).values_list("pk", flat=True)}
    return frozenset(found)


def places_open_to(viewer: Viewer) -> frozenset[str] | None:
    """Return the references of the places whose lines the viewer may see, None when it is all of them."""
    if access.grant_of(viewer, "place").whole_mission and access.may(viewer, "read", "place"):
        return None
    return frozenset(access.visible(viewer, "place", Place.objects.all()).values_list("ref", flat=True))


def was_written_after(moment: datetime, *, but: str = "") -> bool:
    """Return whether anything but `but` entered the history, or was loaded, after a moment.

    Only the newest entries are looked at: they are the ones that can be later.
    """
    newest = HistoryEntry.objects.order_by("-pk").values_list("subject", "at")[:20]
    if any(at > moment for subject, at in newest if subject != but):
        return True
    return FeedLoad.objects.filter(finished_at__gt=moment).exists()


def kept_line(viewer: Viewer, run: AssessmentRun, place: str) -> MatrixLine | None:
    """Return the line of one place in a kept assessment."""
    access.require(viewer, "read", "matrix")
    return MatrixLine.objects.filter(run=run, place__ref=place).select_related("place").first()


def actions_of(viewer: Viewer, place: str, *, as_of: datetime, most: int = 10) -> list[LineAction]:
    """Return what persons added to a place's line by a moment, newest first."""
    access.require(viewer, "read", "matrix")
    rows = LineAction.objects.filter(place__ref=place, made_at__lte=as_of)
    return list(rows.order_by("-made_at", "-pk")[:most])
