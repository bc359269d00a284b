"""When an alert must be opened, at what level, and when a report belongs to one that is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.core.alerts.types import AlertDraft, OpenAlert
from tocsin.core.assessment.policy import judge_told
from tocsin.core.assessment.types import ImminencePolicy, MatrixLine
from tocsin.core.evidence.types import Reading, Report
from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import (
    ATTACK_CODES,
    LETHAL_CODES,
    AlertState,
    EventCode,
    ImminenceState,
    Level,
    Priority,
    ReportKind,
    VerificationState,
)

_NEVER_KINDS: Final = frozenset({ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.FEEDBACK, ReportKind.UNREAD})
_NEVER_STATES: Final = frozenset(
    {VerificationState.REFUTED, VerificationState.DUPLICATE, VerificationState.OUT_OF_SCOPE}
)
_RAISES: Final = frozenset({ImminenceState.EMERGING, ImminenceState.IMMINENT, ImminenceState.ONGOING})
_LEVEL_OF: Final = {
    ImminenceState.EMERGING: Level.YELLOW,
    ImminenceState.IMMINENT: Level.ORANGE,
    ImminenceState.ONGOING: Level.RED,
}
_LEVELS: Final = tuple(Level)
_PRIORITIES: Final = tuple(Priority)
# Once the effect is on record, what is told next needs a decision of its own.
_PAST_JOINING: Final = frozenset({AlertState.EFFECT_REPORTED, AlertState.FEEDBACK_GIVEN, AlertState.CLOSED})
_UNDECIDED: Final = frozenset({AlertState.OPEN, AlertState.DISSEMINATED, AlertState.ACKED})
_HOSTILE: Final = ATTACK_CODES | {EventCode.MOB, EventCode.THR, EventCode.LOO, EventCode.CLS}
_OVERRUN_FLAGS: Final = frozenset({"mass_atrocity", "overrun"})


def draft_for_report(
    report: Report, open_alerts: Sequence[OpenAlert], place: Place | None, *, policy: ImminencePolicy, as_of: datetime
) -> Judged[AlertDraft | None]:
    """Return the alert that one report asks for, or None, and why.

    Lethal content never waits for grading: an F6 is enough for a provisional alert. A test, a
    question, a thank-you and a "nothing to report" never raise one. A report of the same threat
    joins the alert that is open, and can only raise it.

    Parameters
    ----------
    report : Report
        The claim, as read. `place` is the place under threat, not where it was seen from; None
        where it is not known, which does not keep the alert from being opened.
    open_alerts : sequence of OpenAlert
        All that are not closed.
    """
    refusal = _why_not(report)
    if refusal is not None:
        return Judged(None, (refusal,))
    told = judge_told(report.reading, policy, as_of=as_of)
    because = _why_raised(report, told.value)
    if because is None:
        return Judged(None, (_because("alert.not_asked", report), *told.reasons))
    draft = _draft(report, place, policy, told.value, (because, *told.reasons), as_of)
    fitting = [alert for alert in open_alerts if _is_joinable(alert) and not _would_bury(draft, alert)]
    joined = _join(draft, report, _nearest_same(report, fitting, place, as_of=as_of))
    return Judged(joined, joined.reasons)


def draft_for_line(
    line: MatrixLine, open_alerts: Sequence[OpenAlert], *, before: ImminenceState | None, as_of: datetime
) -> Judged[AlertDraft | None]:
    """Return the alert that a line of the matrix asks for when it has turned imminent, or None, and why.

    `before` is the state of the last assessment, None when there was none. A line that was imminent
    already, and a place where an alert is open, ask for no second one.
    """
    facts = {"place": line.place.label, "state": f"term.imminence_state.{line.imminence.state.value}"}
    if line.imminence.state not in {ImminenceState.IMMINENT, ImminenceState.ONGOING}:
        return Judged(None, (Because("alert.line_not_imminent", facts, line.evidence),))
    already = next((found for found in open_alerts if found.place == line.place.ref and _is_joinable(found)), None)
    if already is not None:
        return Judged(None, (Because("alert.line_open", facts | {"alert": already.ref}, (already.ref,)),))
    if before in {ImminenceState.IMMINENT, ImminenceState.ONGOING}:
        return Judged(None, (Because("alert.line_unchanged", facts, line.evidence),))
    is_ongoing = line.imminence.state is ImminenceState.ONGOING
    reasons = (Because("alert.line_turned", facts, line.evidence), *line.imminence.reasons)
    draft = AlertDraft(
        place=line.place.ref,
        level=_LEVEL_OF[line.imminence.state],
        priority=Priority.P1 if is_ongoing else Priority.P2,
        imminence=line.imminence.state,
        provisional=True,
        reports=line.evidence,
        reasons=reasons,
        policy_version=line.imminence.policy_version,
    )
    return Judged(draft, reasons)


def level_of(state: ImminenceState) -> Level:
    """Return the level that a state of the threat stands for; GREEN where nothing presses yet."""
    return _LEVEL_OF.get(state, Level.GREEN)


def is_lethal(reading: Reading) -> bool:
    """Return whether the reading tells of killing, or of an attack that kills."""
    killed = reading.toll.get("killed")
    has_dead = killed is not None and ((killed.least or 0) > 0 or (killed.most or 0) > 0)
    return has_dead or bool(LETHAL_CODES & set(reading.events))


def _because(code: str, report: Report, **facts: Any) -> Because:
    shown = {"report": report.ref, "grade": str(report.grade), "kind": f"term.report_kind.{report.reading.kind.value}"}
    return Because(code, shown | facts, (report.ref,))


def _why_not(report: Report) -> Because | None:
    if report.reading.kind in _NEVER_KINDS:
        return _because("alert.never_kind", report)
    if report.state in _NEVER_STATES:
        return _because("alert.never_state", report, state=f"term.verification_state.{report.state.value}")
    if report.reading.state in {ImminenceState.NONE, ImminenceState.CLOSED}:
        return _because("alert.no_threat", report)
    return None


def _why_raised(report: Report, told: ImminenceState) -> Because | None:
    """Fail on the side of waking somebody: lethal first, then what the report tells of."""
    reading = report.reading
    is_over = reading.kind is ReportKind.UPDATE and reading.state is ImminenceState.SUBSIDED
    if is_lethal(reading) and not is_over:
        return _because("alert.lethal", report)
    if told in _RAISES:
        return _because("alert.threat_told", report, state=f"term.imminence_state.{told.value}")
    if reading.kind is ReportKind.SIGNAL:
        return _because("alert.signal", report)
    if is_over:
        return None
    if reading.priority in {Priority.P1, Priority.P2} or reading.kind is ReportKind.THREAT_WARNING:
        return _because("alert.urgent", report, priority=reading.priority.value)
    return None


def _draft(
    report: Report,
    place: Place | None,
    policy: ImminencePolicy,
    told: ImminenceState,
    reasons: tuple[Because, ...],
    as_of: datetime,
) -> AlertDraft:
    level, black = _level(report, told, as_of)
    return AlertDraft(
        place=place.ref if place else None,
        level=level,
        priority=_priority(report.reading),
        imminence=told,
        provisional=report.state is not VerificationState.VALIDATED,
        reports=(report.ref,),
        reasons=(*reasons, *black, *(() if place else (_because("alert.place_unknown", report),))),
        policy_version=policy.version,
    )


def _level(report: Report, told: ImminenceState, as_of: datetime) -> tuple[Level, tuple[Because, ...]]:
    killed = report.reading.toll.get("killed")
    limit = rules.value("alerts.black.killed", as_of)
    is_fresh = told in {ImminenceState.IMMINENT, ImminenceState.ONGOING}
    is_mass = killed is not None and killed.least is not None and killed.least >= limit
    if is_fresh and (is_mass or _OVERRUN_FLAGS & set(report.reading.flags)):
        return Level.BLACK, (_because("alert.black", report, limit=limit),)
    is_untimed = told is ImminenceState.POTENTIAL and is_lethal(report.reading)
    level = _LEVEL_OF.get(told, Level.YELLOW if is_untimed else Level.GREEN)
    # A roadblock or an arrest goes on for weeks: red is kept for what cannot wait.
    if _priority(report.reading) in {Priority.P3, Priority.P4}:
        level = min(level, Level.YELLOW, key=_LEVELS.index)
    return level, ()


def _priority(reading: Reading) -> Priority:
    """Keep the reader's priority, and raise it to what an attack going on or about to begin demands."""
    floor = Priority.P4
    is_untimed = reading.state is ImminenceState.POTENTIAL and is_lethal(reading)
    if is_untimed or reading.state is ImminenceState.IMMINENT:
        floor = Priority.P2
    if reading.state is ImminenceState.ONGOING and is_lethal(reading):
        floor = Priority.P1
    return min(reading.priority, floor, key=_PRIORITIES.index)


