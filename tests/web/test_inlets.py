"""What waited on a telephone arrives once, from our own pages only, and is never called sent before it is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import parse_qsl

import pytest
from django.db import OperationalError
from django.test import Client

from tests.store import rows
from tocsin import channels
from tocsin.core.evidence.signatures import derived
from tocsin.core.reference.results import Hidden
from tocsin.services import doors, gateways, work
from tocsin.store.models import Gateway, Message, OutgoingMessage, Report

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


def test_a_report_that_is_early_is_answered_like_a_store_that_is_away(monkeypatch):
    early = doors.Problem("CHN-020", "gateway north", {"seconds": doors.TRY_AGAIN_S, "permanent": False})
    monkeypatch.setattr(doors, "take_call", lambda *given, **named: early)

    answer = Client().post("/in/north/", b"{}", content_type="application/json")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


NOW = rows.NIGHT
SECRET = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://tocsin.example"


def fixture(channel: str, name: str) -> bytes:
    return (files("tocsin.channels") / channel / "fixtures" / name).read_bytes()


def hub(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def twilio(body: bytes, url: str = f"{PUBLIC}/in/twilio/") -> dict[str, str]:
    signed = url + "".join(name + value for name, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
    return {
        "X-Twilio-Signature": base64.b64encode(
            hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()
        ).decode()
    }


def telegram(body: bytes) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def android(body: bytes) -> dict[str, str]:
    stamp = str(int(datetime.now(UTC).timestamp()))
    return {
        "X-Timestamp": stamp,
        "X-Signature": hmac.new(SECRET.encode(), body + stamp.encode(), hashlib.sha256).hexdigest(),
    }


def bearer(body: bytes) -> dict[str, str]:
    return {"Authorization": f"Bearer {SECRET}"}


CALLS = {
    "whatsapp": ("read.one_text.json", "application/json", hub),
    "twilio": ("read.one_sms.form", "application/x-www-form-urlencoded", twilio),
    "telegram": ("read.one_text.json", "application/json", telegram),
    "android_gateway": ("read.one_sms.json", "application/json", android),
    "africas_talking": ("read.one_message.form", "application/x-www-form-urlencoded", bearer),
    "rapidpro": ("read.flow_input.json", "application/json", bearer),
    "email": ("read.plain.eml", "message/rfc822", bearer),
}


@pytest.fixture
def known(settings):
    settings.MISSION = {**settings.MISSION, "public_address": PUBLIC}
    for name in CALLS:
        gateways.make_gateway(name, channel=name, now=NOW, secret=Hidden(SECRET))


def call(name: str, body: bytes | None = None, **headers: str):
    fixed, kind, prove = CALLS[name]
    raw = fixture(name, fixed) if body is None else body
    return Client().post(f"/in/{name}/", raw, content_type=kind, headers=prove(raw) | headers)


@pytest.mark.parametrize("name", CALLS)
def test_each_gateway_has_its_own_address_and_is_believed_by_its_own_proof(known, name):
    taken = call(name)
    raw = fixture(name, CALLS[name][0])
    forged = Client().post(f"/in/{name}/", raw, content_type=CALLS[name][1])
    elsewhere = Client().post("/in/nobody/", raw, content_type=CALLS[name][1], headers=CALLS[name][2](raw))

    assert taken.status_code == 200
    assert (forged.status_code, elsewhere.status_code) == (401, 401)
    assert Message.objects.count() == 1
    assert Gateway.objects.get(name=name).last_heard_at is not None


@pytest.mark.parametrize("name", CALLS)
def test_deliveries_of_one_message_over_ninety_days_are_one_report(known, name):
    raw = fixture(name, CALLS[name][0])
    adapter = channels.gateway(name)
    gateway = Gateway.objects.get(name=name)
    for number in range(30):
        now = NOW + rows.minutes(number * 3 * 24 * 60)
        for one in adapter.read(raw, received_at=now):
            doors._receive(one, now, gateway=gateway.name)
    work.drain("test", now=NOW + rows.minutes(90 * 24 * 60))

    message = Message.objects.get()
    assert message.repeats == 29
    assert Report.objects.values("message").distinct().count() == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_store_that_is_away_is_never_the_gateways_fault(known, name, monkeypatch):
    monkeypatch.setattr(doors, "take_call", lambda *given, **named: (_ for _ in ()).throw(OperationalError))

    answer = call(name)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_what_a_gateway_cannot_pass_on_goes_back_as_a_message_of_its_own_once_a_minute(known):
    first = call("whatsapp")
    again = call("whatsapp")

    row = OutgoingMessage.objects.get()
    assert first.json() == {"taken": 1} == again.json()
    assert (row.purpose, row.channel, row.source_id) == ("receipt", "whatsapp", Message.objects.get().source_id)


def test_twilio_takes_the_reply_in_its_answer_and_needs_no_message_of_its_own(known):
    answer = call("twilio")

    assert answer["Content-Type"].startswith("text/xml")
    assert Message.objects.get().ref in answer.content.decode()
    assert OutgoingMessage.objects.count() == 0


def test_the_secret_may_stand_in_the_address_of_a_gateway_that_signs_nothing(known):
    raw = fixture("africas_talking", "read.one_message.form")

    right = Client().post(f"/in/africas_talking/{SECRET}/", raw, content_type="application/x-www-form-urlencoded")
    wrong = Client().post("/in/africas_talking/guessed/", raw, content_type="application/x-www-form-urlencoded")
    signed = Client().post(
        f"/in/whatsapp/{SECRET}/", fixture("whatsapp", "read.one_text.json"), content_type="application/json"
    )

    assert (right.status_code, wrong.status_code, signed.status_code) == (200, 401, 401)


def test_meta_is_answered_its_first_question_and_nobody_else_is(known):
    asked = {"hub.mode": "subscribe", "hub.challenge": "4711", "hub.verify_token": derived(SECRET.encode(), "verify")}

    right = Client().get("/in/whatsapp/", asked)
    wrong = Client().get("/in/whatsapp/", {**asked, "hub.verify_token": "x"})
    other = Client().get("/in/telegram/", asked)

    assert (right.status_code, right.content, right["Content-Type"]) == (200, b"4711", "text/plain")
    assert (wrong.status_code, other.status_code) == (405, 405)


def test_a_large_body_is_read_only_from_a_gateway_that_may_send_one(known):
    raw = fixture("whatsapp", "read.one_text.json")[:-1] + b" " * 40_000 + b"}"

    taken = call("whatsapp", raw)
    refused = call("twilio", b"Body=" + b"a" * 40_000)
    stranger = Client().post("/in/nobody/", raw, content_type="application/json")

    assert (taken.status_code, refused.status_code, stranger.status_code) == (200, 413, 413)


def test_a_report_of_delivery_makes_nothing(known):
    body = fixture("whatsapp", "read.only_reports.json")

    answer = call("whatsapp", body)

    assert answer.status_code == 200
    assert Message.objects.count() == OutgoingMessage.objects.count() == 0
    assert Gateway.objects.get(name="whatsapp").receipts_unknown == 1


def test_neither_name_nor_words_nor_secret_of_a_refused_call_stand_in_the_answer(known):
    answer = call("telegram", **{"X-Telegram-Bot-Api-Secret-Token": "wrong-" + SECRET})

    assert answer.status_code == 401
    assert SECRET not in answer.content.decode()
    assert "Malka" not in answer.content.decode()
