"""Which alarm suits which series, said from the series itself."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.core.forecast.surges import ears, farrington, gamma_poisson
from tocsin.core.reference.results import Because, Judged

# Under this mean the normal curve behind EARS does not hold: see the realised false alarms in the docs.
EARS_LEAST_MEAN = 5.0
_WEEK_DAYS = 7


class Method(StrEnum):
    """The temporal alarms; the first is the default."""

    GAMMA_POISSON = "gamma_poisson"
    CUSUM = "cusum"
    FARRINGTON = "farrington"
    EARS = "ears"


def default(counts: NDArray[np.integer], *, step_days: int) -> Judged[Method | None]:
    """Return the alarm to use when nobody chose one; None where the past is too short for any.

    It is never EARS: where EARS is suited, the default is suited as well and keeps its promise of false alarms.
    """
    told = advise(Method.GAMMA_POISSON, counts, step_days=step_days)
    return Judged(Method.GAMMA_POISSON if told.value else None, told.reasons)


def advise(method: Method, counts: NDArray[np.integer], *, step_days: int) -> Judged[bool]:
    """Return whether a method suits a series, and why.

    Parameters
    ----------
    method : Method
        The method.
    counts : ndarray of int, shape (steps,)
        The past of one place or unit.
    step_days : int
        Days in a step: 1 or 7.
    """
    steps = len(counts)
    if method is Method.FARRINGTON and step_days != _WEEK_DAYS:
        return Judged(False, (Because("suited.not_weekly"),))
    least = _least_steps(method, step_days)
    if steps < least:
        return Judged(False, (Because("suited.past_too_short", {"least": least, "steps": steps}),))
    mean = float(np.mean(counts))
    facts = {"mean": round(mean, 2), "least": EARS_LEAST_MEAN}
    if method is Method.EARS:
        enough = mean >= EARS_LEAST_MEAN
        return Judged(enough, (Because("suited.enough_cases" if enough else "suited.too_sparse", facts),))
    if method is Method.FARRINGTON:
        # Its own rule: no bound under five cases in four weeks.
        enough = mean * farrington.CLASSIC.within >= farrington.CLASSIC.least
        code = "suited.enough_cases" if enough else "suited.too_sparse"
        return Judged(enough, (Because(code, {**facts, "least": farrington.CLASSIC.least / 4}),))
    code = "suited.slow_rise" if method is Method.CUSUM else "suited.any_counts"
    return Judged(True, (Because(code, {"least": least, "steps": steps}),))


def _least_steps(method: Method, step_days: int) -> int:
    if method is Method.EARS:
        return ears.BASELINE + 3
    if method is Method.FARRINGTON:
        return farrington.earliest(farrington.Settings()) + 1
    settings = gamma_poisson.WEEKLY if step_days == _WEEK_DAYS else gamma_poisson.DAILY
    return settings.least_past + max(settings.spans)
