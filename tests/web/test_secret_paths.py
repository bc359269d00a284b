"""A secret that stands in an address never reaches the log, whatever the call is answered with."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError
from django.test import Client

from tests.store import rows
from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.reference.results import Hidden
from tocsin.services import doors, gateways

pytestmark = pytest.mark.django_db
TOKEN = "hush-0123456789abcdef"
DOOR = f"/in/north/{TOKEN}/"
TEXT = "text/plain"


def fall_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "take_call", lambda *given, **named: (_ for _ in ()).throw(OperationalError))


def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    found = doors.Problem("CHN-002", "request body", {"permanent": True})
    monkeypatch.setattr(doors, "take_call", lambda *given, **named: found)


CALLS = {
    400: lambda: Client().post(DOOR, b"", content_type=TEXT),
    401: lambda: Client().post(DOOR, b"x", content_type=TEXT),
    405: lambda: Client().put(DOOR, b"x", content_type=TEXT),
    413: lambda: Client().post(DOOR, b"x" * (MAX_BODY_BYTES + 1), content_type=TEXT),
    503: lambda: Client().post(DOOR, b"x", content_type=TEXT),
}


@pytest.mark.parametrize("status", CALLS)
def test_the_secret_of_a_gateway_is_not_in_the_log_and_its_name_is(status, caplog, monkeypatch):
    gateways.make_gateway("north", channel="sms_http", now=rows.NIGHT, secret=Hidden(TOKEN))
    {503: fall_over, 400: empty}.get(status, lambda patch: None)(monkeypatch)

    answer = CALLS[status]()

    assert answer.status_code == status
    assert "/in/north/" in caplog.text
    assert TOKEN not in caplog.text


def test_the_token_of_a_follower_is_not_in_the_log(caplog):
    feed = f"/feeds/warnings/{TOKEN}.atom"
    absent = Client().get(feed)
    forged = Client(enforce_csrf_checks=True).post(feed)

    assert (absent.status_code, forged.status_code) == (404, 403)
    assert caplog.text.count("/feeds/warnings/") >= 2
    assert TOKEN not in caplog.text


def test_a_line_without_a_secret_is_left_as_it_is(caplog):
    logging.getLogger("django.request").warning("%s: %s", "Not Found", "/places/100%/")

    assert caplog.messages == ["Not Found: /places/100%/"]
