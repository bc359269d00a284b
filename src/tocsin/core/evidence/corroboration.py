"""Which reports tell of one thing, and how many sources that do not depend on one another say so.

Source: proposed rules; a fixed rule with reasons was preferred to a learned one because every
join must be explained and undone by a person. Limits: reports are joined, never deleted; two
attacks on one village in one night by the same actor become one until somebody splits them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from tocsin.core.evidence.types import Report
from tocsin.core.places.distance import distance_km
from tocsin.core.places.types import Point
from tocsin.core.reference import rules
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import ActorType, ImminenceState, ReportKind, VerificationState

_FAMILIES = {
    "violence": frozenset({"ATK", "KIL", "ABD", "SGV", "TOR", "LOO", "SHL", "CLS", "REC", "SCH", "HUM"}),
    "threat": frozenset({"THR", "MOB", "HSP"}),
    "alarm": frozenset({"SIG"}),
    "explosive": frozenset({"EOD"}),
    "control": frozenset({"FMV", "UNX", "ARB", "CRM"}),
    "herds": frozenset({"TRH", "TNS"}),
    "crowd": frozenset({"DEM", "RST"}),
    "flight": frozenset({"IDB", "DIS", "NED"}),
}
# Families that may tell of one thing although their codes differ.
_AKIN = frozenset({frozenset({"alarm", "threat"}), frozenset({"alarm", "violence"}), frozenset({"violence", "flight"})})
_SPEAKS_NOT = frozenset({VerificationState.REFUTED, VerificationState.DUPLICATE, VerificationState.OUT_OF_SCOPE})
_PASSED_ON = frozenset({"forwarded_content", "second_hand", "no_content"})
_SAME_TEXT = 90
_LEAST_TEXT = 25
_AKIN_TEXT = 0.6


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near two reports are; `codes` are what they share."""

    km: float
    hours: float
    codes: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another report that may tell of the same event. `score` runs from 0 to 1.

    `is_one_hand`: the two count as one source, for they come from one sender or one chain of forwarding.
    """

    ref: str
    score: float
    is_one_hand: bool
    reasons: tuple[Because, ...]


def group(report: Report, others: Sequence[Report], *, as_of: datetime) -> Judged[str | None]:
    """Return the incident on record that `report` tells of, None when it tells of a new one.

    Parameters
    ----------
    report : Report
        The one that came in.
    others : sequence of Report
        Reports that already belong to incidents (`incident` is set).
    as_of : datetime
        Moment whose rules count; reports received later are not looked at.
    """
    found: list[tuple[float, str, Because]] = []
    for other in others:
        if other.incident is None or other.ref == report.ref or other.received_at > as_of:
            continue
        like = likeness(report, other, as_of=as_of)
        if like is not None:
            facts = {"km": round(like.km, 1), "hours": round(like.hours, 1), "events": ", ".join(like.codes)}
            why = Because(f"group.{like.rule}", facts, (report.ref, other.ref))
            found.append((like.km + like.hours - 5 * len(like.codes), other.incident, why))
    if not found:
        return Judged(None, (Because("group.new", {}, (report.ref,)),))
    found.sort(key=lambda one: (one[0], one[1]))
    best = found[0][1]
    reasons = [why for _, incident, why in found if incident == best][:3]
    rivals = sorted({incident for _, incident, _ in found if incident != best})
    if rivals:
        reasons.append(Because("group.also_like", {"others": len(rivals)}, tuple(rivals)))
    return Judged(best, tuple(reasons))


def likeness(report: Report, other: Report, *, as_of: datetime) -> Likeness | None:
    """Return how near two reports are when they may tell of one thing, else None."""
    rule = _kin(report, other)
    if rule is None or not _same_actor(report, other):
        return None
    km = _apart_km(report, other)
    if km is None or km > float(rules.value("evidence.join_km", as_of)):
        return None
    gap = _apart(report, other)
    limit = rules.value("evidence.join_hours", as_of)[rule]
    if gap > timedelta(hours=limit):
        return None
    return Likeness(km, gap.total_seconds() / 3600, tuple(sorted(_codes(report) & _codes(other))), rule)


def _codes(report: Report) -> frozenset[str]:
    return frozenset(code.value for code in report.reading.events)


def _families(report: Report) -> frozenset[str]:
    codes = _codes(report)
    return frozenset(name for name, members in _FAMILIES.items() if codes & members)


def _kin(report: Report, other: Report) -> str | None:
    """Return the rule by which the two may be one: same events, akin events, or a threat come true."""
    one, two = _families(report), _families(other)
    if _codes(report) & _codes(other) - {"DIS", "NED", "FMV"} or one & two & {"violence", "threat"}:
        return "same_events"
    if any(frozenset({a, b}) in _AKIN for a in one for b in two):
        return "akin_events"
    if ("threat" in one and "violence" in two) or ("threat" in two and "violence" in one):
        threat, harm = (report, other) if "threat" in one else (other, report)
        named = _name(threat) is not None and _name(threat) == _name(harm)
        near = threat.reading.state is ImminenceState.IMMINENT and threat.received_at <= harm.received_at + timedelta(
            hours=1
        )
        return "came_true" if named or near else None
    if _codes(report) & _codes(other):
        return "akin_events"
    return None


def _name(report: Report) -> str | None:
    return report.reading.actor.name if report.reading.actor else None


def _same_actor(report: Report, other: Report) -> bool:
    one, two = report.reading.actor, other.reading.actor
    if one is None or two is None:
        return True
    if one.name and two.name:
        return bool(set(one.name.split("|")) & set(two.name.split("|")))
    open_types = {ActorType.UNKNOWN, ActorType.UNIFORMED_UNKNOWN}
    armed_state = {ActorType.STATE, ActorType.STATE_POLICE, ActorType.UNIFORMED_UNKNOWN}
    if one.actor_type in open_types or two.actor_type in open_types:
        uniformed = ActorType.UNIFORMED_UNKNOWN in (one.actor_type, two.actor_type)
        return (
            not uniformed
            or ActorType.UNKNOWN in (one.actor_type, two.actor_type)
            or {one.actor_type, two.actor_type} <= armed_state
        )
    return one.actor_type is two.actor_type


def _points(report: Report) -> list[Point]:
    reading = report.reading
    found = [
        reading.point,
        reading.place.point if reading.place else None,
        reading.observed_place.point if reading.observed_place else None,
    ]
    return [point for point in found if point is not None]


def _apart_km(report: Report, other: Report) -> float | None:
    """Return the least distance between what the two reports speak of.

    A moving target is told of from where it was seen and from where it goes: both count.
    """
    pairs = [distance_km(one, two) for one in _points(report) for two in _points(other)]
    return min(pairs) if pairs else None


def _apart(report: Report, other: Report) -> timedelta:
    one, two = _span(report), _span(other)
    if one[0] <= two[1] and two[0] <= one[1]:
        return timedelta(0)
    return one[0] - two[1] if one[0] > two[1] else two[0] - one[1]


def _span(report: Report) -> tuple[datetime, datetime]:
    when = report.reading.when
    start = when.start or when.end or report.received_at
    # What is threatened is on record from the warning on.
    start = min(start, report.received_at) if report.reading.kind is ReportKind.THREAT_WARNING else start
    return start, max(when.end or start, start)


def independent_sources(reports: Iterable[Report]) -> int:
    """Return how many different sources speak from their own observation, not how many messages arrived.

    The same source twice counts once. Hearsay, forwarded text and empty calls do not count. Texts
    that are nearly the same word for word come from one hand, however many numbers sent them.
    """
    told = [report for report in reports if _observed(report)]
    hands = {source: source for source in dict.fromkeys(report.source for report in told)}
    by_text: dict[str, str] = {}
    for report in told:
        plain = _plain(report.text)
        if len(plain) >= _LEAST_TEXT:
            _join(hands, report.source, by_text.setdefault(plain, report.source))
    texts = list(by_text)
    for position, text in enumerate(texts):
        for other in texts[:position]:
            if _hand_of(hands, by_text[text]) != _hand_of(hands, by_text[other]) and near_identical(text, other):
                _join(hands, by_text[text], by_text[other])
    return len({_hand_of(hands, source) for source in hands})


def _hand_of(hands: dict[str, str], source: str) -> str:
    while hands[source] != source:
        source = hands[source]
    return source


def _join(hands: dict[str, str], one: str, two: str) -> None:
    hands[_hand_of(hands, one)] = _hand_of(hands, two)


def _observed(report: Report) -> bool:
    reading = report.reading
    passed_on = reading.hearsay or bool(_PASSED_ON & set(reading.flags))
    return not passed_on and report.state not in _SPEAKS_NOT and reading.kind is not ReportKind.RUMOUR


def near_identical(one: str, two: str) -> bool:
    """Return whether two texts are nearly the same word for word; short calls for help are not compared."""
    from rapidfuzz import fuzz

    first, second = _plain(one), _plain(two)
    if min(len(first), len(second)) < _LEAST_TEXT:
        return False
    return fuzz.ratio(first, second, score_cutoff=_SAME_TEXT) >= _SAME_TEXT


def suggest(report: Report, others: Sequence[Report], *, as_of: datetime) -> tuple[Suggestion, ...]:
    """Return the reports that may tell of the same event as `report`, the likeliest first, each with its reasons.

    A suggestion is for a person to accept or to reject; nothing is joined by it. What is on record
    of one incident already is not suggested again.

    Parameters
    ----------
    report : Report
        The one that somebody looks at.
    others : sequence of Report
        What came in around the same time; reports received after `as_of` are not looked at.
    as_of : datetime
        Moment whose rules count.
    """
    least = float(rules.value("evidence.suggest_least", as_of))
    found = []
    for other in others:
        together = report.incident is not None and report.incident == other.incident
        if other.ref == report.ref or together or other.received_at > as_of or other.state in _SPEAKS_NOT:
            continue
        made = _suggestion(report, other, as_of)
        if made is not None and made.score >= least:
            found.append(made)
    return tuple(sorted(found, key=lambda one: (-one.score, one.ref)))


def _suggestion(report: Report, other: Report, as_of: datetime) -> Suggestion | None:
    """Weigh one pair. Each agreement adds its share of 1; a different actor or other words take nothing away."""
    if _too_far(report, other, as_of):
        return None
    weights = rules.value("evidence.suggest_weights", as_of)
    reasons: list[Because] = []
    score = 0.0
    for name, share, why in (
        _by_place(report, other, as_of),
        _by_time(report, other, as_of),
        _by_event(report, other),
        _by_actor(report, other),
        _by_words(report, other),
    ):
        if share > 0 and why is not None:
            score += float(weights[name]) * share
            reasons.append(why)
    one_hand = one_hand_reason(report, other)
    reasons.append(one_hand or Because("suggest.independent", {}, (report.ref, other.ref)))
    return Suggestion(other.ref, round(min(score, 1.0), 2), one_hand is not None, tuple(reasons))


def _too_far(report: Report, other: Report, as_of: datetime) -> bool:
    """Return whether two reports lie too far apart in time, or in space as far as both places are known."""
    km = _apart_km(report, other)
    limit = timedelta(hours=rules.value("evidence.join_hours", as_of)["same_events"])
    return _apart(report, other) > limit or (km is not None and km > float(rules.value("evidence.join_km", as_of)))


def _by_place(report: Report, other: Report, as_of: datetime) -> tuple[str, float, Because | None]:
    km = _apart_km(report, other)
    if km is None:
        return "place", 0.0, None
    limit = float(rules.value("evidence.join_km", as_of))
    same = report.reading.place is not None and other.reading.place is not None
    if same and report.reading.place == other.reading.place:
        return "place", 1.0, Because("suggest.same_place", {}, (other.ref,))
    return "place", 1 - 0.5 * km / limit, Because("suggest.near", {"km": round(km, 1)}, (other.ref,))


def _by_time(report: Report, other: Report, as_of: datetime) -> tuple[str, float, Because | None]:
    hours = _apart(report, other).total_seconds() / 3600
    limit = float(rules.value("evidence.join_hours", as_of)["same_events"])
    return "time", 1 - hours / limit, Because("suggest.same_time", {"hours": round(hours, 1)}, (other.ref,))


def _by_event(report: Report, other: Report) -> tuple[str, float, Because | None]:
    shared = sorted(_codes(report) & _codes(other))
    if shared:
        return "event", 1.0, Because("suggest.same_event", {"event": f"term.event_code.{shared[0]}"}, (other.ref,))
    akin = _kin(report, other) is not None or bool(_families(report) & _families(other))
    return ("event", 0.5, Because("suggest.akin_event", {}, (other.ref,))) if akin else ("event", 0.0, None)


def _by_actor(report: Report, other: Report) -> tuple[str, float, Because | None]:
    one, two = report.reading.actor, other.reading.actor
    if one is None or two is None or not _same_actor(report, other):
        return "actor", 0.0, None
    if one.name and two.name:
        return "actor", 1.0, Because("suggest.same_actor", {}, (other.ref,))
    return "actor", 0.5, Because("suggest.akin_actor", {}, (other.ref,))


def _by_words(report: Report, other: Report) -> tuple[str, float, Because | None]:
    """Compare which words two texts use, whatever their order; short calls for help are not compared."""
    from rapidfuzz import fuzz

    one, two = _plain(report.text), _plain(other.text)
    if min(len(one), len(two)) < _LEAST_TEXT:
        return "words", 0.0, None
    share = fuzz.token_set_ratio(one, two) / 100
    if share < _AKIN_TEXT:
        return "words", 0.0, None
    return "words", share, Because("suggest.same_words", {"percent": round(100 * share)}, (other.ref,))


def one_hand_reason(report: Report, other: Report) -> Because | None:
    """Return why two reports count as one source, None when they do not depend on one another."""
    pair = (report.ref, other.ref)
    if report.source == other.source:
        return Because("suggest.one_sender", {}, pair)
    if near_identical(report.text, other.text):
        return Because("suggest.one_text", {}, pair)
    if not _observed(report) or not _observed(other):
        return Because("suggest.passed_on", {}, pair)
    return None


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    # In a flood each text is compared with hundreds of others.
    return normalise(text)
