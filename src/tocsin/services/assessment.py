"""Assess: the protection matrix at any moment, by the policy and the rules of that moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from tocsin.core.assessment import matrix
from tocsin.core.assessment.pictures import build_pictures
from tocsin.core.assessment.types import AreaPicture, Assessment, Override
from tocsin.core.places.areas import name_points
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Category, PlaceKind
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.alerting import policy_at
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import evidence, places, plans
from tocsin.store.writes import plans as write
from tocsin.store.writes import record

# An event that began before the mission's memory may have ended within it.
LONGEST_EVENT_DAYS = 60


def pictures_at(viewer: Viewer, *, as_of: datetime) -> tuple[AreaPicture, ...]:
    """Return what was known of every place at `as_of`, and nothing learned later."""
    memory = timedelta(days=rules.value("assessment.memory_days", as_of) + LONGEST_EVENT_DAYS)
    incidents = evidence.incidents_known(viewer, as_of=as_of, since=as_of - memory)
    bases = places.bases(viewer, as_of)
    settlements = places.settlements(viewer)
    known = [(place.name, place.point) for place in settlements if place.kind is not PlaceKind.POINT]
    landmarks = [*known, *((base.name, base.point) for base in bases)]
    return tuple(
        build_pictures(
            name_points(settlements, landmarks),
            incidents,
            places.sites(viewer),
            bases,
            places.heard_at(viewer, as_of),
            as_of=as_of,
        )
    )


def assess(viewer: Viewer, *, as_of: datetime, now: datetime, keep: bool = False) -> Assessment:
    """Return the protection matrix at `as_of`; with `keep` it is written down with what it rested on."""
    access.require(viewer, "create" if keep else "read", "matrix")
    overrides = {
        ref: Override(Category(row.override_category), by=row.made_by, why=row.why)
        for ref, row in plans.line_actions(viewer, as_of).items()
        if row.override_category
    }
    # The judgement is one for the whole mission: who may not open an attack still reads what it means.
    found = matrix.assess(pictures_at(SYSTEM, as_of=as_of), policy=policy_at(as_of), as_of=as_of, overrides=overrides)
    with transaction.atomic():
        if keep:
            run = write.keep_assessment(found, by=viewer.account, at=now)
            record.note(viewer, f"X-{run.pk:06d}", "assessed", at=now, after={"as_of": as_of.isoformat()})
        else:
            record.note_many(viewer, "matrix_read", [], at=now)
    seen = {place.ref for place in places.places(viewer)}
    return replace(found, lines=tuple(line for line in found.lines if line.place.ref in seen))


def act_on_line(
    viewer: Viewer,
    place: str,
    *,
    now: datetime,
    owner: str = "",
    action: str = "",
    residual: str = "",
    review_on: date | None = None,
    override: Category | None = None,
    why: str = "",
) -> None:
    """Add an owner, a planned action or an override to a place's line; an override needs its reason."""
    with transaction.atomic():
        row = found_or_refuse(places.place_row(viewer, place), "place")
        access.require(viewer, "override" if override else "create", "matrix")
        if override:
            _refuse_override(viewer, place, why, now)
        write.act_on_line(
            row,
            by=viewer.account,
            at=now,
            owner=owner,
            action=action,
            residual=residual,
            review_on=review_on,
            override_category=override.value if override else "",
            why=why,
        )
        after = {"owner": owner, "action": action, "override": override.value if override else None, "why": why}
        record.note(viewer, place, "line_changed", at=now, after=after)


def _refuse_override(viewer: Viewer, place: str, why: str, now: datetime) -> None:
    if not why.strip():
        raise Refusal(Because("category.override_needs_why", {}, (place,)))
    held = policy_at(now)
    if held.override_roles and not viewer.system and viewer.role.value not in held.override_roles:
        raise Refusal(Because("policy.may_not_override", {"version": held.version}))
