"""Reads of messages, reports, incidents and sources."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, QuerySet

from tocsin.core.evidence import types as core
from tocsin.core.reference.terms import Priority, VerificationState
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.store import access
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Actor, HistoryEntry, Incident, Message, Report, Source
from tocsin.store.prepared import Prepared

_DONE = [
    state.value
    for state in (
        VerificationState.VALIDATED,
        VerificationState.REFUTED,
        VerificationState.DUPLICATE,
        VerificationState.OUT_OF_SCOPE,
    )
]


_NOT_TRUE = (VerificationState.REFUTED, VerificationState.DUPLICATE)


def number_of(ref: str, letter: str) -> int:
    """Return the row number behind a reference such as ``R-000141``; 0, which no row has, when it is not one."""
    head, _, digits = ref.strip().upper().partition("-")
    return int(digits) if head == letter and digits.isascii() and digits.isdigit() and len(digits) <= 12 else 0


def message_row(ref: str) -> Message | None:
    """Return a message for the reader of messages; nobody else asks for one by itself."""
    return _MESSAGE.first(number_of(ref, "M"))


def message_value(row: Message) -> core.Message:
    """Return a message as it arrived, without its contact."""
    return convert.message(row)


def actors() -> tuple[Actor, ...]:
    """Return all known actors."""
    return tuple(_ACTORS.rows())


def sender(row: Source | None) -> core.Sender:
    """Return what the reader of messages may know of a source."""
    return convert.sender(row) if row else core.Sender(handle="")


def report_row(viewer: Viewer, ref: str) -> Report | None:
    """Return one report, None when there is none or the viewer may not see it."""
    number = number_of(ref, "R")
    return _REPORT.first(number) if viewer.system else _one_report(viewer, number).first()


def _one_report(viewer: Viewer, number: Any) -> QuerySet[Report]:
    return access.visible(viewer, "report", _reports().filter(pk=number), with_drills=True)


def queue(viewer: Viewer, *, state: str = "open", priority: str = "", most: int = 50, page: int = 1) -> list[Report]:
    """Return the reports that wait for a person, the most urgent and newest first."""
    rows = access.visible(viewer, "report", _reports())
    rows = rows.exclude(state__in=_DONE) if state == "open" else rows.filter(state=state) if state != "all" else rows
    if priority in Priority.__members__:
        rows = rows.filter(priority=priority)
    start = (max(page, 1) - 1) * most
    return list(rows.order_by("priority", "-received_at", "-pk")[start : start + most])


def queue_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many reports wait, by priority."""
    rows = access.visible(viewer, "report", Report.objects.exclude(state__in=_DONE))
    found = rows.values("priority").annotate(n=Count("id"))
    return {row["priority"]: row["n"] for row in found}


def reports_of_place(viewer: Viewer, place: str, *, most: int = 20) -> list[Report]:
    """Return the newest reports about a place."""
    return list(
        access.visible(viewer, "report", _reports().filter(place__ref=place)).order_by("-received_at", "-pk")[:most]
    )


def reports_of_incident(viewer: Viewer, incident: Incident) -> list[Report]:
    """Return the reports that tell of an incident, oldest first."""
    return list(access.visible(viewer, "report", _reports().filter(incident=incident)).order_by("received_at", "pk"))


def incident_state_of(row: Incident) -> dict[str, Any]:
    """Return everything of an incident that a replay shows."""
    return convert.incident_state(row)


def loaded_state_at(row: Incident, as_of: datetime) -> dict[str, Any] | None:
    """Return an incident of a dataset as the release of that moment said it, None before it could be known."""
    if row.known_at > as_of or row.origin == "report":
        return None
    then = row.versions.filter(superseded_at__gt=as_of).order_by("superseded_at", "pk").first()
    return dict(then.values) if then else convert.incident_state(row)


def as_core(row: Report, *, with_reasons: bool = True) -> core.Report:
    """Return the core value of a report the caller already holds."""
    return convert.report(row, with_reasons=with_reasons)


def incident_row(viewer: Viewer, ref: str) -> Incident | None:
    """Return one incident, None when there is none or the viewer may not see it."""
    number = number_of(ref, "I")
    return _INCIDENT.first(number) if viewer.system else _one_incident(viewer, number).first()


def _one_incident(viewer: Viewer, number: Any) -> QuerySet[Incident]:
    return access.visible(viewer, "incident", Incident.objects.select_related("place").filter(pk=number))


