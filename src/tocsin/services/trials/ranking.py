"""Rank the cells of a country week by week, as it would have been done then, and say how good the order was."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.core.forecast import feedback, ranking, scores
from tocsin.core.forecast.ranking import EWMA, SURFACE, Walk
from tocsin.core.forecast.rate_surface import HALF_LIVES_DAYS, HORIZON_DAYS, PRESSURES, REACHES_KM, Rates
from tocsin.services.trials import ground as grounds
from tocsin.services.trials.ground import Ground

TIMES = 500
SEED = 0
FEEDBACK_SEEDS = 60
# Settings were chosen where these years were scored, and nowhere else.
CHOSEN_ON = {
    "years": "2009..2013, learned from 2000 onward",
    "countries": ["Central African Republic", "DR Congo (Zaire)", "Nigeria", "Somalia", "Sudan", "Mali"],
    "choices": "pressures as they are and with their logarithm, weights of all past years alike, no trees",
}
_AGAINST = (EWMA, "last_365_days")


@dataclass(frozen=True)
class Asked:
    """The years, and the tables that lie beside the events."""

    years: tuple[int, ...]
    cells: Path | None
    bases: Path | None


def run(
    ged: Path, countries: Sequence[str], *, first: int, last: int, cells: Path | None = None, bases: Path | None = None
) -> dict[str, Any]:
    """Return how good weekly rankings were, country by country and together, with the tests of feedback and reach.

    Parameters
    ----------
    ged
        Events of the Uppsala program, in any of their layouts.
    countries
        As the file spells them.
    first, last
        The scored years.
    cells, bases
        The table of cells (gid, iso_a3) and the Geo-PKO table; without them, those in the folders ``geo`` and
        ``peacekeeping`` beside that of the events.

    Raises
    ------
    ValueError
        There is nothing to learn from, or no year to score.
    """
    began = time.perf_counter()
    if not countries or last < first:
        raise ValueError(f"got {len(countries)} countries and years {first} to {last}, expected some of each")
    cells = cells or grounds.table_beside(ged, "geo", "priogrid_cells*.csv*")
    bases = bases or grounds.table_beside(ged, "peacekeeping", "geopko_v2.1*.csv*")
    asked = Asked(tuple(range(first, last + 1)), cells, bases)
    walks: dict[str, Walk] = {}
    found = []
    for country in countries:
        figures, walks[country] = _country(ged, country, asked)
        found.append(figures)
    return {
        "trial": "ranking",
        "settings": _settings(first, last),
        "countries": found,
        "together": _together(walks) if len(walks) > 1 else None,
        "feedback": _feedback(),
        "seconds": round(time.perf_counter() - began, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _settings(first: int, last: int) -> dict[str, Any]:
    return {
        "scored_years": [first, last],
        "issued_every_days": ranking.EVERY_DAYS,
        "horizon_days": HORIZON_DAYS,
        "learned_anew": "each 1 January, from horizons over by then",
        "learned_from_years_before": ranking.LEARN_YEARS,
        "lag_days": 0,
        "half_lives_days": list(HALF_LIVES_DAYS),
        "reaches_km": list(REACHES_KM),
        "onset_after_quiet_days": ranking.QUIET_DAYS,
        "intervals": f"95 %, quarters of years drawn {TIMES} times, seed {SEED}",
        "chosen_on": CHOSEN_ON,
        "note": "final data: events were coded and revised later than they would have been known",
    }


def _country(ged: Path, country: str, asked: Asked) -> tuple[dict[str, Any], Walk]:
    """Return the figures of one country, in all cells of its area and in those that ever saw an event."""
    began = time.perf_counter()
    ground = grounds.read_ground(ged, country, cells=asked.cells, before=date(asked.years[0], 1, 1))
    walked = time.perf_counter()
    # A file that holds events of the last year is taken to hold all of that year.
    until = date(date.fromordinal(int(ground.events.day[-1])).year, 12, 31).toordinal()
    walk = ranking.walk(ground.events, ground.places, years=asked.years, until=until)
    scored = time.perf_counter()
    ever = walk.only(grounds.ever_struck(ground))
    figures = {
        "country": country,
        "data": ground.told,
        "issues": len(walk.days),
        "first_issue": date.fromordinal(int(walk.days[0])).isoformat(),
        "last_issue": date.fromordinal(int(walk.days[-1])).isoformat(),
        "all_cells": _figures(walk),
        "cells_that_ever_saw_an_event": {
            "note": "knows the future; only to compare with published figures",
            **_figures(ever),
        },
        "reach": _reach(walk, ground, asked.bases),
        "learned": {str(year): _told(rates) for year, rates in walk.learned.items()},
        "seconds": {
            "read": round(walked - began, 1),
            "learn_and_rank": round(scored - walked, 1),
            "score": round(time.perf_counter() - scored, 1),
        },
    }
    return figures, walk


def _figures(walk: Walk) -> dict[str, Any]:
    """Return every method's figures, and by how much the rate surface ranks better."""
    return {
        "cells": walk.came.shape[1],
        "base_rate": float(walk.came.mean()),
        "onsets": int((walk.came & walk.quiet).sum()),
        "methods": {name: ranking.figures(walk, name) for name in walk.ranks},
        "gain_in_average_precision": {name: _gain(walk, name) for name in _AGAINST},
    }


