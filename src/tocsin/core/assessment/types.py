"""Values of this room: the imminence policy, judgements and lines of the protection matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tocsin.core.evidence.types import Incident
from tocsin.core.places.types import Place, Site
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Category, ImminenceState, Interpretation, RiskBand, Trend


@dataclass(frozen=True, slots=True)
class Caveat:
    """Words of the mandate that limit it, such as "within capabilities", and how the mission reads them."""

    text: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class ImminencePolicy:
    """The mission's written threshold for an imminent threat, one version of it.

    `thresholds` are the numbers of the rule set by name (see ``policy.py`` for the defaults and
    their meaning). A judgement always carries `version`; changing the policy re-scores nothing.

    `caveats` by name (see `CAVEATS` of ``policy.py``). `anchors` are the words for 1 to 5 of each
    factor, by factor and language. `grades` are the least grade by rule, such as ``C3``; a rule
    without one takes any. `override_roles` may override a judgement, `step_down_roles` may determine
    that a threat has passed; empty leaves it to the table of access. `area` empty is the whole
    mission. `review_on` is when it must be looked at again.
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
    area: str = ""
    caveats: Mapping[str, Caveat] = field(default_factory=dict)
    anchors: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    override_roles: tuple[str, ...] = ()
    step_down_roles: tuple[str, ...] = ()
    needs_observation: bool = True
    review_on: date | None = None
    changelog: str = ""


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
    last came from here, None when never: silence is not calm. `entered` are values that a person set
    by the name of the factor (``intent`` ... ``coping``, ``imminent`` for a recorded override,
    ``trigger_days`` for the days until a trigger event), `entered_why` their reasons by the same name.
    """

    place: Place
    incidents: tuple[Incident, ...] = ()
    sites: tuple[Site, ...] = ()
    base_km: float | None = None
    last_heard_at: datetime | None = None
    entered: Mapping[str, float] = field(default_factory=dict)
    entered_why: Mapping[str, str] = field(default_factory=dict)


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
    WATCH. `people` stands beside the risk and is never multiplied in. `risk_low` and `risk_high` are
    what the risk would be with every unknown factor at its best and at its worst.
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
    risk_low: float | None = None
    risk_high: float | None = None

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
            "risk_low": self.risk_low,
            "risk_high": self.risk_high,
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


@dataclass(frozen=True, slots=True)
class Override:
    """A category that a named person set against the rule, with the reason. Neither may be empty."""

    category: Category
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """What speaks for stepping a threat down.

    `determined_by` is the named role that determined it, `last_indicator_at` the latest sign of the
    threat, `observed_at` the latest positive observation on the spot (a patrol, a liaison visit).
    """

    determined_by: str = ""
    last_indicator_at: datetime | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """What an indicator says of one place: its value, the one before, and where it goes.

    `value` None is unknown: nothing was ever told from here. That is not 0.
    """

    value: float | None
    previous: float | None = None
    trend: Trend = Trend.UNKNOWN
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure about a place.

    `direction` is ``more_is_worse`` or ``less_is_worse``. `read` takes a picture and the moment.
    `source` says where the figure comes from, `limits` what it cannot tell.
    """

    name: str
    unit: str
    direction: str
    source: str
    limits: str
    read: Callable[[AreaPicture, datetime], IndicatorValue]
