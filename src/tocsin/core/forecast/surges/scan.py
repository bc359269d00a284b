"""Where is more happening than place and season explain: the prospective space-time permutation scan.

Every circle of places and every window that ends today is tried; the one that stands out most is set against
what shuffling shows: the same cases, the same places, the same days, but which came with which left to luck. So
no population is needed, and neither a dangerous place nor a busy month is an alarm by itself. What is left is
*more than usual, here, now*.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges import chance, scan_plain
from tocsin.core.forecast.surges.chance import Chance, Drawn
from tocsin.core.forecast.surges.zones import Zones, standing_apart
from tocsin.core.reference.results import Because

Ints = NDArray[np.integer]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a scan looks.

    Attributes
    ----------
    days : int
        Longest window, in days.
    study_days : int
        How far back the comparison reaches, the window included.
    least : int
        Fewest cases that count as a cluster.
    replicates : int
        How often the cases are shuffled.
    how : Chance
        How the chance of noise is found.
    settled : int
        With SEQUENTIAL: how many replicates as strong are enough to stop.
    every_days : int
        How often one looks; turns a chance into a recurrence interval.
    clusters : int
        How many clusters to list at most.
    """

    days: int = 28
    study_days: int = 365
    least: int = 2
    replicates: int = 999
    how: Chance = Chance.RANK
    settled: int = 20
    every_days: int = 1
    clusters: int = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """A surge: where, since when, how much more than expected, and the chance that it is noise.

    `members` are indexes of places from near to far, `radius` is in the unit of the zones. `began` is the
    first day of the window. `p` is the share of shuffles in which the strongest cluster anywhere is
    at least as strong; `recurrence_days` is how long one looks, on average, to see such a one by chance.
    """

    centre: int
    members: tuple[int, ...]
    radius: float
    began: int
    days: int
    cases: int
    expected: float
    llr: float
    p: float
    recurrence_days: float
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What one day's scan found: clusters that share no place, the strongest first."""

    as_of: int
    cases: int
    recent: int
    clusters: tuple[Cluster, ...]
    kernel: str
    replicates: int
    seed: int


class Kernel(Protocol):
    """What draws replicates."""

    def maxima(self, prepared: scan_plain.Prepared, *, seed: int, first: int, last: int, floor: float = 0.0) -> Reals:
        """Return the largest statistic of each replicate."""
        ...


def kernel(*, plain: bool = False) -> tuple[str, Kernel]:
    """Return the compiled kernel and its name, or the plain one where numba is not installed."""
    if not plain:
        try:
            return "compiled", importlib.import_module("tocsin.core.forecast.surges.scan_compiled")
        except ImportError:
            pass
    return "plain", scan_plain


def scan(
    place: Ints,
    day: Ints,
    zones: Zones,
    *,
    as_of: int,
    seed: int,
    settings: Settings | None = None,
    plain: bool = False,
) -> Scan:
    """Return the surges that show on one day.

    Parameters
    ----------
    place, day : ndarray of int, shape (cases,)
        Where and on which day each case was. Cases after `as_of` are not looked at.
    zones : Zones
        The circles.
    as_of : int
        The last day that is known in full.
    seed : int
        Where luck starts: the same seed, the same answer.
    settings : Settings, optional
        How to look.
    plain : bool
        Use the numpy kernel even where the compiled one is at hand.

    Returns
    -------
    Scan
        Empty where nothing happened in the window.

    Notes
    -----
    Source: Kulldorff, Heffernan, Hartman, Assunção, Mostashari (2005), PLoS Medicine 2(3) e59.
    Limits: where reporting starts or stops at once, the scan sees a surge or is blind; read it beside `silence`.
    A cluster found by patrols that went there because of the last cluster is no news: see `discovery`.
    """
    settings = settings or Settings()
    place, day = np.asarray(place), np.asarray(day)
    known = (day <= as_of) & (day > as_of - settings.study_days)
    age = as_of - day[known]
    prepared = scan_plain.prepare(place[known], age, zones, days=settings.days, least=settings.least)
    name, drawn_by = kernel(plain=plain)
    found = _strongest(prepared, zones, settings, as_of)
    if found:
        drawn = _drawn(partial(drawn_by.maxima, prepared, seed=seed), found, settings)
        found = [_judged(one, drawn, settings) for one in found]
    return Scan(as_of, prepared.cases, len(prepared.ages), tuple(found), name, settings.replicates, seed)


def _strongest(prepared: scan_plain.Prepared, zones: Zones, settings: Settings, as_of: int) -> list[Cluster]:
    """Return the clusters that share no place, the strongest first, not yet judged."""
    if not len(prepared.ages):
        return []
    count, ratio = scan_plain.surface(prepared, prepared.recent)
    best_window = ratio.argmax(axis=2)
    best = np.take_along_axis(ratio, best_window[..., None], axis=2)[..., 0]
    found: list[Cluster] = []
    for centre, last in standing_apart(best, zones, most=settings.clusters):
        window = int(best_window[centre, last])
        expected = float(prepared.held[centre, last]) * float(prepared.by_day[window]) / prepared.cases
        found.append(
            Cluster(
                centre=centre,
                members=zones.members(centre, last + 1),
                radius=zones.radius(centre, last + 1),
                began=as_of - window,
                days=window + 1,
                cases=int(count[centre, last, window]),
                expected=expected,
                llr=float(best[centre, last]),
                p=1.0,
                recurrence_days=float(settings.every_days),
                reasons=(),
            )
        )
    return found


def _drawn(draw: Callable[..., Reals], found: list[Cluster], settings: Settings) -> Drawn:
    """Return the replicates, no more of them and none further than the way of judging needs."""
    strongest, weakest = found[0].llr, found[-1].llr
    if settings.how is Chance.SEQUENTIAL:
        return chance.draw_until_settled(
            lambda first, last: draw(first=first, last=last, floor=weakest - 2 * chance.SAME),
            strongest,
            replicates=settings.replicates,
            settled=settings.settled,
        )
    floor = 0.0 if settings.how is Chance.TAIL else weakest - 2 * chance.SAME
    return Drawn(draw(first=0, last=settings.replicates, floor=floor), stopped=False)


def _judged(one: Cluster, drawn: Drawn, settings: Settings) -> Cluster:
    """Return the cluster with the chance that it is noise."""
    p = drawn.tail(one.llr) if settings.how is Chance.TAIL else drawn.rank(one.llr)
    days = chance.recurrence_days(p, every_days=settings.every_days)
    facts = {"cases": one.cases, "expected": round(one.expected, 2), "days": one.days, "places": len(one.members)}
    reasons = (
        Because("surge.more_than_expected", facts),
        chance.noise(p, every_days=settings.every_days, replicates=settings.replicates),
    )
    return replace(one, p=p, recurrence_days=days, reasons=reasons)
