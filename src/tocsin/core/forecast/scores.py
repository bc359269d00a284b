"""How good what was said turned out to be: of numbers of deaths as draws, of chances, of an order of places.

Every choice that changes a figure (the level of an interval, the form of a spread, the bins) is given in the
call, or printed beside it; none is guessed. Draws come as one row a case: equally likely numbers of deaths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]
# Lower edges of the bins of the ignorance score, as the VIEWS prediction challenge set them:
# 0, 1-2, 3-5, 6-10, 11-25, 26-50, 51-100, 101-250, 251-500, 501-1000, 1001 and more.
BINS = (0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)
IGNORANCE_DRAWS = 1000
# Rows in hand at once: 2,048 rows of 1,000 draws are 16 MB.
_AT_ONCE = 2048


def crps(draws: ArrayLike, seen: ArrayLike, *, form: Literal["ensemble", "fair"]) -> Values:
    """Return how far the draws of each case lie from what was seen, in deaths (CRPS); 0 is perfect.

    Parameters
    ----------
    draws : ndarray, shape (cases, m)
        Equally likely numbers of deaths.
    seen : ndarray, shape (cases,)
        What was seen.
    form
        ``ensemble`` divides the spread by m², as the VIEWS challenge does; ``fair`` by m(m-1), which does
        not punish a small number of draws.

    Returns
    -------
    ndarray of float, shape (cases,)

    Notes
    -----
    Source: Gneiting and Raftery (2007), JASA 102(477); Ferro (2014) for the fair form.
    Limits: its mean follows the deadliest cases; give it by window, and against zeros.

    Examples
    --------
    >>> crps([[0, 0, 2, 2]], [2], form="ensemble")
    array([0.5])
    """
    rows, out = _shaped(draws, seen)
    m = rows.shape[1]
    pairs = m * m if form == "ensemble" else m * (m - 1)
    # The sum of all distances between draws, from their ranks: no draw is compared with every other.
    ranks = (2 * np.arange(1, m + 1) - m - 1) / pairs

    def of(part: Values, at: Values) -> Values:
        return np.asarray(np.abs(part - at[:, None]).mean(axis=1) - part @ ranks)

    return _each(rows, out, of)


def threshold_crps(draws: ArrayLike, seen: ArrayLike, *, over: float) -> Values:
    """Return the CRPS that looks only at numbers above a threshold: how well mass events were told.

    Parameters
    ----------
    draws : ndarray, shape (cases, m)
        Equally likely numbers of deaths.
    seen : ndarray, shape (cases,)
        What was seen.
    over
        Deaths; smaller numbers count as this one.

    Notes
    -----
    Source: Gneiting and Ranjan (2011), J. Business & Economic Statistics 29(3); chained as in Allen et al. (2023).
    Limits: rests on few cases; say how many exceeded the threshold.
    """
    rows, at = _shaped(draws, seen)

    def of(part: Values, told: Values) -> Values:
        return crps(np.maximum(part, over), np.maximum(told, over), form="ensemble")

    return _each(rows, at, of)


def ignorance(draws: ArrayLike, seen: ArrayLike, *, bins: tuple[float, ...] = BINS) -> Values:
    """Return the surprise at what was seen, in bits: minus log2 of the share of draws in its bin.

    Every bin gets one draw more than was drawn, so that nothing is impossible; fewer than 1,000 draws count as
    1,000, since otherwise that one draw would weigh more in a smaller set.

    Parameters
    ----------
    draws : ndarray, shape (cases, m)
        Equally likely numbers of deaths.
    seen : ndarray, shape (cases,)
        What was seen.
    bins
        Lower edges, ascending; the last bin is open.

    Notes
    -----
    Source: definitions of the VIEWS prediction challenge 2023/24.
    Limits: within a bin all numbers are the same to it.

    Examples
    --------
    >>> ignorance(np.zeros((1, 1000)), [0]).round(4)
    array([0.0143])
    """
    rows, at = _shaped(draws, seen)
    edges = np.asarray(bins)
    size = max(rows.shape[1], IGNORANCE_DRAWS)

    def of(part: Values, told: Values) -> Values:
        bin_of = np.clip(np.searchsorted(edges, told, side="right") - 1, 0, None)
        low = edges[bin_of][:, None]
        high = np.append(edges[1:], np.inf)[bin_of][:, None]
        share = np.count_nonzero((part >= low) & (part < high), axis=1) / part.shape[1]
        return np.asarray(-np.log2((share * size + 1) / (size + len(edges))))

    return _each(rows, at, of)


def interval_score(draws: ArrayLike, seen: ArrayLike, *, alpha: float) -> Values:
    """Return the width of the central interval, and the price of what fell outside of it, in deaths.

    Parameters
    ----------
    draws : ndarray, shape (cases, m)
        Equally likely numbers of deaths.
    seen : ndarray, shape (cases,)
        What was seen.
    alpha
        The share left outside: 0.1 for the interval of 90 %. There is no default: published tables differ in it.

    Notes
    -----
    Source: Gneiting and Raftery (2007), JASA 102(477), equation 43; linear quantiles.
    Limits: of a rare event it says little beyond its chance being under or over alpha / 2.
    """
    rows, at = _shaped(draws, seen)

    def of(part: Values, told: Values) -> Values:
        low, high = _interval(part, alpha)
        below, above = np.maximum(low - told, 0), np.maximum(told - high, 0)
        return np.asarray(high - low + 2 / alpha * (below + above))

    return _each(rows, at, of)


def is_covered(draws: ArrayLike, seen: ArrayLike, *, alpha: float) -> NDArray[np.bool_]:
    """Return for each case whether the central interval held what was seen.

    Its mean over all cases looks perfect because of zeros: take it over the cases where something happened.
    """
    rows, at = _shaped(draws, seen)

    def of(part: Values, told: Values) -> Values:
        low, high = _interval(part, alpha)
        return np.asarray((low <= told) & (told <= high), dtype=float)

    return _each(rows, at, of) > 0


def skill(score: ArrayLike, reference: ArrayLike) -> float | None:
    """Return the share by which a mean score is better (lower) than a reference's; None where that is 0."""
    base = float(np.asarray(reference, float).mean())
    return None if base == 0 else 1 - float(np.asarray(score, float).mean()) / base


