"""The hotline: who waits to be called back and who can do it, and how many calls each counsellor takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts.types import OnDuty
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.alerting import account_viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts as read_alerts
from tocsin.store.queries import duty
from tocsin.store.queries import networks as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import networks as write
from tocsin.store.writes import record

OUTCOMES: Final = ("reached", "no_answer", "unsafe")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One call-back with who on duty speaks the caller's language, the least busy first."""

    row: Any
    can_call: tuple[OnDuty, ...]
    is_late: bool


@dataclass(frozen=True, slots=True)
class Load:
    """How many calls an account took, and what share of the monthly norm that is."""

    account: str
    title: str
    speaks: tuple[str, ...]
    hour: int
    day: int
    month: int
    norm_share: float
    is_on_duty: bool


def ask_for_call_back(row: Any, now: datetime, *, priority: str = "P3", language: str = "", report: Any = None) -> None:
    """Write that somebody wants to be called back, with the clock of the priority."""
    minutes = float(rules.value(f"alerts.call_back_minutes.{Priority(priority).value.lower()}", now))
    fields: dict[str, Any] = {"is_drill": row.drill_id is not None}
    if report is not None:
        fields |= {"sector": report.sector, "secrecy": report.secrecy}
    spoken = language if language not in ("", "und") else ""
    made = write.ask_call_back(
        row,
        priority=priority,
        language=spoken or (row.source.languages[0] if row.source and row.source.languages else ""),
        asked_at=row.received_at,
        due_at=row.received_at + timedelta(minutes=minutes),
        **fields,
    )
    record.note(SYSTEM, made.ref, "call_back_asked", at=now, after={"message": row.ref, "priority": made.priority})


def waiting(viewer: Viewer, *, now: datetime) -> list[Waiting]:
    """Return who waits to be called back, the most urgent first, each with who can do it now."""
    present, busy = duty.on_duty(now), read.calls_taken(SYSTEM, as_of=now)
    rows = read.call_backs(viewer)
    return [Waiting(row, _can_call(row, present, busy), row.due_at <= now) for row in rows]


def waiting_for(viewer: Viewer, *, now: datetime) -> list[Waiting]:
    """Return who waits to be called back, for whoever may see call-backs at all."""
    access.require(viewer, "read", "call_back")
    return waiting(viewer, now=now)


def _can_call(row: Any, present: tuple[OnDuty, ...], busy: dict[str, dict[str, int]]) -> tuple[OnDuty, ...]:
    able = [one for one in present if row.language and row.language in one.speaks]
    near = [one for one in able if not one.sector or not row.sector or one.sector == row.sector]
    return tuple(sorted(near, key=lambda one: (busy.get(one.account, {}).get("hour", 0), one.account)))


def loads(viewer: Viewer, *, now: datetime) -> list[Load]:
    """Return how many calls each counsellor takes, those on duty and the least busy first."""
    access.require(viewer, "read", "call_back")
    norm = float(rules.value("networks.hotline.calls_per_month", now))
    taken, present = read.calls_taken(viewer, as_of=now), {one.account: one for one in duty.on_duty(now)}
    none = {"hour": 0, "day": 0, "month": 0}
    found = []
    for name in sorted(set(taken) | set(present)):
        counts, account = taken.get(name, none), read_alerts.account(name)
        if account is None or not (counts["month"] or access.may(account_viewer(account), "create", "report")):
            continue
        share = counts["month"] / norm
        found.append(
            Load(name, account.title, tuple(account.speaks), **counts, norm_share=share, is_on_duty=name in present)
        )
    return sorted(found, key=lambda one: (not one.is_on_duty, one.hour, one.day, one.account))


def call_back(viewer: Viewer, ref: str, *, outcome: str, now: datetime) -> Any:
    """Write what came of a call-back; without an answer it stays on the list and is counted."""
    with transaction.atomic():
        row = found_or_refuse(read.call_back_row(viewer, ref), "call_back")
        access.require(viewer, "change", "call_back", row)
        if row.done_at is not None:
            raise Refusal(Because("refused.callback_done"))
        if outcome not in OUTCOMES:
            raise Refusal(Because("form.nothing_chosen", {"field": "outcome"}))
        if outcome == "no_answer":
            write.tried(row, at=now)
        else:
            write.change(row, done_at=now, done_by=viewer.account, outcome=outcome)
        record.note(viewer, row.ref, "called_back", at=now, after={"outcome": outcome, "tries": row.tries})
        return row


def escalate_overdue(now: datetime) -> None:
    """Tell the next above the desk of every call-back past its time; once for each."""
    for row in read.call_backs(SYSTEM, most=10_000):
        if row.due_at > now or row.escalated_at is not None:
            continue
        write.change(row, escalated_at=now)
        minutes = int((now - row.asked_at).total_seconds() // 60)
        reasons = [Because("alert.call_back_unanswered", {"minutes": minutes}, (row.ref,)).as_json()]
        record.note(
            SYSTEM, row.ref, "call_back_escalated", at=now, after={"due_at": row.due_at.isoformat()}, reasons=reasons
        )
        for one in _above_the_desk(row.sector, now):
            account = read_alerts.account(one.account)
            if account is not None:
                write_alerts.put_out(
                    f"call_back:{row.ref}:{one.account}",
                    purpose="call_back", code="outgoing.call_back_late", facts={"ref": row.ref, "minutes": minutes},
                    created_at=now, account=account, language=account.language,
                )  # fmt: skip


def _above_the_desk(sector: str, now: datetime) -> tuple[OnDuty, ...]:
    """Return who is told: the lowest rung above the desk that is there, otherwise whoever has the watch."""
    present = [
        one
        for one in duty.on_duty(now)
        if one.rung is not None and (not one.sector or not sector or one.sector == sector)
    ]
    above = [one for one in present if (one.rung or 0) > 0]
    lowest = min((one.rung or 0 for one in above), default=0)
    return tuple(one for one in above or present if (one.rung or 0) == lowest)
