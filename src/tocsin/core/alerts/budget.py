"""How many area alarms of a machine may reach people: a budget by sector and week. Communities are never held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import Outlet, RaisedBy


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that asks to go out. `weight` says how pressing it is beside others; it is no probability.

    `is_page_worthy` is the judgement of whoever raised it that somebody should be woken.
    """

    ref: str
    sector: str
    raised_by: RaisedBy
    weight: float = 0.0
    is_page_worthy: bool = False


@dataclass(frozen=True, slots=True)
class SentOut:
    """An alarm that went out before, when, and where to."""

    ref: str
    sector: str
    raised_by: RaisedBy
    at: datetime
    outlet: Outlet


def within_budget(asked: Sequence[Alarm], sent: Sequence[SentOut], *, as_of: datetime) -> tuple[Judged[Outlet], ...]:
    """Return where each alarm goes, in the order in which they were asked for, and why.

    The most pressing is served first. What is over the budget is not lost: it waits for the daily
    digest. Only what a machine made of areas is counted and held back; what a community or a person
    told goes out whatever was spent, and spends nothing.

    Parameters
    ----------
    asked : sequence of Alarm
        The alarms of this moment, of any number of sectors.
    sent : sequence of SentOut
        What went out before; older than the budget's days, it no longer counts.

    Notes
    -----
    Source: `alerts.budget.*`.
    Limits: the days move on with every alarm, so that three alarms on a Sunday leave none for Monday.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    >>> surge = [Alarm(f"S-{n}", "east", RaisedBy.MACHINE, weight=n, is_page_worthy=True) for n in range(1, 5)]
    >>> [found.value.value for found in within_budget(surge, [], as_of=noon)]
    ['digest', 'alert', 'alert', 'page']
    """
    days = rules.value("alerts.budget.days", as_of)
    since = as_of - timedelta(days=days)
    counted = [one for one in sent if one.raised_by is RaisedBy.MACHINE and since < one.at <= as_of]
    gone: list[tuple[str, Outlet, str]] = [
        (one.sector, one.outlet, one.ref) for one in counted if one.outlet is not Outlet.DIGEST
    ]
    found: dict[int, Judged[Outlet]] = {}
    for place in sorted(range(len(asked)), key=lambda row: (-asked[row].weight, asked[row].ref)):
        alarm = asked[place]
        found[place] = _ruled(alarm, [one for one in gone if one[0] == alarm.sector], as_of)
        if alarm.raised_by is RaisedBy.MACHINE and found[place].value is not Outlet.DIGEST:
            gone.append((alarm.sector, found[place].value, alarm.ref))
    return tuple(found[place] for place in range(len(asked)))


def _ruled(alarm: Alarm, gone: Sequence[tuple[str, Outlet, str]], as_of: datetime) -> Judged[Outlet]:
    if alarm.raised_by is not RaisedBy.MACHINE:
        by = {"by": f"term.raised_by.{alarm.raised_by.value}"}
        outlet = Outlet.PAGE if alarm.is_page_worthy else Outlet.ALERT
        return Judged(outlet, (Because("budget.never_held_back", by, (alarm.ref,)),))
    most, pages = (int(rules.value(f"alerts.budget.{name}", as_of)) for name in ("alerts", "pages"))
    days = rules.value("alerts.budget.days", as_of)
    facts = {"sector": alarm.sector or None, "days": days, "most": most, "pages": pages, "gone": len(gone)}
    evidence = tuple(ref for _sector, _outlet, ref in gone)
    if len(gone) >= most:
        return Judged(Outlet.DIGEST, (Because("budget.spent", facts, evidence),))
    woken = sum(outlet is Outlet.PAGE for _sector, outlet, _ref in gone)
    within = Because("budget.within", facts, evidence)
    if not alarm.is_page_worthy:
        return Judged(Outlet.ALERT, (within,))
    if woken >= pages:
        return Judged(Outlet.ALERT, (Because("budget.page_spent", facts, evidence), within))
    return Judged(Outlet.PAGE, (within,))
