"""Take the short answers of people on duty: "ACK 141", "OK", "reçu 141 142", تم."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.core.alerts.answers import read_answer
from tocsin.core.reference.viewer import Viewer
from tocsin.services import alerting
from tocsin.services.refusals import Refusal, Refused, found_or_refuse
from tocsin.store.queries import alerts as read
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record


def take_answer(row: Any, now: datetime) -> bool:
    """Take a message from the telephone of somebody who was told as their acknowledgement.

    False where it is none, or says more than that: it is then read as any other message. The number a
    message comes from can be forged, so it counts only for whoever was told of that very alert.
    """
    answer = read_answer(row.text)
    account = read.account_by_contact(row.source.handle) if answer and row.source else None
    if answer is None or account is None:
        return False
    viewer = alerting.account_viewer(account)
    refs = answer.alerts or _only_one(account, now)
    counted = [ref for ref in refs if _counts(viewer, account, ref, now, through=row.channel)]
    is_asked_back = not answer.alerts and len(refs) != 1 and len(read.told_and_unanswered(account.username)) > 1
    return (bool(counted) or is_asked_back) and not answer.says_more


def _only_one(account: Any, now: datetime) -> tuple[str, ...]:
    """Return the one alert that a bare OK can mean; where it can mean several, ask which."""
    waiting = read.told_and_unanswered(account.username)
    if len(waiting) > 1:
        write.put_out(
            f"which:{account.username}:{now:%Y-%m-%dT%H:%M}",
            purpose="question",
            code="outgoing.which_alert",
            facts={"refs": [alert.ref for alert in waiting[:5]]},
            created_at=now,
            account=account,
            language=account.language,
        )
        return ()
    return tuple(alert.ref for alert in waiting)


def _counts(viewer: Viewer, account: Any, ref: str, now: datetime, *, through: str) -> bool:
    try:
        alert = found_or_refuse(read.alert_row(viewer, ref), "alert")
        asked = read.addressee(alert, account.username)
        found_or_refuse(asked if asked and asked.told_at and not asked.withheld else None, "alert")
        alerting.acknowledge(viewer, ref, now=now, through=through[:16])
    except Refused:
        record.note_refusal(viewer, "acknowledge", ref, at=now)
        return False
    except Refusal as late:
        record.note_refusal(viewer, "acknowledge", ref, at=now)
        # An answer to an alert that is over changes nothing, and is no report either.
        return any(because.code == "refused.alert_closed" for because in late.reasons)
    return True
