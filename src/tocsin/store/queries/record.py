"""Reads of history, audit and the queue of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min, Model, Q

from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import (
    Alert,
    AuditEntry,
    AuditSeal,
    CapabilityGap,
    Decision,
    HistoryEntry,
    Incident,
    Lesson,
    Message,
    Place,
    Report,
    Source,
    Task,
    WorkItem,
)
from tocsin.store.queries.evidence import number_of

_NUMBERED: Final[dict[str, type[Model]]] = {
    "A": Alert,
    "D": Decision,
    "G": CapabilityGap,
    "I": Incident,
    "L": Lesson,
    "M": Message,
    "R": Report,
    "T": Task,
}
_NAMED: Final[tuple[type[Model], ...]] = (Place, Source)


def state_at(viewer: Viewer, subject: str, as_of: datetime) -> dict[str, Any] | None:
    """Return the whole state of a record at a moment, None when there was nothing yet."""
    entry = HistoryEntry.objects.filter(subject=subject, at__lte=as_of).order_by("at", "id").last()
    return dict(entry.after) if entry else None


def timeline(viewer: Viewer, subjects: list[str], as_of: datetime | None = None) -> list[dict[str, Any]]:
    """Return what became of some records, oldest first, up to a moment.

    The caller has checked that the viewer may see the records.
    """
    rows = HistoryEntry.objects.filter(subject__in=subjects)
    if as_of is not None:
        rows = rows.filter(at__lte=as_of)
    return [
        {"at": row.at, "subject": row.subject, "verb": row.verb, "by": row.by, "facts": row.facts}
        for row in rows.order_by("at", "id")
    ]


def is_on_record(ref: str) -> bool:
    """Return whether there is a record of this reference; for the audit log only, never for a viewer's eyes."""
    letter = ref.strip().upper().partition("-")[0]
    if letter in _NUMBERED and _NUMBERED[letter]._default_manager.filter(pk=number_of(ref, letter)).exists():
        return True
    return any(model._default_manager.filter(ref=ref).exists() for model in _NAMED)


def audit_page(
    viewer: Viewer, *, before: int | None = None, subject: str = "", by: str = "", most: int = 100
) -> list[AuditEntry]:
    """Return the newest audit entries, with their seals; for those who may read the log."""
    access.require(viewer, "read", "audit")
    rows = AuditEntry.objects.select_related("sealed")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if by:
        rows = rows.filter(by=by)
    if subject:
        rows = rows.filter(subjects__icontains=f'"{subject}"')
    return list(rows.order_by("-pk")[:most])


def audit_figures(viewer: Viewer) -> dict[str, Any]:
    """Return how many entries there are, how many wait for a seal, and the newest head."""
    access.require(viewer, "read", "audit")
    last = AuditSeal.objects.order_by("-id").first()
    return {
        "entries": AuditEntry.objects.count(),
        "unsealed": AuditEntry.objects.filter(sealed__isnull=True).count(),
        "head": last.digest if last else None,
        "sealed_at": last.sealed_at if last else None,
    }


def work_figures(now: datetime) -> dict[str, Any]:
    """Return how much work waits, the oldest due, and what keeps failing: shown on the duty desk."""
    figures = WorkItem.objects.filter(done_at__isnull=True, run_at__lte=now).aggregate(
        due=Count("id"), oldest=Min("run_at"), failing=Count("id", filter=Q(attempts__gte=3))
    )
    return dict(figures)


def next_run_at() -> datetime | None:
    """Return when the next thing to do falls due, None when nothing waits."""
    row = WorkItem.objects.filter(done_at__isnull=True).order_by("run_at").first()
    return row.run_at if row else None
