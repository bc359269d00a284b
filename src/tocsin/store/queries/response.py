"""Reads for the rate of response: counted in the database, only what the viewer may see, never a drill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from tocsin.core.lessons.response import Answered, age_bounds
from tocsin.core.reference.terms import Priority, ResponseClass, ResponseTiming
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import Alert, AlertReport, CallBack, FocalPoint, Harm, HistoryEntry, Place, Report, Silence

_OPEN_REPORTS: Final = ("received", "triaged", "verifying", "reopened")
# What a person does first with a report that waits.
TRIAGED: Final = ("taken", "moved", "graded", "corrected", "triaged")
_COLUMNS: Final = (
    "pk", "priority", "opened_at", "first_acknowledged_at", "acknowledged_at", "decided_at", "arrived_at", "feedback_at",
    "closed_at", "delegated_at", "confirmed_at", "response_class", "timing", "truth", "place__name", "place_text",
)  # fmt: skip
_AT_ONCE: Final = 400


def answered(viewer: Viewer, asked: Q, *, since: datetime, until: datetime) -> list[Answered]:
    """Return the alerts of a stretch of time with the moments of the answer to each, oldest first."""
    rows = list(_alerts(viewer, asked, since, until).order_by("opened_at", "pk").values(*_COLUMNS))
    mine = _alerts(viewer, asked, since, until)
    first = _firsts(mine)
    triaged = _triaged(mine)
    calls = _calls(mine)
    moved = _moved([row["pk"] for row in rows])
    harm = _harm(mine)
    return [_answered(row, first, triaged, calls, moved, harm) for row in rows]


def asked_for(*, sector: str = "", priority: str = "") -> Q:
    """Return the filter of a sector and a priority; empty asks for all."""
    scope = Q()
    if sector:
        scope &= Q(sector=sector)
    if priority:
        scope &= Q(priority=priority)
    return scope


def sectors(viewer: Viewer) -> list[str]:
    """Return the sectors of the alerts that the viewer sees."""
    rows = access.visible(viewer, "alert", Alert.objects.exclude(sector=""))
    return sorted(set(rows.order_by().values_list("sector", flat=True).distinct()))


def backlog(viewer: Viewer, asked: Q, *, as_of: datetime) -> dict[str, list[int] | None]:
    """Return how many reports and alerts are open, by age, the youngest first; None where they are not the viewer's to see."""
    return {
        "reports": _by_age(
            viewer, "report", Report.objects.filter(asked, state__in=_OPEN_REPORTS), "received_at", as_of
        ),
        "alerts": _by_age(viewer, "alert", Alert.objects.filter(asked).exclude(state="closed"), "opened_at", as_of),
    }


def delegated_now(viewer: Viewer, asked: Q, *, before: datetime) -> list[Alert]:
    """Return the open alerts that were handed over before a moment and that nobody has confirmed."""
    rows = Alert.objects.filter(asked, state="delegated_unconfirmed", delegated_at__lt=before).select_related("place")
    return list(access.visible(viewer, "alert", rows).order_by("delegated_at"))


def silent_nodes(viewer: Viewer) -> tuple[int, int] | None:
    """Return how many nodes are silent, of how many; None where networks are not the viewer's to see."""
    if not access.may(viewer, "read", "network"):
        return None
    silent = access.visible(viewer, "network", Silence.objects.filter(ended_at=None)).count()
    return silent, access.visible(viewer, "network", FocalPoint.objects.filter(until_on=None)).count()


