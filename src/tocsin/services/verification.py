"""Verify: group reports into incidents, count sources, grade, and move each report to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tocsin.core.evidence import corroboration, grading, verification
from tocsin.core.evidence.types import Grade
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    ActorType,
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    Sensitivity,
    VerificationState,
)
from tocsin.core.reference.viewer import SYSTEM, Viewer, secrecy_of
from tocsin.services import words
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, changes, evidence, nearby
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import evidence as write
from tocsin.store.writes import record

# With so many sources no grade rises any more; who else speaks is counted a little later.
SETTLED = 5
COUNT_AGAIN = timedelta(seconds=5)
_TELLS_OF_SOMETHING = frozenset(
    {ReportKind.INCIDENT, ReportKind.THREAT_WARNING, ReportKind.SIGNAL, ReportKind.DISPLACEMENT}
)
_CORRECTABLE: dict[str, Callable[[Any], Any]] = {
    "events": lambda value: [EventCode(code).value for code in value],
    "kind": lambda value: ReportKind(value).value,
    "imminence": lambda value: ImminenceState(value).value,
    "priority": lambda value: Priority(value).value,
    "actor_type": lambda value: ActorType(value).value if value else "",
    "actor_name": str,
    "sensitivity": lambda value: Sensitivity(value).value,
    "place": str,
    "toll": dict,
}


def weigh(ref: str, now: datetime) -> None:
    """Tie a report to the incident it tells of, count independent sources, and ask whether it raises an alert."""
    report = evidence.report_row(SYSTEM, ref)
    if report is None:
        return
    for place in (report.place, report.observed_place):
        if place is not None and not report.is_drill:
            write.heard_from(place, report.received_at)
    # What is told in a drill did not happen: it makes no incident.
    tells = ReportKind(report.kind) in _TELLS_OF_SOMETHING and not report.is_drill
    if report.incident is None and tells and report.lat is not None:
        _group(report, now)
    # Each time it was read or corrected it is judged again: the newest entry of the history tells the times apart.
    record.enqueue("alert", ref, run_at=now, key=f"alert:{ref}:{changes.newest()}")


def _group(report: Any, now: datetime) -> None:
    value = evidence.as_core(report)
    join_km = float(rules.value("evidence.join_km", now))
    others = nearby.reports_to_join(SYSTEM, report, km=join_km, as_of=now)
    judged = corroboration.group(value, others, as_of=now)
    reasons = [because.as_json() for because in judged.reasons]
    if judged.value is None:
        incident = write.make_incident(report, known_at=report.received_at, recorded_at=now)
        record.note(
            SYSTEM, incident.ref, "incident_opened", at=now, after=evidence.incident_state_of(incident), reasons=reasons
        )
    else:
        incident = found_or_refuse(evidence.incident_row(SYSTEM, judged.value), "incident")
    write.change_report(report, incident=incident)
    record.note(SYSTEM, report.ref, "grouped", at=now, after=evidence.state_of(report), reasons=reasons)
    # In a flood many reports ask for one count: once several speak, one more changes little at once.
    is_settled = (incident.sources_count or 0) >= SETTLED
    record.enqueue_once("count", incident.ref, run_at=now + COUNT_AGAIN if is_settled else now)


def count(ref: str, now: datetime) -> None:
    """Count anew who speaks for an incident, after reports were added to it."""
    incident = evidence.incident_row(SYSTEM, ref)
    if incident is not None:
        recount(SYSTEM, incident, now)


def recount(viewer: Viewer, incident: Any, now: datetime) -> None:
    """Count who independently speaks for an incident, and grade its reports anew by that."""
    rows = nearby.reports_to_count(SYSTEM, incident)
    is_whole = len(rows) < nearby.MOST
    live = [row for row in rows if row.state not in ("refuted", "duplicate", "out_of_scope")]
    values = [evidence.as_core(row, with_reasons=False) for row in live]
    sources = corroboration.independent_sources(values)
    if not is_whole:  # of a flood the newest were counted: what was counted before still speaks
        sources = max(sources, incident.sources_count or 0)
    for row, value in zip(live, values, strict=True):
        judged = grading.regrade(value, values, sources=sources)
        if judged.value.content < row.grade_content and not _is_graded_by_hand(row):
            reasons = [because.as_json() for because in judged.reasons]
            write.change_report(row, grade_content=judged.value.content, grade_because=reasons)
            record.note(viewer, row.ref, "regraded", at=now, after=evidence.state_of(row), reasons=reasons)
    best = min(live, key=lambda row: (row.grade_content, row.grade_source), default=None)
    told = {code for row in live for code in row.events} | set(() if is_whole else incident.events)
    fields: dict[str, Any] = {"sources_count": sources, "events": sorted(told)}
    fields |= _most_severe(rows, at_least=None if incident.origin == "report" and rows and is_whole else incident)
    if best is not None:
        fields["grade"] = f"{best.grade_source}{best.grade_content}"
    if any(row.state == VerificationState.VALIDATED.value for row in live):
        fields["state"] = VerificationState.VALIDATED.value
    elif live:
        fields["state"] = VerificationState.VERIFYING.value
    else:
        # All of its reports were moved to another one, or none of them proved true.
        fields["state"] = VerificationState.REFUTED.value if rows else VerificationState.DUPLICATE.value
    write.change_incident(incident, **fields)
    record.note(viewer, incident.ref, "recounted", at=now, after=evidence.incident_state_of(incident), sources=sources)


def _most_severe(rows: Sequence[Any], *, at_least: Any = None) -> dict[str, Any]:
    """Return the sensitivity and the secrecy of the most severe: whoever may not see it sees nothing made of it."""
    held = [*rows, *([] if at_least is None else [at_least])]
    order = list(Sensitivity)
    return {
        "sensitivity": max((row.sensitivity for row in held), key=lambda one: order.index(Sensitivity(one))),
        "secrecy": max(row.secrecy for row in held),
    }


def _is_graded_by_hand(row: Any) -> bool:
    """Whether a person set the grade: the count of sources does not overrule them."""
    return any(because["code"] == "grade.by_hand" for because in row.grade_because)


def take(viewer: Viewer, ref: str, *, now: datetime) -> Any:
    """Take a report in hand: it then has a name on it, and is being verified."""
    with transaction.atomic():
        report = report_to(viewer, ref, "verify")
        fields: dict[str, Any] = {"holder": viewer.account}
        if report.state in (VerificationState.RECEIVED.value, VerificationState.TRIAGED.value):
            fields["state"] = VerificationState.VERIFYING.value
        write.change_report(report, **fields)
        record.note(viewer, ref, "taken", at=now, after=evidence.state_of(report))
        return report


def grade(viewer: Viewer, ref: str, *, source: str, content: int, why: str, now: datetime) -> Any:
    """Set the grade of source and content, each judged apart, with the reason."""
    with transaction.atomic():
        report = report_to(viewer, ref, "verify")
        set_grade(viewer, report, Grade(source, content), why=why, now=now)
        if report.incident is not None:
            recount(viewer, report.incident, now)
        return report


def set_grade(viewer: Viewer, report: Any, asked: Grade, *, why: str, now: datetime) -> None:
    """Set a grade without counting the incident anew: the caller does so once for all it changes."""
    # Only the highest grade asks how many speak independently; counting them reads the whole incident.
    sources = sources_for(report) if asked.content == 1 else 0
    refused = grading.why_not(asked, independent=sources, why=why)
    if refused:
        raise Refusal(*refused)
    because = [Because("grade.by_hand", {"why": why, "by": viewer.account}, (report.ref,)).as_json()]
    write.change_report(report, grade_source=asked.source, grade_content=asked.content, grade_because=because)
    record.note(viewer, report.ref, "graded", at=now, after=evidence.state_of(report), why=why)


def move(
    viewer: Viewer, ref: str, *, to: VerificationState, why: str, now: datetime, is_interested: bool | None = None
) -> Any:
    """Move a report on in its verification; calling it false needs the word of somebody with no interest in it."""
    with transaction.atomic():
        report = report_to(viewer, ref, "verify")
        step = verification.Step(by_role=viewer.role, why=why, is_interested=is_interested)
        set_state(viewer, report, to, step, now=now)
        if report.incident is not None:
            recount(viewer, report.incident, now)
        return report


def set_state(viewer: Viewer, report: Any, to: VerificationState, step: verification.Step, *, now: datetime) -> None:
    """Move a report on without counting the incident anew: the caller does so once for all it changes."""
    judged = verification.may_move(VerificationState(report.state), to, step)
    if not judged.value:
        raise Refusal(*judged.reasons)
    if not write.move_report(report, expected=report.state, to=to.value):
        raise Refusal(Because("report.moved_meanwhile", {}, (report.ref,)))
    record.note(viewer, report.ref, "moved", at=now, after=evidence.state_of(report), why=step.why)


def correct(viewer: Viewer, ref: str, fields: dict[str, Any], *, why: str, now: datetime) -> Any:
    """Correct what was read. The reading before stays in the history, and the alert is judged again."""
    with transaction.atomic():
        report = report_to(viewer, ref, "verify")
        if not why.strip():
            raise Refusal(Because("report.needs_why", {}, (ref,)))
        before = evidence.state_of(report)
        told = {name: _told(report, name) for name in fields}
        changed = {name: _checked(name, value) for name, value in fields.items()}
        if "sensitivity" in changed:
            changed["secrecy"] = int(secrecy_of(Sensitivity(changed["sensitivity"])))
        write.change_report(report, **changed)
        if "place" in changed and report.place is not None:
            write.change_report(
                report, lat=report.place.lat, lon=report.place.lon, sector=report.place.sector, place_precision=1
            )
        record.note(viewer, ref, "corrected", at=now, after=evidence.state_of(report), why=why, before=before)
        for name, was in told.items():
            words.propose(viewer, report, name, was, _told(report, name), now)
        if {"sensitivity", "actor_name"} & set(changed):
            keep_from_wider_eyes(viewer, report, now)
        record.enqueue("weigh", ref, run_at=now, key=f"weigh:{ref}:{now.isoformat()}")
        return report


def keep_from_wider_eyes(viewer: Viewer, report: Any, now: datetime) -> None:
    """Hold the incident and the alert of a report as severe as the report, and from whom it names as an author.

    At once, and not when the worker comes to it.
    """
    if report.incident is not None:
        recount(viewer, report.incident, now)
    resting = alerts.alert_of_report(SYSTEM, report)
    alert = resting and alerts.alert_row(SYSTEM, resting.ref, for_change=True)
    if alert is not None:
        rests_on = alerts.reports_of_alert(SYSTEM, alert)
        named = {row.actor_name for row in rests_on if row.actor_name}
        write_alerts.change_alert(alert, actors=sorted({*alert.actors, *named}), **_most_severe(rests_on))
        record.note(viewer, alert.ref, "corrected", at=now, after=alert_state(alert), report=report.ref)


def report_to(viewer: Viewer, ref: str, verb: str) -> Any:
    """Return a report that the viewer may do `verb` on, otherwise refuse."""
    report = found_or_refuse(evidence.report_row(viewer, ref), "report")
    access.require(viewer, verb, "report", report)
    return report


def sources_for(report: Any) -> int:
    """Return how many independent sources speak for what a report tells of."""
    rows = evidence.reports_of_incident(SYSTEM, report.incident) if report.incident else [report]
    return corroboration.independent_sources([evidence.as_core(row) for row in rows])


def _told(report: Any, name: str) -> Any:
    """Return what stands in a field of a report, a place by its name."""
    value = getattr(report, name, None)
    return value.name if name == "place" and value is not None else value


def _checked(name: str, value: Any) -> Any:
    if name not in _CORRECTABLE:
        raise Refusal(Because("report.field_not_open", {"field": name}))
    try:
        return _CORRECTABLE[name](value)
    except (ValueError, TypeError):
        raise Refusal(Because("report.value_not_known", {"field": name, "value": str(value)[:40]})) from None
