"""Writes of the imminence policy: versions, who is asked, what they said, and proposals on open alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tocsin.core.assessment import types as core
from tocsin.core.assessment.cases import CaseChange
from tocsin.store.convert.policy import columns
from tocsin.store.models import Alert, ImminencePolicy, PolicyParty, PolicyProposal


def make_draft(value: core.ImminencePolicy, *, by: str, at: datetime) -> ImminencePolicy:
    """Write a new draft that says what `value` says, under its version."""
    return ImminencePolicy.objects.create(
        version=value.version, status="draft", made_by=by, made_at=at, **columns(value)
    )


def change_draft(row: ImminencePolicy, value: core.ImminencePolicy) -> None:
    """Let a draft say what `value` says."""
    _set(row, columns(value))


def open_consultation(row: ImminencePolicy, asked: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Ask these components and contingents; who was asked before keeps what they said."""
    for component, contingent in asked:
        PolicyParty.objects.get_or_create(
            policy=row, component=component, contingent=contingent, defaults={"asked_at": at}
        )
    _set(row, {"status": "consultation", "consulted_at": row.consulted_at or at})


def take_back(row: ImminencePolicy) -> None:
    """Make a version a draft again; what was said of it was said of other words."""
    PolicyParty.objects.filter(policy=row).delete()
    _set(row, {"status": "draft", "consulted_at": None})


def give_opinion(row: PolicyParty, *, opinion: str, text: str, by: str, at: datetime) -> None:
    """Write what a party says of the version."""
    fields = {"opinion": opinion, "opinion_text": text, "opinion_by": by, "opinion_at": at}
    PolicyParty.objects.filter(pk=row.pk).update(**fields)


def approve(
    row: ImminencePolicy, parties: Iterable[tuple[str, str]], *, due_at: datetime, **fields: Any
) -> ImminencePolicy:
    """Write a version as approved, end the one before it when it takes effect, and ask for acknowledgements."""
    ImminencePolicy.objects.filter(status="approved", effective_to=None).exclude(pk=row.pk).update(
        status="superseded", effective_to=fields["effective_from"]
    )
    _set(row, {"status": "approved", **fields})
    for component, contingent in parties:
        PolicyParty.objects.get_or_create(policy=row, component=component, contingent=contingent)
    PolicyParty.objects.filter(policy=row).update(due_at=due_at)
    return row


def put_in_force(value: core.ImminencePolicy) -> ImminencePolicy:
    """Write a version that was approved elsewhere, as a new mission starts with one."""
    made = make_draft(value, by=value.approved_by, at=value.effective_from)
    return approve(
        made, (), due_at=value.effective_from, approved_by=value.approved_by, approved_at=value.effective_from,
        effective_from=value.effective_from,
    )  # fmt: skip


def acknowledge(row: PolicyParty, *, caveats: str, by: str, at: datetime) -> bool:
    """Write that a party has the version, with the caveats it declares; False when it had already."""
    fields = {"acknowledged_at": at, "acknowledged_by": by, "caveats": caveats}
    return PolicyParty.objects.filter(pk=row.pk, acknowledged_at=None).update(**fields) == 1


def propose(row: ImminencePolicy, alert: Alert, change: CaseChange, *, at: datetime) -> bool:
    """Write that a version would judge an open alert otherwise; False when that was proposed before."""
    _made, is_new = PolicyProposal.objects.get_or_create(
        policy=row,
        alert=alert,
        defaults={
            "before": change.before.state.value,
            "after": change.after.state.value,
            "because": [reason.as_json() for reason in change.after.reasons],
            "made_at": at,
        },
    )
    return is_new


def settle(row: PolicyProposal, *, verdict: str, why: str, by: str, at: datetime) -> bool:
    """Write what a person made of a proposal; False when somebody was quicker."""
    fields = {"verdict": verdict, "why": why, "settled_by": by, "settled_at": at}
    return PolicyProposal.objects.filter(pk=row.pk, verdict="").update(**fields) == 1


def _set(row: ImminencePolicy, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
