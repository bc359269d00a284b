"""Small rows for the tests of the store: as little of each as the rule under test needs."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.evidence.types import Message as MessageValue
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel, Role
from tocsin.core.reference.viewer import Viewer
from tocsin.store import models
from tocsin.store.convert.evidence import day_number

NIGHT = datetime(2027, 3, 12, 1, 10, tzinfo=UTC)
NUMBER = "+999 000 0101"
_next = itertools.count(1)


def minutes(count: float) -> timedelta:
    """Return a stretch of time in minutes."""
    return timedelta(minutes=count)


def viewer(role: Role, *, sector: str = "west") -> Viewer:
    """Return somebody of a role, of the western sector unless told otherwise."""
    return Viewer(account=role.value, role=role, sector=sector)


def place(ref: str = "", *, sector: str = "west", **fields: Any) -> models.Place:
    """Write a village."""
    number = next(_next)
    given = {"name": f"Village {number}", "lat": 6.0 + number / 1000, "lon": 24.0, "kind": "village", **fields}
    given["folded_name"] = given["name"].casefold()
    return models.Place.objects.create(ref=ref or f"P-T{number}", sector=sector, **given)


def source(**fields: Any) -> models.Source:
    """Write a source that nobody registered."""
    number = next(_next)
    return models.Source.objects.create(**{"ref": f"S-T{number}", "handle": f"handle {number}", **fields})


def message(**fields: Any) -> models.Message:
    """Write a message as it arrived."""
    given = {"channel": "sms", "text": "armed men near the bridge", "received_at": NIGHT, "recorded_at": NIGHT}
    return models.Message.objects.create(**{"dedupe_key": f"key {next(_next)}", **given, **fields})


def report(*, sector: str = "west", secrecy: int = 2, **fields: Any) -> models.Report:
    """Write a report with a message of its own."""
    given: dict[str, Any] = {
        "kind": "incident",
        "imminence": "none",
        "priority": "P3",
        "language": "en",
        "sensitivity": "moderate",
        "received_at": NIGHT,
    }
    given |= fields
    if "message" not in given:
        given["message"] = message(received_at=given["received_at"])
    return models.Report.objects.create(sector=sector, secrecy=secrecy, **given)


def incident(*, sector: str = "west", secrecy: int = 2, at: datetime = NIGHT, **fields: Any) -> models.Incident:
    """Write an incident."""
    given: dict[str, Any] = {
        "events": ["ATK"],
        "lat": 6.0,
        "lon": 24.0,
        "started_at": at,
        "started_day": day_number(at),
        "known_at": at,
        "recorded_at": at,
        "state": "verifying",
        "actor_type": "rebel",
    }
    return models.Incident.objects.create(sector=sector, secrecy=secrecy, **{**given, **fields})


def alert(*, sector: str = "west", secrecy: int = 2, **fields: Any) -> models.Alert:
    """Write an open alert."""
    given = {"level": "red", "priority": "P1", "imminence": "imminent", "policy_version": "default", "opened_at": NIGHT}
    return models.Alert.objects.create(sector=sector, secrecy=secrecy, **{**given, **fields})


def gap(*, sector: str = "west", **fields: Any) -> models.CapabilityGap:
    """Write an open capability gap."""
    given = {"kind": "troops", "raised_at": NIGHT, "raised_by": "duty", "review_on": NIGHT.date()}
    return models.CapabilityGap.objects.create(sector=sector, **{**given, **fields})


def lesson(*, secrecy: int = 2, **fields: Any) -> models.Lesson:
    """Write a lesson."""
    given = {"title": "Answer the night call", "theme": "warning", "observation": "Nobody answered.", "made_by": "duty"}
    return models.Lesson.objects.create(secrecy=secrecy, made_at=NIGHT, **{**given, **fields})


def account(username: str, role: Role = Role.DUTY_OFFICER, **fields: Any) -> models.Account:
    """Write an account that cannot sign in."""
    return models.Account.objects.create(username=username, role=role.value, **fields)


def sms(text: str = "armed men near the bridge", *, number: str | None = NUMBER, **fields: Any) -> MessageValue:
    """Return an SMS as a channel hands it over."""
    contact = None if number is None else Hidden(number)
    return MessageValue(**{"channel": Channel.SMS, "text": text, "received_at": NIGHT, "contact": contact, **fields})
