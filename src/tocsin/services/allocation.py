"""Allocate: who can reach whom in time, what cannot be covered, and what would close it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.allocation.coverage import cover as work_out
from tocsin.core.allocation.needs import needs_from
from tocsin.core.allocation.types import Coverage
from tocsin.core.assessment.types import Assessment
from tocsin.core.places.travel import RoadNetwork
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import GapState
from tocsin.core.reference.viewer import Viewer
from tocsin.services import assessment
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import places, plans
from tocsin.store.writes import plans as write
from tocsin.store.writes import record


def cover(
    viewer: Viewer,
    *,
    as_of: datetime,
    now: datetime,
    within_h: float,
    night: bool = False,
    assessed: Assessment | None = None,
) -> Coverage:
    """Return who can reach whom within the hours, and the honest gap.

    `assessed` spares a second assessment where the caller has one of the same moment.
    """
    access.require(viewer, "read", "coverage")
    matrix = assessed or assessment.assess(viewer, as_of=as_of, now=now)
    found = work_out(
        needs_from(matrix.lines, as_of=as_of),
        places.assets(viewer, as_of),
        places.bases(viewer, as_of),
        network(viewer, as_of),
        within_h=within_h,
        night=night,
        as_of=as_of,
    )
    with transaction.atomic():
        record.note_many(viewer, "coverage_read", [], at=now)
    return found


def network(viewer: Viewer, as_of: datetime) -> RoadNetwork:
    """Return the roads as they were known at `as_of`."""
    return RoadNetwork(places.places(viewer), places.roads(viewer), places.closures(viewer, as_of), as_of=as_of)


def coverage_json(found: Coverage) -> dict[str, Any]:
    """Return a coverage as the documented JSON object of ``tocsin cover``."""
    return {
        "within_hours": found.within_h,
        "night": found.night,
        "assumptions": dict(found.assumptions),
        "notes": [note.as_json() for note in found.notes],
        "covered": [
            {
                "place": one.need.place,
                "name": one.need.label,
                "category": one.need.category.value,
                "people": one.need.people,
                "by": one.reach.asset,
                "hours": one.reach.hours,
                "low_hours": one.reach.low_h,
                "high_hours": one.reach.high_h,
                "others": one.others,
                "certain": one.certain,
            }
            for one in found.covered
        ],
        "uncovered": [one.as_json() for one in found.uncovered],
        "marginal": [
            {
                "kind": one.kind,
                "at": one.at,
                "places": one.places,
                "must_places": one.must_places,
                "people": one.people,
                "places_unknown": one.places_unknown,
                "closes": list(one.closes),
            }
            for one in found.marginal
        ],
    }


def open_gap(viewer: Viewer, found: Coverage, place: str, *, done_instead: str, now: datetime) -> Any:
    """Open a capability gap for an uncovered place, saying what was done instead."""
    with transaction.atomic():
        access.require(viewer, "create", "gap")
        row = found_or_refuse(places.place_row(viewer, place), "place")
        line = next((one for one in found.uncovered if one.need.place == place), None)
        if line is None:
            raise Refusal(Because("gap.place_is_covered", {}, (place,)))
        gap = write.raise_gap(
            kind=line.gap_kind.value,
            by=viewer.account,
            at=now,
            place=row,
            people=line.need.people,
            because=[reason.as_json() for reason in line.reasons],
            closes_with=list(line.closes_with),
            done_instead=done_instead,
        )
        record.note(viewer, gap.ref, "gap_opened", at=now, after={"ref": gap.ref, "state": gap.state, "place": place})
        return gap


def move_gap(viewer: Viewer, ref: str, *, to: GapState, why: str, now: datetime) -> Any:
    """Move a gap on its way up to the Council or to its end, with a reason."""
    with transaction.atomic():
        gap = found_or_refuse(plans.gap_row(viewer, ref), "gap")
        access.require(viewer, "move", "gap", gap)
        if not why.strip():
            raise Refusal(Because("gap.needs_why", {}, (ref,)))
        write.change_gap(gap, state=to.value, review_on=(now + write.GAP_REVIEW).date())
        record.note(viewer, gap.ref, "gap_moved", at=now, after={"ref": gap.ref, "state": gap.state}, why=why)
        return gap
