"""The attacks on civilians around a place in the last 7 days."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue
from tocsin.core.assessment.windows import count_in_window


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the attacks on civilians around a place in the last 7 days."""
    stream = observe(picture, as_of=as_of)
    return count_in_window(stream, stream.is_attack, 7)


INDICATOR = Indicator(
    name="attacks_7d",
    unit="attacks",
    direction="more_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="Follows reporting: no report is not no attack.",
    read=read,
)
