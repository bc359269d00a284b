"""Times measured in turns, so that a busy minute of the machine falls on all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median, quantiles

__all__ = ["in_turns", "median", "p95", "seconds"]


def seconds(work: Callable[[], object]) -> float:
    """Return how long one piece of work took, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(works: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each work in each round; every round does each of them once, in turn."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return taken


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 stay below."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
