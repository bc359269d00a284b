"""One alert after another on a machine whose clock is set to and fro, while nobody answers.

A scenario is a seed: when the clock on the wall jumps and by how much, when the worker is dead, and
whether somebody acknowledges. What is simulated is only the machine: what is due, and what the ladder
asks for, is told by the rules of the core themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tocsin.core.alerts.clocks import clocks_for, is_due
from tocsin.core.alerts.escalation import next_by_two_clocks, next_step
from tocsin.core.alerts.types import Step, Waiting
from tocsin.core.reference.terms import AlertState, Priority

START = datetime(2027, 3, 4, 12, tzinfo=UTC)
TOP_RUNG = 3
LASTS_S = 4 * 3600.0
DAY_S = 86_400.0
POLL_S = 0.3
# A worker that died is started again, and takes up what was due, within this.
LONGEST_OUTAGE_S = 3.0
ALLOWED_S = 5.0
SHORTEST_PAUSE = timedelta(seconds=10)
KINDS = ("day_forward", "day_back", "day_forward_and_back", "day_back_and_forward", "flapping", "flapping_days")


@dataclass(frozen=True)
class Scenario:
    """When the clock on the wall is off by how much, when the worker is dead, and when somebody answers."""

    seed: int
    kind: str
    priority: Priority
    jumps: tuple[tuple[float, float], ...]
    outages: tuple[tuple[float, float], ...]
    answers_s: float | None

    def offset_s(self, true_s: float) -> float:
        """Return by how much the clock on the wall is off."""
        past = [offset for at, offset in self.jumps if at <= true_s]
        return past[-1] if past else 0.0

    def wall(self, true_s: float) -> datetime:
        """Return what the clock on the wall shows."""
        return START + timedelta(seconds=true_s + self.offset_s(true_s))


@dataclass
class Machine:
    """What is on record of one alert, and the true moments at which somebody was told."""

    waiting: Waiting
    beats: dict[str, float]
    run_at: datetime = START
    due_beat: float = 0.0
    told: list[tuple[float, str, int]] = field(default_factory=list)


def scenario(seed: int) -> Scenario:
    """Return the scenario of a seed."""
    chance = random.Random(seed)  # noqa: S311  a scenario is its seed
    kind = KINDS[seed % len(KINDS)]
    outages = tuple(
        (at, at + chance.uniform(0.1, LONGEST_OUTAGE_S))
        for at in sorted(chance.uniform(0, LASTS_S) for _ in range(chance.randint(0, 20)))
    )
    priority = chance.choice((Priority.P1, Priority.P1, Priority.P2))
    answers_s = chance.choice((None, None, chance.uniform(60, LASTS_S / 2)))
    return Scenario(seed, kind, priority, tuple(_jumps(kind, chance)), outages, answers_s)


def _jumps(kind: str, chance: random.Random) -> Iterator[tuple[float, float]]:
    first = chance.uniform(-600, 3600)
    later = first + chance.uniform(1, 5400)
    if kind == "day_forward":
        yield first, DAY_S
    elif kind == "day_back":
        yield first, -DAY_S
    elif kind == "day_forward_and_back":
        yield from ((first, DAY_S), (later, 0.0))
    elif kind == "day_back_and_forward":
        yield from ((first, -DAY_S), (later, 0.0))
    else:
        size = 300.0 if kind == "flapping" else DAY_S
        at, sign = first, chance.choice((-1, 1))
        while at < LASTS_S:
            yield at, sign * size
            at, sign = at + chance.uniform(240, 360), -sign


def play(given: Scenario, *, by_wall_alone: bool = False) -> Machine:
    """Return what became of the alert of a scenario; `by_wall_alone` is the sabotaged twin."""
    opened = given.wall(0)
    waiting = Waiting("A-1", given.priority, AlertState.OPEN, opened, -1, None, None, top_rung=TOP_RUNG)
    machine = Machine(waiting, {"opened_at": 0.0}, run_at=opened)
    now_s = 0.0
    while (now_s := _next_look(given, machine, now_s, by_wall_alone)) < LASTS_S:
        _acknowledge(given, machine, now_s)
        _look(given, machine, now_s, by_wall_alone)
    return machine


def _next_look(given: Scenario, machine: Machine, after_s: float, by_wall_alone: bool) -> float:
    """Return the true moment at which the worker next finds the alert due."""
    edges = sorted({after_s, *(at for at, _ in given.jumps if at > after_s)})
    by_wall = next((found for at in edges if (found := _due_in(given, machine, at)) is not None), LASTS_S)
    due_s = by_wall if by_wall_alone else min(by_wall, max(machine.due_beat, after_s))
    answer = given.answers_s
    if answer is not None and machine.waiting.acknowledged_by is None and answer <= due_s:
        due_s = max(answer, after_s)  # an acknowledgement asks for a look of its own
    awake = next((end for start, end in given.outages if start <= due_s < end), due_s)
    return awake + POLL_S


def _due_in(given: Scenario, machine: Machine, edge_s: float) -> float | None:
    """Return when the wall clock shows the planned time in the stretch that begins at `edge_s`."""
    due_s = max(edge_s, (machine.run_at - START).total_seconds() - given.offset_s(edge_s))
    end = min((at for at, _ in given.jumps if at > edge_s), default=LASTS_S * 2)
    return (
        due_s if due_s < end and is_due(machine.run_at, as_of=given.wall(due_s) + timedelta(milliseconds=1)) else None
    )


def _acknowledge(given: Scenario, machine: Machine, now_s: float) -> None:
    if given.answers_s is not None and now_s >= given.answers_s and machine.waiting.acknowledged_by is None:
        machine.waiting = replace(machine.waiting, acknowledged_by="P-7", state=AlertState.ACKED)


def _look(given: Scenario, machine: Machine, now_s: float, by_wall_alone: bool) -> None:
    now = given.wall(now_s)
    step = _next(machine, now, now_s, by_wall_alone)
    if step.verb != "wait":
        _tell(machine, step.verb, step.rung, now, now_s)
    again = _next(machine, now, now_s, by_wall_alone)
    due = again.due_at if again.verb == "wait" else min(step.due_at or now, now + SHORTEST_PAUSE)
    machine.run_at = max(due or now, now)
    machine.due_beat = now_s + (machine.run_at - now).total_seconds()


def _next(machine: Machine, now: datetime, now_s: float, by_wall_alone: bool) -> Step:
    if by_wall_alone:
        return next_step(machine.waiting, as_of=now)
    elapsed = {name: timedelta(seconds=now_s - beat) for name, beat in machine.beats.items()}
    return next_by_two_clocks(machine.waiting, elapsed, as_of=now)


def _tell(machine: Machine, verb: str, rung: int, now: datetime, now_s: float) -> None:
    reached = max(rung, machine.waiting.rung, 0)
    machine.waiting = replace(machine.waiting, nudged_at=now, rung=reached)
    machine.beats["nudged_at"] = now_s
    if verb in ("disseminate", "escalate"):
        machine.waiting = replace(machine.waiting, told_at=now)
        machine.beats["told_at"] = now_s
    else:
        machine.waiting = replace(machine.waiting, reminders=machine.waiting.reminders + 1)
    if machine.waiting.state is AlertState.OPEN:
        machine.waiting = replace(machine.waiting, state=AlertState.DISSEMINATED)
    machine.told.append((now_s, verb, reached))


def lateness_s(given: Scenario, machine: Machine) -> float:
    """Return by how much the latest telling came after its true time; what is early counts as 0."""
    limits = clocks_for(given.priority, as_of=START)
    assert limits.acknowledge is not None
    clock = limits.acknowledge.total_seconds()
    answered = given.answers_s if given.answers_s is not None else LASTS_S
    tellings = [at for at, _, _ in machine.told]
    before = [at for at in tellings if at < answered] or [LASTS_S]
    late = [before[0]]
    late += [later - earlier - clock for earlier, later in pairwise(before)]
    late.append(answered - before[-1] - clock)
    if answered < LASTS_S:
        decide = limits.decide.total_seconds()
        due = max(decide if before[-1] < decide else before[-1] + clock, answered)
        late.append(next((at for at in tellings if at >= answered), LASTS_S) - due - POLL_S)
    return max(0.0, *late)


def worst(seeds: Sequence[int], *, by_wall_alone: bool = False) -> tuple[int, float]:
    """Return how many scenarios had a telling later than allowed, and the latest in seconds."""
    found = []
    for seed in seeds:
        given = scenario(seed)
        found.append(lateness_s(given, play(given, by_wall_alone=by_wall_alone)))
    return sum(one > ALLOWED_S for one in found), max(found)
