"""What was warned of against what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median

from tocsin.core.lessons.types import Happened, Review, Warned
from tocsin.core.places.distance import distances_km


def compare(
    warned: Sequence[Warned], happened: Sequence[Happened], *, as_of: datetime, within_km: float, within_h: float
) -> Review:
    """Return which attacks had an alert before them, which had none, and which alerts saw nothing follow.

    An attack was warned of when an alert was opened before it began, near enough and not too long
    before; the lead is that of the earliest such alert. An alert that was acted on and followed by
    nothing cannot be scored: acting may be why nothing happened. An alert whose time is not over
    yet is not judged.

    Parameters
    ----------
    within_km, within_h : float
        How near and how soon after the alert an attack must fall to belong to it.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> from tocsin.core.places.types import Point
    >>> from tocsin.core.reference.terms import ImminenceState
    >>> opened, here = datetime(2027, 3, 1, tzinfo=UTC), Point(2.11, 29.14)
    >>> alert = Warned("A-1", here, opened, ImminenceState.IMMINENT, acted=False)
    >>> attack = Happened("I-1", here, opened + timedelta(hours=9), None)
    >>> compare([alert], [attack], as_of=opened + timedelta(days=9), within_km=10, within_h=72).warned
    (('A-1', 'I-1', 9.0),)
    """
    alerts = sorted((found for found in warned if found.opened_at <= as_of), key=lambda a: (a.opened_at, a.ref))
    attacks = sorted((found for found in happened if found.start <= as_of), key=lambda h: (h.start, h.ref))
    pairs = _pairs(alerts, attacks, within_km, within_h)
    first = {attack: (alert, lead) for alert, attack, lead in reversed(pairs)}
    matched = tuple(
        (first[attack.ref][0], attack.ref, first[attack.ref][1]) for attack in attacks if attack.ref in first
    )
    followed = {alert for alert, _, _ in pairs}
    alone = [alert for alert in alerts if alert.ref not in followed]
    over = [alert for alert in alone if _hours(alert.opened_at, as_of) > within_h]
    return Review(
        warned=matched,
        unwarned=tuple(attack.ref for attack in attacks if attack.ref not in first),
        followed_by_nothing=tuple(alert.ref for alert in over if not alert.acted),
        unscorable=tuple(alert.ref for alert in over if alert.acted),
        open_still=tuple(alert.ref for alert in alone if _hours(alert.opened_at, as_of) <= within_h),
        recall_share=len(matched) / len(attacks) if attacks else None,
        median_lead_h=median(lead for _, _, lead in matched) if matched else None,
    )


def _pairs(
    alerts: Sequence[Warned], attacks: Sequence[Happened], within_km: float, within_h: float
) -> list[tuple[str, str, float]]:
    """Return (alert, attack, lead in hours) for all that belong together, earliest alert first."""
    km = distances_km([alert.point for alert in alerts], [attack.point for attack in attacks])
    return [
        (alert.ref, attack.ref, round(lead, 2))
        for row, alert in enumerate(alerts)
        for column, attack in enumerate(attacks)
        if 0 < (lead := _hours(alert.opened_at, attack.start)) <= within_h and km[row, column] <= within_km
    ]


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600
