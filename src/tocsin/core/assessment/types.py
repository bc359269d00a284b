"""Values of this room: the imminence policy, judgements and lines of the protection matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.core.evidence.types import Incident
from tocsin.core.places.types import Place, Site
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import (
    Category,
    ImminenceState,
    Interpretation,
    RiskBand,
    Trend,
)


@dataclass(frozen=True, slots=True)
class ImminencePolicy:
    """The mission's written threshold for an imminent threat, one version of it.

    `thresholds` are the numbers of the rule set by name (see ``policy.py`` for the defaults and
    their meaning). A judgement always carries `version`; changing the policy re-scores nothing.
    """

    version: str
    interpretation: Interpretation
    mandate_text: str
    qualifier: bool
    thresholds: Mapping[str, float]
    effective_from: datetime
    approved_by: str
    effective_to: datetime | None = None
    mandate_ref: str = ""


@dataclass(frozen=True, slots=True)
class ThreatFactors:
    """Intent, capability, opportunity (1-5) and inhibition (1-5, 5 deters); None is unknown."""

    intent: float | None
    capability: float | None
    opportunity: float | None
    inhibition: float | None


@dataclass(frozen=True, slots=True)
class VulnerabilityFactors:
    """Exposure, sensitivity (1-5) and coping (1-5, 5 copes well); None is unknown."""

    exposure: float | None
    sensitivity: float | None
    coping: float | None


@dataclass(frozen=True, slots=True)
class AreaPicture:
    """Everything known of one place at `as_of`, and nothing known later.

    `incidents` are those within the radius of the place, newest last. `base_km` is the distance
    to the nearest base, None when no base is known. `last_heard_at` is when any report or check-in
    last came from here, None when never: silence is not calm.
    """

    place: Place
    incidents: tuple[Incident, ...] = ()
    sites: tuple[Site, ...] = ()
    base_km: float | None = None
    last_heard_at: datetime | None = None
    entered: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imminence:
    """State of the threat to a place under one version of the policy."""

    state: ImminenceState
    policy_version: str
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One line of the protection matrix: what is needed here, and why.

    `threat`, `vulnerability` and `risk` are None where they cannot be judged; `category` is then
    WATCH. `people` stands beside the risk and is never multiplied in.
    """

    place: Place
    category: Category
    threat: float | None
    vulnerability: float | None
    risk: float | None
    band: RiskBand
    trend: Trend
    imminence: Imminence
    reasons: tuple[Because, ...]
    evidence: tuple[str, ...]
    unknowns: tuple[str, ...] = ()
    last_incident_at: datetime | None = None
    grade: str = ""

    @property
    def people(self) -> int | None:
        """Return residents and displaced people together, None when neither is known."""
        known = [n for n in (self.place.people, self.place.displaced_people) if n is not None]
        return sum(known) if known else None

    def as_json(self) -> dict[str, Any]:
        """Return the line as the documented JSON object of ``tocsin assess``."""
        return {
            "place": self.place.ref,
            "name": self.place.label,
            "lat": self.place.point.lat,
            "lon": self.place.point.lon,
            "people": self.people,
            "category": self.category.value,
            "threat": self.threat,
            "vulnerability": self.vulnerability,
            "risk": self.risk,
            "band": self.band.value,
            "trend": self.trend.value,
            "imminence": self.imminence.state.value,
            "policy_version": self.imminence.policy_version,
            "grade": self.grade or None,
            "last_incident_at": self.last_incident_at.isoformat() if self.last_incident_at else None,
            "reasons": [reason.as_json() for reason in (*self.imminence.reasons, *self.reasons)],
            "evidence": list(self.evidence),
            "unknowns": list(self.unknowns),
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole matrix at one moment, by one version of the policy and one set of rules."""

    as_of: datetime
    policy_version: str
    rules_digest: str
    lines: tuple[MatrixLine, ...]
