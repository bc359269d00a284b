"""Reads for the scorecard: warnings, harm and reports as known at a moment, only what the viewer may see, never a drill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Max, Min, Q, QuerySet

from tocsin.core.lessons.scorecard_values import Attack, Issued, Telling, Told
from tocsin.core.places.types import Point
from tocsin.core.reference.terms import (
    ATTACK_CODES,
    DecisionKind,
    EventCode,
    ImminenceState,
    Priority,
    RaisedBy,
    ReportKind,
    ResponseClass,
    Role,
)
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import (
    Addressee,
    Alert,
    AlertReport,
    CommunityWarning,
    Decision,
    FocalPoint,
    HistoryEntry,
    Incident,
    Report,
    Silence,
    Task,
)
from tocsin.store.queries import evidence
from tocsin.store.queries.response import TRIAGED, first_entries

_COLUMNS: Final = (
    "pk", "lat", "lon", "place__lat", "place__lon", "place", "sector", "opened_at", "closed_at", "over_at", "arrived_at",
    "confirmed_at", "response_class", "truth", "imminence", "priority",
)  # fmt: skip
_ONLY_THREATENED: Final = (ImminenceState.POTENTIAL, ImminenceState.EMERGING, ImminenceState.IMMINENT)
_ACTED: Final = frozenset(
    one.value
    for one in (ResponseClass.NON_PHYSICAL, ResponseClass.PHYSICAL_BY_OTHER, ResponseClass.PHYSICAL_BY_MISSION)
)
_NOBODY_GOES: Final = frozenset(
    one.value for one in (DecisionKind.MONITOR, DecisionKind.DECLINE_NO_MEANS, DecisionKind.DECLINE_OTHER)
)
# What tells of no threat, whatever it says.
_SAYS_NOTHING: Final = [one.value for one in (ReportKind.TEST, ReportKind.INFO_REQUEST, ReportKind.FEEDBACK)]
_EXACT: Final = ("exact", "part_of_day")
_AT_ONCE: Final = 400
# A node that fell silent within a week and was not heard for the rest of the month told us nothing of it.
_SILENT_BY, _SILENT_UNTIL = timedelta(days=7), timedelta(days=28)


def issued(viewer: Viewer, *, since: datetime, as_of: datetime) -> tuple[Issued, ...]:
    """Return the alerts opened since a moment as warnings, as they were known at `as_of`, oldest first.

    The likelihood is the one that was stated when the alert was opened: what was raised after the harm
    would foretell it too well.
    """
    rows = Alert.objects.filter(opened_at__gte=since, opened_at__lte=as_of, merged_into=None)
    mine = access.visible(viewer, "alert", rows)
    found = list(mine.order_by("opened_at", "pk").values(*_COLUMNS))
    said, then = _when_opened(mine), _as_they_stood(mine, as_of)
    makers, acted = _makers(mine), _acted(mine, as_of)
    unheard = _unheard([row["place"] for row in found if row["place"]])
    return tuple(
        _issued(row | then.get(row["pk"], {}), said.get(row["pk"], {}), as_of, makers, acted, unheard) for row in found
    )


def attacks(viewer: Viewer, *, since: datetime, as_of: datetime) -> tuple[Attack, ...]:
    """Return the violence against civilians since a moment, as it was known at `as_of`, oldest first.

    Threats that did not come to pass, what proved untrue and attacks on the mission itself are not in it. Of
    sexual violence the place is not told.
    """
    known = [one for one in evidence.incidents_known(viewer, as_of=as_of, since=since) if _is_harm(one, as_of)]
    rows = access.visible(viewer, "incident", Incident.objects.filter(started_at__gte=since - timedelta(days=1)))
    more = {f"I-{row[0]:06d}": row[1:] for row in rows.values_list("pk", "sector", "discovered_by", "place__name")}
    return tuple(
        Attack(
            ref=one.ref,
            point=one.point,
            started_at=one.start,
            known_at=one.known_at,
            sector=sector,
            place="" if EventCode.SGV in one.events else place or "",
            told_through=through,
        )
        for one in known
        for sector, through, place in (more.get(one.ref, ("", "", "")),)
    )


def told(viewer: Viewer, *, since: datetime, as_of: datetime) -> tuple[Told, ...] | None:
    """Return the reports since a moment that tell of a place; None where reports are not the viewer's to see."""
    if not access.may(viewer, "read", "report"):
        return None
    rows = Report.objects.filter(received_at__gte=since, received_at__lte=as_of).exclude(kind__in=_SAYS_NOTHING)
    # "Nothing to report" is heard with relief: it is no warning that somebody overlooked.
    rows = rows.exclude(events=[], kind=ReportKind.UPDATE.value)
    columns = ("pk", "lat", "lon", "place__lat", "place__lon", "received_at", "starts_at", "time_precision")
    found = list(access.visible(viewer, "report", rows).order_by("received_at", "pk").values(*columns))
    refs = [f"R-{row['pk']:06d}" for row in found]
    read = {subject: at for subject, at in first_entries(refs, TRIAGED) if at <= as_of}
    raised = _raised([row["pk"] for row in found], as_of)
    return tuple(
        Told(
            ref=ref,
            point=point,
            received_at=row["received_at"],
            seen_at=row["starts_at"] if row["time_precision"] in _EXACT else None,
            read_at=read.get(ref),
            has_raised=row["pk"] in raised,
        )
        for ref, row in zip(refs, found, strict=True)
        if (point := _point(row)) is not None
    )


