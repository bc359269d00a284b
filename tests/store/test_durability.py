"""The store keeps what it acknowledges, or does not start."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tests.store import rows
from tests.store.lasting import together
from tocsin.store import durability
from tocsin.store.models import Place

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the embedded engine only")
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the shared engine only")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def faults() -> dict[str, str]:
    return {found.where: found.facts["got"] for found in durability.check_store()}


@on_sqlite
@pytest.mark.django_db
def test_a_store_that_waits_for_the_disk_is_safe():
    durability.refuse_unless_safe()

    assert faults() == {}


@on_sqlite
@pytest.mark.parametrize(
    ("statement", "where", "got"),
    [
        ("PRAGMA synchronous=NORMAL", "SQLite synchronous", "1"),
        ("PRAGMA synchronous=OFF", "SQLite synchronous", "0"),
        ("PRAGMA journal_mode=DELETE", "SQLite journal_mode", "delete"),
        ("PRAGMA foreign_keys=OFF", "SQLite foreign_keys", "0"),
    ],
)
def test_a_careless_embedded_store_does_not_start(lasting, statement, where, got):
    connection.close()
    run(statement)

    found = faults()
    with pytest.raises(durability.Unsafe, match="does not start"):
        durability.refuse_unless_safe()
    run("PRAGMA journal_mode=WAL")
    connection.close()

    assert found == {where: got}
    assert faults() == {}


@on_sqlite
def test_a_store_that_waits_for_the_folder_too_is_safe(lasting):
    connection.close()
    run("PRAGMA synchronous=EXTRA")

    found = faults()
    connection.close()

    assert found == {}


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
        ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_a_version_that_can_lose_commits_is_known(version, is_safe):
    assert durability.is_safe_sqlite(version) is is_safe


@on_sqlite
@pytest.mark.django_db
def test_the_version_that_can_lose_commits_does_not_start(monkeypatch):
    connection.connection.create_function("sqlite_version", 0, lambda: "3.51.2")

    with pytest.raises(durability.Unsafe, match=r"SQLite version: is 3\.51\.2, must be 3\.51\.3 or newer"):
        durability.refuse_unless_safe()
    connection.close()


@on_postgresql
@pytest.mark.parametrize(("value", "is_fault"), [("off", True), ("local", False), ("on", False)])
def test_a_shared_store_that_does_not_wait_for_the_disk_does_not_start(lasting, value, is_fault):
    run(f"SET synchronous_commit={value}")

    found = faults()
    run("SET synchronous_commit=on")

    # The server of the tests itself is careless: it may lose everything in a crash, and is known by it.
    assert ("PostgreSQL synchronous_commit" in found) is is_fault
    assert found["PostgreSQL fsync"] == "off"
    with pytest.raises(durability.Unsafe, match="PostgreSQL fsync: is off, must be on"):
        durability.refuse_unless_safe()


def test_four_desks_that_read_first_and_then_write_all_succeed(lasting):
    rows.place("P-1", people=0)

    def count_twenty() -> int:
        for _ in range(20):
            with transaction.atomic():
                found = Place.objects.select_for_update().get(ref="P-1")
                found.people = (found.people or 0) + 1
                found.save(update_fields=["people"])
        return 20

    done = together(*[count_twenty] * 4)

    assert done == [20, 20, 20, 20]
    assert Place.objects.get(ref="P-1").people == 80


@on_sqlite
def test_without_taking_the_lock_first_one_of_two_desks_fails(lasting):
    rows.place("P-1", people=0)
    both_have_read = threading.Barrier(2)

    def count() -> int:
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"
        with transaction.atomic():
            found = Place.objects.get(ref="P-1")
            both_have_read.wait(timeout=10)
            return Place.objects.filter(ref="P-1").update(people=(found.people or 0) + 1)

    done = together(count, count)

    assert sorted(map(str, done)) == ["1", "database is locked"]
