"""The needs that the protection matrix states, in the order in which they come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from tocsin.core.allocation.types import Need
from tocsin.core.assessment.types import MatrixLine
from tocsin.core.reference import rules
from tocsin.core.reference.terms import Category, ImminenceState

_CATEGORIES: Final = tuple(Category)
_MOST_URGENT_FIRST: Final = (
    ImminenceState.ONGOING,
    ImminenceState.IMMINENT,
    ImminenceState.EMERGING,
    ImminenceState.POTENTIAL,
)


def needs_from(lines: Sequence[MatrixLine], *, as_of: datetime | date) -> tuple[Need, ...]:
    """Return the needs of the matrix, the first to be met first.

    Parameters
    ----------
    lines : sequence of MatrixLine
        The matrix. Which categories count as needs is a dated rule.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    tuple of Need
        Ranked from 1: by category, then how near the harm is, then risk, then the reference of
        the place. People are not in the order: the risk class orders, it does not multiply.

    Notes
    -----
    Source: protection matrix doctrine; the category is need, independent of means.
    Limits: two lines that the matrix cannot tell apart are ordered by their reference.
    """
    counted = set(rules.value("allocation.needed_categories", as_of))
    chosen = sorted((line for line in lines if line.category.value in counted), key=_order)
    return ranked(tuple(_need(line) for line in chosen))


def ranked(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Return the needs numbered from 1 in the order given."""
    return tuple(replace(need, rank=index) for index, need in enumerate(needs, start=1))


def first_things_first(need: Need) -> tuple[int, int, str]:
    """Return the key that sorts needs: category, rank, then the reference of the place."""
    return _CATEGORIES.index(need.category), need.rank, need.place


def _order(line: MatrixLine) -> tuple[int, int, float, str]:
    state = line.imminence.state
    urgency = _MOST_URGENT_FIRST.index(state) if state in _MOST_URGENT_FIRST else len(_MOST_URGENT_FIRST)
    # A risk that could not be judged stands before every low one: unknown is not the least.
    risk = line.risk if line.risk is not None else float("inf")
    return _CATEGORIES.index(line.category), urgency, -risk, line.place.ref


def _need(line: MatrixLine) -> Need:
    place = line.place
    return Need(
        place=place.ref,
        label=place.label,
        point=place.point,
        category=line.category,
        people=line.people,
        languages=place.languages,
        sector=place.sector,
    )
