"""The chance of harm at each place within four weeks: the rate surface on the mission's own ledger, and plain baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.outlook.ledger import Cases, Days, Floats, Laid
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.rate_surface import (
    HALF_LIVES_DAYS,
    HORIZON_DAYS,
    PRESSURES,
    REACHES_KM,
    Events,
    Places,
    Pressures,
    Rates,
    drivers,
    happened,
    learn,
)
from tocsin.core.places.types import Place
from tocsin.core.reference.results import Because

YEAR: Final = 365
EWMA_DAYS: Final = 90.0
_MONTH_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class Driver:
    """A past event behind a chance: which, how long ago, how far, and which share of the chance comes from it."""

    ref: str
    age_days: int
    distance_km: float
    share: float


@dataclass(frozen=True, slots=True)
class PlaceChance:
    """What the next four weeks may bring to one place, with what is plainly known beside it.

    `low` and `high` hold the chance in most refits to the past drawn anew; None where nothing could be learned.
    `last_year` is its own frequency over the last twelve months and `ewma` that of a moving average, both turned into
    the chance of at least one in four weeks; `quiet_days` None: no harm on record here.
    """

    place: Place
    chance: float
    low: float | None
    high: float | None
    last_year: float
    ewma: float
    events_last_year: int
    quiet_days: int | None
    is_onset: bool
    drivers: tuple[Driver, ...]
    unexplained_share: float
    found_by_search: int
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Chances:
    """The chances of all places, the highest first, and what they were learned from."""

    found: tuple[PlaceChance, ...]
    rates: Rates | None
    learned_from: int
    learned_windows: int
    learned_events: int


def pressures_known(cases: Cases, places: Places, days: Days) -> Pressures:
    """Return how past harm presses on each place when each day begins, counting only what was known by then.

    Shape (days, places, PRESSURES). The same as `rate_surface.pressures`, but an event enters on the day it became
    known, already faded by its age. `days` ascend.
    """
    order = np.argsort(cases.known, kind="stable")
    known, day = cases.known[order], cases.day[order]
    reach = _reach(cases, places)[order]
    half_lives = np.array(HALF_LIVES_DAYS)
    held = np.zeros((len(HALF_LIVES_DAYS), len(REACHES_KM), len(places.lat)))
    out = np.zeros((len(days), len(places.lat), PRESSURES), dtype=np.float32)
    done, before = 0, int(days[0]) if len(days) else 0
    for row, now in enumerate(days.tolist()):
        held *= 0.5 ** ((now - before) / half_lives)[:, None, None]
        until = int(np.searchsorted(known, now, side="left"))
        if until > done:
            # What is dated after it was known began, for us, on that day.
            age = np.maximum(now - day[done:until], now - known[done:until])
            held += np.einsum("he,ekp->hkp", 0.5 ** (age / half_lives[:, None]), reach[done:until])
        done, before = until, now
        out[row] = held.reshape(PRESSURES, -1).T
    return out


def _reach(cases: Cases, places: Places) -> NDArray[np.float32]:
    """Return how far each event reaches into each place, 0 to 1, shape (cases, reaches, places)."""
    events = cases.events
    out = np.empty((len(cases.day), len(REACHES_KM), len(places.lat)), dtype=np.float32)
    squared = (places.km_to(events) ** 2).astype(np.float32)
    for at, km in enumerate(REACHES_KM):
        out[:, at] = np.exp(squared / np.float32(-2 * km * km)) if km else places.hold(events)
    return out


def window_days(cases: Cases, today: int, *, every_days: int) -> Days:
    """Return the days on which a four-week window began that is over today, ascending."""
    first = int(cases.day.min()) if len(cases.day) else today
    last = today + 1 - HORIZON_DAYS
    return np.arange(last, first, -every_days, dtype=np.int64)[::-1]


def plain_chances(cases: Cases, places: int, day: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return the chance that the last year's count and the moving average give, and that count, for each place.

    Only what was known when `day` began counts. A record that is shorter than a year counts as long as it is.
    """
    seen = (cases.day < day) & (cases.known < day) & (cases.place >= 0)
    if not seen.any():
        return np.zeros(places), np.zeros(places), np.zeros(places, dtype=np.int64)
    age, place = day - cases.day[seen], cases.place[seen]
    held = max(int(age.max()), HORIZON_DAYS)
    count = np.bincount(place[age <= YEAR], minlength=places)
    weight = np.bincount(place, weights=0.5 ** (age / EWMA_DAYS), minlength=places)
    fade = np.log(2) / EWMA_DAYS
    rate = weight * fade / (1 - 0.5 ** (held / EWMA_DAYS))
    last_year = -np.expm1(-count * HORIZON_DAYS / min(YEAR, held))
    return last_year, -np.expm1(-rate * HORIZON_DAYS), count


def quiet_days(cases: Cases, places: int, day: int) -> NDArray[np.float64]:
    """Return the days since the last known harm at each place when `day` began, infinite where there was none."""
    last = np.full(places, -np.inf)
    seen = (cases.day < day) & (cases.known < day) & (cases.place >= 0)
    np.maximum.at(last, cases.place[seen], cases.day[seen])
    return day - last