def by_area(viewer: Viewer, asked: Q, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the alerts of each province, and how many people live there; `people` None: nobody has counted.

    `uncounted` places have no count: the figure is then of those that have.
    """
    rows = _alerts(viewer, asked, since, until).exclude(place=None).order_by()
    alerts = {row["place__province"]: row["n"] for row in rows.values("place__province").annotate(n=Count("pk"))}
    seen = access.visible(viewer, "place", Place.objects.exclude(kind="point")).order_by()
    counted = seen.values("province").annotate(living=Sum("people"), places=Count("pk"), counted=Count("people"))
    areas = {row["province"]: row for row in counted}
    return [
        {
            "area": name,
            "alerts": alerts.get(name, 0),
            "people": areas[name]["living"] if name in areas else None,
            "uncounted": areas[name]["places"] - areas[name]["counted"] if name in areas else 0,
        }
        for name in sorted({*alerts, *areas})
    ]


def newest(viewer: Viewer) -> tuple[Any, ...]:
    """Return a figure that moves whenever something of the answers is written."""
    return (HistoryEntry.objects.aggregate(last=Max("id"))["last"], Report.objects.aggregate(last=Max("id"))["last"])


def _alerts(viewer: Viewer, asked: Q, since: datetime, until: datetime) -> QuerySet[Alert]:
    rows = Alert.objects.filter(asked, opened_at__gte=since, opened_at__lte=until, merged_into=None)
    return access.visible(viewer, "alert", rows)


def _firsts(mine: QuerySet[Alert]) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Return when what an alert is about began, and when the first report of it came in."""
    rows = AlertReport.objects.filter(alert__in=mine).order_by().values("alert")
    found = rows.annotate(began=Min("report__starts_at"), came=Min("report__received_at"))
    return {row["alert"]: (row["began"], row["came"]) for row in found}


def _calls(mine: QuerySet[Alert]) -> dict[int, tuple[datetime, datetime | None]]:
    """Return when somebody asked to be called back, and when they first were."""
    rows = CallBack.objects.filter(message__reports__alert_report__alert__in=mine, is_drill=False).order_by()
    grouped = rows.values("message__reports__alert_report__alert").annotate(asked=Min("asked_at"), done=Min("done_at"))
    return {row["message__reports__alert_report__alert"]: (row["asked"], row["done"]) for row in grouped}


def _triaged(mine: QuerySet[Alert]) -> dict[int, datetime]:
    """Return when a person first did something with a report of the alert."""
    pairs = AlertReport.objects.filter(alert__in=mine).values_list("report", "alert")
    alert_of = {f"R-{report:06d}": alert for report, alert in pairs}
    found: dict[int, datetime] = {}
    for subject, at in first_entries(alert_of, TRIAGED):
        alert = alert_of[subject]
        found[alert] = min(at, found.get(alert, at))
    return found


def _moved(numbers: Sequence[int]) -> dict[int, datetime]:
    """Return when somebody first set out."""
    alert_of = {f"A-{number:06d}": number for number in numbers}
    return {alert_of[subject]: at for subject, at in first_entries(alert_of, ("en_route",))}


def first_entries(subjects: Iterable[str], verbs: Sequence[str]) -> Iterator[tuple[str, datetime]]:
    """Yield when a person first did one of some things to each record; the caller has checked the viewer's right to them."""
    wanted = list(subjects)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = HistoryEntry.objects.filter(subject__in=wanted[start : start + _AT_ONCE], verb__in=verbs)
        found = rows.exclude(by="system").order_by().values("subject").annotate(first=Min("at"))
        yield from ((row["subject"], row["first"]) for row in found)


def _harm(mine: QuerySet[Alert]) -> dict[int, tuple[datetime | None, bool, bool]]:
    """Return of each alert with harm on record: when it began, whether any was suffered, and whether it came after the warning."""
    rows = Harm.objects.filter(alert__in=mine).order_by("pk")
    found: dict[int, tuple[datetime | None, bool, bool]] = {}
    for row in rows.values("alert", "kind", "phase", "started_at", "alert__opened_at"):
        was_at, was_harmed, was_after = found.get(row["alert"], (None, False, False))
        is_harm = row["kind"] != "none"
        began = row["started_at"] if is_harm else None
        is_after = is_harm and (began > row["alert__opened_at"] if began else row["phase"] in ("during", "after"))
        first = min((one for one in (was_at, began) if one is not None), default=None)
        found[row["alert"]] = (first, was_harmed or is_harm, was_after or is_after)
    return found


def _by_age(viewer: Viewer, kind: str, rows: QuerySet[Any], column: str, as_of: datetime) -> list[int] | None:
    if not access.may(viewer, "read", kind):
        return None
    counts = {}
    for position, (start, end) in enumerate(age_bounds(as_of)):
        within = Q(**{f"{column}__lte": end})
        within &= Q(**{f"{column}__gt": start}) if start else Q()
        counts[f"age_{position}"] = Count("pk", filter=within)
    found = access.visible(viewer, kind, rows).order_by().aggregate(**counts)
    return [found[f"age_{position}"] for position in range(len(counts))]


def _answered(
    row: Mapping[str, Any],
    first: Mapping[int, tuple[datetime | None, datetime | None]],
    triaged: Mapping[int, datetime],
    calls: Mapping[int, tuple[datetime, datetime | None]],
    moved: Mapping[int, datetime],
    harm: Mapping[int, tuple[datetime | None, bool, bool]],
) -> Answered:
    number, timing = row["pk"], row["timing"] or "unknown"
    began, came = first.get(number, (None, None))
    asked, called = calls.get(number, (None, None))
    harm_at, _is_harmed, is_after = harm.get(number, (None, False, False))
    # Where nobody wrote the harm down itself, the timing still tells that there was some.
    is_known = number in harm or timing != ResponseTiming.UNKNOWN.value
    return Answered(
        ref=f"A-{number:06d}",
        priority=Priority(row["priority"]),
        opened_at=row["opened_at"],
        place=row["place__name"] or row["place_text"],
        # What is announced for later has not happened yet, and nobody was slow to tell it.
        event_at=began if began is not None and came is not None and began <= came else None,
        reported_at=came,
        triaged_at=triaged.get(number),
        call_asked_at=asked,
        called_back_at=called,
        acknowledged_at=row["first_acknowledged_at"] or row["acknowledged_at"],
        decided_at=row["decided_at"],
        moved_at=moved.get(number),
        arrived_at=row["arrived_at"],
        feedback_at=row["feedback_at"],
        closed_at=row["closed_at"],
        delegated_at=row["delegated_at"],
        confirmed_at=row["confirmed_at"],
        response=ResponseClass(row["response_class"]) if row["response_class"] else None,
        timing=ResponseTiming(timing),
        harm_at=harm_at,
        is_harm_after=is_after or (number not in harm and timing in ("before", "during")),
        is_harm_known=is_known,
        is_false={"nothing_happened": True, "threat_real": False}.get(row["truth"]),
    )
