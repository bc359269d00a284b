"""Whoever carries the store away finds no number of anybody in it, in whatever spelling."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.db import connection

from tests.stories import night
from tocsin.core.reference.results import Hidden
from tocsin.feeds.world_folder.adapter import find_world, read_world
from tocsin.services import intake, missions, work
from tocsin.store import erase
from tocsin.store.models import Incident, SealedContact


def seized() -> bytes:
    """Return every value of every table, and on SQLite every byte of its files."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [value for row in cursor.fetchall() for value in row]
    carried = b"\n".join(bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in found)
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        carried += b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return carried


def spellings(number: str) -> set[bytes]:
    """Return the ways in which a number could lie in a file, in the clear or barely hidden."""
    plain = {number, number.replace(" ", ""), "".join(digit for digit in number if digit.isdigit())}
    forms = (
        {one.encode() for one in plain}
        | {one[::-1].encode() for one in plain}
        | {one.encode("utf-16-le") for one in plain}
    )
    forms |= {form.hex().encode() for form in set(forms)} | {form.hex().upper().encode() for form in set(forms)}
    for one in plain:
        for before in (b"", b"x", b"xx"):  # where in a longer text a number begins shifts its base64
            coded = base64.b64encode(before + one.encode())
            forms.add(coded[len(before) and 4 : len(coded) - 4])
    return forms


def known_numbers() -> list[str]:
    world = read_world(find_world(night.WORLD))
    contacts = [one.contact for one in (*world.sources, *world.settings.accounts) if one.contact is not None]
    return [contact.reveal(purpose="look for it") for contact in contacts]


@pytest.fixture
def carried(lasting: None) -> bytes:
    """The store of a night that was played, carried away."""
    made, _ = missions.start_world(read_world(find_world(night.WORLD)), now=night.at(1, 0), play_messages=False)
    for sent in night.messages():
        contact = Hidden(sent.number) if sent.number else None
        message = intake.Message(intake.Channel.SMS, sent.text, sent.when, contact=contact, vendor_id=sent.gateway_id)
        intake.receive(message, now=sent.when)
    work.drain("story", now=night.at(3, 0))
    erase.leave_no_trace()
    found = seized()
    # Shown once to each holder, and kept nowhere in the clear.
    assert [
        one.username for one in made if one.passphrase.encode() in found or one.second_factor.encode() in found
    ] == []
    return found


def test_a_seized_store_holds_no_number_in_any_spelling(carried):
    numbers = known_numbers()

    found = {number for number in numbers for form in spellings(number) if form in carried}

    assert len(numbers) >= 10
    assert SealedContact.objects.count() >= 4
    assert found == set()


@pytest.mark.parametrize("hide", [str, lambda number: number[::-1], lambda number: number.encode().hex(),
                                  lambda number: base64.b64encode(b"tel " + number.encode()).decode()])  # fmt: skip
def test_a_number_in_a_plain_column_would_be_found(lasting, hide):
    from tests.store import rows

    number = known_numbers()[0]
    row = rows.incident()
    Incident.objects.filter(pk=row.pk).update(place_name=hide(number))

    assert any(form in seized() for form in spellings(number))
