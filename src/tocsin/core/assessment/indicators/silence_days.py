"""The days since anybody was last heard from at a place."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the days since anybody was last heard from at a place."""
    heard_at = picture.last_heard_at
    if heard_at is None or heard_at > as_of:
        return IndicatorValue(None)
    return IndicatorValue((as_of - heard_at).total_seconds() / 86_400)


INDICATOR = Indicator(
    name="silence_days",
    unit="days",
    direction="more_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="Never heard from is unknown, which is worse than any number of days.",
    read=read,
)
