"""What is told at the gate and over the radio is written down like a call, by those who may, and counts once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.rooms import ACCOUNTS, make_missing_accounts
from tocsin.store.models import Message

MAY = {"duty_officer", "protection_lead", "field_liaison"}


@pytest.mark.parametrize("role", ACCOUNTS)
@pytest.mark.parametrize("name", ["visit", "radio_log"])
def test_who_may_write_a_report_opens_the_sheets_and_nobody_else(sign_in, role, name):
    make_missing_accounts()

    assert sign_in(ACCOUNTS[role]).get(reverse(name)).status_code == (200 if role in MAY else 404)


def test_a_visit_is_one_message_however_often_its_sheet_is_sent(sign_in):
    before = Message.objects.count()
    sheet = {
        "what": "Trois hommes ont été emmenés",
        "place": "Malka",
        "contact": "+999 000 0177",
        "consent": "anon_use",
        "visit_id": "v-12345678",
    }
    client = sign_in("duty")

    first = client.post(reverse("visit"), sheet)
    again = client.post(reverse("visit"), sheet)

    row = Message.objects.latest("pk")
    assert Message.objects.count() == before + 1
    assert (row.channel, row.recorded_by) == ("walk_in", "duty")
    assert row.ref in first.content.decode()
    assert row.ref in again.content.decode()
    assert "+999 000 0177" not in first.content.decode()


def test_each_line_of_a_radio_log_is_a_message_of_its_station(sign_in):
    before = Message.objects.count()
    log = "0215Z MALKA 1: Armed men on the north road\n0221Z TESH: nothing to report"

    page = sign_in("duty").post(reverse("radio_log"), {"net": "hf", "text": log}).content.decode()

    one, two = Message.objects.order_by("pk")[before:]
    assert (one.channel, two.channel) == ("hf_radio", "hf_radio")
    assert one.source != two.source
    assert one.ref in page
    assert two.ref in page


@pytest.mark.parametrize("name", ["visit", "radio_log"])
def test_an_empty_sheet_is_given_back_with_what_is_missing(sign_in, name):
    answer = sign_in("duty", language="fr").post(reverse(name), {})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
