"""Carry a request to a provider and bring its answer back: short, once, and never inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Mapping
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tocsin.core.evidence.gateways import Handed, HttpRequest, Letter, Verdict

# A provider that takes longer is as good as away: the next way out is tried instead.
TIMEOUT_S: Final = 4.0
_MOST_ANSWER: Final = 64 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry a number and a token to a host that nobody entered."""

    def redirect_request(self, *given: Any, **named: Any) -> None:
        """Return nothing, so that the answer counts as it is."""


_OPENER: Final = build_opener(_NoRedirects)


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
    until = time.monotonic() + TIMEOUT_S
    try:
        with _OPENER.open(made, timeout=TIMEOUT_S) as answer:
            return int(answer.status), _read(answer, until)
    except HTTPError as answer:
        with answer:
            return answer.code, _read(answer, until)
    except TimeoutError:
        return Handed(Verdict.LATER, reason="timed_out")
    except (OSError, HTTPException, ValueError) as fault:
        slow = isinstance(getattr(fault, "reason", None), TimeoutError)
        return Handed(Verdict.LATER, reason="timed_out" if slow else "no_connection")


def _read(answer: Any, until: float) -> bytes:
    """Return what came of a body in time: one that drips holds nobody up, and its status counts all the same."""
    found = b""
    while len(found) < _MOST_ANSWER and time.monotonic() < until:
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
    security = options.get("security", "starttls")
    try:
        with _server(options, security) as server:
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if options.get("user"):
                server.login(options["user"], password)
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as fault:
        codes = [code for code, _ in fault.recipients.values()]
        return _by_smtp_code(max(codes, default=451))
    except smtplib.SMTPResponseException as fault:
        return _by_smtp_code(fault.smtp_code, password=isinstance(fault, smtplib.SMTPAuthenticationError))
    except TimeoutError:
        return Handed(Verdict.LATER, reason="timed_out")
    except (OSError, smtplib.SMTPException, ValueError):
        return Handed(Verdict.LATER, reason="no_connection")
    return Handed(Verdict.TAKEN, vendor_id=letter.key)


def _server(options: Mapping[str, str], security: str) -> smtplib.SMTP:
    host, port = options["host"], int(options.get("port") or (465 if security == "tls" else 587))
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=TIMEOUT_S)


def _by_smtp_code(code: int, *, password: bool = False) -> Handed:
    never = code >= 500 and not password
    return Handed(Verdict.NEVER if never else Verdict.LATER, reason=f"smtp_{code}")
