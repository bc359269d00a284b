"""Drills of a network: begun, ended, and left at once where something proves real."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import silence
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, evidence
from tocsin.store.queries import networks as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import evidence as write_evidence
from tocsin.store.writes import networks as write
from tocsin.store.writes import record


def begin_drill(viewer: Viewer, network: str, *, text: str, now: datetime) -> Any:
    """Begin a drill of a network: everybody in it is asked, and what they answer stays apart from what is real."""
    with transaction.atomic():
        row = found_or_refuse(read.network_row(viewer, network), "network")
        access.require(viewer, "drill", "network", row)
        if read.drills(SYSTEM, row, running=True):
            raise Refusal(Because("refused.drill_runs"))
        drill = write.begin_drill(row, text=text, by=viewer.account, at=now)
        for point in read.focal_points(SYSTEM, row, on=now.date()):
            if point.source is not None:
                silence.ask(point, at=now, now=now, drill=drill)
        record.note(viewer, drill.ref, "drill_begun", at=now, after={"network": row.ref})
        return drill


def end_drill(viewer: Viewer, ref: str, *, now: datetime) -> Any:
    """End a drill and tell everybody in it: from now on all is real again."""
    with transaction.atomic():
        drill = found_or_refuse(read.drill_row(viewer, ref), "network")
        access.require(viewer, "drill", "network", drill)
        if drill.ended_at is not None:
            raise Refusal(Because("refused.drill_ended"))
        silence.end_drill(viewer, drill, now)
        return drill


def declare_live(viewer: Viewer, report_ref: str, *, now: datetime) -> Any:
    """Take a report of a drill for real, with one word: it is judged anew and wakes whom it must wake."""
    with transaction.atomic():
        report = found_or_refuse(evidence.report_row(viewer, report_ref), "report")
        access.require(viewer, "verify", "report", report)
        if not report.is_drill:
            raise Refusal(Because("refused.not_a_drill"))
        drill = report.message.drill
        write.in_drill(report.message, None)
        for row in report.message.reports.all():
            _make_real(viewer, row, now)
        if drill is not None:
            write.change(drill, declared_live=[*drill.declared_live, report.ref])
            record.note(viewer, drill.ref, "declared_live", at=now, after={"report": report.ref})
        return report


def _make_real(viewer: Viewer, report: Any, now: datetime) -> None:
    write_evidence.change_report(report, is_drill=False)
    record.note(viewer, report.ref, "declared_live", at=now, after=evidence.state_of(report))
    resting = alerts.alert_of_report(SYSTEM, report)
    alert = resting and alerts.alert_row(SYSTEM, resting.ref, for_change=True)
    if alert is not None and alert.is_drill:
        # Everybody is told anew, and whoever answered answered an exercise.
        write_alerts.begin_anew(alert, at=now)
        record.note(viewer, alert.ref, "declared_live", at=now, after=alert_state(alert), report=report.ref)
        record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:live:{now.isoformat()}")
    record.enqueue("weigh", report.ref, run_at=now, key=f"weigh:{report.ref}:live:{now.isoformat()}")
