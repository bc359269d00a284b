"""What every indicator must keep to. A new one is run through `check_indicator` before it is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue
from tocsin.core.reference.results import Problem

_DIRECTIONS = ("more_is_worse", "less_is_worse")


def check_indicator(indicator: Indicator, pictures: Sequence[AreaPicture], *, as_of: datetime) -> tuple[Problem, ...]:
    """Return every rule of indicators that this one breaks on these pictures, none when it keeps them.

    It declares what it counts, in which direction and from where; a place of which nothing is known
    stays unknown; the order of incidents does not matter; what is known later is not seen; and a
    value is a finite number of at least 0.

    Notes
    -----
    Source: the rules of unknowns and of replay of this project.
    Limits: shows that an indicator is well made, not that it means anything.
    """
    return (
        *_check_declared(indicator),
        *_check_unknown(indicator, pictures, as_of),
        *(problem for picture in pictures for problem in _check_picture(indicator, picture, as_of)),
    )


def values_of(indicator: Indicator, pictures: Sequence[AreaPicture], *, as_of: datetime) -> tuple[IndicatorValue, ...]:
    """Return what the indicator says of each place, in the order of `pictures`.

    Notes
    -----
    Source: the indicator's own.
    Limits: the indicator's own.
    """
    return tuple(indicator.read(picture, as_of) for picture in pictures)


def _check_declared(indicator: Indicator) -> tuple[Problem, ...]:
    declared = {
        "name": bool(indicator.name),
        "unit": bool(indicator.unit),
        "direction": indicator.direction in _DIRECTIONS,
        "source": bool(indicator.source),
        "limits": bool(indicator.limits),
    }
    return tuple(
        Problem("ASM-004", indicator.name or "indicator", {"field": field})
        for field, is_good in declared.items()
        if not is_good
    )


def _check_unknown(indicator: Indicator, pictures: Sequence[AreaPicture], as_of: datetime) -> tuple[Problem, ...]:
    empty = [AreaPicture(picture.place) for picture in pictures]
    found = [value.value for value in values_of(indicator, empty, as_of=as_of)]
    return tuple(Problem("ASM-002", indicator.name, {"got": got}) for got in found if got is not None)


def _check_picture(indicator: Indicator, picture: AreaPicture, as_of: datetime) -> tuple[Problem, ...]:
    facts = {"place": picture.place.ref}
    got = indicator.read(picture, as_of).value
    problems = []
    if got is not None and (not math.isfinite(got) or got < 0):
        problems.append(Problem("ASM-006", indicator.name, facts | {"got": got}))
    turned = replace(picture, incidents=picture.incidents[::-1])
    if not _is_same(got, indicator.read(turned, as_of).value):
        problems.append(Problem("ASM-003", indicator.name, facts))
    if not _is_same(got, indicator.read(_with_tomorrow(picture, as_of), as_of).value):
        problems.append(Problem("ASM-005", indicator.name, facts))
    return tuple(problems)


def _with_tomorrow(picture: AreaPicture, as_of: datetime) -> AreaPicture:
    """Add what will be known of every incident tomorrow: the same again, still to be told."""
    later = as_of + timedelta(days=1)
    unseen = tuple(replace(found, ref=found.ref + "-later", known_at=later) for found in picture.incidents)
    return replace(picture, incidents=picture.incidents + unseen)


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
