"""Whatever a browser or a gateway sends to the pages is answered clearly, and loses nothing. On both engines."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tocsin.core.evidence.signatures import sign
from tocsin.core.reference.results import Hidden
from tocsin.services import work
from tocsin.store.models import Alert, AuditEntry, HistoryEntry, Lesson, Message, Place, Report
from tocsin.store.writes.gateways import save_gateway
from tocsin.web import pages

Answer = Any
SECRET = "a secret that the gateway holds, and nobody else"
FORM = "application/x-www-form-urlencoded"
# What an address or a field may hold, percent-encoded: never a text that an honest page would send.
NASTY = (
    "%00", "%ED%A0%80", "-1", "1e999", "R-" + "9" * 30, "0001-01-01T00:00%2B14:00", "9999-12-31T23:59-14:00",
    "'%22%3E%3Cscript%3E", "x" * 5000,
)  # fmt: skip
ANSWERS = {200, 302, 400, 403, 404, 405, 409, 422}
PAGES = Path(pages.__file__).parent


def addresses(patterns: Iterable[Any], before: str = "/") -> Iterator[str]:
    """Yield the address of every page, with its variable parts in braces; the API has tests of its own."""
    for one in patterns:
        whole = before + str(one.pattern)
        if whole.startswith("/api/"):
            continue
        if isinstance(one, URLPattern):
            yield re.sub(r"<[^>]+>", "{}", whole)
        else:
            yield from addresses(one.url_patterns, whole)


ALL = sorted(set(addresses(get_resolver("tocsin.web.urls").url_patterns)))
ASKED = sorted(
    {name for path in PAGES.glob("*.py") for name in re.findall(r'GET\.get\("(\w+)"', path.read_text("utf-8"))}
)
FIELDS = sorted(
    {
        name
        for path in PAGES.glob("*.py")
        for name in re.findall(r'(?:POST\.get(?:list)?\(|posted\.\w+\(request, )"(\w+)"', path.read_text("utf-8"))
    }
)


def asked(client: Client, address: str, value: str) -> Answer:
    """Return the answer to an address with `value` in each variable part and in all that a page may be asked."""
    query = "&".join(f"{name}={value}" for name in (*ASKED, "as_of"))
    return client.get(f"{address.replace('{}', value)}?{query}")


def test_the_pages_and_what_they_ask_for_are_found() -> None:
    assert {"/", "/report/", "/in/{}/", "/places/{}/", "/reports/{}/{}/"} <= set(ALL)
    assert {"page", "days", "alert"} <= set(ASKED)
    assert {"why", "text"} <= set(FIELDS)


@pytest.mark.parametrize("value", NASTY, ids=lambda value: value[:24])
def test_no_address_brings_a_page_down(value: str, sign_in: Callable[..., Client]) -> None:
    client = sign_in("lead")
    safe = [address for address in ALL if "account" not in address]

    found = {address: asked(client, address, value).status_code for address in safe}

    assert {address: status for address, status in found.items() if status not in ANSWERS} == {}


@pytest.mark.parametrize("value", NASTY, ids=lambda value: value[:24])
def test_no_form_brings_a_page_down(value: str, sign_in: Callable[..., Client], world: None) -> None:
    client = sign_in("lead")
    refs = {
        "reports": Report.objects.latest("pk").ref,
        "alerts": Alert.objects.latest("pk").ref,
        "places": "",
        "matrix": Place.objects.latest("pk").ref,
    }
    verbs = (
        "take",
        "grade",
        "move",
        "correct",
        "merge",
        "split",
        "alert",
        "decide",
        "task",
        "effect",
        "feedback",
        "close",
        "confirm",
        "escalate",
    )
    body = "&".join(f"{name}={value}" for name in FIELDS).encode()
    targets = [address for address in ALL if "{}" not in address and "account" not in address and "sms" not in address]
    targets += [f"/{room}/{refs[room]}/{verb}/" for room in ("reports", "alerts") for verb in verbs]
    targets += [
        f"/matrix/{refs['matrix']}/",
        f"/coverage/{refs['matrix']}/gap/",
        "/gaps/G-000001/move/",
        "/lessons/L-000001/move/",
    ]

    found = {target: client.post(target, body, content_type=FORM).status_code for target in targets}

    assert {target: status for target, status in found.items() if status not in ANSWERS} == {}


DEEDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("/reports/{report}/grade/", "why", {"source": "B", "content": "3"}),
    ("/reports/{report}/move/", "why", {"to": "verifying"}),
    ("/reports/{report}/correct/", "why", {"priority": "P2"}),
    ("/alerts/{alert}/decide/", "why", {"kind": "monitor"}),
    ("/alerts/{alert}/feedback/", "text", {"method": "radio"}),
    ("/alerts/{alert}/task/", "what", {"owner": "Patrol 1", "due_at": "2030-01-01T10:00"}),
    ("/matrix/{place}/", "why", {"override": "must", "action": "watch"}),
    ("/lessons/submit/", "observation", {"title": "A title", "theme": "EARLY_WARNING"}),
    ("/hotline/", "what", {"place": "Malka"}),
    ("/report/", "text", {"place": "Malka"}),
)


@pytest.mark.parametrize(("address", "field", "others"), DEEDS, ids=[deed[0] for deed in DEEDS])
def test_what_no_column_holds_never_stops_a_deed(
    address: str, field: str, others: dict[str, str], sign_in: Callable[..., Client]
) -> None:
    report, alert = Report.objects.latest("pk"), Alert.objects.exclude(state="closed").latest("pk")
    where = address.format(report=report.ref, alert=alert.ref, place=Place.objects.latest("pk").ref)
    body = f"{field}=Armed%00%20men%ED%A0%80%20at%1B%20dawn&" + "&".join(f"{k}={quote(v)}" for k, v in others.items())

    answer = sign_in("lead").post(where, body.encode(), content_type=FORM)

    assert answer.status_code in {302, 422}
    assert not any("\\u0000" in json.dumps(row.after) + json.dumps(row.facts) for row in HistoryEntry.objects.all())


@pytest.fixture
def gateway(world: None) -> Callable[..., Answer]:
    save_gateway("modem", channel="sms", secret=Hidden(SECRET), outbound=None)

    def call(body: bytes, **changed: str) -> Answer:
        nonce, stamp = secrets.token_hex(8), str(int(time.time()))
        headers = {
            "X-Tocsin-Gateway": "modem", "X-Tocsin-Timestamp": stamp, "X-Tocsin-Nonce": nonce,
            "X-Tocsin-Signature": sign(SECRET.encode(), stamp, nonce, body),
        }  # fmt: skip
        kind = changed.pop("content_type", "application/json")
        # `generic` sends the bytes as they are; `post` would decode them by the charset of their type.
        return Client(enforce_csrf_checks=True).generic(
            "POST", "/in/sms/", body, content_type=kind, headers=headers | changed
        )

    return call


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"id":"x1","text":"armés à Malka"}'.encode("latin-1"), "application/json; charset=latin-1"),
        ('{"id":"x1","text":"armés à Malka"}'.encode("utf-16"), "application/json; charset=utf-16"),
        ("id=x1&text=armés à Malka".encode(), "application/x-www-form-urlencoded; charset=no-such-thing"),
        (b"id=x1&text=arm%E9s+%00+Malka", FORM),
        (b'{"id":"x1","text":"arm\\u00e9s \\u0000 Malka"}', "text/plain"),
        (b"\xff\xfe\xfd\x00 Malka", "application/octet-stream"),
        (b'{"id":"x1","text":"Malka', "application/json"),
        ('{"id":"x1","text":"‮🔥 Malka ​‏"}'.encode(), ""),
    ],
    ids=["latin-1", "utf-16", "unknown charset", "form in latin-1", "NUL", "no text", "cut off", "direction and emoji"],
)
def test_a_signed_call_in_any_encoding_is_stored_and_answered(
    gateway: Callable[..., Answer], body: bytes, content_type: str
) -> None:
    before = Message.objects.count()

    answer = gateway(body, content_type=content_type)
    work.drain("test", now=datetime.now(UTC))

    assert (answer.status_code, Message.objects.count()) == (200, before + 1)
    assert answer.json()["ref"] == Message.objects.latest("pk").ref
    assert Report.objects.filter(message=Message.objects.latest("pk")).exists()


@pytest.mark.parametrize("bytes_sent", [16 * 1024 + 1, 10_000_000], ids=["one too many", "ten megabytes"])
def test_a_call_beyond_the_limit_stores_nothing_and_says_the_limit(
    gateway: Callable[..., Answer], bytes_sent: int
) -> None:
    before = Message.objects.count()

    answer = gateway(b"x" * bytes_sent)

    assert (answer.status_code, Message.objects.count()) == (413, before)
    assert "16384" in answer.json()["message"]


@pytest.mark.parametrize("length", ["-1", "many", "9" * 30], ids=["below nothing", "no number", "beyond any memory"])
def test_a_false_length_is_no_way_in(gateway: Callable[..., Answer], length: str) -> None:
    before = Message.objects.count()

    answer = Client().generic("POST", "/in/sms/", b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert answer.status_code in {400, 401, 413}
    assert Message.objects.count() == before


@pytest.mark.parametrize("body", [b"", b" \n\t "], ids=["nothing", "blanks"])
def test_an_empty_call_is_told_so(gateway: Callable[..., Answer], body: bytes) -> None:
    answer = gateway(body)

    assert (answer.status_code, answer.json()["problem"]["code"]) == (400, "CHN-002")


def test_headers_of_no_alphabet_are_refused(gateway: Callable[..., Answer]) -> None:
    statuses = [
        gateway(b'{"text":"Malka"}', **{name: value}).status_code
        for name in ("X-Tocsin-Gateway", "X-Tocsin-Nonce", "X-Tocsin-Timestamp", "X-Tocsin-Signature")
        for value in ("é" * 20, "\u0660" * 10, "x" * 5000, "a b", "'; drop table")
    ]

    assert set(statuses) == {401}


def test_a_form_of_ten_megabytes_is_refused_and_nothing_is_kept(world: None) -> None:
    before = Message.objects.count()

    answer = Client().post("/report/", b"text=" + b"x" * 10_000_000, content_type=FORM)

    assert answer.status_code in {400, 413}
    assert Message.objects.count() == before


def test_a_form_a_little_too_long_comes_back_with_the_reason(world: None) -> None:
    before = Message.objects.count()

    answer = Client().post("/report/", {"text": "Malka " * 4000, "form_id": "f-9"})

    assert answer.status_code in {413, 422}
    assert "16384" in answer.content.decode().replace(",", "").replace("\u202f", "")
    assert Message.objects.count() == before


FORMS = {
    "latin-1": b"text=" + quote_from_bytes("armés à Malka".encode("latin-1")).encode() + b"&form_id=b-1",
    "NUL": b"text=Mal%00ka+arm%C3%A9s&form_id=b%001",
    "half a character": b"text=%ED%A0%BD+Malka&place=%ED%A0%BD&form_id=b-2",
    "direction and nothing": b"text=%E2%80%AE%E2%80%8B+Malka&form_id=b-3",
    "emoji": b"text=%F0%9F%94%A5%F0%9F%91%A5+Malka&contact=%F0%9F%93%9E&form_id=b-4",
    "every field long": b"text=Malka&"
    + b"&".join(name + b"=" + b"9" * 2000 for name in (b"place", b"contact", b"language", b"form_id")),
    "caught by the trap": b"text=Malka&website=http%3A%2F%2Fexample.invalid&form_id=b-5",
    "field twice": b"text=one&text=Malka&form_id=b-6",
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_form_in_any_encoding_is_stored_and_gets_its_number(world: None, body: bytes) -> None:
    before = Message.objects.count()

    answer = Client().post("/report/", body, content_type=FORM, follow=True)
    work.drain("test", now=datetime.now(UTC))

    kept = Message.objects.latest("pk")
    assert (answer.status_code, Message.objects.count()) == (200, before + 1)
    assert kept.ref in answer.content.decode()
    assert Report.objects.filter(message=kept).exists()


def test_the_page_of_a_broken_message_can_be_opened_and_carries_no_markup(
    gateway: Callable[..., Answer], sign_in: Callable[..., Client]
) -> None:
    text = "<script>alert(1)</script> \u202e{{ 7*7 }} \u0000🔥 Malka attaque"
    gateway(json.dumps({"id": "x9", "text": text}).encode())
    work.drain("test", now=datetime.now(UTC))
    report = Report.objects.get(message=Message.objects.latest("pk"))

    page = sign_in("duty").get(f"/reports/{report.ref}/").content.decode()

    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page.replace("<mark>", "").replace("</mark>", "")


def test_nothing_of_a_refused_call_is_in_the_audit_log(gateway: Callable[..., Answer]) -> None:
    Client().post("/in/sms/", b'{"text":"a name nobody may read"}', content_type="application/json")

    assert not any("nobody may read" in json.dumps(row.subjects) for row in AuditEntry.objects.all())


def test_the_check_that_no_page_falls_can_fail(sign_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """Twin: a page that does not expect what it is asked brings the request down, and the client tells."""
    monkeypatch.setattr("tocsin.store.queries.desk.queue", lambda *given, **asked: [][0])

    with pytest.raises(IndexError):
        asked(sign_in("lead"), "/", "%00")


def test_lessons_were_not_written_by_accident(world: None) -> None:
    assert not Lesson.objects.filter(observation__contains="Armed men").exists()
