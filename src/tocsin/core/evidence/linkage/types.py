"""What linkage compares, held as arrays: one position a report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Claims:
    """What each report says, as far as it says it.

    Attributes
    ----------
    day
        When, in days since any fixed day, shape (n,).
    lat, lon
        Where, degrees, shape (n,).
    kind, side_a, side_b
        Numbers of the kind of event and of the two sides; `UNKNOWN` where it is not said.
    deaths
        People killed as told; NaN where it is not said.
    source
        Number of who reports; two reports with one number come from one source.
    place
        The name of the place as written; empty where it is not said.
    """

    day: Real
    lat: Real
    lon: Real
    kind: Whole
    side_a: Whole
    side_b: Whole
    deaths: Real
    source: Whole
    place: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.day)

    def some(self, positions: Whole) -> Claims:
        """Return the reports at these positions, in their order."""
        return Claims(
            self.day[positions],
            self.lat[positions],
            self.lon[positions],
            self.kind[positions],
            self.side_a[positions],
            self.side_b[positions],
            self.deaths[positions],
            self.source[positions],
            tuple(self.place[position] for position in positions),
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of reports that are near enough to be compared: positions, and how far apart; shape (p,) each."""

    one: Whole
    other: Whole
    days: Real
    km: Real

    def __len__(self) -> int:
        return len(self.one)
