"""Writes of alerts, who is told, and what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from tocsin.core.alerts.clocks import COUNTED
from tocsin.core.alerts.types import AlertDraft
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AlertState
from tocsin.store import steady
from tocsin.store.models import (
    Account,
    Addressee,
    Alert,
    AlertReport,
    CallLog,
    CommunityFeedback,
    Harm,
    HostRelay,
    Incident,
    OutgoingMessage,
    Place,
    Report,
    Source,
)
from tocsin.store.writes import record

_NOTHING_DONE: Final = {
    "told_at": None, "nudged_at": None, "screams_since": None, "reminders": 0, "rung": -1,
    "first_acknowledged_at": None, "acknowledged_at": None, "acknowledged_by": "",
    "decided_at": None, "delegated_at": None, "confirmed_at": None, "arrived_at": None, "feedback_at": None,
    "closed_at": None, "closed_by": "", "over_at": None, "over_by": "", "determination": "",
    "response_class": "", "timing": "", "outcome": "", "truth": "",
}  # fmt: skip


def open_alert(draft: AlertDraft, report: Report | None, incident: Incident | None, *, opened_at: datetime) -> Alert:
    """Open an alert on a draft."""
    place = report.place if report else Place.objects.filter(ref=draft.place).first()
    return Alert.objects.create(
        place=place,
        place_text=report.place_text if report else "",
        lat=report.lat if report else (place.lat if place else None),
        lon=report.lon if report else (place.lon if place else None),
        sector=place.sector if place else "",
        level=draft.level.value,
        priority=draft.priority.value,
        imminence=draft.imminence.value,
        is_provisional=draft.provisional,
        events=report.events if report else [],
        actors=[report.actor_name] if report and report.actor_name else [],
        because=[because.as_json() for because in draft.reasons],
        policy_version=draft.policy_version,
        sensitivity=report.sensitivity if report else "moderate",
        secrecy=report.secrecy if report else 2,
        incident=incident,
        opened_at=opened_at,
        is_drill=report.is_drill if report else False,
    )


def join_report(alert: Alert, report: Report, reasons: tuple[Because, ...], *, at: datetime) -> bool:
    """Tie a report to an alert, and away from one that is closed; False when it was tied to an open one already."""
    ties = {"alert": alert, "joined_at": at, "because": [because.as_json() for because in reasons]}
    row, is_new = AlertReport.objects.get_or_create(report=report, defaults=ties)
    if is_new or row.alert_id == alert.pk or row.alert.state != AlertState.CLOSED.value:
        return is_new
    AlertReport.objects.filter(pk=row.pk).update(**ties)
    return True


def change_alert(alert: Alert, **fields: Any) -> Alert:
    """Set fields of an alert; what the ladder counts from is marked by the steady clock as well."""
    if set(fields) & set(COUNTED):
        fields["beats"] = steady.stamped(alert.beats, fields, COUNTED)
    for name, value in fields.items():
        setattr(alert, name, value)
    alert.save(update_fields=list(fields))
    return alert


def begin_anew(alert: Alert, *, at: datetime) -> None:
    """Open the alert of a drill as a real one: nobody was told of it yet, and what was played answers nothing."""
    change_alert(alert, is_drill=False, state=AlertState.OPEN.value, raised_at=at, rests_on=[], **_NOTHING_DONE)
    Addressee.objects.filter(alert=alert).update(
        told_at=None, told_level="", unreached_at=None, acknowledged_at=None, acknowledged_through="", seen_at=None,
        seen_through="",
    )  # fmt: skip


def withhold(alert: Alert, account: Account, *, rung: int, why: Because) -> None:
    """Write, once, from whom an alert is withheld and why."""
    Addressee.objects.get_or_create(
        alert=alert, account=account, defaults={"rung": rung, "told_at": None, "withheld": why.as_json()}
    )


def hold_back(alert: Alert, account: Account, *, rung: int, until: datetime) -> None:
    """Write until when somebody's quiet hours hold an alert back from them; not where they were told already."""
    Addressee.objects.get_or_create(alert=alert, account=account, defaults={"rung": rung})
    Addressee.objects.filter(alert=alert, account=account, told_at=None).update(held_until=until)


