"""Set networks up: who keeps watch where, what signals and codes mean, committees, and drills."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import yaml
from django.db import transaction

from tocsin.core.evidence.codebook import CodeBook, CodeEntry
from tocsin.core.evidence.coded import Coded, Sheet, read_coded, sheet_of
from tocsin.core.evidence.coded_reading import as_reading
from tocsin.core.evidence.reading import read_report
from tocsin.core.evidence.types import Message, Reading, Sender
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because, Hidden, Problem
from tocsin.core.reference.terms import Channel, Coverage, DeviceState, NetworkKind, Rhythm
from tocsin.core.reference.viewer import Viewer
from tocsin.services import intake, silence
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store import access, vault
from tocsin.store.queries import networks as read
from tocsin.store.queries import places
from tocsin.store.writes import networks as write
from tocsin.store.writes import record

_HEADER: Final = re.compile(r"\s*part\s*[,;]")
_ENUMS: Final[dict[str, Any]] = {
    "kind": NetworkKind, "rhythm": Rhythm, "phone": DeviceState, "credit": DeviceState, "charge": DeviceState,
    "coverage": Coverage,
}  # fmt: skip
NETWORK_FIELDS: Final = (
    "name", "kind", "sector", "languages", "rhythm", "check_days", "check_times", "silent_after_h", "members", "women",
    "note", "since_on", "until_on",
)  # fmt: skip
POINT_FIELDS: Final = (
    "role", "sex", "languages", "hours_from", "hours_until", "trained_on", "phone", "credit", "charge", "coverage",
    "since_on", "until_on",
)  # fmt: skip


def save_network(viewer: Viewer, fields: dict[str, Any], *, now: datetime, ref: str = "") -> Any:
    """Write a network anew, or change one."""
    access.require(viewer, "create", "network")
    given = {name: value for name, value in fields.items() if name in NETWORK_FIELDS}
    _refuse_wrong(given)
    grant = access.grant_of(viewer, "network")
    if not grant.whole_mission:
        given["sector"] = viewer.sector
    if not given.get("name") or not given.get("kind"):
        raise Refusal(Because("refused.network_name"))
    if given.get("rhythm", "none") != "none" and not given.get("check_times"):
        raise Refusal(Because("refused.times_needed"))
    if read.is_name_taken(given["name"], but=ref):
        raise Refusal(Because("refused.network_name_taken"))
    with transaction.atomic():
        if ref:
            row = found_or_refuse(read.network_row(viewer, ref), "network")
            access.require(viewer, "create", "network", row)
            write.change(row, **given)
        else:
            row = write.make_network(**given)
        record.note(viewer, row.ref, "network_saved", at=now, after=_plain(row, NETWORK_FIELDS))
        silence.keep_watch(now)
        return row


def save_focal_point(
    viewer: Viewer,
    network: str,
    fields: dict[str, Any],
    *,
    contact: Hidden[str] | None = None,
    now: datetime,
    ref: str = "",
) -> Any:
    """Write a focal point anew, or change one; a number given is sealed and never shown again."""
    with transaction.atomic():
        into = found_or_refuse(read.network_row(viewer, network), "network")
        access.require(viewer, "create", "network", into)
        given = {name: value for name, value in fields.items() if name in POINT_FIELDS}
        _refuse_wrong(given)
        point = found_or_refuse(read.focal_row(viewer, ref), "network") if ref else None
        place = places.place_row(viewer, str(fields.get("place") or "")) or (point.place if point else None)
        if place is None:
            raise Refusal(Because("refused.focal_place"))
        given |= {"place": place, "sector": place.sector or into.sector}
        if contact is not None:
            given["source"] = _registered(viewer, contact, into, given, point)
        if point is None and "source" not in given:
            raise Refusal(Because("refused.focal_contact"))
        given["backup"] = _backup(viewer, into, str(fields.get("backup") or ""), ref)
        if point is None:
            point = write.make_focal_point(network=into, entered_at=now, **given)
        else:
            write.change(point, **given)
        record.note(
            viewer, point.ref, "focal_point_saved", at=now, after=_plain(point, POINT_FIELDS) | {"place": place.ref}
        )
        silence.keep_watch(now)
        return point


def _registered(viewer: Viewer, contact: Hidden[str], into: Any, given: dict[str, Any], point: Any) -> Any:
    access.require(viewer, "create", "source")
    source = write.register_source(
        contact,
        role=str(given.get("role") or "can_focal_point"),
        place=given["place"],
        languages=given.get("languages") or (),
        network=into.name,
    )
    if write.is_in_network(into, source, but=point):
        raise Refusal(Because("refused.focal_twice"))
    return source


def _backup(viewer: Viewer, into: Any, asked: str, ref: str) -> Any:
    if not asked:
        return None
    backup = read.focal_row(viewer, asked)
    if backup is None or backup.network_id != into.pk or asked == ref:
        raise Refusal(Because("refused.backup_self"))
    return backup


def _refuse_wrong(given: dict[str, Any]) -> None:
    for name, kind in _ENUMS.items():
        if given.get(name) and given[name] not in [one.value for one in kind]:
            raise Refusal(Because("form.nothing_chosen", {"field": name}))
    for text in given.get("check_times") or ():
        try:
            clock = time.fromisoformat(text)
        except ValueError:
            raise Refusal(Because("refused.times_needed")) from None
        if clock.tzinfo is not None:
            raise Refusal(Because("refused.times_zone"))


def _plain(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a record as plain values for its history; never a contact."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date | time) else value for name, value in values.items()}


def show_number(viewer: Viewer, ref: str, *, why: str, now: datetime) -> Hidden[str]:
    """Return how to reach a focal point, for a custodian with a reason; the look is written down."""
    access.require(viewer, "reveal", "source")
    if not why.strip():
        raise Refusal(Because("report.needs_why", {}, (ref,)))
    with transaction.atomic():
        point = found_or_refuse(read.focal_row(viewer, ref), "network")
        source = found_or_refuse(point.source, "source")
        record.note(viewer, point.ref, "identity_shown", at=now, after={}, why=why[:200])
        record.note_many(viewer, "identity_shown", [source.ref], at=now, groups=["identity"])
        return vault.unseal(source.contact.sealed, f"contact:{source.ref}")


# Signals


def save_code_book(
    viewer: Viewer,
    place: str,
    entries: Sequence[CodeEntry],
    *,
    valid_from: datetime,
    valid_until: datetime | None,
    now: datetime,
) -> Any:
    """Write what signals mean in a village from a moment on; the code before ends where this one begins."""
    with transaction.atomic():
        spot = found_or_refuse(places.place_row(viewer, place), "place")
        access.require(viewer, "create", "code_book", spot)
        ends = valid_until or valid_from + timedelta(days=int(rules.value("networks.code_book.days", now)))
        if not entries or len({(one.signal, one.pattern) for one in entries}) < len(entries):
            raise Refusal(Because("refused.code_book_empty"))
        if ends <= valid_from:
            raise Refusal(Because("refused.code_book_time"))
        row = write.save_code_book(spot, entries, valid_from=valid_from, valid_until=ends, by=viewer.account, at=now)
        record.note_many(viewer, "code_book_saved", [f"place:{spot.ref}"], at=now, groups=["code_book"])
        silence.keep_watch(now)
        return row


def show_code_books(viewer: Viewer, place: str, *, now: datetime) -> list[tuple[Any, CodeBook]]:
    """Return a village's codes with what they say; each look is written down."""
    with transaction.atomic():
        access.require(viewer, "read", "code_book")
        found_or_refuse(places.place_row(viewer, place), "place")
        rows = read.code_books(viewer, place)
        record.note_many(viewer, "code_book_read", [f"place:{place}"], at=now, groups=["code_book"])
        return [(row, read.code_book_value(row)) for row in rows]


