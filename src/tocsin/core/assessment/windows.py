"""A count in a window of days against the window before it."""

from __future__ import annotations

import numpy as np

from tocsin.core.assessment.stream import Flags, Stream
from tocsin.core.assessment.types import IndicatorValue
from tocsin.core.reference.terms import Trend


def count_in_window(stream: Stream, chosen: Flags, days: float) -> IndicatorValue:
    """Return how many of the chosen incidents began within `days`, against the same span before.

    Unknown where nothing was ever told from here: an unheard place is not a calm one.
    """
    if not stream.incidents:
        return IndicatorValue(None)
    now = chosen & (stream.start_d >= 0) & (stream.start_d <= days)
    before = chosen & (stream.start_d > days) & (stream.start_d <= 2 * days)
    count, previous = int(np.count_nonzero(now)), int(np.count_nonzero(before))
    return IndicatorValue(float(count), float(previous), trend_of(count, previous), stream.refs(now))


def trend_of(now: float, before: float) -> Trend:
    """Return where a figure goes: rising, falling or stable."""
    if now == before:
        return Trend.STABLE
    return Trend.RISING if now > before else Trend.FALLING
