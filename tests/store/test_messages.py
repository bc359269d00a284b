"""A message is stored once, however often it comes, and stays as it came."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.store import rows
from tests.store.lasting import together
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import Message, SealedContact, Source
from tocsin.store.writes import evidence as write

FIXED = {
    "text": "nothing happened", "channel": "radio", "vendor_id": "other", "dedupe_key": "other", "place_hint": "Oru",
    "received_at": "2020-01-01 00:00:00+00:00", "recorded_at": "2020-01-01 00:00:00+00:00",
    "claimed_at": "2020-01-01 00:00:00+00:00", "language_hint": "fr", "doubts": '["none"]',
}  # fmt: skip


def deliver(times: int) -> int:
    """Deliver one message several times; return how many times it was new."""
    new = 0
    for _ in range(times):
        with transaction.atomic():
            new += write.save_message(rows.sms(), dedupe_key="one", source=None, recorded_at=rows.NIGHT)[1]
    return new


@pytest.mark.django_db
@pytest.mark.parametrize("column", FIXED)
def test_what_a_message_said_cannot_be_changed(column):
    row = rows.message()

    with pytest.raises(DatabaseError, match=r"never changed|append-only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE tocsin_message SET {column} = %s WHERE id = %s", [FIXED[column], row.pk])

    row.refresh_from_db()
    assert row.text == "armed men near the bridge"


@pytest.mark.django_db
def test_a_message_may_count_its_repeats_and_lose_its_source():
    row = rows.message(source=rows.source())

    Message.objects.filter(pk=row.pk).update(repeats=3, source=None)

    row.refresh_from_db()
    assert (row.repeats, row.source) == (3, None)


@pytest.mark.django_db
def test_a_message_is_not_deleted():
    rows.message()

    with pytest.raises(DatabaseError, match=r"never changed|append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM tocsin_message")

    assert Message.objects.count() == 1


def test_a_thousand_deliveries_by_eight_gateways_at_once_are_one_message(lasting):
    done = together(*[lambda: deliver(125)] * 8)

    assert sorted(done) == [0] * 7 + [1]
    assert list(Message.objects.values_list("repeats", flat=True)) == [999]


def test_eight_first_calls_from_one_number_make_one_source(lasting):
    def call() -> str:
        with transaction.atomic():
            return write.source_of(Hidden(rows.NUMBER), heard_at=rows.NIGHT).ref

    done = together(*[call] * 8)

    assert len(set(done)) == 1
    assert (Source.objects.count(), SealedContact.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_source_is_named_by_nothing_that_comes_from_its_number():
    row = write.source_of(Hidden(rows.NUMBER))

    assert row.handle == vault.fingerprint(Hidden(rows.NUMBER))
    assert row.handle[:6] not in row.ref
    assert vault.unseal(row.contact.sealed, f"contact:{row.ref}").reveal(purpose="test") == rows.NUMBER


@pytest.mark.django_db
def test_the_last_word_of_a_source_never_moves_back():
    write.source_of(Hidden(rows.NUMBER), heard_at=rows.NIGHT)
    write.source_of(Hidden(rows.NUMBER), heard_at=rows.NIGHT - rows.minutes(60))

    assert Source.objects.get().last_heard_at == rows.NIGHT
