"""The mission's threshold for an imminent threat, and what it says of one place.

Thresholds by name (defaults are dated rules ``assessment.imminence.<name>``):

=====================  ========================================================================
ongoing_h              harm seen at most so long ago and not ended is ongoing
place_km               what happens within this distance happens at the place
reach_h, reach_kmh     an actor who can be here within `reach_h` at `reach_kmh` is within reach
capability_min         least capability (1-5) for a stated intent or a trigger event to count
pattern_attacks        so many attacks by one actor ...
pattern_days           ... within so many days ...
pattern_km             ... and so near are a pattern with clear signs of repetition
preparatory_count      so many preparatory acts ...
preparatory_days       ... within so many days count; each at C3 or better, or told by ...
preparatory_sources    ... so many independent sources with content 3 or better
ultimatum_h            a date named so near is an ultimatum running out
emerging_indicators    so many preparatory acts, whatever their grade, are emerging
trigger_days           a trigger event so near is emerging
emerging_pattern_days  a pattern within so many days, whoever the author, is emerging
quiet_h                so long without a sign before a threat may be stepped down
narrow_h               narrow reading: whoever confronts civilians was seen to within so long
continuous_days        continuous reading: the days within which a pattern counts
=====================  ========================================================================
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tocsin.core.assessment.imminence import LEAST_GRADES, judge_stream
from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.types import AreaPicture, Caveat, Imminence, ImminencePolicy, Quiet
from tocsin.core.evidence.types import Reading
from tocsin.core.reference import rules, wording
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import ATTACK_CODES, ImminenceState, Interpretation

THRESHOLDS: Final = (
    "ongoing_h",
    "place_km",
    "reach_h",
    "reach_kmh",
    "capability_min",
    "pattern_attacks",
    "pattern_days",
    "pattern_km",
    "preparatory_count",
    "preparatory_days",
    "preparatory_sources",
    "ultimatum_h",
    "emerging_indicators",
    "trigger_days",
    "emerging_pattern_days",
    "quiet_h",
    "narrow_h",
    "continuous_days",
)
FACTORS: Final = ("intent", "capability", "opportunity", "pattern", "preparatory", "trigger", "inhibition", "exposure")
CAVEATS: Final = ("within_capabilities", "areas_of_deployment")
# Rules that may ask for a grade. Harm that is seen, and civilians confronted, never wait for one.
GRADED_RULES: Final = ("stated_intent", "pattern", "preparatory", "ultimatum", "indicators")
_SEVERITY: Final = (
    ImminenceState.NONE,
    ImminenceState.CLOSED,
    ImminenceState.SUBSIDED,
    ImminenceState.POTENTIAL,
    ImminenceState.EMERGING,
    ImminenceState.IMMINENT,
    ImminenceState.ONGOING,
)


def default_policy(as_of: datetime) -> ImminencePolicy:
    """Return the threshold that holds until a mission approves its own: rule set v1, broad reading.

    Notes
    -----
    Source: imminence rule set v1; the numbers are proposed defaults, each with its source.
    Limits: approved by nobody. It brings attention and options, and says nothing on the use of force.
    """
    rule = "assessment.imminence."
    return ImminencePolicy(
        version="default-v1",
        interpretation=Interpretation(rules.value(rule + "interpretation", as_of)),
        mandate_text=rules.value(rule + "mandate_text", as_of),
        qualifier=rules.value(rule + "qualifier", as_of),
        thresholds={name: float(rules.value(rule + name, as_of)) for name in THRESHOLDS},
        effective_from=datetime.combine(rules.at(rule + "ongoing_h", as_of).since_on, datetime.min.time(), UTC),
        approved_by="",
        caveats={name: Caveat() for name in CAVEATS},
        anchors=default_anchors(),
        grades=dict(LEAST_GRADES),
    )


def default_anchors() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the words for 1 to 5 of each factor in every language of the screens, to start from."""
    return {
        factor: {
            language: tuple(wording.label(f"anchor.{factor}.{score}", language) for score in range(1, 6))
            for language in wording.LANGUAGES
        }
        for factor in FACTORS
    }


