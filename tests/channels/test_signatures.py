"""A request is believed only when its gateway signed these very bytes, just now."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.core.evidence.signatures import Seal, check, read_seal, sign
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem

SECRET = b"0123456789abcdef0123456789abcdef"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
STAMP = str(int(NOON.timestamp()))
NONCE = "n0nce-0001"
BODY = b'{"id":"1","text":"armed men"}'
SEAL = Seal("gw-1", STAMP, NONCE, sign(SECRET, STAMP, NONCE, BODY))


def code_of(found: Problem | None) -> str | None:
    return found.code if found else None


def test_the_signature_is_the_published_hmac() -> None:
    expected = hmac.new(SECRET, f"{STAMP}.{NONCE}.".encode() + BODY, hashlib.sha256).hexdigest()

    assert sign(SECRET, STAMP, NONCE, BODY) == expected


def test_a_signed_body_passes_and_one_changed_byte_does_not() -> None:
    assert check(SECRET, SEAL, BODY, as_of=NOON) is None
    assert code_of(check(SECRET, SEAL, BODY + b" ", as_of=NOON)) == "CHN-013"


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEAL, nonce="n0nce-0002"),
        replace(SEAL, timestamp=str(int(STAMP) + 1)),
        replace(SEAL, signature="0" * 64),
    ],
)
def test_time_nonce_and_signature_all_belong_to_the_seal(changed: Seal) -> None:
    assert code_of(check(SECRET, changed, BODY, as_of=NOON)) == "CHN-013"


def test_another_gateways_secret_does_not_open_the_door() -> None:
    assert code_of(check(b"f" * 32, SEAL, BODY, as_of=NOON)) == "CHN-013"


@pytest.mark.parametrize(("seconds", "expected"), [(300, None), (-300, None), (301, "CHN-012"), (-301, "CHN-012")])
def test_five_minutes_apart_pass_and_a_second_more_does_not(seconds: int, expected: str | None) -> None:
    found = check(SECRET, SEAL, BODY, as_of=NOON + timedelta(seconds=seconds))

    assert code_of(found) == expected


def test_a_stranger_learns_nothing_about_our_clock() -> None:
    forged = replace(SEAL, timestamp="1000000000", signature="0" * 64)

    assert code_of(check(SECRET, forged, BODY, as_of=NOON)) == "CHN-013"


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEAL, nonce="a.b.c.d.e"),
        replace(SEAL, nonce="short"),
        replace(SEAL, timestamp="-5"),
        replace(SEAL, timestamp="١٢٣٤٥٦٧٨٩٠"),
        replace(SEAL, signature="ü" * 64),
        replace(SEAL, gateway="gw 1\n"),
    ],
)
def test_a_header_of_another_form_is_refused_before_any_arithmetic(changed: Seal) -> None:
    assert code_of(check(SECRET, changed, BODY, as_of=NOON)) == "CHN-011"


def test_a_full_stop_cannot_be_moved_between_nonce_and_body() -> None:
    moved = replace(SEAL, nonce=NONCE + ".x", signature=sign(SECRET, STAMP, NONCE + ".x", b"y"))

    assert sign(SECRET, STAMP, NONCE, b"x.y") == sign(SECRET, STAMP, NONCE + ".x", b"y")
    assert code_of(check(SECRET, moved, b"y", as_of=NOON)) == "CHN-011"


def test_headers_are_found_in_any_case_and_a_missing_one_is_named() -> None:
    headers = {
        "x-tocsin-gateway": "gw-1", "X-TOCSIN-TIMESTAMP": STAMP, "X-Tocsin-Nonce": NONCE,
        "X-Tocsin-Signature": SEAL.signature.upper(),
    }  # fmt: skip
    without = {name: value for name, value in headers.items() if name != "X-Tocsin-Nonce"}

    missing = read_seal(without)

    assert read_seal(headers) == SEAL
    assert isinstance(missing, Problem)
    assert (missing.code, missing.facts["header"]) == ("CHN-010", "X-Tocsin-Nonce")


def test_a_short_secret_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        sign(b"short", STAMP, NONCE, BODY)


@pytest.mark.parametrize("code", ["CHN-010", "CHN-011", "CHN-012", "CHN-013"])
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_refused_seal_has_a_sentence(code: str, language: str) -> None:
    facts = {"header": "X-Tocsin-Nonce", "seconds": 400, "limit": 300}

    assert wording.problem(Problem(code, "gateway gw-1", facts), language).endswith(f"[{code}]")
