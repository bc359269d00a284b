"""The incidents around one place as they could be seen at a moment, ready to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.assessment.types import AreaPicture
from tocsin.core.evidence.types import Incident
from tocsin.core.places.distance import EARTH_RADIUS_KM
from tocsin.core.reference.terms import ATTACK_CODES, EventCode, ImminenceState, VerificationState

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Traits = dict[int, tuple[float, ...]]

ARMED_CODES: Final = ATTACK_CODES | {EventCode.CLS, EventCode.MOB, EventCode.LOO}
PREPARATORY_CODES: Final = frozenset(
    {EventCode.MOB, EventCode.THR, EventCode.HSP, EventCode.TNS, EventCode.REC, EventCode.FMV, EventCode.TRH}
)
_NOT_HELD: Final = frozenset({VerificationState.REFUTED, VerificationState.DUPLICATE, VerificationState.OUT_OF_SCOPE})
_OVER: Final = frozenset({ImminenceState.SUBSIDED, ImminenceState.CLOSED})
_DAY_S: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Stream:
    """The incidents of a picture that were known and held at `as_of`, as arrays of one length.

    `age_d` are the days since the incident was last seen, `start_d` since it began (below 0 where
    it is yet to come), `known_d` since it could be known; `km` the distance from the place. `deaths`
    is the least count, NaN where unknown. `is_over` where somebody determined that it ended.
    """

    picture: AreaPicture
    as_of: datetime
    incidents: tuple[Incident, ...]
    age_d: Floats
    start_d: Floats
    known_d: Floats
    km: Floats
    deaths: Floats
    is_attack: Flags
    is_armed: Flags
    is_preparatory: Flags
    is_over: Flags

    def refs(self, chosen: Flags) -> tuple[str, ...]:
        """Return the references of the chosen incidents, oldest first, at most the latest ten."""
        return tuple(self.incidents[position].ref for position in np.flatnonzero(chosen)[-10:])

    def begun(self, days: float) -> Flags:
        """Return which incidents were last seen within `days`, leaving out what is yet to come."""
        return (self.start_d >= 0) & (self.age_d <= days)


def observe(picture: AreaPicture, *, as_of: datetime, traits: Traits | None = None) -> Stream:
    """Return the incidents of `picture` as they could be seen at `as_of`.

    What became known later, and what was refuted, is a duplicate or out of scope, is not seen.
    `traits` keeps what was worked out once for an incident that stands in several pictures.
    """
    known = {} if traits is None else traits
    seen = [found for found in picture.incidents if found.known_at <= as_of and found.state not in _NOT_HELD]
    rows = np.array([known.get(id(found)) or _remember(found, known) for found in seen], dtype=float)
    table = rows.reshape(len(seen), 10)
    now = as_of.timestamp()
    ages = (now - table[:, :3]) / _DAY_S
    # What is still to come, or still going on, is not seen in the future: it is seen now.
    last = np.where(ages[:, 0] >= 0, np.maximum(ages[:, 1], 0.0), ages[:, 0])
    km = _km_from(picture.place.point.lat, picture.place.point.lon, table[:, 3], table[:, 4])
    flags = table[:, 6:].astype(bool)
    return Stream(
        picture, as_of, tuple(seen), last, ages[:, 0], ages[:, 2], km, table[:, 5],
        flags[:, 0], flags[:, 1], flags[:, 2], flags[:, 3],
    )  # fmt: skip


def latest(incidents: Sequence[Incident], chosen: Flags, age_d: Floats) -> Incident | None:
    """Return the chosen incident that was last seen most recently, None when none is chosen."""
    positions = np.flatnonzero(chosen)
    return incidents[positions[np.argmin(age_d[positions])]] if positions.size else None


def _remember(incident: Incident, traits: Traits) -> tuple[float, ...]:
    events = set(incident.events)
    least = incident.deaths.least
    is_attack = bool(events & ATTACK_CODES) or (incident.victim == "civilians" and EventCode.CLS in events)
    found = (
        incident.start.timestamp(),
        (incident.end or incident.start).timestamp(),
        incident.known_at.timestamp(),
        incident.point.lat,
        incident.point.lon,
        float("nan") if least is None else float(least),
        float(is_attack),
        float(bool(events & ARMED_CODES)),
        float(bool(events & PREPARATORY_CODES)),
        float(incident.ended is True or incident.imminence in _OVER),
    )
    traits[id(incident)] = found
    return found


def _km_from(lat: float, lon: float, lats: Floats, lons: Floats) -> Floats:
    """Straight distance on the sphere; the same haversine as `places.distance`, on plain columns."""
    north, east = np.radians(lats - lat), np.radians(lons - lon)
    chord = np.sin(north / 2) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(lats)) * np.sin(east / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))
