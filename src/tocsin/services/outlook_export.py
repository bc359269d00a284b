"""The outlook as plain values and as one table: unknown as null or empty, evidence only for who may open it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from tocsin.core.forecast.outlook.chances import PlaceChance
from tocsin.core.forecast.outlook.review import Review
from tocsin.core.forecast.outlook.surges import PlaceAlarm
from tocsin.core.forecast.rate_surface import HORIZON_DAYS
from tocsin.core.reference.results import Because
from tocsin.core.reference.viewer import Viewer
from tocsin.services.outlook import Shown, Telling
from tocsin.store.queries import matrix as read_matrix

_HEAD: Final = (
    "kind", "place", "name", "sector", "is_observed", "chance_28_days", "low", "high", "last_year_28_days", "ewma_28_days",
    "is_onset", "cases", "expected", "since", "days", "chance_of_noise", "recurrence_days", "radius_km", "outlet", "evidence",
)  # fmt: skip


def refs_of(shown: Shown) -> set[str]:
    """Return every reference that an outlook rests its words on."""
    found = shown.outlook
    refs = {ref for one in found.surges.found for ref in one.evidence}
    refs |= {ref for one in found.alarms for ref in one.evidence}
    return refs | {driver.ref for one in found.chances.found for driver in one.drivers}


def as_json(shown: Shown, viewer: Viewer) -> dict[str, Any]:
    """Return the outlook in plain values, as far as the viewer may see what it rests on."""
    found, seen = shown.outlook, read_matrix.refs_open_to(viewer, refs_of(shown))
    rates = found.chances.rates
    return {
        "as_of": found.as_of.isoformat(),
        "made_at": shown.made_at.isoformat(),
        "horizon_days": HORIZON_DAYS,
        "counts_what_you_may_see": shown.is_partial,
        "record": {
            "since": _day(found.first_day),
            "counted": found.counted,
            "found_by_patrols_only": found.found_by_search,
            "not_counted": [one.as_json() for one in found.left_out],
        },
        "surges": [_surge(one, seen) for one in shown.tellings],
        "place_alarms": [_alarm(one, seen) for one in found.alarms],
        "chances": [_chance(one, shown, seen) for one in found.chances.found],
        "silent_together": [{"sector": one.group, "places": list(one.silent)} for one in found.together],
        "sexual_violence_by_sector": [{"sector": one.sector, "incidents": one.count} for one in found.sexual_violence],
        "review": None if found.review is None else _review(found.review),
        "method": {
            "surges": "space_time_permutation_scan",
            "kernel": found.surges.kernel,
            "replicates": found.surges.replicates,
            "place_alarms": "gamma_poisson",
            "chances": "rate_surface",
            "seed": found.seed,
            "learned_until": None if rates is None else _day(rates.learned_until),
            "learned_windows": found.chances.learned_windows,
            "learned_events": found.chances.learned_events,
            "base_rate": None if rates is None else _rounded(rates.base_rate),
        },
        "does_not_know": [one.as_json() for one in found.unknowns],
    }


def as_csv(shown: Shown, viewer: Viewer) -> str:
    """Return surges, alarms of single places and chances as one table; what is not asked of a kind stays empty."""
    seen = read_matrix.refs_open_to(viewer, refs_of(shown))
    target = io.StringIO()
    table = csv.DictWriter(target, _HEAD, extrasaction="ignore")
    table.writeheader()
    found = shown.outlook
    for telling in shown.tellings:
        table.writerow(_cells(_surge(telling, seen) | {"kind": "surge"}))
    for alarm in found.alarms:
        table.writerow(_cells(_alarm(alarm, seen) | {"kind": "place_alarm"}))
    for one in found.chances.found:
        table.writerow(_cells(_chance(one, shown, seen) | {"kind": "chance"}))
    return target.getvalue()


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    row |= {"evidence": " ".join(row.get("evidence", ()))}
    # A name that a spreadsheet would take for a formula is given as text.
    return {
        name: "" if value is None else f"'{value}" if str(value).startswith(("=", "+", "-", "@", "\t", "\r")) else value
        for name, value in row.items()
    }


def _surge(one: Telling, seen: frozenset[str]) -> dict[str, Any]:
    surge = one.surge
    return {
        "place": surge.centre.ref,
        "name": surge.centre.name,
        "sector": surge.centre.sector or None,
        "places": [place.ref for place in surge.members],
        "radius_km": round(surge.radius_km, 1),
        "since": _day(surge.began),
        "days": surge.days,
        "cases": surge.cases,
        "expected": round(surge.expected, 2),
        "chance_of_noise": round(surge.p, 4),
        "recurrence_days": round(surge.recurrence_days),
        "first_alarm": _day(surge.first_alarm),
        "outlet": one.outlet.value,
        "found_by_patrols_only": surge.found_by_search,
        "why": _why((*surge.reasons, *one.reasons), seen),
        "evidence": _open(surge.evidence, seen),
    }


def _alarm(one: PlaceAlarm, seen: frozenset[str]) -> dict[str, Any]:
    return {
        "place": one.place.ref,
        "name": one.place.name,
        "sector": one.place.sector or None,
        "cases": one.cases,
        "expected": round(one.usual, 2),
        "days": one.span_days,
        "chance_of_noise": float(f"{one.p:.2g}"),
        "evidence": _open(one.evidence, seen),
    }


def _chance(one: PlaceChance, shown: Shown, seen: frozenset[str]) -> dict[str, Any]:
    heard = shown.outlook.heard.get(one.place.ref)
    return {
        "place": one.place.ref,
        "name": one.place.name,
        "sector": one.place.sector or None,
        "chance_28_days": _rounded(one.chance),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
        "last_year_28_days": _rounded(one.last_year),
        "ewma_28_days": _rounded(one.ewma),
        "events_last_year": one.events_last_year,
        "quiet_days": one.quiet_days,
        "is_onset": one.is_onset,
        "is_observed": None if heard is None else heard.is_observed,
        "heard": None if heard is None else heard.state.value,
        "found_by_patrols_only": one.found_by_search,
        "drivers": [
            {
                "incident": driver.ref if driver.ref in seen else None,
                "age_days": driver.age_days,
                "distance_km": driver.distance_km,
                "share": _rounded(driver.share),
            }
            for driver in one.drivers
        ],
        "share_without_driver": _rounded(one.unexplained_share),
        "why": _why(one.reasons, seen),
        "evidence": _open((driver.ref for driver in one.drivers), seen),
    }


def _review(one: Review) -> dict[str, Any]:
    return {
        "from": _day(one.since),
        "until": _day(one.until),
        "windows": one.windows,
        "places_and_windows": one.place_windows,
        "came": one.came,
        "onset_came": one.onset_came,
        "least_to_speak_of": one.least,
        "is_enough": one.is_enough,
        "is_onset_enough": one.is_onset_enough,
        "methods": [
            {
                "method": each.method,
                "brier": _rounded(each.brier),
                "average_precision": _rounded(each.average_precision),
                "onset_brier": _rounded(each.onset_brier) if one.is_onset_enough else None,
                "onset_average_precision": _rounded(each.onset_average_precision) if one.is_onset_enough else None,
            }
            for each in one.scored
        ]
        if one.is_enough
        else [],
        "gain": _rounded(one.gain) if one.is_enough else None,
        "gain_low": _rounded(one.gain_low) if one.is_enough else None,
        "gain_high": _rounded(one.gain_high) if one.is_enough else None,
        "reliability": [
            {"cases": part.cases, "said": _rounded(part.said), "happened": _rounded(part.happened)}
            for part in one.table
        ]
        if one.is_enough
        else [],
        "verdict": [because.as_json() for because in one.reasons],
    }


def _why(reasons: Iterable[Because], seen: frozenset[str]) -> list[dict[str, Any]]:
    return [one.as_json() | {"evidence": _open(one.evidence, seen)} for one in reasons]


def _open(refs: Iterable[str], seen: frozenset[str]) -> list[str]:
    return [ref for ref in refs if ref in seen]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()
