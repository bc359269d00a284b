"""A clock that is set to and fro postpones no rung of the ladder; without the steady clock it would."""

from __future__ import annotations

import pytest

from benchmarks import clock_scenarios
from benchmarks.clock_scenarios import ALLOWED_S, KINDS

FEW = 240


def test_no_jump_of_the_clock_postpones_a_rung() -> None:
    late, worst_s = clock_scenarios.worst(range(FEW))

    assert (late, worst_s <= ALLOWED_S) == (0, True)


def test_by_the_clock_on_the_wall_alone_rungs_would_be_late() -> None:
    """Twin: the simulation finds what it is for."""
    late, worst_s = clock_scenarios.worst(range(60), by_wall_alone=True)

    assert late > 20
    assert worst_s > 3600


@pytest.mark.parametrize("kind", KINDS)
def test_the_ladder_is_climbed_to_its_top_whatever_the_clock_does(kind: str) -> None:
    given = next(
        one
        for seed in range(KINDS.index(kind), 600, len(KINDS))
        if (one := clock_scenarios.scenario(seed)).answers_s is None
    )

    told = clock_scenarios.play(given).told

    assert max(rung for _, _, rung in told) == clock_scenarios.TOP_RUNG
    assert told[-1][1] == "scream"
