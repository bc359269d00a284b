"""Pass a threat on to an authority of the host State: the bare threat, and nothing of who told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.alerts import relay as rules
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import EventCode, ImminenceState
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import waking
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.convert import alerts as convert
from tocsin.store.queries import alerts as read
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record


@dataclass(frozen=True, slots=True)
class Draft:
    """What one authority would be told, word for word, or why it is told nothing."""

    account: Any
    text: str
    withheld: Because | None


def drafts(viewer: Viewer, alert: Any, *, now: datetime) -> list[Draft]:
    """Return for each host authority the exact words it would be sent, to be read before sending."""
    access.require(viewer, "decide", "alert", alert)
    return [_draft(alert, account, now) for account in read.host_contacts(alert)]


def relay(viewer: Viewer, ref: str, *, to: str, now: datetime) -> Any:
    """Send the notice to one authority, or write why it was kept back.

    Raises
    ------
    Refusal
        Where it is withheld; that somebody asked for it stays on record.
    """
    with transaction.atomic():
        alert = found_or_refuse(read.alert_row(viewer, ref, for_change=True), "alert")
        access.require(viewer, "decide", "alert", alert)
        account = next((one for one in read.host_contacts(alert) if one.username == to), None)
        draft = _draft(alert, found_or_refuse(account, "account"), now)
        notice = _notice(alert, draft.account, now)
        row = write.add_relay(
            alert,
            to=draft.account.title or draft.account.username,
            account=draft.account,
            language=draft.account.language,
            facts=dict(notice.facts),
            withheld=draft.withheld.as_json() if draft.withheld else None,
            made_by=viewer.account,
            made_at=now,
        )
        verb = "relay_withheld" if draft.withheld else "relayed"
        record.note(viewer, alert.ref, verb, at=now, after=convert.alert_state(alert), delegated_to=row.to)
        if draft.withheld is None:
            write.put_out(
                f"relay:{alert.ref}:{row.pk}",
                purpose="relay",
                code="outgoing.relay",
                facts=dict(notice.facts),
                created_at=now,
                account=draft.account,
                alert=alert,
                language=draft.account.language,
            )
    if draft.withheld is not None:
        raise Refusal(draft.withheld)
    return row


def _draft(alert: Any, account: Any, now: datetime) -> Draft:
    notice = _notice(alert, account, now)
    text = "" if notice.withheld else wording.say("outgoing.relay", notice.facts, account.language)
    return Draft(account, text, notice.withheld)


def _notice(alert: Any, account: Any, now: datetime) -> rules.Notice:
    reports = read.reports_of_alert(SYSTEM, alert)
    threat = rules.Threat(
        place=alert.place.name if alert.place else "",
        province=alert.place.province if alert.place else "",
        events=tuple(EventCode(code) for code in alert.events),
        imminence=ImminenceState(alert.imminence),
        opened_at=alert.opened_at,
        sources=len({row.source_id for row in reports if row.source_id is not None}),
    )
    return rules.notice_to(convert.person(account), waking.telling_of(alert, now), threat)
