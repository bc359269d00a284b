"""Weigh a pair of reports: each field adds or takes away, and what it adds can be shown.

A logistic model over levels of fields, and over a few pairs of fields: the form in which Fellegi and
Sunter (1969) weigh agreement, fitted with a penalty instead of counted, so that fields which say the
same thing do not count twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.core.evidence.linkage.types import Real, Whole

_STEPS, _STILL = 50, 1e-8
# Pairs of different events to learn from; more are thinned evenly and each counts for several.
_ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the levels, as logarithms of odds; more than 0 speaks for one event.

    Attributes
    ----------
    base
        What stands before any field is looked at.
    sizes
        Field to how many levels it has.
    weights
        Field, or two fields joined by ``+``, to the weight of each level.
    """

    base: float
    sizes: Mapping[str, int]
    weights: Mapping[str, Real]

    def log_odds(self, levels: Mapping[str, Whole]) -> Real:
        """Return the log-odds that each pair tells of one event, shape (p,)."""
        total: Real = np.full(len(next(iter(levels.values()))), self.base)
        for name, weight in self.weights.items():
            total = total + weight[joint_level(levels, name, self.sizes)]
        return total

    def because(self, levels: Mapping[str, Whole], position: int) -> tuple[tuple[str, int, float], ...]:
        """Return what each field added for one pair: its name, its level and the weight, the heaviest first."""
        one = {name: level[position : position + 1] for name, level in levels.items()}
        parts = [(name, int(joint_level(one, name, self.sizes)[0])) for name in self.weights]
        told = [(name, level, float(self.weights[name][level])) for name, level in parts]
        return tuple(sorted(told, key=lambda part: -abs(part[2])))


def fit(
    levels: Mapping[str, Whole], same: Real, *, sizes: Mapping[str, int], fields: Sequence[str], ridge: float = 10.0
) -> Weights:
    """Return the weights by labelled pairs.

    Parameters
    ----------
    levels
        Field to the level of each pair, shape (p,) each.
    same
        1 where the two tell of one event, else 0, shape (p,).
    sizes
        Field to how many levels it has.
    fields
        Which fields count, alone or joined by ``+``.
    ridge
        How strongly weights are held near 0; rare levels stay cautious.

    Raises
    ------
    ValueError
        There are no pairs of one kind or of the other to learn from.
    """
    if not 0 < same.sum() < len(same):
        raise ValueError("pairs of one event and pairs of different events are needed to weigh by")
    widths = [_size(name, sizes) for name in fields]
    offsets = np.cumsum([1, *widths])
    columns = np.stack(
        [np.zeros(len(same), dtype=np.int64)]
        + [joint_level(levels, name, sizes) + start for name, start in zip(fields, offsets, strict=False)],
        axis=1,
    )
    some, count = _thinned(same)
    found = _newton(columns[some], same[some], count, int(offsets[-1]), ridge)
    parts = {name: found[start : start + width] for name, start, width in zip(fields, offsets, widths, strict=False)}
    return Weights(float(found[0]), dict(sizes), parts)


def as_chance(log_odds: Real) -> Real:
    """Return chances of log-odds."""
    chance: Real = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return chance


def _thinned(same: Real) -> tuple[Whole, Real]:
    """Return which pairs to learn from and how many each stands for: all of one event, some of the others."""
    others = np.flatnonzero(same == 0)
    step = max(1, len(others) // _ENOUGH)
    some = np.sort(np.concatenate([np.flatnonzero(same == 1), others[::step]]))
    return some, np.where(same[some] == 1, 1.0, float(step))


def _newton(columns: Whole, same: Real, stands_for: Real, size: int, ridge: float) -> Real:
    """Return the penalised weights; each row of `columns` names the weights that its pair adds up."""
    weights = np.zeros(size)
    share = float((same * stands_for).sum() / stands_for.sum())
    weights[0] = np.log(share / (1 - share))
    held = np.full(size, ridge)
    held[0] = 1e-6
    # Many pairs share all their levels: one row for all that are alike.
    kinds, alike = np.unique(columns, axis=0, return_inverse=True)
    count = np.bincount(alike.ravel(), weights=stands_for, minlength=len(kinds))
    hits = np.bincount(alike.ravel(), weights=same * stands_for, minlength=len(kinds))
    dense = np.zeros((len(kinds), size))
    np.put_along_axis(dense, kinds, 1.0, axis=1)

    def unlike(tried: Real) -> float:
        odds = dense @ tried
        return float(count @ np.logaddexp(0, odds) - hits @ odds + held @ tried**2 / 2)

    for _ in range(_STEPS):
        chance = as_chance(dense @ weights)
        slope = dense.T @ (hits - count * chance) - held * weights
        bend = (dense * np.maximum(count * chance * (1 - chance), 1e-9)[:, None]).T @ dense + np.diag(held)
        step = np.linalg.solve(bend, slope)
        before = unlike(weights)
        # A whole step can lead away where levels are rare; then it is halved until it helps.
        while unlike(weights + step) > before and np.abs(step).max() > _STILL:
            step = step / 2
        weights = weights + step
        if np.abs(step).max() < _STILL:
            break
    return weights


def _size(name: str, sizes: Mapping[str, int]) -> int:
    return int(np.prod([sizes[part] for part in name.split("+")]))


def joint_level(levels: Mapping[str, Whole], name: str, sizes: Mapping[str, int]) -> Whole:
    """Return the level of a field, or of two fields joined by ``+`` taken as one, shape (p,)."""
    level = np.zeros(len(next(iter(levels.values()))), dtype=np.int64)
    for part in name.split("+"):
        level = level * sizes[part] + levels[part]
    return level
