"""The mission's own zone, in which its people read every clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django.conf import settings


def mission_zone() -> timezone:
    """Return the mission's time zone."""
    text = str(settings.MISSION.get("zone", "+00:00"))
    hours, minutes = text.lstrip("+-").split(":")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if text.startswith("-") else away)


def named_moment(text: str) -> datetime | None:
    """Return the moment that a text names, None where it names none; without a zone it is the mission's own time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1 < found.year < 9999:
        return None  # in some zone it lies outside the calendar
    return found if found.tzinfo else found.replace(tzinfo=mission_zone())
