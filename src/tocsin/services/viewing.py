"""What a viewer may open: for menus and buttons, and the note that a record was looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts, evidence
from tocsin.store.queries import record as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import record


def open_to(viewer: Viewer) -> frozenset[str]:
    """Return the kinds of record the viewer may read, for the menu."""
    return frozenset(access.kinds_open_to(viewer))


def may(viewer: Viewer, verb: str, kind: str, row: Any = None) -> bool:
    """Return whether the viewer may do `verb` on a record, or on any of its kind; for showing buttons only."""
    return access.why_not(viewer, verb, kind, row) is None


def sees(viewer: Viewer, group: str, kind: str, row: Any = None) -> bool:
    """Return whether the viewer sees a field group of a record: narrative, exact_place, identity."""
    return access.sees(viewer, group, kind, row)


def show_report(viewer: Viewer, ref: str, *, now: datetime) -> tuple[Any, str | None]:
    """Return a report and its text as told (None where the viewer may not see it), and write down the look."""
    with transaction.atomic():
        row = found_or_refuse(evidence.report_row(viewer, ref), "report")
        text = evidence.text_for(viewer, row)
        groups = ("summary",) if text is None else ("summary", "narrative")
        record.note_many(viewer, "report_read", [row.ref], at=now, groups=groups)
        return row, text


def show_alert(viewer: Viewer, ref: str, *, now: datetime, through: str = "web") -> Any:
    """Return an alert, and write down the look: that whoever was told of it has seen it."""
    with transaction.atomic():
        row = found_or_refuse(alerts.alert_row(viewer, ref), "alert")
        write_alerts.see(row, viewer.account, at=now, through=through)
        record.note_many(viewer, "alert_read", [row.ref], at=now)
        return row


def note_refusal(viewer: Viewer, verb: str, subject: str, *, now: datetime) -> None:
    """Write that a viewer asked for what they may not see; they are told only that there is nothing."""
    with transaction.atomic():
        asked_for_a_record = "-" in subject
        is_there = not asked_for_a_record or read.is_on_record(subject)
        record.note_refusal(viewer, verb, subject, at=now, is_there=is_there)
