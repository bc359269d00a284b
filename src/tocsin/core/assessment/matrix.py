"""The protection matrix: must, should, could and watch, by need and independent of means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np

from tocsin.core.assessment.factors import rule
from tocsin.core.assessment.imminence import judge_stream
from tocsin.core.assessment.policy import severity
from tocsin.core.assessment.risk import Risk, risk_of
from tocsin.core.assessment.stream import Stream, Traits, latest, observe
from tocsin.core.assessment.types import AreaPicture, Assessment, Imminence, ImminencePolicy, MatrixLine, Override
from tocsin.core.assessment.vulnerability import is_key_place
from tocsin.core.assessment.windows import count_in_window
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Category, ImminenceState, Priority, RiskBand, Trend

_ORDER: Final = tuple(Category)
_URGENT: Final = frozenset({ImminenceState.IMMINENT, ImminenceState.ONGOING})
_MOST_EVIDENCE: Final = 20


def assess(
    pictures: Sequence[AreaPicture],
    *,
    policy: ImminencePolicy,
    as_of: datetime,
    overrides: Mapping[str, Override] | None = None,
) -> Assessment:
    """Return the protection matrix at `as_of`, most needy line first.

    MUST where the risk is high, the threat imminent or ongoing, or two P1 fell in 30 days. SHOULD
    where the threat is emerging, or the risk medium and rising, or medium at a place many depend
    on. COULD where the risk is medium otherwise, or low with people much exposed. WATCH for the
    rest, and wherever the threat is unknown. What we could do about it plays no part.

    Parameters
    ----------
    overrides : mapping of place reference to Override
        Categories set by a named person against the rule; both stay visible in the reasons.

    Notes
    -----
    Source: category rule of the matrix doctrine. A low risk without much exposure, which the rule
    leaves open, is WATCH; a medium risk whose trend is unknown is SHOULD.
    Limits: ranks what is on record. A place at the bottom may be one from which nobody can call.
    """
    set_by_hand = overrides or {}
    traits: Traits = {}
    lines = [
        _line(observe(picture, as_of=as_of, traits=traits), policy, set_by_hand.get(picture.place.ref))
        for picture in pictures
    ]
    return Assessment(as_of, policy.version, rules.digest(as_of), tuple(sorted(lines, key=_rank)))


def _rank(line: MatrixLine) -> tuple[int, int, float, float, str]:
    """Category, then imminence, then risk, then the newest incident; the reference settles the rest."""
    newest = line.last_incident_at.timestamp() if line.last_incident_at else 0.0
    return (_ORDER.index(line.category), -severity(line.imminence.state), -(line.risk or 0.0), -newest, line.place.ref)


def _line(stream: Stream, policy: ImminencePolicy, override: Override | None) -> MatrixLine:
    picture = stream.picture
    imminence, risk = judge_stream(stream, policy), risk_of(stream)
    trend, trend_reason = _trend(stream)
    category, why = categorise(stream, imminence, risk, trend)
    if override is not None:
        category, why = _overridden(override, category, why)
    reasons = (*why, trend_reason, *risk.reasons)
    last = latest(stream.incidents, stream.start_d >= 0, stream.age_d)
    return MatrixLine(
        place=picture.place,
        category=category,
        threat=risk.threat,
        vulnerability=risk.vulnerability,
        risk=risk.risk,
        band=risk.band,
        trend=trend,
        imminence=imminence,
        reasons=reasons,
        evidence=_evidence(imminence.reasons, reasons),
        unknowns=(*risk.unknowns, *_not_known(picture)),
        last_incident_at=None if last is None else last.start,
        grade="" if last is None else str(last.grade),
        risk_low=risk.low,
        risk_high=risk.high,
    )


def categorise(stream: Stream, imminence: Imminence, risk: Risk, trend: Trend) -> tuple[Category, tuple[Because, ...]]:
    """Return the category that the rule gives, with every condition that met it."""
    conditions = (
        (Category.MUST, _must(stream, imminence, risk)),
        (Category.SHOULD, _should(stream, imminence, risk, trend)),
        (Category.COULD, _could(stream, risk)),
    )
    for category, met in conditions:
        if met:
            return category, met
    code = "watch.low" if risk.band is RiskBand.LOW else "watch.unknown"
    return Category.WATCH, (Because(code, {"place": stream.picture.place.label}),)


def _must(stream: Stream, imminence: Imminence, risk: Risk) -> tuple[Because, ...]:
    met = []
    if imminence.state in _URGENT:
        met.append(Because("must.imminent", {"state": f"term.imminence_state.{imminence.state.value}"}))
    if risk.band is RiskBand.HIGH:
        met.append(Because("must.high_risk", {"risk": risk.risk}))
    days, least = rule(stream, "must.p1_days"), rule(stream, "must.p1_count")
    recent = np.flatnonzero(stream.begun(days) & (stream.km <= rule(stream, "imminence.place_km")))
    urgent = [stream.incidents[position] for position in recent]
    refs = tuple(found.ref for found in urgent if found.priority is Priority.P1)
    if len(refs) >= least:
        met.append(Because("must.p1", {"count": len(refs), "days": days}, refs))
    return tuple(met)


def _should(stream: Stream, imminence: Imminence, risk: Risk, trend: Trend) -> tuple[Because, ...]:
    met = []
    if imminence.state is ImminenceState.EMERGING:
        met.append(Because("should.emerging"))
    if risk.band is RiskBand.MEDIUM:
        if trend in {Trend.RISING, Trend.UNKNOWN}:
            met.append(Because("should.trend", {"risk": risk.risk, "trend": f"term.trend.{trend.value}"}))
        if is_key_place(stream.picture):
            met.append(Because("should.key_place", {"risk": risk.risk}))
    return tuple(met)


def _could(stream: Stream, risk: Risk) -> tuple[Because, ...]:
    if risk.band is RiskBand.MEDIUM:
        return (Because("could.medium", {"risk": risk.risk}),)
    least = rule(stream, "could.exposure")
    if risk.band is RiskBand.LOW and risk.exposure is not None and risk.exposure >= least:
        return (Because("could.exposed", {"risk": risk.risk, "exposure": risk.exposure}),)
    return ()


def _overridden(
    override: Override, category: Category, why: tuple[Because, ...]
) -> tuple[Category, tuple[Because, ...]]:
    if not override.by.strip() or not override.why.strip():
        raise ValueError("an override came without its author or reason, expected both")
    facts = {
        "category": f"term.category.{override.category.value}",
        "rule_category": f"term.category.{category.value}",
        "by": override.by,
        "why": override.why,
    }
    return override.category, (Because("override.category", facts), *why)


def _trend(stream: Stream) -> tuple[Trend, Because]:
    """Compare the last month of armed acts with the month before, or quarters where both are empty."""
    for days in rule(stream, "trend.days"):
        found = count_in_window(stream, stream.is_armed, days)
        if found.value is None or found.value or found.previous:
            break
    facts = {"now": found.value, "before": found.previous, "days": days}
    trend = found.trend
    if trend is Trend.FALLING and _is_silent(stream):
        return Trend.UNKNOWN, Because("trend.silent", facts)
    code = "trend.unknown" if trend is Trend.UNKNOWN else "trend.counted"
    return trend, Because(code, facts | {"trend": f"term.trend.{trend.value}"}, found.evidence)


def _is_silent(stream: Stream) -> bool:
    """Tell a network that has gone quiet from a place that never had any and cannot go quiet."""
    heard_at = stream.picture.last_heard_at
    if heard_at is None:
        return False
    return (stream.as_of - heard_at).total_seconds() > 86_400 * float(rule(stream, "silence_days"))


def _not_known(picture: AreaPicture) -> tuple[str, ...]:
    missing = []
    if picture.place.people is None:
        missing.append("people")
    if picture.last_heard_at is None:
        missing.append("last_heard")
    return tuple(missing)


def _evidence(*groups: tuple[Because, ...]) -> tuple[str, ...]:
    """Return the references of all reasons once each, in the order in which they were given."""
    refs = dict.fromkeys(ref for group in groups for reason in group for ref in reason.evidence)
    return tuple(refs)[:_MOST_EVIDENCE]
