"""The worker: what fails stays visible and stops nothing; what is killed is done again, once."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import intake, work
from tocsin.store import steady
from tocsin.store.models import Addressee, Message, Report, WorkItem
from tocsin.store.queries import evidence
from tocsin.store.writes import record

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT


class Broken(Exception):
    """The reader meets something it cannot digest."""


@pytest.fixture
def poison(monkeypatch):
    """Let the reader break on one word, until told otherwise."""
    real, broken = intake.read_report, [True]

    def read(message, *args, **kwargs):
        if broken[0] and "poison" in message.text:
            raise Broken
        return real(message, *args, **kwargs)

    monkeypatch.setattr(intake, "read_report", read)
    return broken


def drain(*, after_s: float = 0) -> int:
    moment = NOW + timedelta(seconds=after_s)
    return work.drain("test", now=moment, wall=moment)


def reports() -> list[tuple[str, str]]:
    return [(row.kind, row.priority) for row in evidence.queue(SYSTEM)]


def test_a_message_is_read_weighed_and_judged_in_one_go():
    rows.place("P-1", name="Malka")

    intake.receive(rows.sms("Armed men attack Malka, houses burn, 3 dead"), now=NOW)
    done = drain()

    assert done >= 3
    report = Report.objects.get()
    assert (report.kind, report.place.ref, report.incident is not None) == ("incident", "P-1", True)
    assert not WorkItem.objects.filter(done_at=None, verb__in=["read", "weigh", "alert"]).exists()


def test_a_message_that_breaks_the_reader_is_shown_raw_within_a_minute_and_blocks_nothing(poison, caplog):
    receipt = intake.receive(rows.sms("poison +999 000 0101"), now=NOW)
    intake.receive(rows.sms("all calm today", number="+999 000 0102"), now=NOW)

    with caplog.at_level(logging.ERROR):
        for seconds in range(0, 60, 5):
            drain(after_s=seconds)

    assert ("unread", "P2") in reports()
    assert len(reports()) == 2
    assert WorkItem.objects.get(subject=receipt.ref, verb="read").done_at is None
    assert "999" not in caplog.text
    assert "poison" not in caplog.text


def test_what_was_shown_raw_takes_its_reading_when_the_reader_is_mended(poison):
    rows.place("P-1", name="Malka")
    intake.receive(rows.sms("poison: armed men attack Malka, 3 dead"), now=NOW)
    for seconds in range(0, 60, 5):
        drain(after_s=seconds)

    poison[0] = False
    drain(after_s=3600)

    report = Report.objects.get()
    assert (report.kind, report.place.ref, report.incident is not None) == ("incident", "P-1", True)


def test_what_somebody_has_in_hand_is_not_read_over(poison):
    intake.receive(rows.sms("poison: armed men attack Malka, 3 dead"), now=NOW)
    for seconds in range(0, 60, 5):
        drain(after_s=seconds)
    Report.objects.update(holder="duty")

    poison[0] = False
    drain(after_s=3600)

    assert Report.objects.get().kind == "unread"


def test_a_worker_that_lost_its_lease_leaves_nothing_behind(monkeypatch, caplog):
    record.enqueue("read", "M-000001", run_at=NOW)

    def too_slow(subject, now):
        rows.report()
        WorkItem.objects.update(worker="another", attempts=2)

    monkeypatch.setitem(work.STAGES, "read", too_slow)
    work.do_next("slow", now=NOW, wall=NOW)

    assert not Message.objects.exists()
    assert not Report.objects.exists()
    assert WorkItem.objects.get().done_at is None
    assert "lease lost: read M-000001" in caplog.text


def test_work_done_twice_has_one_effect():
    rows.place("P-1", name="Malka")
    receipt = intake.receive(rows.sms("Armed men attack Malka, houses burn, 3 dead"), now=NOW)
    drain()
    before = (Report.objects.count(), rows.models.Incident.objects.count(), rows.models.Alert.objects.count())

    for verb in ("read", "weigh", "alert"):
        for subject in (receipt.ref, Report.objects.get().ref):
            work.STAGES[verb](subject, NOW)
    WorkItem.objects.update(done_at=None, lease_until=None)
    drain(after_s=1)

    assert (Report.objects.count(), rows.models.Incident.objects.count(), rows.models.Alert.objects.count()) == before
    assert before == (1, 1, 1)


def test_a_thousand_deliveries_leave_one_message_one_report_and_one_alert():
    rows.place("P-1", name="Malka")

    receipts = [intake.receive(rows.sms("Attack on Malka now", vendor_id="8731"), now=NOW) for _ in range(1000)]
    drain()

    assert {(one.ref, one.reply) for one in receipts} == {(receipts[0].ref, receipts[0].reply)}
    assert [one.is_repeat for one in receipts].count(False) == 1
    assert Message.objects.get().repeats == 999
    assert (Report.objects.count(), rows.models.Alert.objects.count()) == (1, 1)


def test_the_worker_tells_when_the_next_thing_falls_due():
    assert work.next_run_at() is None

    record.enqueue("watch", "A-000001", run_at=NOW + timedelta(hours=1))

    assert work.next_run_at() == NOW + timedelta(hours=1)


def test_a_message_that_kills_the_worker_is_put_up_before_it_is_tried_again(monkeypatch):
    class Death(BaseException):
        """What no worker catches."""

    def die(*args, **kwargs):
        raise Death

    monkeypatch.setattr(intake, "read_report", die)
    intake.receive(rows.sms("a text that nobody survives"), now=NOW)

    for life in range(4):
        with pytest.raises(Death):
            work.do_next(f"life {life}", now=NOW, wall=NOW + timedelta(minutes=life))

    assert reports() == [("unread", "P2")]


def test_a_clock_set_back_keeps_no_alert_from_climbing(monkeypatch):
    rows.place("P-1", name="Malka")
    for rung in (0, 1, 2):
        rows.account(f"rung{rung}", rung=rung)
    ahead = NOW + timedelta(days=1)
    clock = [ahead]
    running = [0.0]
    monkeypatch.setattr(work, "_read_last", [])
    monkeypatch.setattr(work, "datetime", type("Clock", (), {"now": staticmethod(lambda zone: clock[0])}))
    monkeypatch.setattr(steady, "reading", [lambda: steady.Beat("boot", running[0])])
    intake.receive(rows.sms("Armed men attack Malka, houses burn, 3 dead"), now=ahead)
    while work.do_next("test", now=ahead):
        pass
    assert told() == ["rung0", "rung1"]

    for minutes in range(0, 25, 5):
        clock[0], running[0] = NOW + timedelta(minutes=minutes), 60.0 * minutes
        while work.do_next("test", now=clock[0]):
            pass

    assert told() == ["rung0", "rung1", "rung2"]
    assert WorkItem.objects.filter(done_at=None, verb="watch").exists()


def told() -> list[str]:
    return [one.account.username for one in Addressee.objects.select_related("account").order_by("account__username")]
