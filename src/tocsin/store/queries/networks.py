"""Reads of community networks: nodes, codes, check-ins, silences, drills, and the call-backs of the hotline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, DateField, Max, Q, QuerySet

from tocsin.core.alerts.silence import Node, Silent
from tocsin.core.evidence.codebook import CodeBook as CodeBookValue
from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.evidence.coded import Sheet, sheet_of
from tocsin.core.reference import rules
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.terms import Coverage, DeviceState, Rhythm, SignalKind, SignalMeaning, SignalPattern
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access, vault
from tocsin.store.models import (
    CallBack,
    CheckIn,
    CodeBook,
    CodeSheet,
    CommitteeMeeting,
    Drill,
    FocalPoint,
    Message,
    Network,
    Place,
    Report,
    Silence,
    Source,
)
from tocsin.store.prepared import Prepared
from tocsin.store.queries.evidence import number_of

_WARNS = ("imminent", "ongoing", "emerging")


def networks(viewer: Viewer) -> list[Network]:
    """Return the networks by name."""
    return list(access.visible(viewer, "network", Network.objects.order_by("name")))


def network_row(viewer: Viewer, ref: str) -> Network | None:
    """Return one network, None when there is none or the viewer may not see it."""
    return access.visible(viewer, "network", Network.objects.filter(pk=number_of(ref, "N"))).first()


def is_name_taken(name: str, *, but: str = "") -> bool:
    """Return whether another network bears a name."""
    return Network.objects.filter(name=name).exclude(pk=number_of(but, "N")).exists()


def place_named(viewer: Viewer, text: str) -> Place | None:
    """Return the place of a reference or of a name that only one place bears."""
    rows = access.visible(viewer, "place", Place.objects.filter(Q(ref=text) | Q(folded_name=normalise(text))))
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def places_to_choose(viewer: Viewer) -> list[tuple[str, str, str]]:
    """Return reference, name and province of each place the viewer may use, by name."""
    rows = access.visible(viewer, "place", Place.objects.order_by("name", "ref"))
    return list(rows.values_list("ref", "name", "province"))


def focal_points(viewer: Viewer, network: Network | None = None, *, on: date | None = None) -> list[FocalPoint]:
    """Return focal points with their village and backup; of one network, or all that serve on a day."""
    rows = FocalPoint.objects.select_related("network", "place", "source", "backup", "backup__source", "backup__place")
    if network is not None:
        rows = rows.filter(network=network)
    if on is not None:
        rows = rows.filter(Q(until_on=None) | Q(until_on__gte=on), Q(since_on=None) | Q(since_on__lte=on))
    return list(access.visible(viewer, "network", rows.order_by("network__name", "place__name", "pk")))


def focal_row(viewer: Viewer, ref: str) -> FocalPoint | None:
    """Return one focal point, None when there is none or the viewer may not see it."""
    rows = FocalPoint.objects.select_related("network", "place", "source", "backup", "backup__place")
    return access.visible(viewer, "network", rows.filter(pk=number_of(ref, "F"))).first()


def focal_points_of(source: Source | None, *, on: date) -> list[FocalPoint]:
    """Return where a source serves as a focal point on a day."""
    if source is None:
        return []
    return _FOCAL_POINTS_OF.rows(source.pk, on)


def _serving(source: Any, on: Any) -> QuerySet[FocalPoint]:
    rows = FocalPoint.objects.select_related("network").filter(source=source).order_by("pk")
    return rows.filter(Q(until_on=None) | Q(until_on__gte=on))


_FOCAL_POINTS_OF = Prepared(_serving, BigIntegerField(), DateField())


def nodes(points: Sequence[FocalPoint], *, as_of: datetime) -> list[Node]:
    """Return focal points as the rules of silence see them."""
    asked = dict(
        CheckIn.objects.filter(focal_point__in=points, answered_at=None, drill=None, asked_at__lte=as_of)
        .values_list("focal_point")
        .annotate(at=Max("asked_at"))
    )
    threats = _threats([one.place_id for one in points if one.place_id], as_of)
    return [_node(one, asked.get(one.pk), threats.get(one.place_id or 0)) for one in points]


def _node(row: FocalPoint, asked_at: datetime | None, threat: tuple[str, datetime] | None) -> Node:
    backup = row.backup.source if row.backup else None
    devices = (("phone", row.phone), ("credit", row.credit), ("charge", row.charge))
    hours = (row.hours_from, row.hours_until)
    return Node(
        ref=row.ref,
        sector=row.sector,
        rhythm=Rhythm(row.network.rhythm),
        watched_since=row.entered_at,
        last_heard_at=row.source.last_heard_at if row.source else None,
        limit_h=row.network.silent_after_h,
        coverage=Coverage(row.coverage),
        devices=tuple((f"term.device.{name}", DeviceState(state)) for name, state in devices),
        hours=(hours[0], hours[1]) if hours[0] and hours[1] else None,
        backup_heard_at=backup.last_heard_at if backup else None,
        asked_at=asked_at,
        threat=threat,
    )


def _threats(places: Sequence[int], as_of: datetime) -> dict[int, tuple[str, datetime]]:
    """Return the newest threat or attack told of each place in the last two weeks, by its report."""
    rows = Report.objects.filter(
        Q(place__in=places), Q(imminence__in=_WARNS), is_drill=False,
        received_at__lte=as_of, received_at__gte=as_of - timedelta(days=14),
    ).exclude(state__in=["refuted", "duplicate", "out_of_scope"])  # fmt: skip
    return {row.place_id: (row.ref, row.received_at) for row in rows.order_by("received_at") if row.place_id}


def silences(viewer: Viewer, *, is_open: bool = True, most: int = 100) -> list[Silence]:
    """Return the silences that last, or those that ended, the newest first."""
    rows = Silence.objects.select_related("focal_point", "focal_point__place", "focal_point__network", "alert")
    rows = rows.filter(ended_at__isnull=is_open).order_by("-noticed_at", "-pk")
    return list(access.visible(viewer, "network", rows)[:most])


def silences_of(viewer: Viewer, point: FocalPoint, *, most: int = 20) -> list[Silence]:
    """Return the silences of one node, the newest first."""
    rows = Silence.objects.filter(focal_point=point).select_related("alert").order_by("-noticed_at", "-pk")
    return list(access.visible(viewer, "network", rows)[:most])


def silent_values(rows: Sequence[Silence]) -> list[Silent]:
    """Return silences as the rules see them."""
    return [Silent(row.focal_point.ref, row.sector, row.began_at, row.noticed_at) for row in rows]


def check_ins_of(viewer: Viewer, point: FocalPoint, *, most: int = 20) -> list[CheckIn]:
    """Return the questions put to one focal point in earnest, the newest first."""
    return list(CheckIn.objects.filter(focal_point=point, drill=None).order_by("-asked_at", "-pk")[:most])


def unanswered(point: FocalPoint) -> list[CheckIn]:
    """Return the questions that a focal point has not answered yet."""
    return list(CheckIn.objects.filter(focal_point=point, answered_at=None).select_related("drill"))


def check_times(network: Network) -> list[time]:
    """Return the clock times at which a network is asked."""
    return [time.fromisoformat(text) for text in network.check_times]


# Codes


def code_books(viewer: Viewer, place: str) -> list[CodeBook]:
    """Return a village's code books without what they say, the newest first."""
    rows = CodeBook.objects.filter(place__ref=place).select_related("place").order_by("-valid_from", "-pk")
    return list(access.visible(viewer, "code_book", rows))


