"""Warn the people at risk: write, judge, release by a second person, update, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from tocsin.core.places.shapes import Ring
from tocsin.core.places.types import Point
from tocsin.core.plans import community
from tocsin.core.plans import warning_checks as checks
from tocsin.core.plans.community import Asked, CommunityWarning, WarningText
from tocsin.core.plans.warning_checks import Finding, Ground
from tocsin.core.plans.warning_forms import Forms, forms_of
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    CapKind,
    ImminenceState,
    Likelihood,
    ResponseClass,
    Severity,
    Urgency,
    WarningReach,
    WarningState,
)
from tocsin.core.reference.viewer import SYSTEM, Secrecy, Viewer
from tocsin.services import warning_files, warning_guards, welfare
from tocsin.services.local_time import mission_zone
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert import places as convert
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts, places
from tocsin.store.queries import warnings as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import record
from tocsin.store.writes import warnings as write

_LOWER: Final = ("", ResponseClass.NONE.value, ResponseClass.RELAYED_ONLY.value)
_AFTER_CANCEL: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What an author has written so far. `places` are references; without a shape the area lies around them."""

    event: str = "any"
    urgency: Urgency = Urgency.UNKNOWN
    severity: Severity = Severity.UNKNOWN
    certainty: Likelihood = Likelihood.UNKNOWN
    reach: WarningReach = WarningReach.PUBLIC
    is_exercise: bool = False
    places: tuple[str, ...] = ()
    rings: tuple[Ring, ...] = ()
    circles: tuple[tuple[Point, float], ...] = ()
    texts: Mapping[str, WarningText] = field(default_factory=dict)
    by_voice: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)
    expires_at: datetime | None = None
    alert: str = ""
    previous: str = ""
    kind: CapKind = CapKind.ALERT


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A draft as it would leave: its value, every form by language, and what stands against it."""

    value: CommunityWarning
    forms: tuple[Forms, ...]
    findings: tuple[Finding, ...]
    languages: tuple[str, ...]
    asks_who_reported: bool
    people: int

    @property
    def may_leave(self) -> bool:
        """Return whether nothing stops the release."""
        return checks.may_release(self.findings)


def sender_name() -> str:
    """Return by what name the mission speaks to people."""
    return str(settings.MISSION.get("warnings_from") or settings.MISSION.get("mission", ""))


def is_exercise_only() -> bool:
    """Return whether nothing here is real, so that no warning can be."""
    return bool(settings.MISSION.get("exercise", settings.MISSION.get("world", "empty") != "empty"))


def proposal(viewer: Viewer, *, alert: str = "", now: datetime) -> Draft:
    """Return a draft to begin with: from an alert what it tells, without one an empty one."""
    access.require(viewer, "create", "warning")
    row = found_or_refuse(alerts.alert_row(viewer, alert), "alert") if alert else None
    draft = Draft(
        is_exercise=is_exercise_only(), alert=alert, expires_at=now + community.hours_for(Urgency.UNKNOWN, as_of=now)
    )
    if row is None:
        return draft
    urgency, severity, certainty = community.judged_by(ImminenceState(row.imminence))
    known = [code for code in row.events if code in community.events_to_warn_of()]
    return replace(
        draft,
        event=known[0] if known else "any",
        urgency=urgency,
        severity=severity,
        certainty=certainty,
        is_exercise=draft.is_exercise or getattr(row, "is_drill", False),
        places=(row.place.ref,) if row.place else (),
        expires_at=now + community.hours_for(urgency, as_of=now),
    )


def with_texts(viewer: Viewer, draft: Draft, *, now: datetime) -> Draft:
    """Return the draft with a text to begin with in every language of its places that has none yet."""
    value = _value(viewer, draft, now)
    texts = dict(draft.texts)
    wanted = [*community.languages_of(value.places), *texts]
    if not set(wanted) & set(community.written_languages()):
        wanted += _mission_languages()
    for language in wanted:
        begun = community.drafted_text(value, language, zone=mission_zone())
        if begun is not None and not (language in texts and any((texts[language].headline, texts[language].what))):
            texts[language] = begun
    return replace(draft, texts=texts)


def draft_of(viewer: Viewer, ref: str) -> Draft:
    """Return a written warning as a draft that can be worked on."""
    row = found_or_refuse(read.warning_row(viewer, ref), "warning")
    value = read.as_value(row, sent_at=row.made_at)
    return Draft(
        event=row.event,
        urgency=value.urgency,
        severity=value.severity,
        certainty=value.certainty,
        reach=value.reach,
        is_exercise=row.is_exercise,
        places=tuple(place.ref for place in value.places),
        rings=value.rings,
        circles=value.circles,
        texts=value.texts,
        by_voice=value.by_voice,
        tasks=value.tasks,
        asked=value.asked,
        expires_at=row.expires_at,
        alert=row.alert.ref if row.alert else "",
        previous=row.previous.ref if row.previous else "",
        kind=value.kind,
    )


def judge(viewer: Viewer, draft: Draft, *, now: datetime, is_emergency: bool = False) -> Preview:
    """Return how a draft would leave and what stands against it; nothing is kept."""
    access.require(viewer, "read", "warning")
    value = _value(viewer, draft, now)
    rows = read.places_named(viewer, draft.places)
    alert = alerts.alert_row(viewer, draft.alert) if draft.alert else None
    ground = _ground(alert, rows, now, is_emergency=is_emergency)
    forms = tuple(
        forms_of(value, text, sender=sender_name(), zone=mission_zone())
        for text in value.texts.values()
        if text.is_complete
    )
    return Preview(
        value,
        forms,
        checks.check(value, ground, as_of=now),
        community.languages_of(value.places, _mission_languages()),
        checks.asks_who_reported(ground, as_of=now),
        len(read.people_in(rows, now)),
    )


def _mission_languages() -> tuple[str, ...]:
    return tuple(settings.MISSION.get("languages", ("en",)))


def _value(viewer: Viewer, draft: Draft, now: datetime) -> CommunityWarning:
    chosen = tuple(convert.place(row) for row in read.places_named(viewer, draft.places))
    previous = read.warning_row(viewer, draft.previous) if draft.previous else None
    rings = draft.rings
    if not rings and not draft.circles:
        rings = community.ring_for(chosen, as_of=now)
    return CommunityWarning(
        kind=draft.kind,
        is_exercise=draft.is_exercise or is_exercise_only() or _is_of_drill(viewer, draft),
        reach=draft.reach,
        event=draft.event,
        urgency=draft.urgency,
        severity=draft.severity,
        certainty=draft.certainty,
        sent_at=now,
        expires_at=draft.expires_at or now + community.hours_for(draft.urgency, as_of=now),
        places=chosen,
        rings=rings,
        circles=draft.circles,
        texts={language: text for language, text in draft.texts.items() if any((text.headline, text.what, text.do))},
        by_voice=draft.by_voice,
        tasks=draft.tasks,
        asked=draft.asked,
        since_at=previous.released_at if previous else None,
    )


def _is_of_drill(viewer: Viewer, draft: Draft) -> bool:
    alert = alerts.alert_row(viewer, draft.alert) if draft.alert else None
    return alert is not None and alert.is_drill


def _ground(alert: Any, rows: list[Any], now: datetime, *, is_emergency: bool) -> Ground:
    reporters, reported_at = read.reporters(alert, rows, now)
    return Ground(
        places=places.settlements(SYSTEM),
        open_tasks=frozenset(task.ref for task in read.open_tasks(SYSTEM, alert)),
        communities=read.communities(),
        reporters=reporters,
        reported_at=reported_at,
        is_emergency=is_emergency,
    )


def save(viewer: Viewer, draft: Draft, *, ref: str = "", now: datetime) -> Any:
    """Keep a draft, new or written over; what stands against it may stay until the release."""
    with transaction.atomic():
        access.require(viewer, "create", "warning")
        row = found_or_refuse(read.warning_row(viewer, ref, for_change=True), "warning") if ref else None
        if row is not None and row.state != WarningState.DRAFT.value:
            raise Refusal(Because("warn.not_a_draft", {}, (row.ref,)))
        kept = _keep(viewer, row, draft, now)
        access.require(viewer, "create", "warning", kept)
        record.note(viewer, kept.ref, "warning_written", at=now, after=read.state_of(kept))
        return kept


def _keep(viewer: Viewer, row: Any, draft: Draft, now: datetime) -> Any:
    value = _value(viewer, draft, now)
    alert = found_or_refuse(alerts.alert_row(viewer, draft.alert), "alert") if draft.alert else None
    previous = found_or_refuse(read.warning_row(viewer, draft.previous), "warning") if draft.previous else None
    rows = read.places_named(viewer, draft.places)
    sectors = {place.sector for place in rows} or {alert.sector if alert else viewer.sector}
    return write.save_warning(
        row,
        rows,
        rings=value.rings,
        circles=value.circles,
        alert=alert,
        previous=previous,
        kind=value.kind.value,
        is_exercise=value.is_exercise,
        reach=value.reach.value,
        event=value.event,
        urgency=value.urgency.value,
        severity=value.severity.value,
        certainty=value.certainty.value,
        texts={
            one.language: {"headline": one.headline, "what": one.what, "do": one.do} for one in value.texts.values()
        },
        by_voice=list(value.by_voice),
        tasks=list(value.tasks),
        asked={name: getattr(value.asked, name) for name in Asked.__slots__},
        sector=sectors.pop() if len(sectors) == 1 else "",
        expires_at=value.expires_at,
        made_at=row.made_at if row else now,
        # Whoever wrote the last word is its maker, and cannot be the second person.
        made_by=viewer.account,
    )


def release(viewer: Viewer, ref: str, *, seen: str, now: datetime) -> Any:
    """Release a warning as its second person: not its author, and nothing that stops it may be left.

    `seen` is the mark of the draft that this person read: what was rewritten since is not released.
    """
    with transaction.atomic():
        row = _draft_to_release(viewer, ref)
        if row.made_by == viewer.account:
            raise Refusal(Because("warn.same_person", {}, (row.ref,)))
        warning_guards.require_seen(row, seen)
        return _release(viewer, row, now, is_emergency=False, why="")


def release_in_emergency(viewer: Viewer, ref: str, *, seen: str, why: str, now: datetime) -> Any:
    """Tell the focal points at once, by one person and with the reason; near an open alert of priority 1 only.

    The public is never told this way, whatever the draft says: that takes a second person.
    """
    with transaction.atomic():
        row = _draft_to_release(viewer, ref)
        if not why.strip():
            raise Refusal(Because("warn.needs_why"))
        warning_guards.require_seen(row, seen)
        warning_guards.require_emergency(row, now)
        write.change_warning(row, reach=WarningReach.FOCAL_POINTS.value)
        return _release(viewer, row, now, is_emergency=True, why=why)


def _draft_to_release(viewer: Viewer, ref: str) -> Any:
    row = found_or_refuse(read.warning_row(viewer, ref, for_change=True), "warning")
    access.require(viewer, "release", "warning", row)
    if row.state != WarningState.DRAFT.value:
        raise Refusal(Because("warn.not_a_draft", {}, (row.ref,)))
    return row


def _release(viewer: Viewer, row: Any, now: datetime, *, is_emergency: bool, why: str) -> Any:
    if row.alert is not None and row.alert.is_drill:
        write.change_warning(row, is_exercise=True)
    findings = _judge_row(row, now, is_emergency=is_emergency)
    stopping = [found.because for found in findings if found.is_blocking]
    if stopping:
        raise Refusal(*stopping)
    if not write.claim_release(row, by=viewer.account, at=now):
        raise Refusal(Because("warn.not_a_draft", {}, (row.ref,)))
    row.state, row.released_by, row.released_at = WarningState.RELEASED.value, viewer.account, now
    is_public = row.reach == WarningReach.PUBLIC.value
    write.change_warning(
        row,
        is_emergency=is_emergency,
        why=why,
        findings=[found.because.as_json() for found in findings],
        secrecy=int(Secrecy.PUBLIC if is_public and not row.is_exercise else Secrecy.RESTRICTED),
    )
    warning_files.publish(row, sender_name(), now)
    _end_previous(viewer, row, now)
    told = welfare.tell_people(row, sender_name(), now)
    verb = "warning_released_at_once" if is_emergency else "warning_released"
    record.note(viewer, row.ref, verb, at=now, after=read.state_of(row), why=why, made_by=row.made_by, people=told)
    _mark_alert(viewer, row, now)
    return row


def _judge_row(row: Any, now: datetime, *, is_emergency: bool) -> tuple[Finding, ...]:
    value = read.as_value(row, sent_at=now)
    ground = _ground(row.alert, list(row.places.all()), now, is_emergency=is_emergency)
    return checks.check(value, ground, as_of=now)


def _end_previous(viewer: Viewer, row: Any, now: datetime) -> None:
    if row.previous is None or row.previous.state != WarningState.RELEASED.value:
        return
    ended = WarningState.CANCELLED if row.kind == CapKind.CANCEL.value else WarningState.REPLACED
    write.change_warning(row.previous, state=ended.value)
    record.note(
        viewer, row.previous.ref, f"warning_{ended.value}", at=now, after=read.state_of(row.previous), by=row.ref
    )


def _mark_alert(viewer: Viewer, row: Any, now: datetime) -> None:
    """Write on the alert that people were warned: a response, but nobody was sent; the other clocks run on."""
    if row.alert is None or row.is_exercise or row.kind == CapKind.CANCEL.value:
        return
    if row.alert.response_class in _LOWER:
        write_alerts.change_alert(row.alert, response_class=ResponseClass.NON_PHYSICAL.value)
    after = alert_state(row.alert)
    record.note(viewer, row.alert.ref, "people_warned", at=now, after=after, warning=row.ref)
    record.enqueue("watch", row.alert.ref, run_at=now, key=f"watch:{row.alert.ref}:warned:{row.ref}")


def follow(viewer: Viewer, ref: str, kind: CapKind, *, now: datetime) -> Any:
    """Begin an update or a cancellation of a released warning; an extension is an update with a later end."""
    with transaction.atomic():
        before = found_or_refuse(read.warning_row(viewer, ref), "warning")
        access.require(viewer, "create", "warning", before)
        if before.state != WarningState.RELEASED.value:
            raise Refusal(Because("warn.not_released", {}, (before.ref,)))
        draft = replace(draft_of(viewer, ref), kind=kind, previous=ref, asked=Asked(), tasks=())
        if kind is CapKind.CANCEL:
            ends = max(before.expires_at, now + _AFTER_CANCEL)
            ended = {language: WarningText(language, "", "", "") for language in draft.texts}
            draft = replace(draft, texts=ended, asked=Asked(False, False, False), urgency=Urgency.PAST, expires_at=ends)
            draft = with_texts(viewer, draft, now=now)
        else:
            draft = replace(draft, expires_at=now + community.hours_for(draft.urgency, as_of=now))
        row = _keep(viewer, None, draft, now)
        record.note(viewer, row.ref, "warning_written", at=now, after=read.state_of(row), previous=before.ref)
        return row


def drop(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Any:
    """Leave a draft aside; it stays on record."""
    with transaction.atomic():
        row = found_or_refuse(read.warning_row(viewer, ref, for_change=True), "warning")
        access.require(viewer, "create", "warning", row)
        if row.state != WarningState.DRAFT.value:
            raise Refusal(Because("warn.not_a_draft", {}, (row.ref,)))
        if not why.strip():
            raise Refusal(Because("warn.needs_why"))
        write.change_warning(row, state=WarningState.DROPPED.value, why=why)
        record.note(viewer, row.ref, "warning_dropped", at=now, after=read.state_of(row), why=why)
        return row