def look_ahead(laid: Laid, *, terms: Terms, seed: int) -> Chances:
    """Return the chance of harm at each place in the four weeks that begin tomorrow.

    Parameters
    ----------
    laid : Laid
        The ledger.
    terms : Terms
        How to learn, and when a place counts as quiet.
    seed : int
        Where the luck of the refits starts.

    Returns
    -------
    Chances
        Without rates, and without any place, where the record is too short to learn from.

    Notes
    -----
    Source: see `rate_surface`.
    Limits: the bounds know of the past drawn anew, not of a future unlike it; what nobody reports presses nowhere.
    """
    cases, places = laid.cases.steady, laid.ground
    days = window_days(cases, laid.today, every_days=terms.learn_every_days)
    if not len(laid.places) or not len(days) or laid.today - int(cases.day.min()) < terms.learn_least_days:
        return Chances((), None, 0, len(days), 0)
    issue = laid.today + 1
    seen = pressures_known(cases, places, np.append(days, issue))
    came = happened(cases.events, places, days)
    rates = learn(seen[:-1], came, learned_until=laid.today)
    chance = rates.chance(seen[-1])
    bounds = _bounds(seen, came, days, terms=terms, seed=seed)
    told = _told(laid, cases, rates, chance, bounds, terms)
    return Chances(told, rates, int(days[0]), len(days), int(came.sum()))


def _bounds(seen: Pressures, came: NDArray[np.bool_], days: Days, *, terms: Terms, seed: int) -> Floats:
    """Return the bounds of each chance over refits to months drawn anew, shape (2, places)."""
    luck = np.random.Generator(np.random.PCG64(seed))
    month = (days - days[0]) // _MONTH_DAYS
    rows = [np.flatnonzero(month == one) for one in range(int(month[-1]) + 1)]
    refits = []
    for _ in range(terms.refits):
        drawn = np.concatenate([rows[one] for one in luck.integers(len(rows), size=len(rows))])
        refits.append(learn(seen[drawn], came[drawn], learned_until=0).chance(seen[-1]))
    tail = (1 - terms.interval_share) / 2
    return np.asarray(np.quantile(np.array(refits), [tail, 1 - tail], axis=0))


def _told(
    laid: Laid, cases: Cases, rates: Rates, chance: Floats, bounds: Floats, terms: Terms
) -> tuple[PlaceChance, ...]:
    issue, places = laid.today + 1, len(laid.places)
    last_year, ewma, count = plain_chances(cases, places, issue)
    quiet = quiet_days(cases, places, issue)
    sought = laid.cases.part(laid.cases.sought & (laid.cases.place >= 0) & (laid.cases.day > issue - YEAR))
    searched = np.bincount(sought.place, minlength=places)
    found = []
    for at, place in enumerate(laid.places):
        behind, rest = _drivers(rates, cases, laid.ground, place=at, issue=issue)
        found.append(
            PlaceChance(
                place=place,
                chance=float(chance[at]),
                low=float(min(bounds[0, at], chance[at])),
                high=float(max(bounds[1, at], chance[at])),
                last_year=float(last_year[at]),
                ewma=float(ewma[at]),
                events_last_year=int(count[at]),
                quiet_days=int(quiet[at]) if np.isfinite(quiet[at]) else None,
                is_onset=bool(quiet[at] >= terms.quiet_days),
                drivers=behind,
                unexplained_share=rest,
                found_by_search=int(searched[at]),
                reasons=_reasons(place, behind, int(count[at])),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.chance, one.place.ref)))


def _drivers(rates: Rates, cases: Cases, ground: Places, *, place: int, issue: int) -> tuple[tuple[Driver, ...], float]:
    """Return the events behind a chance with their references, and the share that comes from no event."""
    events = Events(cases.day, cases.lat, cases.lon, np.zeros(len(cases.day), dtype=bool))
    behind = drivers(rates, events, ground, place=place, as_of=issue)
    one = Places(ground.lat[[place]], ground.lon[[place]], ground.half_degrees)
    km, age = one.km_to(events)[:, 0], issue - cases.day
    free = np.ones(len(age), dtype=bool)
    found = []
    for each in behind:
        at = int(np.flatnonzero(free & (age == each.age_days) & (np.abs(km - each.distance_km) < 1e-6))[0])
        free[at] = False
        found.append(Driver(cases.refs[at], each.age_days, round(each.distance_km, 1), each.share))
    expected = rates.expected(pressures_known(cases, one, np.array([issue])))[0, 0]
    return tuple(found), float(rates.everywhere / expected)


def _reasons(place: Place, behind: tuple[Driver, ...], count: int) -> tuple[Because, ...]:
    own = Because("outlook.own_year", {"events": count}, (place.ref,))
    if not behind:
        return (own, Because("outlook.no_driver", {}, (place.ref,)))
    far = [
        Because(
            "outlook.driver",
            {"days": one.age_days, "km": one.distance_km, "percent": round(100 * one.share)},
            (one.ref,),
        )
        for one in behind
    ]
    return (own, *far)
