"""Reads of the duty desk: the queue with its filters, who saw what, deeds that can be undone, hand-overs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet

from tocsin.core.alerts.clocks import clocks_for
from tocsin.core.evidence import types as core
from tocsin.core.reference.terms import Priority, VerificationState
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert import evidence as convert
from tocsin.store.models import (
    Account,
    Alert,
    Deed,
    DeedItem,
    Handover,
    HandoverVersion,
    Incident,
    RejectedPair,
    Report,
    SavedFilter,
    Sighting,
    WordProposal,
)
from tocsin.store.queries import nearby
from tocsin.store.queries.evidence import number_of

DONE: Final = tuple(
    state.value
    for state in (
        VerificationState.VALIDATED,
        VerificationState.REFUTED,
        VerificationState.DUPLICATE,
        VerificationState.OUT_OF_SCOPE,
    )
)
# Asked for by name, so that an index can pass over what is done.
WAITING: Final = tuple(state.value for state in VerificationState if state.value not in DONE)
# Nobody has looked at them yet: the clock of triage runs.
UNTOUCHED: Final = (VerificationState.RECEIVED.value, VerificationState.REOPENED.value)
# A figure above this is shown as "more than": nobody reads a list of so many.
MOST_COUNTED: Final = 1000
# What the queue shows; the words and the reasons of a report are read when it is opened.
_NOT_SHOWN: Final = ("because", "grade_because", "toll", "weapons", "flags", "strength")
_LOOKS_NOW: Final = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue is asked for; empty asks for everything.

    `hours` is the greatest age; `words` are looked for in the place as told and, where the viewer
    may read them, in the words as told.
    """

    state: str = "open"
    priority: str = ""
    place: str = ""
    sector: str = ""
    channel: str = ""
    language: str = ""
    kind: str = ""
    component: str = ""
    holder: str = ""
    hours: int = 0
    words: str = ""


def queue(
    viewer: Viewer, asked: QueueFilter, *, as_of: datetime, by_clock: bool = False, most: int = 40, page: int = 1
) -> list[Report]:
    """Return one page of the reports that are asked for.

    The usual order is by priority, the newest first; by the clock, what nobody has looked at stands
    in the order in which its time runs out.
    """
    start = (max(page, 1) - 1) * most
    rows = _shown(_asked(viewer, asked, as_of))
    if by_clock:
        return list(islice(_by_clock(rows, as_of, start + most), start, start + most))
    return list(rows.order_by("priority", "-received_at", "-pk")[start : start + most])


def _by_clock(rows: QuerySet[Report], as_of: datetime, most: int) -> Iterator[Report]:
    """Yield reports by their limit: one index walk a priority, merged, and nothing is sorted."""
    untouched = rows.filter(state__in=UNTOUCHED, holder="")
    limits = {one.value: clocks_for(one, as_of=as_of).triage for one in Priority}
    streams = [untouched.filter(priority=name).order_by("received_at", "pk")[:most] for name in limits]
    return merge(*streams, key=lambda row: (row.received_at + limits[row.priority], row.pk))


def count(viewer: Viewer, asked: QueueFilter, *, as_of: datetime) -> int:
    """Return how many reports are asked for; one above `MOST_COUNTED` stands for more."""
    return len(_asked(viewer, asked, as_of).order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])


def refs(viewer: Viewer, asked: QueueFilter, *, as_of: datetime, most: int) -> list[str]:
    """Return the references of what is asked for, in the order of the queue."""
    rows = _asked(viewer, asked, as_of).order_by("priority", "-received_at", "-pk")
    return [f"R-{number:06d}" for number in rows.values_list("pk", flat=True)[:most]]


