"""How near a threat is, and how high a risk."""

from __future__ import annotations

from enum import StrEnum


class ImminenceState(StrEnum):
    """State of one threat. NONE: no threat was told of."""

    NONE = "none"
    POTENTIAL = "potential"
    EMERGING = "emerging"
    IMMINENT = "imminent"
    ONGOING = "ongoing"
    SUBSIDED = "subsided"
    CLOSED = "closed"


class TimeToHarm(StrEnum):
    """How long until harm is expected."""

    NOW = "now"
    UNDER_6H = "under_6h"
    FROM_6_TO_24H = "from_6_to_24h"
    FROM_1_TO_3D = "from_1_to_3d"
    FROM_4_TO_14D = "from_4_to_14d"
    FROM_15_TO_90D = "from_15_to_90d"
    OVER_90D = "over_90d"
    UNKNOWN = "unknown"


class Phase(StrEnum):
    """Phase of the response."""

    PREVENTION = "prevention"
    PRE_EMPTION = "pre_emption"
    RESPONSE = "response"
    CONSOLIDATION = "consolidation"


class Interpretation(StrEnum):
    """Reading of the word imminent."""

    NARROW = "narrow"
    BROAD = "broad"
    CONTINUOUS = "continuous"


class PolicyStatus(StrEnum):
    """Life of one version of the imminence policy."""

    DRAFT = "draft"
    CONSULTATION = "consultation"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class PolicyOpinion(StrEnum):
    """What somebody who was asked says of a version of the policy."""

    AGREE = "agree"
    CAVEAT = "caveat"
    DISSENT = "dissent"


class Category(StrEnum):
    """Class of a line in the protection matrix: need, independent of means."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"
    WATCH = "watch"


class RiskBand(StrEnum):
    """Band of the product of threat and vulnerability."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class Trend(StrEnum):
    """Where a figure goes."""

    RISING = "rising"
    STABLE = "stable"
    FALLING = "falling"
    UNKNOWN = "unknown"
