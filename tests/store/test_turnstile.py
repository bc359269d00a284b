"""Writers of SQLite stand in line: none is passed over for ever, and a dead one holds nobody up."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time

import pytest
from django.db import connection, transaction

from tests.store import rows
from tests.store.lasting import together
from tocsin.store.models import WorkItem
from tocsin.store.sqlite.base import DatabaseWrapper
from tocsin.store.writes import record

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a line of its own")
NOW = rows.NIGHT


def write_without_pause(until: threading.Event, turns: list[None]) -> None:
    while not until.is_set():
        with transaction.atomic():
            turns.append(None)
            time.sleep(0.02)


def test_who_writes_now_and_then_is_not_passed_over_by_who_writes_without_pause(lasting):
    done, turns, passed_over = threading.Event(), [], []

    def now_and_then() -> None:
        for number in range(20):
            before = len(turns)
            record.enqueue("read", f"M-{number:06d}", run_at=NOW)
            passed_over.append(len(turns) - before)
        done.set()

    together(now_and_then, lambda: write_without_pause(done, turns), lambda: write_without_pause(done, turns))

    assert WorkItem.objects.count() == 20
    # Who had the turn stands behind again, so those before this writer are few.
    assert max(passed_over) <= 8


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


def the_turn_is_free() -> bool:
    """Return whether a writer who came now would get the turn at once."""
    with open(f"{connection.settings_dict['NAME']}-turn", "a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_a_writer_holds_the_turn_from_begin_to_end(lasting):
    with transaction.atomic():
        while_writing = the_turn_is_free()

    assert (while_writing, the_turn_is_free()) == (False, True)


def test_without_the_turnstile_nobody_waits_for_a_turn(lasting, monkeypatch):
    """Twin: a writer that takes no turn leaves it to whoever comes, and then the quickest goes first."""
    monkeypatch.setattr(DatabaseWrapper, "_take_turn", lambda self: None)

    with transaction.atomic():
        assert the_turn_is_free()
