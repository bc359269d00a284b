"""Rank places week by week as it would have been done then, and say how good the order was.

On each day of issue only what had happened before it is seen. The weights of the rate surface are learned anew at
the beginning of each year from four-week windows that were over by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import scores
from tocsin.core.forecast.rate_surface import (
    HALF_LIVES_DAYS,
    HORIZON_DAYS,
    REACHES_KM,
    Days,
    Events,
    Floats,
    Places,
    Rates,
    closed_days,
    happened,
    learn,
    pressures,
)

LEARN_YEARS: Final = 15
EVERY_DAYS: Final = 7
QUIET_DAYS: Final = 180
SURFACE: Final = "rate_surface"
EWMA: Final = "ewma_90_days"
# Chances below are left out of the table of reliability: nearly all places, nearly always quiet.
_WORTH_SAYING: Final = 0.01
_BINS: Final = 8
_TOP: Final = 10

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Walk:
    """Every issue of the scored years: what was said of each place, and what came.

    Attributes
    ----------
    days
        Days of issue as ordinals, shape (days,).
    came
        Whether an event followed within the horizon, shape (days, places).
    quiet
        Whether the place had then been quiet for `QUIET_DAYS`, shape (days, places).
    ranks
        Method to what places are ranked by, shape (days, places).
    usual
        Share of places and windows with an event in what was learned from, shape (days,).
    learned
        Year to the weights used in it.
    """

    days: Days
    came: Flags
    quiet: Flags
    ranks: Mapping[str, Floats]
    usual: Floats
    learned: Mapping[int, Rates]

    def only(self, places: Flags) -> Walk:
        """Return the same issues for some of the places."""
        ranks = {method: held[:, places] for method, held in self.ranks.items()}
        return replace(self, came=self.came[:, places], quiet=self.quiet[:, places], ranks=ranks)

    @property
    def quarters(self) -> NDArray[np.int64]:
        """The quarter of the year of each issue, numbered from 0: weeks of one quarter share their luck."""
        found = [date.fromordinal(day) for day in self.days.tolist()]
        first = found[0].year * 4 if found else 0
        return np.array([day.year * 4 + (day.month - 1) // 3 - first for day in found])


def walk(events: Events, places: Places, *, years: Sequence[int], until: int) -> Walk:
    """Return all weekly issues of the years, each with what was known on its day.

    Parameters
    ----------
    events, places
        What happened, and all places of the area, also those that never saw anything.
    years
        Scored years, ascending.
    until
        The last day that is known, as an ordinal: an issue whose horizon is not over by then is left out.
    """
    parts = [_year(events, places, year=year, until=until) for year in years]
    held = [part for part in parts if part is not None]
    if not held:
        raise ValueError("no issue of these years has a horizon that is over")
    return Walk(
        days=np.concatenate([one.days for one in held]),
        came=np.concatenate([one.came for one in held]),
        quiet=np.concatenate([one.quiet for one in held]),
        ranks={name: np.concatenate([one.ranks[name] for one in held]) for name in held[0].ranks},
        usual=np.concatenate([one.usual for one in held]),
        learned={year: rates for one in held for year, rates in one.learned.items()},
    )


def _year(events: Events, places: Places, *, year: int, until: int) -> Walk | None:
    begins = date(year, 1, 1).toordinal()
    days = np.arange(begins, date(year + 1, 1, 1).toordinal(), EVERY_DAYS)
    days = days[days + HORIZON_DAYS - 1 <= until]
    if not len(days):
        return None
    rates = learned_before(events, places, begins)
    seen = pressures(events, places, days)
    last_28, last_365, since = _plain(events, places, days)
    ranks = {
        SURFACE: rates.chance(seen),
        EWMA: seen[:, :, HALF_LIVES_DAYS.index(90.0) * len(REACHES_KM)].astype(float),
        "last_365_days": last_365,
        "last_28_days": last_28,
    }
    usual = np.full(len(days), np.nan if rates.base_rate is None else rates.base_rate)
    return Walk(days, happened(events, places, days), since >= QUIET_DAYS, ranks, usual, {year: rates})


def learned_before(events: Events, places: Places, day: int) -> Rates:
    """Return the weights as they could be known when `day` began."""
    known = events.before(day)
    first = max(int(known.day[0]) if len(known.day) else day, day - round(LEARN_YEARS * 365.25))
    past = closed_days(first, day)
    seen = pressures(known, places, past)
    return learn(seen, happened(known, places, past), learned_until=day - 1)


def _plain(events: Events, places: Places, days: Days) -> tuple[Floats, Floats, Floats]:
    """Return events of the last 28 and 365 days in each place, and the days since the last, shape (days, places)."""
    inside = places.hold(events)
    so_far = np.concatenate([np.zeros((1, inside.shape[1])), np.cumsum(inside, axis=0, dtype=float)])
    latest = np.maximum.accumulate(np.where(inside, events.day[:, None], -np.inf), axis=0)
    latest = np.concatenate([np.full((1, inside.shape[1]), -np.inf), latest])
    now = np.searchsorted(events.day, days, side="left")
    spans = [so_far[now] - so_far[np.searchsorted(events.day, days - span, side="left")] for span in (28, 365)]
    return np.asarray(spans[0]), np.asarray(spans[1]), np.asarray(days[:, None] - latest[now])


def figures(one: Walk, method: str) -> dict[str, Any]:
    """Return how good the order of a method was, and its chances where it says chances."""
    rank, came, quiet = one.ranks[method], one.came, one.quiet
    top = np.argsort(-rank, axis=1, kind="stable")
    hits = np.take_along_axis(came, top, axis=1)
    found = {
        "average_precision": scores.average_precision(rank.ravel(), came.ravel()),
        "auc": scores.auc(rank.ravel(), came.ravel()),
        "precision_at_5": float(hits[:, :5].mean()),
        "precision_at_10": float(hits[:, :_TOP].mean()),
        "recall_at_10": float(hits[:, :_TOP].sum() / came.sum()) if came.any() else None,
        "onset_average_precision": scores.average_precision(rank[quiet], came[quiet]),
        "onset_auc": scores.auc(rank[quiet], came[quiet]),
    }
    return found | (_chances(one, rank) if method == SURFACE else {})


def _chances(one: Walk, said: Floats) -> dict[str, Any]:
    """Return what is only asked of chances: Brier score, skill, reliability."""
    came = one.came
    ours = scores.brier(said, came)
    worth = said > _WORTH_SAYING
    table = scores.reliability(said[worth], came[worth], bins=_BINS)
    usual = np.broadcast_to(np.nan_to_num(one.usual)[:, None], came.shape)
    return {
        "brier": float(ours.mean()),
        "brier_skill_against_rate_of_scored_years": scores.skill(ours, scores.brier(came.mean(), came)),
        "brier_skill_against_rate_learned": scores.skill(ours, scores.brier(usual, came)),
        "calibration_error": scores.calibration_error(table),
        "calibration_error_all": scores.calibration_error(
            scores.reliability(said.ravel(), came.ravel(), bins=_BINS * 5)
        ),
        "largest_gap": scores.largest_gap(table),
        "reliability": [part._asdict() for part in table],
    }


def gain(one: Walk, method: str, over: str) -> Callable[[NDArray[np.int64]], float]:
    """Return what gives the gain in average precision of a method over another when quarters are drawn anew."""
    blocks = np.repeat(one.quarters, one.came.shape[1])
    both = [scores.precision_by_blocks(one.ranks[name].ravel(), one.came.ravel(), blocks) for name in (method, over)]
    return lambda times: both[0](times) - both[1](times)


def first_ten(ranks: Floats) -> Flags:
    """Return the ten places ranked first at each issue, shape (days, places)."""
    shown = np.zeros(ranks.shape, bool)
    np.put_along_axis(shown, np.argsort(-ranks, axis=1, kind="stable")[:, :_TOP], True, axis=1)
    return shown


def first_ten_spread(chances: Floats, km: Floats) -> Flags:
    """Return ten places that leave no distance from our bases behind, shape (days, places).

    Far violence is scattered, so that a plain list of ten shows mostly what is near. Here what is expected is cut into
    thirds by distance, and each next place is the likeliest one of the third of which the least is shown so far.

    Parameters
    ----------
    chances
        The chance in each place at each issue, shape (days, places).
    km
        Distance of each place to the nearest base, shape (days, places); NaN where none was known: there the
        plain order stays.

    Notes
    -----
    Source: proportional shares, the largest remainder first.
    Limits: rests on the chances being right at every distance; the list as a whole sees somewhat less.
    """
    shown = first_ten(chances)
    for issue in np.flatnonzero(np.isfinite(km).all(axis=1)).tolist():
        shown[issue] = _spread(chances[issue], km[issue])
    return shown


def _spread(chance: Floats, km: Floats) -> Flags:
    """Return the ten places of one issue."""
    by_km = np.argsort(km, kind="stable")
    # Halves of the place itself, so that a place on the edge falls to the side that holds more of it.
    so_far = (np.cumsum(chance[by_km]) - chance[by_km] / 2) / chance.sum()
    third = np.empty(len(km), dtype=np.int64)
    third[by_km] = np.minimum((so_far * 3).astype(np.int64), 2)
    waiting = [list(np.flatnonzero(third == at)[np.argsort(-chance[third == at], kind="stable")]) for at in range(3)]
    shown = np.zeros(len(km), bool)
    held = np.zeros(3)
    for _ in range(min(_TOP, len(km))):
        at = min((at for at in range(3) if waiting[at]), key=lambda at: held[at])
        place = waiting[at].pop(0)
        held[at] += chance[place] / chance[third == at].sum()
        shown[place] = True
    return shown


def recall_by_distance(came: Flags, shown: Flags, km: Floats) -> list[dict[str, Any]]:
    """Return which share of events the places shown held, by thirds of their distance to the nearest base.

    Parameters
    ----------
    came, shown
        What followed, and which places were shown, shape (days, places).
    km
        Distance of each place to the nearest base at each issue, shape (days, places); NaN where none was known.

    Returns
    -------
    list
        Near, middle, far; empty where no base was known.
    """
    asked = came & np.isfinite(km)
    away, seen = km[asked], shown[asked]
    if not len(away):
        return []
    edges = np.quantile(away, [1 / 3, 2 / 3])
    third = np.searchsorted(edges, away, side="left")
    return [
        {
            "third": name,
            "from_km": float(away[third == at].min()),
            "to_km": float(away[third == at].max()),
            "events": int((third == at).sum()),
            "recall_at_10": float(seen[third == at].mean()),
        }
        for at, name in enumerate(("near", "middle", "far"))
        if (third == at).any()
    ]
