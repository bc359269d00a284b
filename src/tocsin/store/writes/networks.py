"""Writes of community networks: nodes, codes, check-ins, silences, drills and call-backs."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model

from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.reference.results import Hidden
from tocsin.store import vault
from tocsin.store.models import (
    CallBack,
    CheckIn,
    CodeBook,
    CodeSheet,
    CommitteeMeeting,
    Drill,
    FocalPoint,
    Message,
    Network,
    Place,
    Silence,
    Source,
)
from tocsin.store.writes import evidence

M = TypeVar("M", bound=Model)
_UNREGISTERED = ("", "citizen_unregistered")


def change(row: M, **fields: Any) -> M:
    """Set fields of a record."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row


def make_network(**fields: Any) -> Network:
    """Write a network."""
    return Network.objects.create(**fields)


def register_source(
    contact: Hidden[str], *, role: str, place: Place | None, languages: Sequence[str], network: str
) -> Source:
    """Write who can be reached under a contact, the contact sealed; whom we know already is only completed."""
    source = evidence.source_of(contact, role=role)
    assert source is not None  # a contact was given
    fields: dict[str, Any] = {"network": network[:40], "languages": list(languages) or source.languages}
    if source.role in _UNREGISTERED or place is not None:
        fields |= {"role": role[:40], "place": place or source.place}
    return change(source, **fields)


def make_focal_point(**fields: Any) -> FocalPoint:
    """Write a focal point."""
    return FocalPoint.objects.create(**fields)


def is_in_network(network: Network, source: Source, *, but: FocalPoint | None = None) -> bool:
    """Return whether a source stands in a network already, as somebody else than `but`."""
    rows = FocalPoint.objects.filter(network=network, source=source)
    return rows.exclude(pk=but.pk).exists() if but is not None else rows.exists()


def save_code_book(
    place: Place, entries: Sequence[CodeEntry], *, valid_from: datetime, valid_until: datetime, by: str, at: datetime
) -> CodeBook:
    """Write a village's code, sealed."""
    key = secrets.token_hex(12)
    told = [{"signal": one.signal.value, "pattern": one.pattern.value, "meaning": one.meaning.value} for one in entries]
    return CodeBook.objects.create(
        place=place,
        sector=place.sector,
        key=key,
        entries_sealed=vault.seal(Hidden(json.dumps(told)), f"codebook:{key}"),
        valid_from=valid_from,
        valid_until=valid_until,
        made_by=by,
        made_at=at,
    )


def save_code_sheet(network: Network, definition: dict[str, Any], *, by: str, at: datetime) -> CodeSheet:
    """Write the next version of a network's code sheet."""
    newest = network.code_sheets.order_by("-version").values_list("version", flat=True).first() or 0
    return CodeSheet.objects.create(network=network, definition=definition, version=newest + 1, made_by=by, made_at=at)


def ask(point: FocalPoint, *, at: datetime, drill: Drill | None = None) -> CheckIn:
    """Write that a focal point was asked whether all is well."""
    return CheckIn.objects.create(focal_point=point, drill=drill, asked_at=at)


def answer(point: FocalPoint, *, at: datetime, drill: Drill | None) -> int:
    """Write that a focal point answered what it was asked; return how many questions that were."""
    rows = CheckIn.objects.filter(focal_point=point, answered_at=None, asked_at__lte=at, drill=drill)
    return rows.update(answered_at=at)


def begin_silence(
    point: FocalPoint, *, began_at: datetime, at: datetime, limit_h: float, because: list[Any]
) -> Silence:
    """Write that a node is silent; it is one silence until it is heard."""
    row, _ = Silence.objects.get_or_create(
        focal_point=point,
        ended_at=None,
        defaults={
            "sector": point.sector, "began_at": began_at, "noticed_at": at, "limit_h": limit_h, "because": because,
        },
    )  # fmt: skip
    return row


def end_silences(points: Sequence[FocalPoint], *, at: datetime, by: str) -> list[Silence]:
    """Write that nodes were heard; return the silences that this ended."""
    rows = list(Silence.objects.filter(focal_point__in=points, ended_at=None, began_at__lt=at))
    for row in rows:
        change(row, ended_at=at, ended_by=by)
    return rows


def begin_drill(network: Network, *, text: str, by: str, at: datetime) -> Drill:
    """Write that a drill of a network begins."""
    return Drill.objects.create(network=network, sector=network.sector, text=text[:300], begun_at=at, begun_by=by)


def in_drill(message: Message, drill: Drill | None) -> None:
    """Mark a message as told in a drill, or take the mark away because it is real; its call-back goes with it."""
    Message.objects.filter(pk=message.pk).update(drill=drill)
    CallBack.objects.filter(message=message).update(is_drill=drill is not None)
    message.drill = drill


def hold_meeting(network: Network, **fields: Any) -> CommitteeMeeting:
    """Write that a committee met."""
    return CommitteeMeeting.objects.create(network=network, **fields)


def ask_call_back(
    message: Message, *, priority: str, language: str, asked_at: datetime, due_at: datetime, **fields: Any
) -> CallBack:
    """Write that somebody wants to be called back; once for a message, and only ever earlier."""
    row, is_new = CallBack.objects.get_or_create(
        message=message,
        defaults={"priority": priority, "language": language[:8], "asked_at": asked_at, "due_at": due_at, **fields},
    )
    if not is_new and row.done_at is None and priority <= row.priority:
        change(row, priority=priority, due_at=min(row.due_at, due_at), language=row.language or language[:8], **fields)
    return row


def tried(row: CallBack, *, at: datetime) -> None:
    """Count a call-back that nobody answered."""
    CallBack.objects.filter(pk=row.pk).update(tries=F("tries") + 1, last_try_at=at)
    row.refresh_from_db()
