"""What the mission holds, as arrays: which harm counts where, and what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.core.evidence.types import Incident
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.rate_surface import Events, Places
from tocsin.core.forecast.surges.discovery import Discovery, weigh
from tocsin.core.places.distance import EARTH_RADIUS_KM
from tocsin.core.places.types import Place
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ATTACK_CODES, EventCode, ImminenceState

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ONLY_THREATENED = (ImminenceState.POTENTIAL, ImminenceState.EMERGING, ImminenceState.IMMINENT)
# Half the side of the square that is a place, in degrees: harm is put at its place, and at no other.
_HALF_DEGREES = 1e-4


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was known at one moment.

    Attributes
    ----------
    incidents : tuple of Incident
        As they were known then.
    found_by : mapping
        How each incident came to be known, by reference; None or absent: not on record.
    settlements : tuple of Place
        Where people live.
    heard : mapping
        When something was heard from each place, by reference.
    zone : timedelta
        Offset of the mission's clock: its days are those of the outlook.
    """

    incidents: tuple[Incident, ...]
    found_by: Mapping[str, Discovery | None]
    settlements: tuple[Place, ...]
    heard: Mapping[str, Sequence[datetime]]
    zone: timedelta


@dataclass(frozen=True, slots=True)
class Cases:
    """Harm to civilians, one row each, by the day on which it began.

    Attributes
    ----------
    refs : tuple of str
        References of the incidents.
    day, known : ndarray of int, shape (cases,)
        The day it began and the day we knew of it, as ordinals of the mission's clock.
    lat, lon : ndarray of float, shape (cases,)
        Those of the place it is counted at, its own where it is at none.
    place : ndarray of int, shape (cases,)
        Index of the place, -1 where none is near.
    sought : ndarray of bool, shape (cases,)
        True where nobody but our own patrols, or nobody on record, found it: it verifies and raises no rate.
    """

    refs: tuple[str, ...]
    day: Days
    known: Days
    lat: Floats
    lon: Floats
    place: Days
    sought: Flags

    def part(self, wanted: Flags) -> Cases:
        """Return the cases wanted."""
        refs = tuple(ref for ref, is_wanted in zip(self.refs, wanted, strict=True) if is_wanted)
        return Cases(
            refs,
            self.day[wanted],
            self.known[wanted],
            self.lat[wanted],
            self.lon[wanted],
            self.place[wanted],
            self.sought[wanted],
        )

    @property
    def steady(self) -> Cases:
        """What came to us wherever we were."""
        return self.part(~self.sought)

    @property
    def events(self) -> Events:
        """The same as the rate surface takes them."""
        return Events(self.day, self.lat, self.lon, self.sought)


@dataclass(frozen=True, slots=True)
class Laid:
    """The ledger laid out: the places that are looked at, the cases, and what is not among them."""

    places: tuple[Place, ...]
    ground: Places
    cases: Cases
    today: int
    left_out: tuple[Because, ...]
    sexual_violence: tuple[Incident, ...]


def lay_out(ledger: Ledger, *, as_of: datetime, terms: Terms) -> Laid:
    """Return the ledger as arrays.

    Parameters
    ----------
    ledger : Ledger
        What was known at `as_of`.
    as_of : datetime
        The moment.
    terms : Terms
        The rules.

    Notes
    -----
    Source: `forecast.*`; which harm counts is that of the scorecard.
    Limits: harm by sexual violence alone is at no place here: it is counted by sector, and only from enough on.
    """
    harm = [one for one in ledger.incidents if _is_harm(one, as_of)]
    apart = tuple(one for one in harm if EventCode.SGV in one.events)
    counted = [one for one in harm if ATTACK_CODES & set(one.events) - {EventCode.SGV} or EventCode.CLS in one.events]
    counted.sort(key=lambda one: (_day(one.start, ledger.zone), one.ref))
    places = _nearest_to_harm(ledger.settlements, counted, terms.most_places)
    where = _places_of(counted, places, terms.place_within_km)
    weighed = weigh([ledger.found_by.get(one.ref) for one in counted])
    points = [places[at].point if at >= 0 else one.point for one, at in zip(counted, where.tolist(), strict=True)]
    cases = Cases(
        refs=tuple(one.ref for one in counted),
        day=np.array([_day(one.start, ledger.zone) for one in counted], dtype=np.int64),
        known=np.array([_day(one.known_at, ledger.zone) for one in counted], dtype=np.int64),
        lat=np.array([one.lat for one in points], dtype=float),
        lon=np.array([one.lon for one in points], dtype=float),
        place=where,
        sought=~weighed.kept,
    )
    ground = Places(
        np.array([one.point.lat for one in places], dtype=float),
        np.array([one.point.lon for one in places], dtype=float),
        _HALF_DEGREES,
    )
    left_out = [*weighed.reasons]
    if (where < 0).any():
        left_out.append(Because("outlook.at_no_place", {"events": int((where < 0).sum()), "km": terms.place_within_km}))
    if len(places) < len(ledger.settlements):
        left_out.append(Because("outlook.places_left_out", {"places": len(ledger.settlements) - len(places)}))
    if len(apart):
        left_out.append(Because("outlook.sexual_violence_apart", {"least": terms.sexual_violence_least}))
    return Laid(places, ground, cases, _day(as_of, ledger.zone), tuple(left_out), apart)


def _is_harm(one: Incident, as_of: datetime) -> bool:
    is_attack = bool(ATTACK_CODES & set(one.events)) or (one.victim == "civilians" and EventCode.CLS in one.events)
    return is_attack and one.victim != "mission" and one.start <= as_of and one.imminence not in _ONLY_THREATENED


def _day(moment: datetime, zone: timedelta) -> int:
    return (moment.astimezone(UTC) + zone).toordinal()


def _nearest_to_harm(settlements: tuple[Place, ...], counted: list[Incident], most: int) -> tuple[Place, ...]:
    """Return all settlements, or where there are too many those where or near which most happened."""
    if len(settlements) <= most:
        return settlements
    here = {one.place for one in counted}
    km = _km(counted, settlements)
    near = (km.min(axis=0) if len(counted) else np.zeros(len(settlements))).tolist()
    order = sorted(range(len(settlements)), key=lambda at: (settlements[at].ref not in here, near[at]))[:most]
    return tuple(settlements[at] for at in sorted(order))


def _places_of(counted: list[Incident], places: tuple[Place, ...], within_km: float) -> Days:
    """Return the index of each incident's place: its own, otherwise the nearest; -1 where none is near."""
    number = {place.ref: at for at, place in enumerate(places)}
    found = np.array([number.get(one.place or "", -1) for one in counted], dtype=np.int64)
    loose = [at for at in range(len(counted)) if found[at] < 0]
    if not loose or not places:
        return found
    km = _km([counted[at] for at in loose], places)
    nearest = km.argmin(axis=1)
    found[loose] = np.where(km.min(axis=1) <= within_km, nearest, -1)
    return found


def _km(counted: Sequence[Incident], places: Sequence[Place]) -> Floats:
    lat, lon = (np.radians([getattr(one.point, axis) for one in counted]) for axis in ("lat", "lon"))
    to_lat, to_lon = (np.radians([getattr(one.point, axis) for one in places]) for axis in ("lat", "lon"))
    north, east = lat[:, None] - to_lat, (lon[:, None] - to_lon) * np.cos(lat)[:, None]
    return np.asarray(EARTH_RADIUS_KM * np.hypot(north, east))
