"""The clock where the mission is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django.conf import settings


def mission_offset() -> timedelta:
    """Return the mission's offset from UTC."""
    text = str(settings.MISSION.get("zone", "+00:00"))
    hours, minutes = text.lstrip("+-").split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return -away if text.startswith("-") else away


def is_night(as_of: datetime) -> bool:
    """Return whether it is dark where the mission is, by its own clock: 18:00 to 06:00."""
    hour = (as_of + mission_offset()).hour
    return hour >= 18 or hour < 6


def mission_zone() -> timezone:
    """Return the mission's time zone."""
    return timezone(mission_offset())
