"""The rate of response of this mission: worked out from the record, for what the viewer may see."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tocsin.core.lessons.response import AGES, UNCONFIRMED_AFTER, Answered, Rate, Share, alerts_per_10k, rate
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority, ResponseClass, ResponseTiming
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal
from tocsin.store import access
from tocsin.store.queries import response as read

# The clock moves on: what is due is worked out anew after so long even when nothing was written.
GOOD_FOR: Final = timedelta(seconds=60)
LONGEST: Final = timedelta(days=3660)
_MOST_KEPT: Final = 12
# The highest class first; what is not on record stands last.
CLASSES: Final = (*sorted(ResponseClass, key=lambda one: one.value, reverse=True), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The period and the part of the mission that the figures are asked for; empty is all of it."""

    since: datetime
    until: datetime
    sector: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """The alerts of one province for so many people; None: nobody has counted them all or any."""

    name: str
    alerts: int
    people: int | None
    uncounted: int
    per_10k: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page, the export and the note show.

    `backlog` holds reports and alerts by age, None where they are not the viewer's to see; `silent`
    is how many nodes are silent, None where that is not theirs to see. `is_whole` tells whether the
    viewer sees every alert of the mission.
    """

    asked: Asked
    as_of: datetime
    rate: Rate
    backlog: dict[str, list[int] | None]
    unconfirmed: tuple[Any, ...]
    silent: Share | None
    areas: tuple[Area, ...]
    sectors: tuple[str, ...]
    is_whole: bool


_shelf: dict[Any, tuple[Any, Figures]] = {}
_lock = threading.Lock()


def figures(viewer: Viewer, asked: Asked, *, now: datetime) -> Figures:
    """Return the rate of response of a period, as far as the viewer sees alerts; drills are never in it.

    Raises
    ------
    Refusal
        When the period ends before it begins, is too long, or a filter is none that there is.
    """
    access.require(viewer, "read", "alert")
    if not timedelta(0) < asked.until - asked.since <= LONGEST:
        raise Refusal(Because("response.period"))
    if asked.priority and asked.priority not in Priority.__members__:
        raise Refusal(Because("response.period"))
    scope = (viewer.role, viewer.sector, viewer.system)
    key = (scope, asked.sector, asked.priority, asked.since, _rounded(asked.until, now))
    stamp = read.newest(viewer)
    with _lock:
        held = _shelf.get(key)
    if held is not None and held[0] == stamp and timedelta(0) <= now - held[1].as_of < GOOD_FOR:
        return held[1]
    found = _worked_out(viewer, asked, now)
    with _lock:
        _shelf[key] = (stamp, found)
        while len(_shelf) > _MOST_KEPT:
            _shelf.pop(next(iter(_shelf)))
    return found


def _rounded(until: datetime, now: datetime) -> datetime | None:
    """Return the end of a period, None where it is now: now moves on with every call."""
    return None if until >= now - GOOD_FOR else until


def _worked_out(viewer: Viewer, asked: Asked, now: datetime) -> Figures:
    wanted = read.asked_for(sector=asked.sector, priority=asked.priority)
    answered = read.answered(viewer, wanted, since=asked.since, until=asked.until)
    areas = read.by_area(viewer, wanted, since=asked.since, until=asked.until)
    nodes = read.silent_nodes(viewer)
    grant = access.grant_of(viewer, "alert")
    return Figures(
        asked=asked,
        as_of=now,
        rate=rate(answered, as_of=now),
        backlog=read.backlog(viewer, wanted, as_of=now),
        unconfirmed=tuple(read.delegated_now(viewer, wanted, before=now - UNCONFIRMED_AFTER)),
        silent=Share(*nodes) if nodes is not None else None,
        areas=tuple(_area(one) for one in areas),
        sectors=tuple(read.sectors(viewer)),
        is_whole=grant.whole_mission and int(grant.ceiling) >= int(access.S),
    )


def _area(row: dict[str, Any]) -> Area:
    per_10k = alerts_per_10k(row["alerts"], row["people"]) if row["people"] else None
    return Area(row["area"], row["alerts"], row["people"], row["uncounted"], per_10k)


def as_json(found: Figures) -> dict[str, Any]:
    """Return the figures in plain values: every share with what it divides, unknown as null."""
    return {
        "since": found.asked.since.isoformat(),
        "until": found.asked.until.isoformat(),
        "as_of": found.as_of.isoformat(),
        "sector": found.asked.sector or None,
        "priority": found.asked.priority or None,
        "counts_what_you_may_see": not found.is_whole,
        "alerts": found.rate.alerts,
        "by_class_and_timing": [
            {"class": _code(one), "timing": timing.value, **_share(found.rate.cell(one, timing))}
            for one in CLASSES
            for timing in ResponseTiming
        ],
        "steps": [
            {
                "step": one.name,
                "known": _share(one.known),
                "median_min": one.median_min,
                "p90_min": one.p90_min,
                "in_time": _share(one.in_time),
            }
            for one in found.rate.spans
        ],
        "backlog": {"age_days": list(AGES), **found.backlog},
        "delegated_unconfirmed": _share(found.rate.delegated_unconfirmed),
        "delegated_unconfirmed_now": [row.ref for row in found.unconfirmed],
        "harmed_after_warning": _share(found.rate.harmed_after_warning),
        "warned_but_harmed": [_harmed(one) for one in found.rate.harmed],
        "false_alarms": _share(found.rate.false_alarms),
        "feedback": _share(found.rate.feedback),
        "silent_nodes": _share(found.silent) if found.silent is not None else None,
        "areas": [
            {"area": one.name, "alerts": one.alerts, "people": one.people, "places_uncounted": one.uncounted,
             "alerts_per_10k": one.per_10k}
            for one in found.areas
        ],
    }  # fmt: skip


def as_csv(found: Figures) -> str:
    """Return the figures as one table: what, which, when, how many, of how many, and the number where there is one."""
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow(("figure", "part", "timing", "count", "of", "value", "unit"))
    table.writerows(_lines(found))
    return target.getvalue()


def _lines(found: Figures) -> Iterator[tuple[Any, ...]]:
    for one in CLASSES:
        for timing in ResponseTiming:
            cell = found.rate.cell(one, timing)
            yield ("response", _code(one), timing.value, cell.count, cell.of, _shown(cell.share), "share")
    for span in found.rate.spans:
        yield ("step_median", span.name, "", span.known.count, span.known.of, _shown(span.median_min), "minutes")
        yield ("step_p90", span.name, "", span.known.count, span.known.of, _shown(span.p90_min), "minutes")
        yield ("step_in_time", span.name, "", span.in_time.count, span.in_time.of, _shown(span.in_time.share), "share")
    for kind, counts in found.backlog.items():
        for position, count in enumerate(counts or ()):
            yield ("backlog", f"{kind}_{position}", "", count, "", "", "age")
    shares = {
        "delegated_unconfirmed": found.rate.delegated_unconfirmed,
        "harmed_after_warning": found.rate.harmed_after_warning,
        "false_alarms": found.rate.false_alarms,
        "feedback": found.rate.feedback,
    } | ({"silent_nodes": found.silent} if found.silent is not None else {})
    for name, share in shares.items():
        yield (name, "", "", share.count, share.of, _shown(share.share), "share")
    for area in found.areas:
        # A cell that begins like a formula must not be one to a spreadsheet.
        name = f"'{area.name}" if area.name[:1] in "=+-@" else area.name
        yield (
            "area",
            name,
            "",
            area.alerts,
            area.people if area.people is not None else "",
            _shown(area.per_10k),
            "per 10,000",
        )


def _share(found: Share) -> dict[str, Any]:
    return {"count": found.count, "of": found.of, "share": found.share}


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}".rstrip("0").rstrip(".")


def _code(one: ResponseClass | None) -> str | None:
    return one.value if one is not None else None


def _harmed(one: Answered) -> dict[str, Any]:
    lead = round((one.harm_at - one.opened_at).total_seconds() / 3600, 1) if one.harm_at else None
    return {
        "alert": one.ref,
        "opened_at": one.opened_at.isoformat(),
        "lead_h": lead,
        "class": _code(one.response),
        "timing": one.timing.value,
    }
