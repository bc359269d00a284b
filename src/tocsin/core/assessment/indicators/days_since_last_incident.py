"""The days since anything was last recorded around a place."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the days since anything was last recorded around a place."""
    stream = observe(picture, as_of=as_of)
    begun = stream.start_d >= 0
    if not begun.any():
        return IndicatorValue(None)
    return IndicatorValue(float(stream.age_d[begun].min()), evidence=stream.refs(begun)[-1:])


INDICATOR = Indicator(
    name="days_since_last_incident",
    unit="days",
    direction="less_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="A long time may be calm, and may be silence: read it beside silence_days.",
    read=read,
)
