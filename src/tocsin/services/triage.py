"""Triage: one action on many reports, an answer for each of them, and the whole of it undone by one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tocsin.core.evidence import verification as life
from tocsin.core.evidence.types import Grade
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Component, VerificationState
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import regrouping, verification
from tocsin.services.refusals import Refusal, Refused, found_or_refuse
from tocsin.store.queries import desk, evidence
from tocsin.store.writes import desk as write
from tocsin.store.writes import evidence as write_evidence
from tocsin.store.writes import record

MOST: Final = 500
# So many at a time hold the store: messages come in between.
CHUNK: Final = 50
_PLAIN: Final = ("state", "grade_source", "grade_content", "grade_because", "kind", "component", "holder", "priority")
_CORRECTED: Final = ("events", "imminence", "actor_name", "actor_type", "sensitivity", "secrecy")
_PLACED: Final = ("lat", "lon", "sector", "place_precision")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be set on every report; empty leaves it as it is. `place` is a reference."""

    state: str = ""
    source: str = ""
    content: int = 0
    place: str = ""
    component: str = ""
    holder: str = ""
    kind: str = ""
    is_interested: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is to be set."""
        return not any((self.state, self.source, self.content, self.place, self.component, self.holder, self.kind))


def apply(viewer: Viewer, refs: Sequence[str], asked: Asked, *, why: str, now: datetime) -> Any:
    """Set the same on many reports and return the deed, which holds an answer for each of them.

    What the rules refuse for one report does not hold up the others.
    """
    chosen = list(dict.fromkeys(refs))
    if asked.is_empty or not chosen:
        raise Refusal(Because("form.nothing_chosen", {"field": "triage" if chosen else "report"}))
    if len(chosen) > MOST:
        raise Refusal(Because("triage.too_many", {"most": MOST}))
    with transaction.atomic():
        kept = {name: value for name, value in asdict(asked).items() if value}
        deed = write.begin_deed("triage", by=viewer.account, at=now, asked=kept, why=why)
    for first in range(0, len(chosen), CHUNK):
        with transaction.atomic():
            _chunk(viewer, deed, chosen[first : first + CHUNK], lambda row: _set(viewer, row, asked, why, now), now)
    return deed


def _chunk(viewer: Viewer, deed: Any, refs: Sequence[str], work: Callable[[Any], None], now: datetime) -> None:
    touched: dict[int, Any] = {}
    for ref in refs:
        row, reasons = _one(viewer, deed, ref, work)
        if row is not None and row.incident is not None and not reasons:
            touched[row.incident.pk] = row.incident
    for incident in touched.values():
        verification.recount(viewer, incident, now)


def _one(viewer: Viewer, deed: Any, ref: str, work: Callable[[Any], None]) -> tuple[Any, tuple[Because, ...]]:
    """Do it to one report, all of it or nothing, and write down how it went."""
    try:
        row = verification.report_to(viewer, ref, "verify")
    except Refused:
        reasons: tuple[Because, ...] = (Because("triage.not_open", {}, ()),)
        write.add_item(deed, ref, before={}, after={}, reasons=reasons)
        return None, reasons
    before = standing(row)
    try:
        with transaction.atomic():
            work(row)
    except Refusal as refusal:
        write.add_item(deed, ref, before=before, after=before, reasons=refusal.reasons)
        return row, refusal.reasons
    write.add_item(deed, ref, before=before, after=standing(row))
    return row, ()


def _set(viewer: Viewer, row: Any, asked: Asked, why: str, now: datetime) -> None:
    corrected = {name: value for name, value in (("place", asked.place), ("kind", asked.kind)) if value}
    if corrected:
        verification.correct(viewer, row.ref, corrected, why=why, now=now)
        row.refresh_from_db()
    if asked.component or asked.holder:
        _assign(viewer, row, asked, now)
    if asked.source or asked.content:
        grade = Grade(asked.source or row.grade_source, asked.content or row.grade_content)
        verification.set_grade(viewer, row, grade, why=why, now=now)
    if asked.state:
        _advance(viewer, row, VerificationState(asked.state), life.Step(viewer.role, why, 0, asked.is_interested), now)


def _assign(viewer: Viewer, row: Any, asked: Asked, now: datetime) -> None:
    fields: dict[str, Any] = {}
    if asked.component:
        fields["component"] = Component(asked.component).value
    if asked.holder:
        if asked.holder not in {one.username for one in desk.posts()}:
            raise Refusal(Because("triage.no_such_post", {}))
        fields["holder"] = asked.holder
    write_evidence.change_report(row, **fields)
    record.note(viewer, row.ref, "assigned", at=now, after=evidence.state_of(row), **fields)


def _advance(viewer: Viewer, row: Any, to: VerificationState, step: life.Step, now: datetime) -> None:
    """Move a report to a state, through "being verified" where its life asks for that step."""
    state = VerificationState(row.state)
    if to is state:
        return
    steps = life.TRANSITIONS[state]
    if to not in steps and VerificationState.VERIFYING in steps:
        verification.set_state(viewer, row, VerificationState.VERIFYING, step, now=now)
    verification.set_state(viewer, row, to, step, now=now)


def kept(viewer: Viewer, ref: str, work: Callable[[], object], *, now: datetime) -> Any:
    """Do one deed on one report so that it can be undone; return the deed, None where nothing changed."""
    with transaction.atomic():
        row = verification.report_to(viewer, ref, "verify")
        before = standing(row)
        work()
        after = standing(found_or_refuse(evidence.report_row(SYSTEM, ref), "report"))
        if before == after:
            return None
        deed = write.begin_deed("triage", by=viewer.account, at=now)
        write.add_item(deed, ref, before=before, after=after)
        return deed


def judge(viewer: Viewer, ref: str, asked: Asked, *, why: str, now: datetime) -> Any:
    """Grade one report and move it on in a single step; return the deed, by which it can be undone.

    Raises
    ------
    Refusal
        When the rules do not allow it, or nothing would change.
    """

    def work() -> None:
        row = verification.report_to(viewer, ref, "verify")
        _set(viewer, row, asked, why, now)
        if row.incident is not None:
            verification.recount(viewer, row.incident, now)

    deed = None if asked.is_empty else kept(viewer, ref, work, now=now)
    if deed is None:
        raise Refusal(Because("form.nothing_changed"))
    return deed


def standing(row: Any) -> dict[str, Any]:
    """Return all that triage can change in a report, as it stands."""
    told = {name: getattr(row, name) for name in (*_PLAIN, *_CORRECTED, *_PLACED)}
    return told | {
        "place": row.place.ref if row.place else None,
        "incident": row.incident.ref if row.incident else None,
    }


def undo(viewer: Viewer, number: int, *, now: datetime) -> Any:
    """Undo a deed of one's own as a whole; what others changed since stays, and is told.

    Raises
    ------
    Refusal
        When it was undone already.
    """
    deed = found_or_refuse(desk.deed_row(viewer, number), "deed")
    with transaction.atomic():
        if not write.undo_deed(deed, by=viewer.account, at=now):
            raise Refusal(Because("undo.done_already", {}))
        if deed.kind == "merge_alerts":
            regrouping.undo_alerts(viewer, deed, now=now)
        elif deed.kind == "triage":
            _undo_triage(viewer, deed, now)
        else:
            regrouping.undo(viewer, deed, now=now)
        deed.refresh_from_db()
        return deed


def _undo_triage(viewer: Viewer, deed: Any, now: datetime) -> None:
    touched: dict[int, Any] = {}
    for item in desk.deed_items(deed):
        if item.result != "done":
            continue
        row = verification.report_to(viewer, item.subject, "verify")
        touched |= {one.pk: one for one in (row.incident,) if one is not None}
        _put_back(viewer, row, item, deed, now)
    for incident in touched.values():
        verification.recount(viewer, incident, now)


def _put_back(viewer: Viewer, row: Any, item: Any, deed: Any, now: datetime) -> None:
    present = standing(row)
    changed = {name for name in item.before if item.before[name] != item.after[name]}
    if any(present[name] != item.after[name] for name in changed - {"incident"}):
        write.settle_item(item, result="kept", reasons=[Because("undo.changed_since", {}, (item.subject,))])
        return
    if "place" in changed:
        # What was tied to an incident because of the place goes back as well.
        changed.add("incident")
    fields = {name: item.before[name] for name in changed}
    if "incident" in fields:
        was = item.before["incident"]
        fields["incident"] = evidence.incident_row(SYSTEM, was) if was else None
    write_evidence.change_report(row, **fields)
    record.note(viewer, row.ref, "undone", at=now, after=evidence.state_of(row), deed=deed.pk)
    if changed & {"sensitivity", "actor_name"}:
        verification.keep_from_wider_eyes(viewer, row, now)
    if changed & {*_CORRECTED, "place", "kind"}:
        record.enqueue("weigh", row.ref, run_at=now, key=f"weigh:{row.ref}:undone:{deed.pk}")
    write.settle_item(item, result="undone")
