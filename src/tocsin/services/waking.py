"""Wake: tell those the rules name, climb the ladder on silence, and let no alert be forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.core.alerts import recipients as who
from tocsin.core.alerts.escalation import next_by_two_clocks
from tocsin.core.alerts.types import Person, Recipient, Step, Telling
from tocsin.core.reference.terms import ActorType, AlertState, Level, Priority, Sensitivity
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services.local_time import mission_offset
from tocsin.store import steady
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts as read
from tocsin.store.writes import alerts as write
from tocsin.store.writes import record

# The rung of those off the ladder.
OUTSIDE_RUNG = 99
SHORTEST_PAUSE = timedelta(seconds=10)
_UNANSWERED = (AlertState.OPEN.value, AlertState.DISSEMINATED.value)


def watch(ref: str, now: datetime) -> None:
    """Do what the escalation rules ask for on one alert, and plan the next look.

    There is always a next look while the alert is open: nothing expires by itself.
    """
    alert = read.alert_row(SYSTEM, ref, for_change=True)
    if alert is None or alert.state == AlertState.CLOSED.value:
        return
    write.mark_unreached(alert)
    step = _next(alert, now)
    if step.verb != "wait":
        _carry_out(alert, step, now)
    again = _next(alert, now)
    due = again.due_at if again.verb == "wait" else min(step.due_at or now, now + SHORTEST_PAUSE)
    if due is not None:
        record.plan("watch", ref, run_at=max(due, now), now=now)


def _next(alert: Any, now: datetime) -> Step:
    return next_by_two_clocks(read.waiting(SYSTEM, alert), steady.elapsed(alert.beats), as_of=now)


def _carry_out(alert: Any, step: Step, now: datetime) -> None:
    rung = max(step.rung, alert.rung) if step.verb == "disseminate" else step.rung
    told, reached = address(alert, rung, now, again=step.verb)
    if step.verb == "wake":
        write.let_go(alert, at=now)
    fields: dict[str, Any] = {"nudged_at": now}
    if step.verb == "scream" or not told:
        told += scream(alert, now, already=told)
        fields |= {"screams_since": alert.screams_since or now}
    reasons = [because.as_json() for because in step.reasons]
    if not told:
        # Nobody could be told: the alert stays undelivered, and says so, until somebody can.
        write.change_alert(alert, **fields)
        record.note(SYSTEM, alert.ref, "nobody_to_tell", at=now, after=alert_state(alert), reasons=reasons)
        return
    fields["rung"] = max(reached, alert.rung)
    if step.verb in ("disseminate", "escalate"):
        fields["told_at"] = now
    else:
        fields["reminders"] = alert.reminders + 1
    if alert.state == AlertState.OPEN.value:
        fields["state"] = AlertState.DISSEMINATED.value
    write.change_alert(alert, **fields)
    after = alert_state(alert)
    record.note(SYSTEM, alert.ref, step.verb, at=now, after=after, told=told, rung=reached, reasons=reasons)


def announce_change(alert: Any, now: datetime, *, is_raised: bool = True) -> None:
    """Tell an alert again that was raised or placed elsewhere: to its rungs, and to who had acknowledged it.

    An acknowledgement of the lower level is none of the higher one, so the ladder starts anew; what
    was decided stays decided. The clock of those who had not answered yet goes on as it ran.
    """
    fields: dict[str, Any] = {"raised_at": now} if is_raised else {}
    is_anew = is_raised and alert.decided_at is None and alert.acknowledged_at is not None
    if is_anew:
        fields |= {"acknowledged_at": None, "acknowledged_by": ""}
    if alert.told_at is None and alert.decided_at is None:
        # It was never sent out: the watch that comes next does so, for an alert that nobody has.
        write.change_alert(alert, **fields, **({"state": AlertState.OPEN.value} if is_anew else {}))
        return
    fields["nudged_at"] = now
    if is_anew:
        fields |= {"told_at": now, "state": AlertState.DISSEMINATED.value}
    told, reached = address(alert, max(alert.rung, 0), now, again="raised")
    rows = {one.account.username: one for one in read.addressees(SYSTEM, alert)}
    barred = who.withheld_from(telling_of(alert, now), [person for _, person in read.people(now)])
    for name in sorted(set(rows) - set(told) - {found.person for found in barred}):
        if rows[name].acknowledged_at is not None and rows[name].withheld is None:
            _tell_one(alert, rows[name].account, Recipient(name, rows[name].rung), now, again="raised")
            told.append(name)
    write.change_alert(alert, rung=max(reached, alert.rung), **fields)
    record.note(SYSTEM, alert.ref, "told_again", at=now, after=alert_state(alert), told=told, rung=reached)


def address(alert: Any, rung: int, now: datetime, *, again: str) -> tuple[list[str], int]:
    """Put everyone whom the rules name on the alert's list and in the outgoing box.

    Returns who was told, and the highest rung of the ladder among them.
    """
    rows = {person.ref: (row, person) for row, person in read.people(now)}
    everybody = [person for _, person in rows.values()]
    ladder = [person for person in everybody if person.rung >= 0]
    telling = telling_of(alert, now)
    wanted = who.recipients(telling, ladder, rung=rung, deputies=everybody, as_of=now)
    told, reached = [], rung
    for found in wanted:
        account = rows[found.person][0]
        if found.withheld is not None:
            write.withhold(alert, account, rung=found.rung, why=found.withheld)
        elif found.held_until is not None:
            write.hold_back(alert, account, rung=found.rung, until=_next_hour(found, now))
        else:
            _tell_one(alert, account, found, now, again=again)
            told.append(found.person)
            reached = max(reached, found.rung)
    if again in ("disseminate", "raised"):
        told += _tell_off_ladder(alert, telling, rows, now, again=again)
    return told, reached


def _tell_off_ladder(
    alert: Any, telling: Telling, rows: dict[str, tuple[Any, Person]], now: datetime, *, again: str
) -> list[str]:
    """Tell those whom the mission wants told for their knowledge, and write who is passed over and why."""
    outside = [person for _, person in rows.values() if person.rung < 0]
    for found in who.withheld_from(telling, [person for person in outside if person.actor]):
        if found.withheld is not None:
            write.withhold(alert, rows[found.person][0], rung=OUTSIDE_RUNG, why=found.withheld)
    chosen = who.also_told(telling, outside, as_of=now)
    for found in chosen:
        _tell_one(alert, rows[found.person][0], found, now, again=again)
    return [found.person for found in chosen]


def scream(alert: Any, now: datetime, *, already: Iterable[str] = ()) -> list[str]:
    """Tell every desk that may read the alert, for nobody on the ladder answers; return whom."""
    people = {person.ref: person for _, person in read.people(now)}
    telling = telling_of(alert, now)
    told = []
    for account in read.who_may_see(alert):
        person = people.get(account.username)
        if account.username in already or (person and who.withheld_from(telling, [person])):
            continue
        rung = account.rung if account.rung is not None else OUTSIDE_RUNG
        _tell_one(alert, account, Recipient(account.username, rung), now, again="scream")
        told.append(account.username)
    return told


def _tell_one(alert: Any, account: Any, found: Recipient, now: datetime, *, again: str) -> None:
    rung = found.rung if found.rung >= 0 else OUTSIDE_RUNG
    write.tell(alert, account, rung=rung, at=now, stands_in_for=found.stands_in_for)
    place = alert.place.name if alert.place else alert.place_text
    write.put_out(
        f"alert:{alert.ref}:{account.username}:{again}:{now.isoformat(timespec='milliseconds')}",
        purpose="alert",
        code=f"outgoing.alert.{again}",
        facts={
            "ref": alert.ref,
            "level": f"term.level.{alert.level}",
            "priority": alert.priority,
            "place": place if alert.secrecy <= 2 else "",
            "state": f"term.imminence_state.{alert.imminence}",
        },
        created_at=now,
        account=account,
        alert=alert,
        language=account.language,
    )


def _next_hour(found: Recipient, now: datetime) -> datetime:
    """Return when it is next the hour at which somebody's quiet time ends."""
    assert found.held_until is not None
    local = now + mission_offset()
    end = datetime.combine(local.date(), found.held_until, UTC)
    return (end if end > local else end + timedelta(days=1)) - mission_offset()


def telling_of(alert: Any, now: datetime) -> Telling:
    """Return what decides who is told of an alert."""
    reports = read.reports_of_alert(SYSTEM, alert)
    return Telling(
        level=Level(alert.level),
        sector=alert.sector,
        sensitivity=Sensitivity(alert.sensitivity),
        priority=Priority(alert.priority),
        local_time=(now + mission_offset()).time(),
        alleged=tuple(sorted({*alert.actors, *(row.actor_name for row in reports if row.actor_name)})),
        alleged_types=tuple(ActorType(row.actor_type) for row in reports if row.actor_type),
        flags=tuple(sorted({flag for row in reports for flag in row.flags})),
    )
