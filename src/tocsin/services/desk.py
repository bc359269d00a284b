"""The desk: who looks at what, what may be one event, who can call back in which language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts.tongues import Tongue, Unheard, tongues, unheard
from tocsin.core.evidence import corroboration
from tocsin.core.evidence.corroboration import Suggestion
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import regrouping
from tocsin.services.local_time import mission_zone
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.services.verification import report_to
from tocsin.store import access
from tocsin.store.queries import alerts, desk, duty, evidence, places
from tocsin.store.writes import desk as write
from tocsin.store.writes import record

# Whoever waits longer than this is found in the backlog, not on the list of whom to call back now.
CALLERS_OF: Final = timedelta(days=3)
JOINT_OF: Final = timedelta(days=14)
MOST_OFFERED: Final = 6


def look(viewer: Viewer, subject: str, *, now: datetime) -> list[dict[str, Any]]:
    """Remember that the viewer has a record open, and return who has opened it and who has it open now."""
    row = evidence.report_row(viewer, subject) if subject.upper().startswith("R") else alerts.alert_row(viewer, subject)
    found_or_refuse(row, "record")
    with transaction.atomic():
        write.saw(viewer.account, subject.upper(), at=now)
    return desk.sightings(subject.upper(), as_of=now)


def suggestions(viewer: Viewer, report: Any, *, now: datetime) -> tuple[Suggestion, ...]:
    """Return the reports that may tell of the same event, the likeliest first, with the reasons of each pair."""
    within = timedelta(hours=rules.value("evidence.join_hours", now)["same_events"])
    others = desk.near_in_time(viewer, report, within=within)
    found = corroboration.suggest(evidence.as_core(report), others, as_of=now)
    return tuple(_worded(viewer, one) for one in found[:MOST_OFFERED])


def suggested(viewer: Viewer, ref: str, *, now: datetime) -> tuple[Suggestion, ...]:
    """Return the reports that may tell of the same event as the one of a reference."""
    return suggestions(viewer, found_or_refuse(evidence.report_row(viewer, ref), "report"), now=now)


def _worded(viewer: Viewer, found: Suggestion) -> Suggestion:
    """Leave out how the words agree where the viewer may not read them."""
    if access.sees(viewer, "narrative", "report"):
        return found
    kept = tuple(because for because in found.reasons if because.code not in ("suggest.same_words", "suggest.one_text"))
    return Suggestion(found.ref, found.score, found.is_one_hand, kept)


def accept(viewer: Viewer, ref: str, other: str, *, why: str, now: datetime) -> Any:
    """Bring two reports together, as was suggested; return the deed."""
    return regrouping.merge(viewer, ref, other, why=why, now=now)


def reject(viewer: Viewer, ref: str, other: str, *, now: datetime) -> None:
    """Say that two reports do not tell of one thing; the pair is not offered again."""
    with transaction.atomic():
        one, two = report_to(viewer, ref, "verify"), report_to(viewer, other, "verify")
        if one.pk == two.pk:
            raise Refusal(Because("merge.itself", {}, (ref,)))
        write.reject_pair(one, two, by=viewer.account, at=now)
        for row, against in ((one, two), (two, one)):
            record.note(viewer, row.ref, "pair_rejected", at=now, after=evidence.state_of(row), report=against.ref)


def keep_filter(viewer: Viewer, name: str, query: str, *, now: datetime) -> None:
    """Keep a filter of the queue under a name, for this account alone."""
    access.require(viewer, "read", "report")
    if not name.strip():
        raise Refusal(Because("form.nothing_chosen", {"field": "name"}))
    with transaction.atomic():
        write.save_filter(viewer.account, name.strip(), query)
        record.note_many(viewer, "filter_kept", [], at=now)


def drop_filter(viewer: Viewer, name: str, *, now: datetime) -> None:
    """Forget a filter of this account."""
    with transaction.atomic():
        write.drop_filter(viewer.account, name)
        record.note_many(viewer, "filter_dropped", [], at=now)


@dataclass(frozen=True, slots=True)
class Voices:
    """Who can call back now: by language, and the villages that nobody on watch could speak with."""

    tongues: tuple[Tongue, ...]
    unheard: tuple[Unheard, ...]

    @property
    def alarms(self) -> int:
        """How many languages and villages nobody can answer."""
        return sum(one.is_alarm for one in self.tongues) + len(self.unheard)


def voices(viewer: Viewer, *, now: datetime) -> Voices:
    """Return who on watch can call back whoever waits, in their language, at this hour."""
    waiting = desk.languages_waiting(viewer, as_of=now, within=CALLERS_OF)
    villages = desk.villages_waiting(viewer, as_of=now, within=CALLERS_OF)
    return _voices(waiting, villages, now)


def voices_for(report: Any, *, now: datetime) -> Voices:
    """Return who on watch can call back whoever told one report."""
    told = [report.language, *(report.source.languages if report.source else [])]
    villages = {report.place.name: tuple(report.place.languages)} if report.place and report.place.languages else {}
    return _voices(dict.fromkeys(filter(None, told), 1), villages, now)


def _voices(waiting: dict[str, int], villages: dict[str, tuple[str, ...]], now: datetime) -> Voices:
    # Whoever reads these pages in a language speaks it, whatever else is entered.
    read = desk.reading_languages()
    watch = [replace(one, speaks=(*one.speaks, read.get(one.account, ""))) for one in duty.on_duty(now)]
    local = now.astimezone(mission_zone()).time()
    units = {one.ref: one.languages for one in places.assets(SYSTEM, now) if one.languages} if villages else {}
    return Voices(tongues(waiting, watch, quiet=desk.quiet_hours(), local=local), unheard(villages, watch, units))


def joint(viewer: Viewer, *, now: datetime) -> list[list[Any]]:
    """Return the reports of each event that two components or more speak of, the newest event first."""
    access.require(viewer, "read", "report")
    numbers = desk.joint_incidents(viewer, as_of=now, within=JOINT_OF)
    found = desk.reports_of_incidents(viewer, numbers)
    return [found[number] for number in numbers if number in found]


def perhaps_joint(viewer: Viewer, *, now: datetime) -> list[tuple[Any, Any, Suggestion]]:
    """Return pairs of reports of different components that may be one event and are not joined."""
    rows = desk.unjoined_of_components(viewer, as_of=now, within=timedelta(days=3))
    by_ref = {row.ref: row for row in rows}
    rejected = desk.rejected_pairs(rows)
    values = {row.ref: evidence.as_core(row) for row in rows}
    found = []
    for row in rows:
        others = [values[one.ref] for one in rows if _is_pair(row, one, rejected)]
        for made in corroboration.suggest(values[row.ref], others, as_of=now):
            found.append((row, by_ref[made.ref], _worded(viewer, made)))
    return sorted(found, key=lambda one: -one[2].score)[:20]


def _is_pair(row: Any, other: Any, rejected: Iterable[tuple[int, int]]) -> bool:
    return other.pk > row.pk and other.component != row.component and (row.pk, other.pk) not in rejected
