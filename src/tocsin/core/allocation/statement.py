"""The frank statement: what we can reach, what we cannot, and what would change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from tocsin.core.allocation.types import CategoryCount, Coverage, GapStatement, PublicCount, PublicGapStatement
from tocsin.core.reference import rules
from tocsin.core.reference.terms import Category


def gap_statement(coverage: Coverage, provinces: Mapping[str, str], *, as_of: datetime | date) -> GapStatement:
    """Return the frank statement of a coverage, for those entitled to the names of places.

    Parameters
    ----------
    coverage : Coverage
        As `coverage.cover` gives it.
    provinces : mapping of str to str
        Province of each place, by its reference; a place without one counts under ``""``.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    GapStatement
        Counts for every category, also those without a place.

    Notes
    -----
    Source: resources doctrine; the frank report of limits with the resources that would close them.
    Limits: people are summed only where somebody has counted; the number of places where nobody
    has stands beside the sum.
    """
    return GapStatement(
        within_h=coverage.within_h,
        night=coverage.night,
        counts=tuple(_count(coverage, category) for category in Category),
        uncovered=coverage.uncovered,
        marginal=coverage.marginal,
        assumptions=coverage.assumptions,
        notes=coverage.notes,
        by_province=_by_province(coverage, provinces, as_of),
    )


def public_form(statement: GapStatement) -> PublicGapStatement:
    """Return what may be published: counts by province, nothing that names or places anything.

    Notes
    -----
    Source: resources doctrine; a gap list published with the names of places is a target list.
    Limits: whoever knows every place of a province may still guess.
    """
    frank = tuple(note for note in statement.notes if note.code == "coverage.reach_is_not_safety")
    return PublicGapStatement(statement.within_h, statement.night, statement.by_province, frank)


def read_remedy(code: str) -> tuple[str, str, str]:
    """Return kind, what and where of a remedy as `closes_with` and `closes_most` write it.

    The sentence for a reader stands under ``remedy.<kind>`` with the facts ``what`` and ``at``.

    Notes
    -----
    Source: none; it reads our own codes back.
    Limits: references must hold no ``@``.

    Examples
    --------
    >>> read_remedy("interpreter:sw@B-1"), read_remedy("reopen:R-7")
    (('interpreter', 'sw', 'B-1'), ('reopen', '', 'R-7'))
    """
    head, _, at = code.partition("@")
    kind, _, what = head.partition(":")
    return (kind, what, at) if at else (kind, "", what)


def _count(coverage: Coverage, category: Category) -> CategoryCount:
    covered = [line for line in coverage.covered if line.need.category is category]
    uncovered = [line.need for line in coverage.uncovered if line.need.category is category]
    people = [need.people for need in uncovered if need.people is not None]
    sure = sum(line.certain for line in covered)
    return CategoryCount(
        category=category,
        sure=sure,
        unsure=len(covered) - sure,
        uncovered=len(uncovered),
        people_uncovered=sum(people) if people else None,
        uncounted_places=len(uncovered) - len(people),
    )


def _by_province(coverage: Coverage, provinces: Mapping[str, str], as_of: datetime | date) -> tuple[PublicCount, ...]:
    fewest = int(rules.value("allocation.public_fewest_places", as_of))
    places = Counter(provinces.get(line.need.place, "") for line in coverage.uncovered)
    return tuple(
        PublicCount(province, number) if number >= fewest else PublicCount(province, None, fewest)
        for province, number in sorted(places.items())
    )
