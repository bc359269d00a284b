"""Why nothing was raised before an attack: the nearest report before it, and what became of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime

from tocsin.core.lessons.scorecard_matching import Met
from tocsin.core.lessons.scorecard_values import Terms, Told, Unwarned
from tocsin.core.places.distance import distances_km
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import WhyUnwarned


def unwarned(found: Sequence[Met], told: Sequence[Told] | None, terms: Terms) -> tuple[Unwarned, ...]:
    """Return the attacks that nobody was warned of, newest first, each with why nothing was raised.

    A report counts when it tells of the area of the attack in the days before. Of several the one that
    came nearest to a warning gives the reason: one that was read, one that nobody read, one that was
    seen before and came too late. A warning that was closed before its time gives it where no report
    came in since. `told` None: the viewer may not see reports.
    """
    alone = sorted((one for one in found if one.lead_h is None), key=lambda one: one.attack.started_at, reverse=True)
    if told is None:
        return tuple(_because(one, WhyUnwarned.NOT_SEEN, None, terms) for one in alone)
    ordered = sorted(told, key=_first_known)
    moments = [_first_known(one) for one in ordered]
    return tuple(_one(one, _between(one, ordered, moments, terms), terms) for one in alone)


def _between(found: Met, ordered: Sequence[Told], moments: Sequence[datetime], terms: Terms) -> Sequence[Told]:
    """Return the reports of what was seen, or told, in the days before an attack began."""
    start = found.attack.started_at
    return ordered[bisect_left(moments, start - terms.looks_back) : bisect_left(moments, start)]


def _one(found: Met, timely: Sequence[Told], terms: Terms) -> Unwarned:
    attack, start = found.attack, found.attack.started_at
    near = distances_km([attack.point], [one.point for one in timely])[0] <= terms.within_km if timely else ()
    here = [one for one, is_near in zip(timely, near, strict=True) if is_near]
    before = [one for one in here if one.received_at < start]
    read = [one for one in before if one.has_raised or (one.read_at is not None and one.read_at < start)]
    if found.over_at is not None and not any(one.received_at > found.over_at for one in before):
        return _because(found, WhyUnwarned.WARNING_OVER, _last(before), terms)
    if read:
        return _because(found, WhyUnwarned.BELOW_THRESHOLD, _last(read), terms)
    if before:
        return _because(found, WhyUnwarned.UNREAD, _last(before), terms)
    late = _last(here)
    return _because(found, WhyUnwarned.TOO_LATE if late else WhyUnwarned.NO_REPORT, late, terms)


def _first_known(one: Told) -> datetime:
    """Return when it was seen, where that is before it came in; what it announces for later is not seen yet."""
    return one.received_at if one.seen_at is None else min(one.seen_at, one.received_at)


def _last(told: Sequence[Told]) -> Told | None:
    return max(told, key=lambda one: (one.received_at, one.ref), default=None)


def _because(found: Met, why: WhyUnwarned, report: Told | None, terms: Terms) -> Unwarned:
    hours = (found.attack.started_at - report.received_at).total_seconds() / 3600 if report else None
    facts = {
        "km": terms.within_km,
        "days": terms.looks_back.days,
        "hours": None if hours is None else round(abs(hours), 1),
        "warning": found.over or None,
        "as_of": terms.as_of.isoformat(timespec="minutes"),
    }
    evidence = tuple(ref for ref in (found.attack.ref, report.ref if report else "", found.over) if ref)
    because = Because(f"scorecard.unwarned.{why.value}", facts, evidence)
    return Unwarned(found.attack, why, because, report.ref if report else "", hours)