def _gain(walk: Walk, over: str) -> dict[str, Any]:
    figure = ranking.gain(walk, SURFACE, over)
    quarters = walk.quarters
    once = np.ones(int(quarters.max()) + 1, dtype=np.int64)
    low, high = scores.bootstrap(figure, quarters, times=TIMES, seed=SEED)
    return {"gain": figure(once), "from": low, "to": high, "is_certain": low > 0}


def _together(walks: dict[str, Walk]) -> dict[str, Any]:
    """Return the mean gain over countries, the same quarters drawn for all of them."""
    out: dict[str, Any] = {"countries": len(walks)}
    for over in _AGAINST:
        parts = [ranking.gain(walk, SURFACE, over) for walk in walks.values()]
        quarters = max((walk.quarters for walk in walks.values()), key=len)

        def mean(times: Any, parts: Any = parts) -> float:
            return float(np.nanmean([part(times) for part in parts]))

        once = np.ones(int(quarters.max()) + 1, dtype=np.int64)
        low, high = scores.bootstrap(mean, quarters, times=TIMES, seed=SEED)
        out[f"mean_gain_in_average_precision_over_{over}"] = {
            "gain": mean(once),
            "from": low,
            "to": high,
            "is_certain": low > 0,
        }
    return out


def _reach(walk: Walk, ground: Ground, bases: Path | None) -> dict[str, Any]:
    """Return whether places far from bases are seen as well as near ones."""
    if bases is None:
        return {"thirds": None, "why": "no table of bases"}
    km = grounds.km_to_bases(bases, ground, walk.days)
    if not np.isfinite(km).any():
        return {"thirds": None, "why": "no base is known in the country in these years"}
    orders = {
        "plain": ranking.first_ten(walk.ranks[SURFACE]),
        "spread_over_thirds": ranking.first_ten_spread(walk.ranks[SURFACE], km),
        "ewma_90_days": ranking.first_ten(walk.ranks[EWMA]),
    }
    return {name: _thirds(walk, shown, km) for name, shown in orders.items()}


def _thirds(walk: Walk, shown: ranking.Flags, km: Any) -> dict[str, Any]:
    thirds = ranking.recall_by_distance(walk.came, shown, km)
    recalls = [one["recall_at_10"] for one in thirds]
    return {
        "recall_at_10": float((shown & walk.came).sum() / walk.came.sum()),
        "thirds": thirds,
        "least_to_most": min(recalls) / max(recalls) if recalls and max(recalls) else None,
    }


def _told(rates: Rates) -> dict[str, Any]:
    """Return the weights that count, largest first, in words of days and km."""
    names = [
        f"{bent}{half_life:g} d, {reach:g} km"
        for bent in ("", "log of ")
        for half_life in HALF_LIVES_DAYS
        for reach in REACHES_KM
    ]
    order = np.argsort(-rates.weights, kind="stable")[:8]
    return {
        "until": date.fromordinal(rates.learned_until).isoformat(),
        "base_rate": rates.base_rate,
        "everywhere": rates.everywhere,
        "of": 2 * PRESSURES,
        "weights": {names[at]: round(float(rates.weights[at]), 5) for at in order.tolist() if rates.weights[at] > 1e-5},
    }


def _feedback() -> dict[str, Any]:
    """Return where rates end when patrols follow them, by what rates are made from."""
    found = {told.value: feedback.drift(told, seeds=FEEDBACK_SEEDS)._asdict() for told in feedback.Told}
    return {"runs": FEEDBACK_SEEDS, "days": feedback.DAYS, "truth": feedback.TRUTH, "allocation": "argmax"} | found
