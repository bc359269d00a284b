"""Where cells lie and what lies around them."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.core.forecast.grid import Grid, cell_at

# A square of three by three, and a cell far away.
CELLS = np.array(
    [row * 720 + column + 1 for row in (9, 10, 11) for column in (19, 20, 21)] + [720 * 200], dtype=np.int32
)


def test_a_point_lies_in_the_cell_that_the_dataset_names():
    assert cell_at(-34.75, 19.25) == 79599
    assert cell_at(90, 180) == 360 * 720


def test_what_lies_around_is_summed_without_the_cell_itself():
    values = np.arange(1, 11, dtype=np.float32)[None, :]

    around = Grid(CELLS).around(values, 1)[0]

    assert around[4] == values[0, :9].sum() - 5
    assert around[0] == 2 + 4 + 5
    assert around[9] == 0


@pytest.mark.parametrize("radius", [1, 3, 8])
def test_running_sums_equal_a_plain_count(radius: int):
    luck = np.random.Generator(np.random.PCG64(radius))
    cells = np.sort(luck.choice(720 * 60, 400, replace=False) + 1).astype(np.int32)
    values = luck.random((2, 400)).astype(np.float32)
    grid = Grid(cells)

    near = (np.abs(grid.row[:, None] - grid.row) <= radius) & (np.abs(grid.column[:, None] - grid.column) <= radius)
    np.fill_diagonal(near, val=False)

    assert grid.around(values, radius) == pytest.approx(values @ near, abs=1e-4)


def test_cells_of_five_degrees_share_a_block():
    blocks = Grid(CELLS).blocks()

    assert len(set(blocks[:9])) == 4  # the square lies across a corner of blocks
    assert blocks[9] not in blocks[:9]
