"""Bytes and fields into text that can be kept and shown, with what had to be mended on the way."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from tocsin.core.reference.results import Hidden, Problem

# An SMS is 140 bytes and a call sheet some 2,000; one body may carry several. More than this is
# never a message from a village (trust page 6.1).
MAX_BODY_BYTES: Final = 16 * 1024
MAX_CONTACT_CHARACTERS: Final = 64

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_FORM_BODY = re.compile(r"[A-Za-z0-9_.-]{1,40}=[^\s=]*(&[A-Za-z0-9_.-]{1,40}=[^\s=]*)*")
_AHEAD = timedelta(minutes=5)
# Seconds since 1970 are ten digits until 2286; gateways that count milliseconds send thirteen.
_MILLISECONDS_FROM = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text as it can be kept, and the codes of what was mended or doubtful."""

    text: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """Named fields of one form, cleaned. `raw` holds the body where no fields could be made out."""

    values: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None
    doubts: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Return the field without surrounding space, empty where it was not given."""
        return self.values.get(name, "").strip()


def decode(body: bytes) -> Decoded:
    """Return the text of `body`, whatever encoding it came in; nothing is ever refused here.

    UTF-8 is taken at its word. Anything else is a guess and carries a doubt, so that a person who
    reads a garbled village name knows that the machine may have garbled it.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return _guess(body, encoding, "decoded_as_utf_16")
    order = _wide_order(body)
    if order:
        return _guess(body, order, "decoded_as_utf_16")
    try:
        return clean(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _guess(body, "cp1252", "decoded_as_latin_1")


def clean(text: str) -> Decoded:
    """Return `text` without what no database or screen can hold, with a doubt for each mending."""
    doubts = []
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if _SURROGATE.search(text) and "\ufffd" in joined:
        doubts.append("lone_surrogate_replaced")
    if "\x00" in joined:
        doubts.append("nul_removed")
    shown = _CONTROL.sub("", joined)
    if len(shown) != len(joined.replace("\x00", "")):
        doubts.append("control_characters_removed")
    return Decoded(shown, tuple(doubts))


def read_fields(payload: bytes | Mapping[str, str]) -> Fields:
    """Return the fields of a form, sent as a mapping, a JSON object or a form body.

    A body that is none of these is kept whole in `raw`: a person reads it as it came.
    """
    if isinstance(payload, Mapping):
        return _cleaned(payload, ())
    decoded = decode(payload)
    found = parse_json(decoded.text)
    if isinstance(found, dict):
        return _cleaned(found, decoded.doubts)
    if _FORM_BODY.fullmatch(decoded.text):
        return _cleaned(dict(parse_qsl(decoded.text, keep_blank_values=True)), decoded.doubts)
    return Fields({}, decoded.text, (*decoded.doubts, "body_not_understood"))


def is_too_large(payload: bytes | Mapping[str, str], *, limit: int = MAX_BODY_BYTES) -> int | None:
    """Return how many bytes a body has when that is more than is taken, otherwise None."""
    size = len(payload) if isinstance(payload, bytes) else _size(payload)
    return size if size > limit else None


def parse_json(text: str) -> Any:
    """Return the JSON value of `text`, or None where it is not JSON.

    A body nested thousands deep, or a number of thousands of digits, is not JSON for us either.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_moment(value: Any, *, received_at: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the moment the sender's side states, in UTC, with doubts; None where it is unclear.

    A time without its zone is unknown, not UTC: in the field it is local as often as not.
    """
    if value is None or value == "" or isinstance(value, bool):
        return None, ()
    try:
        moment = _moment(value)
        if moment.tzinfo is None:
            return None, ("time_without_zone",)
        claimed = moment.astimezone(UTC)  # the first and the last day of the calendar may have none
    except (ValueError, OverflowError, OSError):
        return None, ("time_not_understood",)
    return claimed, ("time_ahead_of_receipt",) if claimed - received_at > _AHEAD else ()


def require_zone(received_at: datetime) -> datetime:
    """Return `received_at` in UTC; a moment without a zone is a mistake of the caller."""
    if received_at.tzinfo is None:
        raise ValueError(f"received_at is {received_at!r}, expected a moment with its time zone")
    return received_at.astimezone(UTC)


def plain(value: Any) -> str:
    """Return a short value of a provider as clean text, empty where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(str(value)).text.strip()[:200]


def words(value: Any) -> Decoded:
    """Return what somebody wrote; a blank message is kept, for some people ring the bell that way."""
    found = clean(value if isinstance(value, str) else "")
    return found if found.text.strip() else Decoded(found.text, (*found.doubts, "text_empty"))


def contact_of(value: Any) -> tuple[Hidden[str] | None, tuple[str, ...]]:
    """Return whom a message came from, hidden, and what is doubtful about it."""
    contact = plain(value)
    if not contact:
        return None, ("contact_missing",)
    if len(contact) > MAX_CONTACT_CHARACTERS:
        return Hidden(contact[:MAX_CONTACT_CHARACTERS]), ("contact_cut",)
    return Hidden(contact), ()


def anonymous_number(value: Any) -> str:
    """Return a fingerprint of a provider's own number of a message: some spell the sender's telephone in it."""
    text = plain(value)
    return hashlib.sha256(text.encode()).hexdigest()[:40] if text else ""


def too_large(payload: bytes | Mapping[str, str], where: str, limit: int = MAX_BODY_BYTES) -> Problem | None:
    """Return the problem of a body that is larger than is taken, None for any other."""
    size = is_too_large(payload, limit=limit)
    return None if size is None else Problem("CHN-001", where, {"bytes": size, "limit": limit, "permanent": True})


def _size(fields: Mapping[str, str]) -> int:
    return sum(len(str(value or "").encode("utf-8", "surrogatepass")) for value in fields.values())


def _moment(value: Any) -> datetime:
    text = str(value).strip()
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS_FROM else seconds, UTC)
    return datetime.fromisoformat(text)


def _guess(body: bytes, encoding: str, doubt: str) -> Decoded:
    found = clean(body.decode(encoding, "replace"))
    return Decoded(found.text, (doubt, *found.doubts))


def _wide_order(body: bytes) -> str | None:
    """Return the UTF-16 of a body without its mark, None for any other text.

    Latin, Cyrillic and Arabic letters have a first byte below 9 there, and Arabic would otherwise
    pass for good UTF-8. A text with one stray NUL does not.
    """
    if len(body) < 4 or len(body) % 2:
        return None
    half = len(body) // 2
    if sum(byte < 9 for byte in body[1::2]) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if sum(byte < 9 for byte in body[0::2]) > 0.6 * half else None


def _cleaned(values: Mapping[str, Any], doubts: tuple[str, ...]) -> Fields:
    cleaned: dict[str, str] = {}
    mended = list(doubts)
    for name, value in values.items():
        if value is None or isinstance(value, dict | list):
            continue
        found = clean(str(value))
        cleaned[str(name)] = found.text
        mended.extend(found.doubts)
    return Fields(cleaned, None, tuple(dict.fromkeys(mended)))
