"""The doors without an account: the public form, and the gateway of short messages."""

import hashlib
import json
import secrets
import time
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from tests.watch import barriers
from tocsin.core.evidence.signatures import sign
from tocsin.core.reference.results import Hidden, Problem
from tocsin.store.models import Message, OutgoingMessage, Report
from tocsin.store.writes.gateways import save_gateway

SECRET = "a secret that the gateway holds, and nobody else"
FORM = {
    "text": "Armed men came to the market at dawn",
    "place": "Malka",
    "contact": "",
    "language": "en",
    "form_id": "f-1",
}


@pytest.fixture
def gateway(world):
    save_gateway("modem", channel="sms", secret=Hidden(SECRET), outbound=None)


def call(body, *, nonce=None, secret=SECRET, at=None, gateway="modem"):
    """Return the answer to one signed call of a gateway."""
    nonce = nonce or secrets.token_hex(8)
    stamp = str(int(time.time() if at is None else at))
    headers = {
        "X-Tocsin-Gateway": gateway,
        "X-Tocsin-Timestamp": stamp,
        "X-Tocsin-Nonce": nonce,
        "X-Tocsin-Signature": sign(secret.encode(), stamp, nonce, body),
    }
    client = Client(enforce_csrf_checks=True)
    return client.post("/in/sms/", body, content_type="application/json", headers=headers)


def sms(text, number=1):
    return json.dumps(
        {"id": f"v-{number}", "from": "+999 000 0777", "text": text, "sent_at": "2027-03-12T02:05:00+01:00"}
    ).encode()


def test_a_report_without_an_account_gets_a_number_and_what_happens_next(world):
    before = Message.objects.count()

    sent = Client().post("/report/", FORM)
    page = Client().get(sent["Location"]).content.decode()

    newest = Message.objects.latest("pk")
    assert Message.objects.count() == before + 1
    assert (newest.text, newest.channel) == (FORM["text"], "web_form")
    assert newest.ref in page and "What happens next" in page


def test_neither_the_receipt_nor_its_address_holds_what_was_told(world):
    sent = Client().post("/report/", {**FORM, "contact": "+999 000 0888"})
    page = Client().get(sent["Location"]).content.decode()

    for told in ("0888", "Armed men", "Malka"):
        assert told not in page + sent["Location"]


def test_an_altered_receipt_shows_nothing(world):
    sent = Client().post("/report/", FORM)

    assert Client().get(sent["Location"][:-3] + "xx/")["Location"] == "/report/"


def test_sending_the_same_form_twice_is_one_report(world):
    first, second = Client().post("/report/", FORM), Client().post("/report/", FORM)

    assert Message.objects.filter(text=FORM["text"]).count() == 1
    assert first.status_code == second.status_code == 302


def test_an_empty_form_comes_back_with_what_was_typed_and_nothing_is_stored(world):
    before = Message.objects.count()

    answer = Client().post("/report/", {"text": " ", "place": "", "contact": "by the well", "form_id": "f-9"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() and "by the well" in answer.content.decode()
    assert Message.objects.count() == before


def test_the_form_says_what_it_cannot_hide(world):
    page = Client().get("/report/").content.decode()

    assert "What this page cannot hide" in page
    assert "promises no rescue" in page


def test_a_signed_message_is_stored_before_it_is_answered(gateway):
    answer = call(sms("Shots at Malka"))

    stored = Message.objects.latest("pk")
    assert answer.status_code == 200
    assert answer.json()["ref"] == stored.ref and answer.json()["repeat"] is False
    assert stored.text == "Shots at Malka" and answer.json()["reply"]


def test_the_same_message_again_is_a_repeat_and_stored_once(gateway):
    first, again = call(sms("Shots at Malka")), call(sms("Shots at Malka"))

    assert first.json()["ref"] == again.json()["ref"]
    assert (first.json()["repeat"], again.json()["repeat"]) == (False, True)
    assert Message.objects.filter(text="Shots at Malka").count() == 1


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"secret": "another secret that is long enough"}, "CHN-013"),
        ({"gateway": "stranger"}, "CHN-013"),
        ({"at": 1_700_000_000}, "CHN-012"),
    ],
)
def test_a_call_that_is_not_the_gateways_is_refused_and_stores_nothing(gateway, spoilt, code):
    before = Message.objects.count()

    answer = call(sms("Shots at Malka"), **spoilt)

    assert (answer.status_code, answer.json()["problem"]["code"]) == (401, code)
    assert Message.objects.count() == before


def test_a_call_without_signature_is_told_which_header_is_missing(world):
    answer = Client().post("/in/sms/", b"{}", content_type="application/json")

    assert (answer.status_code, answer.json()["problem"]["code"]) == (401, "CHN-010")


def test_a_call_played_again_has_no_effect(gateway):
    nonce = "0123456789abcdef"

    first, again = call(sms("Shots"), nonce=nonce), call(sms("Shots"), nonce=nonce)

    assert (first.status_code, again.status_code) == (200, 401)
    assert again.json()["problem"]["code"] == "CHN-014"


def test_a_body_beyond_the_limit_is_refused_without_being_read(gateway):
    small, large = b"x" * (16 * 1024), b"x" * (16 * 1024 + 1)

    with mock.patch("tocsin.services.doors.take_call") as taken:
        taken.return_value = Problem("CHN-013", "gateway")
        call(small)
        answer = call(large)

    assert taken.call_count == 1
    assert (answer.status_code, answer.json()["problem"]["code"]) == (413, "CHN-001")


def test_trouble_with_the_store_asks_the_gateway_to_come_again(gateway):
    with mock.patch("tocsin.services.doors.take_call", side_effect=OperationalError("disk")):
        answer = call(sms("Shots at Malka"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.json()["problem"]["facts"]["permanent"] is False
    assert "disk" not in answer.content.decode()


def test_a_gateway_gets_no_page_by_asking_otherwise(world):
    assert Client().get("/in/sms/").status_code == 405


def test_a_call_with_several_messages_answers_each(gateway):
    body = json.dumps([json.loads(sms("Shots", 1)), json.loads(sms("More shots", 2))]).encode()

    answer = call(body)

    assert [one["repeat"] for one in answer.json()["messages"]] == [False, False]


def test_the_number_of_a_sender_is_nowhere_in_what_is_stored_in_clear(gateway):
    call(sms("Shots at Malka"))

    stored = Message.objects.latest("pk")
    row = json.dumps([stored.text, stored.place_hint, stored.vendor_id, stored.source.ref, stored.source.handle])
    assert "0777" not in row
    assert hashlib.sha256(b"9990000777").hexdigest() not in row
    assert not OutgoingMessage.objects.filter(facts__icontains="0777").exists()


def test_the_form_works_without_script(browser, served):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{served.address}/report/")
    page.fill("#text", "Smoke over the hill since noon")
    page.fill("#place", "Oru")
    page.click("button.primary")

    assert page.locator(".number").inner_text().startswith("M-")
    context.close()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_form_can_be_used_by_everybody(page, served, language):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": served.address}])

    page.goto(f"{served.address}/report/")

    assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
    assert barriers(page) == []


def test_the_form_fits_a_small_telephone(browser, served):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{served.address}/report/")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("button.primary").bounding_box()["height"] >= 44
    context.close()


def test_reports_from_the_form_are_read_by_the_worker(world):
    from datetime import UTC, datetime

    from tocsin.services import work

    Client().post("/report/", FORM)
    work.drain("test", now=datetime.now(UTC))

    assert Report.objects.filter(message__text=FORM["text"]).exists()
