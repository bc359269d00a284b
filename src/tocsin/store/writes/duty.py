"""Writes of the rota."""

from __future__ import annotations

from datetime import datetime, time

from tocsin.core.alerts.types import Shift
from tocsin.store.models import Account, DutyShift


def enter(account: Account, shift: Shift, *, by: str, at: datetime) -> DutyShift:
    """Enter a watch or an absence."""
    return DutyShift.objects.create(
        account=account,
        sector=shift.sector,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        is_absence=shift.is_absence,
        made_by=by,
        made_at=at,
    )


def cut(row: DutyShift, *, ends_at: datetime) -> None:
    """End an entry earlier; one that never began goes."""
    if ends_at <= row.starts_at:
        row.delete()
        return
    row.ends_at = ends_at
    row.save(update_fields=["ends_at"])


def set_deputy(account: Account, deputy: Account | None) -> None:
    """Name who stands in for somebody."""
    account.deputy = deputy
    account.save(update_fields=["deputy"])


def set_habits(
    account: Account, *, quiet_from: time | None, quiet_until: time | None, wakes_for: str, speaks: list[str]
) -> None:
    """Write somebody's quiet hours, what wakes them all the same, and their languages."""
    account.quiet_from, account.quiet_until = quiet_from, quiet_until
    account.wakes_for, account.speaks = wakes_for, speaks
    account.save(update_fields=["quiet_from", "quiet_until", "wakes_for", "speaks"])
