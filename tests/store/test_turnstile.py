"""Writers of SQLite stand in line: none is passed over for ever, and a dead one holds nobody up."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest
from django.db import connection, transaction

from tests.store import rows
from tests.store.lasting import together
from tocsin.store.models import WorkItem
from tocsin.store.writes import record

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a line of its own")
NOW = rows.NIGHT


def write_without_pause(until: threading.Event) -> None:
    while not until.is_set():
        with transaction.atomic():
            time.sleep(0.02)


def test_who_writes_now_and_then_is_not_passed_over_by_who_writes_without_pause(lasting):
    done, waits = threading.Event(), []

    def now_and_then() -> None:
        for number in range(20):
            began = time.monotonic()
            record.enqueue("read", f"M-{number:06d}", run_at=NOW)
            waits.append(time.monotonic() - began)
        done.set()

    together(now_and_then, lambda: write_without_pause(done), lambda: write_without_pause(done))

    assert WorkItem.objects.count() == 20
    assert max(waits) < 2


def test_a_turn_ends_with_the_process_that_had_it(lasting):
    child = os.fork()
    if child == 0:
        with transaction.atomic():
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)

    record.enqueue("read", "M-000001", run_at=NOW)

    assert WorkItem.objects.count() == 1


def test_a_turn_is_given_back_when_what_was_begun_fails(lasting):
    with pytest.raises(KeyError), transaction.atomic():
        raise KeyError

    assert together(lambda: record.enqueue("read", "M-000001", run_at=NOW)) == [None]
    assert connection._turn is None
