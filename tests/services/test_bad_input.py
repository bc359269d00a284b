"""Whatever comes in is answered clearly, and nothing of it is lost. The same on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError

from tests.stories import night
from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.evidence.signatures import sign
from tocsin.core.evidence.types import Message
from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import doors, gateways, intake, loading, work
from tocsin.services.intake import Receipt
from tocsin.store import models
from tocsin.store.queries import evidence
from tocsin.store.writes import evidence as write

pytestmark = pytest.mark.django_db
NOW = night.at(2, 5)
URGENT = "Urgent! Des hommes armés attaquent Malka, ils brûlent les maisons"


class Gateway:
    """A gateway of the mission: signs its calls with the secret it was given."""

    def __init__(self) -> None:
        self._secret = gateways.make_gateway("gw-1", channel="sms", now=NOW).encode()
        self._calls = 0

    def headers(self, body: bytes, *, at: datetime = NOW, nonce: str = "", **changed: str) -> dict[str, str]:
        self._calls += 1
        nonce = nonce or f"nonce-{self._calls:06d}"
        stamp = str(int(at.timestamp()))
        found = {
            "X-Tocsin-Gateway": "gw-1", "X-Tocsin-Timestamp": stamp, "X-Tocsin-Nonce": nonce,
            "X-Tocsin-Signature": sign(self._secret, stamp, nonce, body),
        }  # fmt: skip
        return found | {name.replace("_", "-"): value for name, value in changed.items()}

    def send(self, body: bytes | dict[str, Any] | list[Any]) -> list[Receipt] | Problem:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return doors.take_sms(self.headers(raw), raw, now=NOW)


@pytest.fixture
def gateway() -> Gateway:
    night.begin()
    return Gateway()


def do_the_work() -> None:
    """Do everything that is due, and expect that no stage stumbled over what came in."""
    work.drain("test", now=NOW, wall=NOW)
    assert [f"{one.verb}: {one.last_error}" for one in models.WorkItem.objects.exclude(last_error="")] == []


def kept() -> list[models.Message]:
    return list(models.Message.objects.order_by("pk"))


def reports() -> list[models.Report]:
    return list(models.Report.objects.order_by("pk"))


def alarms() -> int:
    """Return how many alerts the messages raised; the world has older ones of its own."""
    return models.AlertReport.objects.values("alert").distinct().count()


def told(found: object) -> str:
    """Return the sentence that whoever sent it is told; a problem without its sentence fails here."""
    assert isinstance(found, Problem)
    assert wording.problem(found).startswith(found.where)
    return found.code


ENCODINGS = {
    "latin-1": ('{"id":"1","text":"Des hommes armés à Malka"}'.encode("latin-1"), "armés", "decoded_as_latin_1"),
    "windows-1252": ('{"id":"1","text":"l’armée à Malka"}'.encode("cp1252"), "l’armée", "decoded_as_latin_1"),
    "utf-16 with its mark": ('{"id":"1","text":"armés à Malka"}'.encode("utf-16"), "armés", "decoded_as_utf_16"),
    "utf-16 without": ('{"id":"1","text":"مسلحون في مالكا"}'.encode("utf-16-be"), "مسلحون", "decoded_as_utf_16"),
    "half a character": (b'{"id":"1","text":"Malka \\ud83d attaque"}', "Malka \ufffd attaque", "lone_surrogate_replaced"),
    "NUL in JSON": (b'{"id":"1","text":"Mal\\u0000ka attaque"}', "Malka attaque", "nul_removed"),
    "NUL in the body": (b'{"id":"1","text":"Mal\x00ka attaque"}', "Malka attaque", "nul_removed"),
    "bell and escape": (b'{"id":"1","text":"Malka\\u0007\\u001b[31m attaque"}', "Malka[31m attaque", "control_characters_removed"),
    "bytes that are no text": (bytes(range(1, 256)), "abc", "decoded_as_latin_1"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "shown", "doubt"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_message_in_any_encoding_is_kept_readable_and_says_what_was_mended(
    gateway: Gateway, body: bytes, shown: str, doubt: str
) -> None:
    receipts = gateway.send(body)
    do_the_work()

    (message,) = kept()
    assert [one.ref for one in receipts] == [message.ref]
    assert shown in message.text
    assert doubt in message.doubts
    assert doubt in reports()[0].doubts, "whoever verifies the report sees what was mended"


def test_what_no_column_takes_is_mended_at_the_last_door_too(gateway: Gateway) -> None:
    broken = "Malka\x00\ud800"
    message = Message(
        Channel.HOTLINE,
        broken,
        NOW,
        contact=Hidden("+999 000 0001\x00\udfff"),
        vendor_id=broken,
        sender_role=broken,
        place_hint=broken,
        language_hint="\x00fr",
    )

    receipt = intake.receive(message, now=NOW)
    do_the_work()

    (row,) = kept()
    assert (row.ref, row.text, row.language_hint) == (receipt.ref, "Malka\ufffd", "fr")
    assert {"nul_removed", "lone_surrogate_replaced"} <= set(row.doubts)


def test_answers_longer_than_their_columns_are_cut_and_the_message_is_kept() -> None:
    night.begin()
    long = "focal point of the market " * 40
    sheet = {
        "what": URGENT,
        "place": long,
        "caller_role": long,
        "caller_number": long,
        "language": long,
        "call_id": long,
    }

    receipt = doors.take_hotline_sheet(night.viewer("duty"), sheet, now=NOW)
    do_the_work()

    (row,) = kept()
    assert isinstance(receipt, Receipt)
    assert row.text.startswith(URGENT)


def test_a_message_beyond_the_limit_is_refused_by_every_door_and_nothing_is_kept(gateway: Gateway) -> None:
    large = "Malka " * 1_750_000
    body = json.dumps({"id": "1", "text": large}).encode()

    refused = [
        doors.take_sms(gateway.headers(body), body, now=NOW),
        doors.take_web_form({"text": large}, now=NOW),
        doors.take_hotline_sheet(night.viewer("duty"), {"what": large}, now=NOW),
        doors.take_command({"channel": "sms", "text": large}, received_at=NOW, now=NOW),
    ]

    assert [told(found) for found in refused] == ["CHN-001"] * 4
    assert kept() == []


def test_the_longest_message_that_is_taken_is_read(gateway: Gateway) -> None:
    text = ("Urgent Malka attaque 40 hommes armés " * 500)[: MAX_BODY_BYTES // 2]

    assert not isinstance(gateway.send({"id": "1", "text": text}), Problem)
    do_the_work()

    assert kept()[0].text == text.strip() or kept()[0].text == text
    assert reports()[0].kind != "unread"


def test_a_report_from_an_unknown_place_is_kept_and_the_sender_is_asked_where(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.MISSION, "outgoing_spool", str(tmp_path))
    text = "Urgent, des hommes armés attaquent Xqzthpl, ils tirent"

    first = gateway.send({"id": "1", "from": "+999 000 7777", "text": text})
    gateway.send({"id": "2", "from": "+999 000 7777", "text": f"{text} encore"})
    do_the_work()

    assert [report.place for report in reports()] == [None, None]
    assert all("place_unknown" in report.doubts for report in reports())
    out = [path.read_bytes().partition(b"\n\n") for path in tmp_path.iterdir()]
    (words,) = [text.decode("utf-16-be") for head, _, text in out if head.startswith(b"To: 9990007777")]
    assert first[0].ref in words
    assert "Xqzthpl" not in words


def test_a_mission_without_a_way_out_asks_nobody_and_still_shows_the_doubt(gateway: Gateway) -> None:
    gateway.send({"id": "1", "from": "+999 000 7777", "text": "Urgent, des hommes armés attaquent Xqzthpl"})
    do_the_work()

    assert "place_unknown" in reports()[0].doubts
    assert not models.OutgoingMessage.objects.filter(purpose="question").exists()


def test_swapped_coordinates_in_a_message_are_told_and_kept(gateway: Gateway) -> None:
    place = models.Place.objects.get(name="Malka")

    gateway.send({"id": "1", "text": f"Attaque, hommes armés a {place.lon:.4f}, {place.lat:.4f}"})
    do_the_work()

    (report,) = reports()
    assert "coordinates_swapped" in report.doubts
    assert (round(report.lat, 3), round(report.lon, 3)) == (round(place.lat, 3), round(place.lon, 3))


MOMENTS = {
    "tomorrow": ((NOW + timedelta(days=1)).isoformat(), "time_ahead_of_receipt"),
    "the year 9999": ("9999-12-31T23:59:59-14:00", "time_not_understood"),
    "the year 1": ("0001-01-01T00:00:00+14:00", "time_not_understood"),
    "a number beyond any calendar": (1e300, "time_not_understood"),
    "no number": ("NaN", "time_not_understood"),
    "words": ("yesterday evening", "time_not_understood"),
    "no zone": ("2027-03-12T01:00:00", "time_without_zone"),
}


@pytest.mark.parametrize(("sent_at", "doubt"), MOMENTS.values(), ids=MOMENTS)
def test_an_impossible_time_leaves_a_doubt_and_the_message_counts_from_its_receipt(
    gateway: Gateway, sent_at: object, doubt: str
) -> None:
    receipts = gateway.send({"id": "1", "text": URGENT, "sent_at": sent_at})
    do_the_work()

    assert not isinstance(receipts, Problem)
    assert kept()[0].received_at == NOW
    assert doubt in kept()[0].doubts


def test_one_number_with_other_words_is_two_messages_and_says_so(gateway: Gateway) -> None:
    first = gateway.send({"id": "77", "text": "Tout est calme a Oru"})
    second = gateway.send({"id": "77", "text": URGENT})
    again = gateway.send({"id": "77", "text": URGENT})
    do_the_work()

    calm, urgent = kept()
    assert (calm.text, urgent.text) == ("Tout est calme a Oru", URGENT)
    assert [one[0].ref for one in (first, second, again)] == [calm.ref, urgent.ref, urgent.ref]
    assert [one[0].is_repeat for one in (first, second, again)] == [False, False, True]
    assert (calm.repeats, urgent.repeats) == (0, 1)
    assert "vendor_id_reused" in urgent.doubts
    assert alarms() == 1, "the second message was the alarm"


def test_the_numbers_of_two_gateways_do_not_meet() -> None:
    night.begin()
    gateways.make_gateway("gw-2", channel="sms", now=NOW)
    message = Message(Channel.SMS, "Tout est calme a Oru", NOW, vendor_id="77")

    refs = {intake.receive(message, now=NOW, gateway=name).ref for name in ("gw-1", "gw-2")}

    assert len(refs) == 2


def forged(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, X_Tocsin_Signature="0" * 64)


def malformed(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, X_Tocsin_Signature="not a signature")


def unsigned(gateway: Gateway, body: bytes) -> dict[str, str]:
    return {}


def unknown(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, X_Tocsin_Gateway="gw-9")


def expired(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, at=NOW - timedelta(minutes=6))


def from_the_future(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, at=NOW + timedelta(minutes=6))


def of_another_body(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body + b" ")


def with_letters_of_no_alphabet(gateway: Gateway, body: bytes) -> dict[str, str]:
    return gateway.headers(body, X_Tocsin_Nonce="\x00\ud800é" * 5, X_Tocsin_Timestamp="١٢٣٤٥٦٧٨٩٠")


@pytest.mark.parametrize(
    ("seal", "code"),
    [
        (unsigned, "CHN-010"), (malformed, "CHN-011"), (with_letters_of_no_alphabet, "CHN-011"), (forged, "CHN-013"),
        (unknown, "CHN-013"), (of_another_body, "CHN-013"), (expired, "CHN-012"), (from_the_future, "CHN-012"),
    ],
)  # fmt: skip
def test_a_call_that_is_not_rightly_signed_has_no_effect(
    gateway: Gateway, seal: Callable[[Gateway, bytes], dict[str, str]], code: str
) -> None:
    body = json.dumps({"id": "1", "text": URGENT}).encode()

    refused = doors.take_sms(seal(gateway, body), body, now=NOW)
    assert told(refused) == code
    assert kept() == []

    assert not isinstance(gateway.send(body), Problem)
    assert len(kept()) == 1


def test_a_replayed_call_has_no_effect(gateway: Gateway) -> None:
    body = json.dumps({"id": "1", "text": URGENT}).encode()
    headers = gateway.headers(body)
    doors.take_sms(headers, body, now=NOW)

    replayed = doors.take_sms(headers, body, now=NOW + timedelta(minutes=2))

    assert told(replayed) == "CHN-014"
    assert [row.repeats for row in kept()] == [0]


def test_a_call_cut_short_by_the_store_can_be_sent_again_as_it_was(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.dumps([{"id": "1", "text": URGENT}, {"id": "2", "text": "Tout est calme a Oru"}]).encode()
    headers = gateway.headers(body)
    saved = write.save_message

    def fails_on_the_second(message: Message, **given: Any) -> Any:
        if message.vendor_id == "2":
            raise DatabaseError("the disk is full")
        return saved(message, **given)

    with monkeypatch.context() as broken:
        broken.setattr(write, "save_message", fails_on_the_second)
        with pytest.raises(DatabaseError):
            doors.take_sms(headers, body, now=NOW)
    answered = doors.take_sms(headers, body, now=NOW)

    assert not isinstance(answered, Problem), "the very same call, with the same nonce, is no replay"
    assert sorted(row.vendor_id for row in kept()) == ["1", "2"]


BODIES = {
    "JSON cut off": b'{"id": "1", "text": "Urgent, attaque a Malka',
    "JSON of another shape": b'{"sms": {"body": "Urgent, attaque a Malka"}}',
    "a list of words": b'["Urgent", "attaque a Malka"]',
    "nested a thousand deep": b"[" * 2000 + b'"Malka"' + b"]" * 2000,
    "a number of five thousand digits": b'{"id": ' + b"9" * 5000 + b', "text": "Malka"}',
    "plain words": "Urgent, attaque à Malka".encode(),
    "a half-decoded form": b"text=Urgent%2C+attaque+a+Malka%ff&from=%2B999%ZZ",
    "XML": b"<sms><text>Urgent, attaque a Malka</text></sms>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_signed_body_that_is_not_understood_is_kept_and_put_before_a_person(gateway: Gateway, body: bytes) -> None:
    receipts = gateway.send(body)
    do_the_work()

    assert not isinstance(receipts, Problem)
    assert "Malka" in kept()[0].text
    assert len(reports()) >= 1


@pytest.mark.parametrize("body", [b"", b"  \n", b"\xef\xbb\xbf"], ids=["nothing", "blanks", "only a mark"])
def test_an_empty_body_is_refused_with_a_reason(gateway: Gateway, body: bytes) -> None:
    assert told(gateway.send(body)) == "CHN-002"
    assert kept() == []


def test_a_call_without_messages_is_answered_and_keeps_nothing(gateway: Gateway) -> None:
    assert gateway.send(b"[]") == []
    assert kept() == []


ODD_TEXTS = {
    "nothing": "",
    "blanks": " \n\t ",
    "emoji": "🔥🏚️ Malka 🔫👥👥👥 🆘",
    "emoji alone": "🆘🆘🆘",
    "right to left": "عاجل: مسلحون يهاجمون Malka الآن ويحرقون البيوت",
    "signs of direction": "\u202eaklaM euqatta\u202c \u2066Malka\u2069",
    "zero-width": "Mal\u200bka at\u200cta\u200dque\ufeff",
    "a heap of accents": "M" + "\u0301" * 500 + "alka",
    "one letter": "a",
    "only digits": "9" * 1000,
    "only marks": "?!.,;:()[]{}<>«»" * 50,
    "a telephone number": "+999 000 0001",
    "letters of many alphabets": "Malka Малка 马尔卡 ማልካ މަލްކާ",
    "a formula": '=cmd|" /C calc"!A0',
    "markup": "<script>alert(1)</script> {{ 7*7 }} {% load %} %s %(x)s {0}",
    "an answer of nobody": "ACK " + "9" * 5000,
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_texts_are_kept_as_they_came_and_put_before_a_person(gateway: Gateway, text: str) -> None:
    receipts = gateway.send({"id": "1", "from": "+999 000 7777", "text": text})
    do_the_work()

    assert not isinstance(receipts, Problem)
    assert kept()[0].text == text
    assert len(reports()) >= 1


def test_an_empty_sms_is_a_sign_that_somebody_rang(gateway: Gateway) -> None:
    gateway.send({"id": "1", "from": "+999 000 7777", "text": ""})
    do_the_work()

    assert "text_empty" in reports()[0].doubts


@pytest.mark.parametrize(
    "number", ["99999999999", "5-99999999999", "9" * 40, "9" * 5000, "1e400", "-40", "٩٩٩٩٩٩٩٩٩٩٩٩٩"]
)
def test_a_toll_that_no_column_holds_does_not_stop_the_alarm(gateway: Gateway, number: str) -> None:
    gateway.send({"id": "1", "text": f"Urgent! Attaque a Malka maintenant, {number} morts, {number} hommes armés"})
    do_the_work()

    assert len(reports()) >= 1
    assert alarms() == 1


def test_a_thousand_deliveries_of_one_message_are_one_message(gateway: Gateway) -> None:
    message = Message(Channel.SMS, URGENT, NOW, contact=Hidden("+999 000 0001"), vendor_id="5")

    receipts = [intake.receive(message, now=NOW + timedelta(seconds=number), gateway="gw-1") for number in range(1000)]
    do_the_work()

    (row,) = kept()
    assert {one.ref for one in receipts} == {row.ref}
    assert sum(not one.is_repeat for one in receipts) == 1
    assert row.repeats == 999
    assert (len(reports()), alarms()) == (1, 1)


def test_the_check_that_no_stage_stumbled_can_fail(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twin: a stage that stumbles leaves its error where `do_the_work` looks."""
    monkeypatch.setitem(work.STAGES, "read", lambda ref, now: [][0])
    gateway.send({"id": "1", "text": URGENT})

    with pytest.raises(AssertionError, match="IndexError"):
        do_the_work()


