"""Each gateway is believed by its own proof only, reports move nothing by themselves, and requests hold what they must."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from urllib.parse import parse_qs, parse_qsl

import pytest

from tocsin import channels
from tocsin.core.evidence.gateways import Call, Carried, HttpRequest, Letter, Outgoing, Verdict
from tocsin.core.evidence.signatures import derived, sign
from tocsin.core.reference.results import Hidden, Problem

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
STAMP = str(int(NOON.timestamp()))
SECRET = b"0123456789abcdef0123456789abcdef"
NUMBER = "+999 000 0101"
URL = "https://tocsin.example/in/north/"
BODY = b"From=%2B9990000101&Body=Malka&MessageSid=SM1"


def seal(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {
        "X-Tocsin-Gateway": "north", "X-Tocsin-Timestamp": STAMP, "X-Tocsin-Nonce": "nonce-00001",
        "X-Tocsin-Signature": sign(secret, STAMP, "nonce-00001", body),
    }  # fmt: skip


def twilio(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    signed = URL + "".join(name + value for name, value in sorted(parse_qsl(body.decode(), keep_blank_values=True)))
    return {"X-Twilio-Signature": base64.b64encode(hmac.new(secret, signed.encode(), hashlib.sha1).digest()).decode()}


def basic(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(b"tocsin:" + secret).decode()}


def token(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"Authorization": f"Token {secret.decode()}"}


def android(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Timestamp": STAMP, "X-Signature": hmac.new(secret, body + STAMP.encode(), hashlib.sha256).hexdigest()}


def hub(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}


def telegram(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret.decode()}


PROOFS = {
    "sms_http": seal, "twilio": twilio, "africas_talking": basic, "rapidpro": token, "android_gateway": android,
    "whatsapp": hub, "telegram": telegram, "email": token, "missed_call": seal,
}  # fmt: skip
SIGNED = ("sms_http", "twilio", "android_gateway", "whatsapp", "missed_call")


def believed(name: str, headers: dict[str, str], body: bytes = BODY, *, at: datetime = NOON, **call: str) -> bool:
    found = channels.gateway(name).authenticate(Call(headers, body, **{"url": URL, **call}), secret=SECRET, as_of=at)
    return not isinstance(found, Problem)


def test_every_gateway_has_a_proof_in_these_tests():
    assert set(PROOFS) == set(channels.GATEWAYS)


@pytest.mark.parametrize("name", PROOFS)
def test_a_gateway_is_believed_by_its_own_proof_and_by_no_other(name):
    prove = PROOFS[name]
    other = b"f" * 32

    assert believed(name, prove(BODY))
    assert believed(name, {key.upper(): value for key, value in prove(BODY).items()})
    assert not believed(name, prove(BODY, other))
    assert not believed(name, {})
    assert not believed(name, dict.fromkeys(prove(BODY), ""))
    assert not believed(name, dict.fromkeys(prove(BODY), "ü"))


@pytest.mark.parametrize("name", SIGNED)
def test_a_signature_belongs_to_its_body(name):
    assert not believed(name, PROOFS[name](BODY), BODY + b"x")


def test_twilio_signs_the_address_it_knows():
    assert not believed("twilio", twilio(BODY), url="https://elsewhere.example/in/north/")


@pytest.mark.parametrize("name", ["sms_http", "android_gateway", "missed_call"])
def test_a_signature_that_is_old_is_a_clock_that_is_wrong(name):
    found = channels.gateway(name).authenticate(
        Call(PROOFS[name](BODY), BODY), secret=SECRET, as_of=NOON + timedelta(seconds=301)
    )

    assert isinstance(found, Problem)
    assert (found.code, found.facts["permanent"]) == ("CHN-012", False)


@pytest.mark.parametrize("name", ["africas_talking", "rapidpro", "email", "missed_call"])
def test_who_signs_nothing_may_bring_the_secret_in_the_address(name):
    assert believed(name, {}, token=SECRET.decode())
    assert not believed(name, {}, token="x" * 32)
    assert not believed(name, {}, token="")


def test_a_broken_password_is_refused_like_any_other():
    assert not believed("rapidpro", {"Authorization": "Basic %%%"})
    assert not believed("rapidpro", {"Authorization": "Basic " + base64.b64encode(SECRET).decode()})


def test_whatsapp_answers_the_first_question_only_to_who_knows_the_word():
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": derived(SECRET, "verify")}
    ask = channels.get("whatsapp").challenge

    assert ask(asked, secret=SECRET) == "1158201444"
    assert ask({**asked, "hub.verify_token": "other"}, secret=SECRET) is None
    assert ask({**asked, "hub.mode": ""}, secret=SECRET) is None


REPORTS = {
    ("sms_http", b'[{"id":"o-1","status":"delivered"},{"id":"2","text":"x","status":"read"}]'): [("o-1", Carried.DELIVERED)],
    ("twilio", b"MessageSid=SM3&MessageStatus=undelivered&ErrorCode=30003"): [("SM3", Carried.FAILED)],
    ("africas_talking", b"id=ATXid_1&status=Success&phoneNumber=%2B999"): [("ATXid_1", Carried.DELIVERED)],
    ("rapidpro", b"id=77&status=D"): [("77", Carried.DELIVERED)],
    ("android_gateway", b'{"event":"sms:failed","payload":{"messageId":"o-1"}}'): [("o-1", Carried.FAILED)],
    ("telegram", b'{"update_id":1}'): [],
    ("email", b"From: x\n\ny"): [],
    ("missed_call", b'{"id":"1","status":"delivered"}'): [],
}  # fmt: skip


@pytest.mark.parametrize(("name", "body"), REPORTS)
def test_a_delivery_report_is_read_and_is_no_message(name, body):
    found = channels.gateway(name).receipts(body)

    assert [(one.vendor_id, one.state) for one in found] == REPORTS[name, body]


@pytest.mark.parametrize("name", channels.GATEWAYS)
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"[[]]", b'{"status":1}', b'{"entry":[{"changes":[{"value":{"statuses":[7]}}]}]}']
)
def test_whatever_a_body_is_reports_are_never_an_error(name, body):
    assert channels.gateway(name).receipts(body) == ()


def read(name: str, fixture: str):
    body = (files("tocsin.channels") / name / "fixtures" / fixture).read_bytes()
    return channels.get(name).read(body, received_at=NOON)


@pytest.mark.parametrize(
    ("name", "fixture"),
    [
        ("twilio", "read.only_a_report.form"),
        ("africas_talking", "read.only_a_report.form"),
        ("rapidpro", "read.only_a_report.form"),
        ("android_gateway", "read.only_a_report.json"),
        ("android_gateway", "read.ping.json"),
        ("whatsapp", "read.only_reports.json"),
        ("telegram", "read.about_the_bot.json"),
    ],
)
def test_a_call_that_only_reports_brings_no_message(name, fixture):
    assert read(name, fixture) == ()


def test_a_forward_is_somebody_elses_word():
    kinds = {read("whatsapp", one)[0].channel for one in ("read.forwarded.json", "read.often_forwarded.json")}
    assert kinds == {
        read("twilio", "read.whatsapp_forward.form")[0].channel,
        read("telegram", "read.forward.json")[0].channel,
    }
    assert read("whatsapp", "read.one_text.json")[0].channel not in kinds


def test_no_number_of_a_message_spells_a_telephone():
    found = read("whatsapp", "read.one_text.json")[0]

    assert found.vendor_id
    assert "wamid" not in found.vendor_id
    assert found.contact.reveal(purpose="test") == "+9990000101"


def test_two_alike_messages_of_a_telephone_are_two():
    one, two = (
        channels.get("android_gateway").read(
            json.dumps({"event": "sms:received", "payload": {"messageId": "same", "message": "au secours", "phoneNumber": "+999", "receivedAt": at}}).encode(),
            received_at=NOON,
        )[0]
        for at in ("2027-03-01T11:00:00Z", "2027-03-01T11:02:00Z")
    )  # fmt: skip

    assert one.vendor_id != two.vendor_id


@pytest.mark.parametrize(
    ("fixture", "text"),
    [
        ("read.latin_1.eml", "Attaque à Malka\nDes hommes armés sont au pont."),
        ("read.arabic_base64.eml", "Malka\nمسلحون على الجسر"),
        ("read.two_forms_of_one_text.eml", "Malka\nThey are at the bridge."),
        ("doubt.html_only.eml", "Malka\nIls sont\nau pont"),
        ("doubt.quoted_text_removed.french.eml", "M-000012\nOui, ils sont encore là."),
        ("doubt.attachment_not_opened.eml", "Malka\nSee the picture.\n[smoke.jpg]"),
    ],
)
def test_a_letter_is_its_own_words(fixture, text):
    found = read("email", fixture)[0]

    assert found.text == text
    assert found.contact.reveal(purpose="test") == "liaison@base.example"
    assert "liaison" not in found.vendor_id


def test_a_radio_log_gives_each_line_its_station_its_net_and_its_moment():
    first, second = read("radio_log", "read.hf_log.txt")
    group, next_group = read("radio_log", "read.date_time_groups.txt")

    assert (first.channel.value, first.text) == ("hf_radio", "Armed men seen on the north road, about forty.")
    assert first.contact.reveal(purpose="test") == "radio:MALKA 1"
    assert (first.claimed_at, second.claimed_at) == (NOON.replace(hour=2, minute=15), NOON.replace(hour=2, minute=21))
    assert group.claimed_at == NOON.replace(hour=2, minute=15)
    assert next_group.claimed_at == NOON.replace(hour=1, minute=40)
    assert next_group.text == "Rien à signaler."


def test_a_line_written_down_after_midnight_was_said_before():
    found = channels.get("radio_log").read(b"2350Z MALKA 1: shots\n", received_at=NOON.replace(hour=0, minute=10))

    assert found[0].claimed_at == datetime(2027, 2, 28, 23, 50, tzinfo=UTC)


def test_parts_and_codings_of_the_network_are_understood():
    part, header = read("sms_http", "read.part_two_of_three.json")[0], read("sms_http", "read.part_by_header.json")[0]

    assert (part.part.reference, part.part.position, part.part.total) == ("74", 2, 3)
    assert header.part == part.part.__class__("74", 1, 3)
    assert header.text == "Armed men "
    assert read("sms_http", "read.seven_bits_packed.json")[0].text == "Armed men"


OPTIONS = {
    "url": "http://127.0.0.1:1", "account_sid": "AC1", "from": "+9990009999", "username": "mission", "user": "sms",
    "phone_number_id": "100", "bot": "b", "host": "mail.example",
}  # fmt: skip
SENDERS = [name for name in channels.GATEWAYS if channels.gateway(name).CARRIES]


def composed(name: str) -> HttpRequest | Letter:
    to = Hidden({"telegram": "telegram:41", "email": "a@base.example"}.get(name, NUMBER))
    outgoing = Outgoing("tocsin-key-1", to, "Appelez la base", f"{URL}")
    return channels.gateway(name).compose(outgoing, secret=Hidden(SECRET.decode()), options=OPTIONS, as_of=NOON)


@pytest.mark.parametrize("name", SENDERS)
def test_a_request_holds_the_words_and_shows_nothing_of_itself(name):
    made = composed(name)

    shown = repr(made)
    assert NUMBER not in shown
    assert SECRET.decode() not in shown
    assert "a@base.example" not in shown
    assert composed(name).__class__ is made.__class__


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in SENDERS
        if name not in ("email", "telegram", "twilio", "africas_talking", "rapidpro", "whatsapp")
    ],
)
def test_our_key_is_the_number_of_a_message_where_the_provider_takes_one(name):
    body = composed(name).body.reveal(purpose="test")

    assert json.loads(body)["id"] == "tocsin-key-1"


def test_twilio_is_told_where_to_report():
    form = parse_qs(composed("twilio").body.reveal(purpose="test").decode())

    assert form == {"To": [NUMBER], "From": ["+9990009999"], "Body": ["Appelez la base"], "StatusCallback": [URL]}


ANSWERS = [
    ("sms_http", 200, b'{"id":"7"}', Verdict.TAKEN, "7"),
    ("sms_http", 503, b"", Verdict.LATER, ""),
    ("sms_http", 401, b"", Verdict.LATER, ""),
    ("sms_http", 422, b"", Verdict.NEVER, ""),
    ("twilio", 201, b'{"sid":"SM9","status":"queued"}', Verdict.TAKEN, "SM9"),
    ("twilio", 400, b'{"code":21211}', Verdict.NEVER, ""),
    ("twilio", 429, b'{"code":20429}', Verdict.LATER, ""),
    ("africas_talking", 201, b'{"SMSMessageData":{"Recipients":[{"statusCode":101,"messageId":"ATX"}]}}', Verdict.TAKEN, "ATX"),
    ("africas_talking", 201, b'{"SMSMessageData":{"Recipients":[{"statusCode":403}]}}', Verdict.NEVER, ""),
    ("africas_talking", 201, b'{"SMSMessageData":{"Recipients":[{"statusCode":405}]}}', Verdict.LATER, ""),
    ("africas_talking", 201, b"nonsense", Verdict.LATER, ""),
    ("android_gateway", 202, b'{"id":"tocsin-key-1","state":"Pending"}', Verdict.TAKEN, "tocsin-key-1"),
    ("android_gateway", 409, b"{}", Verdict.TAKEN, ""),
    ("whatsapp", 400, b'{"error":{"code":131047}}', Verdict.NEVER, ""),
    ("whatsapp", 400, b'{"error":{"code":131056}}', Verdict.LATER, ""),
    ("telegram", 403, b'{"ok":false}', Verdict.NEVER, ""),
    ("telegram", 429, b'{"ok":false}', Verdict.LATER, ""),
    ("rapidpro", 201, b'{"id":1234}', Verdict.TAKEN, "1234"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "body", "verdict", "number"), ANSWERS)
def test_what_a_provider_answers_is_understood(name, status, body, verdict, number):
    handed = channels.gateway(name).understand(status, body)

    assert handed.verdict is verdict
    assert handed.vendor_id == number


def test_replies_go_back_in_twilios_own_instructions_and_cannot_break_out_of_them():
    from tocsin.core.evidence.gateways import Told

    found = channels.gateway("twilio").answer([Told("M-1", "Noté <b> & merci", False), Told("M-2", "again", True)])

    assert found.holds_replies
    assert "<Message>Noté &lt;b&gt; &amp; merci</Message></Response>" in found.body
    assert "again" not in found.body
