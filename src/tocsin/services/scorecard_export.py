"""The scorecard as plain values and as one table: every share with what it divides, unknown as null or empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from tocsin.core.lessons.response import Share, Span
from tocsin.core.lessons.scorecard_values import Band, Bounded, Control, Predictive, Recall, Scorecard, Stated, Unwarned
from tocsin.services.scorecard import Shown

_HEAD = ("figure", "sector", "month", "part", "count", "of", "value", "low", "high", "enough", "unit")


def as_json(shown: Shown) -> dict[str, Any]:
    """Return the scorecard in plain values: the whole first, then each sector, each month, each sector in each month."""
    sheet = shown.sheet
    return {
        "since": sheet.whole.since.isoformat(),
        "until": sheet.whole.until.isoformat(),
        "as_of": shown.as_of.isoformat(),
        "seed": sheet.seed,
        "counts_what_you_may_see": not shown.is_whole,
        "ranks_nobody": True,
        "least_to_speak_of": sheet.terms.least,
        "why": [one.as_json() for one in sheet.reasons],
        "cards": [
            *(_card(one) for one in (sheet.whole, *sheet.by_sector, *sheet.by_month)),
            *(_short(one) for one in sheet.by_sector_and_month),
        ],
        "unwarned": [_unwarned(one) for one in sheet.unwarned],
    }


def as_csv(shown: Shown) -> str:
    """Return the scorecard as one table, of the whole, of each sector, of each month and of each sector in each month."""
    target = io.StringIO()
    table = csv.writer(target)
    table.writerow(_HEAD)
    sheet = shown.sheet
    for card in (sheet.whole, *sheet.by_sector, *sheet.by_month, *sheet.by_sector_and_month):
        table.writerows(_lines(card))
    for one in sheet.unwarned:
        # What cannot be said here stays empty: the list names records, and no place of sexual violence.
        began = one.attack.started_at.isoformat()
        table.writerow(
            (
                "unwarned",
                _cell(one.attack.sector),
                began[:7],
                one.why.value,
                one.attack.ref,
                one.report,
                began,
                *[""] * 4,
            )
        )
    return target.getvalue()


def _card(card: Scorecard) -> dict[str, Any]:
    return _short(card) | {
        "told": card.told,
        "officers": card.officers,
        "told_per_officer_week": _rounded(card.per_officer_week),
        "raised_by": [
            {"by": maker.value if maker else None, "alerts": card.by_maker[maker], **_bounded(found)}
            for maker, found in card.by_maker_predictive
        ],
        "leads": {
            "with_warning": card.leads.with_one,
            "without": card.leads.without,
            "quartiles_h": [round(one, 1) for one in card.leads.quartiles_h] if card.leads.quartiles_h else None,
            "bins": [{"from_h": start, "to_h": end, "count": count} for start, end, count in card.leads.bins],
        },
        "steps": [_step(one) for one in card.spans],
        "likelihoods": [_band(one) for one in card.bands],
        "stated_chances": _stated(card.stated),
        "by_distance": [
            {"part": one.name, "from_km": _rounded(one.from_km), "to_km": _rounded(one.to_km), **_bounded(one.found)}
            for one in card.by_distance
        ],
        "evenness": _rounded(card.evenness),
        "by_channel": [{"part": one.name or None, **_bounded(one.found)} for one in card.by_channel],
    }


def _short(card: Scorecard) -> dict[str, Any]:
    return {
        "sector": card.sector,
        "month": card.month,
        "alerts": card.alerts,
        "alerts_per_week": _rounded(card.per_week),
        "attacks": card.attacks,
        "warned": [_recall(one) for one in card.recalls],
        "followed": [_predictive(one) for one in card.predictive],
    }


def _recall(one: Recall) -> dict[str, Any]:
    return {
        "lead_h": one.lead_h,
        **_bounded(one.found),
        "area_time_share": _rounded(one.area_time_share),
        "same_places_share": _rounded(one.same_places_share),
        "records": list(one.why.evidence),
    }


def _predictive(one: Predictive) -> dict[str, Any]:
    return {
        "days": one.days,
        **_bounded(one.found),
        "least_share": _rounded(one.least_share),
        "most_share": _rounded(one.most_share),
        "dispositions": {disposition.value: count for disposition, count in one.by.items()},
        "perhaps_deterred": one.perhaps_deterred,
        "matched_control": _control(one.matched),
        "anywhere": _control(one.anywhere),
        "records": list(one.why.evidence),
    }


def _control(one: Control) -> dict[str, Any]:
    return {"share": _rounded(one.share), "compared": one.compared, "unmatched": one.unmatched, "areas": one.areas}


def _band(one: Band) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "said": one.name,
        "stated": _rounded(one.stated),
        "came": [_bounded(found) for found in one.found],
    }


def _stated(one: Stated | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "count": one.count,
        "is_enough": one.is_enough,
        "brier": _rounded(one.brier),
        "brier_of_base_rate": _rounded(one.brier_base),
        "skill": _rounded(one.skill),
        "bands": [_band(band) for band in one.bands],
    }


def _step(one: Span) -> dict[str, Any]:
    return {"step": one.name, "known": _share(one.known), "median_min": one.median_min, "p90_min": one.p90_min}


def _unwarned(one: Unwarned) -> dict[str, Any]:
    return {
        "incident": one.attack.ref,
        "began_at": one.attack.started_at.isoformat(),
        "sector": one.attack.sector or None,
        "why": one.why.value,
        "report": one.report or None,
        "report_h_before": _rounded(one.report_h),
    }


def _bounded(one: Bounded) -> dict[str, Any]:
    return _share(one.found) | {"low": _rounded(one.low), "high": _rounded(one.high), "is_enough": one.is_enough}


def _share(one: Share) -> dict[str, Any]:
    return {"count": one.count, "of": one.of, "share": _rounded(one.share)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _lines(card: Scorecard) -> Iterator[tuple[Any, ...]]:
    where = ("all" if card.sector is None else _cell(card.sector), card.month or "all")
    yield ("alerts", *where, "", card.alerts, "", _shown(card.per_week), "", "", "", "per week")
    yield ("told", *where, "", _shown(card.told), _shown(card.officers), _shown(card.per_officer_week), "", "", "", "per officer and week")  # fmt: skip
    for recall in card.recalls:
        part = f"{recall.lead_h:g} h"
        yield ("warned", *where, part, *_numbers(recall.found), "share")
        yield ("area_time", *where, part, "", "", _shown(recall.area_time_share), "", "", "", "share")
        yield ("same_places", *where, part, "", "", _shown(recall.same_places_share), "", "", "", "share")
    yield from _followed(card.predictive, where)
    for number, name in enumerate(("lower quartile", "median", "upper quartile")):
        quartile = card.leads.quartiles_h[number] if card.leads.quartiles_h else None
        yield ("lead", *where, name, card.leads.with_one, card.attacks, _shown(quartile), "", "", "", "hours")
    for span in card.spans:
        yield ("step_median", *where, span.name, span.known.count, span.known.of, _shown(span.median_min), "", "", "", "minutes")  # fmt: skip
    for band in card.bands:
        for one, found in zip(card.predictive, band.found, strict=True):
            yield ("likelihood", *where, f"{band.kind} {band.name} {one.days:g} d", *_numbers(found), "share")
    for stratum in card.by_distance:
        yield ("by_distance", *where, stratum.name, *_numbers(stratum.found), "share")
    for stratum in card.by_channel:
        yield ("by_channel", *where, _cell(stratum.name), *_numbers(stratum.found), "share")


def _followed(found: Iterable[Predictive], where: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        part = f"{one.days:g} d"
        yield ("followed", *where, part, *_numbers(one.found), "share")
        bounds = (_shown(one.least_share), _shown(one.most_share))
        yield ("followed_whatever_was_left_out", *where, part, "", "", "", *bounds, "", "share")
        for name, control in (("matched_control", one.matched), ("anywhere", one.anywhere)):
            yield (name, *where, part, control.compared, "", _shown(control.share), "", "", "", "share")
        for disposition, count in one.by.items():
            yield ("disposition", *where, f"{part} {disposition.value}", count, "", "", "", "", "", "alerts")


def _numbers(one: Bounded) -> tuple[Any, ...]:
    shares = (one.found.share, one.low, one.high)
    return (one.found.count, one.found.of, *(_shown(each) for each in shares), "yes" if one.is_enough else "no")


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" and text else text
