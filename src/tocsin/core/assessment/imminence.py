"""Rule set v1: when a threat is ongoing, imminent, emerging or potential.

Each rule takes the stream of one place and the policy, and returns the reason that it is met, or None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from tocsin.core.assessment import threat
from tocsin.core.assessment.stream import Flags, Stream, latest
from tocsin.core.assessment.types import Imminence, ImminencePolicy
from tocsin.core.evidence.types import Incident
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ATTACK_CODES, EventCode, ImminenceState, Interpretation

Rule = Callable[[Stream, ImminencePolicy], Because | None]
_HARM: Final = ATTACK_CODES | {EventCode.LOO}
_TOLD: Final = frozenset({ImminenceState.IMMINENT, ImminenceState.ONGOING})
# What nobody set otherwise: preparatory acts count from C3 on.
LEAST_GRADES: Final = {"preparatory": "C3"}


def judge_stream(stream: Stream, policy: ImminencePolicy) -> Imminence:
    """Return the state of the threat from a stream that has been observed already."""
    for state, rule_set in _RULES_OF[policy.interpretation]:
        met = [reason for rule in rule_set if (reason := rule(stream, policy)) is not None]
        if met:
            return Imminence(state, policy.version, (*met, *_narrowed(state, met, policy)))
    if stream.incidents:
        told = Because("potential.told", {"incidents": len(stream.incidents)}, stream.refs(stream.known_d >= 0))
        return Imminence(ImminenceState.POTENTIAL, policy.version, (told,))
    return Imminence(ImminenceState.NONE, policy.version, (Because("none.nothing_told"),))


def _narrowed(state: ImminenceState, met: list[Because], policy: ImminencePolicy) -> tuple[Because, ...]:
    """Say so when another reading would have called it imminent."""
    if state is not ImminenceState.EMERGING or not any(reason.code.startswith("imminent.") for reason in met):
        return ()
    return (Because("imminent.narrow", {"version": policy.version}),)


def _here(stream: Stream, policy: ImminencePolicy) -> Flags:
    named = np.array([found.place == stream.picture.place.ref for found in stream.incidents], dtype=bool)
    return named | (stream.km <= policy.thresholds["place_km"])


def _which(stream: Stream, chosen: Flags, fits: Callable[[Incident], bool]) -> Flags:
    """Keep of the chosen incidents those that `fits`, asking only about the chosen."""
    kept = np.zeros(len(stream.incidents), dtype=bool)
    for position in np.flatnonzero(chosen):
        kept[position] = fits(stream.incidents[position])
    return kept


def _graded(stream: Stream, chosen: Flags, policy: ImminencePolicy, rule: str) -> Flags:
    """Keep of the chosen incidents those graded well enough for a rule, or told by enough sources."""
    least = policy.grades.get(rule, LEAST_GRADES.get(rule, ""))
    if not least:
        return chosen
    sources = int(policy.thresholds["preparatory_sources"])
    return _which(stream, chosen, lambda found: _is_well_told(found, least, sources))


def _is_well_told(incident: Incident, least: str, least_sources: int) -> bool:
    if incident.grade.content > int(least[1]):
        return False
    return incident.grade.source <= least[0] or (incident.sources or 0) >= least_sources


def _because(code: str, stream: Stream, chosen: Flags, **facts: Any) -> Because:
    return Because(code, {"place": stream.picture.place.label, **facts}, stream.refs(chosen))


def _harm_seen(stream: Stream, policy: ImminencePolicy) -> Because | None:
    limit_h = policy.thresholds["ongoing_h"]
    fresh = stream.begun(limit_h / 24) & ~stream.is_over & _here(stream, policy)
    seen = _which(stream, fresh, lambda found: bool(_HARM & set(found.events)))
    last = latest(stream.incidents, seen, stream.age_d)
    if last is None:
        return None
    hours = round(24 * float(stream.age_d[seen].min()), 1)
    return _because("ongoing.harm_seen", stream, seen, hours=hours, limit_h=limit_h, actor=last.actor)


def _override(stream: Stream, policy: ImminencePolicy) -> Because | None:
    if not stream.picture.entered.get("imminent"):
        return None
    return Because("imminent.override", {"why": stream.picture.entered_why.get("imminent")})


def _confronted(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Narrow reading: an aggressor was seen confronting civilians here, and has not left."""
    limit_h = policy.thresholds["narrow_h"]
    fresh = stream.begun(limit_h / 24) & ~stream.is_over & _here(stream, policy)
    told = _which(stream, fresh & ~stream.is_attack, lambda found: found.imminence in _TOLD and _is_armed(found))
    seen = (fresh & stream.is_attack) | told
    return _because("imminent.confronting", stream, seen, limit_h=limit_h) if seen.any() else None