def incidents_known(
    viewer: Viewer, *, as_of: datetime, since: datetime, country: str = ""
) -> tuple[core.Incident, ...]:
    """Return the incidents that began since a moment, or are announced, as they were known at `as_of`, oldest first.

    What was verified, refuted or corrected after `as_of` is not in them.
    """
    rows = Incident.objects.filter(started_day__gte=convert.day_number(since), known_at__lte=as_of)
    if country:
        rows = rows.filter(country=country)
    seen = access.visible(viewer, "incident", rows).order_by("started_at", "pk")
    then = _as_they_stood(as_of)
    columns = seen.values(*convert.INCIDENT_COLUMNS, convert.INCIDENT_PLACE).iterator(2000)
    values = (convert.incident_of(row) for row in columns)
    found = (convert.incident_as_it_was(value, then.get(value.ref)) for value in values)
    return tuple(one for one in found if one.state not in _NOT_TRUE)


def _as_they_stood(as_of: datetime) -> dict[str, dict[str, Any]]:
    """Return the state at `as_of` of every incident that was changed since; its first state where it came later."""
    entries = HistoryEntry.objects.filter(subject__startswith="I-")
    changed = entries.filter(at__gt=as_of).values("subject")
    found: dict[str, dict[str, Any]] = {}
    for entry in entries.filter(subject__in=changed).order_by("at", "id").iterator(2000):
        if entry.at <= as_of or entry.subject not in found:
            found[entry.subject] = entry.after
    return found


def incidents_open(viewer: Viewer, *, as_of: datetime, within: timedelta) -> tuple[core.Incident, ...]:
    """Return reported incidents still worth joining: begun or told of within a stretch of time."""
    rows = Incident.objects.select_related("place").filter(
        origin="report", known_at__lte=as_of, started_day__gte=convert.day_number(as_of - within)
    )
    return tuple(convert.incident(row) for row in access.visible(viewer, "incident", rows).order_by("pk"))


def incidents_of_place(viewer: Viewer, place: str, *, as_of: datetime, most: int = 30) -> list[Incident]:
    """Return the newest incidents of a place known at `as_of`."""
    rows = Incident.objects.filter(place__ref=place, known_at__lte=as_of).select_related("place")
    return list(access.visible(viewer, "incident", rows).order_by("-started_day", "-pk")[:most])


def incident_months(viewer: Viewer, place: str, *, as_of: datetime) -> list[tuple[int, int]]:
    """Return (month number since 1970-01, incidents) of a place's last 24 months, without what proved untrue."""
    today = convert.day_number(as_of)
    rows = Incident.objects.filter(place__ref=place, started_day__gt=today - 730, known_at__lte=as_of)
    rows = rows.exclude(state__in=[state.value for state in _NOT_TRUE])
    days = access.visible(viewer, "incident", rows).values_list("started_day", flat=True)
    counted: dict[int, int] = {}
    for day in days:
        when = convert.date_of(day)
        month = (when.year - 1970) * 12 + when.month - 1
        counted[month] = counted.get(month, 0) + 1
    return sorted(counted.items())


def incidents_in_box(
    viewer: Viewer, box: tuple[float, float, float, float], *, as_of: datetime, days: int = 365
) -> list[Incident]:
    """Return incidents inside west, south, east, north of the last `days`, for maps."""
    west, south, east, north = box
    today = convert.day_number(as_of)
    rows = Incident.objects.filter(
        started_day__gt=today - days,
        started_day__lte=today,
        known_at__lte=as_of,
        lat__gte=south,
        lat__lte=north,
        lon__gte=west,
        lon__lte=east,
    )
    return list(access.visible(viewer, "incident", rows).order_by("-started_day", "-pk")[:5000])


def counts() -> dict[str, int]:
    """Return how many messages, reports and incidents there are."""
    return {
        "messages": Message.objects.filter(drill=None).count(),
        "reports": Report.objects.filter(is_drill=False).count(),
        "incidents": Incident.objects.count(),
    }


def state_of(row: Report) -> dict[str, Any]:
    """Return everything of a report that a replay shows."""
    return convert.report_state(row)


def text_for(viewer: Viewer, row: Report) -> str | None:
    """Return the text as told where the viewer may see it, otherwise None."""
    return row.message.text if access.sees(viewer, "narrative", "report", row) else None


def source_row(viewer: Viewer, ref: str) -> Source | None:
    """Return one source of the register, None when there is none or the viewer may not see it."""
    return access.visible(viewer, "source", Source.objects.filter(ref=ref)).first()


def _reports() -> QuerySet[Report]:
    return Report.objects.select_related("message", "source", "place", "observed_place", "incident")


# What the worker asks for with every message.
_MESSAGE = Prepared(
    lambda number: Message.objects.select_related("source", "source__place").filter(pk=number), BigIntegerField()
)
_ACTORS = Prepared(lambda: Actor.objects.order_by("name"))
_REPORT = Prepared(lambda number: _one_report(SYSTEM, number), BigIntegerField())
_INCIDENT = Prepared(lambda number: _one_incident(SYSTEM, number), BigIntegerField())
