"""Keep the rota: who has the watch, who is away, and who takes over from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts import rota as rules
from tocsin.core.alerts.types import OnDuty, Shift
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Priority
from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import alerts as read_alerts
from tocsin.store.queries import duty as read
from tocsin.store.writes import duty as write
from tocsin.store.writes import record

LONGEST: Final = timedelta(days=60)


def enter(
    viewer: Viewer,
    account: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    sector: str = "",
    is_absence: bool = False,
) -> Any:
    """Enter a watch or an absence; whoever keeps a watch may enter their own, the lead anybody's.

    Raises
    ------
    Refusal
        With every entry it cannot stand beside.
    """
    with transaction.atomic():
        row = _keeper(viewer, account)
        wanted = Shift(account, sector or row.sector, starts_at, ends_at, is_absence)
        beside = read.shifts_between(starts_at, ends_at) if ends_at > starts_at else ()
        reasons = rules.conflicts(wanted, beside, as_of=now)
        if reasons:
            raise Refusal(*reasons)
        made = write.enter(row, wanted, by=viewer.account, at=now)
        verb = "absence_entered" if is_absence else "watch_entered"
        record.note_many(viewer, verb, [f"account:{account}"], at=now)
        return made


def hand_over(viewer: Viewer, number: int, *, to: str, now: datetime) -> Any:
    """Hand a watch over, from now or from its start, to somebody who is free then; nobody is without a watch between."""
    with transaction.atomic():
        shift = found_or_refuse(read.shift_row(number), "shift")
        _keeper(viewer, shift.account.username)
        taker = _keeper(viewer, to, is_taker=True)
        since = max(now, shift.starts_at)
        if shift.is_absence or shift.ends_at <= now:
            raise Refusal(Because("rota.is_over"))
        wanted = Shift(to, shift.sector, since, shift.ends_at)
        reasons = rules.conflicts(wanted, read.shifts_between(since, shift.ends_at), as_of=now)
        if reasons:
            raise Refusal(*reasons)
        write.cut(shift, ends_at=since)
        made = write.enter(taker, wanted, by=viewer.account, at=now)
        record.note_many(viewer, "watch_handed_over", [f"account:{shift.account.username}", f"account:{to}"], at=now)
        return made


def take_out(viewer: Viewer, number: int, *, now: datetime) -> None:
    """Take an entry out of the rota; one that has begun ends now, and what was stays on record."""
    with transaction.atomic():
        shift = found_or_refuse(read.shift_row(number), "shift")
        _keeper(viewer, shift.account.username)
        if shift.ends_at <= now:
            raise Refusal(Because("rota.is_over"))
        write.cut(shift, ends_at=max(now, shift.starts_at))
        record.note_many(viewer, "watch_taken_out", [f"account:{shift.account.username}"], at=now)


def set_deputy(viewer: Viewer, account: str, *, deputy: str, now: datetime) -> None:
    """Name who stands in where nobody of the rung has the watch; empty takes the deputy away."""
    with transaction.atomic():
        row = _keeper(viewer, account)
        stands_in = _keeper(viewer, deputy, is_taker=True) if deputy else None
        if stands_in is not None and stands_in.username == account:
            raise Refusal(Because("rota.own_deputy"))
        write.set_deputy(row, stands_in)
        record.note_many(viewer, "deputy_named", [f"account:{account}"], at=now)


def set_habits(
    viewer: Viewer,
    account: str,
    *,
    quiet_from: time | None,
    quiet_until: time | None,
    wakes_for: Priority,
    speaks: Sequence[str],
    now: datetime,
) -> None:
    """Write when somebody is not to be woken, for what they are all the same, and the languages they speak."""
    with transaction.atomic():
        row = _keeper(viewer, account)
        if (quiet_from is None) != (quiet_until is None):
            raise Refusal(Because("rota.quiet_needs_both"))
        codes = [code.strip().lower() for code in speaks if code.strip()]
        if any(not code.isalpha() or len(code) > 3 for code in codes):
            raise Refusal(Because("rota.no_language_code"))
        write.set_habits(
            row, quiet_from=quiet_from, quiet_until=quiet_until, wakes_for=wakes_for.value, speaks=codes[:12]
        )
        record.note_many(viewer, "habits_written", [f"account:{account}"], at=now)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has the watch at a moment, and who is away."""

    on_duty: tuple[OnDuty, ...]
    away: tuple[str, ...]


def standing(viewer: Viewer, *, as_of: datetime) -> Standing:
    """Return who has the watch at a moment, and who is away."""
    access.require(viewer, "read", "rota")
    away = (name for name, watch in read.watches_at(as_of).items() if watch.is_away)
    return Standing(read.on_duty(as_of), tuple(sorted(away)))


def stretch(viewer: Viewer, *, since: datetime, until: datetime) -> tuple[tuple[Shift, ...], tuple[Any, ...]]:
    """Return the entries of the rota that touch a stretch of time, and where nobody has the watch.

    Raises
    ------
    Refusal
        When it ends before it begins, or is longer than 60 days.
    """
    access.require(viewer, "read", "rota")
    if not timedelta(0) < until - since <= LONGEST:
        raise Refusal(Because("rota.period"))
    return read.shifts_between(since, until), holes(viewer, since=since, until=until)


def keeper(viewer: Viewer, account: str) -> Any:
    """Return an account that can have the watch, with its habits, if the viewer may write its rota."""
    return _keeper(viewer, account)


def holes(viewer: Viewer, *, since: datetime, until: datetime) -> tuple[Any, ...]:
    """Return where nobody has the watch, as far as a rota is kept at all."""
    margin = timedelta(days=15)
    shifts = read.shifts_between(since - margin, until + margin)
    if not any(not one.is_absence for one in shifts):
        return ()
    return rules.holes(shifts, read.sectors(), since=since, until=until)


def _keeper(viewer: Viewer, account: str, *, is_taker: bool = False) -> Any:
    """Return an account that can have the watch, if the viewer may write its rota."""
    row = read_alerts.account(account)
    known = {one.username for one in read.keepers(viewer)}
    if row is None or account not in known:
        raise Refusal(Because("rota.keeps_no_watch"))
    if not is_taker and account != viewer.account:
        access.require(viewer, "change", "rota")
    access.require(viewer, "read", "rota")
    return row
