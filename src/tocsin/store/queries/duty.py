"""Reads of the rota: who has the watch now, and who has it when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from tocsin.core.alerts.rota import watch_of
from tocsin.core.alerts.types import OnDuty, Shift, Watch
from tocsin.core.reference.terms import Component, Role
from tocsin.core.reference.viewer import Viewer
from tocsin.store.models import Account, DutyShift

_FAR = timedelta(days=15)
# Roles that have a watch: they are woken by alerts, or speak with callers.
KEEPS_WATCH = (
    Role.DUTY_OFFICER,
    Role.FIELD_LIAISON,
    Role.PROTECTION_LEAD,
    Role.COMPONENT_PLANNER,
    Role.RESOURCE_ALLOCATOR,
)


def on_duty(as_of: datetime) -> tuple[OnDuty, ...]:
    """Return who has the watch at `as_of`, the first rung first.

    The rota counts for those who stand in it; for the others the mark "on duty" of the account.
    """
    watches = watches_at(as_of)
    return tuple(
        _on_duty(row, watches[row.username])
        for row in _keepers().order_by(F("rung").asc(nulls_last=True), "sector", "username")
        if watches[row.username].has_it
    )


def watches_at(as_of: datetime) -> dict[str, Watch]:
    """Return what the rota says of every active account at `as_of`."""
    shifts = shifts_between(as_of - _FAR, as_of + _FAR)
    return {
        row.username: watch_of(row.username, shifts, marked_on_duty=row.on_duty, as_of=as_of)
        for row in Account.objects.filter(is_active=True)
    }


def shifts_between(since: datetime, until: datetime) -> tuple[Shift, ...]:
    """Return the watches and absences that touch a stretch of time, the first first."""
    rows = DutyShift.objects.filter(ends_at__gt=since, starts_at__lt=until, account__is_active=True)
    return tuple(shift_value(row) for row in rows.select_related("account").order_by("starts_at", "pk"))


def shift_row(number: int) -> DutyShift | None:
    """Return one entry of the rota."""
    return DutyShift.objects.select_related("account").filter(pk=number).first()


def keepers(viewer: Viewer) -> list[Account]:
    """Return the accounts that can have the watch, the first rung first."""
    return list(_keepers().select_related("deputy").order_by(F("rung").asc(nulls_last=True), "sector", "username"))


def sectors() -> tuple[str, ...]:
    """Return the sectors that have somebody of their own; one empty name where there is none."""
    named = _keepers().exclude(sector="").values_list("sector", flat=True).distinct().order_by("sector")
    return tuple(named) or ("",)


def shift_value(row: DutyShift) -> Shift:
    """Return an entry of the rota as the rules see it."""
    return Shift(row.account.username, row.sector, row.starts_at, row.ends_at, row.is_absence, row.pk)


def _keepers() -> QuerySet[Account]:
    return Account.objects.filter(is_active=True, role__in=[role.value for role in KEEPS_WATCH])


def _on_duty(row: Account, watch: Watch) -> OnDuty:
    return OnDuty(
        account=row.username,
        title=row.title,
        role=Role(row.role),
        component=Component(row.component),
        sector=watch.sector or row.sector,
        speaks=tuple(row.speaks),
        rung=row.rung,
        until=watch.until,
    )
