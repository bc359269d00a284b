"""Threat: intent, capability and opportunity of whoever attacks, and what holds them back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np

from tocsin.core.assessment.factors import Scored, band_at_least, band_at_most, entered, rule, unknown
from tocsin.core.assessment.stream import Flags, Stream, observe
from tocsin.core.assessment.types import AreaPicture, ThreatFactors
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import EventCode

_NEAR_KM: Final = 25.0


def threat_factors(picture: AreaPicture, *, as_of: datetime) -> Judged[ThreatFactors]:
    """Return how intent, capability, opportunity and inhibition stand at a place, each with its reason.

    Notes
    -----
    Source: the factors of the assessment doctrine (1 to 5, inhibition 5 deters); bands are dated rules.
    Limits: read from deeds and stated threats on record. A place from which no report comes has no
    factor, and that is not a low one.
    """
    return factors_of(observe(picture, as_of=as_of))


def factors_of(stream: Stream) -> Judged[ThreatFactors]:
    """Return the factors of threat of a stream that has been observed already."""
    scored = (intent(stream), capability(stream), opportunity(stream), inhibition(stream))
    return Judged(ThreatFactors(*(value for value, _ in scored)), tuple(reason for _, reason in scored))


def threat_score(factors: ThreatFactors, *, unknown_at: float | None = None) -> float | None:
    """Return the threat, 1 to 5: the mean of intent, capability, opportunity and 6 less inhibition.

    None when intent, capability and opportunity are all unknown, and, without `unknown_at`, when
    any factor is. `unknown_at` stands in for an unknown factor; for the inhibition, which protects,
    it is turned round, so that 1 is the least and 5 the most dangerous.

    Notes
    -----
    Source: threat formula v1 of the assessment doctrine.
    Limits: a mean hides a single extreme; read it with its factors.

    Examples
    --------
    >>> threat_score(ThreatFactors(4, 3, 4, 2))
    3.75
    """
    towards = [factors.intent, factors.capability, factors.opportunity]
    if all(value is None for value in towards):
        return None
    against = None if factors.inhibition is None else 6 - factors.inhibition
    values = [unknown_at if value is None else value for value in (*towards, against)]
    known = [value for value in values if value is not None]
    return sum(known) / 4 if len(known) == 4 else None


def intent(stream: Stream) -> Scored:
    """Return the intent to attack civilians here: what was done nearby lately, and what was announced."""
    known = entered(stream, "intent")
    if known is not None:
        return known
    if not stream.incidents:
        return unknown("intent")
    near = stream.km <= _NEAR_KM
    attacks = stream.is_attack & near
    stated_days = rule(stream, "intent.stated_days")
    stated = is_stated(stream) & near & ~stream.is_over & (stream.known_d <= stated_days)
    facts = {
        "attacks_30d": _count(attacks & stream.begun(30)),
        "attacks_365d": _count(attacks & stream.begun(365)),
        "stated": _count(stated),
    }
    score = _by_deeds(stream, attacks)
    if stated.any():
        score = 5.0 if (attacks & stream.begun(stated_days)).any() else max(score, 4.0)
    chosen = (attacks & stream.begun(365)) | stated
    return score, Because("factor.intent", {"score": score, **facts}, stream.refs(chosen))


def _by_deeds(stream: Stream, attacks: Flags) -> float:
    for least, days, score in rule(stream, "intent.attacks"):
        if _count(attacks & stream.begun(days)) >= least:
            return float(score)
    return 1.0


def capability(stream: Stream) -> Scored:
    """Return what those who are armed here have shown that they can do within a year."""
    known = entered(stream, "capability")
    if known is not None:
        return known
    if not stream.incidents:
        return unknown("capability")
    armed = stream.is_armed & stream.begun(rule(stream, "capability.days"))
    if not armed.any():
        return 1.0, Because("factor.capability_none", {"score": 1.0})
    deaths = stream.deaths[armed]
    worst = None if np.isnan(deaths).all() else float(np.nanmax(deaths))
    score = float(band_at_least(worst or 0.0, rule(stream, "capability.deaths_one_event")) or 1.0)
    facts = {"score": score, "deaths": None if worst is None else int(worst), "incidents": _count(armed)}
    return score, Because("factor.capability", facts, stream.refs(armed))


def opportunity(stream: Stream) -> Scored:
    """Return how near and how recent armed acts were: who was here yesterday can be here tomorrow."""
    known = entered(stream, "opportunity")
    if known is not None:
        return known
    if not stream.incidents:
        return unknown("opportunity")
    armed = stream.is_armed & (stream.start_d >= 0)
    if not armed.any():
        return 1.0, Because("factor.opportunity_none", {"score": 1.0})
    for km, days, score in rule(stream, "opportunity.km_days"):
        fits = armed & (stream.km <= km) & (stream.age_d <= days)
        if fits.any():
            return _nearest(stream, fits, float(score))
    return _nearest(stream, armed, 1.0)


def _nearest(stream: Stream, fits: Flags, score: float) -> Scored:
    positions = np.flatnonzero(fits)
    nearest = positions[np.argmin(stream.km[positions])]
    facts = {"score": score, "km": round(float(stream.km[nearest]), 1), "days": int(stream.age_d[nearest])}
    return score, Because("factor.opportunity", facts, (stream.incidents[nearest].ref,))


def inhibition(stream: Stream) -> Scored:
    """Return how far the nearest base holds attackers back. A base deters only if it acts."""
    known = entered(stream, "inhibition")
    if known is not None:
        return known
    km = stream.picture.base_km
    if km is None:
        return unknown("inhibition")
    score = float(band_at_most(km, rule(stream, "inhibition.base_km")) or 1.0)
    return score, Because("factor.inhibition", {"score": score, "km": round(km, 1)})


def is_stated(stream: Stream) -> Flags:
    """Return which incidents are stated threats, whether the date they name has come or not."""
    return np.array([EventCode.THR in found.events for found in stream.incidents], dtype=bool)


def _count(chosen: Flags) -> int:
    return int(np.count_nonzero(chosen))
