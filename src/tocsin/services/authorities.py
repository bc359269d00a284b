"""Authorities as addressees: who would be told of an alert and who not, party by party, before it comes to that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.alerts import recipients as who
from tocsin.core.alerts.types import Recipient, Telling
from tocsin.core.reference.terms import ActorType, Level, Role, Sensitivity
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.queries import alerts, evidence

_OUTSIDE_RUNG = 99


@dataclass(frozen=True, slots=True)
class Told:
    """For one party that may be the author: each authority, and why they would not be told; None is told."""

    party: str
    is_host: bool
    recipients: tuple[tuple[Any, Recipient], ...]


def who_would_be_told(viewer: Viewer, *, now: datetime) -> list[Told]:
    """Return, for nobody named and for each party, which authorities are told and from which it is kept.

    An alleged author is never told, and while men in uniform are not identified no authority of the
    host State is: the rules are those by which alerts are sent.
    """
    access.require(viewer, "read", "network")
    rows = {person.ref: row for row, person in alerts.people(now) if row.role == Role.HOST_AUTHORITY.value}
    people = [person for _, person in alerts.people(now) if person.ref in rows]
    parties: list[tuple[str, ActorType | None, bool]] = [("", None, False)]
    parties += [(row.name, ActorType(row.actor_type), row.is_host) for row in evidence.actors() if row.actor_type != ActorType.COMMUNITY.value]  # fmt: skip
    parties.append(("", ActorType.UNIFORMED_UNKNOWN, False))
    return [_told(party, people, rows, now) for party in parties]


def _told(party: tuple[str, ActorType | None, bool], people: list[Any], rows: dict[str, Any], now: datetime) -> Told:
    name, kind, is_host = party
    telling = Telling(
        level=Level.RED,
        sector="",
        sensitivity=Sensitivity.MODERATE,
        alleged=(name,) if name else (),
        alleged_types=(kind,) if kind else (),
    )
    found = who.recipients(telling, people, rung=_OUTSIDE_RUNG, as_of=now) if people else ()
    shown = name or (f"term.actor_type.{kind.value}" if kind else "")
    return Told(shown, is_host, tuple((rows[one.person], one) for one in found))
