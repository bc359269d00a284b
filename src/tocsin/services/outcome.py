"""Write what people suffered, and tell from the record what kind of response there was and when it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.alerts import harm
from tocsin.core.alerts.harm import Suffered
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ResponseClass, ResponseTiming
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert import alerts as convert
from tocsin.store.queries import alerts as read
from tocsin.store.queries import plans
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record


def record_harm(
    viewer: Viewer, ref: str, suffered: Suffered, *, now: datetime, reports: Sequence[str] = (), note: str = ""
) -> Any:
    """Write what people suffered, as told and by whom; nothing that was written before is changed.

    Raises
    ------
    Refusal
        With every reason why it cannot be so, or a report that the alert does not rest on.
    """
    with transaction.atomic():
        alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
        access.require(viewer, "task", "alert", alert)
        faults = harm.faults_of(suffered, as_of=now)
        known = {row.ref for row in read.reports_of_alert(viewer, alert)}
        if set(reports) - known:
            faults += (Because("harm.report_not_of_alert"),)
        if faults:
            raise Refusal(*faults)
        row = write.add_harm(
            alert,
            phase=suffered.phase.value if suffered.phase else "",
            kind=suffered.kind.value,
            least=suffered.least,
            most=suffered.most,
            started_at=suffered.started_at,
            ended_at=suffered.ended_at,
            reports=list(reports),
            note=note[:400],
            made_by=viewer.account,
            made_at=now,
        )
        kind, timing = response_of(viewer, alert)
        if alert.response_class:
            write.change_alert(alert, response_class=kind.value, timing=timing.value)
        facts = {"kind": row.kind, "phase": row.phase, "least": row.least, "most": row.most, "reports": row.reports}
        after = convert.alert_state(alert)
        record.note(viewer, alert.ref, "harm_recorded", at=now, after=after, **facts)
        return row


def response_of(viewer: Viewer, alert: Any) -> tuple[ResponseClass, ResponseTiming]:
    """Return the class and the timing of the response to an alert, as the record bears them out."""
    told = convert.timeline(
        alert, plans.decisions_of(viewer, alert), plans.tasks_of(viewer, alert), read.relays(viewer, alert)
    )
    return harm.response_to(told, suffered(viewer, alert))


def suffered(viewer: Viewer, alert: Any) -> list[Suffered]:
    """Return what is on record of the harm."""
    return [convert.suffered(row) for row in read.harm(viewer, alert)]
