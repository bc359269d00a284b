"""CUSUM: small excesses added up until they are too many. For slow build-ups, which a single day does not show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]

_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Cusum:
    """The sum after every step, the count that would have reached the mark (NaN where not given), and the alarms."""

    total: Reals
    bound: Reals
    alarm: Truths


def rossi(counts: NDArray[np.integer], expected: Reals, *, reference: float = 1.04, mark: float = 2.26) -> Cusum:
    """Return the Poisson CUSUM on counts made normal by Rossi's transformation, as R's `cusum` gives it.

    Parameters
    ----------
    counts, expected : ndarray, shape (steps,)
        What was counted, and what was to be expected.
    reference, mark : float
        What is taken off every step, and the sum that is an alarm.

    Notes
    -----
    Source: Rossi, Lampugnani, Marchi (1999), Statistics in Medicine 18(16) 2111-2122.
    Limits: the transformation holds for counts that follow a Poisson law; scattered counts raise false alarms.
    """
    root = np.sqrt(expected)
    scaled = (counts - 3 * expected + 2 * np.sqrt(counts * expected)) / (2 * root)
    total, before = _summed(scaled - reference)
    left = mark + reference - before
    inner = np.maximum(4 * expected**2 + 2 * expected * root * left, 0)
    bound = 5 * expected + 2 * root * left - 2 * np.sqrt(inner)
    bound = np.where(4 * expected**2 + 2 * expected * root * left < 0, 0.0, bound)
    return Cusum(total, np.maximum(bound, 0.0), total >= mark)


def seasonal(counts: NDArray[np.integer], *, until: int, period: int = 52) -> Reals:
    """Return what to expect at every step from a yearly wave fitted to the first `until` steps; shape (steps,)."""
    at = 2 * np.pi / period * (np.arange(len(counts)) + 1)
    wave: Reals = np.column_stack([np.ones(len(counts)), np.cos(at), np.sin(at)])
    known: Reals = np.asarray(counts[:until], dtype=np.float64)
    design = wave[:until]
    mean: Reals = known + 0.1
    weights: Reals = np.zeros(3)
    for _ in range(_ROUNDS):
        working = np.log(mean) + (known - mean) / mean
        before = weights
        solved = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (mean * working))
        weights = np.asarray(solved, dtype=np.float64)
        mean = np.exp(design @ weights)
        if np.max(np.abs(weights - before)) < 1e-10:
            break
    expected: Reals = np.exp(wave @ weights)
    return expected


def negative_binomial(
    counts: NDArray[np.integer],
    expected: Reals,
    size: Reals,
    *,
    rise: float = 2.0,
    mark: float = 4.0,
    restart: bool = False,
) -> Cusum:
    """Return the CUSUM of the evidence that the rate has risen `rise` times.

    Parameters
    ----------
    counts, expected, size : ndarray, shape (..., steps)
        What was counted; the usual mean; how little it scatters (the size of the negative binomial law, infinite
        for Poisson). NaN in `expected` counts nothing.
    rise : float
        The rise that one wants to see.
    mark : float
        Evidence, as a log-likelihood ratio, that is an alarm.
    restart : bool
        Begin anew after each alarm; otherwise one great outbreak is in the sum for years.

    Notes
    -----
    Source: Höhle and Paul (2008), Computational Statistics and Data Analysis 52(9) 4357-4368.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        raised = rise * expected
        per_case = np.log(rise) - np.log1p((raised - expected) / (size + expected))
        flat = np.where(np.isinf(size), raised - expected, size * np.log1p((raised - expected) / (size + expected)))
    step = np.where(np.isfinite(expected) & (expected > 0), counts * per_case - flat, 0.0)
    total, _ = _summed(step, restart_at=mark if restart else np.inf)
    return Cusum(total, np.full(total.shape, np.nan), total >= mark)


def _summed(steps: Reals, *, restart_at: float = np.inf) -> tuple[Reals, Reals]:
    """Return the sums that never fall below nought, after and before each step."""
    after = np.empty(steps.shape)
    held = np.zeros(steps.shape[:-1])
    for at in range(steps.shape[-1]):
        held = np.maximum(0.0, held + steps[..., at])
        after[..., at] = held
        held = np.where(held >= restart_at, 0.0, held)
    before = np.concatenate([np.zeros((*steps.shape[:-1], 1)), after[..., :-1]], axis=-1)
    return after, before
