"""Reads of the imminence policy: its versions, who was asked, what it proposes, and alerts to lay beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from tocsin.core.assessment import types as core
from tocsin.core.assessment.cases import Ledger
from tocsin.core.assessment.consultation import Party
from tocsin.core.evidence.types import Incident as IncidentValue
from tocsin.core.evidence.types import Reading
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.store import access
from tocsin.store.convert import evidence as convert_evidence
from tocsin.store.convert import policy as convert
from tocsin.store.models import (
    Account,
    Alert,
    AlertReport,
    Asset,
    HistoryEntry,
    ImminencePolicy,
    Incident,
    PolicyParty,
    PolicyProposal,
)


def versions(viewer: Viewer) -> list[ImminencePolicy]:
    """Return all versions, drafts first, then the newest in force."""
    if not access.may(viewer, "read", "policy"):
        return []
    rows = list(ImminencePolicy.objects.order_by("-pk"))
    return sorted(rows, key=lambda row: row.effective_from or convert.UNDATED, reverse=True)


def version_row(viewer: Viewer, version: str, *, for_change: bool = False) -> ImminencePolicy | None:
    """Return one version, None when there is none or the viewer may not see it."""
    if not access.may(viewer, "read", "policy"):
        return None
    rows = ImminencePolicy.objects.select_for_update() if for_change else ImminencePolicy.objects
    return rows.filter(version=version).first()


def newest_approved() -> ImminencePolicy | None:
    """Return the approved version with the latest day of effect, whether that day has come or not."""
    return ImminencePolicy.objects.filter(status="approved", effective_to=None).order_by("-effective_from").first()


def as_core(row: ImminencePolicy) -> core.ImminencePolicy:
    """Return a version as the rules read it."""
    return convert.policy(row)


def state_of(row: ImminencePolicy) -> dict[str, Any]:
    """Return everything of a version that a replay shows."""
    return convert.state(row)


def parties(viewer: Viewer, row: ImminencePolicy) -> list[PolicyParty]:
    """Return who was asked of a version the viewer already holds, by component and contingent."""
    return list(PolicyParty.objects.filter(policy=row).order_by("component", "contingent"))


def party_value(row: PolicyParty) -> Party:
    """Return who was asked, and what they said, as the rules read it."""
    return convert.party(row)


def party_told(row: PolicyParty) -> dict[str, Any]:
    """Return who was asked, and what they said, in plain values."""
    names = ("component", "contingent", "opinion", "opinion_text", "caveats")
    moments = ("asked_at", "opinion_at", "due_at", "acknowledged_at")
    at = {name: moment.isoformat() if (moment := getattr(row, name)) else None for name in moments}
    return {name: getattr(row, name) for name in names} | at


def said_by(value: core.ImminencePolicy) -> dict[str, Any]:
    """Return what a version says that was never written down, in plain values."""
    said = convert.columns(value)
    review_on = said["review_on"].isoformat() if said["review_on"] else None
    return {
        "version": value.version,
        **said,
        "review_on": review_on,
        "effective_from": value.effective_from.isoformat(),
    }


def unacknowledged(viewer: Viewer, *, as_of: datetime) -> list[PolicyParty]:
    """Return who has not acknowledged the version in force, those longest due first."""
    if not access.may(viewer, "read", "policy"):
        return []
    rows = PolicyParty.objects.filter(acknowledged_at=None, due_at__isnull=False, policy__effective_from__lte=as_of)
    live = rows.filter(Q(policy__effective_to__isnull=True) | Q(policy__effective_to__gt=as_of))
    return list(live.select_related("policy").order_by("due_at", "component", "contingent"))


def component_of(username: str) -> str:
    """Return the component that an account belongs to, empty where there is no such account."""
    return Account.objects.filter(username=username).values_list("component", flat=True).first() or ""


def components_here() -> list[str]:
    """Return the components that have an account in this mission."""
    found = Account.objects.filter(is_active=True).values_list("component", flat=True).distinct()
    return sorted(set(found) - {"other", "host", "community", ""})


def contingents_here() -> list[str]:
    """Return the contingents that have means in this mission."""
    return sorted(Asset.objects.exclude(contingent="").values_list("contingent", flat=True).distinct())


def open_proposals(viewer: Viewer) -> list[PolicyProposal]:
    """Return the open alerts that the version in force would judge otherwise, as far as the viewer sees them."""
    rows = PolicyProposal.objects.filter(verdict="").exclude(alert__state="closed")
    seen = access.visible(viewer, "alert", Alert.objects.all())
    return list(rows.filter(alert__in=seen).select_related("alert", "alert__place", "policy").order_by("pk"))


def proposal_row(viewer: Viewer, number: int, *, for_change: bool = False) -> PolicyProposal | None:
    """Return one proposal, None when there is none or the viewer may not see its alert."""
    rows = PolicyProposal.objects.select_for_update() if for_change else PolicyProposal.objects
    seen = access.visible(viewer, "alert", Alert.objects.all())
    return rows.filter(pk=number, alert__in=seen).first()


def alert_for_change(viewer: Viewer, proposal: PolicyProposal) -> Alert | None:
    """Return the open alert of a proposal, held until it is changed; None when it was closed meanwhile."""
    rows = Alert.objects.select_for_update().filter(pk=proposal.alert_id).exclude(state="closed")
    return access.visible(viewer, "alert", rows).first()


def alerts_of_period(viewer: Viewer, *, since: datetime, until: datetime, most: int) -> list[Alert]:
    """Return the newest alerts opened in a stretch of time, of those the viewer sees."""
    rows = Alert.objects.filter(opened_at__gte=since, opened_at__lte=until).select_related("place")
    return list(access.visible(viewer, "alert", rows).order_by("-opened_at", "-pk")[:most])


def alerts_open(viewer: Viewer) -> list[Alert]:
    """Return the alerts that are not closed, oldest first."""
    rows = Alert.objects.exclude(state="closed").select_related("place")
    return list(access.visible(viewer, "alert", rows).order_by("opened_at", "pk"))


def told_of(alerts: Sequence[Alert], *, with_later: bool = False) -> dict[int, list[Reading]]:
    """Return what the reports of each alert told when it was opened, by its number; with `with_later` all of them."""
    rows = AlertReport.objects.filter(alert__in=[one.pk for one in alerts]).select_related(
        "report", "report__place", "report__observed_place", "report__message"
    )
    opened = {one.pk: one.opened_at for one in alerts}
    found: dict[int, list[Reading]] = defaultdict(list)
    for row in rows.order_by("joined_at", "pk"):
        if with_later or row.joined_at <= opened[row.alert_id] + timedelta(minutes=1):
            found[row.alert_id].append(convert_evidence.reading(row.report))
    return found


def ledger(*, since: datetime, first_at: datetime, until: datetime) -> Ledger:
    """Return the incidents begun since a moment and known by `until`, as they stood at any moment from `first_at` on.

    The judgement is one for the whole mission, so it is made from everything on record.
    """
    rows = Incident.objects.filter(started_day__gte=convert_evidence.day_number(since), known_at__lte=until)
    seen = access.visible(SYSTEM, "incident", rows).order_by("started_at", "pk")
    columns = seen.values(*convert_evidence.INCIDENT_COLUMNS, convert_evidence.INCIDENT_PLACE).iterator(2000)
    values = [convert_evidence.incident_of(row) for row in columns]
    return Ledger(values, _versions({value.ref: value for value in values}, first_at))


def _versions(
    values: Mapping[str, IncidentValue], first_at: datetime
) -> dict[str, list[tuple[datetime, IncidentValue]]]:
    """Return what the incidents that were changed since a moment said, from when on."""
    entries = HistoryEntry.objects.filter(subject__startswith="I-")
    changed = entries.filter(at__gt=first_at).values("subject")
    found: dict[str, list[tuple[datetime, IncidentValue]]] = defaultdict(list)
    for entry in entries.filter(subject__in=changed).order_by("at", "id").iterator(2000):
        value = values.get(entry.subject)
        if value is not None:
            found[entry.subject].append((entry.at, convert_evidence.incident_as_it_was(value, entry.after)))
    return found
