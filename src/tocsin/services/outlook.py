"""The outlook as pages, API and command line show it: worked out once from the mission's own ledger, then kept.

It is made from everything on record, and what of it a viewer sees is settled afterwards: a surge is the same
for everybody, its evidence only for who may open it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts.budget import Alarm, SentOut, within_budget
from tocsin.core.forecast.outlook.chances import PlaceChance
from tocsin.core.forecast.outlook.ledger import Ledger
from tocsin.core.forecast.outlook.surges import Surge, Told
from tocsin.core.forecast.outlook.terms import Terms
from tocsin.core.forecast.outlook.whole import Outlook, outlook
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import Outlet, RaisedBy
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services.local_time import mission_offset
from tocsin.services.matrix import GOOD_FOR, JUST_NOW, Shelf
from tocsin.store import access
from tocsin.store.queries import evidence, places
from tocsin.store.queries import matrix as read_matrix
from tocsin.store.queries import outlook as read
from tocsin.store.writes import record

# The same luck for everybody: two people at one table never read two different chances.
SEED: Final = 20_050

# As far back as the silence of a place is judged by its own past.
_HEARD_DAYS: Final = timedelta(days=365)

_shelf = Shelf()


@dataclass(frozen=True, slots=True)
class Telling:
    """A surge with where the budget lets it go, and why; `told_on` is the day on which it first could."""

    surge: Surge
    outlet: Outlet
    told_on: date | None
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An outlook to show. `stamp` is what the store held when it was made; `is_partial`: not all is the viewer's."""

    outlook: Outlook
    tellings: tuple[Telling, ...]
    made_at: datetime
    stamp: tuple[Any, ...]
    is_partial: bool = False

    @property
    def today(self) -> date:
        """The last day that counts, by the mission's clock."""
        return date.fromordinal(self.outlook.today)


def forget() -> None:
    """Forget every outlook this process holds."""
    _shelf.clear()


def show(viewer: Viewer, *, as_of: datetime | None, now: datetime, afresh: bool = False) -> Shown:
    """Return the outlook as the viewer may see it at `as_of` (None: the present).

    The present is kept while nothing was written, and for a quarter of an hour whatever was; a past moment
    while nothing was written. `afresh` works the present out again.
    """
    access.require(viewer, "read", "outlook")
    found = _past(as_of, now) if as_of is not None else _present(now, afresh=afresh)
    with transaction.atomic():
        record.note_many(viewer, "outlook_read", [], at=now)
    allowed = read_matrix.places_open_to(viewer)
    return _without_hidden_events(viewer, found if allowed is None else _narrowed(found, allowed))


def _without_hidden_events(viewer: Viewer, found: Shown) -> Shown:
    """Leave out the events behind a chance that the viewer may not open: an age and a distance name them too.

    Their share of the chance goes to what is not explained.
    """
    chances = found.outlook.chances
    seen = read_matrix.refs_open_to(viewer, {driver.ref for one in chances.found for driver in one.drivers})
    left = tuple(_explained_by(one, seen) for one in chances.found)
    return replace(found, outlook=replace(found.outlook, chances=replace(chances, found=left)))


def _explained_by(one: PlaceChance, seen: frozenset[str]) -> PlaceChance:
    hidden = tuple(driver for driver in one.drivers if driver.ref not in seen)
    if not hidden:
        return one
    refs = {driver.ref for driver in hidden}
    return replace(
        one,
        drivers=tuple(driver for driver in one.drivers if driver.ref in seen),
        unexplained_share=one.unexplained_share + sum(driver.share for driver in hidden),
        reasons=tuple(why for why in one.reasons if why.code != "outlook.driver" or not refs & set(why.evidence)),
    )


def work_out(as_of: datetime, now: datetime, *, plain: bool = False) -> Shown:
    """Return the outlook at `as_of` for the whole mission, from what was known then."""
    stamp = read_matrix.store_stamp()
    since = as_of - timedelta(days=Terms.at(as_of).memory_days)
    ledger = Ledger(
        incidents=evidence.incidents_known(SYSTEM, as_of=as_of, since=since),
        found_by=read.found_by(SYSTEM, as_of=as_of, since=since),
        settlements=places.settlements(SYSTEM),
        heard=read.heard_from(SYSTEM, as_of=as_of, since=as_of - _HEARD_DAYS),
        zone=mission_offset(),
    )
    found = outlook(ledger, as_of=as_of, seed=SEED, plain=plain)
    return Shown(found, tellings(found), now, stamp)


