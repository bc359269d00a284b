"""Notices of surges: each night the machine puts what stands out before people, once, and a person says what becomes of it.

A notice is no alert: it wakes nobody, has no clock and no level. It stays on the desk until somebody settles it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.forecast.outlook.surges import Surge
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Outlet
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import outlook
from tocsin.services.local_time import mission_offset
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import outlook as read
from tocsin.store.writes import record

DISPOSALS: Final = ("acted", "watch", "dismissed")
# Before the morning's hand-over, by the mission's clock.
_AT: Final = time(4, 0)


def keep_watch(now: datetime) -> None:
    """Ask for the next nightly look; however often this is called, it is one look."""
    here = now.astimezone(UTC) + mission_offset()
    day = here.date() + timedelta(days=here.time() >= _AT)
    record.enqueue("surges", "mission", run_at=_moment(day), key=f"surges:{day.isoformat()}")


def look(subject: str, now: datetime) -> None:
    """Look once for surges, put those before people that are worth waking somebody, and plan the next look.

    It takes seconds, and so it works out everything before it begins to write.
    """
    shown = outlook.work_out(now, now)
    worthy = [one.surge for one in shown.tellings if one.outlet is Outlet.PAGE]
    with transaction.atomic():
        since = now - timedelta(days=shown.outlook.terms.surge_days)
        known = [one.places for one in read.notices(SYSTEM, as_of=now) if one.noticed_at > since]
        for number, surge in enumerate(worthy, start=1):
            if not any(places & surge.places for places in known):
                ref = f"U-{shown.today:%Y%m%d}-{number}"
                record.note(SYSTEM, ref, "surge_noticed", at=now, after=_values(surge))
        keep_watch(now)


def settle(viewer: Viewer, ref: str, state: str, *, why: str, now: datetime) -> None:
    """Write what a person makes of a notice: acted on, watched, or dismissed, which needs its reason.

    Raises
    ------
    Refusal
        When there is no such notice, somebody settled it before, or it is dismissed without a reason.
    """
    with transaction.atomic():
        access.require(viewer, "settle", "outlook")
        notice = found_or_refuse(
            next((one for one in read.notices(viewer, as_of=now) if one.ref == ref), None), "notice"
        )
        if state not in DISPOSALS:
            raise Refusal(Because("outlook.unknown_disposal", {}, (ref,)))
        if state == "dismissed" and not why.strip():
            raise Refusal(Because("outlook.dismiss_needs_why", {}, (ref,)))
        if notice.state in ("acted", "dismissed"):
            raise Refusal(Because("outlook.settled_before", {}, (ref,)))
        after = notice.values | {"state": state, "why": why.strip()}
        record.note(viewer, ref, "surge_settled", at=now, after=after)


def _values(surge: Surge) -> dict[str, Any]:
    return {
        "state": "open",
        "place": surge.centre.ref,
        "places": sorted(surge.places),
        "cases": surge.cases,
        "expected": round(surge.expected, 2),
        "began_on": date.fromordinal(surge.began).isoformat(),
        "p": surge.p,
        "evidence": list(surge.evidence),
    }


def _moment(day: date) -> datetime:
    return datetime.combine(day, _AT, UTC) - mission_offset()
