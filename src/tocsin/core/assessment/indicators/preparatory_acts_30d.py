"""The preparatory acts around a place in the last 30 days: threats, massing, hate speech, roadblocks."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue
from tocsin.core.assessment.windows import count_in_window


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the preparatory acts around a place in the last 30 days: threats, massing, hate speech, roadblocks."""
    stream = observe(picture, as_of=as_of)
    if not stream.is_preparatory.any() and not any(found.origin == "report" for found in stream.incidents):
        return IndicatorValue(None)
    return count_in_window(stream, stream.is_preparatory, 30)


INDICATOR = Indicator(
    name="preparatory_acts_30d",
    unit="acts",
    direction="more_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="Only reports tell of preparation; a dataset of events does not, and is then unknown.",
    read=read,
)
