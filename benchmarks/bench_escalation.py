"""Does any alert wait longer than it may when clocks are set to and fro and workers die?"""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks import clock_scenarios
from benchmarks.rows import Row

TINY = {"scenarios": 12}


def run(data: Path, *, scenarios: int = 2000) -> list[Row]:
    """Return how many scenarios had a late rung, with both clocks and by the wall clock alone."""
    seeds = range(scenarios)
    began = time.perf_counter()
    late, worst_s = clock_scenarios.worst(seeds)
    took_s = time.perf_counter() - began
    late_by_wall, worst_by_wall_s = clock_scenarios.worst(seeds, by_wall_alone=True)
    kept = scenarios - late
    ours = "a day forward or back, and five-minute flapping; workers die meanwhile"
    return [
        Row("scenarios in which no rung was late", kept, "", f"= {scenarios}", late == 0, ours),
        Row("latest rung", worst_s, "s", "<= 5", worst_s <= clock_scenarios.ALLOWED_S, "after its true time"),
        Row("late by the clock on the wall alone", late_by_wall, "", "> 0", late_by_wall > 0, "the sabotaged twin"),
        Row("latest rung by the clock on the wall alone", worst_by_wall_s / 3600, "h"),
        Row("ratio: kept, to those kept by the clock on the wall", kept / max(scenarios - late_by_wall, 1)),
        Row("time of one scenario", took_s / scenarios * 1000, "ms", note="four hours of one alert"),
    ]
