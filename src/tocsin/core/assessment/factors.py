"""How one factor is scored: by a table of dated rules, or by the value a person entered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tocsin.core.assessment.stream import Stream
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because

Scored = tuple[float | None, Because]


def entered(stream: Stream, factor: str) -> Scored | None:
    """Return the value a person entered for `factor` with their reason, None when nobody did.

    Raises
    ------
    ValueError
        When the value is not between 1 and 5.
    """
    found = stream.picture.entered.get(factor)
    if found is None:
        return None
    if not 1 <= found <= 5:
        raise ValueError(f"entered {factor} is {found}, expected 1 to 5")
    why = stream.picture.entered_why.get(factor)
    return found, Because("factor.entered", {"factor": f"term.factor.{factor}", "score": found, "why": why})


def unknown(factor: str) -> Scored:
    """Return that nothing is known of `factor`."""
    return None, Because("factor.unknown", {"factor": f"term.factor.{factor}"})


def band_at_least(value: float, bands: Sequence[Sequence[float]]) -> float | None:
    """Return the score of the first band that `value` reaches, None when it reaches none.

    Examples
    --------
    >>> band_at_least(12, [[50, 5], [10, 4], [3, 3]])
    4
    """
    return next((score for least, score in bands if value >= least), None)


def band_at_most(value: float, bands: Sequence[Sequence[float]]) -> float | None:
    """Return the score of the first band that `value` does not exceed, None when it exceeds all."""
    return next((score for most, score in bands if value <= most), None)


def rule(stream: Stream, name: str) -> Any:
    """Return the value of the assessment rule `name` as it stood when the stream was seen."""
    return rules.value(f"assessment.{name}", stream.as_of)
