"""The scan's replicates as compiled code: what `scan_plain` does, a few hundred times faster.

Loaded on first use, and only where numba is installed. It is compiled while it is imported and, like Python's own
compiled files, kept beside the source or in the user's cache where that can be written. The kernel lets go of the
interpreter's lock, so that plain threads share the replicates; numba's own threads stop the whole process
when two requests meet in them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import float64, int32, int64, njit, uint8, uint64, void
from numpy.typing import NDArray

from tocsin.core.forecast.surges.scan_plain import Prepared, Reals, statistic

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_REPLICATE = np.uint64(0xD1342543DE82EF95)
_ONE = np.uint64(1)
_U30, _U27, _U31, _U32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
# A chunk is long enough that starting it costs nothing beside it.
_CHUNK = 50
# Steps of expected cases for each e-fold, when thresholds are looked up.
_STEPS = 32.0
# Marks above the floor from which a replicate asks for more.
_TIERS = np.array([0.0, 1.5, 3.0, 5.0])
_FEW = 40


def _compiled(signature: Any, body: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function compiled, from the cache where one can be kept."""
    try:
        made: Callable[..., Any] = njit(signature, nogil=True, cache=True)(body)
    except RuntimeError:
        made = njit(signature, nogil=True)(body)
    return made


def _mix_body(value: np.uint64) -> np.uint64:
    value = (value ^ (value >> _U30)) * _FIRST
    value = (value ^ (value >> _U27)) * _SECOND
    return value ^ (value >> _U31)


_mix = _compiled(uint64(uint64), _mix_body)


def _needed_body(held: Any, by_day: Any, log: Any, table: Any, finest: float, needed: Any) -> None:
    # Expected cases fall into steps of equal ratio; the lower edge of the step asks for too few, never for too many.
    cases = log.size - 1
    for centre in range(held.shape[0]):
        for j in range(held.shape[1]):
            for day in range(by_day.size):
                step = (log[held[centre, j]] + log[by_day[day]] - log[cases] - finest) * _STEPS
                needed[centre, j, day] = table[min(max(int(step), 0), table.size - 1)]


def _best_body(within: Any, needed: Any, by_day: Any, log: Any, held: int, youngest: int, best: float) -> float:
    cases = log.size - 1
    for day in range(youngest, by_day.size):
        count = within[day]
        if count < needed[day]:
            continue
        # What lies outside can only lower the ratio.
        ratio = count * (log[count] + log[cases] - log[held] - log[by_day[day]])
        if ratio <= best:
            continue
        expected = held * by_day[day] / cases
        if count <= expected:
            continue
        if cases > count:
            ratio += (cases - count) * (log[cases - count] - np.log(cases - expected))
        best = max(best, ratio)
    return best


def _replicates_body(  # noqa: C901, PLR0913 - one flat loop is what the compiler makes fast
    places: Any, ages: Any, order: Any, held: Any, ends: Any, by_day: Any, log: Any, tiers: Any, needed: Any,
    seed: np.uint64, first: int, enough: float, found: Any,
) -> None:  # fmt: skip
    cases, recent, days = places.size, ages.size, by_day.size
    centres, width = order.shape
    bag = places.copy()
    undo = np.empty(recent, dtype=np.int64)
    head = np.full(centres, -1, dtype=np.int32)
    after = np.empty(recent, dtype=np.int32)
    within = np.zeros(days, dtype=np.int32)
    # Which windows hold a case of each age, as rows to be added: whole rows are added several days at a time.
    counts_in = np.zeros((days, days), dtype=np.int32)
    for age in range(days):
        counts_in[age, age:] = 1
    for replicate in range(found.size):
        state = _mix(seed + _REPLICATE * (np.uint64(first + replicate) + _ONE))
        for slot in range(recent):
            state += _STEP
            pick = slot + np.int64(((_mix(state) >> _U32) * np.uint64(cases - slot)) >> _U32)
            undo[slot] = pick
            bag[slot], bag[pick] = bag[pick], bag[slot]
            after[slot] = head[bag[slot]]
            head[bag[slot]] = slot
        best = tiers[0]
        tier = 0
        for centre in range(centres):
            if best >= enough:
                break
            youngest = days
            within[:] = 0
            for j in range(width):
                place = order[centre, j]
                if place < 0:
                    break
                case = head[place]
                while case >= 0:
                    age = ages[case]
                    youngest = min(youngest, age)
                    for day in range(days):
                        within[day] += counts_in[age, day]
                    case = after[case]
                # A circle without a new case is the one before with more expected: never better.
                if youngest == days or ends[centre, j] == 0:
                    continue
                hit = False
                for day in range(days):
                    hit |= within[day] >= needed[tier, centre, j, day]
                if hit:
                    best = _best(within, needed[tier, centre, j], by_day, log, held[centre, j], youngest, best)
                    # The higher the mark that stands, the more cases a circle needs to be worth a look.
                    while tier + 1 < tiers.size and best >= tiers[tier + 1]:
                        tier += 1
                youngest = days
        found[replicate] = best
        for slot in range(recent - 1, -1, -1):
            head[bag[slot]] = -1
            pick = undo[slot]
            bag[slot], bag[pick] = bag[pick], bag[slot]


