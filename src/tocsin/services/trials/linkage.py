"""Try linkage on reports made from real events: learn on the earlier half, score on the later one.

The two halves share no event; the draws of noise are other ones. A second noise that nothing was
learned on, and a second file of events, show how much of the result was the noise's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tocsin import feeds
from tocsin.core.evidence.linkage.compare import local_rate
from tocsin.core.evidence.linkage.linker import Labelled, Linker, Weighed, learn, link, scored, weigh_new
from tocsin.core.evidence.linkage.types import Claims, Whole
from tocsin.core.evidence.linkage.windows import joined_by_windows
from tocsin.core.evidence.types import EventRecord
from tocsin.core.reference.results import Problem
from tocsin.services.trials.made_reports import PLAIN, ROUGH, Noise, made_reports

# Where and when an event was must be known well enough to say whether two reports tell of it.
_PLACE_PRECISION, _DATE_PRECISION = 4, 2
_LEARNED_DRAWS, _LEARNED_EVENTS, _SCORED_DRAWS = 8, 8000, 4
_WINDOWS = ((1, 5), (2, 10), (3, 20), (5, 30))
_ASKED, _LEAST = 200, 100


def run(
    ged: Path,
    *,
    seed: int,
    unseen: Path | None = None,
    country: str | None = None,
    most: int = 4000,
    many: int = 50_000,
) -> dict[str, Any]:
    """Return every figure of the trial.

    Parameters
    ----------
    ged
        A file of the Uppsala events, in any of their layouts.
    seed
        From which all draws of noise start.
    unseen
        Another such file, scored with what was learned on the first.
    country
        Only its events.
    most
        Events of each half at most, those nearest the middle, so that a file of the world stays feasible.
    many
        How many reports the speed is measured with.

    Raises
    ------
    ValueError
        The file holds too few events that can be used.
    OSError
        The file cannot be opened.
    """
    began = time.perf_counter()
    events, told = _events(ged, country)
    middle = len(events) // 2
    earlier, later = events[max(0, middle - most) : middle], events[middle : middle + most]
    linkers = {name: _learned(earlier, noise, seed) for name, noise in (("plain", PLAIN), ("rough", ROUGH))}
    scores = {
        f"learned_{known}_scored_{met}": _scored(linkers[known], later, noise, seed)
        for known in linkers
        for met, noise in (("plain", PLAIN), ("rough", ROUGH))
    }
    result: dict[str, Any] = {
        "trial": "linkage",
        "file": ged.name,
        "country": country,
        "seed": seed,
        "events": told,
        "learned_on": _span(earlier),
        "scored_on": _span(later),
        "chosen_on": "settings were chosen on quarters of the earlier half; nothing was chosen on the later one",
        "noise": {"plain": _as_json(PLAIN), "rough": _as_json(ROUGH)},
        "bands": {name: {"least": one.least, "link_from": one.link_from, "ask_from": one.ask_from} for name, one in linkers.items()},
        "scores": scores,
        "baseline_windows": {name: _by_windows(later, noise, seed) for name, noise in (("plain", PLAIN), ("rough", ROUGH))},
        "drop_on_unseen_noise": _drop(scores["learned_rough_scored_rough"], scores["learned_plain_scored_rough"]),
    }  # fmt: skip
    if unseen is not None:
        result["unseen_file"] = _on_another(linkers["plain"], unseen, seed, most)
    result["speed"] = _speed(linkers["plain"], _many(events, many, seed))
    result["seconds"] = round(time.perf_counter() - began, 2)
    return result


def _events(path: Path, country: str | None) -> tuple[list[EventRecord], dict[str, int]]:
    """Return the events that can be used, by date, and how many could not."""
    options = {"country": country} if country else {}
    used: list[EventRecord] = []
    imprecise = problems = 0
    for item in feeds.get("ucdp_ged").read(path, **options):
        if isinstance(item, Problem):
            problems += 1
        elif (item.value.place_precision or 0) > _PLACE_PRECISION or (item.value.date_precision or 0) > _DATE_PRECISION:
            imprecise += 1
        else:
            used.append(item.value)
    if len(used) < _LEAST:
        raise ValueError(
            f"{path.name} holds {len(used)} usable events; at least {_LEAST} are needed to learn and to score"
        )
    return sorted(used, key=lambda one: one.start), {"used": len(used), "imprecise": imprecise, "problems": problems}


def _learned(events: Sequence[EventRecord], noise: Noise, seed: int) -> Linker:
    # Few events are distorted more often, so that there is as much to learn from.
    times = max(1, min(_LEARNED_DRAWS, _LEARNED_EVENTS // len(events)))
    draws = [made_reports(events, noise=noise, seed=seed * 1000 + 100 + draw) for draw in range(times)]
    return learn([Labelled(claims, event) for claims, event in draws])


def _scored(linker: Linker, events: Sequence[EventRecord], noise: Noise, seed: int) -> dict[str, float | None]:
    """Return the mean of the scores over several draws, and how far the draws lie apart."""
    rows = []
    for draw in range(_SCORED_DRAWS):
        claims, event = made_reports(events, noise=noise, seed=seed * 1000 + draw)
        groups, weighed = link(linker, claims)
        rows.append(scored(event, groups) | _bands(linker, claims, event, weighed) | {"reports": float(len(claims))})
    return _mean(rows)


def _bands(linker: Linker, claims: Claims, event: Whole, weighed: Weighed) -> dict[str, float | None]:
    """Return how right the links made at once are, which share of the true pairs they hold, and how many are asked."""
    pairs, chance = weighed.pairs, weighed.chance
    apart = claims.source[pairs.one] != claims.source[pairs.other]
    same = event[pairs.one] == event[pairs.other]
    sure = apart & (chance >= linker.link_from)
    asked = apart & (chance >= linker.ask_from) & ~sure
    counts = np.bincount(event)
    true = max(float((counts * (counts - 1) / 2).sum()), 1.0)
    return {
        "linked_precision": float(same[sure].mean()) if sure.any() else None,
        "linked_coverage": float(same[sure].sum() / true),
        "linked_or_asked_coverage": float(same[sure | asked].sum() / true),
        "asked_share_of_pairs": float(asked.sum() / max(apart.sum(), 1)),
        "blocking_coverage": float(same.sum() / true),
    }


def _by_windows(events: Sequence[EventRecord], noise: Noise, seed: int) -> dict[str, dict[str, float | None]]:
    found = {}
    for days, km in _WINDOWS:
        rows = []
        for draw in range(_SCORED_DRAWS):
            claims, event = made_reports(events, noise=noise, seed=seed * 1000 + draw)
            rows.append(scored(event, joined_by_windows(claims, days=days, km=km)))
        found[f"{days}_days_{km}_km"] = _mean(rows)
    return found


def _on_another(linker: Linker, path: Path, seed: int, most: int) -> dict[str, Any]:
    events, told = _events(path, None)
    some = events[:most]
    return {
        "file": path.name,
        "events": told,
        "scored_on": _span(some),
        "learned_here": _scored(_learned(some[: len(some) // 2], ROUGH, seed), some[len(some) // 2 :], ROUGH, seed),
        "learned_before": _scored(linker, some[len(some) // 2 :], ROUGH, seed),
    }


def _speed(linker: Linker, claims: Claims) -> dict[str, float]:
    """Return the seconds to link all reports, and milliseconds for one new report beside them."""
    began = time.perf_counter()
    link(linker, claims)
    whole = time.perf_counter() - began
    rate = local_rate(claims)
    asked = np.linspace(0, len(claims) - 1, _ASKED).astype(int)
    each = []
    for position in asked.tolist():
        started = time.perf_counter()
        weigh_new(linker, claims, position, rate=rate)
        each.append(1000 * (time.perf_counter() - started))
    return {
        "reports": float(len(claims)),
        "full_link_seconds": round(whole, 2),
        "one_new_ms_median": round(float(np.median(each)), 2),
        "one_new_ms_p95": round(float(np.percentile(each, 95)), 2),
    }


def _many(events: Sequence[EventRecord], many: int, seed: int) -> Claims:
    """Return so many reports: those of the events, and again years later where there are too few."""
    claims, _ = made_reports(events, noise=PLAIN, seed=seed)
    turns = -(-many // len(claims))
    length = float(np.ptp(claims.day)) + 30
    days = np.concatenate([claims.day + turn * length for turn in range(turns)])
    positions = np.tile(np.arange(len(claims)), turns)
    return replace(claims.some(positions), day=days).some(np.arange(many))


def _drop(known: Mapping[str, float | None], unseen: Mapping[str, float | None]) -> float:
    """Return by how much pairwise F1 falls where the noise was not learned on."""
    return round((known["pair_f1"] or 0.0) - (unseen["pair_f1"] or 0.0), 4)


def _mean(rows: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """Return the mean of each figure over the draws in which it could be had; None where it never could."""
    held = {name: [float(value) for row in rows if (value := row[name]) is not None] for name in rows[0]}
    means = {name: round(float(np.mean(values)), 4) if values else None for name, values in held.items()}
    return means | {"pair_f1_sd": round(float(np.std(held["pair_f1"], ddof=1)), 4)}


def _span(events: Sequence[EventRecord]) -> dict[str, Any]:
    return {"events": len(events), "from": f"{events[0].start:%Y-%m-%d}", "to": f"{events[-1].start:%Y-%m-%d}"}


def _as_json(noise: Noise) -> dict[str, Any]:
    return {name: getattr(noise, name) for name in noise.__dataclass_fields__}
