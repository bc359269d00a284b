"""What learns from examples: trees where their library is installed, a plain curve where none is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import trees_lightgbm

Rows = NDArray[np.float32]
Values = NDArray[np.float64]
Learnt = Callable[[Rows], Values]
Learner = Callable[..., Learnt]

_PLAIN_ROUNDS = 8
_PLAIN_RIDGE = 10.0


def learner(name: str | None = None) -> tuple[str, Learner]:
    """Return the best learner that is installed here, or the one that is named.

    A learner takes facts (rows, columns), what came (rows,), weights (rows,), whether that is yes or no, and a
    seed; it returns what turns facts into log-odds, or into the logarithm of a number.

    Raises
    ------
    KeyError
        None is called so.
    ImportError
        The one that was named is not installed.
    """
    if name is not None:
        loaded: Learner = _LEARNERS[name]()
        return name, loaded
    for known, load in _LEARNERS.items():
        try:
            return known, load()
        except ImportError:
            continue
    raise AssertionError("the plain learner needs nothing")


def _lightgbm() -> Learner:
    import_module("lightgbm")
    return trees_lightgbm.learn


def _sklearn() -> Learner:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    def learn(facts: Rows, came: Values, weight: Values, *, yes_or_no: bool, seed: int) -> Learnt:
        shared = {"max_features": 0.4, "l2_regularization": 60.0, "early_stopping": False, "random_state": seed}
        if yes_or_no:
            chooser = HistGradientBoostingClassifier(
                max_iter=150, learning_rate=0.06, max_leaf_nodes=15, min_samples_leaf=300, **shared
            ).fit(facts, came, sample_weight=weight)
            return lambda rows: np.asarray(chooser.decision_function(rows), dtype=float)
        measure = HistGradientBoostingRegressor(
            max_iter=120, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=200, **shared
        ).fit(facts, came, sample_weight=weight)
        return lambda rows: np.asarray(measure.predict(rows), dtype=float)

    return learn


def _plain() -> Learner:
    def learn(facts: Rows, came: Values, weight: Values, *, yes_or_no: bool, seed: int) -> Learnt:
        middle, spread = facts.mean(axis=0, dtype=float), facts.std(axis=0, dtype=float)
        spread[spread == 0] = 1.0

        def shaped(rows: Rows) -> Values:
            # Log-odds bend with the facts: each one goes in twice, as it is and as its square root.
            level = np.clip((rows - middle) / spread, -8, 8)
            return np.column_stack([np.ones(len(rows)), level, np.sign(level) * np.sqrt(np.abs(level))])

        held = shaped(facts)
        weights = _newton(held, came, weight) if yes_or_no else _ridge(held, came, weight)
        return lambda rows: np.asarray(shaped(rows) @ weights)

    return learn


def _newton(rows: Values, came: Values, weight: Values) -> Values:
    """Return the weights of a logistic curve, found by Newton's steps."""
    found = np.zeros(rows.shape[1])
    for _ in range(_PLAIN_ROUNDS):
        said = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        bend = weight * said * (1 - said) + 1e-9
        found = _ridge(rows, rows @ found + weight * (came - said) / bend, bend)
    return found


def _ridge(rows: Values, came: Values, weight: Values) -> Values:
    """Return the weights of a straight line, held back."""
    square = rows.T @ (rows * weight[:, None]) + _PLAIN_RIDGE * np.eye(rows.shape[1])
    return np.asarray(np.linalg.solve(square, rows.T @ (weight * came)))


_LEARNERS: dict[str, Callable[[], Learner]] = {"lightgbm": _lightgbm, "sklearn": _sklearn, "plain": _plain}
