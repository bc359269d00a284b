"""Merge and split: which reports tell of one event, which alerts are one alarm; never lost, always undoable.

Every deed writes down what stood before and what it made of it, so that undoing it puts back exactly
that. What somebody changed since is left as it is, and the person is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, Level, Sensitivity
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.services.verification import recount, report_to
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, desk, evidence
from tocsin.store.writes import desk as write
from tocsin.store.writes import evidence as write_evidence
from tocsin.store.writes import record

MOST: Final = 200
_OF_REPORT: Final = ("grade_content", "grade_because")
_OF_INCIDENT: Final = ("sources_count", "events", "sensitivity", "secrecy", "grade", "state")
_MOMENTS: Final = ("opened_at", "told_at", "nudged_at", "raised_at", "screams_since")
_OF_ALERT: Final = (
    "level", "priority", "imminence", "is_provisional", "events", "actors", "sensitivity", "secrecy",
    "acknowledged_at", "acknowledged_by", "first_acknowledged_at", "state", "closed_at", "closed_by", "rung", "beats",
)  # fmt: skip


def merge(viewer: Viewer, ref: str, into: str, *, why: str, now: datetime) -> Any:
    """Say that a report tells of an incident already on record; return the deed."""
    return merge_many(viewer, [ref], into, why=why, now=now)


def merge_many(viewer: Viewer, refs: Sequence[str], into: str, *, why: str, now: datetime) -> Any:
    """Say that several reports tell of one event: that of an incident, or of the report that is the main one."""
    with transaction.atomic():
        rows = _reports(viewer, refs)
        incident = _target(viewer, into, now)
        return _regroup(viewer, "merge", rows, lambda row: incident, why=why, now=now)


def split(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Any:
    """Say that a report tells of something else; return the deed."""
    return split_many(viewer, [ref], why=why, now=now)


def split_many(viewer: Viewer, refs: Sequence[str], *, why: str, now: datetime) -> Any:
    """Say that reports tell of something else: together they get one incident of their own."""
    with transaction.atomic():
        rows = _reports(viewer, refs)
        placed = next((row for row in rows if row.lat is not None), None)
        if placed is None:
            raise Refusal(Because("report.needs_place", {}, tuple(refs)))
        incident = _open(viewer, placed, now)
        return _regroup(viewer, "split", rows, lambda row: incident, why=why, now=now)


def _reports(viewer: Viewer, refs: Sequence[str]) -> list[Any]:
    if not refs or len(refs) > MOST:
        raise Refusal(Because("triage.too_many" if refs else "form.nothing_chosen", {"most": MOST, "field": "report"}))
    return [report_to(viewer, ref, "verify") for ref in dict.fromkeys(refs)]


def _target(viewer: Viewer, ref: str, now: datetime) -> Any:
    """Return the incident that a reference names: its own, or that of a report, which gets one if it has none."""
    if not ref.upper().startswith("R"):
        return found_or_refuse(evidence.incident_row(viewer, ref), "incident")
    main = report_to(viewer, ref, "verify")
    if main.incident is not None:
        return main.incident
    if main.lat is None:
        raise Refusal(Because("report.needs_place", {}, (ref,)))
    incident = _open(viewer, main, now)
    write_evidence.change_report(main, incident=incident)
    record.note(viewer, main.ref, "split", at=now, after=evidence.state_of(main), incident=incident.ref)
    return incident


def _open(viewer: Viewer, report: Any, now: datetime) -> Any:
    incident = write_evidence.make_incident(report, known_at=report.received_at, recorded_at=now)
    record.note(viewer, incident.ref, "incident_opened", at=now, after=evidence.incident_state_of(incident))
    return incident


def _regroup(
    viewer: Viewer, kind: str, rows: Sequence[Any], where: Callable[[Any], Any], *, why: str, now: datetime
) -> Any:
    """Move reports to incidents, count anew, and write down all that changed by it."""
    deed = write.begin_deed(kind, by=viewer.account, at=now, why=why)
    incidents = {one.pk: one for row in rows for one in (row.incident, where(row)) if one is not None}
    told = desk.reports_touched(SYSTEM, incidents.values(), rows)
    before = _standing(incidents.values(), told)
    for row in rows:
        incident = where(row)
        write_evidence.change_report(row, incident=incident)
        verb = "merged" if kind == "merge" else "split"
        after = evidence.state_of(row)
        record.note(viewer, row.ref, verb, at=now, after=after, why=why, incident=incident.ref, deed=deed.pk)
    for incident in incidents.values():
        recount(viewer, incident, now)
    after_all = _standing(incidents.values(), told)
    for subject in sorted(before):
        if before[subject] != after_all[subject]:
            write.add_item(deed, subject, before=before[subject], after=after_all[subject])
    return deed


def _standing(incidents: Any, reports: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Return where the reports of some numbers stand, and what the incidents say, by reference."""
    told = {row.ref: _report_standing(row) for row in desk.reports_standing(SYSTEM, reports)}
    return told | {one.ref: {name: getattr(one, name) for name in _OF_INCIDENT} for one in incidents}


