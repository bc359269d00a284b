"""The single figures of the scorecard: recall, leads, what followed a warning, kept likelihoods, recall by stratum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from tocsin.core.lessons.scorecard_matching import Became, Met
from tocsin.core.lessons.scorecard_values import (
    Band,
    Bounded,
    Control,
    Leads,
    Predictive,
    Recall,
    Stated,
    Stratum,
    Terms,
    bounded,
)
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Disposition, ImminenceState, Priority

_SCORED: Final = (Disposition.HARM, Disposition.NOTHING)
# Stated chances that are judged together: finer where most of them lie.
_CHANCES: Final = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
TERCILES: Final = ("near", "middle", "far")


def recall(
    found: Sequence[Met], lead_h: float, terms: Terms, *, area_time: float | None, same_places: float | None
) -> Recall:
    """Return how much of the harm had a warning at least so long before, beside what was under warning at all."""
    warned = [one for one in found if one.lead_h is not None and one.lead_h >= lead_h]
    facts = {
        "hours": lead_h,
        "km": terms.within_km,
        "days": terms.stands.days,
        "attacks": len(found),
        "as_of": terms.as_of.isoformat(timespec="minutes"),
    }
    why = Because("scorecard.recall", facts, tuple(one.attack.ref for one in warned))
    return Recall(lead_h, bounded(len(warned), len(found), least=terms.least), area_time, same_places, why)


def leads(found: Sequence[Met], terms: Terms) -> Leads:
    """Return how long before the harm warnings stood; harm without one is counted apart, never as an hour of 0."""
    known = sorted(one.lead_h for one in found if one.lead_h is not None)
    cuts = (0.0, *terms.leads_h)
    ends: tuple[float | None, ...] = (*terms.leads_h, None)
    bins = tuple(
        (start, end, sum(start <= one and (end is None or one < end) for one in known))
        for start, end in zip(cuts, ends, strict=True)
    )
    low, middle, high = (float(one) for one in np.percentile(known, (25, 50, 75))) if known else (0.0, 0.0, 0.0)
    return Leads(len(known), len(found) - len(known), (low, middle, high) if known else None, bins)


def of_horizon(found: Sequence[Became], number: int, terms: Terms) -> Bounded:
    """Return how many of the warnings that can be scored were followed by harm within one horizon."""
    scored = [one for one in found if one.within[number] in _SCORED]
    hits = sum(one.within[number] is Disposition.HARM for one in scored)
    return bounded(hits, len(scored), least=terms.least)


def predictive(
    found: Sequence[Became], number: int, terms: Terms, *, matched: Control, anywhere: Control
) -> Predictive:
    """Return how often harm followed within one horizon.

    An alarm that was acted on and followed by nothing is not false: acting may be why. It is left out of
    what is divided, and counted beside it. Leaving it out flatters, so that the share is told again
    with all that cannot be scored taken for nothing, and for harm.
    """
    by = Counter(one.within[number] for one in found)
    hits, apart = by[Disposition.HARM], by[Disposition.ACTED] + by[Disposition.UNVERIFIABLE]
    whole = hits + by[Disposition.NOTHING] + apart
    deterred = [one for one in found if one.within[number] is Disposition.ACTED and one.issued.was_real]
    days = terms.horizons[number].total_seconds() / 86400
    facts = {
        "days": days,
        "km": terms.within_km,
        "acted": by[Disposition.ACTED],
        "unverifiable": by[Disposition.UNVERIFIABLE],
        "open": by[Disposition.OPEN],
        "as_of": terms.as_of.isoformat(timespec="minutes"),
    }
    scored = tuple(one.issued.ref for one in found if one.within[number] in _SCORED)
    return Predictive(
        days=days,
        found=of_horizon(found, number, terms),
        by={one: by[one] for one in Disposition},
        perhaps_deterred=len(deterred),
        least_share=hits / whole if whole else None,
        most_share=(hits + apart) / whole if whole else None,
        matched=matched,
        anywhere=anywhere,
        why=Because("scorecard.predictive", facts, scored),
    )


def bands(found: Sequence[Became], terms: Terms) -> tuple[Band, ...]:
    """Return how often harm followed what was said of the likelihood: the state of the threat, and the priority."""
    kinds: tuple[tuple[str, Sequence[str], Callable[[Became], str | None]], ...] = (
        ("imminence_state", [one.value for one in ImminenceState], lambda one: one.issued.imminence),
        ("priority", [one.value for one in Priority], lambda one: one.issued.priority),
    )
    return tuple(
        Band(kind, name, tuple(of_horizon(held, number, terms) for number in range(len(terms.horizons))))
        for kind, names, said in kinds
        for name in names
        if (held := [one for one in found if said(one) == name])
    )


def stated(found: Sequence[Became], terms: Terms) -> Stated | None:
    """Return how far stated chances kept what they said; None where no warning stated one.

    Counted are warnings whose time is over, without those that were acted on and followed by nothing.

    Notes
    -----
    Source: Brier (1950); the gain is over always stating the share that came true.
    Limits: that share is known only afterwards, which makes it a hard rival.
    """
    judged = [one for one in found if one.issued.chance is not None and _is_judged(one)]
    if not judged:
        return None
    said = np.array([one.issued.chance for one in judged], dtype=float)
    came = np.array([bool(one.in_its_time) for one in judged], dtype=float)
    brier, base = float(np.mean((said - came) ** 2)), float(np.mean((came.mean() - came) ** 2))
    rows = np.clip(np.searchsorted(_CHANCES, said, side="right") - 1, 0, len(_CHANCES) - 2)
    kept = tuple(
        Band(
            "chance",
            f"{_CHANCES[row]:g}-{_CHANCES[row + 1]:g}",
            (bounded(int(came[rows == row].sum()), int((rows == row).sum()), least=terms.least),),
            float(said[rows == row].mean()),
        )
        for row in sorted({int(one) for one in rows})
    )
    skill = 1 - brier / base if base else None
    return Stated(len(judged), brier, base, skill, len(judged) >= terms.least, kept)


def _is_judged(one: Became) -> bool:
    if one.in_its_time is None:
        return False
    return one.in_its_time or not (one.issued.has_acted or one.issued.is_unobserved)


def by_distance(found: Sequence[Met], terms: Terms) -> tuple[tuple[Stratum, ...], float | None]:
    """Return the recall by tercile of distance to the nearest base, and the worst over the best.

    Empty where no base is known. The terciles are those of the harm itself, so that each holds about a
    third. The second figure is None where a tercile is too small, or none was warned of.
    """
    known = [(one.base_km, one) for one in found if one.base_km is not None]
    if not known:
        return (), None
    km = np.array([away for away, _one in known])
    cuts = [float(one) for one in np.quantile(km, (0, 1 / 3, 2 / 3, 1))]
    rows = np.searchsorted(cuts[1:3], km, side="left")
    strata = []
    for row, name in enumerate(TERCILES):
        held = [one for (_away, one), at in zip(known, rows, strict=True) if at == row]
        strata.append(Stratum(name, _warned(held, terms), cuts[row], cuts[row + 1]))
    shares = [one.found.found.share for one in strata if one.found.is_enough]
    told = [one for one in shares if one is not None]
    is_even = len(told) == len(TERCILES) and max(told) > 0
    return tuple(strata), min(told) / max(told) if is_even else None


def by_channel(found: Sequence[Met], terms: Terms) -> tuple[Stratum, ...]:
    """Return the recall by the way the harm came to be known, the most frequent first."""
    held: dict[str, list[Met]] = {}
    for one in found:
        held.setdefault(one.attack.told_through, []).append(one)
    ordered = sorted(held.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Stratum(name, _warned(mets, terms)) for name, mets in ordered)


def _warned(found: Sequence[Met], terms: Terms) -> Bounded:
    return bounded(sum(one.lead_h is not None for one in found), len(found), least=terms.least)
