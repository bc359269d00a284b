"""The worker: does what rows ask for, and seals the audit log every few seconds."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from datetime import UTC, datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")

PAUSE_S = 0.3
SEAL_EVERY_S = 5.0
_LOG = logging.getLogger("tocsin.jobs")


def run() -> None:
    """Work until a signal asks to stop; what is in hand is finished first."""
    import django

    django.setup()
    from django.db import InterfaceError, OperationalError, close_old_connections

    from tocsin.services import work
    from tocsin.store.durability import refuse_unless_safe

    refuse_unless_safe()
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    name = f"{socket.gethostname()[:30]}:{os.getpid()}"
    sealed_at = 0.0
    while not stopping:
        try:
            busy = work.do_next(name, now=datetime.now(UTC))
            if time.monotonic() - sealed_at > SEAL_EVERY_S:
                work.seal_audit(datetime.now(UTC))
                sealed_at = time.monotonic()
        except (OperationalError, InterfaceError) as fault:  # the database is away: what waits in it waits
            _LOG.error("database: %s", type(fault).__name__)
            close_old_connections()
            busy = False
        if not busy:
            time.sleep(PAUSE_S)


if __name__ == "__main__":
    run()
