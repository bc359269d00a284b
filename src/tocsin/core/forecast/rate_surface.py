"""Where the next four weeks may bring violence: each past event presses on the places around it, and fades.

The pressure on a place is the sum of past events, each weighed down by its age (half-lives of a week to four years)
and its distance (reaches of the place itself to 250 km). What each pressure is worth is learned from past four
weeks that are over; no weight is negative, so that every chance can be told as the events that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.core.places.distance import EARTH_RADIUS_KM

HORIZON_DAYS: Final = 28
# How fast an event is forgotten, in days until it presses half as much.
HALF_LIVES_DAYS: Final = (7.0, 30.0, 90.0, 365.0, 1460.0)
# How far it reaches; 0 is the place itself.
REACHES_KM: Final = (0.0, 40.0, 100.0, 250.0)
PRESSURES: Final = len(HALF_LIVES_DAYS) * len(REACHES_KM)
# Beside each pressure stands its logarithm: ten events press less than ten times as hard as one.
_BEND: Final = 4.0
_ROUNDS: Final = 100
_START: Final = 1e-3
# Events in hand at once: with 1,000 places they are 16 MB.
_AT_ONCE: Final = 1024
_KM_PER_DEGREE: Final = EARTH_RADIUS_KM * np.pi / 180

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Pressures = NDArray[np.float32]


@dataclass(frozen=True)
class Events:
    """What happened: when, where, and whether only a patrol that was there saw it.

    Attributes
    ----------
    day
        Day numbers (proleptic Gregorian ordinals), ascending, shape (events,).
    lat, lon
        Degrees, shape (events,).
    found_by_patrol
        True where no community, partner or monitor told of it, but our own patrol came upon it. Such events
        are left out of rates unless asked for: they show where patrols go, and would send them there again.
    """

    day: Days
    lat: Floats
    lon: Floats
    found_by_patrol: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if np.any(np.diff(self.day) < 0):
            raise ValueError("days of events are not ascending")

    def part(self, wanted: NDArray[np.bool_] | slice) -> Events:
        """Return the events wanted."""
        return Events(self.day[wanted], self.lat[wanted], self.lon[wanted], self.found_by_patrol[wanted])

    def before(self, day: int) -> Events:
        """Return what had happened when `day` began."""
        return self.part(self.day < day)


@dataclass(frozen=True)
class Places:
    """Where we look: middles, and how far each place reaches to its sides.

    Attributes
    ----------
    lat, lon
        Degrees, shape (places,).
    half_degrees
        Half the side of the square that is the place itself: 0.25 for cells of half a degree.
    """

    lat: Floats
    lon: Floats
    half_degrees: float

    def hold(self, events: Events) -> NDArray[np.bool_]:
        """Return whether each event lies in each place, shape (events, places)."""
        north = events.lat[:, None] - self.lat
        east = events.lon[:, None] - self.lon
        half = self.half_degrees
        return np.asarray((-half <= north) & (north < half) & (-half <= east) & (east < half))

    def km_to(self, events: Events) -> Floats:
        """Return the distance of each event from the middle of each place, shape (events, places), in km."""
        north = (self.lat - events.lat[:, None]) * _KM_PER_DEGREE
        east = (self.lon - events.lon[:, None]) * _KM_PER_DEGREE * np.cos(np.radians(events.lat))[:, None]
        return np.asarray(np.hypot(north, east))


class Driver(NamedTuple):
    """A past event behind a chance: how long ago, how far, and which share of the chance comes from it."""

    age_days: int
    distance_km: float
    share: float


@dataclass(frozen=True)
class Rates:
    """What pressures are worth, learned from windows that were over at `learned_until`.

    Attributes
    ----------
    everywhere
        Events expected in any place for no reason known.
    weights
        Events for each pressure and for each of its logarithms, none negative, shape (2 x PRESSURES,).
    learned_until
        The last day that the learning saw, as an ordinal.
    base_rate
        Share of places and windows with an event, in what was learned from; None where there was nothing.
    """

    everywhere: float
    weights: Floats
    learned_until: int
    base_rate: float | None

    def expected(self, pressures: Pressures) -> Floats:
        """Return the events expected within the horizon, shape of `pressures` without its last axis."""
        return np.asarray(self.everywhere + _worth(pressures) @ self.weights)

    def chance(self, pressures: Pressures) -> Floats:
        """Return the chance of at least one event within the horizon; never quite 0."""
        return np.asarray(-np.expm1(-self.expected(pressures)))


def pressures(events: Events, places: Places, days: Days, *, with_patrol_finds: bool = False) -> Pressures:
    """Return how past events press on each place at the beginning of each day.

    Parameters
    ----------
    events, places
        What happened, and where we look. Events of a day itself and later are not seen.
    days
        Ordinals, ascending.
    with_patrol_finds
        Also count what only patrols saw. Only where the presence of patrols is known and corrected for.

    Returns
    -------
    ndarray of float32, shape (days, places, PRESSURES)
        Half-lives in order, within each the reaches. Events per place; never NaN: a place that nobody reports
        from looks quiet here, see the silence detector.

    Notes
    -----
    Source: self-exciting point processes, Mohler et al. (2011), JASA 106(493), with fixed kernels.
    Limits: distance over the ground, not by road; what is not reported presses on nothing.

    Examples
    --------
    >>> one = Events(np.array([100]), np.array([4.2]), np.array([18.2]), np.array([False]))
    >>> place = Places(np.array([4.25]), np.array([18.25]), 0.25)
    >>> pressures(one, place, np.array([100, 107]))[:, 0, 0].round(2).tolist()
    [0.0, 0.5]
    """
    seen = events if with_patrol_finds else events.part(~events.found_by_patrol)
    half_lives = np.array(HALF_LIVES_DAYS)[:, None, None]
    held = np.zeros((len(HALF_LIVES_DAYS), len(REACHES_KM), len(places.lat)))
    out = np.empty((len(days), len(places.lat), PRESSURES), dtype=np.float32)
    done, before = 0, int(days[0]) if len(days) else 0
    for place, day in enumerate(days.tolist()):
        held *= 0.5 ** ((day - before) / half_lives)
        until = int(np.searchsorted(seen.day, day, side="left"))
        for start in range(done, until, _AT_ONCE):
            new = seen.part(slice(start, min(start + _AT_ONCE, until)))
            faded = 0.5 ** ((day - new.day) / np.array(HALF_LIVES_DAYS)[:, None])
            held += np.tensordot(faded, _reach(new, places), axes=1)
        done, before = until, day
        out[place] = held.reshape(PRESSURES, -1).T
    return out


def happened(events: Events, places: Places, days: Days) -> NDArray[np.bool_]:
    """Return whether each place saw an event in the horizon that begins with each day, shape (days, places)."""
    inside = places.hold(events)
    starts = np.searchsorted(events.day, days, side="left")
    ends = np.searchsorted(events.day, days + HORIZON_DAYS, side="left")
    return np.array([inside[start:end].any(axis=0) for start, end in zip(starts, ends, strict=True)])


def closed_days(first: int, as_of: int, *, every_days: int = 14) -> Days:
    """Return the days of issue whose horizon was over when `as_of` began, not before `first`, ascending."""
    last = as_of - HORIZON_DAYS
    return np.arange(last, first - 1, -every_days, dtype=np.int64)[::-1]


def learn(seen: Pressures, came: NDArray[np.bool_], *, learned_until: int) -> Rates:
    """Return what pressures are worth, from what followed upon them.

    Parameters
    ----------
    seen
        Pressures at past days of issue, shape (days, places, PRESSURES).
    came
        Whether each place then saw an event, shape (days, places).
    learned_until
        The last day of the last horizon, as an ordinal.

    Notes
    -----
    Source: likelihood of a Poisson process seen only as yes or no, by expectation and maximisation (Dempster, Laird
    and Rubin 1977); the weights cannot become negative.
    Limits: the same weights in all places; a law that no longer holds is unlearned only slowly.
    """
    flat, yes = seen.reshape(-1, PRESSURES), came.ravel()
    if not yes.any():
        # Nothing is known to follow upon anything: half an event in all that was seen, unknown where.
        few = 0.5 / max(len(yes), 1)
        return Rates(few, np.zeros(2 * PRESSURES), learned_until, 0.0 if len(yes) else None)
    total = np.concatenate([[float(len(flat))], _total_worth(flat)])
    bad = np.concatenate([np.ones((int(yes.sum()), 1)), _worth(flat[yes])], axis=1)
    weights = np.full(1 + 2 * PRESSURES, _START)
    for _ in range(_ROUNDS):
        # How many events stand behind each yes, given that there was at least one.
        behind = 1 / -np.expm1(-(bad @ weights))
        weights = weights * (bad.T @ behind) / np.maximum(total, 1e-9)
    # A place where nothing ever happened is not safe: at least half an event in all places and windows.
    everywhere = max(float(weights[0]), 0.5 / len(flat))
    return Rates(everywhere, weights[1:], learned_until, float(yes.mean()))


def drivers(
    rates: Rates, events: Events, places: Places, *, place: int, as_of: int, most: int = 3
) -> tuple[Driver, ...]:
    """Return the past events that most of the chance of a place comes from, the weightiest first.

    Parameters
    ----------
    rates
        What pressures are worth.
    events, places
        As given to `pressures`; what only patrols saw is left out here as there.
    place, as_of
        Which place, and the day as an ordinal.
    most
        How many at most.
    """
    seen = events.part(~events.found_by_patrol).before(as_of)
    if not len(seen.day):
        return ()
    one = Places(places.lat[[place]], places.lon[[place]], places.half_degrees)
    age = as_of - seen.day
    faded = 0.5 ** (age[:, None] / np.array(HALF_LIVES_DAYS))
    each = (faded[:, :, None] * _reach(seen, one)[:, None, :, 0]).reshape(len(age), PRESSURES)
    total = each.sum(axis=0)
    # A logarithm is shared out among the events in proportion to their part of the pressure.
    bent = np.divide(np.log1p(_BEND * total), total, out=np.zeros(PRESSURES), where=total > 0)
    given = each @ (rates.weights[:PRESSURES] + rates.weights[PRESSURES:] * bent)
    whole = float(given.sum()) + rates.everywhere
    km = one.km_to(seen)[:, 0]
    first = np.argsort(-given, kind="stable")[:most]
    return tuple(Driver(int(age[i]), float(km[i]), float(given[i]) / whole) for i in first if given[i] > 0)


def _reach(events: Events, places: Places) -> NDArray[np.float32]:
    """Return how far each event reaches into each place, 0 to 1, shape (events, reaches, places)."""
    out = np.empty((len(events.day), len(REACHES_KM), len(places.lat)), dtype=np.float32)
    squared = (places.km_to(events) ** 2).astype(np.float32)
    for at, km in enumerate(REACHES_KM):
        out[:, at] = np.exp(squared / np.float32(-2 * km * km)) if km else places.hold(events)
    return out


def _worth(seen: Pressures) -> Floats:
    wide = np.asarray(seen, float)
    return np.concatenate([wide, np.log1p(_BEND * wide)], axis=-1)


def _total_worth(flat: Pressures) -> Floats:
    """Return the sum over all rows, some at a time: a country of ten years is a million rows."""
    return np.asarray(np.sum([_worth(part).sum(axis=0) for part in _parts(flat)], axis=0))


def _parts(flat: Pressures) -> Iterator[Pressures]:
    for start in range(0, len(flat), 65536):
        yield flat[start : start + 65536]
