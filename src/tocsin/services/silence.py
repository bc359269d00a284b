"""Ask networks whether all is well, notice who is not heard, and wake somebody where silence is an alarm."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from django.db import transaction

from tocsin.core.alerts import silence as rules_of
from tocsin.core.alerts.types import AlertDraft
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Judged
from tocsin.core.reference.terms import AlertState, ImminenceState, Level, NodeState, Priority, Rhythm
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import hotline, waking
from tocsin.services.alerting import account_viewer, policy_at
from tocsin.services.local_time import mission_offset
from tocsin.store.convert.alerts import alert_state
from tocsin.store.queries import alerts as read_alerts
from tocsin.store.queries import duty
from tocsin.store.queries import networks as read
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import networks as write
from tocsin.store.writes import record

_LOG = logging.getLogger("tocsin.silence")
EVERY: Final = timedelta(minutes=10)
# What should have been asked longer ago than this is left out: the next question comes soon enough.
_LATE: Final = timedelta(hours=1)


def keep_watch(now: datetime) -> None:
    """Ask for the next look at the networks; however often this is called, it is one look."""
    slot = now - (now - datetime(2000, 1, 1, tzinfo=UTC)) % EVERY + EVERY
    record.enqueue("silence", "networks", run_at=slot, key=f"silence:{slot:%Y-%m-%dT%H:%M}")


def look(subject: str, now: datetime) -> None:
    """Look once at all networks, and plan the next look in the same transaction."""
    _end_forgotten_drills(now)
    points = read.focal_points(SYSTEM, on=now.date())
    _ask_all(points, now)
    judged = _judge_all(points, now)
    _end_heard(points, judged, now)
    _raise_alarms(points, _begin_silences(points, judged, now), now)
    _remind_of_codes(now)
    hotline.escalate_overdue(now)
    keep_watch(now)


def heard(row: Any, now: datetime) -> None:
    """Take any message of a source as the heartbeat of its nodes, "nothing to report" among them."""
    for point in read.focal_points_of(row.source, on=row.received_at.date()):
        write.answer(point, at=row.received_at, drill=row.drill)
        for ended in write.end_silences([point], at=row.received_at, by=row.ref):
            record.note(SYSTEM, point.ref, "heard_again", at=now, after={"silence": ended.ref, "message": row.ref})


def states(points: Sequence[Any], *, as_of: datetime) -> dict[str, Judged[NodeState]]:
    """Return whether each node is heard, with its reasons, by its reference."""
    zone = timezone(mission_offset())
    return {node.ref: rules_of.judge(node, as_of=as_of, zone=zone) for node in read.nodes(points, as_of=as_of)}


def _judge_all(points: Sequence[Any], now: datetime) -> dict[str, Judged[NodeState]]:
    return states([one for one in points if one.source is not None], as_of=now)


def _begin_silences(points: Sequence[Any], judged: dict[str, Judged[NodeState]], now: datetime) -> list[Any]:
    """Write down every node past its limit; return all silences that last."""
    lasting = {row.focal_point_id: row for row in read.silences(SYSTEM, most=10_000)}
    for point in points:
        found = judged.get(point.ref)
        if found is None or found.value is not NodeState.SILENT or point.pk in lasting:
            continue
        reasons = [because.as_json() for because in found.reasons]
        began_at = point.source.last_heard_at or point.entered_at
        limit_h = float(found.reasons[0].facts["limit"])
        row = write.begin_silence(point, began_at=began_at, at=now, limit_h=limit_h, because=reasons)
        lasting[point.pk] = row
        record.note(SYSTEM, point.ref, "silence_noticed", at=now, after={"silence": row.ref}, reasons=reasons)
    return list(lasting.values())


def _end_heard(points: Sequence[Any], judged: dict[str, Judged[NodeState]], now: datetime) -> None:
    for point in points:
        last = point.source.last_heard_at if point.source else None
        if last is not None and judged[point.ref].value is not NodeState.SILENT:
            for ended in write.end_silences([point], at=last, by="source"):
                record.note(SYSTEM, point.ref, "heard_again", at=now, after={"silence": ended.ref})


def _raise_alarms(points: Sequence[Any], lasting: Sequence[Any], now: datetime) -> None:
    """Open an alert for each group of silences that is an alarm and has none yet."""
    by_ref = {row.focal_point.ref: row for row in lasting}
    nodes = read.nodes(points, as_of=now)
    for group in rules_of.alarms(read.silent_values(lasting), nodes, as_of=now):
        rows = [by_ref[ref] for ref in group.value]
        already = next((row.alert for row in rows if row.alert and row.alert.state != AlertState.CLOSED.value), None)
        fresh = [row for row in rows if row.alert is None]
        if not fresh:
            continue
        alert = already or _open_alert(rows, group.reasons, now)
        for row in fresh:
            write.change(row, alert=alert)
        if already is not None:
            _tell_of_more(already.ref, fresh, group.reasons, now)


def _tell_of_more(ref: str, fresh: Sequence[Any], reasons: tuple[Because, ...], now: datetime) -> None:
    """Write that more nodes fell silent, and tell everybody anew: who had acknowledged knew of fewer."""
    alert = read_alerts.alert_row(SYSTEM, ref, for_change=True)
    if alert is None:
        return
    as_json = [because.as_json() for because in (_named("alert.silence_joined", fresh), *reasons)]
    write_alerts.change_alert(alert, because=[*alert.because, as_json[0]])
    record.note(SYSTEM, ref, "silence_joined", at=now, after=alert_state(alert), reasons=as_json)
    waking.announce_change(alert, now)
    record.enqueue("watch", ref, run_at=now, key=f"watch:{ref}:silence:{now.isoformat()}")


def _named(code: str, rows: Sequence[Any]) -> Because:
    """Return a reason that names the villages of silences, or their nodes where no village is known."""
    refs = tuple(row.focal_point.ref for row in rows)
    places = list(dict.fromkeys(row.focal_point.place.name for row in rows if row.focal_point.place))
    return Because(code, {"nodes": places or list(refs)}, refs)


def _open_alert(rows: Sequence[Any], reasons: tuple[Because, ...], now: datetime) -> Any:
    """Open an alert on silence: nothing is known, so its state is potential and it wakes people all the same."""
    first = next((row.focal_point.place for row in rows if row.focal_point.place), None)
    told = (_named("alert.silence", rows), *reasons)
    draft = AlertDraft(
        place=first.ref if first else None,
        level=Level.YELLOW,
        priority=Priority.P2,
        imminence=ImminenceState.POTENTIAL,
        provisional=True,
        reports=(),
        reasons=told,
        policy_version=policy_at(now).version,
    )
    alert = write_alerts.open_alert(draft, None, None, opened_at=now)
    as_json = [because.as_json() for because in told]
    record.note(SYSTEM, alert.ref, "opened", at=now, after=alert_state(alert), reasons=as_json)
    record.enqueue("watch", alert.ref, run_at=now, key=f"watch:{alert.ref}:0")
    return alert


def _ask_all(points: Sequence[Any], now: datetime) -> None:
    """Ask network by network; the fault of one is written in the log and stops none of the others."""
    for network in {point.network_id: point.network for point in points}.values():
        try:
            with transaction.atomic():
                _ask_network(network, [one for one in points if one.network_id == network.pk], now)
        except Exception as fault:  # noqa: BLE001  one broken network must not silence the watch over all
            _LOG.error("a network could not be asked: %s", type(fault).__name__)


def _ask_network(network: Any, points: Sequence[Any], now: datetime) -> None:
    """Put the question to every node whose hour has come, and to the backup of who did not answer."""
    answer_h = float(rules.value("networks.check_in.answer_hours", now))
    slot = _slot(network, now)
    for point in (one for one in points if one.source is not None):
        if slot is not None:
            ask(point, at=slot, now=now)
        for question in read.unanswered(point):
            if question.backup_asked_at is None and now - question.asked_at > timedelta(hours=answer_h):
                _ask_backup(point, question, now)


def _slot(network: Any, now: datetime) -> datetime | None:
    """Return the hour at which a network is asked in this look, None when it is not due."""
    rhythm, zone = Rhythm(network.rhythm), timezone(mission_offset())
    times = read.check_times(network)
    slot = rules_of.next_check(rhythm, network.check_days, times, after=now - _LATE, zone=zone)
    return slot if slot is not None and slot <= now else None


def ask(point: Any, *, at: datetime, now: datetime, drill: Any = None) -> bool:
    """Put the question whether all is well to one focal point, once for each hour it is due."""
    key = f"check_in:{point.ref}:{drill.ref if drill else at.isoformat()}"
    words = _question(drill)
    if not write_alerts.put_out(key, created_at=now, source=point.source, language=_language(point), **words):
        return False
    write.ask(point, at=at, drill=drill)
    return True


def end_drill(viewer: Viewer, drill: Any, now: datetime, *, reasons: tuple[Because, ...] = ()) -> None:
    """End a drill and tell everybody who was asked in it."""
    write.change(drill, ended_at=now, ended_by=viewer.account)
    for asked in read.drill_check_ins(SYSTEM, drill):
        _tell_it_is_over(asked.focal_point, drill, now)
    facts = {"reasons": [because.as_json() for because in reasons]} if reasons else {}
    record.note(viewer, drill.ref, "drill_ended", at=now, after={"network": drill.network.ref}, **facts)


def _end_forgotten_drills(now: datetime) -> None:
    """End what nobody ended: nobody may go on believing that an alarm is only an exercise."""
    limit_h = float(rules.value("networks.drill.longest_hours", now))
    for drill in read.forgotten_drills(as_of=now):
        end_drill(SYSTEM, drill, now, reasons=(Because("drill.forgotten", {"hours": limit_h}, (drill.ref,)),))


def _tell_it_is_over(point: Any, drill: Any, now: datetime) -> None:
    """Tell a focal point that a drill is over."""
    if point.source is None:
        return
    write_alerts.put_out(
        f"drill_over:{drill.ref}:{point.ref}", purpose="drill", code="outgoing.drill_over", facts={}, created_at=now,
        source=point.source, language=_language(point),
    )  # fmt: skip


def _question(drill: Any) -> dict[str, Any]:
    if drill is None:
        return {"purpose": "check_in", "code": "outgoing.check_in", "facts": {}}
    return {"purpose": "drill", "code": "outgoing.drill", "facts": {"text": drill.text}}


def _language(point: Any) -> str:
    known = [*point.languages, *(point.source.languages if point.source else ())]
    return next((one for one in known if one in ("en", "fr", "ar")), "fr")


def _ask_backup(point: Any, question: Any, now: datetime) -> None:
    write.change(question, backup_asked_at=now)
    backup = point.backup
    if question.drill_id is not None or backup is None or backup.source is None:
        return
    key = f"check_in:{point.ref}:{question.asked_at.isoformat()}:backup"
    write_alerts.put_out(
        key, purpose="check_in", code="outgoing.check_in", facts={}, created_at=now, source=backup.source,
        language=_language(backup),
    )  # fmt: skip


def _remind_of_codes(now: datetime) -> None:
    """Remind who looks after a village's code that it ends soon; a code that stays is a code that is known."""
    ahead = timedelta(days=int(rules.value("networks.code_book.remind_days", now)))
    ending = {
        place: until for place, until in read.places_with_code_books(SYSTEM, as_of=now).items() if until - ahead <= now
    }
    for place, until in ending.items():
        for one in duty.on_duty(now):
            account = read_alerts.account(one.account)
            if account is None or not read.code_books(account_viewer(account), place):
                continue
            write_alerts.put_out(
                f"code_book:{place}:{until.isoformat()}:{account.username}",
                purpose="code_book", code="outgoing.code_book", facts={"place": place, "days": max((until - now).days, 0)},
                created_at=now, account=account, language=account.language,
            )  # fmt: skip
