"""The imminence policy: draft, consult, approve, acknowledge; and what a version means, before it takes effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts import triggers
from tocsin.core.assessment import consultation
from tocsin.core.assessment.cases import CaseChange, compare_cases
from tocsin.core.assessment.consultation import FieldChange
from tocsin.core.assessment.policy import default_anchors, severity
from tocsin.core.assessment.types import ImminencePolicy
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Component, ImminenceState, Level, PolicyOpinion, PolicyStatus, Role
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import past_alerts, waking
from tocsin.services.alerting import policy_at
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import policy as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import policy as write
from tocsin.store.writes import record

Asked = Sequence[tuple[str, str]]
_LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Difference:
    """What approving a version would mean: field by field, and on past and on open alerts.

    `past` and `open_now` are None for whoever sees no alerts. `looked_at` is how many past alerts were
    laid beside it; `digest` marks what was shown.
    """

    against: str
    fields: tuple[FieldChange, ...]
    past: tuple[CaseChange, ...] | None
    open_now: tuple[CaseChange, ...] | None
    looked_at: int
    since: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the policy waits for somebody: for the desk of whoever leads the protection."""

    late: tuple[Any, ...]
    unacknowledged: int
    proposals: int
    review_on: date | None


def draft(viewer: Viewer, version: str, *, now: datetime) -> Any:
    """Write a new draft that says what the version in force says, to be changed from there."""
    with transaction.atomic():
        access.require(viewer, "create", "policy")
        if not version.strip() or read.version_row(viewer, version) is not None:
            raise Refusal(Because("policy.needs_version"))
        held = policy_at(now)
        value = replace(held, version=version, changelog="", review_on=None, anchors=held.anchors or default_anchors())
        row = write.make_draft(value, by=viewer.account, at=now)
        record.note(viewer, _ref(row), "policy_drafted", at=now, after=read.state_of(row), copied_from=held.version)
        return row


def change(viewer: Viewer, version: str, value: ImminencePolicy, *, now: datetime) -> Any:
    """Let a draft say something else; once others were asked, it must be taken back first."""
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "create", "policy")
        if row.status != PolicyStatus.DRAFT.value:
            raise Refusal(Because("policy.needs_draft", {"version": version}))
        changed = [one.field for one in consultation.changed_fields(read.as_core(row), value)]
        write.change_draft(row, value)
        record.note(viewer, _ref(row), "policy_changed", at=now, after=read.state_of(row), changed=changed)
        return row


def open_consultation(viewer: Viewer, version: str, asked: Asked, *, now: datetime) -> Any:
    """Ask components and contingents for their opinion of a draft."""
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "create", "policy")
        if row.status not in (PolicyStatus.DRAFT.value, PolicyStatus.CONSULTATION.value):
            raise Refusal(Because("policy.needs_draft", {"version": version}))
        if not asked:
            raise Refusal(Because("policy.nobody_asked"))
        write.open_consultation(row, asked, at=now)
        shown = [f"{component} {contingent}".strip() for component, contingent in asked]
        record.note(viewer, _ref(row), "policy_consulted", at=now, after=read.state_of(row), asked=shown)
        return row


def take_back(viewer: Viewer, version: str, *, now: datetime) -> Any:
    """Make a draft of a version in consultation again; who was asked is asked anew when it is opened again."""
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "create", "policy")
        if row.status != PolicyStatus.CONSULTATION.value:
            raise Refusal(Because("policy.not_open", {"version": version}))
        write.take_back(row)
        record.note(viewer, _ref(row), "policy_taken_back", at=now, after=read.state_of(row))
        return row


def give_opinion(
    viewer: Viewer, version: str, party: tuple[str, str], opinion: PolicyOpinion, *, text: str, now: datetime
) -> None:
    """Write what a component or contingent says of a version: agrees, with a caveat, or dissents."""
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "answer", "policy")
        if row.status != PolicyStatus.CONSULTATION.value:
            raise Refusal(Because("policy.not_open", {"version": version}))
        if opinion is not PolicyOpinion.AGREE and not text.strip():
            raise Refusal(Because("policy.needs_text"))
        asked = _party(viewer, row, party)
        write.give_opinion(asked, opinion=opinion.value, text=text.strip()[:_LONGEST], by=viewer.account, at=now)
        facts = {"component": asked.component, "contingent": asked.contingent, "opinion": opinion.value}
        record.note(viewer, _ref(row), "policy_opinion", at=now, after=read.state_of(row), **facts)


def difference(viewer: Viewer, version: str, *, now: datetime, days: int = 90) -> Difference:
    """Return what approving a version would change: its fields, and which alerts would have crossed or not."""
    row = found_or_refuse(read.version_row(viewer, version), "policy")
    new, old = read.as_core(row), policy_at(now)
    since = now - timedelta(days=days)
    past: tuple[CaseChange, ...] | None = None
    open_now: tuple[CaseChange, ...] | None = None
    looked_at = 0
    if access.may(viewer, "read", "alert"):
        cases = past_alerts.cases_of_period(viewer, since=since, until=now)
        looked_at = len(cases)
        past = compare_cases(cases, old, new)
        open_now = compare_cases(past_alerts.cases_open(viewer, as_of=now), old, new)
    fields = consultation.changed_fields(old, new)
    return Difference(old.version, fields, past, open_now, looked_at, since, consultation.digest(new))


