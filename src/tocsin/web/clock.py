"""The mission's own zone, in which its people read every clock."""

from __future__ import annotations

from datetime import timedelta, timezone

from django.conf import settings


def mission_zone() -> timezone:
    """Return the mission's time zone."""
    text = str(settings.MISSION.get("zone", "+00:00"))
    hours, minutes = text.lstrip("+-").split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if text.startswith("-") else away)
