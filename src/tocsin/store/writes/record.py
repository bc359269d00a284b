"""History, audit and the queue of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from tocsin.core.reference.viewer import Viewer
from tocsin.store import audit
from tocsin.store.models import HistoryEntry, WorkItem

LEASE = timedelta(seconds=30)
_RETRY_FIRST_S, _RETRY_LAST_S = 5, 900


def note(viewer: Viewer, subject: str, verb: str, *, at: datetime, after: dict[str, Any], **facts: Any) -> None:
    """Write what became of a record, and that it was done, in the caller's transaction."""
    HistoryEntry.objects.create(
        subject=subject, at=at, verb=verb, by=viewer.account, facts=facts, after=after
    )
    audit.enter(viewer, verb, [subject], at=at)


def note_many(viewer: Viewer, verb: str, subjects: Iterable[str], *, at: datetime, groups: Iterable[str] = ()) -> None:
    """Write one audit entry for a deed or sensitive read that touched many records."""
    audit.enter(viewer, verb, subjects, at=at, groups=groups)


def note_refusal(viewer: Viewer, verb: str, subject: str, *, at: datetime, is_there: bool = True) -> None:
    """Write that a viewer was refused, or asked for what there is not; they are told the same of both."""
    audit.enter(viewer, verb, [subject], at=at, result="refused" if is_there else "absent")


def enqueue(verb: str, subject: str, *, run_at: datetime, key: str = "") -> None:
    """Add one thing to do; the same key twice is one thing."""
    WorkItem.objects.get_or_create(
        dedupe_key=key or f"{verb}:{subject}", defaults={"verb": verb, "subject": subject, "run_at": run_at}
    )


def claim(worker: str, *, now: datetime, wall: datetime, verbs: Iterable[str] = ()) -> WorkItem | None:
    """Take the oldest thing that is due and free, for the length of a lease; None when nothing is.

    `now` decides what is due; `wall` is the real clock, by which leases run.
    """
    with transaction.atomic():
        free = WorkItem.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=wall), done_at__isnull=True)
        free = free.filter(run_at__lte=now)
        if verbs:
            free = free.filter(verb__in=list(verbs))
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        item = free.order_by("run_at", "id").first()
        if item is None:
            return None
        item.lease_until, item.worker, item.attempts = wall + LEASE, worker, item.attempts + 1
        item.save(update_fields=["lease_until", "worker", "attempts"])
        return item


def finish(item: WorkItem, *, wall: datetime) -> bool:
    """Mark a claimed thing as done; False when the lease was lost to another worker meanwhile."""
    won = WorkItem.objects.filter(pk=item.pk, worker=item.worker, attempts=item.attempts, done_at=None).update(
        done_at=wall, lease_until=None, last_error=""
    )
    return won == 1


def put_back(item: WorkItem, *, error: str, wall: datetime) -> None:
    """Give a failed thing back with a pause that doubles up to a quarter of an hour; it is never dropped."""
    pause = min(_RETRY_FIRST_S * 2 ** min(item.attempts - 1, 10), _RETRY_LAST_S)
    # Not when another worker has it by now: its lease is not ours to move.
    WorkItem.objects.filter(pk=item.pk, worker=item.worker, attempts=item.attempts, done_at=None).update(
        lease_until=wall + timedelta(seconds=pause), last_error=error[:200]
    )