def waiting_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many reports wait, by priority."""
    rows = access.visible(viewer, "report", Report.objects.filter(state__in=WAITING))
    found = rows.order_by().values("priority").annotate(n=Count("*"))
    return {row["priority"]: row["n"] for row in found}


def late_count(viewer: Viewer, *, as_of: datetime) -> int:
    """Return how many reports nobody has looked at within their limit."""
    late = Q()
    for one in Priority:
        late |= Q(priority=one.value, received_at__lt=as_of - clocks_for(one, as_of=as_of).triage)
    rows = Report.objects.filter(late, state__in=UNTOUCHED, holder="")
    return access.visible(viewer, "report", rows).count()


def languages_waiting(viewer: Viewer, *, as_of: datetime, within: timedelta) -> dict[str, int]:
    """Return how many waiting reports of the last days were told in each language."""
    rows = Report.objects.filter(received_at__gte=as_of - within, state__in=WAITING)
    found = access.visible(viewer, "report", rows).order_by().values("language").annotate(n=Count("*"))
    return {row["language"]: row["n"] for row in found}


def villages_waiting(viewer: Viewer, *, as_of: datetime, within: timedelta) -> dict[str, tuple[str, ...]]:
    """Return the languages of the places that waiting reports of the last days speak of, by the place's name."""
    rows = Report.objects.filter(received_at__gte=as_of - within, place__isnull=False, state__in=WAITING)
    seen = access.visible(viewer, "report", rows).order_by()
    found = seen.values_list("place__name", "place__languages").distinct()
    return {name: tuple(languages) for name, languages in found if languages}


def choices(viewer: Viewer) -> dict[str, list[str]]:
    """Return the sectors and languages that a filter can ask for."""
    rows = access.visible(viewer, "report", Report.objects.filter(state__in=WAITING)).order_by()
    return {
        "sectors": sorted(filter(None, rows.values_list("sector", flat=True).distinct())),
        "languages": sorted(filter(None, rows.values_list("language", flat=True).distinct())),
    }


def _asked(viewer: Viewer, asked: QueueFilter, as_of: datetime) -> QuerySet[Report]:
    rows = access.visible(viewer, "report", Report.objects.all())
    if asked.state == "open":
        rows = rows.exclude(state__in=DONE)
    elif asked.state != "all":
        rows = rows.filter(state=asked.state)
    fields = {
        "priority": asked.priority,
        "place__ref": asked.place,
        "sector": asked.sector,
        "message__channel": asked.channel,
        "language": asked.language,
        "kind": asked.kind,
        "component": asked.component,
        "holder": asked.holder,
    }
    rows = rows.filter(**{name: value for name, value in fields.items() if value})
    if asked.hours:
        rows = rows.filter(received_at__gte=as_of - timedelta(hours=asked.hours))
    return rows.filter(_words(viewer, asked.words)) if asked.words else rows


def _words(viewer: Viewer, words: str) -> Q:
    """Ask for words within rights: a text that may not be read must not be found by its words either."""
    held = Q(place_text__icontains=words) | Q(place__name__icontains=words) | Q(actor_name__icontains=words)
    number = number_of(words, "R")
    if number:
        held |= Q(pk=number)
    return held | Q(message__text__icontains=words) if access.sees(viewer, "narrative", "report") else held


def _shown(rows: QuerySet[Report]) -> QuerySet[Report]:
    return rows.select_related("message", "place", "incident").defer(*_NOT_SHOWN)


def near_in_time(viewer: Viewer, report: Report, *, within: timedelta, most: int = 200) -> tuple[core.Report, ...]:
    """Return the reports received around another one and not rejected as its pair, nearest in time first."""
    begin, end = report.received_at - within, report.received_at + within
    rows = Report.objects.filter(received_at__gte=begin, received_at__lte=end).exclude(pk=report.pk)
    rows = rows.exclude(state__in=["refuted", "duplicate", "out_of_scope"]).exclude(pk__in=_rejected(report))
    if report.lat is not None and report.lon is not None:
        # Half a degree holds every place that the rules could still join.
        box = Q(lat__range=(report.lat - 0.5, report.lat + 0.5), lon__range=(report.lon - 0.5, report.lon + 0.5))
        rows = rows.filter(box | Q(lat__isnull=True))
    if report.incident_id is not None:
        rows = rows.exclude(incident_id=report.incident_id)
    seen = access.visible(viewer, "report", rows)
    found = seen.select_related("message", "source", "place", "observed_place", "incident").order_by("-received_at")
    return tuple(convert.report(row) for row in found[:most])