HEADER = "id,country,date_start,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,low,best,high,where_coordinates,adm_1"
GOOD = "{id},Oulanga,2018-05-0{id},3,c,A,Civilians,1.2,28.4,1,2,3,Malka,North"


def load(tmp_path: Path, *rows: str, encoding: str = "utf-8") -> dict[str, Any]:
    path = tmp_path / "events.csv"
    path.write_bytes("\n".join([HEADER, GOOD.format(id=1), *rows, GOOD.format(id=2), ""]).encode(encoding))
    as_of = datetime(2018, 12, 31, tzinfo=UTC)
    return loading.load(SYSTEM, "ucdp_ged", path, now=NOW, options={"as_of": as_of.date()})


ROWS = {
    "swapped coordinates": ("9,Oulanga,2018-05-09,3,c,A,B,128.4,1.2,1,2,3,Malka,North", 2),
    "a date in the future": ("9,Oulanga,2031-05-09,3,c,A,B,1.2,28.4,1,2,3,Malka,North", 2),
    "a day that never was": ("9,Oulanga,2018-02-30,3,c,A,B,1.2,28.4,1,2,3,Malka,North", 2),
    "a toll beyond any column": ("9,Oulanga,2018-05-09,3,c,A,B,1.2,28.4,1,99999999999999999999,3,Malka,North", 3),
    "NUL in a name": ("9,Oulanga,2018-05-09,3,c,A,B,1.2,28.4,1,2,3,Mal\x00ka,North", 3),
    "names longer than their columns": (f"9,{'Oulanga' * 40},2018-05-09,3,c,{'A' * 400},B,1.5,28.9,1,2,3,{'M' * 400},{'N' * 400}", 3),
    "too few cells": ("9,Oulanga,2018", 2),
    "the same id with other words": ("1,Oulanga,2018-06-01,3,c,A,Civilians,1.2,28.4,1,7,9,Malka,North", 2),
}  # fmt: skip


@pytest.mark.parametrize(("row", "loaded"), ROWS.values(), ids=ROWS)
def test_a_bad_row_of_a_dataset_stops_none_of_the_good_ones(tmp_path: Path, row: str, loaded: int) -> None:
    found = load(tmp_path, row)

    assert models.Incident.objects.count() == loaded
    assert set(models.Incident.objects.values_list("feed_id", flat=True)) >= {"ucdp:1", "ucdp:2"}
    assert found["problems"] or found["changes"] or loaded == 3


def test_a_dataset_in_another_encoding_is_read_with_its_accents(tmp_path: Path) -> None:
    load(tmp_path, "9,Oulanga,2018-05-09,3,c,A,B,1.5,28.9,1,2,3,Bégoua,North", encoding="latin-1")

    assert models.Incident.objects.get(feed_id="ucdp:9").place_name == "Bégoua"


def test_counts_agree_with_what_was_kept(gateway: Gateway) -> None:
    gateway.send({"id": "1", "text": URGENT})
    do_the_work()

    assert evidence.counts()["messages"] == len(kept()) == 1
