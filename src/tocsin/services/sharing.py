"""Share: the briefs, each built from what its reader may know, in their language, and noted when it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tocsin import briefs
from tocsin.briefs.flash_alert.build import FlashAlert, Told
from tocsin.briefs.flash_alert.build import Option as FlashOption
from tocsin.briefs.gap_statement.build import GapStatement
from tocsin.briefs.response_note.build import ResponseNote
from tocsin.briefs.weekly_matrix.build import LineAction, WeeklyMatrix
from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.evidence.types import Grade
from tocsin.core.plans.types import Option
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, DecisionKind, ImminenceState, Level, Priority, Role
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import matrix, picture, response
from tocsin.services.local_time import is_night, mission_offset
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts, places, plans
from tocsin.store.writes import record

# A list of the unprotected is a list of targets: only the form without names is anything else.
_RESTRICTED: Final = "strictly_confidential"
_OPEN: Final = "public"
_MONTH: Final = timedelta(days=30)
_HANDED_ON: Final = {"host": DecisionKind.DELEGATE, "humanitarian": DecisionKind.REFER}


@dataclass(frozen=True, slots=True)
class Order:
    """What brief is asked for. `alert` for the flash alert only; `is_public` for the statement of gaps only."""

    kind: str
    language: str
    form: str
    as_of: datetime
    alert: str = ""
    within_h: float = 2.0
    is_public: bool = False


def kinds() -> tuple[str, ...]:
    """Return the briefs there are."""
    return tuple(briefs.BRIEFS)


def brief(viewer: Viewer, order: Order, *, now: datetime) -> bytes:
    """Return a brief as the bytes of its file, and write down that it left and to whom.

    Raises
    ------
    Refused
        When the viewer may not read briefs, or the record that this one is about.
    Refusal
        When the order makes no sense.
    """
    access.require(viewer, "read", "brief")
    _refuse_unclear(order)
    content, classification = _CONTENTS[order.kind](viewer, order, now)
    extra: dict[str, Any] = {"restricted": not order.is_public} if order.kind == "gap_statement" else {}
    try:
        made = briefs.get(order.kind).build(
            content, language=order.language, form=order.form, classification=classification, **extra
        )
    except briefs.MissingMeans as missing:
        raise Refusal(Because("brief.means_missing", {"means": str(missing)})) from None
    subjects = [f"brief:{order.kind}", *([order.alert] if order.alert else [])]
    with transaction.atomic():
        record.note_many(viewer, "brief_released", subjects, at=now, groups=(classification, order.form))
    return made


def _refuse_unclear(order: Order) -> None:
    if order.kind not in briefs.BRIEFS:
        raise Refusal(Because("brief.unknown_kind", {"kind": order.kind, "known": list(briefs.BRIEFS)}))
    if order.language not in wording.LANGUAGES or order.form not in briefs.FORMS:
        raise Refusal(Because("brief.unknown_form", {"language": order.language, "form": order.form}))
    if order.kind == "flash_alert" and not order.alert:
        raise Refusal(Because("brief.needs_alert"))


def _weekly_matrix(viewer: Viewer, order: Order, now: datetime) -> tuple[WeeklyMatrix, str]:
    shown = matrix.show(viewer, as_of=_past_only(order, now), now=now)
    actions = {
        place: LineAction(owner=row.owner, action=row.action, residual=row.residual)
        for place, row in plans.line_actions(viewer, order.as_of).items()
        if row.owner or row.action or row.residual
    }
    content = WeeklyMatrix(
        mission=str(settings.MISSION.get("mission", "")),
        assessment=shown.assessment,
        coverage=matrix.cover(viewer, shown, within_h=order.within_h, night=is_night(order.as_of), now=now),
        zone=timezone(mission_offset()),
        generated_at=now,
        actions=actions,
        assets=places.assets(SYSTEM, order.as_of),
    )
    return content, _RESTRICTED


def _gap_statement(viewer: Viewer, order: Order, now: datetime) -> tuple[GapStatement, str]:
    shown = matrix.show(viewer, as_of=_past_only(order, now), now=now)
    night = is_night(order.as_of)
    done = tuple(gap.done_instead for gap in plans.gaps(viewer) if gap.done_instead)[:6]
    content = GapStatement(
        mission=str(settings.MISSION.get("mission", "")),
        as_of=shown.assessment.as_of,
        zone=timezone(mission_offset()),
        coverage=matrix.cover(viewer, shown, within_h=order.within_h, night=night, now=now),
        provinces={line.place.ref: line.place.province for line in shown.assessment.lines},
        assets=places.assets(SYSTEM, order.as_of),
        done_instead=done,
    )
    return content, _OPEN if order.is_public else _RESTRICTED


def _flash_alert(viewer: Viewer, order: Order, now: datetime) -> tuple[FlashAlert, str]:
    alert = found_or_refuse(alerts.alert_row(viewer, order.alert), "alert")
    reports = alerts.reports_of_alert(viewer, alert)
    best = min(reports, key=lambda row: (row.grade_content, row.grade_source), default=None)
    priority = Priority(alert.priority)
    content = FlashAlert(
        mission=str(settings.MISSION.get("mission", "")),
        ref=alert.ref,
        level=Level(alert.level),
        priority=priority,
        place=alert.place.name if alert.place else alert.place_text,
        said=_told_of(alert, order.language),
        grade=Grade(best.grade_source, best.grade_content) if best else Grade("F", 6),
        imminence=ImminenceState(alert.imminence),
        state=AlertState(alert.state),
        opened_at=alert.opened_at,
        as_of=now,
        zone=timezone(mission_offset()),
        reports=len(reports),
        provisional=alert.is_provisional,
        told=_told(viewer, alert),
        reasons=tuple(Because.from_json(one) for one in alert.because),
        options=tuple(
            _option(one, order.language)
            for one in picture.options_of_alert(viewer, alert, as_of=now)
            if not one.blocked
        ),
        decision_asked=wording.label(f"term.decision_kind.{DecisionKind.RESPOND.value}", order.language),
        decide_by=alert.opened_at + clocks_for(priority, as_of=now).decide,
        not_known=tuple(sorted({doubt for row in reports for doubt in row.doubts})),
    )
    return content, _RESTRICTED


def _response_note(viewer: Viewer, order: Order, now: datetime) -> tuple[ResponseNote, str]:
    until = min(order.as_of, now)
    found = response.figures(viewer, response.Asked(until - _MONTH, until), now=now)
    content = ResponseNote(
        mission=str(settings.MISSION.get("mission", "")),
        rate=found.rate,
        since=found.asked.since,
        until=found.asked.until,
        as_of=found.as_of,
        zone=timezone(mission_offset()),
        backlog=found.backlog,
        silent=found.silent,
        is_whole=found.is_whole,
    )
    return content, _RESTRICTED


_CONTENTS: Final = {
    "weekly_matrix": _weekly_matrix,
    "gap_statement": _gap_statement,
    "flash_alert": _flash_alert,
    "response_note": _response_note,
}


def _told_of(alert: Any, language: str) -> str:
    """Return what is said, put together from codes: the words of a source never leave in a brief."""
    events = [wording.label(f"term.event_code.{code}", language) for code in alert.events]
    comma = "، " if language == "ar" else ", "
    parts = [comma.join(events), comma.join(alert.actors)]
    return " – ".join(part for part in parts if part) or wording.label("word.unknown", language)


def _told(viewer: Viewer, alert: Any) -> tuple[Told, ...]:
    return tuple(
        Told(Role(one.account.role), one.told_at, one.acknowledged_at)
        for one in alerts.addressees(viewer, alert)
        if one.told_at is not None
    )


def _option(option: Option, language: str) -> FlashOption:
    label = wording.label(f"term.option.{option.code}", language)
    decision = _HANDED_ON.get(option.component, DecisionKind.RESPOND)
    if option.hours is None:
        return FlashOption(decision, label)
    return FlashOption(decision, f"{label} ({option.hours:.1f} h)")


def _past_only(order: Order, now: datetime) -> datetime | None:
    """Return the moment asked for where it is a past one; the present is shown as it is kept."""
    return order.as_of if now - order.as_of > matrix.JUST_NOW else None
