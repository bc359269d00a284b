"""What waited on a telephone arrives once, from our own pages only, and is never called sent before it is kept."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import Client

from tocsin.services import doors
from tocsin.store.models import Message

pytestmark = pytest.mark.django_db
FORM = {"id": "Zk3v0QmS1dU8h2", "made_at": "2027-03-12T02:14:00+01:00", "text": "Coups de feu", "place": "Malka"}


def send(client: Client | None = None, body: object = FORM, **headers: str):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (client or Client()).post("/report/offline/", raw, content_type="application/json", headers=headers)


def test_a_kept_report_is_received_once_however_often_it_is_sent():
    first = send(Origin="http://testserver")
    again = send(Origin="http://testserver")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["ref"] == again.json()["ref"] == Message.objects.get().ref
    assert (first.json()["repeat"], again.json()["repeat"]) == (False, True)
    assert Message.objects.get().channel == "offline_form"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_page_of_another_site_is_refused_and_our_own_is_not(headers):
    refused = send(Client(enforce_csrf_checks=True), **headers)
    taken = send(Client(enforce_csrf_checks=True), **{"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"})

    assert (refused.status_code, refused.json()["problem"]["code"]) == (403, "SEC-106")
    assert taken.status_code == 201


def test_a_store_that_is_away_asks_to_come_again_and_the_report_is_then_taken(monkeypatch):
    monkeypatch.setattr(doors.intake, "receive", lambda *given, **named: (_ for _ in ()).throw(OperationalError))
    away = send()
    monkeypatch.undo()
    later = send()

    assert (away.status_code, away["Retry-After"]) == (503, "30")
    assert later.status_code == 201


@pytest.mark.parametrize(("body", "status"), [({"id": "a" * 12}, 422), (b"{" + b"a" * 2048, 413)])
def test_what_cannot_be_taken_is_answered_in_the_language_of_the_page(body, status):
    answer = send(body=body, **{"Accept-Language": "fr"})

    assert answer.status_code == status
    assert answer.json()["problem"]["facts"]["permanent"] is True
    assert "Écrivez" in answer.json()["message"] or "limite" in answer.json()["message"]
    assert Message.objects.count() == 0
