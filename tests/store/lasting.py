"""Rows that are truly committed, for what threads, crashes and other processes must see.

The rows are taken away after the test. The guards of the append-only tables refuse that, as they
must, so they are lifted for it and set up again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, connections

guards = import_module("tocsin.store.migrations.0002_append_only")


class Editor:
    """Stands in for the migrations' editor, which cannot be had inside a transaction."""

    connection = connection

    def execute(self, statement: str, params: None = None) -> None:
        """Run one statement."""
        with connection.cursor() as cursor:
            cursor.execute(statement)


def lift_guards() -> None:
    """Take the triggers away, as somebody with the database in hand could."""
    guards.release(None, Editor())


def set_guards() -> None:
    """Set the triggers up again."""
    guards.guard(None, Editor())


@pytest.fixture
def guards_after(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Set the guards up again once the rows are gone."""
    yield
    with django_db_blocker.unblock():
        set_guards()


@pytest.fixture
def lasting(guards_after: None, transactional_db: None) -> Iterator[None]:
    """Let commits be commits."""
    yield
    lift_guards()


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run each deed in a thread of its own, all at once; return what each gave, a fault as itself."""
    found: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(position: int) -> None:
        try:
            start.wait(timeout=10)
            found[position] = deeds[position]()
        except Exception as fault:  # noqa: BLE001  the test looks at whatever went wrong
            found[position] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found
