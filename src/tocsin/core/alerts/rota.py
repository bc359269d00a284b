"""The rota: who has the watch, where nobody has it, and which entry cannot stand beside another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from tocsin.core.alerts.types import Hole, Shift, Watch
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because

# Whoever was entered in the rota this near stands in it; for all others the mark "on duty" counts.
_IN_ROTA_FOR: Final = timedelta(days=14)


def watch_of(account: str, shifts: Iterable[Shift], *, marked_on_duty: bool, as_of: datetime) -> Watch:
    """Return whether an account has the watch at `as_of`, and until when.

    The rota counts for those who stand in it; for the others the mark of the account. An absence
    counts above both.

    Examples
    --------
    >>> from datetime import UTC
    >>> six = datetime(2027, 3, 4, 6, tzinfo=UTC)
    >>> early = Shift("duty", "west", six, six + timedelta(hours=8))
    >>> watch_of("duty", [early], marked_on_duty=False, as_of=six).until.hour
    14
    >>> watch_of("duty", [early], marked_on_duty=True, as_of=six + timedelta(hours=8)).has_it
    False
    """
    own = [shift for shift in shifts if shift.account == account]
    away = [shift for shift in own if shift.is_absence and _covers(shift, as_of)]
    if away:
        return Watch(False, is_away=True, until=max(shift.ends_at for shift in away))
    watches = [shift for shift in own if not shift.is_absence]
    now = [shift for shift in watches if _covers(shift, as_of)]
    if now:
        last = _end_without_break(now[0], watches)
        return Watch(True, until=last, sector=now[0].sector)
    stands_in_rota = any(
        shift.ends_at > as_of - _IN_ROTA_FOR and shift.starts_at < as_of + _IN_ROTA_FOR for shift in watches
    )
    return Watch(marked_on_duty and not stands_in_rota)


def holes(shifts: Sequence[Shift], sectors: Sequence[str], *, since: datetime, until: datetime) -> tuple[Hole, ...]:
    """Return each stretch of time in which nobody has the watch of a sector.

    A watch without a sector is of all of them. Whoever is away has no watch.
    """
    return tuple(hole for sector in sectors for hole in _holes_of(sector, shifts, since, until))


def conflicts(wanted: Shift, shifts: Sequence[Shift], *, as_of: datetime) -> tuple[Because, ...]:
    """Return every reason why an entry cannot stand in the rota; none when it can."""
    if wanted.ends_at <= wanted.starts_at:
        return (Because("rota.ends_before_it_starts"),)
    found = []
    longest = timedelta(hours=rules.value("alerts.longest_watch_h", as_of))
    if wanted.ends_at <= as_of:
        found.append(Because("rota.is_over"))
    if not wanted.is_absence and wanted.ends_at - wanted.starts_at > longest:
        found.append(Because("rota.too_long", {"hours": longest // timedelta(hours=1)}))
    found += [
        _conflict(wanted, other)
        for other in shifts
        if other.account == wanted.account and other.number != wanted.number and _meet(wanted, other)
    ]
    return tuple(found)


def _conflict(wanted: Shift, other: Shift) -> Because:
    code = "rota.is_away" if other.is_absence else "rota.has_watch_then"
    return Because(code, {"since": _hour(other.starts_at), "until": _hour(other.ends_at), "account": wanted.account})


def _hour(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _covers(shift: Shift, moment: datetime) -> bool:
    return shift.starts_at <= moment < shift.ends_at


def _meet(one: Shift, other: Shift) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _end_without_break(first: Shift, watches: Sequence[Shift]) -> datetime:
    end = first.ends_at
    for shift in sorted(watches, key=lambda one: one.starts_at):
        if shift.starts_at <= end:
            end = max(end, shift.ends_at)
    return end


def _holes_of(sector: str, shifts: Sequence[Shift], since: datetime, until: datetime) -> list[Hole]:
    watches = [one for one in shifts if not one.is_absence and (not one.sector or one.sector == sector)]
    edges = sorted(
        {since, until, *(edge for one in shifts for edge in (one.starts_at, one.ends_at) if since < edge < until)}
    )
    found: list[Hole] = []
    for start, end in pairwise(edges):
        if any(_covers(one, start) and not _is_away(one.account, shifts, start) for one in watches):
            continue
        if found and found[-1].ends_at == start:
            found[-1] = Hole(sector, found[-1].starts_at, end)
        else:
            found.append(Hole(sector, start, end))
    return found


def _is_away(account: str, shifts: Sequence[Shift], moment: datetime) -> bool:
    return any(one.is_absence and one.account == account and _covers(one, moment) for one in shifts)
