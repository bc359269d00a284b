"""Writes of alerts, who is told, and what goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from tocsin.core.alerts.types import AlertDraft
from tocsin.core.reference.results import Because
from tocsin.store.models import (
    Account,
    Addressee,
    Alert,
    AlertReport,
    CommunityFeedback,
    Incident,
    OutgoingMessage,
    Place,
    Report,
    Source,
)
from tocsin.store.writes import record


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
    """Tie a report to an alert; False when it was tied already."""
    _, is_new = AlertReport.objects.get_or_create(
        report=report, defaults={"alert": alert, "joined_at": at, "because": [because.as_json() for because in reasons]}
    )
    return is_new


def change_alert(alert: Alert, **fields: Any) -> Alert:
    """Set fields of an alert."""
    for name, value in fields.items():
        setattr(alert, name, value)
    alert.save(update_fields=list(fields))
    return alert


def address(alert: Alert, account: Account, *, rung: int, told_at: datetime | None, withheld: Because | None) -> bool:
    """Put a person on the list of an alert, once; False when they were on it already."""
    _, is_new = Addressee.objects.get_or_create(
        alert=alert,
        account=account,
        defaults={"rung": rung, "told_at": told_at, "withheld": withheld.as_json() if withheld else None},
    )
    return is_new


def acknowledge(alert: Alert, account: Account, *, at: datetime, through: str) -> bool:
    """Write one person's acknowledgement; False when they had given it already."""
    Addressee.objects.get_or_create(alert=alert, account=account, defaults={"rung": account.rung or 0, "told_at": at})
    won = Addressee.objects.filter(alert=alert, account=account, acknowledged_at=None).update(
        acknowledged_at=at, acknowledged_through=through
    )
    return won == 1


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


def mark_sent(outgoing: OutgoingMessage, *, at: datetime) -> bool:
    """Mark something as sent, if no other worker did."""
    return OutgoingMessage.objects.filter(pk=outgoing.pk, sent_at=None).update(sent_at=at, last_error="") == 1


def mark_unsent(outgoing: OutgoingMessage, *, error: str) -> None:
    """Count a failed try; it stays to be tried again."""
    OutgoingMessage.objects.filter(pk=outgoing.pk).update(attempts=F("attempts") + 1, last_error=error[:120])


def give_feedback(alert: Alert, *, method: str, text: str, at: datetime, by: str) -> CommunityFeedback:
    """Write what the community was told."""
    return CommunityFeedback.objects.create(
        alert=alert, place=alert.place, method=method, text=text, given_at=at, given_by=by
    )
