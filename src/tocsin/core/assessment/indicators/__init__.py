"""The figures about a place, one module each. To add one: write its module and name it here."""

from __future__ import annotations

from typing import Final

from tocsin.core.assessment.indicators import (
    armed_clashes_30d,
    attacks_7d,
    attacks_30d,
    attacks_90d,
    days_since_last_incident,
    deaths_civilians_365d,
    preparatory_acts_30d,
    silence_days,
)
from tocsin.core.assessment.types import Indicator

INDICATORS: Final[dict[str, Indicator]] = {
    module.INDICATOR.name: module.INDICATOR
    for module in (
        attacks_7d,
        attacks_30d,
        attacks_90d,
        deaths_civilians_365d,
        days_since_last_incident,
        armed_clashes_30d,
        preparatory_acts_30d,
        silence_days,
    )
}
