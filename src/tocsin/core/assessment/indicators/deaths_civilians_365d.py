"""The people killed in attacks on civilians near a place in a year, least count."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Indicator, IndicatorValue
from tocsin.core.assessment.vulnerability import civilian_deaths


def read(picture: AreaPicture, as_of: datetime) -> IndicatorValue:
    """Return the people killed in attacks on civilians near a place in a year, least count."""
    stream = observe(picture, as_of=as_of)
    deaths = civilian_deaths(stream, 365)
    attacks = stream.is_attack & stream.begun(365)
    return IndicatorValue(None if deaths is None else float(deaths), evidence=stream.refs(attacks))


INDICATOR = Indicator(
    name="deaths_civilians_365d",
    unit="people",
    direction="more_is_worse",
    source="The indicator set of the assessment doctrine.",
    limits="A least count; attacks without a count are left out, and no report is not no death.",
    read=read,
)
