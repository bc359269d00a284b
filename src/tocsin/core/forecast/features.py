"""What a cell's past and its surroundings say about the months to come: one column a fact, all known by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.grid import Grid
from tocsin.core.forecast.types import Panel

Rows = NDArray[np.float32]

# How fast the past is forgotten, in months until it counts half.
OCCURRED_HALF_LIVES = (1.5, 4.0, 12.0, 48.0)
DEATHS_HALF_LIVES = (1.5, 4.0, 12.0, 48.0)
SUMS_MONTHS = (12, 60)
# Cells to each side, and the half-lives of what happened there.
SURROUNDINGS = ((1, (4.0, 24.0)), (3, (6.0, 36.0)), (8, (6.0,)))
# Longer ago than this is "never" (40 years, the whole of the data).
NEVER_MONTHS = 480.0


def faded(values: Rows, half_life: float) -> Rows:
    """Return the past up to each month, each month back counting less; shape (months, n).

    Examples
    --------
    >>> faded(np.array([[1.0], [0.0], [0.0]], dtype=np.float32), 1.0).ravel().tolist()
    [1.0, 0.5, 0.25]
    """
    keep = np.float32(0.5 ** (1.0 / half_life))
    found = np.empty_like(values)
    held = np.zeros(values.shape[1], dtype=np.float32)
    for month, row in enumerate(values):
        held = held * keep + row
        found[month] = held
    return found


def summed(values: Rows, months: int) -> Rows:
    """Return the sum over each month and those before it, `months` in all; shape (months, n)."""
    running = np.cumsum(values, axis=0, dtype=np.float64)
    running[months:] -= running[:-months].copy()
    return running.astype(np.float32)


def months_since(happened: Rows) -> Rows:
    """Return how many months ago it last happened, 0 for this month; shape (months, n)."""
    found = np.empty_like(happened)
    held = np.full(happened.shape[1], NEVER_MONTHS, dtype=np.float32)
    for month, row in enumerate(happened):
        held = np.where(row > 0, np.float32(0), np.minimum(held + 1, np.float32(NEVER_MONTHS)))
        found[month] = held
    return found


def facts(panel: Panel) -> Iterator[tuple[str, Rows]]:
    """Yield every fact by its name, one row a month, one column a cell; each row uses its month and earlier ones.

    Notes
    -----
    Source: the lists of the VIEWS forecasts (Hegre et al.; Bodentien and Rueter), from events alone.
    Limits: places where nobody counts look like places where nothing happens. Where a cell lies is no fact: what is
    learnt in one country holds for another.
    """
    grid = Grid(panel.cells)
    for kind, held in panel.deaths.items():
        deaths = np.ascontiguousarray(held.T, dtype=np.float32)
        occurred = (deaths > 0).astype(np.float32)
        size = np.log1p(deaths)
        for half_life in OCCURRED_HALF_LIVES:
            yield f"{kind}_occurred_hl{half_life:g}", faded(occurred, half_life)
        for half_life in DEATHS_HALF_LIVES:
            yield f"{kind}_size_hl{half_life:g}", faded(size, half_life)
        for months in SUMS_MONTHS:
            yield f"{kind}_deaths_{months}m", np.log1p(np.maximum(summed(deaths, months), 0))
        yield f"{kind}_since", months_since(occurred)
        for radius, half_lives in SURROUNDINGS:
            near = grid.around(occurred, radius)
            for half_life in half_lives:
                yield f"{kind}_near{radius}_hl{half_life:g}", faded(near, half_life)
            if radius == 1:
                yield f"{kind}_near1_since", months_since(near)
        yield f"{kind}_near1_size_hl6", faded(grid.around(size, 1), 6.0)


@dataclass(frozen=True, slots=True)
class Table:
    """Facts of chosen cells at chosen months, one row each.

    Attributes
    ----------
    names
        Name of each column.
    values
        Shape (rows, columns).
    """

    names: tuple[str, ...]
    values: Rows


def gather(panel: Panel, months: NDArray[np.int64], cells: NDArray[np.int64]) -> Table:
    """Return the facts of given cells at given months, as they were known when each month had ended.

    Parameters
    ----------
    panel
        What is known.
    months
        Columns of the panel, 0 for its first month; shape (rows,).
    cells
        Places of cells in ``panel.cells``; shape (rows,).
    """
    names, columns = [], []
    for name, fact in facts(panel):
        names.append(name)
        columns.append(fact[months, cells])
    return Table(tuple(names), np.column_stack(columns))
