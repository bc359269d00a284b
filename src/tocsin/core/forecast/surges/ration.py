"""Keep alarms within what people can look at: the year behind says how dense a surge must be to be among the best.

A war that flares up makes a scan cry every week. The mark is set from what was offered in the year before, never from
what comes after, so that it rises by itself where there is much and falls where there is little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Offer:
    """One surge that a scan offered: its day, its cases for each place, and how many places."""

    day: int
    density: float
    places: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent: alarms in a week, and the share of all places and days that may be under alarm."""

    per_week: float
    area_share: float


def mark(offers: Sequence[Offer], *, as_of: int, places: int, budget: Budget, every_days: int = 7) -> float:
    """Return how dense a surge must be today, in cases for each place, to be within the budget.

    Parameters
    ----------
    offers : sequence of Offer
        What earlier scans offered, taken or not. Those of `as_of` and later, or older than a year, are not looked at.
    as_of : int
        Today.
    places : int
        How many places are watched.
    budget : Budget
        What may be spent in a year.
    every_days : int
        How often one scans: an area that is offered again next time costs only the days in between.

    Returns
    -------
    float
        Minus infinity while the year behind fits into the budget as a whole.

    Examples
    --------
    >>> year = [Offer(day, density, 4) for day, density in ((10, 2.0), (17, 5.0), (24, 1.0))]
    >>> mark(year, as_of=30, places=100, budget=Budget(per_week=2 / 52, area_share=0.5))
    1.0
    """
    behind = sorted(
        (one for one in offers if as_of - _YEAR <= one.day < as_of), key=lambda one: one.density, reverse=True
    )
    cells = 0
    for taken, one in enumerate(behind, start=1):
        cells += one.places
        too_many = taken > budget.per_week * _YEAR / 7
        if too_many or cells * every_days > budget.area_share * places * _YEAR:
            return one.density
    return float("-inf")
