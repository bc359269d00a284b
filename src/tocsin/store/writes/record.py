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
# No lease and no pause is longer: what ends later was given by a clock that ran ahead.
_LONGEST = LEASE + timedelta(seconds=_RETRY_LAST_S)
# What came in is read and weighed at once, whatever the clock said when it came.
# The stages by which people are woken.
WAKES = ("alert", "watch", "send")
_AT_ONCE = ("read", "weigh", "alert")


def note(viewer: Viewer, subject: str, verb: str, *, at: datetime, after: dict[str, Any], **facts: Any) -> None:
    """Write what became of a record, and that it was done, in the caller's transaction."""
    HistoryEntry.objects.create(subject=subject, at=at, verb=verb, by=viewer.account, facts=facts, after=after)
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

    What wakes people goes before what is still to be read: a flood of messages holds up no alert.
    `now` decides what is due; `wall` is the real clock, by which leases run.
    """
    with transaction.atomic():
        is_over = Q(lease_until__isnull=True) | Q(lease_until__lt=wall) | Q(lease_until__gt=wall + _LONGEST)
        free = WorkItem.objects.filter(is_over, Q(run_at__lte=now) | Q(verb__in=_AT_ONCE), done_at__isnull=True)
        if verbs:
            free = free.filter(verb__in=list(verbs))
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        oldest = free.order_by("run_at", "id")
        item = oldest.filter(verb__in=WAKES).first() or oldest.first()
        if item is None:
            return None
        item.lease_until, item.worker, item.attempts = wall + LEASE, worker, item.attempts + 1
        item.save(update_fields=["lease_until", "worker", "attempts"])
        return item


def call_back(*, now: datetime) -> int:
    """Make due at once all that was planned for later, after the clock was set back; return how much there was.

    An early look does no harm and plans the next one. Each gets a key of its own, for the look that
    it plans may have the very time, and so the key, of the one called back.
    """
    later = list(WorkItem.objects.filter(done_at__isnull=True, run_at__gt=now))
    for item in later:
        item.dedupe_key, item.run_at = f"early:{item.pk}:{now.isoformat()}", now
    WorkItem.objects.bulk_update(later, ["dedupe_key", "run_at"], batch_size=500)
    return len(later)


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
