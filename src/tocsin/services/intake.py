"""Take a message in: stored once before anything else, answered with a receipt, then read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from django.db import transaction

from tocsin.core.evidence import consent, grading, replies
from tocsin.core.evidence.decoding import clean
from tocsin.core.evidence.identity import dedupe_key
from tocsin.core.evidence.reading import read_report
from tocsin.core.evidence.types import Grade, KnownActor, Message, Reading, Sender
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.reference.results import Because, Hidden
from tocsin.core.reference.terms import ActorType, Channel, Priority, ReportKind
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import answering, hotline, local_codes, sending, silence, welfare
from tocsin.services.alerting import account_viewer as account_viewer
from tocsin.services.local_time import mission_offset
from tocsin.store import access, own_words
from tocsin.store.queries import evidence, networks, places
from tocsin.store.writes import alerts as write_alerts
from tocsin.store.writes import evidence as write
from tocsin.store.writes import networks as write_networks
from tocsin.store.writes import record

_SOON, _LATER = timedelta(seconds=0.5), timedelta(seconds=3)
_ASKED_BACK = {Channel.SMS.value: "sms", Channel.WHATSAPP.value: "whatsapp", Channel.TELEGRAM.value: "telegram"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told: a number, what happens next, and whether we had the message already."""

    ref: str
    reply: str
    is_repeat: bool


def receive(message: Message, *, now: datetime, gateway: str = "") -> Receipt:
    """Store a message once, ask for it to be read, and return the receipt.

    It is on disk when this returns. The same message sent again, however often, gives the same receipt.
    """
    message = _mended(message)
    with transaction.atomic():
        source = write.source_of(message.contact, role=message.sender_role, heard_at=message.received_at)
        vendor_id = f"{gateway}:{message.vendor_id}" if gateway and message.vendor_id else message.vendor_id
        key = dedupe_key(
            message.channel,
            vendor_id,
            source.handle if source else "",
            text=message.text,
            received_at=message.claimed_at or message.received_at,
        )
        row, is_new = write.save_message(message, dedupe_key=key, source=source, recorded_at=now)
        if is_new:
            after = {"ref": row.ref, "channel": row.channel, "received_at": row.received_at.isoformat()}
            record.note(SYSTEM, row.ref, "received", at=row.received_at, after=after, doubts=list(message.doubts))
            record.enqueue("read", row.ref, run_at=now)
            _keep_apart(row, message, now)
    language = message.language_hint or (source.languages[0] if source and source.languages else "")
    return Receipt(row.ref, replies.receipt(row.ref, channel=message.channel, language=language), not is_new)


def record_by_hand(viewer: Viewer, message: Message, *, now: datetime) -> Receipt:
    """Take in what a member of the mission writes down: a call, a visit, a radio message."""
    access.require(viewer, "create", "report")
    with transaction.atomic():
        receipt = receive(message, now=now)
        row = evidence.message_row(receipt.ref)
        if row is not None and not receipt.is_repeat:
            write.recorded_by(row, viewer.account)
        record.note_many(viewer, "recorded_by_hand", [receipt.ref], at=now)
    return receipt


def _keep_apart(row: Any, message: Message, now: datetime) -> None:
    """Mark what comes while its sender's network is in a drill, and put who wants a call on the list."""
    drill = networks.drill_of(row.source, at=row.received_at)
    if drill is not None:
        write_networks.in_drill(row, drill)
    if message.callback_ok:
        hotline.ask_for_call_back(row, now, language=message.language_hint)


def read_message(ref: str, now: datetime) -> None:
    """Read one message into reports, grade each, and ask for each to be weighed."""
    row = evidence.message_row(ref)
    if row is None:
        return
    if answering.take_answer(row, now) or welfare.take_answer(row, now):
        silence.heard(row, now)
        return
    sender = evidence.sender(row.source)
    message = evidence.message_value(row)
    names = gazetteer()
    readings = read_report(
        _as_written(message), sender, gazetteer=names, actors=known_actors(), zone=zone(), own=own_words.read_own()
    )
    readings, wrong_part = local_codes.interpret(row, readings, gazetteer=names, now=now)
    silence.heard(row, now)
    for position, reading in enumerate(readings):
        graded = grading.first_grade(sender, reading)
        report = _keep(row, position, reading, graded.value, graded.reasons, now)
        if "need_callback" in reading.flags:
            hotline.ask_for_call_back(
                row, now, priority=reading.priority.value, language=reading.language, report=report
            )
    _ask_back(row, readings[0], now, wrong_part=wrong_part)


def _as_written(message: Message) -> Message:
    """Return a message as of the moment it was written: "tonight" is a night that it may have waited out."""
    written_at = message.claimed_at if message.channel is Channel.OFFLINE_FORM else None
    if written_at is not None and written_at < message.received_at:
        return replace(message, received_at=written_at)
    return message