def approve(
    viewer: Viewer, version: str, *, seen: str, now: datetime, effective_from: datetime | None = None, why: str = ""
) -> Any:
    """Approve a version; from `effective_from` on it is in force, and the one before it is superseded.

    Judgements already made keep the version they were made by. Open alerts that it judges otherwise
    are listed when it takes effect, for a person to accept or to leave.

    Parameters
    ----------
    seen : str
        The digest of the difference that the approver was shown: what changed since is not approved.
    why : str
        Why nobody was consulted, or why the answers were not waited for.
    """
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "approve", "policy")
        start = effective_from or now
        _refuse_approval(row, viewer, seen, why, start, now)
        shown = difference(viewer, version, now=now)
        parties = {(one.component, one.contingent) for one in read.parties(viewer, row)}
        parties |= {(component, "") for component in read.components_here()}
        parties |= {(Component.FORCE.value, contingent) for contingent in read.contingents_here()}
        write.approve(
            row,
            sorted(parties),
            due_at=consultation.acknowledge_by(start),
            approved_by=viewer.account,
            approved_at=now,
            effective_from=start,
            why_not_consulted=why.strip()[:_LONGEST],
            review_on=row.review_on or consultation.next_review(start),
            difference=_kept(shown),
        )
        record.note(
            viewer, _ref(row), "policy_approved", at=now, after=read.state_of(row), changed=len(shown.fields), why=why
        )
        record.enqueue("policy", _ref(row), run_at=start, key=f"policy:{row.version}")
        return row


def _refuse_approval(row: Any, viewer: Viewer, seen: str, why: str, start: datetime, now: datetime) -> None:
    if row.status not in (PolicyStatus.DRAFT.value, PolicyStatus.CONSULTATION.value):
        raise Refusal(Because("policy.needs_draft", {"version": row.version}))
    if not seen:
        raise Refusal(Because("policy.needs_seen_difference"))
    value = read.as_core(row)
    if seen != consultation.digest(value):
        raise Refusal(Because("policy.changed_since_shown"))
    newest = read.newest_approved()
    if start < now or (newest is not None and newest.effective_from and start <= newest.effective_from):
        raise Refusal(Because("policy.effective_too_early"))
    parties = [read.party_value(one) for one in read.parties(viewer, row)]
    judged = consultation.may_approve(value, parties, why_not_consulted=why)
    if not judged.value:
        raise Refusal(*judged.reasons)


def _kept(shown: Difference) -> dict[str, Any]:
    """Return what the approver was shown, as it is kept with the version: references and codes only."""

    def told(changes: Iterable[CaseChange] | None) -> list[list[str]] | None:
        if changes is None:
            return None
        return [[one.ref, one.before.state.value, one.after.state.value] for one in changes]

    return {
        "against": shown.against,
        "fields": [one.field for one in shown.fields],
        "past": told(shown.past),
        "open": told(shown.open_now),
        "looked_at": shown.looked_at,
    }


def acknowledge(viewer: Viewer, version: str, party: tuple[str, str], *, caveats: str, now: datetime) -> None:
    """Write that a component or contingent has an approved version, with the caveats that it declares."""
    with transaction.atomic():
        row = _row(viewer, version)
        access.require(viewer, "answer", "policy")
        if row.status not in (PolicyStatus.APPROVED.value, PolicyStatus.SUPERSEDED.value):
            raise Refusal(Because("policy.not_open", {"version": version}))
        asked = _party(viewer, row, party)
        if not write.acknowledge(asked, caveats=caveats.strip()[:_LONGEST], by=viewer.account, at=now):
            return
        facts = {"component": asked.component, "contingent": asked.contingent, "why": caveats.strip()}
        record.note(viewer, _ref(row), "policy_acknowledged", at=now, after=read.state_of(row), **facts)


def take_effect(ref: str, now: datetime) -> int:
    """List the open alerts that a version judges otherwise, on the day it takes effect; return how many.

    Nothing is re-scored: each is a proposal that a person accepts or leaves.
    """
    row = read.version_row(SYSTEM, ref.removeprefix("POLICY-"))
    if row is None:
        return 0
    if row.effective_from is not None and row.effective_from > now:
        # The clock was set back since, or a clock that nobody can set came round first: the day is still to come.
        record.plan("policy", ref, run_at=row.effective_from, now=now)
        return 0
    if policy_at(now).version != row.version:
        return 0
    new = read.as_core(row)
    count = 0
    for alert, case in past_alerts.open_with_cases(SYSTEM, as_of=now):
        held = past_alerts.held_by(alert)
        judged = past_alerts.judge(case, new)
        if judged.state is not held.state and alert.policy_version != row.version:
            count += write.propose(row, alert, CaseChange(alert.ref, held, judged), at=now)
    record.note(SYSTEM, _ref(row), "policy_took_effect", at=now, after=read.state_of(row), proposed=count)
    return count