def _is_armed(incident: Incident) -> bool:
    return bool({EventCode.MOB, EventCode.CLS} & set(incident.events))


def _not_over(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Hold what was told as imminent or ongoing until somebody determines that it is over."""
    told = _which(stream, _here(stream, policy) & ~stream.is_over, lambda found: found.imminence in _TOLD)
    if not told.any():
        return None
    days = round(float(stream.known_d[told].min()), 1)
    return _because("imminent.not_over", stream, told, days=days)


def _stated(stream: Stream, policy: ImminencePolicy) -> Flags:
    return threat.is_stated(stream) & _here(stream, policy) & ~stream.is_over


def _capable(stream: Stream, policy: ImminencePolicy) -> float | None:
    score, _ = threat.capability(stream)
    return score if score is not None and score >= policy.thresholds["capability_min"] else None


def _stated_intent(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Rule (a): stated intent against this place, by somebody able, within reach."""
    stated = _graded(stream, _stated(stream, policy), policy, "stated_intent")
    if not stated.any():
        return None
    score = _capable(stream, policy)
    names = {found.actor for found, chosen in zip(stream.incidents, stated, strict=True) if chosen}
    near = _within_reach(stream, policy, names)
    if score is None or not near.any():
        return None
    reach_h = float(stream.km[near].min()) / policy.thresholds["reach_kmh"]
    return _because("imminent.stated_intent", stream, stated | near, capability=score, reach_h=round(reach_h, 1))


def _within_reach(stream: Stream, policy: ImminencePolicy, names: set[str | None]) -> Flags:
    """Return where one of these actors was last seen in arms near enough; an unnamed one may be any."""
    limits = policy.thresholds
    seen = stream.is_armed & stream.begun(limits["pattern_days"])
    seen &= stream.km <= limits["reach_h"] * limits["reach_kmh"]
    if None in names:
        return seen
    return _which(stream, seen, lambda found: found.actor is None or found.actor in names)


def _attack_pattern(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Rule (b): attacks repeated by one actor, near and lately, and nobody determined that they left."""
    return _pattern(stream, policy, policy.thresholds["pattern_days"])


def _attack_pattern_continuous(stream: Stream, policy: ImminencePolicy) -> Because | None:
    return _pattern(stream, policy, policy.thresholds["continuous_days"])


def _pattern(stream: Stream, policy: ImminencePolicy, days: float) -> Because | None:
    limits = policy.thresholds
    attacks = stream.is_attack & stream.begun(days) & (stream.km <= limits["pattern_km"]) & ~stream.is_over
    attacks = _graded(stream, attacks, policy, "pattern")
    count = Counter(stream.incidents[position].actor for position in np.flatnonzero(attacks))
    count.pop(None, None)
    if not count:
        return None
    actor, times = min(count.items(), key=lambda found: (-found[1], found[0] or ""))
    if times < limits["pattern_attacks"]:
        return None
    by_actor = _which(stream, attacks, lambda found: found.actor == actor)
    facts = {"attacks": times, "actor": actor, "days": days, "km": limits["pattern_km"]}
    return _because("imminent.pattern", stream, by_actor, **facts)


def _prepared(stream: Stream, policy: ImminencePolicy) -> Flags:
    limits = policy.thresholds
    fresh = stream.known_d <= limits["preparatory_days"]
    return stream.is_preparatory & fresh & (stream.km <= limits["pattern_km"]) & ~stream.is_over


def _preparation(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Rule (c): preparatory acts, each graded C3 or better or told by independent sources."""
    good = _graded(stream, _prepared(stream, policy), policy, "preparatory")
    count = int(np.count_nonzero(good))
    is_enough = count >= policy.thresholds["preparatory_count"]
    return _because("imminent.preparatory", stream, good, acts=count) if is_enough else None


def _ultimatum(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Rule (d): a threat that names a date, and the date is near. A date just past is not over by itself."""
    window_d = policy.thresholds["ultimatum_h"] / 24
    stated = _graded(stream, _stated(stream, policy), policy, "ultimatum")
    near = stated & (np.abs(stream.start_d) <= window_d) & (stream.start_d < stream.known_d)
    if not near.any():
        return None
    hours = round(-24 * float(stream.start_d[near].max()), 1)
    return _because("imminent.ultimatum", stream, near, hours=hours)


def _stated_at_all(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Continuous reading: harm need not be about to happen once a threat to this place is identified."""
    stated = _stated(stream, policy)
    return _because("imminent.stated_continuous", stream, stated) if stated.any() else None


def _trigger(stream: Stream, policy: ImminencePolicy) -> Because | None:
    """Look for a trigger event that is near while somebody able is about."""
    days_left = stream.picture.entered.get("trigger_days")
    limit = policy.thresholds["trigger_days"]
    coming = (stream.start_d < 0) & (stream.start_d >= -limit) & ~stream.is_over
    if days_left is None and coming.any():
        days_left = -float(stream.start_d[coming].max())
    score = _capable(stream, policy)
    if days_left is None or days_left > limit or score is None:
        return None
    return _because("emerging.trigger", stream, coming, days=round(days_left, 1), capability=score)


def _indicators(stream: Stream, policy: ImminencePolicy) -> Because | None:
    prepared = _graded(stream, _prepared(stream, policy), policy, "indicators")
    count = int(np.count_nonzero(prepared))
    return _because("emerging.indicators", stream, prepared, acts=count) if _reaches(count, policy) else None


def _reaches(count: int, policy: ImminencePolicy) -> bool:
    return count >= policy.thresholds["emerging_indicators"]


def _older_pattern(stream: Stream, policy: ImminencePolicy) -> Because | None:
    limits = policy.thresholds
    days = limits["emerging_pattern_days"]
    attacks = stream.is_attack & stream.begun(days) & (stream.km <= limits["pattern_km"])
    count = int(np.count_nonzero(attacks))
    if count < limits["pattern_attacks"]:
        return None
    return _because("emerging.pattern", stream, attacks, attacks=count, days=days, km=limits["pattern_km"])


def _told_emerging(stream: Stream, policy: ImminencePolicy) -> Because | None:
    told = _which(
        stream, _here(stream, policy) & ~stream.is_over, lambda found: found.imminence is ImminenceState.EMERGING
    )
    return _because("emerging.told", stream, told) if told.any() else None


_BROAD: Final[Sequence[Rule]] = (_override, _not_over, _stated_intent, _attack_pattern, _preparation, _ultimatum)
_EMERGING: Final[Sequence[Rule]] = (_trigger, _indicators, _older_pattern, _told_emerging)
_RULES_OF: Final[dict[Interpretation, Sequence[tuple[ImminenceState, Sequence[Rule]]]]] = {
    Interpretation.NARROW: (
        (ImminenceState.ONGOING, (_harm_seen,)),
        (ImminenceState.IMMINENT, (_override, _confronted)),
        (ImminenceState.EMERGING, (*_BROAD[1:], *_EMERGING)),
    ),
    Interpretation.BROAD: (
        (ImminenceState.ONGOING, (_harm_seen,)),
        (ImminenceState.IMMINENT, _BROAD),
        (ImminenceState.EMERGING, _EMERGING),
    ),
    Interpretation.CONTINUOUS: (
        (ImminenceState.ONGOING, (_harm_seen,)),
        (ImminenceState.IMMINENT, (*_BROAD, _attack_pattern_continuous, _stated_at_all)),
        (ImminenceState.EMERGING, _EMERGING),
    ),
}
