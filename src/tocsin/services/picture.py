"""The picture on which a decision about an alert is taken: options, reach, and what stands against them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.core.allocation.coverage import cover
from tocsin.core.allocation.reach import reaches
from tocsin.core.allocation.types import Coverage, Need
from tocsin.core.places.types import Place, Point
from tocsin.core.plans.options import options_for
from tocsin.core.plans.types import AlertFacts, Option
from tocsin.core.reference.terms import ActorType, Category, EventCode, ImminenceState, Priority
from tocsin.core.reference.viewer import Viewer
from tocsin.services.allocation import coverage_json, network
from tocsin.services.local_time import is_night
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.convert.places import place as place_value
from tocsin.store.queries import alerts, evidence, places

WITHIN_H = 2.0
_NOTHING_TO_SEND = "option.no_such_asset"
_AT_RISK = (ImminenceState.IMMINENT.value, ImminenceState.ONGOING.value)


def reach_of_alert(viewer: Viewer, alert: Any, *, as_of: datetime) -> Coverage | None:
    """Return who can reach the place of an alert in time.

    None while the place is not known, and for whoever may not see what can be sent: it would seem
    to them that nobody comes.
    """
    need = _need_of(alert)
    if need is None or not access.may(viewer, "read", "coverage"):
        return None
    return cover(
        [need],
        places.assets(viewer, as_of),
        places.bases(viewer, as_of),
        network(viewer, as_of),
        within_h=WITHIN_H,
        night=is_night(as_of),
        as_of=as_of,
    )


def options_of_alert(viewer: Viewer, alert: Any, *, as_of: datetime) -> tuple[Option, ...]:
    """Return what can be done about an alert, with what stands against each option.

    Whoever may not see what can be sent gets only the options that need nothing sent.
    """
    reports = alerts.reports_of_alert(viewer, alert)
    facts = AlertFacts(
        ref=alert.ref,
        place=alert.place.ref if alert.place else None,
        priority=Priority(alert.priority),
        imminence=ImminenceState(alert.imminence),
        events=tuple(EventCode(code) for code in alert.events),
        alleged=tuple(alert.actors),
        alleged_types=tuple(sorted({ActorType(row.actor_type) for row in reports if row.actor_type})),
        flags=tuple(sorted({flag for row in reports for flag in row.flags})),
        night=is_night(as_of),
        within_h=WITHIN_H,
    )
    need, assets = _need_of(alert), places.assets(viewer, as_of)
    rows = reaches(need, assets, network(viewer, as_of), night=facts.night, as_of=as_of) if need else ()
    options = options_for(facts, rows, assets, as_of=as_of)
    if access.may(viewer, "read", "coverage"):
        return options
    return tuple(one for one in options if not any(stop.code == _NOTHING_TO_SEND for stop in one.blocked))


def of_alert(viewer: Viewer, alert: Any, *, now: datetime) -> dict[str, Any]:
    """Return everything a decision maker had before them, as plain JSON, to be kept with the decision."""
    reach = reach_of_alert(viewer, alert, as_of=now)
    options = options_of_alert(viewer, alert, as_of=now)
    reports = alerts.reports_of_alert(viewer, alert)
    return {
        "seen_at": now.isoformat(),
        "seen_by": viewer.account,
        "alert": alert_state(alert),
        "reports": [evidence.state_of(report) for report in reports],
        "reach": coverage_json(reach) if reach else None,
        "options": [option_json(option) for option in options],
    }


def option_json(option: Option) -> dict[str, Any]:
    """Return an option as plain JSON values."""
    return {
        "code": option.code,
        "component": option.component,
        "may_order": [role.value for role in option.may_order],
        "asset": option.asset,
        "hours": option.hours,
        "reasons": [reason.as_json() for reason in option.reasons],
        "blocked": [reason.as_json() for reason in option.blocked],
    }


def _need_of(alert: Any) -> Need | None:
    if alert.lat is None or alert.lon is None:
        return None
    place = _place_of(alert)
    return Need(
        place=place.ref,
        label=place.label,
        point=Point(alert.lat, alert.lon),
        category=Category.MUST if alert.imminence in _AT_RISK else Category.SHOULD,
        people=place.people,
        languages=place.languages,
        sector=place.sector,
        rank=1,
    )


def _place_of(alert: Any) -> Place:
    if alert.place is not None:
        return place_value(alert.place)
    return Place(ref=alert.ref, name=alert.place_text or alert.ref, point=Point(alert.lat, alert.lon))
