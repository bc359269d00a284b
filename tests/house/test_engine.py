"""The run keeps its rows where it was told to, and as carefully as in the field."""

import os

import pytest
from django.db import connection, connections

pytestmark = [pytest.mark.engine, pytest.mark.django_db]
ENGINE = os.environ.get("TOCSIN_TEST_DATABASE", "sqlite")


def asked(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


def test_the_rows_are_kept_by_the_engine_that_was_asked_for():
    assert connection.vendor == ENGINE


@pytest.mark.skipif(ENGINE != "sqlite", reason="the embedded engine only")
def test_the_embedded_engine_keeps_every_commit_through_a_power_cut():
    version = tuple(int(part) for part in asked("select sqlite_version()").split("."))

    assert version >= (3, 51, 3)
    assert asked("pragma journal_mode") == "wal"
    assert asked("pragma synchronous") == "2"
    assert asked("pragma foreign_keys") == "1"
    assert connections.settings["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.skipif(ENGINE != "postgresql", reason="the shared engine only")
def test_the_shared_engine_waits_for_the_disk_at_every_commit():
    assert asked("show server_version").startswith("15.")
    assert asked("show synchronous_commit") == "on"
    assert asked("show timezone") == "UTC"
