"""When the response came seen from the harm, and what kind it was."""

from __future__ import annotations

from datetime import datetime

from tocsin.core.alerts.types import Timeline
from tocsin.core.reference.terms import ResponseClass, ResponseTiming


def response_class(told: Timeline) -> ResponseClass:
    """Return the highest class of response that is on record.

    Another actor's arrival counts only when an independent source confirmed it; without that the
    alert was relayed, no more.
    """
    if told.arrived_at is not None:
        return ResponseClass.PHYSICAL_BY_MISSION
    if told.other_physical_at is not None and told.is_other_confirmed:
        return ResponseClass.PHYSICAL_BY_OTHER
    if told.non_physical_at is not None:
        return ResponseClass.NON_PHYSICAL
    is_relayed = told.relayed_at or told.delegated_at or told.other_physical_at
    return ResponseClass.RELAYED_ONLY if is_relayed else ResponseClass.NONE


def response_at(told: Timeline) -> datetime | None:
    """Return when the response of the highest class came, None when there was none."""
    moment = {
        ResponseClass.PHYSICAL_BY_MISSION: told.arrived_at,
        ResponseClass.PHYSICAL_BY_OTHER: told.other_physical_at,
        ResponseClass.NON_PHYSICAL: told.non_physical_at,
        ResponseClass.RELAYED_ONLY: told.relayed_at or told.delegated_at,
        ResponseClass.NONE: None,
    }
    return moment[response_class(told)]


def response_timing(told: Timeline) -> ResponseTiming:
    """Return whether the response came before, during or after the harm.

    Unknown where there was no response, where nobody has looked for harm, or where it is not known
    how long it went on after the response came.

    Examples
    --------
    >>> from datetime import UTC, datetime, timedelta
    >>> from tocsin.core.reference.terms import Priority
    >>> opened = datetime(2024, 2, 29, 19, 0, tzinfo=UTC)
    >>> arrived = opened + timedelta(minutes=20)
    >>> harm = opened + timedelta(minutes=30)
    >>> told = Timeline("A-1", Priority.P1, opened, arrived_at=arrived, is_harm_recorded=True, harm_start_at=harm)
    >>> response_timing(told).value
    'before'
    """
    if told.is_harm_recorded is False:
        return ResponseTiming.NO_HARM
    came_at = response_at(told)
    if came_at is None or told.harm_start_at is None:
        return ResponseTiming.UNKNOWN
    if came_at < told.harm_start_at:
        return ResponseTiming.BEFORE
    if told.harm_end_at is None:
        return ResponseTiming.UNKNOWN
    return ResponseTiming.DURING if came_at <= told.harm_end_at else ResponseTiming.AFTER
