"""The shapes of what goes in and out of the API. What goes in is strict: nothing unknown, nothing converted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from tocsin.core.reference.terms import Category, DecisionKind, GapState
from tocsin.web.gate import FIRST_MOMENT

# No column takes a NUL, and no record has a longer reference.
Ref = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f/]+$")]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")]
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")]
NeededText = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")]


def _judgeable(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not FIRST_MOMENT.year <= aware.year <= 2199:
        raise ValueError("the year is not between 1990 and 2199")
    return aware.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_judgeable)]


class _In(Schema):
    """Something that comes in."""

    model_config = ConfigDict(extra="forbid", strict=True)


class MessageIn(_In):
    """A message that a member of the mission writes down: a call, a visit, a radio message."""

    text: NeededText
    place: Words = ""
    caller_number: Annotated[str, StringConstraints(max_length=40, pattern=r"^[+0-9 ()./-]*$")] = ""
    language: Literal["", "en", "fr", "ar", "sw"] = ""
    call_id: Words = ""
    consent: Literal["", "none", "anon_use", "contact_ok", "share_named", "referral_only", "withdrawn"] = ""


class DecisionIn(_In):
    """A decision on an alert, with its reason."""

    kind: Literal[tuple(kind.value for kind in DecisionKind)]  # type: ignore[valid-type]  # the members are known only when the module loads
    why: NeededText
    option: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00-\x1f]*$")] = ""
    delegated_to: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f]*$")] = ""
    authority: Words = ""


class GapIn(_In):
    """A place that cannot be reached in time, and what was done instead."""

    place: Ref
    done_instead: Text = ""
    within_hours: float = Field(2.0, gt=0, le=240)
    night: bool = False


class GapMoveIn(_In):
    """Where a gap goes next, and why."""

    to: Literal[tuple(state.value for state in GapState)]  # type: ignore[valid-type]  # the members are known only when the module loads
    why: NeededText


class LessonIn(_In):
    """What was observed, tied to the alert and the decision it came from."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    theme: Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[a-z_]+$")]
    observation: NeededText
    recommendation: Text = ""
    conditions: Text = ""
    harm: Text = ""
    alert: Annotated[str, StringConstraints(max_length=20, pattern=r"^(A-\d{1,12})?$")] = ""
    decision: Annotated[str, StringConstraints(max_length=20, pattern=r"^(D-\d{1,12})?$")] = ""


class ProblemOut(Schema):
    """What was wrong: a code, where, and a sentence in the caller's language."""

    code: str
    where: str
    text: str


class ErrorOut(ProblemOut):
    """The first problem, and all of them."""

    problems: list[ProblemOut]


class Reason(Schema):
    """One reason behind a judgement; a fact that is null is unknown."""

    code: str
    facts: dict[str, Any]
    evidence: list[str]


class AlertOut(Schema):
    """An alert. Null is unknown, or has not happened."""

    ref: str
    place: str | None
    place_name: str | None
    lat: float | None
    lon: float | None
    sector: str
    level: str
    priority: str
    imminence: str
    is_provisional: bool
    state: str
    events: list[str]
    actors: list[str]
    because: list[Reason]
    policy_version: str
    incident: str | None
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    decided_at: datetime | None
    arrived_at: datetime | None
    feedback_at: datetime | None
    closed_at: datetime | None


class PlaceOut(Schema):
    """A place. People null: nobody has counted; that is not nobody."""

    ref: str
    name: str
    kind: str
    province: str
    sector: str
    lat: float
    lon: float
    people: int | None
    displaced_people: int | None
    languages: list[str]
    aliases: list[str]


class LineOut(Schema):
    """A line of the protection matrix: the need, independent of means. Null is unknown."""

    place: str
    name: str
    lat: float
    lon: float
    people: int | None
    category: str
    threat: float | None
    vulnerability: float | None
    risk: float | None
    risk_low: float | None
    risk_high: float | None
    band: str
    trend: str
    imminence: str
    policy_version: str
    grade: str | None
    last_incident_at: datetime | None
    reasons: list[Reason]
    evidence: list[str]
    unknowns: list[str]


class MatrixOut(Schema):
    """The matrix at a moment, by one policy and one set of rules. `counts` null: the caller does not see every line."""

    as_of: datetime
    made_at: datetime
    origin: Literal["worked_out", "kept"]
    is_stale: bool
    policy_version: str
    rules_digest: str
    counts: dict[str, int] | None
    lines: list[LineOut]


class GapOut(Schema):
    """A need that cannot be met, with what would close it."""

    ref: str
    kind: str
    state: str
    place: str | None
    alert: str | None
    people: int | None
    because: list[Reason]
    closes_with: list[str]
    done_instead: str
    raised_at: datetime
    raised_by: str
    review_on: str


class LessonOut(Schema):
    """An observation on its way to a changed practice."""

    ref: str
    title: str
    theme: str
    state: str
    observation: str
    recommendation: str
    conditions: str
    harm: str
    alert: str | None
    decision: str | None
    made_at: datetime


class ReceiptOut(Schema):
    """What the sender is told: a number, and what happens next."""

    ref: str
    reply: str


class DecisionOut(Schema):
    """A decision that was written, and the digest of the picture its maker had."""

    ref: str
    alert: str
    kind: str
    made_by: str
    made_at: datetime
    picture_digest: str


class AuditOut(Schema):
    """Figures of the audit log and every sign of a change; `intact` false when there is one."""

    entries: int
    seals: int
    unsealed: int
    head: str
    intact: bool
    problems: list[dict[str, Any]]


def alert_out(row: Any) -> dict[str, Any]:
    """Return an alert in its shape."""
    same = (
        "lat", "lon", "sector", "level", "priority", "imminence", "is_provisional", "state", "events", "actors",
        "because", "policy_version", "opened_at", "acknowledged_at", "decided_at", "arrived_at", "feedback_at", "closed_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "ref": row.ref,
        "place": row.place.ref if row.place else None,
        "place_name": row.place.name if row.place else row.place_text or None,
        "incident": row.incident.ref if row.incident else None,
        "acknowledged_by": row.acknowledged_by or None,
    }


def place_out(row: Any) -> dict[str, Any]:
    """Return a place in its shape."""
    names = (
        "ref", "name", "kind", "province", "sector", "lat", "lon", "people", "displaced_people", "languages", "aliases",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def gap_out(row: Any) -> dict[str, Any]:
    """Return a gap in its shape."""
    names = ("ref", "kind", "state", "people", "because", "closes_with", "done_instead", "raised_at", "raised_by")
    return {name: getattr(row, name) for name in names} | {
        "place": row.place.ref if row.place else None,
        "alert": row.alert.ref if row.alert else None,
        "review_on": row.review_on.isoformat(),
    }


def lesson_out(row: Any) -> dict[str, Any]:
    """Return a lesson in its shape."""
    names = ("ref", "title", "theme", "state", "observation", "recommendation", "conditions", "harm", "made_at")
    return {name: getattr(row, name) for name in names} | {
        "alert": row.alert.ref if row.alert else None,
        "decision": row.decision.ref if row.decision else None,
    }


def counts_of(categories: Iterable[Category]) -> dict[str, int]:
    """Return how many lines there are of each category."""
    counted = {category.value: 0 for category in Category}
    for category in categories:
        counted[category.value] += 1
    return counted


def feature(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON point; six decimals are a step of a foot, and more would pretend."""
    point = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}
