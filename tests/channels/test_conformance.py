"""Every fixture of every channel is read or refused as its name says."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

import pytest

from tocsin import channels
from tocsin.core.evidence.types import Message
from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden, Problem

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
FOLDERS = {name: files("tocsin.channels") / name for name in channels.CHANNELS}
FIXTURES = [
    (name, entry.name)
    for name, folder in FOLDERS.items()
    for entry in sorted((folder / "fixtures").iterdir(), key=lambda found: found.name)
]


def read_fixture(channel: str, fixture: str) -> tuple[Message, ...] | Problem:
    body = (FOLDERS[channel] / "fixtures" / fixture).read_bytes()
    return channels.get(channel).read(body, received_at=NOON)


def of_kind(kind: str) -> list[tuple[str, str]]:
    return [(channel, fixture) for channel, fixture in FIXTURES if fixture.startswith(kind + ".")]


@pytest.mark.parametrize(("channel", "fixture"), of_kind("read"))
def test_a_good_message_is_read_without_a_doubt(channel: str, fixture: str) -> None:
    found = read_fixture(channel, fixture)

    assert isinstance(found, tuple)
    assert [message.doubts for message in found] == [()] * len(found)
    assert all(message.text for message in found)


@pytest.mark.parametrize(("channel", "fixture"), of_kind("doubt"))
def test_a_damaged_message_is_kept_with_the_doubt_it_deserves(channel: str, fixture: str) -> None:
    doubt = fixture.split(".")[1]

    found = read_fixture(channel, fixture)

    assert isinstance(found, tuple)
    assert found
    assert all(doubt in message.doubts for message in found)
    assert wording.has("term.doubt." + doubt)


@pytest.mark.parametrize(("channel", "fixture"), of_kind("refuse"))
def test_a_refusal_names_its_code_and_says_whether_to_try_again(channel: str, fixture: str) -> None:
    code = fixture.split(".")[1]

    found = read_fixture(channel, fixture)

    assert isinstance(found, Problem)
    assert found.code == code
    assert isinstance(found.facts["permanent"], bool)


@pytest.mark.parametrize("code", sorted({name.split(".")[1] for _, name in of_kind("refuse")}))
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_refusal_has_a_sentence_in_every_language(code: str, language: str) -> None:
    problem = Problem(code, "request body", {"bytes": 17000, "limit": 16384})

    sentence = wording.problem(problem, language)

    assert sentence.endswith(f"[{code}]")
    assert "{" not in sentence


def test_every_fixture_says_what_is_expected_of_it() -> None:
    kinds = {fixture.split(".")[0] for _, fixture in FIXTURES}

    assert kinds == {"read", "doubt", "refuse"}


@pytest.mark.parametrize("channel", channels.CHANNELS)
def test_a_contact_cannot_be_printed(channel: str) -> None:
    form = {"text": "shots in Oru", "what": "shots in Oru", "place": "Oru"}
    number = "+000 555 0199"
    with_number = {**form, "from": number, "caller_number": number, "contact": number, "sender": number}

    found = channels.get(channel).read(with_number, received_at=NOON)

    assert isinstance(found, tuple)
    assert isinstance(found[0].contact, Hidden)
    assert found[0].contact.reveal(purpose="test").endswith(number)
    assert number not in repr(found)


@pytest.mark.parametrize("channel", channels.CHANNELS)
def test_a_reading_needs_a_clock_with_a_zone(channel: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        channels.get(channel).read({"text": "x"}, received_at=datetime(2027, 3, 1, 12))


@pytest.mark.parametrize("channel", channels.CHANNELS)
def test_every_channel_has_a_page_that_says_what_it_refuses(channel: str) -> None:
    page = (FOLDERS[channel] / "README.md").read_text("utf-8")

    assert page.startswith("# ")
    assert "## What is refused" in page


def test_an_unknown_channel_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="sms_http"):
        channels.get("pigeon")