def show_raw(ref: str, now: datetime) -> None:
    """Put a message that the reader cannot digest before a person as it is."""
    row = evidence.message_row(ref)
    if row is None or row.reports.exists():
        return
    because = (Because("reading.failed", {}, (ref,)),)
    reading = Reading(kind=ReportKind.UNREAD, priority=Priority.P2, doubts=("reader_failed",), because=because)
    with transaction.atomic():
        _keep(row, 0, reading, Grade("F", 6), because, now)


def _keep(row: Any, position: int, reading: Reading, grade: Grade, reasons: tuple[Because, ...], now: datetime) -> Any:
    # What the channel had to mend goes along: whoever verifies the report must know of it.
    doubts = tuple(dict.fromkeys((*row.doubts, *reading.doubts)))
    flags = tuple(dict.fromkeys((*reading.flags, *consent.flags_of(row.consent or ""))))
    reading = replace(reading, doubts=doubts, flags=flags)
    report = write.save_report(row, position, reading, grade, [because.as_json() for because in reasons])
    record.note(SYSTEM, report.ref, "read", at=now, after=evidence.state_of(report))
    # It is taken up at once all the same: only in a flood do others stand on the screen before it is weighed.
    place_in_line = now + (_SOON if report.priority in ("P1", "P2") else _LATER)
    record.enqueue("weigh", report.ref, run_at=place_in_line, key=f"weigh:{report.ref}:{report.kind}")
    return report


def _ask_back(row: Any, reading: Reading, now: datetime, *, wrong_part: tuple[int, str] | None = None) -> None:
    """Ask the sender the one thing that would help most, at most once an hour.

    Only where they wrote by themselves, and only where the mission has a way out: a question that
    waits for days helps nobody, and the doubt stays on the report.
    """
    if row.source is None or row.channel not in _ASKED_BACK or not sending.has_way_out(_ASKED_BACK[row.channel]):
        return
    language = row.language_hint or (row.source.languages[0] if row.source.languages else "")
    asked = replies.question(reading, row.ref, language=language)
    if wrong_part is not None:
        asked = replies.coded_question(*wrong_part, row.ref, language=language)
    if asked:
        write_alerts.put_out(
            f"question:{row.source.ref}:{now:%Y-%m-%dT%H}",
            purpose="question",
            code="outgoing.question",
            facts={"text": asked},
            created_at=now,
            source=row.source,
            channel=row.channel,
        )


def put_out_reply(receipt: Receipt, *, channel: Channel, now: datetime) -> None:
    """Send a receipt to whoever sent a message, where it can go back; at most one a minute."""
    row = evidence.message_row(receipt.ref)
    if row is None or row.source is None or channel.value not in _ASKED_BACK:
        return
    write_alerts.put_out(
        f"receipt:{row.source.ref}:{now:%Y-%m-%dT%H:%M}",
        purpose="receipt",
        code="outgoing.receipt",
        facts={"text": receipt.reply},
        created_at=now,
        source=row.source,
        channel=channel.value,
    )


def _mended(message: Message) -> Message:
    """Return a message without what no column takes; the channels mend it already, and this is the last door."""
    text = clean(message.text)
    contact = message.contact and Hidden(clean(message.contact.reveal(purpose="mend")).text)
    return replace(
        message,
        text=text.text,
        doubts=tuple(dict.fromkeys((*message.doubts, *text.doubts))),
        contact=contact,
        vendor_id=clean(message.vendor_id).text,
        sender_role=clean(message.sender_role).text,
        place_hint=clean(message.place_hint).text,
        language_hint=clean(message.language_hint).text,
    )


_gazetteer: tuple[tuple[Any, ...], Gazetteer] | None = None


def gazetteer() -> Gazetteer:
    """Return the index of place names, built anew only when the places changed."""
    global _gazetteer
    stamp = places.stamp()
    if _gazetteer is None or _gazetteer[0] != stamp:
        _gazetteer = (stamp, Gazetteer(places.places(SYSTEM)))
    return _gazetteer[1]


def learn_words() -> None:
    """Read the word lists before the first message needs them: that takes a second or two."""
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    read_report(Message(Channel.SMS, "test", moment), Sender(""), gazetteer=Gazetteer(()), actors=(), zone=UTC)


def known_actors() -> tuple[KnownActor, ...]:
    """Return the parties that a message may name."""
    return tuple(
        KnownActor(row.name, ActorType(row.actor_type), tuple(row.aliases), row.is_host) for row in evidence.actors()
    )


def zone() -> timezone:
    """Return the mission's time zone."""
    return timezone(mission_offset())
