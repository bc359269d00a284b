"""The scorecard: how far warnings came before harm, what they cost in alarms, and what cannot be said of them.

Worked out from the mission's own ledger. Warnings come in as values, whoever raised them: a community,
a person or a machine. No figure stands alone: recall beside the share of area and time under warning,
what followed beside what followed where nobody warned, and every share with what it divides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.core.lessons import scorecard_parts as parts
from tocsin.core.lessons.response import Answered, Span, rate
from tocsin.core.lessons.scorecard_control import Grounds, control, draw
from tocsin.core.lessons.scorecard_matching import Became, Met, Stretch, Watched, became, met
from tocsin.core.lessons.scorecard_unwarned import unwarned
from tocsin.core.lessons.scorecard_values import Drawn, Ledger, Predictive, Recall, Scorecard, Telling, Terms, Unwarned
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Disposition, RaisedBy

STEPS: Final = ("acknowledge", "decide", "arrive")
_WEEK: Final = timedelta(days=7)
_SCORED: Final = (Disposition.HARM, Disposition.NOTHING)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scorecard of a period: of all, of each sector, of each month, and of each sector in each month."""

    whole: Scorecard
    by_sector: tuple[Scorecard, ...]
    by_month: tuple[Scorecard, ...]
    by_sector_and_month: tuple[Scorecard, ...]
    unwarned: tuple[Unwarned, ...]
    terms: Terms
    seed: int
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The ledger judged once; each part of the mission then counts its own."""

    ledger: Ledger
    terms: Terms
    within: Stretch
    zone: timedelta
    met: tuple[Met, ...]
    became: tuple[Became, ...]
    drawn: Mapping[str, tuple[Drawn, ...]]
    ground: Watched
    struck: Watched
    answered: tuple[tuple[str, Answered], ...]
    tellings: tuple[Telling, ...] | None


def scorecard(
    ledger: Ledger, since: datetime, until: datetime, *, as_of: datetime, seed: int = 0, zone: timedelta = timedelta()
) -> Sheet:
    """Return the figures of warnings and harm from `since` until `until`, as known at `as_of`.

    Parameters
    ----------
    ledger : Ledger
        Warnings, harm, settlements and reports, with those of the time before the period: a warning
        issued before it may still stand in it.
    seed : int
        Where luck starts when areas of equal recent activity are drawn.
    zone : timedelta
        The mission's offset from UTC, by which months begin.

    Notes
    -----
    Source: the field's gaps in scoring warnings: lead times, what followed with a matched control,
    alarms per week, harm with no warning before, likelihoods kept.
    Limits: counts what is on record. Harm nobody reported is in no figure; an incident known by its date alone
    counts from its midnight, so that leads are told too short rather than too long.

    Examples
    --------
    >>> from datetime import UTC
    >>> from tocsin.core.lessons.scorecard_values import Attack, Issued
    >>> from tocsin.core.places.types import Point
    >>> day, here = timedelta(days=1), Point(2.11, 29.14)
    >>> start = datetime(2027, 1, 1, tzinfo=UTC)
    >>> warning = Issued("A-1", start + day, (here,), has_acted=False)
    >>> harm = Attack("I-1", here, start + 3 * day, start + 3 * day)
    >>> sheet = scorecard(Ledger((warning,), (harm,)), start, start + 60 * day, as_of=start + 60 * day)
    >>> [(one.lead_h, one.found.found.count) for one in sheet.whole.recalls]
    [(0.0, 1), (6.0, 1), (24.0, 1), (168.0, 0)]
    """
    terms = Terms.at(as_of)
    judged = _judge(ledger, terms, (since, until), seed=seed, zone=zone)
    sectors = sorted(_sectors(judged))
    months = _months(since, until, zone)
    return Sheet(
        whole=_card(judged, None, None, (since, until)),
        by_sector=tuple(_card(judged, one, None, (since, until)) for one in sectors),
        by_month=tuple(_card(judged, None, name, within) for name, within in months),
        by_sector_and_month=tuple(_card(judged, one, name, within) for one in sectors for name, within in months),
        unwarned=unwarned(judged.met, ledger.told, terms),
        terms=terms,
        seed=seed,
        reasons=_reasons(judged, seed),
    )


def _judge(ledger: Ledger, terms: Terms, within: Stretch, *, seed: int, zone: timedelta) -> _Judged:
    since, until = within
    seen = tuple(one for one in ledger.attacks if one.known_at <= terms.as_of and one.started_at <= terms.as_of)
    raised = tuple(one for one in ledger.issued if one.issued_at <= terms.as_of)
    known = Ledger(raised, seen, ledger.settlements, ledger.bases, told=ledger.told)
    found = tuple(one for one in met(known, terms) if since <= one.attack.started_at <= until)
    counted = tuple(became(one, seen, terms) for one in raised if since <= one.issued_at <= until)
    sectors = {one.ref: one.sector for one in raised}
    return _Judged(
        ledger=known,
        terms=terms,
        within=within,
        zone=zone,
        met=found,
        became=counted,
        drawn=_drawn(known, counted, terms, seed),
        ground=Watched([one.point for one in ledger.settlements], raised, terms),
        struck=Watched([one.attack.point for one in found], raised, terms),
        answered=tuple((sectors.get(one.ref, ""), one) for one in ledger.answered if since <= one.opened_at <= until),
        tellings=ledger.tellings,
    )


def _drawn(ledger: Ledger, counted: Sequence[Became], terms: Terms, seed: int) -> dict[str, tuple[Drawn, ...]]:
    """Draw areas for every warning that is scored at some horizon, size by size."""
    scored = [one.issued for one in counted if one.issued.points and set(_SCORED) & set(one.within)]
    found: dict[str, tuple[Drawn, ...]] = {}
    for size in sorted({_radius(one.radius_km, terms) for one in scored}):
        grounds = Grounds(ledger.settlements, ledger.attacks, size)
        alike = [one for one in scored if _radius(one.radius_km, terms) == size]
        found |= draw(alike, grounds, ledger.attacks, terms, seed=seed)
    return found


def _radius(radius_km: float | None, terms: Terms) -> float:
    return terms.within_km if radius_km is None else radius_km


def _sectors(judged: _Judged) -> set[str]:
    lived_in = {one.sector for one in judged.ledger.settlements}
    return lived_in | {one.attack.sector for one in judged.met} | {one.issued.sector for one in judged.became}


def _card(judged: _Judged, sector: str | None, month: str | None, within: Stretch) -> Scorecard:
    """Count one part of the mission in one stretch of time."""

    def fits(at: datetime, where: str) -> bool:
        return within[0] <= at <= within[1] and sector in (None, where)

    terms = judged.terms
    harm = [one for one in judged.met if fits(one.attack.started_at, one.attack.sector)]
    raised = [one for one in judged.became if fits(one.issued.issued_at, one.issued.sector)]
    told = None if judged.tellings is None else [one for one in judged.tellings if fits(one.at, one.sector)]
    strata, evenness = parts.by_distance(harm, terms)
    return Scorecard(
        sector=sector,
        month=month,
        since=within[0],
        until=within[1],
        alerts=len(raised),
        weeks=(within[1] - within[0]) / _WEEK,
        told=None if told is None else len(told),
        officers=None if told is None else len({one.who for one in told}),
        by_maker=Counter(one.issued.raised_by for one in raised),
        attacks=len(harm),
        recalls=_recalls(judged, harm, sector, within),
        leads=parts.leads(harm, terms),
        predictive=_predictive(judged, raised),
        spans=_spans([one for where, one in judged.answered if fits(one.opened_at, where)], terms),
        bands=parts.bands(raised, terms),
        stated=parts.stated(raised, terms),
        by_distance=strata,
        evenness=evenness,
        by_channel=parts.by_channel(harm, terms),
        by_maker_predictive=tuple(
            (maker, parts.of_horizon([one for one in raised if one.issued.raised_by is maker], -1, terms))
            for maker in (*RaisedBy, None)
            if any(one.issued.raised_by is maker for one in raised)
        ),
    )


def _recalls(judged: _Judged, harm: Sequence[Met], sector: str | None, within: Stretch) -> tuple[Recall, ...]:
    """Return the recall at each lead, each beside what had a warning as old as that at all."""
    own = {one.attack.ref for one in harm}
    ground = [row for row, one in enumerate(judged.ledger.settlements) if sector in (None, one.sector)]
    struck = [row for row, one in enumerate(judged.met) if one.attack.ref in own]
    end = min(within[1], judged.terms.as_of)
    return tuple(
        parts.recall(
            harm,
            lead_h,
            judged.terms,
            area_time=judged.ground.share(ground, (within[0], end), lead_h=lead_h),
            same_places=judged.struck.share(struck, (within[0], end), lead_h=lead_h),
        )
        for lead_h in (0.0, *judged.terms.leads_h)
    )


def _predictive(judged: _Judged, raised: Sequence[Became]) -> tuple[Predictive, ...]:
    found = []
    for number in range(len(judged.terms.horizons)):
        scored = [one.issued.ref for one in raised if one.within[number] in _SCORED]
        drawn = [judged.drawn[ref][number] for ref in scored if ref in judged.drawn]
        matched, anywhere = (control(drawn, is_matched=is_matched) for is_matched in (True, False))
        found.append(parts.predictive(raised, number, judged.terms, matched=matched, anywhere=anywhere))
    return tuple(found)


def _spans(answered: Sequence[Answered], terms: Terms) -> tuple[Span, ...]:
    spans = {one.name: one for one in rate(answered, as_of=terms.as_of).spans}
    return tuple(spans[name] for name in STEPS)


def _months(since: datetime, until: datetime, zone: timedelta) -> tuple[tuple[str, Stretch], ...]:
    """Return the months of a period by the mission's own clock, the first and the last cut to the period."""
    found = []
    start = since
    while start < until:
        local = start + zone
        first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        following = (first + timedelta(days=32)).replace(day=1) - zone
        end = min(following - timedelta(microseconds=1), until)
        found.append((f"{local:%Y-%m}", (start, end)))
        start = following
    return tuple(found)


def _reasons(judged: _Judged, seed: int) -> tuple[Because, ...]:
    """Say which records counted, by which rules, and what was known when."""
    terms = judged.terms
    facts = {
        "as_of": terms.as_of.isoformat(timespec="minutes"),
        "km": terms.within_km,
        "days": terms.stands.days,
        "least": terms.least,
        "alerts": len(judged.became),
        "attacks": len(judged.met),
        "settlements": len(judged.ledger.settlements),
        "activity": terms.activity.days,
        "draws": terms.draws,
        "seed": seed,
    }
    return tuple(Because(f"scorecard.{name}", facts) for name in ("counted", "rules", "control", "unscorable"))
