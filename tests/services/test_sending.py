"""What must leave, leaves once; what cannot leave stays, is shown, and is tried again."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.gateways import fake_gateway, make_fake_gateway
from tests.store import rows
from tocsin.core.evidence.gateways import Call
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import carrying, doors, erasing, gateways, sending, work
from tocsin.store import erase
from tocsin.store.models import Account, AuditEntry, OutgoingMessage, WorkItem
from tocsin.store.queries import alerts as read
from tocsin.store.queries import gateways as ways
from tocsin.store.writes import alerts as write
from tocsin.store.writes import evidence, world
from tocsin.store.writes.gateways import CLAIM

__all__ = ["fake_gateway", "make_fake_gateway"]
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


def send() -> None:
    """Do what is due of sending alone, so that nobody else is told meanwhile."""
    for item in list(WorkItem.objects.filter(verb="send", done_at=None)):
        sending.send(item.subject, NOW)
        WorkItem.objects.filter(pk=item.pk).update(done_at=NOW)


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
    left = OutgoingMessage.objects.get()
    spool.mkdir()
    drain(1)

    assert (left.sent_at, left.last_error) == (None, "no_spool_folder")
    assert OutgoingMessage.objects.get().sent_at is not None
    assert WorkItem.objects.filter(verb="send", subject=number).count() == 2


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


def duty(contact: str = rows.NUMBER, name: str = "duty") -> Account:
    return world.make_account(world.Desk(name, Role.DUTY_OFFICER, contact=Hidden(contact)), "a long enough phrase")


def notice(account: Account, key: str = "alert:1", **fields: object) -> None:
    write.put_out(
        key, purpose="alert", code="outgoing.feedback", facts={"ref": "A-1"}, created_at=NOW, account=account, **fields
    )


def test_a_telephone_without_a_way_out_is_told_on_its_screen_only_and_the_desk_can_see_that():
    notice(duty())

    drain()

    row = OutgoingMessage.objects.get()
    assert (row.route, row.last_error, row.sent_at) == ("screen", "no_way_out", NOW)
    assert ways.figures(SYSTEM)["screen_only"] == 1


def test_a_gateway_takes_a_message_once_and_its_report_says_that_it_arrived(fake_gateway):
    fake_gateway.register(now=NOW)
    answer()

    drain()
    drain(1)
    sent = OutgoingMessage.objects.get()
    fake_gateway.report("delivered", now=NOW, times=3)

    assert [one["to"] for one in fake_gateway.taken] == [rows.NUMBER]
    assert (sent.route, sent.sent_at, sent.delivered_at) == ("fake", NOW, None)
    assert OutgoingMessage.objects.get().delivered_at == NOW


def test_a_report_moves_only_what_its_own_gateway_carried_and_never_back(fake_gateway, make_fake_gateway):
    fake_gateway.register(now=NOW)
    stranger = make_fake_gateway("stranger").register(now=NOW, rank=20)
    answer()
    drain()
    number = fake_gateway.taken[0]["id"]

    stranger.report("failed", number, now=NOW)
    fake_gateway.report("failed", "no-such-number", now=NOW)
    fake_gateway.report("read", now=NOW)
    fake_gateway.report("failed", now=NOW)

    row = OutgoingMessage.objects.get()
    assert (row.delivered_at, row.read_at, row.failed_at) == (NOW, NOW, None)
    assert [one.receipts_unknown for one in ways.senders()] == [1, 1]
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize("trouble", ["error", "busy", "drop", "silent"])
def test_what_one_gateway_cannot_do_the_next_does_at_once(fake_gateway, make_fake_gateway, monkeypatch, trouble):
    monkeypatch.setattr(carrying, "TIMEOUT_S", 0.3)
    fake_gateway.register(now=NOW, rank=1).behave(trouble)
    second = make_fake_gateway("second").register(now=NOW, rank=2)
    answer()

    drain()

    assert OutgoingMessage.objects.get().route == "second"
    assert len(second.ids) == 1
    assert {one.name: one.failing_since for one in ways.senders()} == {"fake": NOW, "second": None}


def test_a_gateway_that_failed_is_tried_last_and_first_again_once_it_works(fake_gateway, make_fake_gateway):
    fake_gateway.register(now=NOW, rank=1).behave("error", "take")
    make_fake_gateway("second").register(now=NOW, rank=2)
    answer("one")
    drain()
    answer("two")
    drain()
    sending.write.note_try("fake", at=NOW, error="")
    answer("three")
    drain()

    assert [row.route for row in OutgoingMessage.objects.order_by("pk")] == ["second", "second", "fake"]


def test_what_fails_for_a_while_is_tried_again_with_pauses_under_the_same_key(fake_gateway):
    fake_gateway.register(now=NOW).behave("error", "garbage", "take")
    answer()

    drain()
    waiting = WorkItem.objects.get(verb="send", done_at=None)
    drain(0.05)
    early = len(fake_gateway.asked)
    drain(0.2)

    assert (waiting.run_at - NOW).total_seconds() == 5
    assert early == 1
    assert len({one["id"] for one in fake_gateway.asked}) == 1
    assert OutgoingMessage.objects.get().sent_at is not None


def test_what_every_way_refuses_is_marked_shown_and_its_alert_is_looked_at_now(fake_gateway):
    fake_gateway.register(now=NOW).behave("refuse")
    alert = rows.alert()
    notice(duty(), alert=alert)

    send()

    row = OutgoingMessage.objects.get(dedupe_key="alert:1")
    assert (row.failed_at, row.sent_at, row.last_error) == (NOW, None, "http_422")
    assert WorkItem.objects.filter(
        verb="watch", subject=alert.ref, run_at=NOW, dedupe_key__contains="undelivered"
    ).exists()
    assert WorkItem.objects.filter(verb="send", done_at=None, subject=row.pk).count() == 0
    assert ways.figures(SYSTEM)["failed"] == 1
    assert read.outgoing_figures(SYSTEM)["failing"] == 1


def test_what_did_not_arrive_takes_another_way_and_its_alert_is_looked_at(fake_gateway, make_fake_gateway):
    fake_gateway.register(now=NOW, rank=1)
    second = make_fake_gateway("second").register(now=NOW, rank=2)
    alert = rows.alert()
    notice(duty(), alert=alert)
    send()

    fake_gateway.report("failed", now=NOW, times=2)
    send()

    row = OutgoingMessage.objects.get(dedupe_key="alert:1")
    assert (row.route, row.failed_at, row.routes_failed) == ("second", None, ["fake"])
    assert len(second.taken) == 1
    assert WorkItem.objects.filter(verb="watch", dedupe_key__contains="undelivered").count() == 1


def test_a_sender_that_died_in_the_middle_leaves_the_message_to_be_sent_under_the_same_key(fake_gateway, monkeypatch):
    fake_gateway.register(now=NOW)
    number = answer()
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_write_down", lambda *given: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            sending.send(number, NOW)

    sending.send(number, NOW)
    held = len(fake_gateway.taken)
    sending.send(number, NOW + CLAIM)

    assert held == 1
    assert len(fake_gateway.taken) == 2
    assert len(fake_gateway.ids) == 1
    assert OutgoingMessage.objects.get().sent_at is not None


def test_a_provider_that_drips_or_stalls_holds_a_sender_up_for_seconds_only(fake_gateway, monkeypatch):
    monkeypatch.setattr(carrying, "TIMEOUT_S", 0.4)
    fake_gateway.register(now=NOW).behave("silent")
    answer()

    begun = time.monotonic()
    drain()

    assert time.monotonic() - begun < 1.4
    assert OutgoingMessage.objects.get().last_error == "timed_out"


def test_nobody_waits_in_a_transaction_for_a_provider(fake_gateway, monkeypatch):
    fake_gateway.register(now=NOW)
    answer()
    carry, of_the_test = carrying.carry, len(connection.savepoint_ids)
    inside: list[int] = []
    monkeypatch.setattr(
        carrying, "carry", lambda request: (inside.append(len(connection.savepoint_ids)), carry(request))[1]
    )

    drain()

    assert inside == [of_the_test]
    assert OutgoingMessage.objects.get().route == "fake"


def test_a_rule_may_hold_a_message_back_until_a_moment(fake_gateway, monkeypatch):
    fake_gateway.register(now=NOW)
    monkeypatch.setattr(sending, "HOLDS", [lambda row, now: NOW + rows.minutes(30)])
    answer()

    drain(1)
    held = len(fake_gateway.taken)
    drain(31)

    assert (held, len(fake_gateway.taken)) == (0, 1)


def test_neither_a_number_nor_a_secret_stands_in_what_is_kept_of_a_try(fake_gateway):
    fake_gateway.register(now=NOW).behave("error")
    answer()

    drain()

    kept = str(list(OutgoingMessage.objects.values()))
    assert rows.NUMBER not in kept
    assert fake_gateway.secret not in kept


@pytest.mark.parametrize("status", ["failed", "delivered"])
def test_a_report_that_overtakes_our_own_writing_is_asked_to_come_again_and_then_counts(fake_gateway, status):
    fake_gateway.register(now=NOW)
    row = OutgoingMessage.objects.get(pk=answer())
    assert sending.write.claim(row, now=NOW)

    early = fake_gateway.report(status, "v-1", now=NOW)[0]
    unknown = ways.senders()[0].receipts_unknown
    sending.write.mark_sent(row, at=NOW, route="fake", vendor_id="v-1")
    fake_gateway.report(status, "v-1", now=NOW)

    row.refresh_from_db()
    assert (early.code, early.facts["permanent"], unknown) == ("CHN-020", False, 0)
    assert (row.failed_at, row.delivered_at) == ((NOW, None) if status == "failed" else (None, NOW))


@pytest.mark.parametrize(("status", "later"), [("failed", CLAIM), ("sent", CLAIM * 0)])
def test_a_report_that_no_writing_can_explain_is_counted_and_not_asked_for_again(fake_gateway, status, later):
    fake_gateway.register(now=NOW)
    row = OutgoingMessage.objects.get(pk=answer())
    sending.write.claim(row, now=NOW)

    fake_gateway.report(status, "v-1", now=NOW + later)

    assert ways.senders()[0].receipts_unknown == 1


def test_a_call_for_help_beside_an_early_report_is_taken_at_once(fake_gateway):
    fake_gateway.register(now=NOW)
    sending.write.claim(OutgoingMessage.objects.get(pk=answer()), now=NOW)
    told = {"from": rows.NUMBER, "text": "Coups de feu", "id": "m-1"}
    both = Call(*fake_gateway.signed([told, {"id": "v-1", "status": "failed"}], now=NOW))

    taken = doors.take_call("fake", both, now=NOW)

    assert [bool(one.ref) for one in taken.receipts] == [True]


def test_a_closed_gateway_carries_nothing_and_is_not_believed(fake_gateway):
    fake_gateway.register(now=NOW)
    gateways.switch(rows.viewer(Role.ADMINISTRATOR), "fake", on=False, now=NOW)
    answer()

    drain()
    refused = fake_gateway.report("delivered", "any", now=NOW)[0]

    assert fake_gateway.taken == []
    assert refused.code == "CHN-013"
