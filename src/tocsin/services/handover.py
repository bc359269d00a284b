"""Hand the watch over: a note made from the record, signed by the giver and accepted by the taker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts, desk, duty, networks, plans
from tocsin.store.writes import desk as write
from tocsin.store.writes import record

# Without an earlier hand-over the note reaches back one watch of twelve hours.
FIRST_WATCH: Final = timedelta(hours=12)
MOST: Final = 60


def begin(viewer: Viewer, *, now: datetime) -> Any:
    """Make a hand-over from the record since the last one that was accepted."""
    access.require(viewer, "acknowledge", "alert")
    last = desk.last_accepted(viewer)
    since = last.accepted_at if last and last.accepted_at else now - FIRST_WATCH
    with transaction.atomic():
        row = write.begin_handover(sector=viewer.sector, since=since, by=viewer.account, at=now)
        write.add_version(row, facts=facts(viewer, since, now), note="", by=viewer.account, at=now)
        record.note_many(viewer, "handover_begun", [row.ref], at=now)
        return row


def facts(viewer: Viewer, since: datetime, now: datetime) -> dict[str, Any]:
    """Return what a hand-over states: references, codes and moments of the record, no names and no words told.

    What is open, what was promised and what did not leave is taken as it stands at `now`.
    """
    listed, more = alerts.open_alerts(viewer, most=MOST)
    outgoing = alerts.outgoing_figures(viewer)
    return {
        "at": now.isoformat(),
        "received": desk.received_between(viewer, since, now),
        "waiting": desk.waiting_counts(viewer),
        "late": desk.late_count(viewer, as_of=now),
        "alerts": [_alert(row) for row in listed],
        "more": more,
        "closed": [row.ref for row in alerts.closed_between(viewer, since=since, until=now)],
        "promised": [_task(row) for row in plans.open_tasks(viewer)[:MOST]],
        "silent": [{"ref": row.ref, "since": row.began_at.isoformat()} for row in networks.silences(viewer)],
        "unsent": outgoing["unsent"],
        "failing": outgoing["failing"],
        "next_watch": [one.account for one in duty.on_duty(now)],
    }


def shown(viewer: Viewer, told: dict[str, Any]) -> dict[str, Any]:
    """Return what a hand-over states as the viewer may read it: no alert that is not open to them, and none counted."""
    listed, more = told.get("alerts", []), told.get("more", [])
    closed, promised = told.get("closed", []), told.get("promised", [])
    tied = [one["alert"] for one in promised if one["alert"]]
    seen = alerts.refs_seen(viewer, [*(one["ref"] for one in listed), *more, *closed, *tied])
    kept = {
        "alerts": [one for one in listed if one["ref"] in seen],
        "more": [ref for ref in more if ref in seen],
        "closed": [ref for ref in closed if ref in seen],
        "promised": [one for one in promised if not one["alert"] or one["alert"] in seen],
    }
    return told | kept | {"open": len(kept["alerts"]) + len(kept["more"])}


def _alert(row: Any) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "level": row.level,
        "priority": row.priority,
        "state": row.state,
        "opened_at": row.opened_at.isoformat(),
        "acknowledged": row.acknowledged_at is not None,
        "decided": row.decided_at is not None,
    }


def _task(row: Any) -> dict[str, Any]:
    return {"ref": row.ref, "alert": row.alert.ref if row.alert else None, "due_at": row.due_at.isoformat()}


def write_down(viewer: Viewer, ref: str, note: str, *, now: datetime) -> Any:
    """Write a further version with the giver's own words and the figures anew; the ones before stay."""
    with transaction.atomic():
        row = _open(viewer, ref)
        version = write.add_version(row, facts=facts(viewer, row.since, now), note=note, by=viewer.account, at=now)
        record.note_many(viewer, "handover_written", [row.ref], at=now)
        return version


def sign(viewer: Viewer, ref: str, *, now: datetime) -> None:
    """Sign a hand-over as its giver: from now on it can be accepted, and no longer be changed."""
    with transaction.atomic():
        row = _open(viewer, ref)
        if row.made_by != viewer.account:
            raise Refusal(Because("handover.not_yours", {}, (row.ref,)))
        write.sign(row, by=viewer.account, at=now)
        record.note_many(viewer, "handover_signed", [row.ref], at=now)


def accept(viewer: Viewer, ref: str, *, now: datetime) -> None:
    """Accept a signed hand-over: the watch is then the taker's, by name and moment."""
    with transaction.atomic():
        access.require(viewer, "acknowledge", "alert")
        row = found_or_refuse(desk.handover_row(viewer, ref), "handover")
        if row.signed_at is None:
            raise Refusal(Because("handover.not_signed", {}, (row.ref,)))
        if row.signed_by == viewer.account:
            raise Refusal(Because("handover.to_oneself", {}, (row.ref,)))
        if not write.accept(row, by=viewer.account, at=now):
            raise Refusal(Because("handover.accepted_already", {}, (row.ref,)))
        record.note_many(viewer, "handover_accepted", [row.ref], at=now)


def _open(viewer: Viewer, ref: str) -> Any:
    access.require(viewer, "acknowledge", "alert")
    row = found_or_refuse(desk.handover_row(viewer, ref), "handover")
    if row.signed_at is not None:
        raise Refusal(Because("handover.signed_already", {}, (row.ref,)))
    return row


def changes(facts_now: dict[str, Any], before: dict[str, Any] | None) -> dict[str, list[str]]:
    """Return which alerts are new, which moved on and which are gone since an earlier note."""
    earlier = before or {}
    then = {one["ref"]: one for one in earlier.get("alerts", [])}
    here = {one["ref"]: one for one in facts_now["alerts"]}
    known, still = {*then, *earlier.get("more", [])}, {*here, *facts_now.get("more", [])}
    return {
        "new": [ref for ref in here if ref not in known],
        "moved": [ref for ref, one in here.items() if ref in then and one != then[ref]],
        "gone": [ref for ref in then if ref not in still],
    }
