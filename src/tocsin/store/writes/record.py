"""History, audit and the queue of work."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, F, FloatField, Q, QuerySet

from tocsin.core.reference.viewer import Viewer
from tocsin.store import audit, steady
from tocsin.store.models import HistoryEntry, WorkItem
from tocsin.store.prepared import Prepared

LEASE = timedelta(seconds=30)
_RETRY_FIRST_S, _RETRY_LAST_S = 5, 900
# No lease and no pause is longer: what ends later was given by a clock that ran ahead.
_LONGEST = LEASE + timedelta(seconds=_RETRY_LAST_S)
# What came in is read and weighed at once, whatever the clock said when it came.
_AT_ONCE = ("read", "weigh", "alert")
# By these people are woken: first what was judged, then what the clock or a way out waits for.
_IS_ALARM = Q(verb="alert")
_BY_THE_CLOCK = ("watch", "send")
# What leaves the house waits for others to answer.
ALONE = frozenset({"send", "surges"})
_WAITING = Prepared(
    lambda verb, subject: WorkItem.objects.filter(verb=verb, done_at__isnull=True, attempts=0, subject=subject)[:1],
    CharField(),
    CharField(),
)


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
    item = WorkItem(dedupe_key=key or f"{verb}:{subject}", verb=verb, subject=subject, run_at=run_at)
    WorkItem.objects.bulk_create([item], ignore_conflicts=True)


def plan(verb: str, subject: str, *, run_at: datetime, now: datetime) -> None:
    """Plan the next look at a record, in place of any planned for later.

    It is due by the clock on the wall or by the one that nobody can set, whichever comes first. Its key
    is its own: made of the time, it could be that of a look taken before the clock was set back.
    """
    WorkItem.objects.filter(
        verb=verb, subject=subject, done_at__isnull=True, lease_until__isnull=True, run_at__gt=now
    ).delete()
    beat = steady.beat()
    WorkItem.objects.create(
        dedupe_key=f"{verb}:{subject}:{secrets.token_hex(8)}",
        verb=verb,
        subject=subject,
        run_at=run_at,
        due_boot=beat.boot,
        due_beat=beat.seconds + (run_at - now).total_seconds(),
    )


def enqueue_once(verb: str, subject: str, *, run_at: datetime) -> None:
    """Add one thing to do, unless it waits already and nobody has begun it."""
    if _WAITING.first(verb, subject) is None:
        enqueue(verb, subject, run_at=run_at, key=f"{verb}:{subject}:{secrets.token_hex(6)}")


def claim(worker: str, *, now: datetime, wall: datetime, verbs: Iterable[str] = ()) -> WorkItem | None:
    """Take the oldest thing that is due and free, for the length of a lease; None when nothing is."""
    return next(iter(claim_some(worker, now=now, wall=wall, verbs=verbs, most=1)), None)


def claim_some(
    worker: str, *, now: datetime, wall: datetime, verbs: Iterable[str] = (), most: int = 1
) -> list[WorkItem]:
    """Take up to `most` things that are due and free, the oldest first, for the length of a lease.

    What wakes people goes before what is still to be read: a flood of messages holds up no alert.
    What was tried before comes alone, so that one thing that kills its worker takes no other along;
    so does what leaves the house, which waits for others. `now` decides what is due; `wall` is the
    real clock, by which leases run.
    """
    beat = steady.beat()
    moments = (now, beat.boot, beat.seconds, wall, wall + _LONGEST)
    wanted = tuple(verbs)
    # Looked for before the lock is taken: who finds nothing keeps nobody waiting.
    if _free(wanted, alarms=False, most=1, locked=False).first(*moments) is None:
        return []
    with transaction.atomic():
        chosen = _alone(_free(wanted, alarms=True, most=most).rows(*moments)) or _alone(
            _free(wanted, alarms=False, most=most).rows(*moments)
        )
        for item in chosen:
            item.lease_until, item.worker, item.attempts = wall + LEASE, worker, item.attempts + 1
        WorkItem.objects.filter(pk__in=[item.pk for item in chosen]).update(
            lease_until=wall + LEASE, worker=worker, attempts=F("attempts") + 1
        )
        return chosen


@lru_cache(16)
def _free(verbs: tuple[str, ...], *, alarms: bool, most: int, locked: bool = True) -> Prepared[WorkItem]:
    """Return the question for what is due and free, the oldest first; of `alarms`, only what wakes people.

    What is due is so by either of two clocks, as `core.alerts.clocks.is_due` tells it.
    """

    def make(now: Any, boot: Any, beat: Any, wall: Any, longest: Any) -> QuerySet[WorkItem]:
        due = Q(run_at__lte=now) | Q(due_boot=boot, due_beat__lte=beat)
        wanted = _IS_ALARM | (Q(verb__in=_BY_THE_CLOCK) & due) if alarms else due | Q(verb__in=_AT_ONCE)
        is_over = Q(lease_until__isnull=True) | Q(lease_until__lt=wall) | Q(lease_until__gt=longest)
        free = WorkItem.objects.filter(is_over, wanted, done_at__isnull=True).order_by("run_at", "id")
        free = free.filter(verb__in=verbs) if verbs else free
        if locked and connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        return free[:most]

    moment = DateTimeField()
    return Prepared(make, moment, CharField(), FloatField(), moment, moment)


def _alone(found: list[WorkItem]) -> list[WorkItem]:
    """Return what may be done together: what was tried before, or leaves the house, comes alone."""
    alone = next((place for place, item in enumerate(found) if item.attempts or item.verb in ALONE), len(found))
    return found[: max(alone, 1)]


def free_of_the_dead(host: str, living: Callable[[str], bool]) -> int:
    """Give free what workers of this host held that are no longer there; return how much there was.

    Without this an alert would wait for the end of a dead worker's lease.
    """
    held = WorkItem.objects.filter(done_at__isnull=True, lease_until__isnull=False, worker__startswith=f"{host}:")
    dead = [name for name in held.values_list("worker", flat=True).distinct() if not living(name)]
    return held.filter(worker__in=dead).update(lease_until=None) if dead else 0


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
    # Written out, for it is done with every stage of every message.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tocsin_workitem SET done_at = %s, lease_until = NULL, last_error = ''"
            " WHERE id = %s AND worker = %s AND attempts = %s AND done_at IS NULL",
            [connection.ops.adapt_datetimefield_value(wall), item.pk, item.worker, item.attempts],
        )
        return cursor.rowcount == 1


def put_back(item: WorkItem, *, error: str, wall: datetime) -> None:
    """Give a failed thing back with a pause that doubles up to a quarter of an hour; it is never dropped."""
    pause = min(_RETRY_FIRST_S * 2 ** min(item.attempts - 1, 10), _RETRY_LAST_S)
    # Not when another worker has it by now: its lease is not ours to move.
    WorkItem.objects.filter(pk=item.pk, worker=item.worker, attempts=item.attempts, done_at=None).update(
        lease_until=wall + timedelta(seconds=pause), last_error=error[:200], worker=""
    )
