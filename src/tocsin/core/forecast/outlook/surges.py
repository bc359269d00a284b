"""Surges of one mission: where more is happening than usual, since when, and how likely it is to be noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.core.forecast.outlook.ledger import Cases, Days, Laid
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.surges import gamma_poisson
from tocsin.core.forecast.surges.chance import Chance
from tocsin.core.forecast.surges.episodes import AlarmDay, Episode, episodes
from tocsin.core.forecast.surges.scan import Cluster, Scan, Settings, kernel, scan
from tocsin.core.forecast.surges.zones import Zones, distances_km, nearest
from tocsin.core.places.types import Place
from tocsin.core.reference.results import Because

# Every day of the last week, and every week before it: enough to tell when a surge first stood out.
_DAILY, _WEEKLY = 7, 7


@dataclass(frozen=True, slots=True)
class Surge:
    """More than usual, here, now.

    `members` run from the middle outward. `began` is the first day of the window that stands out most,
    `first_alarm` the day on which the surge was first strong enough for an area alert, None while it is not.
    `found_by_search` counts what only our patrols found in the same places and days: it is not in `cases`.
    """

    centre: Place
    members: tuple[Place, ...]
    radius_km: float
    began: int
    days: int
    cases: int
    expected: float
    p: float
    recurrence_days: float
    first_alarm: int | None
    is_alert: bool
    is_page_worthy: bool
    evidence: tuple[str, ...]
    found_by_search: int
    reasons: tuple[Because, ...]

    @property
    def weight(self) -> float:
        """How pressing it is beside others: no probability."""
        return self.recurrence_days

    @property
    def places(self) -> frozenset[str]:
        """References of the places it touches."""
        return frozenset(one.ref for one in self.members)


@dataclass(frozen=True, slots=True)
class Told:
    """An episode of the last weeks: when it first stood out, where, and how strong it was then."""

    first_alarm: int
    centre: Place
    places: frozenset[str]
    recurrence_days: float
    is_page_worthy: bool


@dataclass(frozen=True, slots=True)
class Surges:
    """The surges of today, the strongest first, and what drew the replicates.

    `lately` are the episodes begun in the last weeks; not looked for while nothing asks to be told today.
    """

    found: tuple[Surge, ...]
    lately: tuple[Told, ...]
    kernel: str
    replicates: int
    seed: int


@dataclass(frozen=True, slots=True)
class PlaceAlarm:
    """More at one place than its own past explains: cases in the span that spoke, the usual, and the chance."""

    place: Place
    cases: int
    usual: float
    span_days: int
    p: float
    evidence: tuple[str, ...]


def look_for(laid: Laid, *, terms: Terms, seed: int, plain: bool = False) -> Surges:
    """Return the surges of today and the episodes that they belong to.

    Parameters
    ----------
    laid : Laid
        The ledger.
    terms : Terms
        How to look, and how rare a surge must be.
    seed : int
        Where luck starts.
    plain : bool
        Use the numpy kernel even where the compiled one is at hand.

    Notes
    -----
    Source: see `surges.scan`. Past days are looked at as they were known then.
    Limits: a surge that first stood out before the days looked back at is told as begun on the first of them.
    """
    settings = Settings(
        days=terms.surge_days,
        study_days=terms.surge_study_days,
        least=terms.surge_least,
        replicates=terms.surge_replicates,
        how=Chance.SEQUENTIAL,
    )
    cases = laid.cases.steady
    cases = cases.part(cases.place >= 0)
    if len(laid.places) < 2 or not len(cases.day):
        return Surges((), (), kernel(plain=plain)[0], settings.replicates, seed)
    zones = _zones(laid, cases, terms)
    today = _at(cases, zones, laid.today, settings=settings, seed=seed, plain=plain)
    scans = {laid.today: today}
    if any(one.recurrence_days >= terms.alert_recurrence_days for one in today.clusters):
        # Only a surge that asks to be told has a first day that matters.
        for day in _looks(laid.today, terms.surge_looks_back_days):
            scans[day] = _at(cases, zones, day, settings=settings, seed=seed, plain=plain)
    days, clusters = _alarm_days(scans, terms)
    told = episodes(days, quiet_days=terms.surge_days)
    found = tuple(
        _surge(one, laid, cases, terms, _episode_of(one, days, told, laid.today))
        for one in today.clusters
        if one.recurrence_days >= terms.listed_recurrence_days
    )
    lately = tuple(_told(one, clusters, laid, terms) for one in told)
    return Surges(found, lately, today.kernel, today.replicates, seed)


def _looks(today: int, back: int) -> list[int]:
    return [*range(today - back, today - _DAILY, _WEEKLY), *range(today - _DAILY, today)]


def _zones(laid: Laid, cases: Cases, terms: Terms) -> Zones:
    far = distances_km(laid.ground.lat, laid.ground.lon)
    held = np.bincount(cases.place, minlength=len(laid.places)).astype(float)
    return nearest(far, most=terms.surge_places, within=terms.surge_within_km, weight=held, max_share=0.5)


def _at(cases: Cases, zones: Zones, day: int, *, settings: Settings, seed: int, plain: bool) -> Scan:
    known = (cases.day <= day) & (cases.known <= day)
    return scan(cases.place[known], cases.day[known], zones, as_of=day, seed=seed, settings=settings, plain=plain)


def _alarm_days(scans: dict[int, Scan], terms: Terms) -> tuple[list[AlarmDay], list[Cluster]]:
    days, clusters = [], []
    for day, one in scans.items():
        for cluster in one.clusters:
            if cluster.recurrence_days >= terms.alert_recurrence_days:
                days.append(AlarmDay(day, frozenset(cluster.members)))
                clusters.append(cluster)
    return days, clusters


def _episode_of(one: Cluster, days: list[AlarmDay], told: tuple[Episode, ...], today: int) -> Episode | None:
    members = frozenset(one.members)
    for episode in told:
        if any(days[at].day == today and days[at].places == members for at in episode.alarms):
            return episode
    return None


def _surge(one: Cluster, laid: Laid, cases: Cases, terms: Terms, episode: Episode | None) -> Surge:
    within = (cases.day >= one.began) & (cases.day <= laid.today) & np.isin(cases.place, one.members)
    everything = laid.cases
    sought = everything.sought & (everything.day >= one.began) & np.isin(everything.place, one.members)
    is_alert = one.recurrence_days >= terms.alert_recurrence_days
    return Surge(
        centre=laid.places[one.centre],
        members=tuple(laid.places[at] for at in one.members),
        radius_km=one.radius,
        began=one.began,
        days=one.days,
        cases=one.cases,
        expected=one.expected,
        p=one.p,
        recurrence_days=one.recurrence_days,
        first_alarm=episode.began if episode else None,
        is_alert=is_alert,
        is_page_worthy=is_alert and one.recurrence_days >= terms.page_recurrence_days,
        evidence=cases.part(within).refs,
        found_by_search=int(sought.sum()),
        reasons=one.reasons,
    )


def _told(one: Episode, clusters: list[Cluster], laid: Laid, terms: Terms) -> Told:
    strongest = max((clusters[at] for at in one.alarms), key=lambda cluster: cluster.recurrence_days)
    return Told(
        one.began,
        laid.places[strongest.centre],
        frozenset(laid.places[at].ref for at in one.places),
        strongest.recurrence_days,
        strongest.recurrence_days >= terms.page_recurrence_days,
    )


def place_alarms(laid: Laid, *, terms: Terms) -> tuple[PlaceAlarm, ...]:
    """Return the places that alone show more than their own past explains, the least likely first.

    Parameters
    ----------
    laid : Laid
        The ledger.
    terms : Terms
        Fewest cases that are told.

    Notes
    -----
    Source: see `surges.gamma_poisson`.
    Limits: days on which nobody could tell us count as noughts, so that a place heard again may seem to surge.
    """
    cases = laid.cases.steady
    settings = gamma_poisson.DAILY
    cases = cases.part(cases.place >= 0)
    if not len(cases.day):
        return ()
    first = max(int(cases.day.min()), laid.today - settings.past - max(settings.spans) * 2)
    counts = _counts(cases, first, laid.today, len(laid.places))
    judged = gamma_poisson.alarms(counts, settings=settings)
    found = []
    for at in np.flatnonzero(judged.alarm[:, -1]).tolist():
        span = int(judged.span[at, -1])
        inside = (cases.place == at) & (cases.day > laid.today - span) & (cases.day <= laid.today)
        if inside.sum() >= terms.surge_least:
            told = float(judged.usual[at, -1]), span, float(judged.p[at, -1])
            found.append(PlaceAlarm(laid.places[at], int(inside.sum()), *told, cases.part(inside).refs))
    return tuple(sorted(found, key=lambda one: (one.p, one.place.ref)))


def _counts(cases: Cases, first: int, last: int, places: int) -> Days:
    inside = (cases.day >= first) & (cases.day <= last)
    counts = np.zeros((places, last - first + 1), dtype=np.int64)
    np.add.at(counts, (cases.place[inside], cases.day[inside] - first), 1)
    return counts
