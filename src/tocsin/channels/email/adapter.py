"""Read a letter as it came, RFC 822: its own words, without what it quotes and without opening what is attached."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

from tocsin.core.evidence.decoding import (
    MAX_BODY_BYTES,
    anonymous_number,
    clean,
    contact_of,
    decode,
    plain,
    require_zone,
    too_large,
)
from tocsin.core.evidence.gateways import (
    Answer,
    Call,
    DeliveryReport,
    Handed,
    Letter,
    Outgoing,
    Told,
    Verdict,
    by_status,
    plain_answer,
)
from tocsin.core.evidence.signatures import SIGNATURE_HEADER, proves_by_password, proves_by_seal
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

CARRIES: Final = "email"
NEEDS: Final = ("host", "from")
MAX_BYTES: Final = 2 * 1024 * 1024
_MOST_TEXT: Final = MAX_BODY_BYTES
_ANSWER_TO: Final = re.compile(r"^\s*((re|fw|fwd|tr|rép|aw|رد)\s*:\s*)+", re.IGNORECASE)
# The line above which somebody's own words end, as mail programs write it in four languages.
_QUOTES: Final = re.compile(
    r"^\s*(-{2,}\s*(original message|message d.origine|message transmis|الرسالة الأصلية)\s*-{2,}"
    r"|(on|le|el|am|في|بتاريخ|tarehe)\b.{4,120}(wrote|a écrit|écrivait|كتب|aliandika)\s*:?)\s*$",
    re.IGNORECASE,
)
_SIGNATURE: Final = "-- "


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return a letter as one message; only an empty or oversized one is refused."""
    moment = require_zone(received_at)
    if (large := too_large(payload, "letter", MAX_BYTES)) is not None:
        return large
    if isinstance(payload, Mapping):
        return _typed(payload, moment)
    if not payload.strip():
        return Problem("CHN-002", "letter", {"permanent": True})
    mail = BytesParser(policy=policy.default.clone(refold_source="none")).parsebytes(payload)
    if not mail.keys():
        shown = decode(payload)
        return (Message(Channel.EMAIL, shown.text[:_MOST_TEXT], moment, doubts=(*shown.doubts, "body_not_understood")),)
    text, doubts = _text(mail)
    address = parseaddr(_header(mail, "Reply-To"))[1] or parseaddr(_header(mail, "From"))[1]
    contact, contact_doubts = contact_of(address)
    claimed_at, time_doubts = _moment(_header(mail, "Date"), moment)
    automatic = _header(mail, "Auto-Submitted").lower() not in ("", "no") or bool(_header(mail, "X-Autoreply"))
    return (
        Message(
            channel=Channel.EMAIL,
            text=text,
            received_at=moment,
            contact=contact,
            vendor_id=anonymous_number(_header(mail, "Message-ID")),
            claimed_at=claimed_at,
            doubts=tuple(
                dict.fromkeys((*doubts, *contact_doubts, *time_doubts, *(("automatic_answer",) if automatic else ())))
            ),
        ),
    )


def _typed(given: Mapping[str, str], moment: datetime) -> tuple[Message, ...]:
    contact, doubts = contact_of(given.get("from"))
    said = clean(given.get("text", ""))
    empty = () if said.text.strip() else ("text_empty",)
    return (Message(Channel.EMAIL, said.text, moment, contact=contact, doubts=(*said.doubts, *empty, *doubts)),)


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header whatever is wrong with it; a letter is not lost for a broken header."""
    try:
        return clean(str(mail.get(name, ""))).text.strip()[:400]
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        return ""


def _moment(text: str, received_at: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    if not text:
        return None, ()
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None, ("time_not_understood",)
    if found.tzinfo is None:
        return None, ("time_without_zone",)
    ahead = (found - received_at).total_seconds() > 300
    return found.astimezone(received_at.tzinfo), ("time_ahead_of_receipt",) if ahead else ()


def _text(mail: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """Return the subject and the letter's own words, then the names of what is attached."""
    doubts: list[str] = []
    body, is_page = _body(mail)
    if is_page:
        body = _words_of(body)
        doubts.append("html_only")
    own = _own_words(body)
    if len(own) < len(body.strip()):
        doubts.append("quoted_text_removed")
    attached = _attached(mail)
    if attached:
        doubts.append("attachment_not_opened")
    subject = _ANSWER_TO.sub("", _header(mail, "Subject")).strip()
    said = clean("\n".join(part for part in (subject, own) if part))
    if not said.text.strip():
        doubts.append("text_empty")
    whole = "\n".join(part for part in (said.text, *attached) if part)
    if len(whole) > _MOST_TEXT:
        doubts.append("text_cut")
    return whole[:_MOST_TEXT], (*said.doubts, *doubts)


def _body(mail: EmailMessage) -> tuple[str, bool]:
    """Return the words of a letter, and whether they stand in a page only."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", False
    raw = part.get_payload(decode=True)
    octets = raw if isinstance(raw, bytes) else b""
    try:
        text = octets.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(octets).text
    return text.replace("\r\n", "\n"), part.get_content_subtype() == "html"


def _own_words(text: str) -> str:
    """Return what comes before the first quotation of an earlier letter and before the signature."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _QUOTES.match(line) or line == _SIGNATURE:
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _attached(mail: EmailMessage) -> list[str]:
    names = [plain(part.get_filename() or part.get_content_type()) for part in mail.iter_attachments()]
    return [f"[{name[:80]}]" for name in names[:10]]


class _Page(HTMLParser):
    """Takes the words out of a page, one line for each block, and nothing that a reader would not see."""

    _BLOCKS: Final = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote", "table"})
    _UNSEEN: Final = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block."""
        self._unseen += tag in self._UNSEEN
        self._quoted += tag == "blockquote"
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what is not seen."""
        self._unseen -= tag in self._UNSEEN and self._unseen > 0
        self._quoted -= tag == "blockquote" and self._quoted > 0

    def handle_data(self, data: str) -> None:
        """Keep the words; those of a quotation marked as such."""
        if not self._unseen:
            self.words.append(f"\n> {data}\n" if self._quoted else data.replace("\n", " "))


def _words_of(page: str) -> str:
    reader = _Page()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)


def authenticate(call: Call, *, secret: bytes, as_of: datetime) -> str | Problem:
    """Return what makes the call known again: signed like a gateway of our own, or by password from a mail server."""
    if call.header(SIGNATURE_HEADER):
        return proves_by_seal(call, secret=secret, as_of=as_of)
    return proves_by_password(call, secret=secret)


def receipts(payload: bytes) -> tuple[DeliveryReport, ...]:
    """Return nothing: a letter that comes back is read as a letter, marked as automatic."""
    return ()


def answer(told: Sequence[Told]) -> Answer:
    """Return that all is well."""
    return plain_answer(told)


def compose(outgoing: Outgoing, *, secret: Hidden[str], options: Mapping[str, str], as_of: datetime) -> Letter:
    """Return a letter for the mail server of `options`: host, port, from, user, security."""
    return Letter(outgoing.key, outgoing.to, outgoing.text)


def understand(status: int, body: bytes) -> Handed:
    """Return what a status means; mail servers speak another way, and `services.carrying` understands them."""
    return by_status(status) if status else Handed(Verdict.LATER, reason="no_connection")