def _report_standing(row: Any) -> dict[str, Any]:
    return {"incident": row.incident.ref if row.incident else None} | {name: getattr(row, name) for name in _OF_REPORT}


def undo(viewer: Viewer, deed: Any, *, now: datetime) -> None:
    """Put the reports back where they were before a merge or a split, and count anew.

    A report that somebody moved on since stays where they put it.
    """
    touched: set[str] = set()
    for item in reversed(desk.deed_items(deed)):
        if item.subject.startswith("I"):
            touched.add(item.subject)
        elif item.subject.startswith("R"):
            touched |= {ref for ref in (item.before["incident"], item.after["incident"]) if ref}
            _put_report_back(viewer, item, deed, now)
    items = {item.subject: item for item in desk.deed_items(deed)}
    for ref in sorted(touched):
        incident = evidence.incident_row(SYSTEM, ref)
        if incident is not None:
            _put_incident_back(viewer, incident, items.get(ref), now)


def _put_report_back(viewer: Viewer, item: Any, deed: Any, now: datetime) -> None:
    row = report_to(viewer, item.subject, "verify")
    standing = _report_standing(row)
    if standing["incident"] != item.after["incident"]:
        write.settle_item(item, result="kept", reasons=[Because("undo.changed_since", {}, (item.subject,))])
        return
    was = item.before["incident"]
    fields: dict[str, Any] = {"incident": evidence.incident_row(SYSTEM, was) if was else None}
    if all(standing[name] == item.after[name] for name in _OF_REPORT):
        fields |= {name: item.before[name] for name in _OF_REPORT}
    write_evidence.change_report(row, **fields)
    record.note(viewer, row.ref, "undone", at=now, after=evidence.state_of(row), deed=deed.pk)
    write.settle_item(item, result="undone")


def _put_incident_back(viewer: Viewer, incident: Any, item: Any, now: datetime) -> None:
    """Give an incident what it said before; where other reports came since, it is counted anew instead."""
    standing = {name: getattr(incident, name) for name in _OF_INCIDENT}
    if item is None or standing != item.after:
        recount(viewer, incident, now)
        return
    write_evidence.change_incident(incident, **item.before)
    record.note(viewer, incident.ref, "undone", at=now, after=evidence.incident_state_of(incident))
    write.settle_item(item, result="undone")


def merge_alerts(viewer: Viewer, ref: str, into_ref: str, *, why: str, now: datetime) -> Any:
    """Make two alerts of one event one: the other is closed as merged, its people and clocks carried over.

    No limit runs out later than before, and the one that stays is as urgent as the more urgent of both.
    """
    with transaction.atomic():
        gone = found_or_refuse(alerts.alert_row(viewer, ref, for_change=True), "alert")
        into = found_or_refuse(alerts.alert_row(viewer, into_ref, for_change=True), "alert")
        for row in (gone, into):
            access.require(viewer, "acknowledge", "alert", row)
        against = _against(gone, into, why)
        if against:
            raise Refusal(*against)
        deed = write.begin_deed("merge_alerts", by=viewer.account, at=now, why=why)
        before = {row.ref: _alert_standing(row) for row in (gone, into)}
        keeps = _urgency(gone) == _urgency(into)
        before[gone.ref]["moved"] = write.carry_over(into, gone, keeps_answers=keeps)
        write.set_alert(into, **_joined(into, gone, now))
        write.set_alert(gone, state=AlertState.CLOSED.value, closed_at=now, closed_by=viewer.account, merged_into=into)
        for row, verb, other in ((gone, "merged_away", into), (into, "took_in", gone)):
            record.note(viewer, row.ref, verb, at=now, after=alert_state(row), why=why, alert=other.ref, deed=deed.pk)
            write.add_item(deed, row.ref, before=before[row.ref], after=_alert_standing(row))
        record.enqueue("watch", into.ref, run_at=now, key=f"watch:{into.ref}:took:{gone.ref}:{now.isoformat()}")
        return deed


