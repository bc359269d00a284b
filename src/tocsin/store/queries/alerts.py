"""Reads of alerts, addressees and what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from tocsin.core.alerts import types as core
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.convert import alerts as convert
from tocsin.store.models import Account, Addressee, Alert, Decision, OutgoingMessage, Report
from tocsin.store.queries.evidence import number_of


def alert_row(viewer: Viewer, ref: str, *, for_change: bool = False) -> Alert | None:
    """Return one alert, None when there is none or the viewer may not see it."""
    rows = Alert.objects.select_for_update() if for_change else Alert.objects.select_related("place", "incident")
    return access.visible(viewer, "alert", rows.filter(pk=number_of(ref, "A")), with_drills=True).first()


def alerts(viewer: Viewer, *, state: str = "open", most: int = 50, page: int = 1) -> list[Alert]:
    """Return alerts, the unfinished and most urgent first."""
    rows = access.visible(viewer, "alert", Alert.objects.select_related("place", "incident"))
    if state == "open":
        rows = rows.exclude(state="closed")
    elif state == "closed":
        rows = rows.filter(state="closed")
    start = (max(page, 1) - 1) * most
    return list(rows.order_by("priority", "-opened_at", "-pk")[start : start + most])


def alert_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many alerts are open, unacknowledged and undecided."""
    rows = access.visible(viewer, "alert", Alert.objects.exclude(state="closed"))
    return {
        "open": rows.count(),
        "unacknowledged": rows.filter(acknowledged_at=None).count(),
        "undecided": rows.filter(decided_at=None).count(),
        "delegated": rows.filter(state="delegated_unconfirmed").count(),
    }


def alerts_of_place(viewer: Viewer, place: str, *, most: int = 20) -> list[Alert]:
    """Return the newest alerts of a place."""
    rows = Alert.objects.filter(place__ref=place).select_related("place", "incident")
    return list(access.visible(viewer, "alert", rows).order_by("-opened_at", "-pk")[:most])


def waiting(viewer: Viewer, row: Alert) -> core.Waiting:
    """Return where an alert stands, for the escalation rules."""
    top = Account.objects.filter(is_active=True, rung__isnull=False).aggregate(top=Max("rung"))["top"]
    last = Decision.objects.filter(alert=row).order_by("made_at", "pk").last()
    return convert.waiting(row, top_rung=top if top is not None else 0, decision=last.kind if last else None)


def people() -> tuple[tuple[Account, core.Person], ...]:
    """Return every active account that may be told of alerts, as a row and as the rules see it."""
    rows = Account.objects.filter(is_active=True).exclude(
        rung__isnull=True,
        role__in=["administrator", "auditor", "source_custodian", "analyst", "partner", "reporter", "public_reader"],
    )
    return tuple((row, convert.person(row)) for row in rows.order_by(F("rung").asc(nulls_last=True), "username"))


def account(username: str) -> Account | None:
    """Return an active account by its login name."""
    return Account.objects.filter(username=username, is_active=True).first()


def accounts(viewer: Viewer) -> list[Account]:
    """Return all accounts, for administrators."""
    access.require(viewer, "read", "account")
    return list(Account.objects.order_by("username"))


def account_by_contact(handle: str) -> Account | None:
    """Return the account whose sealed contact has this fingerprint."""
    return Account.objects.filter(contact_handle=handle, is_active=True).first() if handle else None


def addressees(viewer: Viewer, alert: Alert) -> list[Addressee]:
    """Return who was told of an alert, who acknowledged, and from whom it was withheld."""
    return list(Addressee.objects.filter(alert=alert).select_related("account").order_by("rung", "account__username"))


def reports_of_alert(viewer: Viewer, alert: Alert) -> list[Report]:
    """Return the reports an alert rests on, as far as the viewer may see them, oldest first."""
    rows = Report.objects.filter(alert_report__alert=alert).select_related(
        "message", "source", "place", "observed_place", "incident"
    )
    return list(access.visible(viewer, "report", rows, with_drills=True).order_by("received_at", "pk"))


def alert_of_report(viewer: Viewer, report: Report) -> Alert | None:
    """Return the alert that rests on a report, if the viewer may see it."""
    rows = Alert.objects.filter(alert_reports__report=report)
    return access.visible(viewer, "alert", rows.select_related("place", "incident"), with_drills=True).first()


def unsent(limit: int = 100) -> list[OutgoingMessage]:
    """Return what waits to be sent, oldest first."""
    rows = OutgoingMessage.objects.filter(sent_at=None).select_related("account", "source", "alert")
    return list(rows.order_by("pk")[:limit])


def outgoing_row(number: str) -> OutgoingMessage | None:
    """Return one thing that must leave."""
    return (
        OutgoingMessage.objects.select_related("account", "source", "source__contact", "alert")
        .filter(pk=number)
        .first()
    )


def outgoing_figures(viewer: Viewer) -> dict[str, Any]:
    """Return how much waits to be sent and how much keeps failing: shown on the duty desk."""
    rows = OutgoingMessage.objects.filter(sent_at=None).exclude(purpose="drill").exclude(alert__is_drill=True)
    return {"unsent": rows.count(), "failing": rows.filter(attempts__gte=2).count()}


def inbox(username: str, *, most: int = 20) -> list[OutgoingMessage]:
    """Return what was sent to an account, newest first."""
    return list(OutgoingMessage.objects.filter(account__username=username).order_by("-pk")[:most])


def states(viewer: Viewer) -> dict[str, int]:
    """Return how many alerts stand in each state."""
    rows: QuerySet[Alert] = access.visible(viewer, "alert", Alert.objects.all())
    return {row["state"]: row["n"] for row in rows.values("state").annotate(n=Count("id"))}


def alerts_between(viewer: Viewer, *, since: datetime, until: datetime) -> list[Alert]:
    """Return the alerts opened in a stretch of time, for reviews and figures."""
    rows = Alert.objects.filter(opened_at__gte=since, opened_at__lte=until).select_related("place", "incident")
    return list(access.visible(viewer, "alert", rows).order_by("opened_at", "pk"))
