"""Show any past minute again: what was known, to whom, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Sensitivity
from tocsin.core.reference.viewer import Viewer, secrecy_of
from tocsin.services.refusals import Refused, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts, evidence, plans
from tocsin.store.queries import record as read
from tocsin.store.queries.matrix import refs_open_to
from tocsin.store.writes import record

_FINDERS: dict[str, Any] = {
    "R": (evidence.report_row, "report"),
    "I": (evidence.incident_row, "incident"),
    "A": (alerts.alert_row, "alert"),
    "D": (plans.decision_row, "decision"),
    "T": (plans.task_row, "task"),
    "G": (plans.gap_row, "gap"),
    "L": (plans.lesson_row, "lesson"),
}


def as_it_was(viewer: Viewer, ref: str, *, as_of: datetime, now: datetime) -> dict[str, Any]:
    """Return a record as it stood at `as_of`, with its timeline until then and who had been told.

    `found` is False when the record did not exist yet. What became known later is not in it.
    """
    with transaction.atomic():
        finder, kind = _FINDERS.get(ref[:1].upper(), (None, "record"))
        row = found_or_refuse(finder(viewer, ref) if finder else None, kind)
        subjects = [row.ref, *_belonging(viewer, kind, row)]
        state = read.state_at(viewer, row.ref, as_of)
        if state is None and kind == "incident":
            state = evidence.loaded_state_at(row, as_of)
        _refuse_what_was_secret_then(viewer, kind, state)
        record.note_many(viewer, "replayed", subjects, at=now)
        shown: dict[str, Any] = {
            "ref": row.ref,
            "kind": kind,
            "as_of": as_of.isoformat(),
            "found": state is not None,
            "state": state or {},
            "timeline": [_entry(entry) for entry in read.timeline(viewer, subjects, as_of)],
        }
        if kind == "alert":
            shown |= _alert_parts(viewer, row, state, as_of)
        if kind == "decision":
            shown["picture"] = _picture_for(viewer, row.picture) if row.made_at <= as_of else None
        if kind == "report" and state is not None:
            shown["text"] = evidence.text_for(viewer, row)
            shown["because"] = row.because
        return shown


def _refuse_what_was_secret_then(viewer: Viewer, kind: str, state: dict[str, Any] | None) -> None:
    """Refuse a past state that was more severe than the viewer may see, though the record is less so today."""
    then = (state or {}).get("sensitivity")
    if then and secrecy_of(Sensitivity(then)) > access.grant_of(viewer, kind).ceiling:
        raise Refused(Because("access.above_ceiling", {"role": viewer.role.value, "kind": kind}))


def _picture_for(viewer: Viewer, picture: dict[str, Any]) -> dict[str, Any]:
    """Return what the decision maker saw, as far as this viewer may see it; `not_shown` names what is left out.

    The digest of the decision is that of the whole.
    """
    reports = picture.get("reports") or []
    seen = refs_open_to(viewer, (report["ref"] for report in reports))
    left: dict[str, Any] = {"reports": [report for report in reports if report["ref"] in seen]}
    if not access.may(viewer, "read", "coverage"):
        left |= {"reach": None, "options": []}
    not_shown = sorted(name for name, value in left.items() if value != picture.get(name, value))
    return {**picture, **left, "not_shown": not_shown} if not_shown else picture


def _belonging(viewer: Viewer, kind: str, row: Any) -> list[str]:
    if kind == "alert":
        tasks = [task.ref for task in plans.tasks_of(viewer, row)]
        decisions = [decision.ref for decision in plans.decisions_of(viewer, row)]
        reports = [report.ref for report in alerts.reports_of_alert(viewer, row)]
        return [*decisions, *tasks, *reports]
    if kind == "report":
        return [row.message.ref]
    return []


def _alert_parts(viewer: Viewer, row: Any, state: dict[str, Any] | None, as_of: datetime) -> dict[str, Any]:
    # Nobody was passed over before the first was told.
    was_told = row.told_at is not None and (state or {}).get("rung", -1) >= 0
    told = [one for one in alerts.addressees(viewer, row) if one.told_at and one.told_at <= as_of]
    return {
        "told": [
            {
                "account": one.account.username,
                "rung": one.rung,
                "told_at": one.told_at.isoformat() if one.told_at else None,
                "acknowledged_at": _by(one.acknowledged_at, as_of),
            }
            for one in told
        ],
        "withheld": [
            {"account": one.account.username, "because": one.withheld}
            for one in alerts.addressees(viewer, row)
            if one.withheld and was_told
        ],
        "reports": [
            report.ref for report in alerts.reports_of_alert(viewer, row) if report.alert_report.joined_at <= as_of
        ],
        "decisions": [
            {"ref": one.ref, "kind": one.kind, "why": one.why, "by": one.made_by, "at": one.made_at.isoformat()}
            for one in plans.decisions_of(viewer, row)
            if one.made_at <= as_of
        ],
    }


def _by(moment: datetime | None, as_of: datetime) -> str | None:
    return moment.isoformat() if moment and moment <= as_of else None


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "at": entry["at"].isoformat()}