def places_with_code_books(viewer: Viewer, *, as_of: datetime) -> dict[str, datetime]:
    """Return until when the newest code of each village holds, by the village's reference."""
    rows = access.visible(viewer, "code_book", CodeBook.objects.filter(valid_from__lte=as_of))
    return dict(rows.values_list("place__ref").annotate(until=Max("valid_until")))


def code_book_value(row: CodeBook) -> CodeBookValue:
    """Return what a code book says; it is unsealed here."""
    told = json.loads(vault.unseal(row.entries_sealed, f"codebook:{row.key}").reveal(purpose="read a village signal"))
    entries = tuple(
        CodeEntry(SignalKind(one["signal"]), SignalPattern(one["pattern"]), SignalMeaning(one["meaning"]))
        for one in told
    )
    return CodeBookValue(row.place.ref, entries, row.valid_from, row.valid_until)


def sheet_row(network: Network) -> CodeSheet | None:
    """Return the code sheet of a network in force: its newest version."""
    return network.code_sheets.order_by("-version").first()


def sheets_for(source: Source | None, *, on: date) -> list[Sheet]:
    """Return the code sheets by which a source's messages may be written."""
    found = [sheet_row(point.network) for point in focal_points_of(source, on=on)]
    made = [sheet_of(row.definition, where="sheet")[0] for row in found if row is not None]
    return [sheet for sheet in made if sheet is not None]