def tellings(viewer: Viewer, *, since: datetime, until: datetime) -> tuple[Telling, ...]:
    """Return when a duty officer was told of an alert that the viewer sees; each is a number, never a name."""
    rows = Addressee.objects.filter(
        told_at__gte=since, told_at__lte=until, withheld__isnull=True, account__role=Role.DUTY_OFFICER.value
    )
    seen = rows.filter(alert__in=access.visible(viewer, "alert", Alert.objects.filter(merged_into=None)))
    found = seen.order_by("told_at", "pk").values_list("told_at", "alert__sector", "account")
    return tuple(Telling(at, sector, who) for at, sector, who in found if at is not None)


def is_whole(viewer: Viewer) -> bool:
    """Return whether the viewer sees every alert, every incident and every report of the mission."""
    grants = [access.grant_of(viewer, kind) for kind in ("alert", "incident", "report")]
    return all(one.whole_mission and int(one.ceiling) >= int(access.S) for one in grants)


def _is_harm(one: Any, as_of: datetime) -> bool:
    is_attack = bool(ATTACK_CODES & set(one.events)) or (one.victim == "civilians" and EventCode.CLS in one.events)
    return is_attack and one.victim != "mission" and one.start <= as_of and one.imminence not in _ONLY_THREATENED


def _issued(
    row: Mapping[str, Any],
    said: Mapping[str, Any],
    as_of: datetime,
    makers: Mapping[int, RaisedBy],
    acted: tuple[frozenset[int], frozenset[int]],
    unheard: Mapping[int, Sequence[tuple[datetime, datetime | None]]],
) -> Issued:
    number, opened = row["pk"], row["opened_at"]
    point = _point(row)
    ends = [row[name] for name in ("closed_at", "over_at") if row[name] is not None and row[name] <= as_of]
    return Issued(
        ref=f"A-{number:06d}",
        issued_at=opened,
        points=() if point is None else (point,),
        until=min(ends, default=None),
        raised_by=makers.get(number),
        imminence=ImminenceState(said.get("imminence") or row["imminence"]),
        priority=Priority(said.get("priority") or row["priority"]),
        sector=row["sector"],
        has_acted=_has_acted(row, number, acted, as_of),
        was_real={"threat_real": True, "nothing_happened": False}.get(row["truth"]),
        is_unobserved=any(
            began <= opened + _SILENT_BY and (ended is None or ended >= opened + _SILENT_UNTIL)
            for began, ended in unheard.get(row["place"], ())
        ),
    )


def _has_acted(
    row: Mapping[str, Any], number: int, acted: tuple[frozenset[int], frozenset[int]], as_of: datetime
) -> bool | None:
    """Tell whether anybody acted; None: not on record. Passed on and seen by nobody is neither."""
    went, stayed = acted
    came = any(row[name] is not None and row[name] <= as_of for name in ("arrived_at", "confirmed_at"))
    if row["response_class"] in _ACTED or came or number in went:
        return True
    if row["response_class"] == ResponseClass.NONE.value or (not row["response_class"] and number in stayed):
        return False
    return None


