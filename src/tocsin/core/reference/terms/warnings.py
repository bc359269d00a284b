"""Warnings to the people at risk, and files of the Common Alerting Protocol."""

from __future__ import annotations

from enum import StrEnum


class CapStatus(StrEnum):
    """How a public warning is meant (CAP 1.2)."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class CapKind(StrEnum):
    """What a public warning does to the one before it (CAP 1.2)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class CapScope(StrEnum):
    """For whom a public warning is meant (CAP 1.2)."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Urgency(StrEnum):
    """How soon people must act (CAP 1.2)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it would be (CAP 1.2)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Likelihood(StrEnum):
    """How sure the warning is (the certainty of CAP 1.2)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class WarningState(StrEnum):
    """Life of a warning to the people at risk."""

    DRAFT = "draft"
    RELEASED = "released"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


class WarningReach(StrEnum):
    """Who is told by a warning."""

    FOCAL_POINTS = "focal_points"
    PUBLIC = "public"


class WelfareAnswer(StrEnum):
    """What somebody who was warned answered."""

    SAFE = "safe"
    HELP = "help"
    HEARD = "heard"
    WROTE = "wrote"


class SignatureFact(StrEnum):
    """Whether what was signed is still what is there."""

    INTACT = "intact"
    ALTERED = "altered"
    UNREADABLE = "unreadable"
    ABSENT = "absent"


class PeriodFact(StrEnum):
    """Where a moment lies in the period of a certificate."""

    WITHIN = "within"
    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"


class AnchorFact(StrEnum):
    """Whether we know who stands behind a certificate."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NONE = "none"
