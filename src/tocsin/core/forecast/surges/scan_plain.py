"""The scan in plain numpy: what is observed, and the replicates where no compiler is at hand.

The twin of `scan_compiled`: the same luck drawn in the same order, the same statistic, so that one can be
checked against the other to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges.zones import Zones

Ints = NDArray[np.int32]
Reals = NDArray[np.float64]
Words = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_REPLICATE = np.uint64(0xD1342543DE82EF95)
_U30, _U27, _U31, _U32 = (np.uint64(bits) for bits in (30, 27, 31, 32))
# Replicates that are held in memory at once.
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Prepared:
    """A study period laid out for the scan.

    Attributes
    ----------
    places : ndarray of int32, shape (cases,)
        Place of every case of the study period; which place comes with which day is what chance deals out.
    ages : ndarray of int32, shape (recent,)
        Days before the last one, 0 the last day itself, for the cases within the longest window.
    recent : ndarray of int32, shape (recent,)
        Where these really were.
    order, held, ends : ndarray, shape (places, nearest)
        Neighbours, cases of the whole period in each circle, and whether a circle may end there.
    by_day : ndarray of int32, shape (days,)
        Cases everywhere in the last 1, 2, ... days.
    least : int
        Fewest cases that count as a cluster.
    """

    places: Ints
    ages: Ints
    recent: Ints
    order: Ints
    held: Ints
    ends: NDArray[np.uint8]
    by_day: Ints
    least: int

    @property
    def cases(self) -> int:
        """Cases in the study period."""
        return len(self.places)


def prepare(
    place: NDArray[np.integer], age: NDArray[np.integer], zones: Zones, *, days: int, least: int = 2
) -> Prepared:
    """Return the study period laid out for the scan.

    `place` and `age` (days before the last day) name every case of the study period, in any order.
    """
    by_age = np.argsort(age, kind="stable")
    places, ages = place[by_age].astype(np.int32), age[by_age].astype(np.int32)
    recent = ages < days
    in_place = np.bincount(places, minlength=zones.places)
    held = zones.weight(in_place).astype(np.int32)
    by_day = np.searchsorted(ages, np.arange(1, days + 1)).astype(np.int32)
    ends = zones.ends.astype(np.uint8)
    return Prepared(places, ages[recent], places[recent], zones.order, held, ends, by_day, least)


def statistic(count: NDArray[np.generic], expected: Reals, cases: int) -> Reals:
    """Return the log-likelihood ratio of `count` against `expected`; 0 where there are no more than expected.

    Source: Kulldorff et al. (2005), PLoS Medicine 2(3) e59, formula for the space-time permutation model.
    """
    inside = np.asarray(count, dtype=np.float64)
    outside = cases - inside
    more = inside > expected
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(inside > 0, inside * np.log(inside / expected), 0.0)
        second = np.where(outside > 0, outside * np.log(outside / (cases - expected)), 0.0)
        return np.where(more, first + second, 0.0)


def surface(prepared: Prepared, where: Ints) -> tuple[Ints, Reals]:
    """Return count and statistic of every circle and window, the recent cases lying at `where`.

    Parameters
    ----------
    prepared : Prepared
        The study period.
    where : ndarray of int32, shape (..., recent)
        Place of each recent case; leading axes are replicates.

    Returns
    -------
    tuple
        Cases, and log-likelihood ratios, shape (..., places, nearest, days); 0 where a circle may not end.
    """
    days = len(prepared.by_day)
    places, width = prepared.order.shape
    lead = where.shape[:-1]
    flat = where.reshape(-1, where.shape[-1]).astype(np.int64)
    many = flat.shape[0]
    cell = (np.arange(many)[:, None] * places + flat) * days + prepared.ages
    grid = np.bincount(cell.ravel(), minlength=many * places * days).reshape(many, places, days)
    grid = np.cumsum(grid, axis=2).astype(np.int32)
    around = np.where(prepared.order[None, :, :, None] >= 0, grid[:, prepared.order], 0)
    count = np.cumsum(around, axis=2, dtype=np.int32)
    expected = prepared.held[:, :, None] * prepared.by_day / max(prepared.cases, 1)
    # Most circles hold fewer cases than expected: only the others are worth a logarithm.
    worth = (count >= prepared.least) & (count > expected) & prepared.ends.astype(bool)[None, :, :, None]
    ratio = np.zeros(count.shape)
    ratio[worth] = statistic(count[worth], np.broadcast_to(expected, count.shape)[worth], prepared.cases)
    shape = (*lead, places, width, days)
    return count.reshape(shape), ratio.reshape(shape)


def deal(prepared: Prepared, *, seed: int, first: int, last: int) -> Ints:
    """Return where the recent cases would be if place and day had nothing to do with each other.

    Shape (replicates `first` to `last`, recent). Margins stay: as many cases in each place and on each day
    as there were. Each replicate draws its own luck from `seed`, so that no order of work changes it.
    """
    many, recent, cases = last - first, len(prepared.ages), prepared.cases
    bag = np.tile(prepared.places, (many, 1))
    state = start(seed, np.arange(first, last, dtype=np.uint64))
    rows = np.arange(many)
    for slot in range(recent):
        state, drawn = draw(state)
        pick = slot + (((drawn >> _U32) * np.uint64(cases - slot)) >> _U32).astype(np.int64)
        bag[rows, slot], bag[rows, pick] = bag[rows, pick], bag[rows, slot].copy()
    return bag[:, :recent].astype(np.int32)


def start(seed: int, replicate: Words) -> Words:
    """Return the state from which each replicate draws."""
    begun = np.array(seed % 2**64, dtype=np.uint64)
    with np.errstate(over="ignore"):
        return _mix(begun + _REPLICATE * (replicate + np.uint64(1)))


def draw(state: Words) -> tuple[Words, Words]:
    """Return the next state and 64 random bits (SplitMix64)."""
    with np.errstate(over="ignore"):
        moved = state + _STEP
        return moved, _mix(moved)


def _mix(value: Words) -> Words:
    with np.errstate(over="ignore"):
        value = (value ^ (value >> _U30)) * _FIRST
        value = (value ^ (value >> _U27)) * _SECOND
        mixed: Words = value ^ (value >> _U31)
        return mixed


def maxima(prepared: Prepared, *, seed: int, first: int, last: int, floor: float = 0.0) -> Reals:
    """Return the largest statistic of each replicate from `first` to `last`; never less than `floor`."""
    found = np.full(last - first, floor)
    if not len(prepared.ages):
        return found
    for begin in range(first, last, _BATCH):
        end = min(begin + _BATCH, last)
        ratio = surface(prepared, deal(prepared, seed=seed, first=begin, last=end))[1]
        found[begin - first : end - first] = np.maximum(ratio.max(axis=(1, 2, 3)), floor)
    return found
