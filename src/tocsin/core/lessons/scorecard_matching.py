"""Which attack had which warning before it, what became of each warning, and what share of area and time was under one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.core.lessons.scorecard_values import Attack, Issued, Ledger, Terms
from tocsin.core.places.distance import distances_km
from tocsin.core.places.types import Point
from tocsin.core.reference.terms import Disposition

# From one moment to another.
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Met:
    """One attack with the earliest warning that still stood when it began; `lead_h` None: there was none.

    `over` is the newest warning of this area that would have stood, had it not been closed at `over_at`.
    `base_km` None: no base is known.
    """

    attack: Attack
    lead_h: float | None
    warning: str
    over: str
    over_at: datetime | None
    base_km: float | None


@dataclass(frozen=True, slots=True)
class Became:
    """One warning and what became of it within each horizon. `in_its_time`: harm came while it stood; None: still open."""

    issued: Issued
    within: tuple[Disposition, ...]
    in_its_time: bool | None


def ends_at(issued: Issued, terms: Terms) -> datetime:
    """Return until when a warning stands: until it was closed, and never longer than the rules let it."""
    longest = issued.issued_at + terms.stands
    return longest if issued.until is None else max(min(issued.until, longest), issued.issued_at)


def covers(issued: Issued, points: Sequence[Point], terms: Terms) -> NDArray[np.bool_]:
    """Return for each point whether it lies in the area of a warning; shape (points,)."""
    if not issued.points or not points:
        return np.zeros(len(points), dtype=bool)
    radius_km = terms.within_km if issued.radius_km is None else issued.radius_km
    return np.asarray((distances_km(issued.points, points) <= radius_km).any(axis=0))


def met(ledger: Ledger, terms: Terms) -> tuple[Met, ...]:
    """Return each attack with the earliest warning before it that still stood, in the order of time.

    A warning issued when the attack had begun is none.
    """
    attacks = sorted(ledger.attacks, key=lambda one: (one.started_at, one.ref))
    starts = [one.started_at for one in attacks]
    points = [one.point for one in attacks]
    first: dict[int, Issued] = {}
    over: dict[int, tuple[str, datetime]] = {}
    for issued in sorted(ledger.issued, key=lambda one: (one.issued_at, one.ref)):
        end = ends_at(issued, terms)
        for position in np.flatnonzero(covers(issued, points, terms)):
            if issued.issued_at < starts[position] <= end:
                first.setdefault(int(position), issued)
            elif end < starts[position] <= issued.issued_at + terms.stands:
                over[int(position)] = issued.ref, end
    away = distances_km(points, ledger.bases).min(axis=1) if ledger.bases and points else None
    return tuple(
        Met(
            attack=attack,
            lead_h=(attack.started_at - first[row].issued_at).total_seconds() / 3600 if row in first else None,
            warning=first[row].ref if row in first else "",
            over=over[row][0] if row in over else "",
            over_at=over[row][1] if row in over else None,
            base_km=None if away is None else float(away[row]),
        )
        for row, attack in enumerate(attacks)
    )


def became(issued: Issued, attacks: Sequence[Attack], terms: Terms) -> Became:
    """Return what became of one warning within each horizon, as known at the moment of the terms."""
    after = [one for one in attacks if one.started_at > issued.issued_at]
    near = covers(issued, [one.point for one in after], terms)
    starts = sorted(one.started_at for one, is_near in zip(after, near, strict=True) if is_near)
    first = starts[0] if starts else None
    end = ends_at(issued, terms)
    is_hit = first is not None and first <= end
    return Became(
        issued=issued,
        within=tuple(_disposition(issued, first, horizon, terms) for horizon in terms.horizons),
        in_its_time=True if is_hit else None if end > terms.as_of or not issued.points else False,
    )


def _disposition(issued: Issued, first: datetime | None, horizon: timedelta, terms: Terms) -> Disposition:
    end = issued.issued_at + horizon
    # An early hit is not counted before its time is over either: the quiet ones of that week are not yet.
    if end > terms.as_of:
        return Disposition.OPEN
    if first is not None and first <= end:
        return Disposition.HARM
    if issued.has_acted:
        return Disposition.ACTED
    if not issued.points or issued.has_acted is None or issued.is_unobserved:
        return Disposition.UNVERIFIABLE
    return Disposition.NOTHING


class Watched:
    """For a number of points, when each was under a warning: the stretches are put together once and asked often."""

    def __init__(self, points: Sequence[Point], issued: Iterable[Issued], terms: Terms) -> None:
        self.count = len(points)
        self._stretches: dict[int, list[Stretch]] = {}
        for one in sorted(issued, key=lambda found: found.issued_at):
            for position in np.flatnonzero(covers(one, points, terms)):
                self._stretches.setdefault(int(position), []).append((one.issued_at, ends_at(one, terms)))

    def share(self, rows: Sequence[int], within: Stretch, *, lead_h: float) -> float | None:
        """Return what share of these points times this stretch of time had a warning at least `lead_h` old.

        None where there are no points, or no time.
        """
        whole_h = (within[1] - within[0]).total_seconds() / 3600 * len(rows)
        if whole_h <= 0:
            return None
        lead = timedelta(hours=lead_h)
        under = sum((self._under(row, within, lead) for row in rows if row in self._stretches), timedelta())
        return under.total_seconds() / 3600 / whole_h

    def _under(self, row: int, within: Stretch, lead: timedelta) -> timedelta:
        """Add up the stretches without counting any moment twice."""
        total, reached = timedelta(), within[0]
        for start, end in self._stretches[row]:
            start, end = max(start + lead, reached), min(end, within[1])
            if end > start:
                total += end - start
                reached = end
        return total
