"""Where are there more cases than people explain: the spatial Poisson scan, for places whose population is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges.chance import Drawn
from tocsin.core.forecast.surges.scan_plain import statistic
from tocsin.core.forecast.surges.zones import Zones, standing_apart

Reals = NDArray[np.float64]

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Excess:
    """A circle with more cases than its people explain; `p` as in the space-time scan, None where not asked."""

    centre: int
    members: tuple[int, ...]
    radius: float
    cases: int
    expected: float
    relative_risk: float
    llr: float
    p: float | None


def scan(
    cases: NDArray[np.integer], people: Reals, zones: Zones, *, seed: int, replicates: int = 0, clusters: int = 10
) -> tuple[Excess, ...]:
    """Return the circles with an excess that share no place, the strongest first.

    Parameters
    ----------
    cases : ndarray of int, shape (places,)
        Cases in each place.
    people : ndarray of float, shape (places,)
        People at risk there.
    zones : Zones
        The circles.
    seed : int
        Where luck starts.
    replicates : int
        How often the cases are dealt out among the people; 0 gives no chance of noise.
    clusters : int
        How many to list at most.

    Returns
    -------
    tuple of Excess

    Notes
    -----
    Source: Kulldorff (1997), Communications in Statistics 26(6) 1481-1496.
    Limits: needs a population that is known and stands still; during displacement it is neither.
    """
    total = int(np.sum(cases))
    expected = zones.weight(people) * total / float(np.sum(people))
    count = np.rint(zones.weight(cases)).astype(np.int64)
    ratio = np.where(zones.ends, statistic(count, expected, total), 0.0)
    found = []
    for centre, last in standing_apart(ratio, zones, most=clusters):
        inside, thought = int(count[centre, last]), float(expected[centre, last])
        outside = (total - inside) / (total - thought) if total > thought else np.nan
        found.append(
            Excess(
                centre=centre,
                members=zones.members(centre, last + 1),
                radius=zones.radius(centre, last + 1),
                cases=inside,
                expected=thought,
                relative_risk=float(inside / thought / outside) if outside else np.inf,
                llr=float(ratio[centre, last]),
                p=None,
            )
        )
    if not replicates:
        return tuple(found)
    drawn = Drawn(_maxima(total, people, zones, seed=seed, replicates=replicates), stopped=False)
    return tuple(replace(one, p=drawn.rank(one.llr)) for one in found)


def _maxima(total: int, people: Reals, zones: Zones, *, seed: int, replicates: int) -> Reals:
    luck = np.random.Generator(np.random.PCG64(seed))
    share = people / np.sum(people)
    expected = zones.weight(share) * total
    found = np.empty(replicates)
    for begin in range(0, replicates, _BATCH):
        end = min(begin + _BATCH, replicates)
        dealt = luck.multinomial(total, share, size=end - begin)
        held = np.where(zones.order >= 0, dealt[:, zones.order], 0)
        count = np.cumsum(held, axis=2)
        ratio = np.where(zones.ends, statistic(count, np.broadcast_to(expected, count.shape), total), 0.0)
        found[begin:end] = ratio.max(axis=(1, 2))
    return found
