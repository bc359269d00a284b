"""Writes of messages, sources, reports and incidents."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, CharField, F, IntegerField

from tocsin.core.evidence import types as core
from tocsin.core.evidence.identity import conflict_key, content_hash
from tocsin.core.reference import rules
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Component, ReportKind, VerificationState
from tocsin.store import vault
from tocsin.store.convert import evidence as convert
from tocsin.store.models import Account, Incident, Message, Place, Report, SealedContact, Source
from tocsin.store.prepared import Prepared

MOST_COUNTED = 2_147_483_647


def source_of(contact: Hidden[str] | None, *, role: str = "", heard_at: datetime | None = None) -> Source | None:
    """Return the source behind a contact, making an unregistered one on first contact."""
    if contact is None:
        return None
    handle = vault.fingerprint(contact)
    found, is_new = Source.objects.get_or_create(
        handle=handle, defaults={"ref": f"S-{secrets.token_hex(5)}", "role": role[:40] or "citizen_unregistered"}
    )
    if is_new:
        SealedContact.objects.create(source=found, sealed=vault.seal(contact, f"contact:{found.ref}"))
    if heard_at and (found.last_heard_at is None or found.last_heard_at < heard_at):
        Source.objects.filter(pk=found.pk).update(last_heard_at=heard_at)
    return found


def save_message(
    message: core.Message, *, dedupe_key: str, source: Source | None, recorded_at: datetime
) -> tuple[Message, bool]:
    """Store a message once, however often it comes; return the row and whether it is new.

    Where the key already stands for other words, both are kept, and the second says so.
    """
    row, is_new = _save_once(message, dedupe_key=dedupe_key, source=source, recorded_at=recorded_at)
    if not is_new and content_hash(row.text) != content_hash(message.text):
        row, is_new = _save_once(
            replace(message, doubts=(*message.doubts, "vendor_id_reused")),
            dedupe_key=conflict_key(dedupe_key, message.text),
            source=source,
            recorded_at=recorded_at,
        )
    if not is_new:
        Message.objects.filter(pk=row.pk).update(repeats=F("repeats") + 1)
    return row, is_new


def _save_once(
    message: core.Message, *, dedupe_key: str, source: Source | None, recorded_at: datetime
) -> tuple[Message, bool]:
    """Insert a message or find the one that was first.

    The database decides by its unique key, not a look-up beforehand, so that two deliveries at the
    same instant are one message.
    """
    try:
        with transaction.atomic():
            row = Message.objects.create(
                dedupe_key=dedupe_key,
                channel=message.channel.value,
                vendor_id=message.vendor_id[:120],
                source=source,
                text=message.text,
                place_hint=message.place_hint[:200],
                language_hint=message.language_hint[:8],
                received_at=message.received_at,
                claimed_at=message.claimed_at,
                recorded_at=recorded_at,
                doubts=list(message.doubts),
                consent=message.consent or None,
                completes=message.completes or None,
            )
            return row, True
    except IntegrityError:
        return Message.objects.get(dedupe_key=dedupe_key), False


def save_report(
    message: Message, position: int, reading: core.Reading, grade: core.Grade, because: Sequence[dict[str, Any]]
) -> Report:
    """Store one reading of a message; reading it again after a crash changes nothing.

    Only what was put up unread, and nobody has in hand yet, takes a reading that came later.
    """
    place = _place_row(reading.place.ref if reading.place else None)
    observed = _place_row(reading.observed_place.ref if reading.observed_place else None)
    fields = convert.reading_fields(reading)
    if fields["lat"] is None and place is not None:
        fields["lat"], fields["lon"] = place.lat, place.lon
    fields |= {
        "source": message.source,
        "place": place,
        "observed_place": observed,
        "grade_source": grade.source,
        "grade_content": grade.content,
        "grade_because": list(because),
        "sector": place.sector if place else "",
        "received_at": message.received_at,
        "is_drill": message.drill_id is not None,
    }
    row = _REPORT.first(message.pk, position)
    if row is None:
        try:
            with transaction.atomic():
                return Report.objects.create(message=message, position=position, **fields)
        except IntegrityError:
            row = Report.objects.get(message=message, position=position)
    if row.kind != ReportKind.UNREAD.value or row.holder or row.state != VerificationState.RECEIVED.value:
        return row
    return change_report(row, **fields)


def recorded_by(message: Message, username: str) -> None:
    """Write down which account took a message in by hand."""
    Message.objects.filter(pk=message.pk).update(recorded_by=username)
    message.recorded_by = username


def component_of(message: Message) -> str:
    """Return the component that brought a message in, empty where it came from outside the mission.

    It is that of the account which wrote it down, otherwise that of the mission's own sender.
    """
    if message.recorded_by:
        found = Account.objects.filter(username=message.recorded_by).values_list("component", flat=True).first()
        return found if found and found != Component.OTHER.value else ""
    role = message.source.role if message.source else ""
    named: dict[str, str] = rules.value("evidence.role_components", message.received_at)
    return next((component for head, component in named.items() if role.startswith(head)), "")


def change_report(row: Report, **fields: Any) -> Report:
    """Set fields of a report; `place` may be given as a reference."""
    if "place" in fields and not isinstance(fields["place"], Place):
        fields["place"] = _place_row(fields["place"])
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


def move_report(row: Report, *, expected: str, to: str) -> bool:
    """Move a report from one state to another if nobody moved it meanwhile."""
    won = Report.objects.filter(pk=row.pk, state=expected).update(state=to)
    if won:
        row.state = to
    return won == 1


def make_incident(report: Report, *, known_at: datetime, recorded_at: datetime) -> Incident:
    """Open an incident on what one report says."""
    killed = report.toll.get("killed", [None, None])
    start = report.starts_at or report.received_at
    return Incident.objects.create(
        origin="report",
        events=report.events,
        place=report.place,
        lat=report.lat if report.lat is not None else 0.0,
        lon=report.lon if report.lon is not None else 0.0,
        started_at=start,
        ended_at=report.ends_at,
        started_day=convert.day_number(start),
        known_at=known_at,
        recorded_at=recorded_at,
        actor=report.actor_name,
        actor_type=report.actor_type,
        deaths_least=_countable(killed[0]),
        deaths_most=_countable(killed[1]),
        toll=report.toll,
        state="verifying",
        imminence=report.imminence,
        is_ended=True if report.imminence == "subsided" else None,
        priority=report.priority,
        sources_count=0 if report.is_hearsay else 1,
        grade=f"{report.grade_source}{report.grade_content}",
        sensitivity=report.sensitivity,
        secrecy=report.secrecy,
        sector=report.sector,
        place_precision=report.place_precision,
        discovered_by=report.message.channel,
    )


def change_incident(row: Incident, **fields: Any) -> Incident:
    """Set fields of an incident."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


def heard_from(place: Place, at: datetime) -> None:
    """Remember that something was heard from a place: silence is judged by this."""
    if place.last_heard_at is None or place.last_heard_at < at:
        Place.objects.filter(pk=place.pk).update(last_heard_at=at)


def _countable(number: int | None) -> int | None:
    """Return a count of people, None where there are not so many people on earth to be counted."""
    return number if number is not None and number <= MOST_COUNTED else None


def _place_row(ref: str | None) -> Place | None:
    return _PLACE.first(ref) if ref else None


_PLACE = Prepared(lambda ref: Place.objects.filter(ref=ref), CharField())
_REPORT = Prepared(
    lambda message, position: Report.objects.filter(message=message, position=position),
    BigIntegerField(),
    IntegerField(),
)
