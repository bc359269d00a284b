"""Learn: warned against happened, and lessons tied to the alert and the decision they came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.lessons import review as reviewing
from tocsin.core.lessons import states
from tocsin.core.lessons.types import Happened, LessonMove, Review, Warned
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ATTACK_CODES, ImminenceState, LessonState
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts as read_alerts
from tocsin.store.queries import evidence, plans
from tocsin.store.writes import plans as write
from tocsin.store.writes import record

_ONLY_THREATENED = (ImminenceState.POTENTIAL, ImminenceState.EMERGING, ImminenceState.IMMINENT)


def review(
    viewer: Viewer, *, since: datetime, as_of: datetime, within_km: float = 25.0, within_h: float = 168.0
) -> Review:
    """Return what was warned of against what happened between two moments, from the mission's own ledger."""
    access.require(viewer, "read", "lesson")
    rows = [row for row in read_alerts.alerts_between(viewer, since=since, until=as_of) if row.lat is not None]
    warned = [
        Warned(
            ref=row.ref,
            point=Point(row.lat or 0.0, row.lon or 0.0),
            opened_at=row.opened_at,
            imminence=ImminenceState(row.imminence),
            acted=row.response_class in ("2", "3", "4"),
        )
        for row in rows
    ]
    happened = [
        Happened(ref=one.ref, point=one.point, start=one.start, deaths=one.deaths.least)
        for one in evidence.incidents_known(viewer, as_of=as_of, since=since)
        if ATTACK_CODES & set(one.events) and one.start <= as_of and one.imminence not in _ONLY_THREATENED
    ]
    return reviewing.compare(warned, happened, as_of=as_of, within_km=within_km, within_h=within_h)


def submit(
    viewer: Viewer,
    *,
    title: str,
    theme: str,
    observation: str,
    now: datetime,
    recommendation: str = "",
    conditions: str = "",
    harm: str = "",
    alert_ref: str = "",
    decision_ref: str = "",
) -> Any:
    """Write a lesson as submitted, tied to the alert and the decision it came from."""
    with transaction.atomic():
        access.require(viewer, "create", "lesson")
        alert = found_or_refuse(read_alerts.alert_row(viewer, alert_ref), "alert") if alert_ref else None
        decision = found_or_refuse(plans.decision_row(viewer, decision_ref), "decision") if decision_ref else None
        if not title.strip() or not observation.strip():
            raise Refusal(Because("lesson.needs_text"))
        lesson = write.make_lesson(
            by=viewer.account,
            at=now,
            title=title.strip(),
            theme=theme,
            observation=observation.strip(),
            recommendation=recommendation,
            conditions=conditions,
            harm=harm,
            alert=alert,
            decision=decision,
        )
        record.note(viewer, lesson.ref, "lesson_submitted", at=now, after=_state(lesson))
        return lesson


def move(viewer: Viewer, ref: str, *, to: LessonState, step: LessonMove, now: datetime) -> Any:
    """Move a lesson on its way to a changed practice, or refuse it with every reason.

    `step` carries what the move asks for: an owner, an action and a date, evidence, a home.
    """
    with transaction.atomic():
        lesson = found_or_refuse(plans.lesson_row(viewer, ref), "lesson")
        access.require(viewer, "move", "lesson", lesson)
        whole = replace(
            step,
            by=viewer.account,
            owner=step.owner or lesson.owner,
            action=step.action or lesson.action,
            due_on=step.due_on or lesson.due_on,
        )
        judged = states.may_move(LessonState(lesson.state), to, whole)
        if not judged.value:
            raise Refusal(*judged.reasons)
        kept = {"owner": whole.owner, "action": whole.action, "due_on": whole.due_on}
        kept |= {"evidence": step.evidence or lesson.evidence, "embedded_in": step.embedded_in or lesson.embedded_in}
        if not write.move_lesson(lesson, expected=lesson.state, to=to.value, **kept):
            raise Refusal(Because("lesson.moved_meanwhile", {}, (ref,)))
        record.note(viewer, lesson.ref, "lesson_moved", at=now, after=_state(lesson), why=step.why)
        return lesson


def _state(lesson: Any) -> dict[str, Any]:
    return {
        "ref": lesson.ref,
        "title": lesson.title,
        "theme": lesson.theme,
        "state": lesson.state,
        "observation": lesson.observation,
        "recommendation": lesson.recommendation,
        "owner": lesson.owner,
        "action": lesson.action,
        "due_on": lesson.due_on.isoformat() if lesson.due_on else None,
        "evidence": lesson.evidence,
        "alert": lesson.alert.ref if lesson.alert else None,
        "decision": lesson.decision.ref if lesson.decision else None,
    }
