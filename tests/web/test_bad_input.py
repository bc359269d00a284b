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
from django.http import QueryDict
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
    "'%22%3E%3Cscript%3E", "x" * 1000,
)  # fmt: skip
ANSWERS = {200, 302, 400, 404, 405, 409, 422}
# Takes no form at all, only what the page without a network writes; tests/web/test_inlets.py sends that.
NO_FORM = "/report/offline/"
WEB = Path(pages.__file__).parents[1]
# What one call may weigh in all, below the limit of the server: above it nothing would be read.
MOST_BYTES = 250_000


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
PAGES = [address for address in ALL if "account" not in address]
# Where the code names what it is asked for: by a read of a form or an address, or in a tuple of such names.
_READ = re.compile(
    r'(?:(?:GET|POST|given|asked)(?:\.get(?:list)?\(|\[)|posted\.\w+\(request, )"([\w-]+)"|"(\w+)" in request\.GET'
)
_NAMES = re.compile(r"(?s)\bfor name in \(([^()]+)\)|^(?:FILTERS|FIELDS|_WORDS)\b[^=]*= \((.*?)\)", re.MULTILINE)


def named(source: str) -> set[str]:
    """Return the names of fields that a module reads."""
    found = {one for pair in _READ.findall(source) for one in pair if one}
    return found | {one for pair in _NAMES.findall(source) for one in re.findall(r'"(\w+)"', "".join(pair))}


FIELDS = sorted(set().union(*(named(path.read_text("utf-8")) for path in (*WEB.glob("*.py"), *WEB.glob("pages/*.py")))))


_LEARNT: set[str] = set()


@pytest.fixture
def fields(sign_in: Callable[..., Client]) -> set[str]:
    """Return every field that a form or an address may carry: those the code names, and those a visit looks up."""
    if not _LEARNT:
        _LEARNT.update(FIELDS, looked_up(sign_in("lead")))
    return _LEARNT


def looked_up(client: Client) -> set[str]:
    """Return what the pages look up when each is opened and each form is sent empty."""
    found: set[str] = set()
    real = QueryDict.__getitem__

    def noted(given: QueryDict, name: str) -> Any:
        found.add(name)
        return real(given, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryDict, "__getitem__", noted)
        for address in PAGES:
            client.get(address)
            client.post(address)
    return {name for name in found if re.fullmatch(r"[\w-]+", name)}


def portions(names: Iterable[str], value: str) -> list[str]:
    """Return the fields with `value` in each, as a form or an address carries them, in as few calls as the limit allows."""
    each, ordered = max(1, MOST_BYTES // (len(value) + 20)), sorted(names)
    return [
        "&".join(f"{name}={value}" for name in ordered[start : start + each]) for start in range(0, len(ordered), each)
    ]


def asked(client: Client, address: str, queries: Iterable[str], value: str) -> list[int]:
    """Return how an address answers with `value` in each variable part and in all that a page may be asked."""
    where = address.replace("{}", value)
    return [client.get(f"{where}?{query}&as_of={value}").status_code for query in queries]


def falls(found: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the addresses that answered as no page may."""
    return {address: statuses for address, statuses in found.items() if not set(statuses) <= ANSWERS}


def test_the_pages_and_what_they_ask_for_are_found() -> None:
    assert {"/", "/report/", "/in/{}/", "/places/{}/", "/reports/{}/{}/"} <= set(ALL)
    assert {"state", "priority", "page", "order", "days", "alert", "language"} <= set(FIELDS)
    assert {"why", "text", "determination", "events", "places", "form_id", "kind", "rests_on"} <= set(FIELDS)


def test_a_field_whose_name_stands_nowhere_as_it_is_read_is_found_by_a_visit(fields: set[str]) -> None:
    """Twin: the desk reads its filters and the hotline its lines by lists of names."""
    assert {"state", "priority", "page", "reach", "women_present", "set_state"} <= fields
    assert {"reach", "women_present", "set_state"} - set(FIELDS)


@pytest.mark.parametrize("value", NASTY, ids=lambda value: value[:24])
def test_no_address_brings_a_page_down(value: str, sign_in: Callable[..., Client], fields: set[str]) -> None:
    client, queries = sign_in("lead"), portions(fields, value)

    assert falls({address: asked(client, address, queries, value) for address in PAGES}) == {}


@pytest.mark.parametrize("value", NASTY, ids=lambda value: value[:24])
def test_no_form_brings_a_page_down(value: str, sign_in: Callable[..., Client], fields: set[str]) -> None:
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
    bodies = [portion.encode() for portion in portions(fields, value)]
    targets = [address for address in PAGES if "{}" not in address and "sms" not in address and address != NO_FORM]
    targets += [f"/{room}/{refs[room]}/{verb}/" for room in ("reports", "alerts") for verb in verbs]
    targets += [
        f"/matrix/{refs['matrix']}/",
        f"/coverage/{refs['matrix']}/gap/",
        "/gaps/G-000001/move/",
        "/lessons/L-000001/move/",
    ]

    found = {
        target: [client.post(target, body, content_type=FORM).status_code for body in bodies] for target in targets
    }

    assert falls(found) == {}
    assert {client.post(NO_FORM, body, content_type=FORM).status_code for body in bodies} == {403}


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
    rest, client = "".join(f"&{name}={quote(value)}" for name, value in others.items()), sign_in("lead")

    long = client.post(where, f"{field}={'x' * 5000}{rest}".encode(), content_type=FORM)
    answer = client.post(where, f"{field}=Armed%00%20men%ED%A0%80%20at%1B%20dawn{rest}".encode(), content_type=FORM)

    assert {long.status_code, answer.status_code} <= {302, 422}
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
        asked(sign_in("lead"), "/", [""], "%00")


def test_lessons_were_not_written_by_accident(world: None) -> None:
    assert not Lesson.objects.filter(observation__contains="Armed men").exists()
