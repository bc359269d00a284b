"""The SQLite of Django, with a turnstile before its writers.

SQLite lets one write at a time, and whoever comes meanwhile sleeps and tries again, up to a tenth of a
second at a time. A worker that writes without pause is never found idle by them, so that a gateway's
call waited twenty seconds and was turned away. A lock of the system wakes the next in line at once, and
is gone with the process that held it, however that ended.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that takes its turn before it begins to write, and gives it back when it has."""

    _turn: int | None = None
    transaction_mode: str | None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # its types do not know Django's inner methods
        except BaseException:
            self._give_back()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]  # its types do not know Django's inner methods
        finally:
            self._give_back()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # its types do not know Django's inner methods
        finally:
            self._give_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # its types do not know Django's inner methods
        finally:
            self._give_back()

    def _take_turn(self) -> None:
        is_to_write = self.transaction_mode == "IMMEDIATE"
        if self._turn is not None or not is_to_write or self.is_in_memory_db():
            return
        # Who waits for the turn holds the place of the next: whoever had the turn stands behind again.
        place = self._locked("next")
        try:
            self._turn = self._locked("turn")
        finally:
            os.close(place)

    def _locked(self, what: str) -> int:
        """Return a lock of the system, when it is ours; closing it gives it back."""
        held = os.open(f"{self.settings_dict['NAME']}-{what}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
        except BaseException:
            os.close(held)
            raise
        return held

    def _give_back(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            os.close(turn)
