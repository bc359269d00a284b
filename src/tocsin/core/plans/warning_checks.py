"""What stands against a warning before it leaves, each with its reason: some of it stops the release."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import numpy as np

from tocsin.core.evidence.redaction import redact
from tocsin.core.places import shapes
from tocsin.core.places.areas import point_label
from tocsin.core.places.types import Place
from tocsin.core.plans.community import CommunityWarning, WarningText, languages_of
from tocsin.core.plans.segments import count_segments
from tocsin.core.plans.warning_forms import forms_of
from tocsin.core.reference import load, rules
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import CapKind, WarningReach


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands against a warning. `field` is the part of the form it is about."""

    because: Because
    is_blocking: bool
    field: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What the checks know around a warning.

    `places` are all that the mission knows; `open_tasks` those that stand behind a promise;
    `communities` are the names of communities on record, never blamed. `reporters` is how many
    people in these places could have told, and `reported_at` when the first of them did; None is
    not known. An emergency leaves by one person to focal points only.
    """

    places: tuple[Place, ...] = ()
    open_tasks: frozenset[str] = frozenset()
    communities: tuple[str, ...] = ()
    reporters: int | None = None
    reported_at: datetime | None = None
    is_emergency: bool = False


Check = Callable[[CommunityWarning, Ground, datetime], Iterator[Finding]]


def check(warning: CommunityWarning, ground: Ground, *, as_of: datetime) -> tuple[Finding, ...]:
    """Return everything that stands against releasing a warning, what stops it first."""
    found = [finding for one in _CHECKS for finding in one(warning, ground, as_of)]
    return tuple(sorted(found, key=lambda finding: not finding.is_blocking))


def may_release(findings: Iterable[Finding]) -> bool:
    """Return whether nothing that was found stops the release."""
    return not any(finding.is_blocking for finding in findings)


def asks_who_reported(ground: Ground, *, as_of: datetime) -> bool:
    """Return whether so few could have told, so lately, that a warning may give them away."""
    if ground.reported_at is None:
        return False
    is_fresh = as_of - ground.reported_at < timedelta(hours=rules.value("warnings.reporter_hours", as_of))
    is_few = ground.reporters is None or ground.reporters <= rules.value("warnings.few_reporters", as_of)
    return is_fresh and is_few


def phrases_in(text: str, kind: str) -> tuple[str, ...]:
    """Return the phrases of one kind that a text holds, in any of the written languages.

    Examples
    --------
    >>> phrases_in("A patrol will reach you tonight.", "promise")
    ('patrol will',)
    """
    plain = f" {normalise(text)} "
    return tuple(
        dict.fromkeys(match.group().strip() for pattern in _patterns(kind) for match in pattern.finditer(plain))
    )


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    lists = load.read_folder("wording")[f"community.phrases.{kind}"].values()
    return tuple(_pattern(phrase) for words in lists for phrase in words.split("|"))


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = [
        "(?:\\w+ ){0,3}" if word == ".." else re.escape(word).replace("\\*", "\\w*") + " " for word in phrase.split()
    ]
    return re.compile("(?<= )" + "".join(parts).rstrip() + "(?= )")


def _area(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    if warning.kind is not CapKind.CANCEL and not (warning.rings or warning.circles or warning.places):
        yield _stop("area_missing", "area")
    size = sum(abs(shapes.area_km2(ring)) for ring in warning.rings) + sum(3.1416 * km**2 for _, km in warning.circles)
    most = rules.value("warnings.most_area_km2", as_of)
    if size > most:
        yield _stop("area_too_large", "area", {"km2": round(size), "most": most})
    for number, ring in enumerate(warning.rings, 1):
        yield from _ring(ring, number, as_of)
    yield from _outside(warning, ground, as_of)


def _ring(ring: shapes.Ring, number: int, as_of: datetime) -> Iterator[Finding]:
    if len(shapes.closed(ring)) < 4 or np.isnan(ring).any():
        yield _stop("ring_too_short", "area", {"number": number})
        return
    if not shapes.is_closed(ring):
        yield _stop("ring_open", "area", {"number": number})
    yield from _knot(ring, number)
    if shapes.area_km2(shapes.closed(ring)) < 0:
        yield _note("ring_turned", "area", {"number": number})
    most = rules.value("warnings.most_corners", as_of)
    if len(ring) > most:
        yield _stop("ring_too_long", "area", {"number": number, "corners": len(ring), "most": most})
    if abs(shapes.area_km2(shapes.closed(ring))) < _SMALLEST_KM2:
        yield _stop("ring_empty", "area", {"number": number})


def _knot(ring: shapes.Ring, number: int) -> Iterator[Finding]:
    try:
        met = shapes.crossing(ring)
    except OverflowError:
        yield _stop("ring_tangled", "area", {"number": number})
        return
    if met is not None:
        facts = {"number": number, "point": point_label(met), "lat": round(met.lat, 6), "lon": round(met.lon, 6)}
        yield _stop("ring_crosses", "area", facts)


def _outside(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    """Compare with the box around every place the mission knows: swapped coordinates land far off."""
    if not ground.places:
        return
    lat = np.array([place.point.lat for place in ground.places])
    lon = np.array([place.point.lon for place in ground.places])
    margin = rules.value("warnings.margin_km", as_of) / shapes.KM_PER_DEGREE
    low, high = np.array([lat.min(), lon.min()]) - margin, np.array([lat.max(), lon.max()]) + margin
    corners = [*warning.rings, *(shapes.ring_around(centre, km) for centre, km in warning.circles)]
    is_out = any(len(ring) and bool(np.any((ring < low) | (ring > high))) for ring in corners)
    if is_out:
        yield _stop("area_outside", "area", {"margin": rules.value("warnings.margin_km", as_of)})


def _times(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    if warning.expires_at <= warning.sent_at:
        yield _stop("expires_before_sent", "expires_at")
    elif warning.expires_at <= as_of:
        yield _stop("expires_in_the_past", "expires_at")
    most = rules.value("warnings.most_hours", as_of)
    if warning.expires_at - warning.sent_at > timedelta(hours=most):
        yield _stop("expires_too_late", "expires_at", {"hours": most})


def _languages(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    if not any(text.is_complete for text in warning.texts.values()):
        yield _stop("text_missing", "texts")
    for language, text in warning.texts.items():
        if not text.is_complete and any((text.headline.strip(), text.what.strip(), text.do.strip())):
            yield _stop("text_incomplete", f"text-{language}", {"language": language})
    reached = {language for language, text in warning.texts.items() if text.is_complete} | set(warning.by_voice)
    for place in warning.places:
        if place.languages and not reached & set(place.languages):
            facts = {"place": place.name, "languages": ", ".join(place.languages)}
            yield Finding(Because("warncheck.place_without_language", facts), not ground.is_emergency, "texts")
    missing = [language for language in languages_of(warning.places) if language not in reached]
    if missing:
        yield _note("languages_missing", "texts", {"languages": ", ".join(missing)})


def _lengths(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    most = rules.value("warnings.sms_parts", as_of)
    for language, text in warning.texts.items():
        sms = forms_of(warning, text, sender="", zone=as_of.tzinfo or warning.sent_at.tzinfo).sms  # type: ignore[arg-type]  # no time here is without its zone
        parts = count_segments(sms).parts
        if parts > most:
            yield _note("sms_long", f"text-{language}", {"language": language, "parts": parts, "most": most})


def _sources(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    names = [place.name for place in ground.places or warning.places]
    for language, text in warning.texts.items():
        whole = _whole(text)
        cuts = [cut.kind for cut in redact(whole, keep=names).cuts if cut.kind in ("number", "address")]
        if cuts or phrases_in(whole, "source"):
            shown = ", ".join(phrases_in(whole, "source")) or None
            yield _stop("tells_source", f"text-{language}", {"language": language, "phrase": shown})
    if asks_who_reported(ground, as_of=as_of):
        hours = rules.value("warnings.reporter_hours", as_of)
        yield from _answered(warning.asked.tells_who_reported, "who_reported", {"hours": hours})


def _troops(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    yield from _answered(warning.asked.tells_of_troops, "troops", {})
    yield from _told(warning, "presence", "tells_of_troops")


def _blame(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    yield from _told(warning, "blame", "blames_a_community")
    for language, text in warning.texts.items():
        plain = f" {normalise(_whole(text))} "
        named = [name for name in ground.communities if name and f" {normalise(name)} " in plain]
        if named:
            yield _stop("names_a_community", f"text-{language}", {"language": language})


def _promises(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    """No promise without a task: what the author says, and what the text says whatever the author says."""
    if set(warning.tasks) & ground.open_tasks:
        return
    if warning.asked.promises_help is None:
        yield _stop("promise_not_answered", "promises_help")
    elif warning.asked.promises_help:
        yield _stop("promise_without_task", "tasks")
    yield from _told(warning, "promise", "promises_without_task")


def _answered(answer: bool | None, about: str, facts: dict[str, Any]) -> Iterator[Finding]:
    if answer is None:
        yield _stop(f"{about}_not_answered", f"asked-{about}", facts)
    elif answer:
        yield _stop(f"{about}_told", f"asked-{about}", facts)


def _told(warning: CommunityWarning, kind: str, code: str) -> Iterator[Finding]:
    for language, text in warning.texts.items():
        found = phrases_in(_whole(text), kind)
        if found:
            yield _stop(f"phrase_{code}", f"text-{language}", {"language": language, "phrase": ", ".join(found)})


def _reach(warning: CommunityWarning, ground: Ground, as_of: datetime) -> Iterator[Finding]:
    if ground.is_emergency and warning.reach is not WarningReach.FOCAL_POINTS:
        yield _stop("emergency_is_not_public", "reach")


def _whole(text: WarningText) -> str:
    return f"{text.headline}\n{text.what}\n{text.do}"


def _stop(code: str, field: str, facts: dict[str, Any] | None = None) -> Finding:
    return Finding(Because(f"warncheck.{code}", facts or {}), True, field)


def _note(code: str, field: str, facts: dict[str, Any] | None = None) -> Finding:
    return Finding(Because(f"warncheck.{code}", facts or {}), False, field)


# Smaller than a football ground, it was clicked by mistake.
_SMALLEST_KM2: Final = 0.005
_CHECKS: Final[tuple[Check, ...]] = (
    _reach, _area, _times, _languages, _promises, _troops, _sources, _blame, _lengths,
)  # fmt: skip
