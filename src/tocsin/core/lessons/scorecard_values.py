"""Values of the scorecard: what was issued, what was suffered, and the figures that come of both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.core.lessons.response import Answered, Share, Span
from tocsin.core.places.types import Point
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Disposition, ImminenceState, Priority, RaisedBy, WhyUnwarned

# Standard deviations either side that hold 95 of 100.
_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Issued:
    """One warning, whoever or whatever raised it.

    `points` are the places under it, each with `radius_km` around; none: nobody knows where. It
    stands until `until`, None: for as long as the rules let a warning stand. `chance` is the chance of
    harm while it stands as it was stated, None where none was: a likelihood is never made up here.
    `has_acted` None: not on record. `was_real` is what a person found. `is_unobserved`: nobody could have
    told us from there.
    """

    ref: str
    issued_at: datetime
    points: tuple[Point, ...]
    until: datetime | None = None
    radius_km: float | None = None
    raised_by: RaisedBy | None = None
    chance: float | None = None
    imminence: ImminenceState | None = None
    priority: Priority | None = None
    sector: str = ""
    has_acted: bool | None = None
    was_real: bool | None = None
    is_unobserved: bool = False


@dataclass(frozen=True, slots=True)
class Attack:
    """One incident of violence against civilians. `place` is empty where it must not be told."""

    ref: str
    point: Point
    started_at: datetime
    known_at: datetime
    sector: str = ""
    place: str = ""
    told_through: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A place where people live: the area of area and time is counted in these."""

    ref: str
    point: Point
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One report. `seen_at` is when it was observed, `read_at` when a person first read it; `has_raised` an alert."""

    ref: str
    point: Point
    received_at: datetime
    seen_at: datetime | None = None
    read_at: datetime | None = None
    has_raised: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """One duty officer told of one alert. `who` is a number without a name: it tells two of them apart, no more."""

    at: datetime
    sector: str
    who: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the figures are drawn from, as known at one moment. `told` None: not the viewer's to see.

    `answered` are the alerts with the moments of the answer to them. `tellings` None: not on record.
    """

    issued: tuple[Issued, ...]
    attacks: tuple[Attack, ...]
    settlements: tuple[Settlement, ...] = ()
    bases: tuple[Point, ...] = ()
    answered: tuple[Answered, ...] = ()
    tellings: tuple[Telling, ...] | None = None
    told: tuple[Told, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The doctrine by which warnings are judged, as it stood at `as_of`."""

    as_of: datetime
    within_km: float
    stands: timedelta
    leads_h: tuple[float, ...]
    horizons: tuple[timedelta, ...]
    least: int
    activity: timedelta
    draws: int
    looks_back: timedelta

    @classmethod
    def at(cls, as_of: datetime) -> Terms:
        """Return the doctrine as it stood at `as_of`."""

        def rule(name: str) -> float:
            return float(rules.value(f"lessons.scorecard.{name}", as_of))

        return cls(
            as_of=as_of,
            within_km=float(rules.value("lessons.review.within_km", as_of)),
            stands=timedelta(days=rule("stands_days")),
            leads_h=tuple(float(one) for one in rules.value("lessons.scorecard.leads_h", as_of)),
            horizons=tuple(timedelta(days=one) for one in rules.value("lessons.scorecard.horizons_days", as_of)),
            least=int(rule("least")),
            activity=timedelta(days=rule("activity_days")),
            draws=int(rule("draws")),
            looks_back=timedelta(days=rule("looks_back_days")),
        )


@dataclass(frozen=True, slots=True)
class Bounded:
    """A share with the bounds within which it lies in 95 of 100 cases. `is_enough`: there is enough to speak of it."""

    found: Share
    low: float | None
    high: float | None
    is_enough: bool


def bounded(count: int, of: int, *, least: int) -> Bounded:
    """Return a share with its bounds; with fewer than `least` it is too few to say.

    Notes
    -----
    Source: Wilson (1927), score interval at 95 per cent.
    Limits: takes the cases for independent. Warnings of one place in one week are not, so that the true
    bounds are wider.

    Examples
    --------
    >>> found = bounded(8, 10, least=10)
    >>> round(found.low, 3), round(found.high, 3), found.is_enough
    (0.49, 0.943, True)
    >>> bounded(0, 0, least=10).low is None
    True
    """
    if not of:
        return Bounded(Share(count, of), None, None, False)
    share, spread = count / of, _Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return Bounded(Share(count, of), max(middle - half, 0.0), min(middle + half, 1.0), of >= least)


@dataclass(frozen=True, slots=True)
class Recall:
    """Harm with a warning at least `lead_h` before, beside the share of area and time that was under one.

    `area_time_share` None: no settlement is known. `same_places_share` is what the same warnings would have
    reached had the same places been attacked at any other time.
    """

    lead_h: float
    found: Bounded
    area_time_share: float | None
    same_places_share: float | None
    why: Because


@dataclass(frozen=True, slots=True)
class Leads:
    """How long before the harm a warning stood, in hours. `without` had none, and is in no quartile."""

    with_one: int
    without: int
    quartiles_h: tuple[float, float, float] | None
    bins: tuple[tuple[float, float | None, int], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of one warning and one horizon, the share of drawn areas that saw harm; None: there was no such area.

    `matched` had equal recent activity, `anywhere` is any other area of the size; `areas` of each were drawn.
    """

    matched: float | None
    anywhere: float | None
    areas: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Control:
    """How often areas of the same size, drawn by chance, saw harm in the same time.

    `compared` warnings had such areas; for `unmatched` there was none; `areas` were drawn in all.
    """

    share: float | None
    compared: int
    unmatched: int
    areas: int


@dataclass(frozen=True, slots=True)
class Predictive:
    """How many warnings were followed by harm within `days`, of those that can be scored.

    `by` counts all by what became of them. `least_share` holds all that cannot be scored for nothing,
    `most_share` for harm. `perhaps_deterred`: acted on, nothing followed, and a person found the threat real.
    """

    days: float
    found: Bounded
    by: Mapping[Disposition, int]
    perhaps_deterred: int
    least_share: float | None
    most_share: float | None
    matched: Control
    anywhere: Control
    why: Because


@dataclass(frozen=True, slots=True)
class Band:
    """What was said of the likelihood, and how often harm followed. `stated` is the mean stated chance, where one was."""

    kind: str
    name: str
    found: tuple[Bounded, ...]
    stated: float | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """How far stated chances kept what they said: `brier` of what was stated, of always the base rate, and the gain.

    `bands` put warnings of a like stated chance together. The time of a stated chance is that of the warning.
    """

    count: int
    brier: float
    brier_base: float
    skill: float | None
    is_enough: bool
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Harm of one kind, and how much of it had a warning before. `from_km` and `to_km` bound a distance to the nearest base."""

    name: str
    found: Bounded
    from_km: float | None = None
    to_km: float | None = None


@dataclass(frozen=True, slots=True)
class Unwarned:
    """One attack that nobody was warned of, and why nothing was raised."""

    attack: Attack
    why: WhyUnwarned
    because: Because
    report: str = ""
    report_h: float | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of one part of the mission in one stretch of time. `sector` and `month` None: all.

    `told` None and `officers` None: not known. `evenness` is the recall of the tercile worst off, seen
    from a base, over that of the best.
    """

    sector: str | None
    month: str | None
    since: datetime
    until: datetime
    alerts: int
    weeks: float
    told: int | None
    officers: int | None
    by_maker: Mapping[RaisedBy | None, int]
    attacks: int
    recalls: tuple[Recall, ...]
    leads: Leads
    predictive: tuple[Predictive, ...]
    spans: tuple[Span, ...]
    bands: tuple[Band, ...]
    stated: Stated | None
    by_distance: tuple[Stratum, ...]
    evenness: float | None
    by_channel: tuple[Stratum, ...]
    by_maker_predictive: tuple[tuple[RaisedBy | None, Bounded], ...]

    @property
    def per_week(self) -> float | None:
        """Return the alerts per week."""
        return self.alerts / self.weeks if self.weeks else None

    @property
    def per_officer_week(self) -> float | None:
        """Return how often a duty officer was told of an alert per week; unknown where nobody was told on record."""
        if not self.officers or self.told is None or not self.weeks:
            return None
        return self.told / self.officers / self.weeks
