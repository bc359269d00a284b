"""What people suffered, and what that says about the response: its class and its timing, never one number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.core.alerts.timing import response_class, response_timing
from tocsin.core.alerts.types import Timeline
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import HarmKind, HarmPhase, ResponseClass, ResponseTiming


@dataclass(frozen=True, slots=True)
class Suffered:
    """One kind of harm, as told. None is not known, and never zero.

    `phase` is when it came, seen from the response; None where nobody can say. `least` and `most` bound
    the number of people, or of houses.
    """

    kind: HarmKind
    phase: HarmPhase | None = None
    least: int | None = None
    most: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many, at least and at most; None is not known."""

    least: int | None
    most: int | None


def faults_of(row: Suffered, *, as_of: datetime) -> tuple[Because, ...]:
    """Return every reason why a row cannot be what happened; none when it can."""
    found = []
    if row.least is not None and row.most is not None and row.least > row.most:
        found.append(Because("harm.least_above_most", {"least": row.least, "most": row.most}))
    if row.kind is HarmKind.NONE and (row.least or row.most):
        found.append(Because("harm.none_has_no_number"))
    if row.started_at and row.ended_at and row.ended_at < row.started_at:
        found.append(Because("harm.ends_before_it_starts"))
    if any(moment is not None and moment > as_of for moment in (row.started_at, row.ended_at)):
        found.append(Because("harm.in_the_future"))
    return tuple(found)


def toll(rows: Iterable[Suffered]) -> dict[tuple[HarmKind, HarmPhase | None], Bounds]:
    """Return how many suffered what and when, at least and at most: the widest of what is on record.

    Rows of one kind and one phase are tellings of the same harm, so they are not added up: that
    would count the dead of one attack twice. An unknown bound stays unknown.

    Examples
    --------
    >>> told = [Suffered(HarmKind.KILLED, least=3, most=5), Suffered(HarmKind.KILLED, least=4)]
    >>> toll(told)[(HarmKind.KILLED, None)]
    Bounds(least=3, most=None)
    """
    found: dict[tuple[HarmKind, HarmPhase | None], list[Suffered]] = {}
    for row in rows:
        if row.kind is not HarmKind.NONE:
            found.setdefault((row.kind, row.phase), []).append(row)
    return {key: Bounds(_lowest(told), _highest(told)) for key, told in found.items()}


def with_harm(told: Timeline, rows: Sequence[Suffered]) -> Timeline:
    """Return the moments of an alert with those of the harm; nothing recorded stays unknown."""
    if not rows:
        return replace(told, is_harm_recorded=None, harm_start_at=None, harm_end_at=None)
    suffered = [row for row in rows if row.kind is not HarmKind.NONE]
    ends = [row.ended_at for row in suffered]
    return replace(
        told,
        is_harm_recorded=bool(suffered),
        harm_start_at=min((row.started_at for row in suffered if row.started_at), default=None),
        harm_end_at=None if None in ends or not ends else max(end for end in ends if end is not None),
    )


def response_to(told: Timeline, rows: Sequence[Suffered]) -> tuple[ResponseClass, ResponseTiming]:
    """Return what kind of response there was, and when it came seen from the harm.

    The moments decide where they are known; otherwise what those who told said of before, during and
    after. Where neither says it, it is unknown.
    """
    seen = with_harm(told, rows)
    kind, timing = response_class(seen), response_timing(seen)
    if timing is not ResponseTiming.UNKNOWN or kind is ResponseClass.NONE:
        return kind, timing
    return kind, _by_phases({row.phase for row in rows if row.kind is not HarmKind.NONE})


def _by_phases(phases: set[HarmPhase | None]) -> ResponseTiming:
    if not phases or None in phases:
        return ResponseTiming.UNKNOWN
    if phases == {HarmPhase.AFTER}:
        return ResponseTiming.BEFORE
    return ResponseTiming.AFTER if phases == {HarmPhase.BEFORE} else ResponseTiming.DURING


def _lowest(told: Sequence[Suffered]) -> int | None:
    return min((row.least for row in told if row.least is not None), default=None)


def _highest(told: Sequence[Suffered]) -> int | None:
    """Return the highest bound; unknown as soon as one telling leaves it open."""
    tops = [row.most for row in told]
    return None if None in tops else max(top for top in tops if top is not None)
