"""What became of a warning, and why an attack came without one."""

from __future__ import annotations

from enum import StrEnum


class Disposition(StrEnum):
    """What became of a warning. ACTED is followed by nothing and cannot be scored: acting may be why."""

    HARM = "harm"
    NOTHING = "nothing"
    ACTED = "acted"
    UNVERIFIABLE = "unverifiable"
    OPEN = "open"


class WhyUnwarned(StrEnum):
    """Why nothing was raised before an attack."""

    NO_REPORT = "no_report"
    TOO_LATE = "too_late"
    UNREAD = "unread"
    BELOW_THRESHOLD = "below_threshold"
    WARNING_OVER = "warning_over"
    NOT_SEEN = "not_seen"
