"""Trees of LightGBM, held back firmly: wars are few, and each fills a thousand examples that are all alike."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARED: dict[str, Any] = {
    # One thread and a fixed order: the same seed gives the same trees on any number of processors.
    "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
}  # fmt: skip
_WHETHER: dict[str, Any] = {
    "objective": "binary", "num_leaves": 15, "learning_rate": 0.06,
    "min_data_in_leaf": 300, "lambda_l2": 60.0, "path_smooth": 60.0,
}  # fmt: skip
_HOW_MANY: dict[str, Any] = {
    "objective": "regression", "num_leaves": 8, "learning_rate": 0.05,
    "min_data_in_leaf": 200, "lambda_l2": 20.0, "path_smooth": 20.0,
}  # fmt: skip
_ROUNDS_WHETHER, _ROUNDS_HOW_MANY = 150, 120


def learn(
    facts: NDArray[np.float32], came: NDArray[np.float64], weight: NDArray[np.float64], *, yes_or_no: bool, seed: int
) -> Callable[[NDArray[np.float32]], NDArray[np.float64]]:
    """Return what turns facts into log-odds, or into the logarithm of a number; see `trees.learner`."""
    lightgbm: Any = import_module("lightgbm")
    settings = {**_SHARED, **(_WHETHER if yes_or_no else _HOW_MANY), "seed": seed}
    data = lightgbm.Dataset(facts, came, weight=weight, params=settings)
    rounds = _ROUNDS_WHETHER if yes_or_no else _ROUNDS_HOW_MANY
    model = lightgbm.train(settings, data, num_boost_round=rounds)
    return lambda rows: np.asarray(model.predict(rows, raw_score=True, num_threads=1))
