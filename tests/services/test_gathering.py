"""Pieces become one message: at once or half a minute later, whatever their order, and never twice."""

from __future__ import annotations

import itertools

import pytest

from tests.store import rows
from tocsin.core.evidence.gateways import Call
from tocsin.core.evidence.signatures import sign
from tocsin.core.reference import wording
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import doors, erasing, gateways, work
from tocsin.store import erase
from tocsin.store.models import Gathering, Message, Piece, Report

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
SECRET = "0123456789abcdef0123456789abcdef"
WORDS = {1: "Urgent! Des hommes ", 2: "armés attaquent ", 3: "Malka"}


@pytest.fixture(autouse=True)
def known() -> None:
    for name, channel in (("north", "sms_http"), ("bell", "missed_call")):
        gateways.make_gateway(name, channel=channel, now=NOW, secret=Hidden(SECRET))


def post(name: str, item: dict, seconds: float = 0):
    import json

    at = NOW + rows.minutes(seconds / 60)
    body, stamp = json.dumps(item).encode(), str(int(at.timestamp()))
    nonce = f"nonce-{next(_NONCES):08d}"
    headers = {
        "X-Tocsin-Gateway": name, "X-Tocsin-Timestamp": stamp, "X-Tocsin-Nonce": nonce,
        "X-Tocsin-Signature": sign(SECRET.encode(), stamp, nonce, body),
    }  # fmt: skip
    return doors.take_call(name, Call(headers, body), now=at)


_NONCES = itertools.count()


def part(place: int, seconds: float = 0, *, ref: str = "74", text: str = "", number: str = rows.NUMBER, **more: object):
    return post(
        "north", {"from": number, "ref": ref, "part": place, "of": 3, "text": text or WORDS[place], **more}, seconds
    )


def ring(number: int, seconds: float, **more: object):
    at = (NOW + rows.minutes(seconds / 60)).isoformat()
    return post("bell", {"id": f"c-{number}", "from": rows.NUMBER, "called_at": at, **more}, seconds)


def drain(seconds: float) -> None:
    at = NOW + rows.minutes(seconds / 60)
    work.drain("test", now=at, wall=at)


def texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_parts_in_any_order_are_one_message_as_soon_as_all_are_there(order):
    taken = [part(place, seconds=number) for number, place in enumerate(order)]

    assert texts() == ["Urgent! Des hommes armés attaquent Malka"]
    assert [bool(one.receipts[0].ref) for one in taken] == [False, False, True]
    assert Message.objects.get().doubts == []


def test_what_is_missing_holds_nothing_up_longer_than_half_a_minute_and_comes_as_a_correction():
    part(1)
    part(3, 2)
    drain(29)
    held = texts()
    drain(31)
    partial = Message.objects.get()
    part(2, 3600)
    drain(3601)

    whole = Message.objects.last()
    assert held == []
    assert (partial.text, partial.doubts) == ("Urgent! Des hommes […]Malka", ["part_missing"])
    assert (whole.text, whole.doubts, whole.completes) == ("".join(WORDS.values()), ["completes_earlier"], partial.ref)
    assert whole.source == partial.source
    assert Report.objects.filter(message=whole).exists()


def test_a_part_that_never_comes_loses_nothing_of_what_came():
    part(2)

    drain(3600)

    assert texts() == ["[…]armés attaquent […]"]


@pytest.mark.parametrize("days", [0, 1, 89])
def test_a_part_that_comes_again_counts_once_however_late(days):
    for place in (1, 2, 3):
        part(place, place, id=f"v-{place}")

    again = part(2, days * 86400 + 60, id="v-2")

    assert again.receipts[0].is_repeat
    assert again.receipts[0].ref == Message.objects.get().ref


def test_a_number_of_the_network_that_is_used_again_is_another_message():
    for place in (1, 2, 3):
        part(place, place)
    for place in (3, 1, 2):
        part(place, 60 + place, text=f"autre {place} ")

    assert texts() == ["".join(WORDS.values()), "autre 1 autre 2 autre 3 "]