def tellings(found: Outlook) -> tuple[Telling, ...]:
    """Return where each surge of today goes by the budget of its sector and week, once an episode, and why.

    What went out before is worked out from the episodes of the last days, as they were told then. Nothing that
    a community or a person tells is counted or held back here.
    """
    settled = _settled(found)
    return tuple(_telling(one, found, settled) for one in found.surges.found)


def _settled(found: Outlook) -> dict[tuple[int, frozenset[str]], Judged[Outlet]]:
    """Return where each episode that began lately went, in the order in which they began."""
    days = rules.value("alerts.budget.days", found.as_of)
    lately = [one for one in found.surges.lately if one.first_alarm > found.today - days]
    sent: list[SentOut] = []
    settled: dict[tuple[int, frozenset[str]], Judged[Outlet]] = {}
    for day in sorted({one.first_alarm for one in lately}):
        asking = [one for one in lately if one.first_alarm == day]
        at = min(_end_of(day), found.as_of)
        alarms = [_alarm(number, one) for number, one in enumerate(asking, len(settled) + 1)]
        for one, alarm, judged in zip(asking, alarms, within_budget(alarms, sent, as_of=at), strict=True):
            settled[one.first_alarm, one.places] = judged
            sent.append(SentOut(alarm.ref, alarm.sector, alarm.raised_by, at, judged.value))
    return settled


def _alarm(number: int, one: Told) -> Alarm:
    ref = f"surge {number}"
    return Alarm(ref, one.centre.sector, RaisedBy.MACHINE, one.recurrence_days, one.is_page_worthy)


def _end_of(day: int) -> datetime:
    """Return the last second of a day of the mission's clock."""
    return datetime.combine(date.fromordinal(day), time(23, 59, 59), UTC) - mission_offset()


def _telling(one: Surge, found: Outlook, settled: dict[tuple[int, frozenset[str]], Judged[Outlet]]) -> Telling:
    if one.first_alarm is None:
        facts = {"days": round(one.recurrence_days), "least": found.terms.alert_recurrence_days}
        return Telling(one, Outlet.DIGEST, None, (Because("outlook.below_alert", facts),))
    told_on = date.fromordinal(one.first_alarm)
    for (day, members), judged in settled.items():
        if day == one.first_alarm and members & one.places:
            # The numbers by which the budget tells alarms apart are of no use to a reader.
            reasons = tuple(replace(because, evidence=()) for because in judged.reasons)
            return Telling(one, judged.value, told_on, reasons)
    since = Because("outlook.told_before", {"on": told_on.isoformat()})
    return Telling(one, Outlet.DIGEST, told_on, (since,))


def _narrowed(found: Shown, allowed: frozenset[str]) -> Shown:
    """Return what is left where a viewer may see some places only: a surge that touches another is left out."""
    whole = found.outlook
    tellings_left = tuple(one for one in found.tellings if one.surge.places <= allowed)
    left = replace(
        whole,
        surges=replace(whole.surges, found=tuple(one.surge for one in tellings_left), lately=()),
        alarms=tuple(one for one in whole.alarms if one.place.ref in allowed),
        chances=replace(whole.chances, found=tuple(one for one in whole.chances.found if one.place.ref in allowed)),
        heard={ref: one for ref, one in whole.heard.items() if ref in allowed},
        together=(),
        sexual_violence=(),
    )
    return replace(found, outlook=left, tellings=tellings_left, is_partial=True)


def _present(now: datetime, *, afresh: bool) -> Shown:
    def is_good(one: Shown) -> bool:
        age = now - one.made_at
        if afresh:
            return timedelta(0) <= age <= JUST_NOW
        today = (now + mission_offset()).toordinal()
        is_unchanged = one.stamp == read_matrix.store_stamp() and one.outlook.today == today
        return timedelta(0) <= age <= GOOD_FOR or is_unchanged

    return _shelf.or_make(_key("present", now), lambda: work_out(now, now), is_good=is_good)


def _past(as_of: datetime, now: datetime) -> Shown:
    key = (*_key(as_of, as_of), read_matrix.store_stamp())
    return _shelf.or_make(key, lambda: work_out(as_of, now))


def _key(what: Any, as_of: datetime) -> tuple[Any, ...]:
    return ("outlook", what, rules.digest(as_of))
