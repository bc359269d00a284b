"""Make reports of known events, as several sources might have told them, to see which are found to be one.

No open set holds real reports of several organisations with the truth beside them. These are made from
real events by known kinds of noise; two noises that differ in every part keep a method from being
praised for having learned one of them. Read the figures as comparisons between methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.core.evidence.linkage.types import UNKNOWN, Claims, Real, Whole
from tocsin.core.evidence.types import EventRecord

_KINDS = {"state": 0, "non_state": 1, "one_sided": 2}
_VOWELS = "aeiouy"


@dataclass(frozen=True, slots=True)
class Noise:
    """How sources distort what happened. Shares run from 0 to 1.

    Attributes
    ----------
    told
        Chance that a source tells of an event.
    sources
        How many sources there are.
    late_days
        Chances of a shift by 0, 1, 2... days, to either side.
    placed_well, km
        Share of the places that are right; half of the others are moved less than `km`, none over 45 km.
    centre
        Share put on the middle of the half-degree cell instead of the place.
    deaths
        Spread of the number of deaths (log scale); `rounded` share is given as a round number.
    twice
        Share of the reports that their source sends a second time, a little changed.
    """

    told: float = 0.305
    sources: int = 4
    late_days: tuple[float, ...] = (0.72, 0.14, 0.06, 0.04, 0.02, 0.02)
    placed_well: float = 0.60
    km: float = 6.0
    centre: float = 0.0
    deaths: float = 0.35
    rounded: float = 0.0
    deaths_unknown: float = 0.10
    kind_swapped: float = 0.10
    actor_unknown: float = 0.25
    sides_swapped: float = 0.15
    misspelt: float = 0.35
    cut_short: float = 0.0
    place_unknown: float = 0.0
    twice: float = 0.0


PLAIN = Noise()
# Another world of errors: reported late rather than early or late, centres of areas, round numbers, cut names.
ROUGH = Noise(
    told=0.30,
    late_days=(0.60, 0.20, 0.10, 0.05, 0.03, 0.02),
    placed_well=0.30,
    km=8.0,
    centre=0.12,
    deaths=0.2,
    rounded=0.35,
    deaths_unknown=0.25,
    kind_swapped=0.06,
    actor_unknown=0.35,
    sides_swapped=0.30,
    misspelt=0.15,
    cut_short=0.35,
    place_unknown=0.15,
)


def made_reports(events: Sequence[EventRecord], *, noise: Noise, seed: int) -> tuple[Claims, Whole]:
    """Return the reports of the events, each told by one source at least, and the event that each tells of."""
    draw = np.random.default_rng(seed)
    told = draw.random((len(events), noise.sources)) < noise.told
    told[np.arange(len(events)), draw.integers(noise.sources, size=len(events))] |= ~told.any(axis=1)
    which, source = np.nonzero(told)
    again = draw.random(len(which)) < noise.twice
    which, source = np.concatenate([which, which[again]]), np.concatenate([source, source[again]])
    names = _Numbers()
    sides = [(names.of(event.side_a), names.of(event.side_b)) for event in events]
    told_of = which.tolist()
    maker = _Maker(noise, draw, len(which))
    lat, lon = maker.moved(
        np.array([events[position].lat for position in told_of]),
        np.array([events[position].lon for position in told_of]),
    )
    first, second = maker.sides(np.array([sides[position] for position in told_of], dtype=np.int64))
    claims = Claims(
        day=maker.day(np.array([events[position].start.timestamp() / 86400 for position in told_of])),
        lat=lat,
        lon=lon,
        kind=maker.kind(np.array([_KINDS[events[position].violence] for position in told_of])),
        side_a=first,
        side_b=second,
        deaths=maker.deaths(np.array([_known(events[position].deaths_best) for position in told_of])),
        source=source.astype(np.int64),
        place=tuple(maker.name(events[position].place_name or "") for position in told_of),
    )
    return claims, which.astype(np.int64)


class _Numbers:
    """Gives each name a number."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, name: str | None) -> int:
        return UNKNOWN if not name else self._known.setdefault(name, len(self._known))


def _known(number: int | None) -> float:
    return float("nan") if number is None else float(number)


class _Maker:
    """Distorts what happened, one field at a time."""

    def __init__(self, noise: Noise, draw: np.random.Generator, count: int) -> None:
        self._noise, self._draw, self._count = noise, draw, count

    def _some(self, share: float) -> NDArray[np.bool_]:
        return self._draw.random(self._count) < share

    def day(self, day: Real) -> Real:
        chances = np.array(self._noise.late_days)
        late = self._draw.choice(len(chances), size=self._count, p=chances / chances.sum())
        to_side = 1 if self._noise.centre else self._draw.choice([-1, 1], size=self._count)
        return np.floor(day) + late * to_side

    def moved(self, lat: Real, lon: Real) -> tuple[Real, Real]:
        km = np.minimum(self._draw.exponential(self._noise.km / np.log(2), self._count), 45.0)
        km[self._some(self._noise.placed_well)] = 0.0
        towards = self._draw.uniform(0, 2 * np.pi, self._count)
        new_lat = lat + km * np.cos(towards) / 111.2
        new_lon = lon + km * np.sin(towards) / (111.2 * np.cos(np.radians(lat)))
        centred = self._some(self._noise.centre)
        new_lat[centred] = np.floor(lat[centred] * 2) / 2 + 0.25
        new_lon[centred] = np.floor(lon[centred] * 2) / 2 + 0.25
        return new_lat, new_lon

    def kind(self, kind: Whole) -> Whole:
        swapped = self._some(self._noise.kind_swapped)
        kind[swapped] = (kind[swapped] + self._draw.integers(1, 3, int(swapped.sum()))) % 3
        return kind

    def sides(self, sides: Whole) -> tuple[Whole, Whole]:
        swapped = self._some(self._noise.sides_swapped)
        sides[swapped] = sides[swapped][:, ::-1]
        for column in (0, 1):
            sides[self._some(self._noise.actor_unknown / 2), column] = UNKNOWN
        return sides[:, 0], sides[:, 1]

    def deaths(self, deaths: Real) -> Real:
        told = np.round(deaths * np.exp(self._draw.normal(0, self._noise.deaths, self._count)))
        told = np.where((deaths > 0) & (told < 1), 1, told)
        rounded = self._some(self._noise.rounded) & (told > 5)
        told[rounded] = np.round(told[rounded] / 5) * 5
        told[self._some(self._noise.deaths_unknown)] = np.nan
        return told

    def name(self, name: str) -> str:
        roll = self._draw.random(3)
        if roll[0] < self._noise.place_unknown:
            return ""
        words = name.split()
        if len(words) > 1 and roll[1] < self._noise.cut_short:
            name = words[0]
        return self._misspelt(name) if name and roll[2] < self._noise.misspelt else name

    def _misspelt(self, name: str) -> str:
        for _ in range(int(self._draw.integers(1, 3))):
            at = int(self._draw.integers(len(name)))
            way = self._draw.integers(4)
            if way == 0 and len(name) > 3:
                name = name[:at] + name[at + 1 :]
            elif way == 1:
                name = name[:at] + name[at] + name[at:]
            elif way == 2 and at + 1 < len(name):
                name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            elif name[at].lower() in _VOWELS:
                name = name[:at] + _VOWELS[int(self._draw.integers(len(_VOWELS)))] + name[at + 1 :]
        return name
