"""How likely it is that an alarm is noise: ranks among replicates, the tail fitted to them, and how to say it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.core.reference.results import Because

Reals = NDArray[np.float64]

# Two statistics that differ by rounding alone are equal, whichever kernel made them.
SAME = 1e-9
_EULER = 0.5772156649015329
_BATCH = 100


class Chance(StrEnum):
    """How the chance of noise is found.

    RANK: place among all replicates, exact, never below 1 in (replicates + 1). SEQUENTIAL: the same, but no
    longer than needed to know that it is nothing rare. TAIL: an extreme-value curve through the replicates, which
    reaches below 1 in (replicates + 1) and is only as good as its fit.
    """

    RANK = "rank"
    SEQUENTIAL = "sequential"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The largest statistics of the replicates that were drawn, and whether drawing stopped early."""

    maxima: Reals
    stopped: bool

    def rank(self, observed: float) -> float:
        """Return the share of equally likely worlds that show as much as was observed, the real one among them."""
        as_much = int(np.sum(self.maxima >= observed - SAME))
        if self.stopped:
            return as_much / len(self.maxima)
        return (as_much + 1) / (len(self.maxima) + 1)

    def tail(self, observed: float) -> float:
        """Return the same from a Gumbel curve through the replicates, by moments.

        Source: Abrams, Kulldorff, Kleinman (2010), International Journal of Health Geographics 9:61.
        Limits: an approximation; with few recent cases the maxima are not smooth and RANK is the honest one.
        """
        spread = float(np.std(self.maxima, ddof=1)) * math.sqrt(6) / math.pi
        if not spread:
            return self.rank(observed)
        place = float(np.mean(self.maxima)) - _EULER * spread
        return -math.expm1(-math.exp(-(observed - place) / spread))


def draw_until_settled(draw: Callable[[int, int], Reals], observed: float, *, replicates: int, settled: int) -> Drawn:
    """Return replicates until `settled` of them show as much as was observed, or all.

    Parameters
    ----------
    draw : callable
        Gives the largest statistics of the replicates from one number to another.
    observed : float
        What was observed.
    replicates : int
        How many at most.
    settled : int
        After so many at least as large the answer is not rare; the p-value is then settled / drawn.

    Notes
    -----
    Source: Besag and Clifford (1991), Biometrika 78(2) 301-304. The p-value stays valid.
    """
    held: list[Reals] = []
    as_much = drawn = 0
    while drawn < replicates:
        batch = draw(drawn, min(drawn + _BATCH, replicates))
        reached = np.flatnonzero(batch >= observed - SAME)
        if as_much + len(reached) >= settled:
            held.append(batch[: reached[settled - as_much - 1] + 1])
            return Drawn(np.concatenate(held), stopped=True)
        as_much += len(reached)
        drawn += len(batch)
        held.append(batch)
    return Drawn(np.concatenate(held) if held else np.empty(0), stopped=False)


def recurrence_days(p: float, *, every_days: int) -> float:
    """Return in how many days of looking chance alone gives one as strong; `every_days` is how often one looks."""
    return every_days / p


def noise(p: float, *, every_days: int, replicates: int) -> Because:
    """Return the chance of noise as a reason that can be read out."""
    days = recurrence_days(p, every_days=every_days)
    facts = {"days": round(days), "share": round(p, 4), "replicates": replicates}
    if p * (replicates + 1) < 1.5:
        return Because("surge.noise_never_seen", facts)
    if days >= 365:
        return Because("surge.noise_rare", facts)
    if days >= 28:
        return Because("surge.noise_sometimes", facts)
    return Because("surge.noise_common", facts)
