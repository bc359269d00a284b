"""The half-degree grid of the world (PRIO-GRID): where a cell lies, and what lies around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

DEGREES = 0.5
COLUMNS = 720
ROWS = 360

Cells = NDArray[np.int32]


def cell_at(lat: float, lon: float) -> int:
    """Return the number of the cell that a point lies in, counted from the south-west corner of the world.

    Examples
    --------
    >>> cell_at(4.36, 18.58)
    135758
    """
    row = min(int((lat + 90) // DEGREES), ROWS - 1)
    column = min(int((lon + 180) // DEGREES), COLUMNS - 1)
    return row * COLUMNS + column + 1


@dataclass(frozen=True)
class Grid:
    """The cells of an area, and sums over what surrounds each of them.

    Attributes
    ----------
    cells
        PRIO-GRID numbers, shape (n,).

    Notes
    -----
    Limits: the area is taken as flat and does not go on over the date line.
    """

    cells: Cells

    @cached_property
    def row(self) -> Cells:
        """Rows from the south pole, shape (n,)."""
        return ((self.cells - 1) // COLUMNS).astype(np.int32)

    @cached_property
    def column(self) -> Cells:
        """Columns from the date line eastward, shape (n,)."""
        return ((self.cells - 1) % COLUMNS).astype(np.int32)

    def blocks(self, degrees: int = 5) -> Cells:
        """Return for each cell the number of the square block it lies in; cells of one block share their luck."""
        side = int(degrees / DEGREES)
        found: Cells = np.unique(self.row // side * COLUMNS + self.column // side, return_inverse=True)[1]
        return found.astype(np.int32)

    def around(self, values: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
        """Return the sum over the square around each cell, the cell itself left out.

        Parameters
        ----------
        values
            One row a month, shape (months, n).
        radius
            How many cells the square reaches to each side.

        Returns
        -------
        ndarray of float32, shape (months, n)
            What lies outside of the area counts nothing.
        """
        south, west = int(self.row.min()) - radius, int(self.column.min()) - radius
        high, wide = int(self.row.max()) - south + radius + 1, int(self.column.max()) - west + radius + 1
        at = (self.row - south) * wide + (self.column - west)
        found = np.empty(values.shape, dtype=np.float32)
        plane = np.zeros((high, wide), dtype=np.float64)
        for month, held in enumerate(values):
            plane.flat[at] = held
            found[month] = _box(plane, radius).flat[at] - held
        return found


def _box(plane: NDArray[np.float64], radius: int) -> NDArray[np.float64]:
    """Return the sum over the square around each point, by differences of running sums."""
    reach = 2 * radius + 1
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (radius + 1, radius)
        running = np.cumsum(np.pad(plane, padding), axis=axis)
        width = plane.shape[axis]
        plane = np.take(running, range(reach, reach + width), axis) - np.take(running, range(width), axis)
    return plane