def brier(chances: ArrayLike, happened: ArrayLike) -> Values:
    """Return the squared distance of each chance from what happened."""
    return np.asarray((np.asarray(chances, float) - np.asarray(happened, float)) ** 2)


class Bin(NamedTuple):
    """Cases with about the same chance: how many, what was said on average, what happened."""

    cases: int
    said: float
    happened: float


def reliability(chances: ArrayLike, happened: ArrayLike, *, bins: int) -> tuple[Bin, ...]:
    """Return, for bins of equally many cases in the order of their chance, what was said and what happened.

    Notes
    -----
    Source: Bröcker and Smith (2007), Weather and Forecasting 22(3).
    Limits: pooled over mostly quiet cases it looks perfect; also give it for chances above a threshold.

    Examples
    --------
    >>> reliability([0.1, 0.1, 0.8, 0.8], [0, 0, 1, 0], bins=2)
    (Bin(cases=2, said=0.1, happened=0.0), Bin(cases=2, said=0.8, happened=0.5))
    """
    said, came = np.asarray(chances, float), np.asarray(happened, float)
    order = np.argsort(said, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(Bin(len(part), float(said[part].mean()), float(came[part].mean())) for part in parts)


def calibration_error(table: tuple[Bin, ...]) -> float | None:
    """Return the mean gap between what was said and what happened, weighted by cases (ECE); None without cases."""
    cases = sum(one.cases for one in table)
    return sum(one.cases * abs(one.said - one.happened) for one in table) / cases if cases else None


def largest_gap(table: tuple[Bin, ...]) -> float | None:
    """Return the largest gap of a bin; None without cases."""
    return max((abs(one.said - one.happened) for one in table), default=None)


def average_precision(ranks: ArrayLike, happened: ArrayLike) -> float | None:
    """Return the mean precision over all events when going down from the highest rank; None without events.

    Cases of equal rank are taken together, so that their order in the file changes nothing.

    Examples
    --------
    >>> average_precision([0.9, 0.8, 0.1], [1, 0, 1])
    0.8333333333333333
    """
    hits, shown = _down(ranks, happened)
    if not len(hits) or hits[-1] == 0:
        return None
    gained = np.diff(hits, prepend=0.0)
    return float(np.sum(gained * hits / shown) / hits[-1])


def precision_by_blocks(
    ranks: ArrayLike, happened: ArrayLike, blocks: NDArray[np.int64]
) -> Callable[[NDArray[np.int64]], float]:
    """Return what gives the average precision when each block is taken so many times, sorted only once.

    For `bootstrap`: the cases of block 0 count as often as the first number says, and so on. NaN without events.
    """
    rank, came = np.asarray(ranks, float), np.asarray(happened, float)
    order = np.argsort(-rank, kind="stable")
    rank, came, block = rank[order], came[order], blocks[order]
    last = np.append(rank[1:] != rank[:-1], True)[: len(rank)]

    def figure(times: NDArray[np.int64]) -> float:
        weight = times[block]
        hits, shown = np.cumsum(came * weight)[last], np.cumsum(weight)[last]
        if not len(hits) or hits[-1] == 0:
            return float("nan")
        return float(np.sum(np.diff(hits, prepend=0.0) * hits / np.maximum(shown, 1)) / hits[-1])

    return figure


def auc(ranks: ArrayLike, happened: ArrayLike) -> float | None:
    """Return the chance that a case with an event ranks above one without; None where either is missing.

    Examples
    --------
    >>> auc([3, 2, 2, 1], [1, 1, 0, 0])
    0.875
    """
    hits, shown = _down(ranks, happened)
    if not len(hits) or hits[-1] == 0 or hits[-1] == shown[-1]:
        return None
    misses = shown - hits
    true_share = np.concatenate([[0.0], hits / hits[-1]])
    false_share = np.concatenate([[0.0], misses / misses[-1]])
    return float(np.sum(np.diff(false_share) * (true_share[1:] + true_share[:-1]) / 2))


def precision_at(ranks: ArrayLike, happened: ArrayLike, *, places: int) -> float:
    """Return the share of the first `places` of a ranking where it happened; ties go by position."""
    first = np.argsort(-np.asarray(ranks, float), kind="stable")[:places]
    return float(np.mean(np.asarray(happened, float)[first]))


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float], blocks: ArrayLike, *, times: int, seed: int
) -> tuple[float, float]:
    """Return the range in which a figure lies in 95 of 100 repetitions, whole blocks drawn at a time.

    Parameters
    ----------
    figure
        Takes how often each block was drawn, shape (blocks,), and returns the figure.
    blocks
        The block of each case, numbered from 0; only their number counts here.
    times, seed
        How many repetitions, and their luck.

    Notes
    -----
    Source: Künsch (1989), Annals of Statistics 17(3).
    Limits: as honest as the blocks are independent of each other.
    """
    number = int(np.max(blocks)) + 1
    luck = np.random.Generator(np.random.PCG64(seed))
    found = [figure(np.bincount(luck.integers(number, size=number), minlength=number)) for _ in range(times)]
    low, high = np.nanquantile(np.asarray(found, float), [0.025, 0.975])
    return float(low), float(high)


