"""A carrying is over when its time is over, however slowly the other side goes on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from tocsin.core.evidence.gateways import Handed, HttpRequest, Letter, Verdict
from tocsin.core.reference.results import Hidden
from tocsin.services import carrying, sending
from tocsin.store.writes.gateways import CLAIM

SHORT_S = 0.5
LETTER = Letter("k1", Hidden("desk@mission.example"), "Alert")
SLOWLY = [b"H"] * 40
HTTP_200 = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "TIMEOUT_S", SHORT_S)
    monkeypatch.setattr(socket, "getfqdn", lambda *given: "tocsin.example")


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """Return a maker of servers that say some pieces at once after each other, each a tenth of a second apart."""
    doors: list[socket.socket] = []

    def begin(pieces: Sequence[bytes], *, waits: bool = False) -> int:
        door = socket.create_server(("127.0.0.1", 0))
        doors.append(door)
        threading.Thread(target=_talk, args=(door, pieces, waits), daemon=True).start()
        return int(door.getsockname()[1])

    yield begin
    for door in doors:
        door.close()


def _talk(door: socket.socket, pieces: Sequence[bytes], waits: bool) -> None:
    with suppress(OSError):
        line, _ = door.accept()
        with line:
            for piece in pieces:
                line.sendall(piece)
                if waits:
                    line.recv(4096)  # a mail server speaks when it was spoken to
                else:
                    time.sleep(0.1)


def timed(act: Callable[[], object]) -> tuple[object, float]:
    begun = time.monotonic()
    return act(), time.monotonic() - begun


def carry(port: int, scheme: str = "http") -> tuple[int, bytes] | Handed:
    return carrying.carry(HttpRequest(Hidden(f"{scheme}://127.0.0.1:{port}/"), Hidden({}), Hidden(b"x")))


def post(port: int, security: str = "none") -> Handed:
    options = {"host": "127.0.0.1", "port": str(port), "from": "tocsin@mission.example", "security": security}
    return carrying.post_letter(LETTER, password="", options=options)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_provider_that_drips_its_answer_is_left_in_time(serve, scheme):
    port = serve(SLOWLY)

    came, took = timed(lambda: carry(port, scheme))

    assert came == Handed(Verdict.LATER, reason="timed_out") or scheme == "https"
    assert isinstance(came, Handed)
    assert took < SHORT_S + 0.4


def test_a_provider_that_drips_the_body_is_left_in_time_and_its_status_counts(serve):
    port = serve([b"HTTP/1.1 202 Accepted\r\nContent-Length: 40\r\n\r\n", *SLOWLY])

    came, took = timed(lambda: carry(port))

    assert isinstance(came, tuple)
    assert came[0] == 202
    assert took < SHORT_S + 0.4


def test_a_provider_that_answers_in_time_is_heard_whole(serve):
    assert carry(serve([HTTP_200])) == (200, b"ok")


@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_mail_server_that_drips_is_left_in_time(serve, security):
    port = serve([b"220-slow\r\n"] * 40)

    came, took = timed(lambda: post(port, security))

    assert came == Handed(Verdict.LATER, reason="timed_out")
    assert took < SHORT_S + 0.4


def test_a_letter_that_was_taken_stays_taken_when_the_farewell_is_not_answered(serve):
    said = [b"220 here\r\n", b"250 here\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n", b"250 taken\r\n"]
    port = serve(said, waits=True)

    assert post(port) == Handed(Verdict.TAKEN, vendor_id="k1")


def test_two_ways_one_after_the_other_end_before_the_claim(monkeypatch):
    monkeypatch.undo()

    longest = timedelta(seconds=sending._TIME_FOR_ANOTHER_S + carrying.TIMEOUT_S)

    assert longest < CLAIM
