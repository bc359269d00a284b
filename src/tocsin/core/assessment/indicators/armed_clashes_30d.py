"""The clashes between armed parties around a place in the last 30 days."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue
from tocsin.core.assessment.windows import count_in_window
from tocsin.core.reference.terms import EventCode


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the clashes between armed parties around a place in the last 30 days."""
    stream = observe(picture, as_of=as_of)
    clashes = np.array([EventCode.CLS in found.events for found in stream.incidents], dtype=bool)
    return count_in_window(stream, clashes, 30)


INDICATOR = Indicator(
    name="armed_clashes_30d",
    unit="clashes",
    direction="more_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="Follows reporting: no report is not no attack.",
    read=read,
)
