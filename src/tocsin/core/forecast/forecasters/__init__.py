"""The ways to look ahead, one module each; the simple ones are always shown beside the others.

Each module holds one `Forecaster`, loaded when it is asked for, so that nobody pays for libraries that
are not used.
"""

from __future__ import annotations

import importlib

from tocsin.core.forecast.types import Forecaster

# Name to module; the order in which they are shown.
FORECASTERS: dict[str, str] = {
    name: name
    for name in (
        "zeros",
        "conflictology_12",
        "conflictology_36",
        "conflictology_neighbours",
        "last_value",
        "ewma",
        "zinb",
        "hurdle",
    )
}


def forecaster(name: str) -> Forecaster:
    """Return a way to look ahead by its name.

    Raises
    ------
    KeyError
        There is no such name in `FORECASTERS`.
    ImportError
        Its libraries are not installed (the extra ``warning``).
    """
    made: Forecaster = importlib.import_module(f"{__name__}.{FORECASTERS[name]}").FORECASTER
    return made