def test_parts_of_two_people_under_one_number_stay_apart():
    for place, (mine, theirs) in {1: ("a", "x"), 2: ("b", "y"), 3: ("c", "z")}.items():
        part(place, place, text=mine)
        part(place, place, text=theirs, number="+999 000 0202")

    assert texts() == ["abc", "xyz"]


def test_what_waits_is_sealed_and_gone_once_it_is_whole():
    part(1)
    part(2)
    waiting = [bytes(one.text_sealed) for one in Piece.objects.all()]
    part(3)

    assert not any(b"hommes" in sealed for sealed in waiting)
    assert {one.text_sealed for one in Piece.objects.all()} == {None}


def test_the_first_ring_is_shown_at_once_and_the_rest_in_one_message():
    first = ring(1, 0)
    at_once = texts()
    ring(2, 60)
    ring(3, 115)
    drain(179)
    early = len(texts())
    drain(181)

    last = Message.objects.last()
    assert at_once == ["[1 missed call 03:10]"]
    assert early == 1
    assert (last.text, last.channel) == ("[3 missed calls 03:10-03:11]", "missed_call")
    assert last.completes == first.receipts[0].ref
    assert Message.objects.count() == 2


def test_one_ring_alone_stays_one_message():
    ring(1, 0)

    drain(600)

    assert len(texts()) == 1


def test_a_ring_sent_again_by_its_gateway_is_no_second_ring():
    ring(1, 0)
    for _ in range(5):
        ring(1, 10, called_at=NOW.isoformat())

    drain(600)

    assert len(texts()) == 1


def test_a_ring_sent_again_without_a_moment_is_no_second_ring():
    for seconds in (0, 10, 100):
        ring(1, seconds, called_at=None)

    drain(600)

    assert len(texts()) == 1


@pytest.mark.parametrize("more", [{}, {"from": "+999 000 0202"}, {"called_at": None}])
def test_a_gateway_that_counts_from_one_again_loses_no_ring(more):
    ring(1, 0, **more)
    drain(600)

    anew = ring(1, 86400, **more)

    assert not anew.receipts[0].is_repeat
    assert len(texts()) == 2


def test_a_gateway_that_counts_from_one_again_loses_no_part():
    for place in (1, 2, 3):
        part(place, place, id=f"v-{place}")

    for place in (1, 2, 3):
        part(place, 3600 + place, id=f"v-{place}", text=f"autre {place} ")
    for place in (1, 2, 3):
        part(place, 7200 + place, id=f"v-{place}", number="+999 000 0202")

    whole = "".join(WORDS.values())
    assert texts() == [whole, "autre 1 autre 2 autre 3 ", whole]


def test_who_rings_again_later_rings_the_bell_anew():
    ring(1, 0)
    drain(300)
    ring(2, 3600)

    assert texts() == ["[1 missed call 03:10]", "[1 missed call 04:10]"]


def test_ringing_that_goes_on_is_shown_anew_and_never_held():
    for number in range(10):
        ring(number, 60 * number)
        drain(60 * number + 1)

    assert sum("1 missed call" in text for text in texts()) >= 2


def test_no_text_goes_back_to_a_telephone_that_only_rang():
    ring(1, 0)
    ring(2, 20)
    drain(600)

    assert rows.models.OutgoingMessage.objects.count() == 0


def test_who_is_erased_leaves_no_pieces(monkeypatch):
    monkeypatch.setattr(erase, "leave_no_trace", lambda: None)
    part(1)

    erasing.erase_source(rows.viewer(rows.Role.SOURCE_CUSTODIAN), rows.models.Source.objects.get().ref, now=NOW)

    assert not Gathering.objects.exists()
    assert not Piece.objects.exists()


def test_every_doubt_of_pieces_has_its_words():
    assert wording.has("term.doubt.completes_earlier")
    assert wording.has("term.doubt.part_missing")
    assert SYSTEM.system