def let_go(alert: Alert, *, at: datetime) -> None:
    """Hold an alert back no longer from those whose quiet hours are over and whom nobody told: others have it now."""
    Addressee.objects.filter(alert=alert, told_at=None, held_until__lte=at).update(held_until=None)


def tell(alert: Alert, account: Account, *, rung: int, at: datetime, stands_in_for: str = "") -> None:
    """Write that somebody is told of an alert at its present level; when they were first told stays."""
    row, is_new = Addressee.objects.get_or_create(
        alert=alert,
        account=account,
        defaults={"rung": rung, "told_at": at, "told_level": alert.level, "stands_in_for": stands_in_for},
    )
    if not is_new:
        row.told_at = row.told_at or at
        row.held_until = row.unreached_at = row.withheld = None
        row.told_level = alert.level
        row.save(update_fields=["told_at", "held_until", "unreached_at", "withheld", "told_level"])


def mark_unreached(alert: Alert) -> None:
    """Write who cannot be reached: those whose last message of this alert failed for good."""
    last: dict[int, OutgoingMessage] = {}
    for message in OutgoingMessage.objects.filter(alert=alert, account__isnull=False, purpose="alert").order_by("pk"):
        last[message.account_id or 0] = message
    failed = {account: message.failed_at for account, message in last.items() if message.failed_at is not None}
    for row in Addressee.objects.filter(alert=alert, account__in=failed, unreached_at=None, told_at__isnull=False):
        Addressee.objects.filter(pk=row.pk).update(unreached_at=failed[row.account_id])


def see(alert: Alert, username: str, *, at: datetime, through: str) -> bool:
    """Write that somebody opened the alert, the first time they do; False when they had, or were never asked."""
    rows = Addressee.objects.filter(alert=alert, account__username=username, seen_at=None, withheld__isnull=True)
    return rows.update(seen_at=at, seen_through=through) == 1


def acknowledge(alert: Alert, account: Account, *, at: datetime, through: str) -> bool:
    """Write one person's acknowledgement of the level it stands at; False when they had given it already."""
    Addressee.objects.get_or_create(
        alert=alert, account=account, defaults={"rung": account.rung or 0, "told_at": at, "told_level": alert.level}
    )
    not_yet = Q(acknowledged_at=None)
    if alert.raised_at is not None:
        not_yet |= Q(acknowledged_at__lt=alert.raised_at)
    mine = Addressee.objects.filter(alert=alert, account=account)
    won = mine.filter(not_yet).update(acknowledged_at=at, acknowledged_through=through)
    mine.filter(seen_at=None).update(seen_at=at, seen_through=through)
    return won == 1


def log_call(alert: Alert, account: Account, *, outcome: str, called_at: datetime, **made: Any) -> CallLog:
    """Write down a call to somebody about an alert."""
    return CallLog.objects.create(alert=alert, account=account, outcome=outcome, called_at=called_at, **made)


def add_harm(alert: Alert, **fields: Any) -> Harm:
    """Write what people suffered."""
    return Harm.objects.create(alert=alert, **fields)


def add_relay(alert: Alert, **fields: Any) -> HostRelay:
    """Write what was passed on to a host authority, or why nothing was."""
    return HostRelay.objects.create(alert=alert, **fields)


def put_out(
    key: str,
    *,
    purpose: str,
    code: str,
    facts: dict[str, Any],
    created_at: datetime,
    account: Account | None = None,
    source: Source | None = None,
    alert: Alert | None = None,
    channel: str = "sms",
    language: str = "en",
) -> bool:
    """Write something that must leave, and the work of sending it; the same key twice leaves once."""
    row, is_new = OutgoingMessage.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "purpose": purpose,
            "account": account,
            "source": source,
            "alert": alert,
            "channel": channel,
            "language": language,
            "code": code,
            "facts": facts,
            "created_at": created_at,
        },
    )
    record.enqueue("send", str(row.pk), run_at=created_at, key=f"send:{row.pk}")
    return is_new


def give_feedback(alert: Alert, *, method: str, text: str, at: datetime, by: str) -> CommunityFeedback:
    """Write what the community was told."""
    return CommunityFeedback.objects.create(
        alert=alert, place=alert.place, method=method, text=text, given_at=at, given_by=by
    )
