"""Past and open alerts laid beside a policy: what each reading of the word would have made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tocsin.core.assessment.policy import judge_imminence, judge_told, severity
from tocsin.core.assessment.types import AreaPicture, Imminence, ImminencePolicy
from tocsin.core.evidence.types import Reading
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Interpretation

THRESHOLD: Final = severity(ImminenceState.IMMINENT)


@dataclass(frozen=True, slots=True)
class Case:
    """One alert as it could be seen at `at`: what its reports told by then, and the place around it.

    `picture` None: the place is not known, and only what was told can be judged.
    """

    ref: str
    at: datetime
    told: tuple[Reading, ...] = ()
    picture: AreaPicture | None = None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One alert that two versions judge otherwise."""

    ref: str
    before: Imminence
    after: Imminence

    @property
    def is_worse(self) -> bool:
        """Return whether the new version judges it as more severe."""
        return severity(self.after.state) > severity(self.before.state)

    @property
    def crosses(self) -> str:
        """Return ``now`` where only the new version calls it imminent, ``no_more`` where only the old one did."""
        before, after = has_crossed(self.before), has_crossed(self.after)
        return "" if before == after else "now" if after else "no_more"


def judge_case(case: Case, policy: ImminencePolicy) -> Imminence:
    """Return the most severe of what was told and what the place shows, with the factors that met it.

    Notes
    -----
    Source: rule set v1 of the imminence doctrine, for the place; `judge_told` for each report.
    Limits: judges what is on record now of that moment; a report erased since is not in it.
    """
    found = [
        Imminence(one.value, policy.version, one.reasons)
        for one in (judge_told(reading, policy, as_of=case.at) for reading in case.told)
    ]
    if case.picture is not None:
        found.append(judge_imminence(case.picture, policy, as_of=case.at))
    if not found:
        return Imminence(ImminenceState.NONE, policy.version, ())
    worst = max(severity(one.state) for one in found)
    held = [one for one in found if severity(one.state) == worst]
    once: dict[str, Because] = {}
    for reason in (reason for one in held for reason in one.reasons):
        once.setdefault(reason.code, reason)
    return Imminence(held[0].state, policy.version, tuple(once.values()))


def judge_each_way(case: Case, policy: ImminencePolicy) -> Mapping[Interpretation, Imminence]:
    """Return what the narrow, the broad and the continuous reading of one policy make of an alert."""
    return {reading: judge_case(case, replace(policy, interpretation=reading)) for reading in Interpretation}


def has_crossed(found: Imminence) -> bool:
    """Return whether a judgement is at the threshold or above it: imminent or ongoing."""
    return severity(found.state) >= THRESHOLD


def compare_cases(cases: Iterable[Case], old: ImminencePolicy, new: ImminencePolicy) -> tuple[CaseChange, ...]:
    """Return the alerts that `new` judges otherwise than `old`, in the order given. Nothing is re-scored."""
    pairs = ((case.ref, judge_case(case, old), judge_case(case, new)) for case in cases)
    return tuple(CaseChange(ref, before, after) for ref, before, after in pairs if before.state is not after.state)


def tally(judged: Sequence[Mapping[Interpretation, Imminence]]) -> Mapping[Interpretation, int]:
    """Return how many alerts crossed the threshold under each reading."""
    return {reading: sum(has_crossed(one[reading]) for one in judged) for reading in Interpretation}
