"""What a release is held against: the very draft that was read, and an alert that one person alone may act on."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Point
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState, Priority
from tocsin.services.refusals import Refusal
from tocsin.store.queries import warnings as read


def mark_of(row: Any) -> str:
    """Return the mark of all that a draft says, to whom and until when: another word is another mark."""
    told = read.state_of(row) | {
        "expires_at": row.expires_at.astimezone(UTC).isoformat(),
        "places": sorted(place.ref for place in row.places.all()),
        "by_voice": row.by_voice,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def require_seen(row: Any, seen: str) -> None:
    """Go on silently when the draft is still the one that was read; otherwise refuse."""
    if not hmac.compare_digest(mark_of(row).encode(), seen.encode()):
        raise Refusal(Because("warn.changed_since_seen", {}, (row.ref,)))


def require_emergency(row: Any, now: datetime) -> None:
    """Go on silently when one person alone may warn: an open alert of priority 1, and near to every place."""
    alert = row.alert
    if alert is None or alert.priority != Priority.P1.value:
        raise Refusal(Because("warn.not_an_emergency", {}, (row.ref,)))
    if alert.state == AlertState.CLOSED.value:
        raise Refusal(Because("warn.alert_is_closed", {}, (alert.ref,)))
    km = float(rules.value("alerts.at_once_km", now))
    far = [place.name for place in row.places.all() if not _is_near(alert, place, km)]
    if far:
        raise Refusal(Because("warn.far_from_alert", {"places": sorted(far), "km": km}, (alert.ref,)))


def _is_near(alert: Any, place: Any, km: float) -> bool:
    if alert.sector and place.sector == alert.sector:
        return True
    if alert.lat is None or alert.lon is None:
        return False
    return distance_km(Point(alert.lat, alert.lon), Point(place.lat, place.lon)) <= km
