"""Values of this room: messages, readings, grades, reports and incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tocsin.core.places.types import Place, Point
from tocsin.core.reference.results import Because, Hidden, Problem
from tocsin.core.reference.terms import (
    ActorType,
    Certainty,
    Channel,
    EventCode,
    ImminenceState,
    Priority,
    ReportKind,
    Sensitivity,
    VerificationState,
)


@dataclass(frozen=True, slots=True)
class Sender:
    """What we know of who sent a message, without who they are.

    `role` is a code such as ``can_focal_point``, ``local_authority``, ``citizen_unregistered``;
    `place` is the ref of the place they are registered at; `handle` is a keyed fingerprint.
    """

    handle: str
    role: str = "citizen_unregistered"
    place: str | None = None
    languages: tuple[str, ...] = ()
    letter: str = "F"


@dataclass(frozen=True, slots=True)
class PartOf:
    """Which part of a longer message a text is: the `position` of `total`, under the sender's own `reference`."""

    reference: str
    position: int
    total: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it arrived. The contact it came from is Hidden.

    `vendor_id` is the gateway's own number; `claimed_at` is the time the sender's side states.
    `doubts` are codes of what the channel had to mend or could not make out. `consent` is what was
    agreed at the call (``anon_use``, ``contact_ok``...), empty where nobody asked; `callback_ok` is
    None where nobody asked. `part` is set where this is one part of a longer message; `completes` is
    the reference of a message shown before, of which this is the whole.
    """

    channel: Channel
    text: str
    received_at: datetime
    contact: Hidden[str] | None = None
    vendor_id: str = ""
    claimed_at: datetime | None = None
    sender_role: str = ""
    place_hint: str = ""
    language_hint: str = ""
    doubts: tuple[str, ...] = ()
    consent: str = ""
    callback_ok: bool | None = None
    part: PartOf | None = None
    completes: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or things, least and most. None means unknown, never zero."""

    least: int | None
    most: int | None

    def as_json(self) -> list[int | None]:
        """Return ``[least, most]``."""
        return [self.least, self.most]


@dataclass(frozen=True, slots=True)
class Span:
    """When something was or will be. None: open or unknown on that side.

    `precision` is ``exact``, ``part_of_day``, ``day``, ``week``, ``month`` or ``unknown``.
    """

    start: datetime | None
    end: datetime | None
    precision: str = "unknown"


@dataclass(frozen=True, slots=True)
class ActorNamed:
    """The actor as told. `name` is None when the text names nobody: a uniform is not a name.

    `parties` holds both sides of a clash; `name` is then "A|B" and `actor_type` that of the first.
    """

    name: str | None
    actor_type: ActorType
    certainty: Certainty
    strength: Count | None = None
    weapons: tuple[str, ...] = ()
    parties: tuple[tuple[str, ActorType], ...] = ()


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An armed or other actor the mission knows by name. `host`: it belongs to the host State.

    A community (`actor_type` ``community``) is known so that it is never read as a perpetrator.
    """

    name: str
    actor_type: ActorType
    aliases: tuple[str, ...] = ()
    host: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """Admiralty grade: source A-F and content 1-6, judged apart."""

    source: str
    content: int

    def __str__(self) -> str:
        return f"{self.source}{self.content}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says, no more than it says.

    `doubts` are codes of what the reader was not sure of; `because` shows which words led to
    what. A message may hold several readings (people at a gate, and the attack they fled).
    `toll` keys: killed, injured, abducted, detained, displaced, displaced_households, children,
    heads, rounds; a missing key means that nothing was said.
    `flags` are codes for what must follow or must not happen, for example ``child``,
    ``do_not_share_host_forces``, ``consent_required``, ``need_callback``.
    """

    kind: ReportKind
    events: tuple[EventCode, ...] = ()
    state: ImminenceState = ImminenceState.NONE
    priority: Priority = Priority.P4
    language: str = "und"
    place: Place | None = None
    place_text: str = ""
    place_precision: int = 4
    observed_place: Place | None = None
    point: Point | None = None
    when: Span = Span(None, None)
    actor: ActorNamed | None = None
    toll: Mapping[str, Count] = field(default_factory=dict)
    hearsay: bool = False
    sensitivity: Sensitivity = Sensitivity.MODERATE
    flags: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One claim on record: a reading with its grade and its place in the verification."""

    ref: str
    reading: Reading
    grade: Grade
    state: VerificationState
    received_at: datetime
    source: str
    text: str = ""
    channel: Channel = Channel.SMS
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """What we hold happened or threatens, told by one or more reports or by a feed.

    `sources` counts independent sources, not messages; None where a feed does not say.
    `deaths` is None where unknown. `known_at` is when the mission could know it.
    """

    ref: str
    events: tuple[EventCode, ...]
    point: Point
    start: datetime
    end: datetime | None
    known_at: datetime
    place: str | None = None
    actor: str | None = None
    actor_type: ActorType = ActorType.UNKNOWN
    deaths: Count = Count(None, None)
    state: VerificationState = VerificationState.VALIDATED
    sources: int | None = None
    priority: Priority | None = None
    origin: str = "report"
    victim: str = ""
    imminence: ImminenceState = ImminenceState.NONE
    grade: Grade = Grade("F", 6)
    ended: bool | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of a conflict dataset, as the dataset states it. None where it does not say.

    `violence` is ``state``, ``non_state`` or ``one_sided``; `place_precision` is 1 exact to
    7 unknown as the dataset grades it; `sources` the number of sources it names.
    """

    violence: str
    country: str
    lat: float
    lon: float
    start: datetime
    end: datetime | None
    side_a: str | None
    side_b: str | None
    deaths_low: int | None
    deaths_best: int | None
    deaths_high: int | None
    deaths_civilians: int | None = None
    conflict: str | None = None
    place_name: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    place_precision: int | None = None
    date_precision: int | None = None
    clarity: int | None = None
    sources: int | None = None
    cell: int | None = None
    status: str | None = None
    headline: str | None = None


class ChannelAdapter(Protocol):
    """What every channel offers: one pure reading of what its door received.

    A channel refuses only what nobody could act on. Anything else becomes a message, raw if need
    be, and its `doubts` say what could not be made out.
    """

    def read(self, payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
        """Return the messages of `payload`, or the problem for which it is refused as a whole."""
        ...