def _join(draft: AlertDraft, report: Report, same: tuple[float, OpenAlert] | None) -> AlertDraft:
    if same is None:
        return draft
    km, alert = same
    joined = Because("alert.joins", {"alert": alert.ref, "km": round(km, 1)}, (alert.ref, report.ref))
    return AlertDraft(
        place=draft.place,
        level=max(draft.level, alert.level, key=_LEVELS.index),
        priority=min(draft.priority, alert.priority, key=_PRIORITIES.index),
        imminence=draft.imminence,
        provisional=draft.provisional,
        reports=draft.reports,
        reasons=(joined, *draft.reasons),
        policy_version=draft.policy_version,
        joins=alert.ref,
    )


def _nearest_same(
    report: Report, open_alerts: Sequence[OpenAlert], place: Place | None, *, as_of: datetime
) -> tuple[float, OpenAlert] | None:
    """Find the open alert of the same threat: near enough, fresh enough, and nothing speaks against it."""
    fits = [
        (km, alert)
        for alert in open_alerts
        if _is_same_threat(report.reading, alert)
        and _hours_between(report, alert) <= rules.value("alerts.join.hours", as_of)
        and (km := _km_apart(report, place, alert)) is not None
        and km <= _join_km(report.reading, alert, as_of)
    ]
    if not fits:
        return None
    return min(fits, key=lambda found: (found[0], -found[1].opened_at.timestamp(), found[1].ref))


