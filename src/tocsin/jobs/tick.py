"""The worker: does what rows ask for, and seals the audit log every few seconds."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")

PAUSE_S = 0.1
SEAL_EVERY_S = 5.0
LOOK_FOR_DEAD_EVERY_S = 1.0
# So many things can leave at the same time; each waits for a provider some seconds at most.
SENDERS = 3
SENDER_PAUSE_S = 0.2
LONGEST_SENDING_S = 10.0
_LOG = logging.getLogger("tocsin.jobs")


def run() -> None:
    """Work until a signal asks to stop; what is in hand is finished first."""
    import django

    django.setup()
    from django.db import InterfaceError, OperationalError, close_old_connections

    from tocsin.services import intake, work
    from tocsin.store.durability import refuse_unless_safe

    refuse_unless_safe()
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    host = socket.gethostname()[:30]
    name = f"{host}:{_mark_of(os.getpid())}"
    sealed_at = looked_at = 0.0
    senders = [
        threading.Thread(target=_send, args=(name, lambda: stopping), name=f"sender {number}", daemon=True)
        for number in range(SENDERS)
    ]
    # Beside the loop: whoever must be woken at the start is not kept waiting for it.
    threading.Thread(target=intake.learn_words, name="words", daemon=True).start()
    for sender in senders:
        sender.start()
    while not stopping:
        try:
            if time.monotonic() - looked_at > LOOK_FOR_DEAD_EVERY_S:
                work.free_of_the_dead(host, _is_living)
                looked_at = time.monotonic()
            busy = work.do_some(name, now=datetime.now(UTC), verbs=work.at_home())
            if time.monotonic() - sealed_at > SEAL_EVERY_S:
                work.seal_audit(datetime.now(UTC))
                sealed_at = time.monotonic()
        except (OperationalError, InterfaceError) as fault:  # the database is away: what waits in it waits
            _LOG.error("database: %s", type(fault).__name__)
            close_old_connections()
            busy = 0
        if not busy:
            time.sleep(PAUSE_S)
    for sender in senders:
        sender.join(timeout=LONGEST_SENDING_S)


def _send(name: str, is_over: Callable[[], bool]) -> None:
    """Send what must leave until told to stop: a gateway that stalls holds up no reading and no escalation."""
    from django.db import InterfaceError, OperationalError, close_old_connections, connection

    from tocsin.services import work

    while not is_over():
        now = datetime.now(UTC)
        try:
            busy = work.do_some(name, now=now, wall=now, most=1, verbs=work.LEAVING)
        except (OperationalError, InterfaceError) as fault:
            _LOG.error("database: %s", type(fault).__name__)
            close_old_connections()
            busy = 0
        if not busy:
            time.sleep(SENDER_PAUSE_S)
    connection.close()


def _mark_of(pid: int) -> str:
    """Return a process number with the moment it began: a later process by that number is another.

    Empty where no such process is there, or it is dead and only waits to be noticed.
    """
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else f"{pid}:{rest[18]}"


def _is_living(worker: str) -> bool:
    """Return whether a worker of this host is still there; where nothing tells, it is taken for living."""
    mark = worker.partition(":")[2]
    pid = mark.partition(":")[0]
    if not pid.isdecimal() or not Path("/proc/self/stat").exists():
        return True
    return _mark_of(int(pid)) == mark


if __name__ == "__main__":
    run()
