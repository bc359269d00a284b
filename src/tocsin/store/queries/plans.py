"""Reads of policies, assessments, decisions, tasks, gaps and lessons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet

from tocsin.core.assessment import types as core
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert import policy as convert
from tocsin.store.models import (
    Alert,
    AssessmentRun,
    CapabilityGap,
    CommunityFeedback,
    Decision,
    ImminencePolicy,
    Lesson,
    LineAction,
    MatrixLine,
    Task,
)
from tocsin.store.prepared import Prepared
from tocsin.store.queries.evidence import number_of


def policy_in_force(as_of: datetime) -> core.ImminencePolicy | None:
    """Return the approved policy at `as_of`, None when the mission has none of its own yet."""
    row = _POLICY.first(as_of, as_of)
    return convert.policy(row) if row else None


def _in_force(since: Any, until: Any) -> QuerySet[ImminencePolicy]:
    rows = ImminencePolicy.objects.filter(effective_from__lte=since, status__in=["approved", "superseded"])
    lasting = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=until))
    return lasting.order_by("-effective_from", "-pk")[:1]


_POLICY = Prepared(_in_force, DateTimeField(), DateTimeField())


def newest_run(viewer: Viewer, as_of: datetime) -> AssessmentRun | None:
    """Return the newest kept assessment of a moment at or before `as_of`."""
    access.require(viewer, "read", "matrix")
    return AssessmentRun.objects.filter(as_of__lte=as_of).order_by("-as_of", "-pk").first()


def lines_of(viewer: Viewer, run: AssessmentRun) -> list[MatrixLine]:
    """Return the lines of a kept assessment in their rank."""
    access.require(viewer, "read", "matrix")
    return list(MatrixLine.objects.filter(run=run).select_related("place").order_by("rank"))


def line_actions(viewer: Viewer, as_of: datetime) -> dict[str, LineAction]:
    """Return for each place the newest owner, action or override at `as_of`."""
    access.require(viewer, "read", "matrix")
    rows = LineAction.objects.filter(made_at__lte=as_of).select_related("place").order_by("made_at", "pk")
    return {row.place.ref: row for row in rows}


def decisions_of(viewer: Viewer, alert: Alert) -> list[Decision]:
    """Return the decisions on an alert the viewer already holds, oldest first."""
    return list(Decision.objects.filter(alert=alert).order_by("made_at", "pk"))


def decision_row(viewer: Viewer, ref: str) -> Decision | None:
    """Return one decision, if the viewer may see its alert."""
    row = Decision.objects.select_related("alert").filter(pk=number_of(ref, "D")).first()
    return row if row and access.why_not(viewer, "read", "alert", row.alert) is None else None


def tasks_of(viewer: Viewer, alert: Alert) -> list[Task]:
    """Return the tasks of an alert the viewer already holds, oldest first."""
    return list(Task.objects.filter(alert=alert).select_related("asset", "place").order_by("pk"))


def task_row(viewer: Viewer, ref: str) -> Task | None:
    """Return one task, if the viewer may see its alert."""
    row = Task.objects.select_related("alert", "asset", "place", "decision").filter(pk=number_of(ref, "T")).first()
    if row is None or (row.alert and access.why_not(viewer, "read", "alert", row.alert) is not None):
        return None
    return row


def open_tasks(viewer: Viewer) -> list[Task]:
    """Return the tasks not finished, the first due first."""
    seen = access.visible(viewer, "alert", Alert.objects.all())
    rows = Task.objects.filter(alert__in=seen).exclude(state__in=["done", "cancelled"])
    return list(rows.select_related("alert", "asset", "place").order_by("due_at", "pk"))


def feedback_of(viewer: Viewer, alert: Alert) -> list[CommunityFeedback]:
    """Return what the community was told about an alert the viewer already holds."""
    return list(CommunityFeedback.objects.filter(alert=alert).order_by("given_at", "pk"))


def gaps(viewer: Viewer, *, open_only: bool = True) -> list[CapabilityGap]:
    """Return capability gaps, newest first; none that tells of an alert the viewer may not see."""
    rows = _gaps_seen(viewer)
    if open_only:
        rows = rows.exclude(state__in=["closed", "withdrawn", "mitigated"])
    return list(rows.order_by("-raised_at", "-pk"))


def gap_row(viewer: Viewer, ref: str) -> CapabilityGap | None:
    """Return one gap, None when there is none or the viewer may not see it."""
    return _gaps_seen(viewer).filter(pk=number_of(ref, "G")).first()


def lessons(viewer: Viewer) -> list[Lesson]:
    """Return the lessons the viewer may read, newest first."""
    rows = access.visible(viewer, "lesson", Lesson.objects.select_related("alert", "decision"))
    return list(rows.order_by("-made_at", "-pk"))


def lesson_row(viewer: Viewer, ref: str) -> Lesson | None:
    """Return one lesson, None when there is none or the viewer may not see it."""
    rows = Lesson.objects.select_related("alert", "decision").filter(pk=number_of(ref, "L"))
    return access.visible(viewer, "lesson", rows).first()


def _gaps_seen(viewer: Viewer) -> QuerySet[CapabilityGap]:
    rows = access.visible(viewer, "gap", CapabilityGap.objects.select_related("place", "alert"))
    return rows.filter(Q(alert=None) | Q(alert__in=access.visible(viewer, "alert", Alert.objects.all())))