def _would_bury(draft: AlertDraft, alert: OpenAlert) -> bool:
    """Tell whether joining would hide a worse turn behind a decision that was taken before it."""
    is_worse = _LEVELS.index(draft.level) > _LEVELS.index(alert.level)
    is_more_urgent = _PRIORITIES.index(draft.priority) < _PRIORITIES.index(alert.priority)
    return alert.state not in _UNDECIDED and (is_worse or is_more_urgent)


def _is_joinable(alert: OpenAlert) -> bool:
    return alert.state not in _PAST_JOINING


def _hours_between(report: Report, alert: OpenAlert) -> float:
    return abs((report.received_at - alert.opened_at).total_seconds()) / 3600


def _names(text: str | None) -> set[str]:
    return {part.strip().casefold() for part in (text or "").split("|") if part.strip()}


def _is_same_actor(reading: Reading, alert: OpenAlert) -> bool | None:
    """None where one side names nobody: a uniform is not a name."""
    told = _names(reading.actor.name if reading.actor else None)
    alleged = {name for actor in alert.actors for name in _names(actor)}
    return bool(told & alleged) if told and alleged else None


def _is_same_threat(reading: Reading, alert: OpenAlert) -> bool:
    is_same_actor = _is_same_actor(reading, alert)
    if is_same_actor is False:
        return False
    if is_lethal(reading) and not is_same_actor and _LEVELS.index(alert.level) < _LEVELS.index(Level.ORANGE):
        return False
    told, open_for = set(reading.events), {EventCode(code) for code in alert.events}
    if not told or not open_for or told & open_for:
        return True
    alarm = {EventCode.SIG}
    return bool(told & (_HOSTILE | alarm) and open_for & (_HOSTILE | alarm))


def _join_km(reading: Reading, alert: OpenAlert, as_of: datetime) -> float:
    """Keep attacks apart: one on the next village is a second demand for help, whoever the author is."""
    is_moving = _is_same_actor(reading, alert) and not is_lethal(reading)
    return float(rules.value("alerts.join.same_actor_km" if is_moving else "alerts.join.km", as_of))


def _km_apart(report: Report, place: Place | None, alert: OpenAlert) -> float | None:
    if place is not None and place.ref == alert.place:
        return 0.0
    if alert.lat is None or alert.lon is None:
        return None
    there = Point(alert.lat, alert.lon)
    return min((distance_km(here, there) for here in _points_told(report, place)), default=None)


def _points_told(report: Report, place: Place | None) -> Iterator[Point]:
    """Give the target, and where it was seen from: a drum heard in the threatened village is its alarm too."""
    if place is not None:
        yield place.point
    elif report.reading.point is not None:
        yield report.reading.point
    if report.reading.observed_place is not None and not is_lethal(report.reading):
        yield report.reading.observed_place.point
