"""A version of the policy on its way: who is asked, what stands against approving it, and who has not answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from tocsin.core.assessment.policy import missing_thresholds
from tocsin.core.assessment.types import ImminencePolicy
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import Component, PolicyOpinion, PolicyStatus

# What is compared between two versions, in the order of the page; thresholds come after, one by one.
FIELDS: Final = (
    "interpretation",
    "qualifier",
    "mandate_ref",
    "mandate_text",
    "area",
    "caveats",
    "grades",
    "override_roles",
    "step_down_roles",
    "needs_observation",
    "anchors",
    "review_on",
)


@dataclass(frozen=True, slots=True)
class Party:
    """A component, or one of its contingents, that is asked and must acknowledge.

    `opinion` None: not answered yet. `due_at` None: nothing to acknowledge yet.
    """

    component: Component
    contingent: str = ""
    asked_at: datetime | None = None
    opinion: PolicyOpinion | None = None
    text: str = ""
    due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    caveats: str = ""

    def is_late(self, as_of: datetime) -> bool:
        """Return whether it should have acknowledged by now and has not."""
        return self.acknowledged_at is None and self.due_at is not None and self.due_at < as_of


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field in which two versions differ. `field` is a name of `FIELDS`, or ``threshold.<name>``."""

    field: str
    before: Any
    after: Any


def status_at(
    status: PolicyStatus, effective_from: datetime | None, effective_to: datetime | None, as_of: datetime
) -> PolicyStatus:
    """Return the status of a version at a moment: what was approved is superseded by the clock alone.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    >>> status_at(PolicyStatus.SUPERSEDED, noon, noon + timedelta(days=1), noon).value
    'approved'
    """
    if status in (PolicyStatus.DRAFT, PolicyStatus.CONSULTATION) or effective_from is None:
        return status
    return PolicyStatus.SUPERSEDED if effective_to is not None and effective_to <= as_of else PolicyStatus.APPROVED


def changed_fields(old: ImminencePolicy, new: ImminencePolicy) -> tuple[FieldChange, ...]:
    """Return the fields in which two versions differ, thresholds one by one. An equal version gives none."""
    before, after = asdict(old), asdict(new)
    changes = [FieldChange(name, before[name], after[name]) for name in FIELDS if before[name] != after[name]]
    names = [*old.thresholds, *(name for name in new.thresholds if name not in old.thresholds)]
    for name in names:
        one, other = old.thresholds.get(name), new.thresholds.get(name)
        if one != other:
            changes.append(FieldChange(f"threshold.{name}", one, other))
    return tuple(changes)


def digest(policy: ImminencePolicy) -> str:
    """Return a short mark of what a version says: an approver approves what was shown, not what came after."""
    said = {name: value for name, value in asdict(policy).items() if name in (*FIELDS, "thresholds")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def may_approve(policy: ImminencePolicy, parties: Sequence[Party], *, why_not_consulted: str) -> Judged[bool]:
    """Return whether a version may be approved: every threshold stated, and consulted, or a reason why not.

    Notes
    -----
    Source: who and when of the imminence doctrine.
    Limits: a dissent does not stop it; it is kept and shown beside the version.
    """
    against = []
    missing = missing_thresholds(policy)
    if missing:
        against.append(Because("policy.missing_thresholds", {"names": list(missing)}))
    asked = [party for party in parties if party.asked_at is not None]
    waiting = [party for party in asked if party.opinion is None]
    if not why_not_consulted.strip():
        if not asked:
            against.append(Because("policy.needs_consultation"))
        elif waiting:
            against.append(Because("policy.unanswered", {"count": len(waiting)}))
    return Judged(not against, tuple(against))


def acknowledge_by(effective_from: datetime) -> datetime:
    """Return until when every component and contingent must have acknowledged a version."""
    return effective_from + timedelta(days=int(rules.value("assessment.policy.acknowledge_days", effective_from)))


def next_review(effective_from: datetime) -> date:
    """Return when a version must be looked at again where nothing else was written down."""
    return (effective_from + timedelta(days=int(rules.value("assessment.policy.review_days", effective_from)))).date()


def is_review_near(review_on: date | None, *, as_of: datetime) -> bool:
    """Return whether a review falls due soon, or has."""
    if review_on is None:
        return False
    return review_on <= (as_of + timedelta(days=int(rules.value("assessment.policy.remind_days", as_of)))).date()
