"""The words of the Common Alerting Protocol 1.2, for those who read it and those who write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tocsin.core.places.shapes import Ring, simplified
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import (
    AnchorFact,
    CapKind,
    CapScope,
    CapStatus,
    Likelihood,
    PeriodFact,
    Severity,
    SignatureFact,
    Urgency,
)

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"
CATEGORIES: Final = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
RESPONSES: Final = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
# Corners that a small picture of an area needs.
DRAWN_CORNERS: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class CapArea:
    """One area. `circles` are a centre and a radius in km; `geocodes` pairs of the scheme and the code."""

    description: str
    rings: tuple[Ring, ...] = ()
    circles: tuple[tuple[Point, float], ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()

    def drawn(self) -> tuple[Ring, ...]:
        """Return the rings with few enough corners to be drawn."""
        return tuple(simplified(ring, DRAWN_CORNERS) for ring in self.rings)


@dataclass(frozen=True, slots=True, eq=False)
class CapInfo:
    """What is said in one language."""

    language: str
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Likelihood
    categories: tuple[str, ...] = ("Security",)
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective_at: datetime | None = None
    onset_at: datetime | None = None
    expires_at: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CapAlert:
    """One message. `references` are the earlier ones it updates or cancels: ``sender,identifier,sent``.

    `incidents` are references of records, never of a source.
    """

    identifier: str
    sender: str
    sent_at: datetime
    status: CapStatus
    kind: CapKind
    scope: CapScope
    restriction: str = ""
    addresses: str = ""
    note: str = ""
    references: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[CapInfo, ...] = ()

    @property
    def reference(self) -> str:
        """Return how a later message names this one."""
        return f"{self.sender},{self.identifier},{written(self.sent_at)}"

    @property
    def expires_at(self) -> datetime | None:
        """Return when the last of its texts ends; None where one of them has no end."""
        ends = [info.expires_at for info in self.infos]
        return None if None in ends or not ends else max(end for end in ends if end is not None)


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """Three facts that are never mixed: is it intact, was the certificate good, do we know the signer.

    `read_as` says whether the signature held for the file ``as_is`` or only with the white space
    between its elements taken out (``stripped``), which some senders do before they sign.
    `why` names what broke: ``digest``, ``signature``, ``certificate`` or ``form``.
    """

    signature: SignatureFact
    at_signing: PeriodFact = PeriodFact.UNKNOWN
    at_reading: PeriodFact = PeriodFact.UNKNOWN
    anchor: AnchorFact = AnchorFact.NONE
    read_as: str = ""
    why: str = ""
    line: int | None = None
    subject: str = ""
    issuer: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    fingerprint: str = ""

    @property
    def holds(self) -> bool:
        """Return whether all three facts speak for it."""
        return (
            self.signature is SignatureFact.INTACT
            and self.at_signing is PeriodFact.WITHIN
            and self.anchor is AnchorFact.KNOWN
        )


@dataclass(frozen=True, slots=True, eq=False)
class CapReading:
    """What became of one file: its message, None where it was refused, and what is wrong with it.

    `refused` are the problems for which nothing is kept; `doubts` those that a reader must know of.
    """

    alert: CapAlert | None
    signature: SignatureFacts
    refused: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = field(default=())


def written(moment: datetime) -> str:
    """Return a moment as CAP writes it: seconds and the zone as a number, never Z.

    Examples
    --------
    >>> from datetime import UTC
    >>> written(datetime(2027, 3, 4, 18, 30, tzinfo=UTC))
    '2027-03-04T18:30:00-00:00'
    """
    if moment.tzinfo is None:
        raise ValueError(f"the moment is {moment!r}, expected one with its zone")
    text = moment.isoformat(timespec="seconds")
    # Universal time is written with a minus: the plus means a zone that happens to have no distance.
    return text.removesuffix("+00:00") + "-00:00" if text.endswith("+00:00") else text


def written_ring(ring: Ring) -> str:
    """Return a ring as CAP writes it: latitude,longitude with six decimals, about ten centimetres.

    Examples
    --------
    >>> import numpy as np
    >>> written_ring(np.array([(6.1, 24.2), (6.0, 24.25)]))
    '6.1,24.2 6,24.25'
    """
    return " ".join(f"{_degrees(lat)},{_degrees(lon)}" for lat, lon in ring)


def _degrees(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
