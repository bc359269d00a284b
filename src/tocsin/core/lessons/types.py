"""Values of this room: what was warned of, what happened, and how the two meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tocsin.core.places.types import Point
from tocsin.core.reference.terms import ImminenceState


@dataclass(frozen=True, slots=True)
class Warned:
    """One alert as the review sees it. `acted` is whether anybody went or did something."""

    ref: str
    point: Point
    opened_at: datetime
    imminence: ImminenceState
    acted: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One attack as the review sees it. `deaths` None is unknown."""

    ref: str
    point: Point
    start: datetime
    deaths: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """Warned against happened.

    `warned`: (alert, attack, lead in hours). `unwarned`: attacks with no alert before.
    `followed_by_nothing`: alerts after which nothing was recorded and nobody acted.
    `unscorable`: alerts that were acted on and followed by nothing; acting may be why.
    `recall_share` is None when nothing happened.
    """

    warned: tuple[tuple[str, str, float], ...]
    unwarned: tuple[str, ...]
    followed_by_nothing: tuple[str, ...]
    unscorable: tuple[str, ...]
    open_still: tuple[str, ...]
    recall_share: float | None
    median_lead_h: float | None


@dataclass(frozen=True, slots=True)
class Lesson:
    """One record of what was learned, with its limits beside it.

    `theme` is a code such as ``early_warning``, labelled ``term.theme.<theme>``. `title` has one text
    for each screen language. `conditions` says where it worked or did not, `harm` what it may do.
    `paragraph` is the paragraph of the `origin` it was drawn from, None where there is none.
    """

    ref: str
    theme: str
    title: Mapping[str, str]
    observation: str
    conditions: str = ""
    harm: str = ""
    origin: str = ""
    paragraph: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A lesson that a search found, and the words of the question that it holds."""

    lesson: Lesson
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessonMove:
    """What a person brings along to move a lesson on. `by` names the person."""

    by: str = ""
    why: str = ""
    owner: str = ""
    action: str = ""
    due_on: date | None = None
    evidence: str = ""
    embedded_in: str = ""