# Drills


def drill_row(viewer: Viewer, ref: str) -> Drill | None:
    """Return one drill, None when there is none or the viewer may not see it."""
    rows = Drill.objects.select_related("network").filter(pk=number_of(ref, "X"))
    return access.visible(viewer, "network", rows).first()


def drills(viewer: Viewer, network: Network | None = None, *, running: bool = False) -> list[Drill]:
    """Return drills, the newest first."""
    rows = Drill.objects.select_related("network").order_by("-begun_at", "-pk")
    if network is not None:
        rows = rows.filter(network=network)
    if running:
        rows = rows.filter(ended_at=None)
    return list(access.visible(viewer, "network", rows)[:50])


def drill_of(source: Source | None, *, at: datetime) -> Drill | None:
    """Return the drill that runs in a network where a source serves; one forgotten hides nothing that is real."""
    networks = [
        point.network_id
        for point in focal_points_of(source, on=at.date())
        if point.since_on is None or point.since_on <= at.date()
    ]
    rows = Drill.objects.filter(network__in=networks, begun_at__lte=at, begun_at__gt=_forgotten(at), ended_at=None)
    return rows.order_by("-begun_at").first()


def forgotten_drills(*, as_of: datetime) -> list[Drill]:
    """Return the drills that nobody ended in time, oldest first."""
    rows = Drill.objects.select_related("network").filter(begun_at__lte=_forgotten(as_of), ended_at=None)
    return list(rows.order_by("begun_at", "pk"))


def _forgotten(as_of: datetime) -> datetime:
    """Return when a drill began that by now has lasted too long."""
    return as_of - timedelta(hours=float(rules.value("networks.drill.longest_hours", as_of)))


def drill_check_ins(viewer: Viewer, drill: Drill) -> list[CheckIn]:
    """Return who was asked in a drill and when each answered, those who did not first."""
    rows = CheckIn.objects.filter(drill=drill).select_related("focal_point", "focal_point__place")
    return sorted(rows, key=lambda one: (one.answered_at is not None, one.answered_at or one.asked_at, one.pk))


def drill_reports(viewer: Viewer, drill: Drill) -> list[Report]:
    """Return the reports that were told in a drill, oldest first."""
    rows = Report.objects.filter(message__drill=drill, is_drill=True).select_related("message", "place", "source")
    return list(access.visible(viewer, "report", rows, with_drills=True).order_by("received_at", "pk"))


# Safety committees and the hotline


def meetings(viewer: Viewer, network: Network, *, most: int = 20) -> list[CommitteeMeeting]:
    """Return the meetings of a committee, the newest first."""
    return list(CommitteeMeeting.objects.filter(network=network).order_by("-held_on", "-pk")[:most])


def call_backs(viewer: Viewer, *, is_open: bool = True, most: int = 100) -> list[CallBack]:
    """Return who waits to be called back, the latest due first; or those done, the newest first."""
    rows: QuerySet[CallBack] = CallBack.objects.select_related("message", "message__source", "message__source__place")
    rows = rows.filter(done_at__isnull=is_open).order_by(*(("priority", "due_at") if is_open else ("-done_at",)), "pk")
    return list(access.visible(viewer, "call_back", rows)[:most])


def call_back_row(viewer: Viewer, ref: str) -> CallBack | None:
    """Return one call-back, None when there is none or the viewer may not see it."""
    rows = CallBack.objects.select_related("message", "message__source").filter(pk=number_of(ref, "B"))
    return access.visible(viewer, "call_back", rows, with_drills=True).first()


def call_back_of(message: Message) -> CallBack | None:
    """Return the call-back that a message asked for."""
    return CallBack.objects.filter(message=message).first()


def calls_taken(viewer: Viewer, *, as_of: datetime) -> dict[str, dict[str, int]]:
    """Return how many calls each account wrote down in the last hour, day and 30 days."""
    rows = Message.objects.filter(channel="hotline", drill=None, recorded_at__lte=as_of).filter(recorded_by__gt="")
    since = {"hour": timedelta(hours=1), "day": timedelta(days=1), "month": timedelta(days=30)}
    found: dict[str, dict[str, int]] = {}
    for name, span in since.items():
        counted = rows.filter(recorded_at__gt=as_of - span).values_list("recorded_by").annotate(n=Count("id"))
        for account, n in counted:
            found.setdefault(str(account), dict.fromkeys(since, 0))[name] = n
    return found
