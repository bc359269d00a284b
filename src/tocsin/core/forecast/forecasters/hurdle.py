"""First whether anybody will be killed, then how many: trees over the past of the cell and its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import calibration, examples, trees
from tocsin.core.forecast.calibration import Curve, Sizes
from tocsin.core.forecast.examples import Examples
from tocsin.core.forecast.features import gather
from tocsin.core.forecast.types import Counts, Fitted, Panel, Shares, month_text

Values = NDArray[np.float64]
Rows = NDArray[np.float32]

# Fits with different samples and seeds, averaged: one alone moves the skill by a point or two.
FITS = 3
# Windows as long as the one to come, all over by now, on which chance and size are made to agree.
WINDOWS = 2
# What all examples with deaths weigh together in a fit.
DEADLY_WEIGHT = 1000.0
# Fewer months with deaths than this teach nothing: then every cell gets its own past share.
LEAST_DEADLY = 40
# What was wrong with the last windows is mostly their own luck: this share of it is taken to last.
LASTING = 0.3
# Trees have seen few wars and many months of each: high chances are told too high.
HIGH_KEPT = 0.8
# Wars that fill the windows are mostly waning in the next: sizes are held back.
SIZE_SCALE = 0.8
# Where the settings of this file, of the trees, the examples and the calibration come from; later years were not seen.
CHOSEN_ON = ("2012-11..2013-10", "2013-11..2014-10", "2014-11..2015-10", "2015-11..2016-10", "2016-11..2017-10")


@dataclass(frozen=True, slots=True)
class _Said:
    """What the averaged fits say from one month on: log-odds and expected size, each (horizons, n)."""

    log_odds: Values
    size: Values


@dataclass(frozen=True)
class HurdleFitted:
    """A hurdle model that has seen a panel up to its last month."""

    horizons: tuple[int, ...]
    said: _Said
    curve: Curve
    spread: Sizes
    settings: Mapping[str, Any]

    def chance(self, horizon: int) -> Shares:
        """Return the chance of at least one death in each cell, shape (n,)."""
        return self.curve.chance(self.said.log_odds[self.horizons.index(horizon)])

    def draws(self, horizon: int, *, seed: int) -> Counts:
        """Return equally likely numbers of deaths for each cell, ascending; the same for every seed."""
        size = self.said.size[self.horizons.index(horizon)]
        return calibration.as_draws(self.chance(horizon), size, self.spread)

    def told(self) -> Mapping[str, Any]:
        """Return what the fit chose, and from which windows."""
        return self.settings


class Hurdle:
    """Whether and how many, learnt from all cells together and calibrated on the last windows that are over.

    Parameters
    ----------
    learner
        What learns, see `trees.learner`; without a name the best that is installed.
    fits
        How many fits are averaged.

    Notes
    -----
    Source: Mullahy (1986) for the hurdle; features and horizons as in the VIEWS prediction challenge.
    Limits: knows events only, no reason for any of them; late at both ends of a war.
    """

    name = "hurdle"

    def __init__(self, learner: str | None = None, *, fits: int = FITS) -> None:
        self._learner = learner
        self._fits = fits

    def fit(self, panel: Panel, kind: str, *, horizons: tuple[int, ...], seed: int) -> Fitted:
        """Return the model fitted to all months of the panel for one kind of violence."""
        return _Fit(panel, kind, horizons, *trees.learner(self._learner)).run(self._fits, seed)


class _Fit:
    """One fitting: the examples of every fit gathered at once, since the facts are made in one pass."""

    def __init__(self, panel: Panel, kind: str, horizons: tuple[int, ...], name: str, learn: trees.Learner) -> None:
        self._panel, self._kind, self._horizons = panel, kind, horizons
        self._name, self._learn = name, learn
        self._deaths = panel.deaths[kind]
        self._now = self._deaths.shape[1] - 1
        # From where one would have looked at a window that is over: the latest first.
        span = max(horizons) - min(horizons) + 1
        starts = [self._now - max(horizons) - span * back for back in range(WINDOWS)]
        self._starts = [start for start in starts if start >= 2 * examples.WARM_UP_MONTHS]

    def run(self, fits: int, seed: int) -> HurdleFitted:
        """Return the average of the fits, made to agree with the windows that are over."""
        samples = [
            examples.draw(self._panel, self._kind, horizons=self._horizons, luck=_luck(seed, number))
            for number in range(fits)
        ]
        if min(int((one.deaths > 0).sum()) for one in samples) < LEAST_DEADLY:
            return self._own_past()
        here, pasts, facts = self._gathered(samples)
        seeds = [seed * 1000 + number for number in range(fits)]
        now = self._average(list(zip(samples, facts, seeds, strict=True)), [here])[0]
        earlier = [self._until(sample, rows) for sample, rows in zip(samples, facts, strict=True)]
        if not self._starts or min(int((one.deaths > 0).sum()) for one, _ in earlier) < LEAST_DEADLY:
            return self._uncalibrated(now, samples[0])
        then = self._average([(*pair, one) for pair, one in zip(earlier, seeds, strict=True)], pasts)
        return self._calibrated(now, then)

    def _gathered(self, samples: list[Examples]) -> tuple[Rows, list[Rows], list[Rows]]:
        """Return the facts of now, of the starts of earlier windows, and of every sample."""
        n = len(self._panel.cells)
        looks = [self._now, *self._starts]
        months = np.concatenate([np.repeat(looks, n), *(one.month for one in samples)])
        cells = np.concatenate([np.tile(np.arange(n), len(looks)), *(one.cell for one in samples)])
        values = gather(self._panel, months, cells).values
        ends = np.cumsum([n] * len(looks) + [len(one) for one in samples])
        first, *rest = np.split(values, ends[:-1])
        return first, rest[: len(self._starts)], rest[len(self._starts) :]

    def _until(self, sample: Examples, facts: Rows) -> tuple[Examples, Rows]:
        """Return the examples that were over before the earliest of the windows began."""
        last = min(self._starts, default=self._now)
        known = sample.month + sample.horizon <= last
        return sample.only(known), facts[known]

    def _average(self, fits: list[tuple[Examples, Rows, int]], looks: list[Rows]) -> list[_Said]:
        """Return what the fits say together, for each of the looks."""
        shape = (len(looks), len(self._horizons), len(self._panel.cells))
        log_odds, size = np.zeros(shape), np.zeros(shape)
        for sample, facts, seed in fits:
            rows = _with_horizon(facts, sample.horizon)
            deadly = sample.deaths > 0
            # Trees are held back by a fixed amount: deaths weigh the same whatever their kind and the area.
            weight = sample.weight * (DEADLY_WEIGHT / sample.weight[deadly].sum())
            whether = self._learn(rows, deadly.astype(float), weight, yes_or_no=True, seed=seed)
            came = np.log(sample.deaths[deadly])
            how_many = self._learn(rows[deadly], came, sample.weight[deadly], yes_or_no=False, seed=seed)
            for look, seen in enumerate(looks):
                for place, horizon in enumerate(self._horizons):
                    asked = _with_horizon(seen, np.full(len(seen), horizon))
                    log_odds[look, place] += whether(asked) / len(fits)
                    size[look, place] += how_many(asked) / len(fits)
        return [_Said(*pair) for pair in zip(log_odds, size, strict=True)]

    def _calibrated(self, now: _Said, then: list[_Said]) -> HurdleFitted:
        came = np.concatenate([self._came(start) for start in self._starts])
        said = np.concatenate([one.log_odds for one in then])
        found = calibration.agree(said.ravel(), (came > 0).ravel())
        curve = found.softened(LASTING, high_kept=HIGH_KEPT)
        deadly = came > 0
        expected = np.concatenate([one.size for one in then])[deadly]
        if len(expected) < LEAST_DEADLY:
            expected, came, deadly = np.zeros(1), np.ones(1, dtype=np.int64), np.ones(1, dtype=bool)
        spread = calibration.sizes(expected, came[deadly], scale=SIZE_SCALE)
        return HurdleFitted(self._horizons, now, curve, spread, self._settings(curve))

    def _uncalibrated(self, now: _Said, sample: Examples) -> HurdleFitted:
        """Return what the fits say as it is: too little is over to hold it against."""
        came = sample.deaths[sample.deaths > 0]
        spread = calibration.sizes(np.zeros(len(came)), came, scale=SIZE_SCALE)
        note = "too few months to calibrate on: chances are as the trees say, sizes as they were everywhere"
        return HurdleFitted(self._horizons, now, Curve(), spread, {**self._settings(Curve()), "note": note})

    def _own_past(self) -> HurdleFitted:
        """Return every cell's own share of deadly months, since too few months are deadly to learn from."""
        happened = (self._deaths > 0).sum(axis=1)
        share = (happened + 0.01) / (self._deaths.shape[1] + 1)
        log_odds = np.tile(np.log(share / (1 - share)), (len(self._horizons), 1))
        came = self._deaths[self._deaths > 0].astype(np.int64)
        known = came if len(came) else np.ones(1, dtype=np.int64)
        spread = calibration.sizes(np.zeros(len(known)), known, scale=1.0)
        note = f"fewer than {LEAST_DEADLY} examples with deaths: each cell as in its own past"
        settings = {**self._settings(Curve()), "note": note}
        return HurdleFitted(self._horizons, _Said(log_odds, np.zeros_like(log_odds)), Curve(), spread, settings)

    def _came(self, start: int) -> NDArray[np.int64]:
        """Return what came in the window seen from a month; shape (horizons, n)."""
        return self._deaths[:, [start + horizon for horizon in self._horizons]].T.astype(np.int64)

    def _settings(self, curve: Curve) -> dict[str, Any]:
        first, last = min(self._horizons), max(self._horizons)
        over = [
            f"{month_text(self._panel.first + start + first)}..{month_text(self._panel.first + start + last)}"
            for start in self._starts
        ]
        return {
            "method": Hurdle.name,
            "learner": self._name,
            "last_month": month_text(self._panel.last),
            "calibrated_on": over,
            "log_odds_shift": round(curve.shift, 3),
            "log_odds_stretch": round(curve.stretch, 3),
            "lasting": LASTING,
            "high_kept": curve.high_kept,
            "size_scale": SIZE_SCALE,
        }


def _with_horizon(facts: Rows, horizon: NDArray[np.int64]) -> Rows:
    return np.column_stack([facts, horizon.astype(np.float32)])


def _luck(seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, number]))


FORECASTER = Hurdle()
