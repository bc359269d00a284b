"""Silence: how long a node may be quiet, when its silence is noticed, and when several together are an alarm.

Silence is never calm. It may be a dead battery, and it may be fear, a cut line or the worst; the
rules only say when somebody must look. Source: proposed defaults; missions did not publish theirs.
Limits: a node that is heard says nothing of a village where nobody dares to speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import Coverage, DeviceState, NodeState, Rhythm

_STEP = timedelta(minutes=30)
_LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a network as the rules see it.

    `last_heard_at` None was never heard; then `watched_since` counts. `limit_h` None follows the
    rhythm. `hours` are when they can be reached, in the mission's zone; None is always. `backup_heard_at`
    is when their backup was last heard. `asked_at` is the last question still unanswered.
    """

    ref: str
    sector: str
    rhythm: Rhythm
    watched_since: datetime
    last_heard_at: datetime | None = None
    limit_h: float | None = None
    coverage: Coverage = Coverage.UNKNOWN
    devices: tuple[tuple[str, DeviceState], ...] = ()
    hours: tuple[time, time] | None = None
    backup_heard_at: datetime | None = None
    asked_at: datetime | None = None
    threat: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A node past its limit: since when it is silent, how long it may be."""

    ref: str
    sector: str
    began_at: datetime
    noticed_at: datetime


def limit_of(node: Node, as_of: datetime) -> Judged[float]:
    """Return after how many hours a node's silence is noticed, and why so many."""
    reasons = []
    if node.limit_h is not None:
        hours = node.limit_h
        reasons.append(Because("silence.limit_own"))
    else:
        hours = float(rules.value("networks.silence.hours", as_of)[node.rhythm.value])
        reasons.append(Because("silence.limit_by_rhythm", {"rhythm": f"term.rhythm.{node.rhythm.value}"}))
    times = float(rules.value("networks.silence.coverage_times", as_of)[node.coverage.value])
    if node.coverage is Coverage.NONE:
        reasons.append(Because("silence.no_coverage"))
    elif times > 1:
        reasons.append(Because("silence.poor_coverage", {"times": times}))
    return Judged(hours * times, tuple(reasons))


def judge(node: Node, *, as_of: datetime, zone: tzinfo) -> Judged[NodeState]:
    """Return whether a node is heard, due, silent or was never heard, with every reason.

    Parameters
    ----------
    node : Node
        What is known of it at `as_of`.
    as_of : datetime
        The moment.
    zone : tzinfo
        The mission's zone, in which people keep their hours.

    Returns
    -------
    Judged of NodeState
        SILENT past the limit; UNKNOWN when it was never heard and the limit is not over yet.
    """
    since = node.last_heard_at or node.watched_since
    limit = limit_of(node, as_of)
    quiet_h = _hours_between(since, as_of, node.hours, zone)
    facts = {"hours": round(quiet_h, 1), "limit": round(limit.value, 1)}
    never = () if node.last_heard_at else (Because("silence.never_heard"),)
    told = (*never, *limit.reasons, *_circumstances(node, as_of))
    if quiet_h > limit.value:
        return Judged(NodeState.SILENT, (Because("silence.past_limit", facts, (node.ref,)), *told))
    if node.last_heard_at is None:
        return Judged(NodeState.UNKNOWN, told)
    state = NodeState.DUE if node.asked_at is not None and node.asked_at > node.last_heard_at else NodeState.HEARD
    return Judged(state, (Because("silence.within_limit", facts, (node.ref,)), *told))


def _circumstances(node: Node, as_of: datetime) -> tuple[Because, ...]:
    broken = [what for what, state in node.devices if state in (DeviceState.LOW, DeviceState.NONE)]
    found = [Because("silence.device_trouble", {"what": what}) for what in broken]
    if node.hours is not None:
        start, end = (f"{one:%H:%M}" for one in node.hours)
        found.append(Because("silence.quiet_hours", {"start": start, "end": end}))
    if node.backup_heard_at is not None:
        hours = max((as_of - node.backup_heard_at).total_seconds(), 0) / 3600
        found.append(Because("silence.backup_heard", {"hours": round(hours, 1)}))
    return tuple(found)


def _hours_between(since: datetime, until: datetime, hours: tuple[time, time] | None, zone: tzinfo) -> float:
    """Return the hours in which somebody could have been heard; those when they cannot be reached do not count."""
    whole = max((until - since).total_seconds(), 0) / 3600
    if hours is None or hours[0] == hours[1] or until - since > _LONGEST:
        return whole
    # A limit is meant in whole days: a node that can be reached 12 hours a day counts each of them double.
    reachable = 0.0
    moment = since
    while moment < until:
        step = min(_STEP, until - moment)
        if _is_within(moment.astimezone(zone).time(), hours):
            reachable += step.total_seconds() / 3600
        moment += step
    return reachable * 24 / _length_h(hours)


def _is_within(clock: time, hours: tuple[time, time]) -> bool:
    start, end = hours
    return start <= clock < end if start < end else clock >= start or clock < end


def _length_h(hours: tuple[time, time]) -> float:
    start, end = (one.hour + one.minute / 60 for one in hours)
    return (end - start) % 24 or 24


def alarms(silent: Sequence[Silent], nodes: Sequence[Node], *, as_of: datetime) -> tuple[Judged[tuple[str, ...]], ...]:
    """Return the groups of silent nodes that together, or after a threat, are an alarm, each with its reasons.

    One node alone stands on the desk and wakes nobody by itself.
    """
    together = int(rules.value("networks.silence.together", as_of))
    within = timedelta(hours=float(rules.value("networks.silence.together_hours", as_of)))
    found: list[Judged[tuple[str, ...]]] = []
    for sector in sorted({one.sector for one in silent}):
        fresh = [one for one in silent if one.sector == sector and as_of - one.noticed_at <= within]
        if len(fresh) >= together:
            refs = tuple(sorted(one.ref for one in fresh))
            facts = {"silent": len(refs), "sector": sector or None, "hours": within.total_seconds() / 3600}
            found.append(Judged(refs, (Because("silence.several_at_once", facts, refs),)))
    grouped = {ref for group in found for ref in group.value}
    threatened = {node.ref: node.threat for node in nodes if node.threat is not None}
    limit_h = float(rules.value("networks.silence.after_threat_hours", as_of))
    for one in silent:
        threat = threatened.get(one.ref)
        if threat is None or one.ref in grouped or not _is_after(one, threat[1], limit_h):
            continue
        facts = {"ref": threat[0], "hours": limit_h}
        found.append(Judged((one.ref,), (Because("silence.after_threat", facts, (threat[0], one.ref)),)))
    return tuple(found)


def _is_after(one: Silent, threat_at: datetime, limit_h: float) -> bool:
    gap = (one.began_at - threat_at).total_seconds() / 3600
    # Told and then quiet, or told of by others while it was quiet already.
    return -limit_h <= gap <= limit_h


def next_check(
    rhythm: Rhythm, days: Sequence[int], times: Sequence[time], *, after: datetime, zone: tzinfo
) -> datetime | None:
    """Return when a network is next to be asked whether all is well; None where it has no rhythm."""
    if rhythm is Rhythm.NONE or not times:
        return None
    local = after.astimezone(zone)
    allowed = set(days) if rhythm is Rhythm.WEEKLY and days else set(range(7))
    for ahead in range(15):
        day = (local + timedelta(days=ahead)).date()
        if day.weekday() not in allowed:
            continue
        for clock in sorted(times):
            moment = datetime.combine(day, clock, zone)
            if moment > after:
                return moment
    return None
