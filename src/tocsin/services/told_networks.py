"""Networks, call-backs, warnings and gateways in plain values; never how to reach anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

from tocsin.core.reference.viewer import Viewer
from tocsin.services import gateways, silence, viewing, warning_guards, warnings
from tocsin.services.hotline import Load, Waiting
from tocsin.services.refusals import found_or_refuse
from tocsin.services.told import moment
from tocsin.store.queries import networks as read
from tocsin.store.queries import warnings as read_warnings


def network(row: Any) -> dict[str, Any]:
    """Return a network."""
    return {
        "ref": row.ref,
        "name": row.name,
        "kind": row.kind,
        "sector": row.sector,
        "languages": list(row.languages),
        "rhythm": row.rhythm,
        "check_times": list(row.check_times),
        "members": row.members,
        "women": row.women,
    }


def nodes(points: Sequence[Any], *, as_of: datetime) -> list[dict[str, Any]]:
    """Return who keeps watch where, and when each was last heard; the silent first."""
    judged = silence.states(points, as_of=as_of)
    order = ("silent", "unknown", "due", "heard", "not_watched")
    found = [
        {
            "ref": one.ref,
            "network": one.network.ref,
            "place": one.place.ref if one.place else None,
            "sector": one.sector,
            "role": one.role,
            "languages": list(one.languages),
            "state": judged[one.ref].value.value,
            "last_heard_at": moment(one.source.last_heard_at) if one.source else None,
            "reasons": [because.as_json() for because in judged[one.ref].reasons],
        }
        for one in points
    ]
    return sorted(found, key=lambda one: order.index(str(one["state"])))


def silent(row: Any) -> dict[str, Any]:
    """Return a silence; who acknowledges its alert has it."""
    return {
        "ref": row.ref,
        "node": row.focal_point.ref,
        "network": row.focal_point.network.ref,
        "place": row.focal_point.place.ref if row.focal_point.place else None,
        "sector": row.sector,
        "began_at": moment(row.began_at),
        "noticed_at": moment(row.noticed_at),
        "limit_h": row.limit_h,
        "because": row.because,
        "alert": row.alert.ref if row.alert else None,
        "ended_at": moment(row.ended_at),
    }


def check_in(row: Any) -> dict[str, Any]:
    """Return one question whether all is well, and when it was answered."""
    return {
        "node": row.focal_point.ref,
        "asked_at": moment(row.asked_at),
        "answered_at": moment(row.answered_at),
        "backup_asked_at": moment(row.backup_asked_at),
    }


def drill(row: Any) -> dict[str, Any]:
    """Return a drill."""
    return {
        "ref": row.ref,
        "network": row.network.ref,
        "sector": row.sector,
        "text": row.text,
        "begun_at": moment(row.begun_at),
        "begun_by": row.begun_by,
        "ended_at": moment(row.ended_at),
        "ended_by": row.ended_by or None,
        "declared_live": list(row.declared_live),
    }


def drill_results(viewer: Viewer, ref: str) -> dict[str, Any]:
    """Return who was asked in a drill, who answered and how fast, and what was told in it."""
    row = found_or_refuse(read.drill_row(viewer, ref), "network")
    asked = read.drill_check_ins(viewer, row)
    minutes = [(one.answered_at - one.asked_at).total_seconds() / 60 for one in asked if one.answered_at]
    return drill(row) | {
        "asked": len(asked),
        "answered": len(minutes),
        "median_min": round(median(minutes), 1) if minutes else None,
        "slowest_min": round(max(minutes), 1) if minutes else None,
        "check_ins": [check_in(one) for one in asked],
        "reports": [one.ref for one in read.drill_reports(viewer, row)],
    }


# The hotline


def call_back(row: Any) -> dict[str, Any]:
    """Return one call-back, without who asked for it."""
    return {
        "ref": row.ref,
        "message": row.message.ref,
        "priority": row.priority,
        "language": row.language or None,
        "sector": row.sector,
        "asked_at": moment(row.asked_at),
        "due_at": moment(row.due_at),
        "tries": row.tries,
        "last_try_at": moment(row.last_try_at),
        "done_at": moment(row.done_at),
        "done_by": row.done_by or None,
        "outcome": row.outcome or None,
    }


def waiting(one: Waiting) -> dict[str, Any]:
    """Return a call-back that waits, with who on duty can do it."""
    return call_back(one.row) | {"can_call": [able.account for able in one.can_call], "is_late": one.is_late}


def load(one: Load) -> dict[str, Any]:
    """Return how many calls one account takes."""
    return {
        "account": one.account,
        "speaks": list(one.speaks),
        "hour": one.hour,
        "day": one.day,
        "month": one.month,
        "norm_share": round(one.norm_share, 3),
        "is_on_duty": one.is_on_duty,
    }


# Warnings


def _said(viewer: Viewer, row: Any) -> dict[str, Any]:
    """Return what a warning says; behind it, only whoever may read alerts."""
    told = read_warnings.state_of(row)
    return told if viewing.may(viewer, "read", "alert") else told | {"alert": None, "tasks": [], "asked": {}}


def warning_line(viewer: Viewer, row: Any) -> dict[str, Any]:
    """Return a warning of a list, with how many were told, answered and need help."""
    counted = {"told": row.told, "answered": row.answered, "need_help": row.help_asked}
    return _said(viewer, row) | (counted if viewing.may(viewer, "read", "alert") else dict.fromkeys(counted))


def warning(viewer: Viewer, ref: str, *, now: datetime) -> dict[str, Any]:
    """Return one warning with what stands against it and how it sounds in every form."""
    row = found_or_refuse(read_warnings.warning_row(viewer, ref), "warning")
    found = warnings.judge(viewer, warnings.draft_of(viewer, ref), now=row.released_at or now)
    people = read_warnings.recipients(viewer, row)
    inside = viewing.may(viewer, "read", "alert")
    return _said(viewer, row) | {
        "seen": warning_guards.mark_of(row),
        "places": [one.ref for one in row.places.order_by("ref")],
        "may_leave": found.may_leave,
        "findings": [
            {"because": one.because.as_json(), "is_blocking": one.is_blocking, "field": one.field}
            for one in (found.findings if inside else ())
        ],
        "sms": {one.language: one.sms for one in found.forms},
        "told": len(people) if inside else None,
        "answered": sum(bool(one.answer) for one in people) if inside else None,
        "need_help": sum(one.answer == "help" for one in people) if inside else None,
    }


def recipient(row: Any) -> dict[str, Any]:
    """Return one of those who were warned: where and in which language, and what they answered; never who."""
    return {
        "number": row.pk,
        "place": row.place.ref if row.place else None,
        "role": row.role or None,
        "language": row.language,
        "form": row.form,
        "sent_at": moment(row.outgoing.sent_at) if row.outgoing else None,
        "called_at": moment(row.called_at),
        "answer": row.answer or None,
        "answered_at": moment(row.answered_at),
        "answered_through": row.answered_through or None,
    }


# Gateways and accounts


def gateway(row: Any) -> dict[str, Any]:
    """Return a gateway with what it carried; none of its secrets."""
    return {
        "gateway": row.name,
        "channel": row.channel,
        "is_active": row.is_active,
        "rank": row.rank,
        "carries_out": gateways.carries_out(row),
        "last_heard_at": moment(row.last_heard_at),
        "last_sent_at": moment(row.last_sent_at),
        "failing_since": moment(row.failing_since),
        "last_error": row.last_error or None,
        "sent": row.figures["sent"],
        "delivered": row.figures["delivered"],
        "failed": row.figures["failed"],
        "receipts_unknown": row.receipts_unknown,
    }


def account(row: Any) -> dict[str, Any]:
    """Return an account; whether it has a telephone, never which."""
    return {
        "account": row.username,
        "title": row.title,
        "role": row.role,
        "component": row.component,
        "sector": row.sector,
        "language": row.language,
        "rung": row.rung,
        "on_duty": row.on_duty,
        "speaks": list(row.speaks),
        "deputy": row.deputy.username if row.deputy else None,
        "has_telephone": row.contact_sealed is not None,
        "is_active": row.is_active,
    }
