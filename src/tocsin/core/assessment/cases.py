"""Past and open alerts laid beside a policy: what each reading of the word would have made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from tocsin.core.assessment.imminence import judge_stream
from tocsin.core.assessment.policy import judge_told, severity
from tocsin.core.assessment.stream import Stream, Traits, observe
from tocsin.core.assessment.types import AreaPicture, Imminence, ImminencePolicy
from tocsin.core.evidence.types import Incident, Reading
from tocsin.core.places.distance import box_around
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Interpretation, VerificationState

THRESHOLD: Final = severity(ImminenceState.IMMINENT)
# What was seen to be untrue by then is not evidence.
_NOT_TRUE: Final = frozenset({VerificationState.REFUTED, VerificationState.DUPLICATE, VerificationState.OUT_OF_SCOPE})


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


class Ledger:
    """Incidents as they stood at any moment, kept as columns so that hundreds of alerts can be looked at together.

    `versions` holds, of each incident that was changed, what it said from when on, the oldest first.
    """

    def __init__(
        self, incidents: Sequence[Incident], versions: Mapping[str, Sequence[tuple[datetime, Incident]]]
    ) -> None:
        self._incidents = incidents
        self._versions = versions
        self._lat = np.array([found.point.lat for found in incidents], dtype=float)
        self._lon = np.array([found.point.lon for found in incidents], dtype=float)
        self._known = np.array([found.known_at.timestamp() for found in incidents], dtype=float)
        self._start = np.array([found.start.timestamp() for found in incidents], dtype=float)

    def __repr__(self) -> str:
        return f"Ledger({list(self._incidents)!r}, {dict(self._versions)!r})"

    def around(self, point: Point, *, km: float, as_of: datetime, since: datetime) -> tuple[Incident, ...]:
        """Return what was known at `as_of` around a point and began since a moment, in the order given."""
        south, north, west, east = box_around(point, km)
        near = (self._lat >= south) & (self._lat <= north) & (self._lon >= west) & (self._lon <= east)
        near &= (self._known <= as_of.timestamp()) & (self._start >= since.timestamp())
        found = (self._as_it_was(self._incidents[int(position)], as_of) for position in np.flatnonzero(near))
        return tuple(one for one in found if one.state not in _NOT_TRUE)

    def _as_it_was(self, incident: Incident, as_of: datetime) -> Incident:
        versions = self._versions.get(incident.ref)
        if not versions:
            return incident
        return next((said for at, said in reversed(versions) if at <= as_of), versions[0][1])


def judge_case(case: Case, policy: ImminencePolicy) -> Imminence:
    """Return the most severe of what was told and what the place shows, with the factors that met it.

    Notes
    -----
    Source: rule set v1 of the imminence doctrine, for the place; `judge_told` for each report.
    Limits: judges what is on record now of that moment; a report erased since is not in it.
    """
    return _judged(case, _seen(case), policy)


def judge_each_way(cases: Iterable[Case], policy: ImminencePolicy) -> tuple[Mapping[Interpretation, Imminence], ...]:
    """Return what the narrow, the broad and the continuous reading of one policy make of each alert."""
    versions = [replace(policy, interpretation=reading) for reading in Interpretation]
    # Kept by who an incident is in memory, so all of them stay there until the last is judged.
    held, traits = tuple(cases), Traits()
    looked_at = ((case, _seen(case, traits)) for case in held)
    return tuple({one.interpretation: _judged(case, seen, one) for one in versions} for case, seen in looked_at)


def _seen(case: Case, traits: Traits | None = None) -> Stream | None:
    return None if case.picture is None else observe(case.picture, as_of=case.at, traits=traits)


def _judged(case: Case, stream: Stream | None, policy: ImminencePolicy) -> Imminence:
    found = [
        Imminence(one.value, policy.version, one.reasons)
        for one in (judge_told(reading, policy, as_of=case.at) for reading in case.told)
    ]
    if stream is not None:
        found.append(judge_stream(stream, policy))
    if not found:
        return Imminence(ImminenceState.NONE, policy.version, ())
    worst = max(severity(one.state) for one in found)
    held = [one for one in found if severity(one.state) == worst]
    once: dict[str, Because] = {}
    for reason in (reason for one in held for reason in one.reasons):
        once.setdefault(reason.code, reason)
    return Imminence(held[0].state, policy.version, tuple(once.values()))


def has_crossed(found: Imminence) -> bool:
    """Return whether a judgement is at the threshold or above it: imminent or ongoing."""
    return severity(found.state) >= THRESHOLD


def compare_cases(cases: Iterable[Case], old: ImminencePolicy, new: ImminencePolicy) -> tuple[CaseChange, ...]:
    """Return the alerts that `new` judges otherwise than `old`, in the order given. Nothing is re-scored."""
    held, traits = tuple(cases), Traits()
    looked_at = ((case, _seen(case, traits)) for case in held)
    pairs = ((case.ref, _judged(case, seen, old), _judged(case, seen, new)) for case, seen in looked_at)
    return tuple(CaseChange(ref, before, after) for ref, before, after in pairs if before.state is not after.state)


def tally(judged: Sequence[Mapping[Interpretation, Imminence]]) -> Mapping[Interpretation, int]:
    """Return how many alerts crossed the threshold under each reading."""
    return {reading: sum(has_crossed(one[reading]) for one in judged) for reading in Interpretation}
