"""A small fictional world for the tests of the assessment, the alerts and the lessons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.assessment.types import AreaPicture
from tocsin.core.evidence.types import ActorNamed, Count, Grade, Incident, Reading, Report
from tocsin.core.places.types import Base, Place, Point
from tocsin.core.reference.terms import (
    ActorType,
    BaseKind,
    Certainty,
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    VerificationState,
)

NOON = datetime(2027, 3, 5, 12, tzinfo=UTC)
OULANGA = Place("P-0001", "Oulanga", Point(2.110, 29.140), province="SK", people=1200, displaced_people=0)
MBIRAWE = Place("P-0002", "Mbirawe", Point(2.260, 29.180), province="SK", people=900, displaced_people=0)
FERREKO = Place("P-0003", "Ferreko", Point(2.300, 29.310), province="SK")
FAR_AWAY = Place("P-0009", "Lekuwa", Point(5.020, 26.050), province="NM")
BASE = Base("B-01", "Tembwali", Point(1.210, 28.410), BaseKind.COB)


def at(hours: float) -> datetime:
    """Return the moment so many hours after noon; below 0 is before."""
    return NOON + timedelta(hours=hours)


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def incident(ref: str = "I-1", *events: str, place: Place = OULANGA, start: datetime, **more: Any) -> Incident:
    """Return an attack by the Black Bands at `place`, unless told otherwise."""
    facts: dict[str, Any] = {
        "point": place.point,
        "place": place.ref,
        "end": None,
        "known_at": min(start, NOON),
        "actor": "Black Bands",
        "actor_type": ActorType.MILITIA,
        "grade": Grade("C", 3),
    }
    return Incident(ref, tuple(EventCode(code) for code in events or ("ATK",)), start=start, **(facts | more))


def picture(*incidents: Incident, place: Place = OULANGA, **more: Any) -> AreaPicture:
    return AreaPicture(place, tuple(sorted(incidents, key=lambda found: found.start)), **more)


def report(*events: str, state: str = "ongoing", ref: str = "R-1", **more: Any) -> Report:
    """Return an ungraded report (F6) of `events` at Oulanga, received at noon."""
    facts: dict[str, Any] = {"kind": "incident", "priority": "P3", "place": OULANGA, "actor": None, "received_at": NOON}
    facts |= {"grade": Grade("F", 6), "verification": "received"} | more
    verification, grade = VerificationState(facts.pop("verification")), facts.pop("grade")
    received_at, kind = facts.pop("received_at"), ReportKind(facts.pop("kind"))
    named = facts.pop("actor")
    reading = Reading(
        kind,
        tuple(EventCode(code) for code in events),
        ImminenceState(state),
        Priority(facts.pop("priority")),
        actor=ActorNamed(named, ActorType.MILITIA, Certainty.HIGH) if named else None,
        **facts,
    )
    return Report(ref, reading, grade, verification, received_at, "S-1")


def killed(least: int | None, most: int | None = None) -> dict[str, Count]:
    return {"killed": Count(least, most)}
