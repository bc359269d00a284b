"""What the SMS gateway's adapter promises beyond its fixtures."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tocsin.channels.sms_http import adapter
from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import Channel

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_the_fields_of_the_gateway_land_where_they_belong() -> None:
    body = json.dumps(
        {"id": "8731", "from": "+000 555 0101", "to": "4040", "text": "armed men", "sent_at": "2027-03-01T12:30+01:00"}
    ).encode()

    found = adapter.read(body, received_at=NOON)

    assert isinstance(found, tuple)
    assert (found[0].channel, found[0].vendor_id, found[0].text) == (Channel.SMS, "8731", "armed men")
    assert found[0].claimed_at == datetime(2027, 3, 1, 11, 30, tzinfo=UTC)
    assert found[0].received_at == NOON


def test_one_byte_over_the_limit_is_refused_and_the_limit_itself_is_read() -> None:
    room = MAX_BODY_BYTES - len(b'{"from":"1","text":""}')
    body = b'{"from":"1","text":"' + b"a" * room + b'"}'

    allowed = adapter.read(body, received_at=NOON)
    refused = adapter.read(body + b" ", received_at=NOON)

    assert isinstance(allowed, tuple)
    assert isinstance(refused, Problem)
    assert refused.facts == {"bytes": 16385, "limit": 16384, "permanent": True}


def test_a_missing_part_leaves_a_visible_hole() -> None:
    body = json.dumps({"from": "1", "parts": ["They took my ", None, "forest"]}).encode()

    found = adapter.read(body, received_at=NOON)

    assert isinstance(found, tuple)
    assert found[0].text == "They took my […]forest"


def test_what_is_shown_raw_goes_without_the_number_of_the_sender() -> None:
    body = b'{"id":"5","from":"+000 555 0101","body":"men at the well"}'

    found = adapter.read(body, received_at=NOON)

    assert isinstance(found, tuple)
    assert "men at the well" in found[0].text
    assert "0101" not in found[0].text
    assert found[0].contact is not None


def test_arabic_in_utf_16_without_a_mark_is_not_taken_for_utf_8() -> None:
    body = json.dumps({"from": "1", "text": "مسلحون في مالكا"}, ensure_ascii=False).encode("utf-16-be")

    found = adapter.read(body, received_at=NOON)

    assert isinstance(found, tuple)
    assert found[0].text == "مسلحون في مالكا"


@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_can_stop_the_reading(body: bytes) -> None:
    found = adapter.read(body, received_at=NOON)

    assert isinstance(found, tuple) or found.code == "CHN-002"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "from", "text", "sent_at", "parts", "x"]), inner, max_size=5)
        ),
        max_leaves=12,
    )
)
def test_no_json_can_stop_the_reading_and_its_text_can_be_stored(value: object) -> None:
    found = adapter.read(json.dumps(value).encode(), received_at=NOON)

    assert isinstance(found, tuple)
    assert all(message.text.encode("utf-8") is not None and "\x00" not in message.text for message in found)
