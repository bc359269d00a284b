"""Read the log that a radio operator keeps: one line a message, with its time, its station and what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from tocsin.core.evidence.decoding import decode, read_fields, require_zone, too_large
from tocsin.core.evidence.types import Message
from tocsin.core.evidence.ways import RADIO_PREFIX
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Channel

_DTG: Final = (
    r"(?P<day>\d{2})(?P<dhour>\d{2})(?P<dminute>\d{2})\s?(?P<zone>[A-Z])(?:\s?(?P<month>[A-Z]{3})\s?(?P<year>\d{2}))?"
)
_CLOCK: Final = r"(?P<hour>[01]?\d|2[0-3])[:hH.]?(?P<minute>[0-5]\d)\s?(?P<czone>[A-Z])?"
_LINE: Final = re.compile(
    rf"^\s*(?:{_DTG}|{_CLOCK})\b[\s,;]*(?:(?P<call>[A-Za-zÀ-ÿ0-9][A-Za-zÀ-ÿ0-9 ./-]{{0,30}}?)\s*(?::|;|\bDE\b|\s[-–]\s)\s*)?(?P<text>\S.*)$"
)
_HEAD: Final = re.compile(r"^\s*(?:net|channel|réseau|شبكة)\s*[:=]\s*(?P<net>hf|vhf|uhf)\b.*$", re.IGNORECASE)
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_PROWORDS: Final = re.compile(r"\s*\b(?:over|out|à vous|terminé)\b[\s.!]*$", re.IGNORECASE)


def read(payload: bytes | Mapping[str, str], *, received_at: datetime) -> tuple[Message, ...] | Problem:
    """Return one message for each line; a line that begins with no time goes on with the one before.

    A time without the letter of its zone is the mission's own and cannot be told apart here: it stays
    in the words, and the message carries the time it was written down.
    """
    moment = require_zone(received_at)
    if (large := too_large(payload, "radio log")) is not None:
        return large
    if isinstance(payload, Mapping):
        form = read_fields(payload)
        text, doubts, net = form.get("text"), form.doubts, form.get("net").lower()
        if form.get("from") and text:
            return (_message(_channel(net), form.get("from"), text, None, moment, doubts),)
    else:
        decoded = decode(payload)
        text, doubts, net = decoded.text, decoded.doubts, ""
    if not text.strip():
        return Problem("CHN-005", "radio log", {"permanent": True})
    return tuple(_lines(text, doubts, net, moment))


def _lines(text: str, doubts: tuple[str, ...], net: str, moment: datetime) -> Iterator[Message]:
    for line in _joined(text):
        head = _HEAD.match(line)
        if head:
            net = head["net"].lower()
            continue
        found = _LINE.match(line)
        if found is None:
            yield _message(_channel(net), "", line, None, moment, (*doubts, "callsign_missing", "time_not_understood"))
            continue
        at, time_doubts = _moment(found, moment)
        call = (found["call"] or "").strip()
        missing = () if call else ("callsign_missing",)
        yield _message(_channel(net), call, found["text"], at, moment, (*doubts, *missing, *time_doubts))


def _joined(text: str) -> list[str]:
    """Return the lines of a log, those that begin with no time put to the one before."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        if lines and not _LINE.match(line) and not _HEAD.match(line) and _LINE.match(lines[-1]):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


def _message(
    channel: Channel, call: str, text: str, at: datetime | None, moment: datetime, doubts: tuple[str, ...]
) -> Message:
    name = " ".join(call.upper().split())[:40]
    return Message(
        channel=channel,
        text=_PROWORDS.sub("", text).strip() or text.strip(),
        received_at=moment,
        contact=Hidden(f"{RADIO_PREFIX}{name}") if name else None,
        claimed_at=at,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _channel(net: str) -> Channel:
    return Channel.HF_RADIO if net == "hf" else Channel.RADIO


def _moment(found: re.Match[str], received_at: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """Return when a line was said, None where its zone is not told or there is no such day."""
    letter = found["zone"] or found["czone"]
    hour, minute = int(found["dhour"] or found["hour"]), int(found["dminute"] or found["minute"])
    offset = _offset(letter) if letter else None
    if offset is None:
        return None, ("time_without_zone",)
    there = received_at.astimezone(timezone(offset))
    try:
        if found["month"]:
            day = there.replace(
                year=2000 + int(found["year"]), month=_MONTHS.index(found["month"]) + 1, day=int(found["day"])
            )
        elif found["day"]:
            day = there.replace(day=int(found["day"]))
        else:
            day = there
        said = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return None, ("time_not_understood",)
    if not found["day"] and said > there + timedelta(minutes=5):
        said -= timedelta(days=1)  # written down after midnight, said before
    ahead = ("time_ahead_of_receipt",) if said > there + timedelta(minutes=5) else ()
    return said.astimezone(UTC), ahead


def _offset(letter: str) -> timedelta | None:
    """Return the offset of a military zone letter; J is the local time of whoever writes, and tells nothing."""
    if letter == "Z":
        return timedelta(0)
    east, west = "ABCDEFGHIKLM", "NOPQRSTUVWXY"
    if letter in east:
        return timedelta(hours=east.index(letter) + 1)
    return timedelta(hours=-(west.index(letter) + 1)) if letter in west else None
