"""Reads for the outlook: how each incident came to be known, and when something was heard from each place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tocsin.core.forecast.surges.discovery import SOUGHT, Discovery, of_code
from tocsin.core.reference.terms import Component
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert.evidence import day_number
from tocsin.store.models import HistoryEntry, Incident, Place, Report

# Those whose reports tell of where they went.
_PATROLS: Final = frozenset({Component.FORCE.value, Component.POLICE.value})
# A dataset is made from the press and from partners, wherever the mission is.
_DATASET: Final = "feed"
# Notices older than this, whatever became of them, are for the history alone.
_NOTICED_WITHIN: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Notice:
    """A surge that the machine put before people, and what a person made of it; `state` ``open``: nobody yet."""

    ref: str
    noticed_at: datetime
    places: frozenset[str]
    place: str
    name: str
    sector: str
    values: dict[str, Any]

    @property
    def state(self) -> str:
        """``open``, or what a person said of it."""
        return str(self.values["state"])


def notices(viewer: Viewer, *, as_of: datetime) -> list[Notice]:
    """Return the notices of the last weeks as they stood at `as_of`, the newest first, at places the viewer may see."""
    if not access.may(viewer, "read", "outlook"):
        return []
    # A range, not a pattern: the desk asks this every few seconds, and a pattern would read the whole history.
    rows = HistoryEntry.objects.filter(
        subject__gte="U-", subject__lt="U.", at__gte=as_of - _NOTICED_WITHIN, at__lte=as_of
    )
    first: dict[str, datetime] = {}
    last: dict[str, dict[str, Any]] = {}
    for subject, at, after in rows.order_by("at", "id").values_list("subject", "at", "after"):
        first.setdefault(subject, at)
        last[subject] = after
    asked = access.visible(viewer, "place", Place.objects.filter(ref__in={one["place"] for one in last.values()}))
    known = {ref: (name, sector) for ref, name, sector in asked.values_list("ref", "name", "sector")}
    return [
        Notice(ref, first[ref], frozenset(after["places"]), after["place"], *known[after["place"]], after)
        for ref, after in sorted(last.items(), reverse=True)
        if after["place"] in known
    ]


def found_by(viewer: Viewer, *, as_of: datetime, since: datetime) -> dict[str, Discovery | None]:
    """Return how each incident that the viewer may see came to be known by `as_of`; None where that is not on record.

    What a patrol found and somebody else told of as well was not found by the patrol alone.
    """
    rows = Incident.objects.filter(started_day__gte=day_number(since), known_at__lte=as_of)
    codes = dict(access.visible(viewer, "incident", rows).values_list("pk", "discovered_by"))
    told: defaultdict[int, set[str]] = defaultdict(set)
    reports = Report.objects.filter(incident__in=rows, received_at__lte=as_of)
    for incident, component in access.visible(viewer, "report", reports).values_list("incident", "component"):
        told[incident].add(component)
    return {Incident.ref_of(number): _found_by(code, told.get(number, set())) for number, code in codes.items()}


def _found_by(code: str, told: set[str]) -> Discovery | None:
    named = Discovery.MEDIA if code == _DATASET else of_code(code)
    if not told:
        return named
    if told <= _PATROLS:
        return Discovery.PATROL
    return Discovery.COMMUNITY if named is None or named in SOUGHT else named


def heard_from(viewer: Viewer, *, as_of: datetime, since: datetime) -> dict[str, list[datetime]]:
    """Return when reports about each place came in, by the reference of the place, as far as the viewer sees them."""
    rows = Report.objects.filter(received_at__gte=since, received_at__lte=as_of, place__isnull=False)
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for place, at in (
        access.visible(viewer, "report", rows).order_by("received_at").values_list("place__ref", "received_at")
    ):
        found[place].append(at)
    return dict(found)
