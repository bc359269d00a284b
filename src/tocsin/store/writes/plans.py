"""Writes of decisions, tasks, gaps, lessons, policies and kept assessments."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from tocsin.core.assessment import types as assessment
from tocsin.store.models import (
    Alert,
    AssessmentRun,
    Asset,
    CapabilityGap,
    Decision,
    Lesson,
    LineAction,
    MatrixLine,
    Place,
    Task,
)

GAP_REVIEW = timedelta(days=90)


def decide(
    alert: Alert,
    *,
    kind: str,
    why: str,
    by: str,
    at: datetime,
    picture: dict[str, Any],
    option: str = "",
    authority: str = "",
    delegated_to: str = "",
) -> Decision:
    """Write a decision with the exact picture its maker saw, and the digest of that picture."""
    spelled = json.dumps(picture, sort_keys=True, ensure_ascii=False, default=str)
    return Decision.objects.create(
        alert=alert,
        kind=kind,
        option=option,
        why=why,
        authority=authority,
        made_by=by,
        made_at=at,
        delegated_to=delegated_to,
        picture=json.loads(spelled),
        picture_digest=hashlib.sha256(spelled.encode()).hexdigest(),
    )


def make_task(
    alert: Alert | None,
    decision: Decision | None,
    *,
    what: str,
    owner: str,
    due_at: datetime,
    by: str,
    at: datetime,
    asset: Asset | None = None,
) -> Task:
    """Write a task with its owner and its time."""
    return Task.objects.create(
        alert=alert,
        decision=decision,
        place=alert.place if alert else None,
        asset=asset,
        what=what,
        owner=owner,
        due_at=due_at,
        made_at=at,
        made_by=by,
    )


def move_task(task: Task, *, expected: str, to: str, note: str = "", done_at: datetime | None = None) -> bool:
    """Move a task from one state to another if nobody moved it meanwhile."""
    fields: dict[str, Any] = {"state": to}
    if note:
        fields["note"] = note
    if done_at:
        fields["done_at"] = done_at
    won = Task.objects.filter(pk=task.pk, state=expected).update(**fields)
    if won:
        task.refresh_from_db()
    return won == 1


def raise_gap(
    *,
    kind: str,
    by: str,
    at: datetime,
    because: list[dict[str, Any]],
    closes_with: list[str],
    alert: Alert | None = None,
    place: Place | None = None,
    people: int | None = None,
    done_instead: str = "",
) -> CapabilityGap:
    """Open a capability gap; it comes up for review after 90 days at the latest."""
    return CapabilityGap.objects.create(
        kind=kind,
        alert=alert,
        place=place,
        people=people,
        because=because,
        closes_with=closes_with,
        done_instead=done_instead,
        raised_at=at,
        raised_by=by,
        review_on=(at + GAP_REVIEW).date(),
        sector=(alert.sector if alert else place.sector if place else ""),
        state="open",
    )


def change_gap(gap: CapabilityGap, **fields: Any) -> CapabilityGap:
    """Set fields of a gap."""
    for name, value in fields.items():
        setattr(gap, name, value)
    gap.save(update_fields=list(fields))
    return gap


def make_lesson(*, by: str, at: datetime, **fields: Any) -> Lesson:
    """Write a lesson as submitted."""
    return Lesson.objects.create(made_by=by, made_at=at, **fields)


def move_lesson(lesson: Lesson, *, expected: str, to: str, **fields: Any) -> bool:
    """Move a lesson from one state to another if nobody moved it meanwhile."""
    won = Lesson.objects.filter(pk=lesson.pk, state=expected).update(state=to, **fields)
    if won:
        lesson.refresh_from_db()
    return won == 1


def keep_assessment(found: assessment.Assessment, *, by: str, at: datetime) -> AssessmentRun:
    """Keep a whole matrix with what it rested on."""
    run = AssessmentRun.objects.create(
        as_of=found.as_of, made_at=at, made_by=by, policy_version=found.policy_version, rules_digest=found.rules_digest
    )
    rows = {place.ref: place for place in Place.objects.filter(ref__in=[line.place.ref for line in found.lines])}
    MatrixLine.objects.bulk_create(
        (
            MatrixLine(
                run=run, place=rows[line.place.ref], rank=rank, category=line.category.value, values=line.as_json()
            )
            for rank, line in enumerate(found.lines, start=1)
        ),
        batch_size=500,
    )
    return run


def act_on_line(place: Place, *, by: str, at: datetime, **fields: Any) -> LineAction:
    """Add owner, action or override to a place's line."""
    return LineAction.objects.create(place=place, made_by=by, made_at=at, **fields)
