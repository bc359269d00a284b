"""Refuse to run on a store that could lose what it acknowledged."""

from __future__ import annotations

from django.db import connection

from tocsin.core.reference.results import Problem

# Versions 3.7.0 to 3.51.2 can lose committed transactions when two processes checkpoint the log,
# but for the repaired 3.44.6 and 3.50.7 (sqlite.org/wal.html).
_FIRST_SAFE = (3, 51, 3)
_REPAIRED = {(3, 44): 6, (3, 50): 7}
# What each setting may be, the usual value first. Some wait for more than the disk: that is safe too.
_SQLITE_SAFE = {"journal_mode": ("wal",), "synchronous": ("2", "3"), "foreign_keys": ("1",)}
_POSTGRESQL_SAFE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}


class Unsafe(SystemExit):
    """The store is not set up to keep what it acknowledges."""


def check_store() -> tuple[Problem, ...]:
    """Return what makes this store unsafe; empty when it keeps its promises."""
    return _check_sqlite() if connection.vendor == "sqlite" else _check_postgresql()


def refuse_unless_safe() -> None:
    """Go on when the store is safe; otherwise stop the process and say what to change."""
    problems = check_store()
    if problems:
        lines = [f"{found.where}: is {found.facts['got']}, must be {found.facts['expected']}" for found in problems]
        raise Unsafe("This store could lose acknowledged messages, so Tocsin does not start:\n" + "\n".join(lines))


def is_safe_sqlite(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite version is outside the range that can lose commits in WAL mode."""
    repaired = _REPAIRED.get((version[0], version[1]))
    return version >= _FIRST_SAFE or (repaired is not None and version[2] >= repaired)


def _check_sqlite() -> tuple[Problem, ...]:
    problems = list(_check_settings("SQLite", "PRAGMA", _SQLITE_SAFE))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        shown = str(cursor.fetchone()[0])
    if not is_safe_sqlite(tuple(int(part) for part in shown.split("."))):
        problems.append(Problem("SEC-010", "SQLite version", {"got": shown, "expected": "3.51.3 or newer"}))
    return tuple(problems)


def _check_postgresql() -> tuple[Problem, ...]:
    return _check_settings("PostgreSQL", "SHOW", _POSTGRESQL_SAFE)


def _check_settings(engine: str, ask: str, safe: dict[str, tuple[str, ...]]) -> tuple[Problem, ...]:
    problems = []
    with connection.cursor() as cursor:
        for name, allowed in safe.items():
            cursor.execute(f"{ask} {name}")
            got = str(cursor.fetchone()[0]).lower()
            if got not in allowed:
                problems.append(Problem("SEC-010", f"{engine} {name}", {"got": got, "expected": allowed[0]}))
    return tuple(problems)
