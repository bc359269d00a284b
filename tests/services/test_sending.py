"""What must leave, leaves once; what cannot leave stays, is shown, and is tried again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.store import rows
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import erasing, sending, work
from tocsin.store import erase
from tocsin.store.models import Account, AuditEntry, OutgoingMessage, WorkItem
from tocsin.store.queries import alerts as read
from tocsin.store.writes import alerts as write
from tocsin.store.writes import evidence, world

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT


@pytest.fixture
def spool(settings, tmp_path) -> Path:
    """A folder from which a modem sends."""
    settings.MISSION = {**settings.MISSION, "outgoing_spool": str(tmp_path / "outgoing")}
    (tmp_path / "outgoing").mkdir()
    return tmp_path / "outgoing"


def answer(key: str = "feedback:1") -> str:
    """Put an answer to a source in the outgoing box; return its number."""
    source = evidence.source_of(Hidden(rows.NUMBER))
    write.put_out(
        key, purpose="feedback", code="outgoing.feedback", facts={"ref": "M-000001"}, created_at=NOW, source=source
    )
    return str(OutgoingMessage.objects.get(dedupe_key=key).pk)


def drain(minutes: float = 0) -> int:
    return work.drain("test", now=NOW + rows.minutes(minutes), wall=NOW + rows.minutes(minutes))


def test_an_answer_to_a_village_leaves_once_for_its_number_and_nobody_else_may_read_it(spool):
    answer()
    answer()

    drain()
    sending.send(str(OutgoingMessage.objects.get().pk), NOW)

    (file,) = spool.iterdir()
    head, _, body = file.read_bytes().partition(b"\n\n")
    assert head.splitlines() == [b"To: 9990000101", b"Alphabet: UCS"]
    assert "M-000001" in body.decode("utf-16-be")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert AuditEntry.objects.filter(verb="sent").count() == 1


def test_without_a_way_out_an_answer_stays_is_shown_and_is_tried_again():
    answer()

    drain()
    figures = read.outgoing_figures(SYSTEM)
    drain(16)

    row = OutgoingMessage.objects.get()
    assert (row.sent_at, row.attempts, row.last_error) == (None, 2, "no_way_out")
    assert figures["unsent"] == 1
    assert read.outgoing_figures(SYSTEM)["failing"] == 1
    assert WorkItem.objects.filter(verb="send", done_at=None).count() == 1


def test_what_is_called_sent_is_on_the_disk_first(spool, monkeypatch):
    kept: list[bool] = []
    monkeypatch.setattr(
        sending.os, "fsync", lambda file: kept.append(OutgoingMessage.objects.filter(sent_at=None).exists())
    )
    answer()

    drain()

    # The file and its folder, both before it counts as sent.
    assert kept == [True, True]
    assert OutgoingMessage.objects.get().sent_at is not None


def test_a_way_out_that_is_broken_is_tried_again_and_nothing_is_lost(spool):
    number = answer()
    spool.rmdir()

    drain()
    left = OutgoingMessage.objects.get().sent_at
    spool.mkdir()
    drain(1)

    assert left is None
    assert OutgoingMessage.objects.get().sent_at is not None
    assert WorkItem.objects.get(verb="send", subject=number).attempts == 2


def test_a_notice_to_a_desk_arrives_on_its_screen_without_a_telephone():
    account = world.make_account(world.Desk("duty", Role.DUTY_OFFICER), "a long enough phrase")
    write.put_out(
        "alert:1", purpose="alert", code="outgoing.feedback", facts={"ref": "A-1"}, created_at=NOW, account=account
    )

    drain()

    assert OutgoingMessage.objects.get().sent_at == NOW
    assert [row.code for row in read.inbox("duty")] == ["outgoing.feedback"]


def test_nothing_leaves_for_a_source_that_was_erased(spool, monkeypatch):
    monkeypatch.setattr(erase, "leave_no_trace", lambda: None)
    answer()
    source = rows.models.Source.objects.get()

    erasing.erase_source(rows.viewer(Role.SOURCE_CUSTODIAN), source.ref, now=NOW)
    drain()

    assert list(spool.iterdir()) == []
    assert not OutgoingMessage.objects.exists()
    assert not Account.objects.exists()
