"""How good the outlook would have been on the mission's own past, beside the plain ways that cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast import scores
from tocsin.core.forecast.outlook.chances import plain_chances, pressures_known, quiet_days, window_days
from tocsin.core.forecast.outlook.ledger import Days, Flags, Floats, Laid
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.rate_surface import HORIZON_DAYS, Pressures, happened, learn
from tocsin.core.forecast.scores import Bin
from tocsin.core.reference.results import Because

SURFACE: Final = "rate_surface"
LAST_YEAR: Final = "last_year"
EWMA: Final = "ewma"
BASE_RATE: Final = "base_rate"
METHODS: Final = (SURFACE, LAST_YEAR, EWMA, BASE_RATE)
# Weights are learned anew this often, from what was known then.
_REFIT_DAYS: Final = 91
_BLOCK_DAYS: Final = 28
_REPETITIONS: Final = 500
_BINS: Final = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """How good one way was: mean squared error of its chances, and how well it put places in order."""

    method: str
    brier: float
    average_precision: float | None
    onset_brier: float | None
    onset_average_precision: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """The outlook against what came, over closed four-week windows.

    `is_enough` False: too few came to say anything. `gain` is what the order gains in average precision over last
    year's frequency, between `gain_low` and `gain_high` in 95 of 100 repetitions.
    """

    since: int
    until: int
    windows: int
    place_windows: int
    came: int
    onset_came: int
    least: int
    scored: tuple[Scored, ...]
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    table: tuple[Bin, ...]
    reasons: tuple[Because, ...]

    @property
    def is_enough(self) -> bool:
        """Whether enough came to speak of it."""
        return self.came >= self.least

    @property
    def is_onset_enough(self) -> bool:
        """Whether enough began in quiet places to speak of it."""
        return self.onset_came >= self.least


def look_back(laid: Laid, *, terms: Terms, seed: int) -> Review | None:
    """Return how good the outlook would have been, walking forward through windows that are over.

    On each day of issue only what was known by then is used, for the learning too.

    Parameters
    ----------
    laid : Laid
        The ledger.
    terms : Terms
        How far back, how often, and how many are enough to speak of.
    seed : int
        Where the luck of the repetitions starts.

    Returns
    -------
    Review or None
        None where no window is over that had enough before it to learn from.

    Notes
    -----
    Source: Brier (1950); average precision; Künsch (1989) for the bounds, in blocks of four weeks.
    Limits: windows overlap and places are neighbours, so that the true bounds are wider. What came is what we
    know of: harm that nobody reported counts as none.
    """
    cases = laid.cases.steady
    days = window_days(cases, laid.today, every_days=terms.review_every_days)
    if not len(laid.places) or not len(days):
        return None
    issues = days[(days >= int(cases.day.min()) + terms.learn_least_days) & (days > laid.today - terms.review_days)]
    if not len(issues):
        return None
    seen = pressures_known(cases, laid.ground, days)
    said = _walk(laid, days, issues, seen)
    came = happened(cases.events, laid.ground, issues)
    quiet = np.array([quiet_days(cases, len(laid.places), day) >= terms.quiet_days for day in issues.tolist()])
    gain, low, high = _gain(said, came, issues, seed=seed)
    surface = said[SURFACE]
    enough = came.sum() >= terms.review_least
    return Review(
        since=int(issues[0]),
        until=int(issues[-1]) + HORIZON_DAYS - 1,
        windows=len(issues),
        place_windows=came.size,
        came=int(came.sum()),
        onset_came=int((came & quiet).sum()),
        least=terms.review_least,
        scored=tuple(_scored(method, said[method], came, quiet) for method in METHODS),
        gain=gain,
        gain_low=low,
        gain_high=high,
        table=scores.reliability(surface.ravel(), came.ravel(), bins=_BINS),
        reasons=(
            _verdict(gain, low, high) if enough else Because("outlook.too_little", {"least": terms.review_least}),
        ),
    )


def _walk(laid: Laid, days: Days, issues: Days, seen: Pressures) -> dict[str, Floats]:
    """Return what each way said at each issue, shape (issues, places)."""
    cases, places = laid.cases.steady, len(laid.places)
    said = {method: np.empty((len(issues), places)) for method in METHODS}
    rates, learned = None, 0
    for row, day in enumerate(issues.tolist()):
        if rates is None or day - learned >= _REFIT_DAYS:
            over = days + HORIZON_DAYS <= day
            known = cases.part(cases.known < day)
            rates = learn(seen[over], happened(known.events, laid.ground, days[over]), learned_until=day - 1)
            learned = day
        at = int(np.searchsorted(days, day))
        last_year, ewma, _ = plain_chances(cases, places, day)
        said[SURFACE][row] = rates.chance(seen[at])
        said[LAST_YEAR][row], said[EWMA][row] = last_year, ewma
        said[BASE_RATE][row] = rates.base_rate or 0.0
    return said


def _scored(method: str, said: Floats, came: Flags, quiet: Flags) -> Scored:
    return Scored(
        method,
        float(scores.brier(said, came).mean()),
        scores.average_precision(said.ravel(), came.ravel()),
        float(scores.brier(said[quiet], came[quiet]).mean()) if quiet.any() else None,
        scores.average_precision(said[quiet], came[quiet]),
    )


def _gain(
    said: dict[str, Floats], came: Flags, issues: NDArray[np.int64], *, seed: int
) -> tuple[float | None, float | None, float | None]:
    """Return what the order gains over last year's frequency, and its bounds; None where nothing came."""
    if not came.any():
        return None, None, None
    block = np.repeat((issues - issues[0]) // _BLOCK_DAYS, came.shape[1])
    ours, theirs = (
        scores.precision_by_blocks(said[method].ravel(), came.ravel(), block) for method in (SURFACE, LAST_YEAR)
    )
    once = np.ones(int(block[-1]) + 1, dtype=np.int64)
    gain = ours(once) - theirs(once)
    if len(once) < 2:
        return gain, None, None
    low, high = scores.bootstrap(lambda times: ours(times) - theirs(times), block, times=_REPETITIONS, seed=seed)
    return gain, low, high


def _verdict(gain: float | None, low: float | None, high: float | None) -> Because:
    if gain is None or low is None or high is None:
        return Because("outlook.no_verdict")
    facts = {"gain": round(gain, 3), "low": round(low, 3), "high": round(high, 3)}
    if low > 0:
        return Because("outlook.order_better", facts)
    return Because("outlook.order_worse" if high < 0 else "outlook.order_same", facts)
