"""Writes of the rota."""

from __future__ import annotations

from datetime import datetime

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
