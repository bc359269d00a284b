"""Carry a request to a provider and bring its answer back: short, once, and never inside a transaction."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from tocsin.core.evidence.gateways import Handed, HttpRequest, Letter, Verdict

# A provider that takes longer, all in all, is as good as away: the next way out is tried instead.
TIMEOUT_S: Final = 4.0
_MOST_ANSWER: Final = 64 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry a number and a token to a host that nobody entered."""

    def redirect_request(self, *given: Any, **named: Any) -> None:
        """Return nothing, so that the answer counts as it is."""


class _Watch:
    """Ends one carrying when its time is over, however slowly the other side goes on.

    A time-out of a socket begins anew with each byte: a server that drips would outlive the claim
    on the message, and another sender would send it again.
    """

    def __init__(self) -> None:
        self.until = time.monotonic() + TIMEOUT_S
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(TIMEOUT_S, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for line in self._lines:
            line.close()

    def is_over(self) -> bool:
        """Return whether no time is left."""
        return time.monotonic() >= self.until

    def connect(self, address: tuple[str, int], *given: object) -> socket.socket:
        """Return a connection to the first address that answers while there is time; it ends with the time."""
        fault: OSError = TimeoutError()
        for *_, found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                made = socket.create_connection((str(found[0]), int(found[1])), left)
            except OSError as refused:
                fault = refused
                continue
            # A copy of its own still reaches the line once it is wrapped in TLS.
            self._lines.append(made.dup())
            if self.is_over():
                self._cut()
            return made
        raise fault

    def _cut(self) -> None:
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _opener(watch: _Watch) -> OpenerDirector:
    class Plain(HTTPConnection):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._create_connection = watch.connect

    class Sealed(HTTPSConnection):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._create_connection = watch.connect

    class ByPlain(HTTPHandler):
        def http_open(self, req: Request) -> Any:
            return self.do_open(Plain, req)

    class BySealed(HTTPSHandler):
        def https_open(self, req: Request) -> Any:
            return self.do_open(Sealed, req)

    return build_opener(_NoRedirects, ByPlain, BySealed)


def carry(request: HttpRequest) -> tuple[int, bytes] | Handed:
    """Return the status and the body of a provider's answer, or what it means that there is none."""
    url = request.url.reveal(purpose="send")
    if not url.startswith(("https://", "http://")):
        return Handed(Verdict.LATER, reason="bad_address")
    made = Request(  # noqa: S310  the scheme is checked above
        url,
        data=request.body.reveal(purpose="send"),
        headers=dict(request.headers.reveal(purpose="send")),
        method=request.method,
    )
    with _Watch() as watch:
        try:
            with _opener(watch).open(made, timeout=TIMEOUT_S) as answer:
                return int(answer.status), _read(answer, watch)
        except HTTPError as answer:
            with answer:
                return answer.code, _read(answer, watch)
        except (OSError, HTTPException, ValueError) as fault:
            return _unreached(watch, fault)


def _unreached(watch: _Watch, fault: Exception) -> Handed:
    slow = watch.is_over() or isinstance(getattr(fault, "reason", fault), TimeoutError)
    return Handed(Verdict.LATER, reason="timed_out" if slow else "no_connection")


def _read(answer: Any, watch: _Watch) -> bytes:
    """Return what came of a body in time: one that drips holds nobody up, and its status counts all the same."""
    found = b""
    while len(found) < _MOST_ANSWER and not watch.is_over():
        try:
            piece = answer.read1(8192)
        except (OSError, HTTPException):
            break
        if not piece:
            break
        found += piece
    return found


def post_letter(letter: Letter, *, password: str, options: Mapping[str, str]) -> Handed:
    """Hand an e-mail to the mail server of `options`: host, port, from, user and security (starttls, tls or none)."""
    mail = EmailMessage()
    mail["To"] = letter.to.reveal(purpose="send")
    mail["From"] = options["from"]
    mail["Subject"] = letter.text.partition("\n")[0][:80]
    mail["Message-ID"] = f"<{letter.key}@tocsin>"
    mail.set_content(letter.text)
    with _Watch() as watch:
        try:
            server = _server(options, watch)
            try:
                _hand_in(server, mail, password=password, options=options)
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as fault:
            codes = [code for code, _ in fault.recipients.values()]
            return _by_smtp_code(max(codes, default=451))
        except smtplib.SMTPResponseException as fault:
            return _by_smtp_code(fault.smtp_code, password=isinstance(fault, smtplib.SMTPAuthenticationError))
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return _unreached(watch, fault)
    return Handed(Verdict.TAKEN, vendor_id=letter.key)


def _hand_in(server: smtplib.SMTP, mail: EmailMessage, *, password: str, options: Mapping[str, str]) -> None:
    if options.get("security", "starttls") == "starttls":
        server.starttls(context=ssl.create_default_context())
    if options.get("user"):
        server.login(options["user"], password)
    server.send_message(mail)
    # The letter is taken: a farewell that fails changes nothing, or it would be sent a second time.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def _server(options: Mapping[str, str], watch: _Watch) -> smtplib.SMTP:
    class Plain(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            return watch.connect((host, port))

    # Its own socket is the plain one, wrapped.
    class Sealed(smtplib.SMTP_SSL, Plain):
        """Speaks TLS from the first byte."""

    is_sealed = options.get("security") == "tls"
    host, port = options["host"], int(options.get("port") or (465 if is_sealed else 587))
    if is_sealed:
        return Sealed(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return Plain(host, port, timeout=TIMEOUT_S)


def _by_smtp_code(code: int, *, password: bool = False) -> Handed:
    never = code >= 500 and not password
    return Handed(Verdict.NEVER if never else Verdict.LATER, reason=f"smtp_{code}")
