"""Zones: each place with its nearest neighbours, the circles over which a scan looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Reals = NDArray[np.float64]
Truths = NDArray[np.bool_]

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Zones:
    """Growing circles around every place.

    Attributes
    ----------
    order : ndarray of int32, shape (places, nearest)
        Places from near to far; the first is the centre itself. Padded with -1 past the largest circle.
    reach : ndarray of float, shape (places, nearest)
        How far each of them is from the centre, in the unit of the distances given. NaN where padded.
    ends : ndarray of bool, shape (places, nearest)
        True where a circle may end: two places equally far are in it together or not at all.
    """

    order: Ints
    reach: Reals
    ends: Truths

    @property
    def places(self) -> int:
        """How many places there are."""
        return int(self.order.shape[0])

    def members(self, centre: int, size: int) -> tuple[int, ...]:
        """Return the places of a circle, from near to far."""
        return tuple(int(one) for one in self.order[centre, :size])

    def radius(self, centre: int, size: int) -> float:
        """Return how far the farthest place of a circle is from its centre."""
        return float(self.reach[centre, size - 1])

    def weight(self, of_place: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the sum over each circle of a value held by places; shape (places, nearest)."""
        held = np.where(self.order >= 0, np.asarray(of_place, dtype=np.float64)[self.order], 0.0)
        total: NDArray[np.float64] = np.cumsum(held, axis=1)
        return total


def distances_km(lat: Reals, lon: Reals) -> Reals:
    """Return the great-circle distance between every two places, in km; shape (places, places)."""
    phi, lam = np.radians(lat), np.radians(lon)
    half_lat, half_lon = (phi[:, None] - phi) / 2, (lam[:, None] - lam) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi)[:, None] * np.cos(phi) * np.sin(half_lon) ** 2
    far: Reals = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return far


def distances_flat(x: Reals, y: Reals) -> Reals:
    """Return the straight distance between every two places, in the unit of `x` and `y`."""
    return np.hypot(x[:, None] - x, y[:, None] - y)


def nearest(
    far: Reals, *, most: int, within: float | None = None, weight: Reals | None = None, max_share: float = 1.0
) -> Zones:
    """Return the circles around every place.

    Parameters
    ----------
    far : ndarray of float, shape (places, places)
        Distance between every two places.
    most : int
        Largest number of places in a circle, the centre among them.
    within : float, optional
        Largest radius, in the unit of `far`.
    weight : ndarray of float, shape (places,), optional
        What a circle may hold at most `max_share` of: people, or past incidents. None is no such limit.
    max_share : float
        Largest share (0-1) of the whole `weight` in one circle.

    Returns
    -------
    Zones
        A ring of equally far places is taken whole or left out whole.
    """
    places = far.shape[0]
    width = min(most, places)
    order = np.argsort(far, axis=1, kind="stable").astype(np.int32)
    reach = np.take_along_axis(far, order, axis=1)
    # Distances that differ by rounding alone are one ring.
    ends = np.ones((places, places), dtype=bool)
    ends[:, :-1] = np.diff(reach, axis=1) > 1e-9
    order, reach, ends = order[:, :width].copy(), reach[:, :width].copy(), ends[:, :width].copy()
    allowed = np.ones((places, width), dtype=bool) if within is None else reach <= within
    if weight is not None:
        held = np.cumsum(np.asarray(weight, dtype=np.float64)[order], axis=1)
        allowed &= held <= max_share * float(np.sum(weight)) + 1e-9
    allowed[:, 0] = True
    ends &= allowed
    order[~allowed] = -1
    reach[~allowed] = np.nan
    return Zones(np.ascontiguousarray(order), reach, np.ascontiguousarray(ends))


def standing_apart(ratio: Reals, zones: Zones, *, most: int) -> list[tuple[int, int]]:
    """Return centre and last position of the circles that share no place, the strongest first.

    Each centre speaks with its strongest circle alone, as SaTScan lists them. Statistics are rounded first, so that
    a tie is a tie in every kernel: the first centre and the smaller circle then win.
    """
    rounded = np.round(ratio, 9)
    last = rounded.argmax(axis=1)
    height = np.take_along_axis(rounded, last[:, None], axis=1)[:, 0]
    taken = np.zeros(zones.places, dtype=bool)
    found: list[tuple[int, int]] = []
    for centre in np.argsort(-height, kind="stable"):
        if height[centre] <= 0 or len(found) == most:
            break
        members = list(zones.members(int(centre), int(last[centre]) + 1))
        if not taken[members].any():
            taken[members] = True
            found.append((int(centre), int(last[centre])))
    return found