def _against(gone: Any, into: Any, why: str) -> list[Because]:
    found = []
    if gone.pk == into.pk:
        found.append(Because("merge.itself", {}, (gone.ref,)))
    if AlertState.CLOSED.value in (gone.state, into.state):
        found.append(Because("merge.is_closed", {}, (gone.ref, into.ref)))
    if gone.decided_at is not None:
        found.append(Because("merge.choose_the_decided", {"alert": gone.ref}, (gone.ref,)))
    elif into.decided_at is not None and _urgency(gone) > _urgency(into):
        found.append(Because("merge.decided_on_less", {"alert": gone.ref}, (gone.ref, into.ref)))
    if gone.is_drill != into.is_drill:
        found.append(Because("merge.drill_and_real", {}, (gone.ref, into.ref)))
    if not why.strip():
        found.append(Because("report.needs_why", {}, (gone.ref,)))
    return found


def _urgency(alert: Any) -> tuple[int, int]:
    """Return how urgent an alert is: higher is more urgent."""
    return list(Level).index(Level(alert.level)), -int(alert.priority[1:])


def _joined(into: Any, gone: Any, now: datetime) -> dict[str, Any]:
    """Return what the alert that stays becomes by taking the other one in."""
    levels, order = list(Level), list(Sensitivity)
    fields: dict[str, Any] = {
        "level": max(into.level, gone.level, key=lambda one: levels.index(Level(one))),
        "priority": min(into.priority, gone.priority),
        "is_provisional": into.is_provisional and gone.is_provisional,
        "events": sorted({*into.events, *gone.events}),
        "actors": sorted({*into.actors, *gone.actors}),
        "sensitivity": max(into.sensitivity, gone.sensitivity, key=lambda one: order.index(Sensitivity(one))),
        "secrecy": max(into.secrecy, gone.secrecy),
        "rung": max(into.rung, gone.rung),
    }
    beats = dict(into.beats)
    for name in _MOMENTS:
        mine, theirs = getattr(into, name, None), getattr(gone, name, None)
        if theirs is not None and (mine is None or theirs < mine):
            fields[name] = theirs
            if name in gone.beats:
                beats[name] = gone.beats[name]
    return fields | _answered(into, gone, now) | {"beats": beats}


def _answered(into: Any, gone: Any, now: datetime) -> dict[str, Any]:
    """Return who has the alert that stays: an answer counts for what is as urgent, and not for more."""
    if _urgency(gone) > _urgency(into):
        # What was acknowledged was less than this: somebody must say that they have it, by the earlier
        # clock, and whoever had said it of the lesser can say it again.
        fields = {"imminence": gone.imminence, "acknowledged_at": None, "acknowledged_by": "", "raised_at": now}
        is_acked = into.state == AlertState.ACKED.value
        return fields | ({"state": AlertState.DISSEMINATED.value} if is_acked else {})
    if _urgency(gone) < _urgency(into) or into.acknowledged_at is not None or gone.acknowledged_at is None:
        return {}
    first = (into.first_acknowledged_at, gone.first_acknowledged_at, gone.acknowledged_at)
    fields = {
        "acknowledged_at": gone.acknowledged_at,
        "acknowledged_by": gone.acknowledged_by,
        "first_acknowledged_at": min(moment for moment in first if moment is not None),
        "screams_since": None,
    }
    is_waiting = into.state in (AlertState.OPEN.value, AlertState.DISSEMINATED.value)
    return fields | ({"state": AlertState.ACKED.value} if is_waiting else {})


def _alert_standing(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in (*_OF_ALERT, *_MOMENTS)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def undo_alerts(viewer: Viewer, deed: Any, *, now: datetime) -> None:
    """Make two of a merged alert again: reports, people and clocks go back; what happened since stays."""
    gone_item, into_item = desk.deed_items(deed)
    gone = found_or_refuse(alerts.alert_row(viewer, gone_item.subject, for_change=True), "alert")
    into = found_or_refuse(alerts.alert_row(viewer, into_item.subject, for_change=True), "alert")
    if gone.merged_into_id != into.pk:
        raise Refusal(Because("undo.changed_since", {}, (gone.ref,)))
    write.carry_back(into, gone, gone_item.before["moved"])
    for row, item in ((gone, gone_item), (into, into_item)):
        standing = _alert_standing(row)
        same = {name for name, value in item.after.items() if standing.get(name) == value}
        fields = {name: _moment(name, value) for name, value in item.before.items() if name in same}
        if row is gone:
            fields["merged_into"] = None
        write.set_alert(row, **fields)
        record.note(viewer, row.ref, "undone", at=now, after=alert_state(row), deed=deed.pk)
        record.enqueue("watch", row.ref, run_at=now, key=f"watch:{row.ref}:undone:{deed.pk}")
        write.settle_item(item, result="undone")


def _moment(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name.endswith(("_at", "_since")) and value else value
