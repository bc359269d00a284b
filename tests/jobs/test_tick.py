"""The worker as a process: it does what is due, survives a fault of the database, and stops when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django import db
from django.db import InterfaceError, OperationalError, connection

from tests.store import rows
from tocsin.core.reference.results import Hidden
from tocsin.jobs import tick
from tocsin.services import intake, work
from tocsin.store import durability
from tocsin.store.models import AuditEntry, OutgoingMessage, Report, SealedEntry, WorkItem
from tocsin.store.writes import alerts, evidence, record

# The worker of the tests reads the tests' own store, and on PostgreSQL a server that is careless on purpose.
WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from tocsin.store import durability
durability.refuse_unless_safe = lambda: None
from tocsin.services import carrying, work
if sys.argv[2:] == ["patient"]:
    # A gateway that stalls does so until the test lets it go on, however slow the machine.
    from datetime import timedelta
    from tocsin.store.writes import record
    carrying.TIMEOUT_S, record.LEASE = 60.0, timedelta(seconds=120)
elif len(sys.argv) > 2:
    import pathlib, time
    def slow(subject, now):
        pathlib.Path(sys.argv[2]).write_text("begun")
        time.sleep(1.5)
    work.STAGES["slow"] = slow
from tocsin.jobs import tick
tick.run()
"""


def wait_for(question: Callable[[], Any], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def worker(lasting: None) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        name = str(connection.settings_dict["NAME"])
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", WORKER, name, *words], env=dict(os.environ), stderr=subprocess.PIPE, text=True
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def stop(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=90)
    return process.returncode, said


def test_the_worker_does_what_is_due_seals_the_log_and_stops_when_asked(worker):
    rows.place("P-1", name="Malka")
    intake.receive(rows.sms("Armed men attack Malka, 3 dead"), now=datetime.now(UTC))

    process = worker()
    wait_for(lambda: Report.objects.filter(incident__isnull=False).exists())
    wait_for(lambda: SealedEntry.objects.exists())
    code, said = stop(process)

    assert (code, said) == (0, "")
    assert f":{process.pid}:" in WorkItem.objects.get(verb="read").worker
    assert AuditEntry.objects.filter(verb="read").exists()


def test_what_is_in_hand_is_finished_before_the_worker_stops(worker, tmp_path):
    record.enqueue("slow", "M-000001", run_at=datetime.now(UTC))

    process = worker(str(tmp_path / "begun"))
    wait_for((tmp_path / "begun").exists)
    code, _ = stop(process)

    assert code == 0
    assert WorkItem.objects.get().done_at is not None


def test_what_a_killed_worker_had_in_hand_is_done_by_the_next_when_the_lease_is_over(worker, tmp_path):
    record.enqueue("slow", "M-000001", run_at=datetime.now(UTC))
    process = worker(str(tmp_path / "begun"))
    wait_for((tmp_path / "begun").exists)

    process.kill()
    process.wait()
    left = WorkItem.objects.get()
    done: list[str] = []
    work.STAGES["slow"] = lambda subject, now: done.append(subject)  # type: ignore[index]  # the table is read-only but to tests
    try:
        early = work.do_next("two", now=datetime.now(UTC), wall=left.lease_until)
        late = work.do_next("two", now=datetime.now(UTC), wall=left.lease_until + rows.minutes(1))
    finally:
        del work.STAGES["slow"]  # type: ignore[attr-defined]  # the same

    assert (left.done_at, early, late, done) == (None, False, True, ["M-000001"])


def test_what_a_killed_worker_had_in_hand_is_taken_back_at_once_on_its_own_host(worker, tmp_path):
    record.enqueue("slow", "M-000001", run_at=datetime.now(UTC))
    process = worker(str(tmp_path / "begun"))
    wait_for((tmp_path / "begun").exists)
    host = WorkItem.objects.get().worker.partition(":")[0]

    while_it_lives = work.free_of_the_dead(host, tick._is_living)
    process.kill()
    wait_for(lambda: not tick._mark_of(process.pid))
    on_another_host = work.free_of_the_dead(f"not-{host}", tick._is_living)
    as_a_zombie = work.free_of_the_dead(host, tick._is_living)
    process.wait()

    assert (while_it_lives, on_another_host, as_a_zombie) == (0, 0, 1)
    assert WorkItem.objects.get().lease_until is None


def test_a_later_process_by_the_same_number_is_not_taken_for_the_dead_worker():
    mine = tick._mark_of(os.getpid())

    assert tick._is_living(f"host:{mine}")
    assert not tick._is_living(f"host:{os.getpid()}:1")
    assert tick._is_living("command")


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_database_that_is_away_does_not_end_the_worker(monkeypatch, capsys, fault):
    calls: list[int | str] = []

    def do_some(*args: Any, **kwargs: Any) -> int:
        if kwargs["verbs"] == work.LEAVING:
            return 0
        calls.append(1)
        if calls == [1]:
            raise fault("server closed the connection: +999 000 0101")
        signal.raise_signal(signal.SIGTERM)
        return 0

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(work, "do_some", do_some)
    monkeypatch.setattr(work, "free_of_the_dead", lambda host, living: 0)
    monkeypatch.setattr(work, "seal_audit", lambda now: 0)
    monkeypatch.setattr(durability, "refuse_unless_safe", lambda: None)
    monkeypatch.setattr(tick, "PAUSE_S", 0)
    monkeypatch.setattr(db, "close_old_connections", lambda: calls.append("closed"))
    monkeypatch.setattr(tick, "SENDERS", 1)
    try:
        tick.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert calls == [1, "closed", 1]
    said = capsys.readouterr().err
    assert fault.__name__ in said
    assert "999" not in said


def test_the_worker_does_not_start_on_a_careless_store(monkeypatch):
    def careless() -> None:
        raise durability.Unsafe("careless")

    monkeypatch.setattr(durability, "refuse_unless_safe", careless)

    with pytest.raises(SystemExit, match="careless"):
        tick.run()


def test_a_gateway_that_stalls_holds_up_neither_reading_nor_escalation(worker, fake_gateway):
    now = datetime.now(UTC)
    fake_gateway.register(now=now).behave("stall")
    source = evidence.source_of(Hidden(rows.NUMBER))
    for number in range(tick.SENDERS):
        alerts.put_out(
            f"feedback:{number}",
            purpose="feedback",
            code="outgoing.feedback",
            facts={"ref": "M-1"},
            created_at=now,
            source=source,
        )
    process = worker("patient")
    wait_for(lambda: len(fake_gateway.asked) == tick.SENDERS)

    intake.receive(rows.sms("Armed men attack Malka, 3 dead"), now=datetime.now(UTC))
    wait_for(lambda: Report.objects.exists())
    unsent = OutgoingMessage.objects.filter(sent_at=None, purpose="feedback").count()
    fake_gateway.go_on.set()
    wait_for(lambda: not OutgoingMessage.objects.filter(sent_at=None).exists())
    code, said = stop(process)

    assert unsent == tick.SENDERS
    assert (code, said) == (0, "")
    assert len(fake_gateway.ids) >= tick.SENDERS
