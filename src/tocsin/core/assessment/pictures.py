"""What is known of each place at a moment, put together from places, incidents, sites and bases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.assessment.types import AreaPicture
from tocsin.core.evidence.types import Incident
from tocsin.core.places.distance import EARTH_RADIUS_KM, distances_km
from tocsin.core.places.types import Base, Place, Point, Site
from tocsin.core.reference import rules

Floats = NDArray[np.float64]
_PLACES_AT_ONCE: Final = 256


def build_pictures(
    places: Sequence[Place],
    incidents: Sequence[Incident],
    sites: Sequence[Site],
    bases: Sequence[Base],
    heard: Mapping[str, datetime],
    *,
    as_of: datetime,
) -> tuple[AreaPicture, ...]:
    """Return the picture of every place, in the order of `places`, as it could be drawn at `as_of`.

    Parameters
    ----------
    incidents : sequence of Incident
        Of any time. Those that became known after `as_of`, those that lie further back than the
        mission remembers and those out of the radius of every place are left out.
    heard : mapping of place reference to datetime
        When a report or check-in last came from the place. A later time than `as_of` is not known yet.

    Notes
    -----
    Source: radius and memory are dated rules (``assessment.radius_km``, ``assessment.memory_days``).
    Limits: straight distance; a river or a front line in between is not seen.
    """
    known = _known(incidents, as_of)
    near = _within_radius(places, known, rules.value("assessment.radius_km", as_of))
    by_place: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_place[site.place].append(site)
    base_km = _nearest_km(places, bases)
    return tuple(
        AreaPicture(
            place=place,
            incidents=tuple(known[position] for position in near[row]),
            sites=tuple(by_place.get(place.ref, ())),
            base_km=base_km[row],
            last_heard_at=_heard_by(heard.get(place.ref), as_of),
        )
        for row, place in enumerate(places)
    )


def _known(incidents: Sequence[Incident], as_of: datetime) -> list[Incident]:
    oldest = as_of - timedelta(days=rules.value("assessment.memory_days", as_of))
    held = [found for found in incidents if found.known_at <= as_of and (found.end or found.start) >= oldest]
    return sorted(held, key=lambda found: (found.start, found.ref))


def _heard_by(moment: datetime | None, as_of: datetime) -> datetime | None:
    return moment if moment is not None and moment <= as_of else None


def _within_radius(places: Sequence[Place], incidents: list[Incident], radius_km: float) -> list[list[int]]:
    """Return, for each place, the positions of the incidents near it, oldest first.

    Compares the cosine of the angle between unit vectors: one product of matrices for all pairs.
    """
    here = _unit_vectors([place.point for place in places])
    there = _unit_vectors([found.point for found in incidents])
    nearest = np.cos(radius_km / EARTH_RADIUS_KM)
    near: list[list[int]] = []
    for first in range(0, len(places), _PLACES_AT_ONCE):
        inside = here[first : first + _PLACES_AT_ONCE] @ there.T >= nearest
        near.extend(np.flatnonzero(row).tolist() for row in inside)
    return near


def _unit_vectors(points: Sequence[Point]) -> Floats:
    angles = np.radians(np.array([(point.lat, point.lon) for point in points], dtype=float).reshape(-1, 2))
    lat, lon = angles[:, 0], angles[:, 1]
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _nearest_km(places: Sequence[Place], bases: Sequence[Base]) -> list[float | None]:
    if not places or not bases:
        return [None] * len(places)
    km = distances_km([place.point for place in places], [base.point for base in bases])
    return [float(value) for value in km.min(axis=1)]
