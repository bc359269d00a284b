"""Silence in streams of reports: how long is too long for this place, and what it is not allowed to mean.

A place that reports when something happens has no timetable to miss. Its own gaps say how long it may be quiet;
past that, nobody knows what happens there. Quiet is a report that all is calm. Silence is no report, and a silent
place is *not observed*: it is never shown as safe, and its days are not counted as noughts. Networks with a
timetable are judged by `core.alerts.silence`, which may ask here how unusual a gap is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np

from tocsin.core.reference.results import Because

_HOUR = timedelta(hours=1)


class Hearing(StrEnum):
    """What can be said of a place: CALM and ACTIVE were observed, SILENT and UNKNOWN were not."""

    ACTIVE = "active"
    CALM = "calm"
    SILENT = "silent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stream:
    """When a place or network was heard.

    Attributes
    ----------
    ref : str
        Its reference.
    heard_at : sequence of datetime
        Every report and every answered check, whatever it said.
    harm_at : sequence of datetime
        Those that told of harm or threat.
    watched_since : datetime
        When listening began.
    every_h : float, optional
        How often it is to be heard, where that was agreed. None: it reports when it has something to say.
    """

    ref: str
    heard_at: Sequence[datetime]
    harm_at: Sequence[datetime]
    watched_since: datetime
    every_h: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """When a silence is too long.

    `chance` is how unlikely a gap must be under the place's own past; `least_gaps` how many gaps make a past;
    `past_days` how far back it reaches; `missed` how many agreed turns may be missed.
    """

    chance: float = 0.02
    least_gaps: int = 5
    past_days: int = 365
    missed: float = 1.5


@dataclass(frozen=True, slots=True)
class Silence:
    """What is said of one stream, with how long it has been quiet, the usual gap, and the chance of such a gap.

    `usual_h` and `chance` are None where the past is too short to tell.
    """

    ref: str
    state: Hearing
    quiet_h: float
    usual_h: float | None
    chance: float | None
    reasons: tuple[Because, ...]

    @property
    def is_observed(self) -> bool:
        """Whether its days may be counted: a silent place has no noughts."""
        return self.state in (Hearing.ACTIVE, Hearing.CALM)


def judge(stream: Stream, *, as_of: datetime, settings: Settings | None = None) -> Silence:
    """Return whether a place is heard, calm, silent or unknown, and how unusual its silence is.

    Parameters
    ----------
    stream : Stream
        When it was heard; what came after `as_of` is not looked at.
    as_of : datetime
        The moment.
    settings : Settings, optional
        When a silence is too long.

    Returns
    -------
    Silence

    Notes
    -----
    Source: the chance is the larger of two: a rate not known for sure (Gamma-Poisson), and the share of its own
    gaps that were as long. Reports come in bursts, and the second allows for long pauses between them.
    Limits: it does not tell a dead battery from fear; and a place where nobody dares to speak may go on reporting.
    """
    settings = settings or Settings()
    since = max(stream.watched_since, as_of - timedelta(days=settings.past_days))
    heard = sorted(one for one in stream.heard_at if since <= one <= as_of)
    quiet_h = (as_of - (heard[-1] if heard else since)) / _HOUR
    gaps = np.array([(later - earlier) / _HOUR for earlier, later in pairwise(heard)])
    usual, chance = _of_gaps(gaps, quiet_h) if len(gaps) >= settings.least_gaps else (None, None)
    facts = {"hours": round(quiet_h, 1), "usual": None if usual is None else round(usual, 1)}
    missed = stream.every_h is not None and quiet_h > settings.missed * stream.every_h
    if missed:
        reasons = (Because("surge.silence_missed_turns", {**facts, "every": stream.every_h}, (stream.ref,)),)
        return Silence(stream.ref, Hearing.SILENT, quiet_h, usual, chance, reasons)
    if chance is not None and chance <= settings.chance:
        told = Because("surge.silence_unusual", {**facts, "percent": round(100 * chance, 2)}, (stream.ref,))
        return Silence(stream.ref, Hearing.SILENT, quiet_h, usual, chance, (told,))
    # Without a past and without a timetable there is nothing by which a quiet place could be called calm.
    if not heard or (chance is None and stream.every_h is None):
        reasons = (Because("surge.silence_no_past", {**facts, "gaps": len(gaps)}, (stream.ref,)),)
        return Silence(stream.ref, Hearing.UNKNOWN, quiet_h, usual, chance, reasons)
    recent = as_of - (stream.every_h or usual or 0) * _HOUR
    active = any(recent <= one <= as_of for one in stream.harm_at)
    state, code = (Hearing.ACTIVE, "surge.heard_harm") if active else (Hearing.CALM, "surge.heard_calm")
    return Silence(stream.ref, state, quiet_h, usual, chance, (Because(code, facts, (stream.ref,)),))


def _of_gaps(gaps: np.ndarray[tuple[int], np.dtype[np.float64]], quiet_h: float) -> tuple[float, float]:
    """Return the usual gap, in hours, and the chance of one as long as `quiet_h`."""
    many, whole = len(gaps), float(gaps.sum())
    steady = (whole / (whole + quiet_h)) ** many if whole else 0.0
    as_long = (int(np.sum(gaps >= quiet_h)) + 1) / (many + 1)
    # The share of gaps cannot speak of what is longer than all of them; past twice the longest it steps back.
    beyond = quiet_h > 2 * float(gaps.max())
    return float(np.median(gaps)), steady if beyond else max(steady, as_long)


@dataclass(frozen=True, slots=True)
class Together:
    """A group in which more fell silent than chance explains."""

    group: str
    silent: tuple[str, ...]
    chance: float
    reasons: tuple[Because, ...]


def together(
    judged: Sequence[Silence], groups: Mapping[str, str], *, limit: float = 0.02, chance: float = 0.001
) -> tuple[Together, ...]:
    """Return the groups in which more fell silent than chance explains.

    Parameters
    ----------
    judged : sequence of Silence
        Every stream.
    groups : mapping
        Reference to sector or network.
    limit : float
        The chance at which each stream was called silent, see `Settings`. One whose past is too short counts
        neither way.
    chance : float
        How unlikely so many at once must be.

    Notes
    -----
    Source: the binomial tail. Streams of one group share masts and roads, so
    it is a sign of a common cause, which is what one wants to hear of, and not of several separate ones.
    """
    found = []
    for group in sorted({groups[one.ref] for one in judged if one.ref in groups}):
        streams = [one for one in judged if groups.get(one.ref) == group and one.chance is not None]
        silent = tuple(one.ref for one in streams if one.state is Hearing.SILENT)
        if len(silent) < 2:
            continue
        # Under chance each is past its limit no more often than the limit allows.
        odds = np.array([1.0])
        for _ in streams:
            odds = np.convolve(odds, [1 - limit, limit])
        p = float(odds[len(silent) :].sum())
        if p <= chance:
            facts = {"silent": len(silent), "of": len(streams)}
            found.append(Together(group, silent, p, (Because("surge.silence_together", facts, silent),)))
    return tuple(found)