def missing_thresholds(policy: ImminencePolicy) -> tuple[str, ...]:
    """Return the thresholds that a policy leaves out: it cannot be approved before it states them all."""
    return tuple(name for name in THRESHOLDS if name not in policy.thresholds)


def judge_imminence(picture: AreaPicture, policy: ImminencePolicy, *, as_of: datetime) -> Imminence:
    """Return the state of the threat to a place by rule set v1, with every factor that met it.

    Narrow: imminent only where an aggressor confronts civilians already. Broad: also a stated
    intent with the means and within reach, a pattern of attacks, preparatory acts, an ultimatum.
    Continuous: also what was told once and nobody has determined to be over.

    Notes
    -----
    Source: rule set v1 of the imminence doctrine; lessons note 2009, para 6 and 7.
    Limits: judges what is on record. A place from which nothing is told is NONE, which is not safe.
    A threat does not run out: what a report told as imminent stays so until somebody determines it
    to be over, whatever the reading but the narrow one.
    """
    return judge_stream(observe(picture, as_of=as_of), policy)


def judge_told(reading: Reading, policy: ImminencePolicy, *, as_of: datetime) -> Judged[ImminenceState]:
    """Return the state that one report tells of, as the policy reads it.

    The reader's own state stands, but for the narrow reading, under which a threat is imminent only
    when civilians are confronted already.
    """
    state = reading.state
    is_confronting = bool(ATTACK_CODES & set(reading.events)) and not _is_to_come(reading, as_of)
    if state is ImminenceState.IMMINENT and policy.interpretation is Interpretation.NARROW and not is_confronting:
        facts = {"state": "term.imminence_state.imminent", "version": policy.version}
        return Judged(ImminenceState.EMERGING, (Because("imminent.narrow", facts),))
    facts = {"state": f"term.imminence_state.{state.value}", "version": policy.version}
    return Judged(state, (Because("imminence.as_told", facts),))


def _is_to_come(reading: Reading, as_of: datetime) -> bool:
    return reading.when.start is not None and reading.when.start > as_of


def severity(state: ImminenceState) -> int:
    """Return how severe a state is, 0 for none told of, to compare two states."""
    return _SEVERITY.index(state)


def step_down(
    held: Imminence, judged: Imminence, quiet: Quiet, *, policy: ImminencePolicy, as_of: datetime
) -> Imminence:
    """Return the state to hold when a new judgement is lower than the one held.

    A threat never runs out by itself: it is stepped down when a named role has determined so, no
    sign was seen for `quiet_h`, and somebody was there since the last sign and saw that it is calm.
    Otherwise the held state stays, with what is missing. From imminent or ongoing it goes to subsided.

    Notes
    -----
    Source: step-down rule of the imminence doctrine.
    Limits: trusts the observation entered; silence is not one.
    """
    if severity(judged.state) >= severity(held.state):
        return judged
    missing = tuple(Because(code) for code in _missing_for_step_down(quiet, policy, as_of))
    if missing:
        return Imminence(held.state, held.policy_version, (*held.reasons, *missing))
    was_imminent = severity(held.state) >= severity(ImminenceState.IMMINENT)
    is_lower = severity(judged.state) < severity(ImminenceState.EMERGING)
    state = ImminenceState.SUBSIDED if was_imminent and is_lower else judged.state
    allowed = Because("step_down.allowed", {"by": quiet.determined_by, "hours": policy.thresholds["quiet_h"]})
    return Imminence(state, judged.policy_version, (allowed, *judged.reasons))


def _missing_for_step_down(quiet: Quiet, policy: ImminencePolicy, as_of: datetime) -> list[str]:
    missing = []
    last = quiet.last_indicator_at
    if not quiet.determined_by.strip():
        missing.append("step_down.needs_determination")
    if last is None or (as_of - last).total_seconds() / 3600 < policy.thresholds["quiet_h"]:
        missing.append("step_down.needs_quiet")
    if policy.needs_observation and not _was_seen_calm(quiet, as_of):
        missing.append("step_down.needs_observation")
    return missing


def _was_seen_calm(quiet: Quiet, as_of: datetime) -> bool:
    """Tell whether somebody was there, by now, since the last sign."""
    seen, last = quiet.observed_at, quiet.last_indicator_at
    return seen is not None and seen <= as_of and (last is None or seen > last)
