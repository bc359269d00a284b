"""The numbers by which an outlook is made, as they stood at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tocsin.core.reference import rules


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules ``forecast.*``, each under its own name; days and kilometres as their names say."""

    memory_days: int
    place_within_km: float
    most_places: int
    surge_days: int
    surge_study_days: int
    surge_least: int
    surge_within_km: float
    surge_places: int
    surge_replicates: int
    surge_looks_back_days: int
    listed_recurrence_days: float
    alert_recurrence_days: float
    page_recurrence_days: float
    quiet_days: int
    learn_least_days: int
    learn_every_days: int
    refits: int
    interval_share: float
    review_days: int
    review_every_days: int
    review_least: int
    sexual_violence_least: int
    sexual_violence_days: int

    @classmethod
    def at(cls, as_of: datetime) -> Terms:
        """Return the rules as they stood at `as_of`."""
        return cls(**{name: rules.value(f"forecast.{name}", as_of) for name in cls.__slots__})
