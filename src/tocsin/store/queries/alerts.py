"""Reads of alerts, addressees and what goes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from tocsin.core.alerts import types as core
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.store import access
from tocsin.store.convert import alerts as convert
from tocsin.store.models import (
    Account,
    Addressee,
    Alert,
    CallLog,
    CapabilityGap,
    Decision,
    Harm,
    HostRelay,
    OutgoingMessage,
    Report,
)
from tocsin.store.prepared import Prepared
from tocsin.store.queries import duty
from tocsin.store.queries.evidence import number_of

_ON_A_LINE: Final = (
    "place_id", "place_text", "level", "priority", "state", "events", "is_provisional", "opened_at", "told_at",
    "acknowledged_at", "decided_at", "delegated_at", "arrived_at", "feedback_at",
)  # fmt: skip
_HELD: Final = Q(acknowledged_at__isnull=False)


def alert_row(viewer: Viewer, ref: str, *, for_change: bool = False) -> Alert | None:
    """Return one alert, None when there is none or the viewer may not see it."""
    number = number_of(ref, "A")
    if viewer.system:
        return (_ALERT_TO_CHANGE if for_change else _ALERT).first(number)
    return _one_alert(viewer, number, for_change=for_change).first()


def _one_alert(viewer: Viewer, number: Any, *, for_change: bool = False) -> QuerySet[Alert]:
    rows = Alert.objects.select_related("place", "incident").filter(pk=number)
    locked = rows.select_for_update(of=("self",)) if for_change else rows
    return access.visible(viewer, "alert", locked, with_drills=True)


def alerts(viewer: Viewer, *, state: str = "open", most: int = 50, page: int = 1) -> list[Alert]:
    """Return alerts, the unfinished and most urgent first."""
    rows = access.visible(viewer, "alert", Alert.objects.select_related("place", "incident"))
    if state == "open":
        rows = rows.exclude(state="closed")
    elif state == "closed":
        rows = rows.filter(state="closed")
    start = (max(page, 1) - 1) * most
    return list(rows.order_by("priority", "-opened_at", "-pk")[start : start + most])


def alerts_on_desk(viewer: Viewer, *, most: int) -> list[Alert]:
    """Return the open alerts, the most urgent and newest first, with no more of each than a line of the desk shows."""
    rows = access.visible(viewer, "alert", Alert.objects.exclude(state="closed"))
    shown = rows.select_related("place").only(*_ON_A_LINE, "place__name")
    return list(shown.order_by("priority", "-opened_at", "-pk")[:most])


def open_alerts(viewer: Viewer, *, most: int) -> tuple[list[Alert], list[str]]:
    """Return unfinished alerts, first what nobody has acknowledged, the oldest first; and the references of the others."""
    rows = access.visible(viewer, "alert", Alert.objects.exclude(state="closed"))
    seen = rows.order_by(ExpressionWrapper(_HELD, BooleanField()).asc(), "opened_at", "pk")
    return list(seen.select_related("place", "incident")[:most]), [row.ref for row in seen.only("pk")[most:]]


def closed_between(viewer: Viewer, *, since: datetime, until: datetime) -> list[Alert]:
    """Return the alerts that were closed in a stretch of time, whenever they were opened."""
    rows = Alert.objects.filter(state="closed", closed_at__gte=since, closed_at__lte=until)
    return list(access.visible(viewer, "alert", rows).order_by("closed_at", "pk"))


def refs_seen(viewer: Viewer, refs: Iterable[str]) -> frozenset[str]:
    """Return those of some references to alerts that the viewer may see."""
    numbers = {number_of(ref, "A") for ref in refs} - {0}
    rows = access.visible(viewer, "alert", Alert.objects.only("pk"), with_drills=True)
    return frozenset(row.ref for row in rows.in_bulk(numbers).values())


def alert_counts(viewer: Viewer) -> dict[str, int]:
    """Return how many alerts are open, unacknowledged and undecided."""
    rows = access.visible(viewer, "alert", Alert.objects.exclude(state="closed"))
    return rows.aggregate(
        open=Count("pk"),
        unacknowledged=Count("pk", filter=Q(acknowledged_at=None)),
        undecided=Count("pk", filter=Q(decided_at=None)),
        delegated=Count("pk", filter=Q(state="delegated_unconfirmed")),
    )


def alerts_of_place(viewer: Viewer, place: str, *, most: int = 20) -> list[Alert]:
    """Return the newest alerts of a place."""
    rows = Alert.objects.filter(place__ref=place).select_related("place", "incident")
    return list(access.visible(viewer, "alert", rows).order_by("-opened_at", "-pk")[:most])


def waiting(viewer: Viewer, row: Alert) -> core.Waiting:
    """Return where an alert stands, for the escalation rules."""
    top = Account.objects.filter(is_active=True, rung__isnull=False).aggregate(top=Max("rung"))["top"]
    last = Decision.objects.filter(alert=row).order_by("made_at", "pk").last()
    asked = list(Addressee.objects.filter(alert=row, withheld__isnull=True))
    told = [one for one in asked if one.told_at is not None]
    held = [one.held_until for one in asked if one.told_at is None and one.held_until is not None]
    return convert.waiting(
        row,
        top_rung=top if top is not None else 0,
        decision=last.kind if last else None,
        is_unreached=bool(told) and all(one.unreached_at is not None for one in told),
        held_until=min(held, default=None),
    )


def people(as_of: datetime) -> tuple[tuple[Account, core.Person], ...]:
    """Return every active account that may be told of alerts, as a row and as the rules see it."""
    rows = (
        Account.objects.filter(is_active=True)
        .select_related("deputy")
        .exclude(
            rung__isnull=True,
            role__in=["administrator", "auditor", "source_custodian", "partner", "reporter", "public_reader"],
        )
        .order_by(F("rung").asc(nulls_last=True), "username")
    )
    watches = duty.watches_at(as_of)
    return tuple((row, convert.person(row, watches.get(row.username))) for row in rows)


def who_may_see(alert: Alert) -> list[Account]:
    """Return every active account whose role may read this alert: the desks that hear it scream."""
    rows = Account.objects.filter(is_active=True).order_by("username")
    return [row for row in rows if access.why_not(_viewer(row), "read", "alert", alert) is None]


def _viewer(row: Account) -> Viewer:
    return Viewer(account=row.username, role=Role(row.role), sector=row.sector, language=row.language, actor=row.actor)


def screaming(viewer: Viewer) -> list[Alert]:
    """Return the alerts that nobody on the whole ladder has answered, the most urgent first."""
    rows = Alert.objects.exclude(screams_since=None).exclude(state="closed").select_related("place")
    return list(access.visible(viewer, "alert", rows).order_by("priority", "opened_at"))


def host_contacts(alert: Alert) -> list[Account]:
    """Return the authorities of the host State to whom the threat of an alert could be passed on."""
    rows = Account.objects.filter(is_active=True, role=Role.HOST_AUTHORITY.value).select_related("deputy")
    if alert.sector:
        rows = rows.filter(sector__in=["", alert.sector])
    return list(rows.order_by("username"))


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
    """Return who was told of an alert, who saw it, who acknowledged, and from whom it was withheld.

    `heard_at` is when a message of it was first read on their telephone, as far as the way there tells.
    """
    mine = OutgoingMessage.objects.filter(alert=alert, account=OuterRef("account")).order_by("read_at")
    rows = Addressee.objects.filter(alert=alert).select_related("account")
    heard = Subquery(mine.exclude(read_at=None).values("read_at")[:1])
    return list(rows.annotate(heard_at=heard).order_by("rung", "account__username"))


def addressee(alert: Alert, username: str) -> Addressee | None:
    """Return what is on record between an alert and one person."""
    return Addressee.objects.filter(alert=alert, account__username=username).select_related("account").first()


def told_and_unanswered(username: str) -> list[Alert]:
    """Return the open alerts of which a person was told and that they have not acknowledged as high as they stand.

    Newest told last.
    """
    unanswered = Q(acknowledged_at=None) | Q(acknowledged_at__lt=F("alert__raised_at"))
    rows = Addressee.objects.filter(
        unanswered, account__username=username, told_at__isnull=False, withheld__isnull=True
    ).exclude(alert__state="closed")
    return [one.alert for one in rows.select_related("alert").order_by("told_at", "pk")]


def calls(viewer: Viewer, alert: Alert) -> list[CallLog]:
    """Return the calls made about an alert the viewer already holds, oldest first."""
    return list(CallLog.objects.filter(alert=alert).select_related("account").order_by("called_at", "pk"))


def harm(viewer: Viewer, alert: Alert) -> list[Harm]:
    """Return the harm on record for an alert the viewer already holds, oldest first."""
    return list(Harm.objects.filter(alert=alert).order_by("made_at", "pk"))


def has_open_gap(alert: Alert) -> bool:
    """Return whether an alert has a gap that is not closed yet."""
    return CapabilityGap.objects.filter(alert=alert).exclude(state__in=["closed", "withdrawn", "mitigated"]).exists()


def relays(viewer: Viewer, alert: Alert) -> list[HostRelay]:
    """Return what was passed on to host authorities about an alert the viewer already holds, oldest first."""
    return list(HostRelay.objects.filter(alert=alert).order_by("made_at", "pk"))


def reports_of_alert(viewer: Viewer, alert: Alert) -> list[Report]:
    """Return the reports an alert rests on, as far as the viewer may see them, oldest first."""
    rows = Report.objects.filter(alert_report__alert=alert).select_related(
        "message", "source", "place", "observed_place", "incident"
    )
    return list(access.visible(viewer, "report", rows, with_drills=True).order_by("received_at", "pk"))


def alert_of_report(viewer: Viewer, report: Report) -> Alert | None:
    """Return the alert that rests on a report, if the viewer may see it."""
    return _ALERT_OF_REPORT.first(report.pk) if viewer.system else _alert_of_report(viewer, report.pk).first()


def _alert_of_report(viewer: Viewer, report: Any) -> QuerySet[Alert]:
    rows = Alert.objects.filter(alert_reports__report=report).select_related("place", "incident")
    return access.visible(viewer, "alert", rows, with_drills=True)


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
    """Return how much waits to be sent, and how much keeps failing or reached nobody: shown on the duty desk."""
    rows = OutgoingMessage.objects.exclude(purpose="drill").exclude(alert__is_drill=True)
    in_vain = Q(sent_at=None, attempts__gte=2) | Q(failed_at__isnull=False, delivered_at=None)
    return {"unsent": rows.filter(sent_at=None, failed_at=None).count(), "failing": rows.filter(in_vain).count()}


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


# What the worker asks for with every message.
_ALERT = Prepared(lambda number: _one_alert(SYSTEM, number), BigIntegerField())
_ALERT_TO_CHANGE = Prepared(lambda number: _one_alert(SYSTEM, number, for_change=True), BigIntegerField())
_ALERT_OF_REPORT = Prepared(lambda report: _alert_of_report(SYSTEM, report), BigIntegerField())
