"""Do patrols feed on themselves? A made-up country with a known truth, in which they could.

Two areas, one a little worse than the other. Each day the patrol goes to the one whose rate looks higher. The community
tells of some events anywhere; of the rest the patrol finds some where it is. If what it finds raises the rate, the
area it happens to visit looks ever worse.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.rate_surface import HALF_LIVES_DAYS, REACHES_KM, Events, Places, pressures

DAYS: Final = 1000
EVENTS_PER_DAY: Final = (6.0, 5.0)
TRUTH: Final = EVENTS_PER_DAY[0] / sum(EVENTS_PER_DAY)
REPORTED: Final = 0.3
FOUND: Final = 0.5
# The longest half-life, in the place itself: what the allocation of a season would rest on.
_SLOW: Final = len(HALF_LIVES_DAYS) - 1
_FADE: Final = 0.5 ** (1 / HALF_LIVES_DAYS[_SLOW])
# So far apart that neither reaches into the other.
_PLACES: Final = Places(np.array([0.25, 20.25]), np.array([10.25, 10.25]), 0.25)

Counts = NDArray[np.int64]


class Told(StrEnum):
    """From which events rates are made."""

    COMMUNITY = "community_reports_only"
    ALL = "all_observed"
    PATROL = "patrol_finds_only"


class Drift(NamedTuple):
    """The share of the rate that the first area has in the end: over many runs, and how far it is from the truth.

    A mean can look right where every single run is wrong: some lock onto one area, some onto the other.
    """

    told: Told
    mean_share: float
    spread: float
    away: float
    away_in_one_run: float


def drift(told: Told, *, seeds: int, days: int = DAYS) -> Drift:
    """Return where the rate surface ends when patrols follow it, from seeds 0 upward.

    Notes
    -----
    Source: the simulation of Ensign et al. (2018), FAT*, with two areas.
    Limits: patrols deter nobody here, and the community of both areas reports alike.
    """
    shares = np.array([_share(told, days=days, seed=seed) for seed in range(seeds)])
    mean = float(shares.mean())
    each = float(np.abs(shares - TRUTH).mean())
    return Drift(told, mean, float(shares.std()), abs(mean - TRUTH), each)


def _share(told: Told, *, days: int, seed: int) -> float:
    luck = np.random.Generator(np.random.PCG64(seed))
    reported, hidden = _lived(days, luck)
    found = luck.binomial(hidden, FOUND)
    rate = np.zeros(2)
    for day in range(days):
        # An even chance where both look alike.
        here = int(np.argmax(rate + luck.random(2) * 1e-9))
        found[day, 1 - here] = 0
        rate = rate * _FADE + _counted(told, reported[day], found[day])
    share = pressures(
        _events(told, reported, found), _PLACES, np.array([days]), with_patrol_finds=told is not Told.COMMUNITY
    )[0, :, _SLOW * len(REACHES_KM)]
    return float(share[0] / share.sum())


def _lived(days: int, luck: np.random.Generator) -> tuple[Counts, Counts]:
    """Return the events that the community tells of, and the others, by day and area."""
    every = luck.poisson(EVENTS_PER_DAY, (days, 2))
    reported = luck.binomial(every, REPORTED)
    return reported, every - reported


def _counted(told: Told, reported: Counts, found: Counts) -> Counts:
    return {Told.COMMUNITY: reported, Told.ALL: reported + found, Told.PATROL: found}[told]


def _events(told: Told, reported: Counts, found: Counts) -> Events:
    """Return what the desk holds: every report and every find, each with how it came to us."""
    kept = reported * (told is not Told.PATROL)
    times = np.stack([kept, found], axis=2).ravel()
    day, area, by_patrol = (np.repeat(axis.ravel(), times) for axis in np.indices((*reported.shape, 2)))
    return Events(day, _PLACES.lat[area], _PLACES.lon[area], by_patrol.astype(bool))
