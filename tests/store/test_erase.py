"""Who told us can be forgotten: nothing in the store then leads to them, and what they told stays."""

from __future__ import annotations

import pathlib
from types import SimpleNamespace

import pytest
from django.db import connection, models

from tests.store import rows
from tocsin.core.evidence.identity import dedupe_key
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel, Role
from tocsin.services import erasing
from tocsin.services.refusals import Refused
from tocsin.store import erase, vault
from tocsin.store.models import Account, AuditEntry, Incident, Message, OutgoingMessage, Report, SealedContact, Source
from tocsin.store.writes import evidence as write
from tocsin.store.writes import world

CUSTODIAN, ADMINISTRATOR = rows.viewer(Role.SOURCE_CUSTODIAN), rows.viewer(Role.ADMINISTRATOR)


def told(number: str = rows.NUMBER) -> SimpleNamespace:
    """Write a source with one message, one report, one incident and two answers, one of them still to be sent."""
    source = write.source_of(Hidden(number), heard_at=rows.NIGHT)
    Source.objects.filter(pk=source.pk).update(place=rows.place(), languages=["fr"], network="gsm")
    value = rows.sms(number=number)
    key = dedupe_key(Channel.SMS, "", source.handle, text=value.text, received_at=value.received_at)
    message, _ = write.save_message(value, dedupe_key=key, source=source, recorded_at=rows.NIGHT)
    incident = rows.incident()
    rows.report(message=message, source=source, incident=incident)
    for name, sent_at in (("sent", rows.NIGHT), ("unsent", None)):
        OutgoingMessage.objects.create(
            dedupe_key=f"{name}:{source.ref}", purpose="feedback", source=source, channel="sms", code="outgoing.feedback",
            text_sealed=vault.seal(Hidden("thank you"), name), created_at=rows.NIGHT, sent_at=sent_at,
        )  # fmt: skip
    return SimpleNamespace(ref=source.ref, handle=source.handle, sealed=bytes(source.contact.sealed), key=key)


def test_every_hidden_field_has_an_eraser():
    named = set(erase.ERASED_BY) | set(erase.NOT_PERSONAL)

    assert erase.hidden_columns() == named
    assert {name for name in erase.ERASED_BY.values() if not callable(getattr(erase, name))} == set()


def test_a_hidden_field_without_an_eraser_would_be_found():
    class Survivor(models.Model):
        """A table that somebody adds in a hurry."""

        name_sealed = models.BinaryField()
        callback_phone = models.CharField(max_length=20)
        seen_at = models.DateTimeField()

        class Meta:
            app_label = "nowhere"

    assert erase.hidden_columns(iter([Survivor])) == {"survivor.name_sealed", "survivor.callback_phone"}
    assert not erase.hidden_columns(iter([Survivor])) <= set(erase.ERASED_BY)


@pytest.mark.django_db(transaction=False)
def test_an_erased_source_cannot_be_found_again_and_its_reports_stay(monkeypatch):
    monkeypatch.setattr(erase, "leave_no_trace", lambda: None)
    known = told()

    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT)

    source = Source.objects.get(ref=known.ref)
    assert (source.place, source.languages, source.network, source.last_heard_at) == (None, [], "", None)
    assert source.erased_at == rows.NIGHT
    assert not Source.objects.filter(handle=known.handle).exists()
    assert not SealedContact.objects.exists()
    assert not Message.objects.filter(dedupe_key=known.key).exists()
    assert (Report.objects.get().source, Incident.objects.count(), Message.objects.get().text) == (
        source, 1, "armed men near the bridge"
    )  # fmt: skip
    assert [(one.source, one.text_sealed) for one in OutgoingMessage.objects.all()] == [(None, None)]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subjects, entry.groups) == ("source_erased", [known.ref], ["identity"])


@pytest.mark.django_db
def test_who_was_erased_and_calls_again_is_a_new_source(monkeypatch):
    monkeypatch.setattr(erase, "leave_no_trace", lambda: None)
    known = told()
    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT)
    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT + rows.minutes(1))

    again = write.source_of(Hidden(rows.NUMBER))

    assert (again.ref == known.ref, again.handle == known.handle) == (False, True)
    assert Source.objects.get(ref=known.ref).erased_at == rows.NIGHT
    assert AuditEntry.objects.filter(verb="source_erased").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SOURCE_CUSTODIAN])
def test_only_the_custodian_erases_a_source_and_absent_looks_the_same(role):
    known = told()

    with pytest.raises(Refused) as refused:
        erasing.erase_source(rows.viewer(role), known.ref, now=rows.NIGHT)
    with pytest.raises(Refused) as absent:
        erasing.erase_source(CUSTODIAN, "S-nobody", now=rows.NIGHT)

    assert str(refused.value) == str(absent.value)
    assert Source.objects.filter(handle=known.handle).exists()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="looks into the embedded engine's files")
def test_the_files_of_the_store_hold_no_trace_of_an_erased_source(lasting):
    known, other = told(), told("+999 000 0202")
    erase.leave_no_trace()
    before = store_bytes()

    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT)
    after = store_bytes()

    traces = (known.handle.encode(), known.sealed, known.key.encode())
    assert [trace in before for trace in traces] == [True, True, True]
    assert [trace in after for trace in traces] == [False, False, False]
    assert other.sealed in after


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="looks into the embedded engine's files")
def test_without_secure_delete_the_files_would_tell(lasting):
    known = told()
    connection.cursor().execute("PRAGMA secure_delete=OFF")

    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT)
    after = store_bytes()
    connection.close()

    assert known.sealed in after


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="the shared engine only")
def test_the_shared_engine_sweeps_after_an_erasure(lasting):
    known = told()

    erasing.erase_source(CUSTODIAN, known.ref, now=rows.NIGHT)

    assert not Source.objects.filter(handle=known.handle).exists()


@pytest.mark.django_db
def test_an_erased_account_cannot_be_reached_or_used(monkeypatch):
    monkeypatch.setattr(erase, "leave_no_trace", lambda: None)
    desk = world.Desk("duty", Role.DUTY_OFFICER, contact=Hidden("+9990000001"))
    world.make_account(desk, "a long enough phrase")
    world.give_second_factor("duty", "JBSWY3DPEHPK3PXP")

    erasing.erase_account(ADMINISTRATOR, "duty", now=rows.NIGHT)

    account = Account.objects.get()
    assert (account.contact_sealed, account.contact_handle, account.is_active) == (None, "", False)
    assert not account.has_usable_password()
    assert world.second_factor_code("duty", now=rows.NIGHT) is None
    with pytest.raises(Refused):
        erasing.erase_account(CUSTODIAN, "duty", now=rows.NIGHT)


def store_bytes() -> bytes:
    file = pathlib.Path(connection.settings_dict["NAME"])
    return b"".join(each.read_bytes() for each in (file, file.with_name(f"{file.name}-wal")) if each.exists())