def _rejected(report: Report) -> list[int]:
    pairs = RejectedPair.objects.filter(Q(first=report) | Q(second=report)).values_list("first_id", "second_id")
    return [second if first == report.pk else first for first, second in pairs]


def rejected_pairs(rows: Iterable[Report]) -> frozenset[tuple[int, int]]:
    """Return the pairs among some reports that were rejected, the older report first."""
    numbers = [row.pk for row in rows]
    pairs = RejectedPair.objects.filter(first__in=numbers, second__in=numbers)
    return frozenset(pairs.values_list("first_id", "second_id"))


def quiet_hours() -> dict[str, tuple[time, time]]:
    """Return the quiet hours of the accounts that have any."""
    rows = Account.objects.filter(is_active=True, quiet_from__isnull=False, quiet_until__isnull=False)
    told = rows.values_list("username", "quiet_from", "quiet_until")
    return {name: (begin, end) for name, begin, end in told if begin is not None and end is not None}


def reading_languages() -> dict[str, str]:
    """Return the language in which each account reads the pages."""
    return dict(Account.objects.filter(is_active=True).values_list("username", "language"))


def sightings(subject: str, *, as_of: datetime) -> list[dict[str, Any]]:
    """Return who has opened a record, by post, first seen first; `now` tells who has it open at this moment."""
    rows = Sighting.objects.filter(subject=subject).select_related("account").order_by("first_at", "pk")
    return [
        {
            "account": row.account.username,
            "title": row.account.title,
            "role": row.account.role,
            "component": row.account.component,
            "first_at": row.first_at,
            "now": row.last_at >= as_of - _LOOKS_NOW,
        }
        for row in rows
    ]


def seen_by(subjects: Iterable[str]) -> dict[str, list[str]]:
    """Return which posts have opened each record, for the lines of a list."""
    found: dict[str, list[str]] = {}
    rows = Sighting.objects.filter(subject__in=list(subjects)).order_by("first_at", "pk")
    for subject, username in rows.values_list("subject", "account__username"):
        found.setdefault(subject, []).append(username)
    return found


def posts() -> list[Account]:
    """Return the accounts that may hold a report, by login name."""
    roles = ("field_liaison", "duty_officer", "analyst", "protection_lead")
    return list(Account.objects.filter(is_active=True, role__in=roles).order_by("username"))


def component_of(username: str) -> str:
    """Return the component of an account, empty when there is none of that name."""
    return Account.objects.filter(username=username).values_list("component", flat=True).first() or ""


def deed_row(viewer: Viewer, number: int) -> Deed | None:
    """Return one deed of the viewer's own; what others did is in the history of each record."""
    return Deed.objects.filter(pk=number, made_by=viewer.account).first()


def deed_items(deed: Deed) -> list[DeedItem]:
    """Return what a deed did to each record, in its order."""
    return list(deed.items.order_by("pk"))


def last_deed(viewer: Viewer, *, subject: str = "") -> Deed | None:
    """Return the viewer's newest deed that is not undone; of one record where it is named."""
    rows = Deed.objects.filter(made_by=viewer.account, undone_at=None)
    if subject:
        rows = rows.filter(items__subject=subject, items__result="done")
    return rows.order_by("-pk").first()


def saved_filters(viewer: Viewer) -> list[SavedFilter]:
    """Return the filters that an account keeps."""
    return list(SavedFilter.objects.filter(account__username=viewer.account).order_by("name"))


def handover_row(viewer: Viewer, ref: str) -> Handover | None:
    """Return one hand-over, None when there is none or the viewer has no desk."""
    access.require(viewer, "read", "alert")
    rows = Handover.objects.filter(pk=number_of(ref, "H"))
    return rows.filter(sector=viewer.sector).first() if viewer.sector else rows.first()


def handovers(viewer: Viewer, *, most: int = 20) -> list[Handover]:
    """Return the newest hand-overs of the viewer's desk."""
    access.require(viewer, "read", "alert")
    rows = Handover.objects.filter(sector=viewer.sector) if viewer.sector else Handover.objects.all()
    return list(rows.order_by("-pk")[:most])


