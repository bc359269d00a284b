"""The work that rows ask for, done stage by stage under a lease, in one transaction each."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from tocsin.services import alerting, gathering, intake, policy, sending, silence, surge_notices, verification, waking
from tocsin.store import audit
from tocsin.store.queries import record as read
from tocsin.store.writes import record

_LOG = logging.getLogger("tocsin.work")
# So many things reach the disk together: more would keep those who write messages down waiting.
AT_ONCE: Final = 8
# What leaves the house waits for others, and so it is done beside everything else.
LEAVING: Final = record.ALONE
_SHOW_RAW_AFTER = 3
_SET_BACK = timedelta(minutes=1)
_read_last: list[datetime] = []

STAGES: Final[dict[str, Callable[[str, datetime], object]]] = {
    "read": intake.read_message,
    "weigh": verification.weigh,
    "count": verification.count,
    "alert": alerting.raise_for_report,
    "watch": waking.watch,
    "send": sending.send,
    "silence": silence.look,
    "gather": gathering.gather,
    "policy": policy.take_effect,
    "surges": surge_notices.look,
}


class _LeaseLost(Exception):
    """Another worker took the item over; what was done here is rolled back."""


def do_next(worker: str, *, now: datetime, wall: datetime | None = None) -> bool:
    """Do the oldest thing that is due; False when nothing is."""
    return do_some(worker, now=now, wall=wall, most=1) > 0


def do_some(
    worker: str, *, now: datetime, wall: datetime | None = None, most: int = AT_ONCE, verbs: Collection[str] = ()
) -> int:
    """Do up to `most` things that are due, of `verbs` or of all, the oldest first; return how many were taken in hand.

    The effect of each and the mark that it is done are written together or not at all, and what is
    done at once reaches the disk at once: a killed worker leaves both or neither. What fails is
    given back with a growing pause and is never dropped.
    """
    clock = wall or _read_clock(now)
    items = record.claim_some(worker, now=now, wall=clock, most=most, verbs=verbs)
    for item in items:
        if item.verb == "read" and item.attempts > _SHOW_RAW_AFTER:
            # Whoever had it before may have died of it, and then nobody else put it up.
            intake.show_raw(item.subject, now)
    # What leaves the house comes alone, and waits for others outside any transaction.
    leaves = any(item.verb in record.ALONE for item in items)
    with nullcontext() if leaves else transaction.atomic():
        faults = [(item, fault) for item in items if (fault := _done(item, now, clock)) is not None]
    for item, fault in faults:
        _LOG.error("failed: %s %s, %s, try %s", item.verb, item.subject, _where(fault), item.attempts)
        record.put_back(item, error=_where(fault), wall=clock)
        if item.verb == "read" and item.attempts >= _SHOW_RAW_AFTER:
            intake.show_raw(item.subject, now)
    return len(items)


def at_home() -> frozenset[str]:
    """Return the stages that wait for nobody outside the house."""
    return frozenset(STAGES) - LEAVING


def _done(item: Any, now: datetime, clock: datetime) -> Exception | None:
    """Do one thing within the transaction of all; return its fault, whose traces are taken back.

    What leaves the house keeps its own short transactions, for it can be done twice and not undone.
    """
    try:
        if item.verb in record.ALONE:
            STAGES[item.verb](item.subject, now)
        with transaction.atomic():
            if item.verb not in record.ALONE:
                STAGES[item.verb](item.subject, now)
            if not record.finish(item, wall=clock):
                raise _LeaseLost
    except _LeaseLost:
        _LOG.warning("lease lost: %s %s", item.verb, item.subject)
    except Exception as fault:  # noqa: BLE001  one broken item must not stop the others; it stays visible
        return fault
    return None


def _read_clock(now: datetime) -> datetime:
    """Return the real clock; where it was set back, call back what was planned by the wrong one."""
    clock = datetime.now(UTC)
    if _read_last and clock < _read_last[0] - _SET_BACK:
        _LOG.warning("the clock was set back by %s s: every next look is taken now", (_read_last[0] - clock).seconds)
        with transaction.atomic():
            record.call_back(now=now)
    _read_last[:] = [clock]
    return clock


def _where(fault: BaseException) -> str:
    """Return the kind of a fault and the line it came from, never its words: they may hold a report's."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(last.filename).name}:{last.lineno}"


def drain(worker: str, *, now: datetime, wall: datetime | None = None, most: int = 10_000) -> int:
    """Do everything that is due at `now`; return how many things were done."""
    done = 0
    while done < most and (some := do_some(worker, now=now, wall=wall, most=min(AT_ONCE, most - done))):
        done += some
    return done


def free_of_the_dead(host: str, living: Callable[[str], bool]) -> int:
    """Take back what workers of this host held that died; return how much there was."""
    return record.free_of_the_dead(host, living)


def seal_audit(now: datetime) -> int:
    """Seal the audit entries that wait; return how many."""
    return audit.seal_waiting(now)


def next_run_at() -> datetime | None:
    """Return when the next thing falls due."""
    return read.next_run_at()