def _point(row: Mapping[str, Any]) -> Point | None:
    for lat, lon in (("lat", "lon"), ("place__lat", "place__lon")):
        if row[lat] is not None and row[lon] is not None:
            return Point(row[lat], row[lon])
    return None


def _when_opened(mine: QuerySet[Alert]) -> dict[int, dict[str, Any]]:
    """Return what each alert said of itself when it was opened, where that is on record."""
    refs = [f"A-{number:06d}" for number in mine.order_by().values_list("pk", flat=True)]
    found = {}
    for some in _portions(refs):
        firsts = HistoryEntry.objects.filter(subject__in=some).order_by().values("subject").annotate(first=Min("id"))
        for entry in HistoryEntry.objects.filter(pk__in=[row["first"] for row in firsts]):
            found[int(entry.subject[2:])] = dict(entry.after)
    return found


def _as_they_stood(mine: QuerySet[Alert], as_of: datetime) -> dict[int, dict[str, Any]]:
    """Return what was on record at `as_of` of the alerts that were changed since: what a person found later is unknown."""
    refs = [f"A-{number:06d}" for number in mine.order_by().values_list("pk", flat=True)]
    found = {}
    for some in _portions(refs):
        entries = HistoryEntry.objects.filter(subject__in=some)
        changed = entries.filter(at__gt=as_of).order_by().values("subject")
        then = entries.filter(subject__in=changed, at__lte=as_of).order_by().values("subject").annotate(last=Max("id"))
        for entry in HistoryEntry.objects.filter(pk__in=[row["last"] for row in then]):
            found[int(entry.subject[2:])] = {"response_class": entry.after.get("response_class") or "", "truth": ""}
    return found


def _makers(mine: QuerySet[Alert]) -> dict[int, RaisedBy]:
    """Return who the first report of each alert came from: a part of the mission, or somebody outside it."""
    rows = AlertReport.objects.filter(alert__in=mine).order_by("-report__received_at", "-report")
    return {
        alert: RaisedBy.PERSON if component else RaisedBy.COMMUNITY
        for alert, component in rows.values_list("alert", "report__component")
    }


def _acted(mine: QuerySet[Alert], as_of: datetime) -> tuple[frozenset[int], frozenset[int]]:
    """Return the alerts of which people were warned, and those on which it was decided that nobody goes."""
    released = CommunityWarning.objects.filter(alert__in=mine, is_exercise=False, released_at__lte=as_of)
    decided: dict[int, set[str]] = {}
    for alert, kind in Decision.objects.filter(alert__in=mine, made_at__lte=as_of).values_list("alert", "kind"):
        decided.setdefault(alert, set()).add(kind)
    tasked = set(Task.objects.filter(alert__in=mine, made_at__lte=as_of).values_list("alert", flat=True))
    stayed = {alert for alert, kinds in decided.items() if kinds <= _NOBODY_GOES and alert not in tasked}
    return frozenset(released.values_list("alert", flat=True)), frozenset(stayed)


def _unheard(places: Iterable[int]) -> dict[int, list[tuple[datetime, datetime | None]]]:
    """Return of places with one node the stretches in which it was silent; with several, another may have been heard."""
    wanted = set(places)
    nodes = Counter(FocalPoint.objects.filter(place__in=wanted, until_on=None).values_list("place", flat=True))
    rows = Silence.objects.filter(focal_point__place__in=wanted, focal_point__until_on=None)
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for place, began, ended in rows.values_list("focal_point__place", "began_at", "ended_at"):
        if nodes[place] == 1:
            found.setdefault(place, []).append((began, ended))
    return found


def _raised(numbers: Sequence[int], as_of: datetime) -> set[int]:
    found: set[int] = set()
    for some in _portions(numbers):
        rows = AlertReport.objects.filter(Q(report__in=some), joined_at__lte=as_of)
        found.update(rows.values_list("report", flat=True))
    return found


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