def last_accepted(viewer: Viewer) -> Handover | None:
    """Return the last hand-over that somebody accepted, of the viewer's desk."""
    return Handover.objects.filter(sector=viewer.sector, accepted_at__isnull=False).order_by("-pk").first()


def handover_versions(row: Handover) -> list[HandoverVersion]:
    """Return what a hand-over said, the newest version first."""
    return list(row.versions.order_by("-number"))


def received_between(viewer: Viewer, since: datetime, until: datetime) -> dict[str, int]:
    """Return how many reports came in a stretch of time, by priority."""
    rows = access.visible(viewer, "report", Report.objects.filter(received_at__gte=since, received_at__lt=until))
    return {row["priority"]: row["n"] for row in rows.order_by().values("priority").annotate(n=Count("*"))}


def joint_incidents(viewer: Viewer, *, as_of: datetime, within: timedelta, most: int = 40) -> list[int]:
    """Return the numbers of the incidents that reports of two components or more speak of, newest first."""
    rows = Report.objects.filter(received_at__gte=as_of - within, incident__isnull=False).exclude(component="")
    seen = access.visible(viewer, "report", rows).order_by()
    told = seen.values("incident").annotate(n=Count("component", distinct=True), last=Max("received_at"))
    return [row["incident"] for row in told.filter(n__gte=2).order_by("-last")[:most]]


def reports_of_incidents(viewer: Viewer, numbers: Sequence[int]) -> dict[int, list[Report]]:
    """Return the reports of several incidents, oldest first."""
    rows = Report.objects.filter(incident__in=numbers).select_related("message", "place", "source", "incident")
    found: dict[int, list[Report]] = {}
    for row in access.visible(viewer, "report", rows).order_by("received_at", "pk"):
        found.setdefault(row.incident_id or 0, []).append(row)
    return found


def reports_touched(viewer: Viewer, incidents: Iterable[Incident], moved: Sequence[Report]) -> list[int]:
    """Return the numbers of the reports that moving some of them can touch: those, and the newest of the incidents."""
    found = {row.pk for row in moved}
    # Where some go, as many older ones are counted in their place.
    most = nearby.MOST + len(moved)
    for incident in incidents:
        rows = access.visible(viewer, "report", Report.objects.filter(incident=incident), with_drills=True)
        found.update(rows.order_by("-received_at", "-pk").values_list("pk", flat=True)[:most])
    return sorted(found)


def reports_standing(viewer: Viewer, numbers: Sequence[int]) -> list[Report]:
    """Return reports by their numbers with no more than their incident and their grade."""
    rows = access.visible(viewer, "report", Report.objects.all(), with_drills=True).select_related("incident")
    told = rows.only("grade_content", "grade_because", "incident", "incident__id")
    return list(told.in_bulk(numbers).values())


def unjoined_of_components(viewer: Viewer, *, as_of: datetime, within: timedelta, most: int = 60) -> list[Report]:
    """Return the newest reports that a component brought in and that are not judged yet."""
    rows = Report.objects.filter(received_at__gte=as_of - within).exclude(component="").exclude(state__in=DONE)
    shown = rows.select_related("message", "source", "place", "observed_place", "incident")
    return list(access.visible(viewer, "report", shown).order_by("-received_at")[:most])


def mergeable_alerts(viewer: Viewer, alert: Alert, *, most: int = 30) -> list[Alert]:
    """Return the other open alerts, those of the same place and sector first; of a drill only those of one."""
    rows = Alert.objects.exclude(state="closed").exclude(pk=alert.pk).filter(is_drill=alert.is_drill)
    seen = list(
        access.visible(viewer, "alert", rows.select_related("place"), with_drills=True).order_by("-opened_at")[:200]
    )
    seen.sort(key=lambda row: (row.place_id != alert.place_id, row.sector != alert.sector))
    return seen[:most]


def proposals_of(report: Report) -> list[WordProposal]:
    """Return what was proposed for the word lists from corrections of a report."""
    return list(report.word_proposals.order_by("pk"))