def settle(viewer: Viewer, number: int, *, is_accepted: bool, why: str, now: datetime) -> None:
    """Accept what the version in force makes of an open alert, or leave the alert as it is, by a named person."""
    with transaction.atomic():
        proposal = found_or_refuse(read.proposal_row(viewer, number, for_change=True), "alert")
        alert = found_or_refuse(read.alert_for_change(viewer, proposal), "alert")
        access.require(viewer, "decide", "alert", alert)
        before, after = ImminenceState(proposal.before), ImminenceState(proposal.after)
        is_lower = severity(after) < severity(before)
        if is_accepted and is_lower and not why.strip():
            raise Refusal(Because("policy.proposal_needs_why"))
        verdict = "accepted" if is_accepted else "left"
        if not write.settle(proposal, verdict=verdict, why=why.strip()[:_LONGEST], by=viewer.account, at=now):
            raise Refusal(Because("policy.proposal_settled"))
        if is_accepted:
            _rejudge(alert, proposal, is_lower=is_lower, now=now)
        facts = {"policy": proposal.policy.version, "was": before.value, "is": after.value, "why": why.strip()}
        verb = "rejudged" if is_accepted else "rejudgement_left"
        record.note(viewer, alert.ref, verb, at=now, after=alert_state(alert), **facts)


def _rejudge(alert: Any, proposal: Any, *, is_lower: bool, now: datetime) -> None:
    """Let an alert carry the new judgement; raised, it is told again, lowered, its priority stays."""
    said = Because(
        "policy.rejudged",
        {
            "version": proposal.policy.version,
            "before": f"term.imminence_state.{proposal.before}",
            "after": f"term.imminence_state.{proposal.after}",
        },
    )
    levels = list(Level)
    level = triggers.level_of(ImminenceState(proposal.after))
    fields: dict[str, Any] = {
        "imminence": proposal.after,
        "policy_version": proposal.policy.version,
        "because": [said.as_json(), *proposal.because],
    }
    if levels.index(level) > levels.index(Level(alert.level)):
        fields["level"] = level.value
    write_alerts.change_alert(alert, **fields)
    if not is_lower:
        waking.announce_change(alert, now)
        record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:policy:{proposal.pk}")


def waiting(viewer: Viewer, *, now: datetime) -> Waiting | None:
    """Return what of the policy waits, None for whoever does not lead it or when nothing does."""
    if not access.may(viewer, "create", "policy"):
        return None
    rows = read.unacknowledged(viewer, as_of=now)
    late = tuple(row for row in rows if row.due_at is not None and row.due_at < now)
    held = policy_at(now)
    review_on = held.review_on if consultation.is_review_near(held.review_on, as_of=now) else None
    found = Waiting(late, len(rows), len(read.open_proposals(viewer)), review_on)
    return found if found.unacknowledged or found.proposals or found.review_on else None


def told(viewer: Viewer, version: str, *, now: datetime) -> dict[str, Any]:
    """Return one version in plain values, with who was asked; without a name the one in force."""
    access.require(viewer, "read", "policy")
    held = policy_at(now)
    row = read.version_row(viewer, version or held.version)
    if row is None and version:
        found_or_refuse(row, "policy")
    if row is None:
        return {**read.said_by(held), "status": "default", "in_force": True, "parties": []}
    status = consultation.status_at(PolicyStatus(row.status), row.effective_from, row.effective_to, now)
    parties = [read.party_told(one) for one in read.parties(viewer, row)]
    is_held = row.version == held.version
    return {**read.state_of(row), "status": status.value, "in_force": is_held, "parties": parties}


def difference_told(found: Difference) -> dict[str, Any]:
    """Return a difference in plain values, with the mark that approving it asks for."""

    def plain(changes: Iterable[CaseChange] | None) -> list[dict[str, Any]] | None:
        if changes is None:
            return None
        return [
            {
                "alert": one.ref,
                "before": one.before.state.value,
                "after": one.after.state.value,
                "crosses": one.crosses or None,
                "reasons": [reason.as_json() for reason in one.after.reasons],
            }
            for one in changes
        ]

    return {
        "against": found.against,
        "since": found.since.isoformat(),
        "looked_at": found.looked_at,
        "fields": [{"field": one.field, "before": one.before, "after": one.after} for one in found.fields],
        "past": plain(found.past),
        "open": plain(found.open_now),
        "seen": found.digest,
    }


def _row(viewer: Viewer, version: str) -> Any:
    return found_or_refuse(read.version_row(viewer, version, for_change=True), "policy")


def _party(viewer: Viewer, row: Any, party: tuple[str, str]) -> Any:
    """Return the party that the viewer answers for: their own component, or any on behalf of which the lead writes."""
    asked = next((one for one in read.parties(viewer, row) if (one.component, one.contingent) == party), None)
    if asked is None:
        raise Refusal(Because("policy.not_asked", {"version": row.version}))
    is_lead = viewer.system or viewer.role is Role.PROTECTION_LEAD
    if not is_lead and read.component_of(viewer.account) != asked.component:
        raise Refusal(Because("policy.other_component"))
    return asked


def _ref(row: Any) -> str:
    return f"POLICY-{row.version}"