_row, _grid, _line = int32[::1], int32[:, ::1], float64[::1]
_needed = _compiled(void(_grid, _row, _line, _row, float64, int32[:, :, ::1]), _needed_body)
_best = _compiled(float64(_row, _row, _row, _line, int64, int64, float64), _best_body)
_replicates = _compiled(
    void(
        _row, _row, _grid, _grid, uint8[:, ::1], _row, _line, _line, int32[:, :, :, ::1], uint64, int64, float64, _line
    ),
    _replicates_body,
)


def fewest(expected: Reals, cases: int, *, floors: Reals, least: int) -> NDArray[np.int32]:
    """Return how many cases a circle needs at least before its statistic can pass each floor.

    Shape (floors, expected). Found by halving, and rounded down: it may let a circle be looked at in vain,
    it never passes one over.
    """
    low = np.broadcast_to(expected, (len(floors), len(expected))).copy()
    high = np.full(low.shape, float(cases))
    for _ in range(40):
        middle = (low + high) / 2
        passes = statistic(middle, expected, cases) > floors[:, None]
        low, high = np.where(passes, low, middle), np.where(passes, middle, high)
    return np.clip(np.floor(low), least, 2**31 - 1).astype(np.int32)


def _thresholds(prepared: Prepared, log: Reals, tiers: Reals) -> NDArray[np.int32]:
    finest, coarsest = -log[-1] - 1e-6, log[-1] + 1e-6
    edges = np.exp(np.arange(finest, coarsest + 2 / _STEPS, 1 / _STEPS))
    needed = np.empty((len(tiers), *prepared.held.shape, len(prepared.by_day)), dtype=np.int32)
    table = fewest(np.minimum(edges, prepared.cases), prepared.cases, floors=tiers, least=prepared.least)
    for tier in range(len(tiers)):
        _needed(prepared.held, prepared.by_day, log, table[tier], finest, needed[tier])
    return needed


def maxima(
    prepared: Prepared,
    *,
    seed: int,
    first: int,
    last: int,
    floor: float = 0.0,
    enough: float = np.inf,
    threads: int = 2,
) -> Reals:
    """Return the largest statistic of each replicate from `first` to `last`.

    Parameters
    ----------
    prepared : Prepared
        The study period.
    seed : int
        Where luck starts; the same seed gives the same figures with any number of threads.
    first, last : int
        Which replicates.
    floor : float
        Nothing below matters: a replicate that does not reach it is given as this.
    enough : float
        A replicate that reaches this need not be searched further.
    threads : int
        How many share the work.

    Returns
    -------
    ndarray of float, shape (replicates,)
    """
    found = np.full(last - first, floor)
    if not len(prepared.ages):
        return found
    log = np.log(np.maximum(np.arange(prepared.cases + 1, dtype=np.float64), 1.0))
    # With few cases the thresholds cost more than they save.
    tiers = floor + (_TIERS if len(prepared.ages) > _FEW else _TIERS[:1])
    needed = _thresholds(prepared, log, tiers)

    def work(begin: int, end: int) -> None:
        _replicates(
            prepared.places, prepared.ages, prepared.order, prepared.held, prepared.ends, prepared.by_day,
            log, tiers, needed, np.uint64(seed % 2**64), first + begin, enough, found[begin:end],
        )  # fmt: skip

    size = max(_CHUNK, -(-len(found) // (4 * threads)))
    parts = [(begin, min(begin + size, len(found))) for begin in range(0, len(found), size)]
    if threads < 2 or len(parts) < 2:
        work(0, len(found))
        return found
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, *part) for part in parts]:
            done.result()
    return found