# Coded messages


def sheet_from(text: str) -> tuple[Sheet | None, tuple[Problem, ...], dict[str, Any]]:
    """Return the code sheet that a text describes (YAML, or CSV with a line for each code), every mistake and the plain definition."""
    if _HEADER.match(text):
        given = _from_csv(text[:60_000])
        sheet, problems = sheet_of(given, where="sheet")
        return sheet, problems, given
    try:
        given = yaml.safe_load(text[:60_000])
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "sheet"
        return None, (Problem("NET-010", where, {"why": str(getattr(wrong, "problem", "") or "?")[:80]}),), {}
    sheet, problems = sheet_of(given, where="sheet")
    return sheet, problems, given if isinstance(given, dict) else {}


def _from_csv(text: str) -> dict[str, Any]:
    """Return the definition that the lines of a table make: one line for each code, the parts in their order."""
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ",")
    parts: dict[str, dict[str, Any]] = {}
    for line in reader:
        said = {(name or "").strip(): (value or "").strip() for name, value in line.items() if isinstance(value, str)}
        key = said.get("part", "")
        part = parts.setdefault(
            key, {"key": key, "label": said.get("label") or key, "kind": said.get("kind"), "codes": {}}
        )
        part |= {
            name: said[name] for name in ("mark", "toll", "least", "most") if said.get(name) and not said.get("code")
        }
        if said.get("code"):
            code: dict[str, Any] = {name: said[name] for name in ("events", "toll", "need", "state") if said.get(name)}
            code |= {"label": said.get("meaning", ""), "nothing": said.get("nothing", "") in ("1", "yes")}
            part["codes"][said["code"]] = said["place"] if said.get("place") else code
    return {"name": "CSV", "fields": list(parts.values())}


def save_code_sheet(viewer: Viewer, network: str, text: str, *, now: datetime) -> Any:
    """Put a code sheet in force for a network; the one before stays on record."""
    with transaction.atomic():
        row = found_or_refuse(read.network_row(viewer, network), "network")
        access.require(viewer, "create", "network", row)
        sheet, _, definition = sheet_from(text)
        if sheet is None:
            raise Refusal(Because("refused.code_sheet_wrong"))
        saved = write.save_code_sheet(row, definition, by=viewer.account, at=now)
        record.note(viewer, row.ref, "code_sheet_saved", at=now, after={"version": saved.version, "name": sheet.name})
        return saved


def try_out(sheet: Sheet, text: str, *, now: datetime) -> tuple[Coded | None, Reading]:
    """Return how a message reads by a code sheet; nothing is kept."""
    gazetteer = intake.gazetteer()
    message = Message(Channel.SMS, text[:2000], now)
    free = read_report(
        message, Sender("try-out"), gazetteer=gazetteer, actors=intake.known_actors(), zone=intake.zone()
    )[0]
    coded = read_coded(text[:2000], sheet, gazetteer=gazetteer, home=None)
    return coded, as_reading(coded, free, as_of=now) if coded else free


# Committees


def hold_meeting(viewer: Viewer, network: str, fields: dict[str, Any], *, now: datetime) -> Any:
    """Write that a safety committee met."""
    with transaction.atomic():
        row = found_or_refuse(read.network_row(viewer, network), "network")
        access.require(viewer, "create", "network", row)
        made = write.hold_meeting(row, made_by=viewer.account, **fields)
        record.note(viewer, row.ref, "committee_met", at=now, after={"held_on": made.held_on.isoformat()})
        return made