def _interval(part: Values, alpha: float) -> tuple[Values, Values]:
    """Return the linear quantiles of ascending draws."""
    ends = []
    for share in (alpha / 2, 1 - alpha / 2):
        place = share * (part.shape[1] - 1)
        floor = int(place)
        after = min(floor + 1, part.shape[1] - 1)
        ends.append(part[:, floor] + (place - floor) * (part[:, after] - part[:, floor]))
    return ends[0], ends[1]


def _shaped(draws: ArrayLike, seen: ArrayLike) -> tuple[NDArray[Any], Values]:
    rows, at = np.asarray(draws), np.asarray(seen, float)
    if rows.ndim != 2 or rows.shape[:1] != at.shape or not rows.shape[1]:
        raise ValueError(f"draws are {rows.shape} and seen {at.shape}, expected (cases, m) and (cases,)")
    return rows, at


def _each(rows: NDArray[Any], seen: Values, of: Callable[[Values, Values], Values]) -> Values:
    """Return a score of every case, some thousand at a time, each row ascending."""
    out = np.empty(len(seen))
    for part in _slices(len(seen)):
        held = rows[part].astype(float)
        if np.any(held[:, 1:] < held[:, :-1]):
            held.sort(axis=1)
        out[part] = of(held, seen[part])
    return out


def _slices(cases: int) -> Iterator[slice]:
    for start in range(0, cases, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)


def _down(ranks: ArrayLike, happened: ArrayLike) -> tuple[Values, Values]:
    """Return events and cases so far at each different rank, from the highest down."""
    rank, came = np.asarray(ranks, float), np.asarray(happened, float)
    order = np.argsort(-rank, kind="stable")
    rank, came = rank[order], came[order]
    last = np.append(rank[1:] != rank[:-1], True)[: len(rank)]
    return np.asarray(np.cumsum(came)[last]), np.asarray(np.flatnonzero(last) + 1.0)
