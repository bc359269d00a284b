"""Bring a sheet of focal points in: good lines are kept, wrong ones named by line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from tocsin.core.evidence.decoding import clean
from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Coverage, DeviceState
from tocsin.core.reference.viewer import Viewer
from tocsin.services import networks
from tocsin.services.refusals import Refusal, Refused, found_or_refuse
from tocsin.store import access
from tocsin.store.queries import networks as read

NEEDED: Final = ("place", "contact")
COLUMNS: Final = (
    *NEEDED, "role", "sex", "languages", "hours_from", "hours_until", "backup", "trained_on", "phone", "credit",
    "charge", "coverage",
)  # fmt: skip
MOST_LINES: Final = 2_000
_CHOICES: Final[dict[str, Any]] = {"phone": DeviceState, "credit": DeviceState, "charge": DeviceState, "coverage": Coverage}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines were kept, and what is wrong with the others."""

    kept: int
    problems: tuple[Problem, ...]


def import_focal_points(viewer: Viewer, network: str, text: str, *, now: datetime) -> Imported:
    """Write the focal points of a sheet; a wrong line stops none of the others.

    `backup` names the contact of another line of the same sheet. No problem ever repeats a contact.
    """
    access.require(viewer, "create", "network", found_or_refuse(read.network_row(viewer, network), "network"))
    problems: list[Problem] = []
    lines = _lines(text, problems)
    made: dict[str, str] = {}
    for number, line in lines:
        ref = _keep(viewer, network, line, f"line {number}", problems, now)
        if ref:
            made[line["contact"].strip()] = ref
    _tie_backups(viewer, network, lines, made, problems, now=now)
    return Imported(len(made), tuple(problems))


def _lines(text: str, problems: list[Problem]) -> list[tuple[int, dict[str, str]]]:
    plain = clean(text.lstrip("\ufeff")).text
    first = plain.splitlines()[0] if plain.strip() else ""
    reader = csv.DictReader(io.StringIO(plain), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    missing = [name for name in NEEDED if name not in header]
    if missing:
        problems += [Problem("NET-020", "line 1", {"value": name, "expected": ", ".join(NEEDED)}) for name in missing]
        return []
    found: list[tuple[int, dict[str, str]]] = []
    try:
        for line in reader:
            if line.get(None) or len(found) >= MOST_LINES:
                problems.append(Problem("NET-024", f"line {reader.line_num}"))
            else:
                found.append((reader.line_num, {name: line.get(name) or "" for name in COLUMNS}))
    except csv.Error:
        problems.append(Problem("NET-024", f"line {reader.line_num}"))
    return found


def _keep(
    viewer: Viewer, network: str, line: Mapping[str, str], where: str, problems: list[Problem], now: datetime
) -> str:
    before = len(problems)
    fields = _fields(viewer, line, where, problems)
    contact = line["contact"].strip()
    if not contact:
        problems.append(Problem("NET-012", f"{where}, contact"))
    if len(problems) > before:
        return ""
    try:
        return str(networks.save_focal_point(viewer, network, fields, contact=Hidden(contact), now=now).ref)
    except (Refusal, Refused):
        problems.append(Problem("NET-025", where))
        return ""


def _fields(viewer: Viewer, line: Mapping[str, str], where: str, problems: list[Problem]) -> dict[str, Any]:
    place = read.place_named(viewer, line["place"].strip())
    if place is None:
        problems.append(Problem("NET-023", f"{where}, place", {"value": line["place"].strip()[:60]}))
    fields: dict[str, Any] = {
        "place": place.ref if place else "",
        "role": line["role"].strip() or "can_focal_point",
        "sex": line["sex"].strip().lower()[:8],
        "languages": [one.strip() for one in line["languages"].replace(",", "|").split("|") if one.strip()],
        "hours_from": _clock(line["hours_from"], f"{where}, hours_from", problems),
        "hours_until": _clock(line["hours_until"], f"{where}, hours_until", problems),
        "trained_on": _day(line["trained_on"], f"{where}, trained_on", problems),
    }
    for name, kind in _CHOICES.items():
        said = line[name].strip().lower() or "unknown"
        known = [one.value for one in kind]
        if said not in known:
            problems.append(Problem("NET-011", f"{where}, {name}", {"value": said[:20], "expected": ", ".join(known)}))
        fields[name] = said
    return fields


def _clock(text: str, where: str, problems: list[Problem]) -> time | None:
    try:
        return time.fromisoformat(text.strip().zfill(5)) if text.strip() else None
    except ValueError:
        problems.append(Problem("NET-021", where, {"value": text.strip()[:10]}))
        return None


def _day(text: str, where: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(Problem("NET-022", where, {"value": text.strip()[:20]}))
        return None


def _tie_backups(
    viewer: Viewer,
    network: str,
    lines: list[tuple[int, dict[str, str]]],
    made: Mapping[str, str],
    problems: list[Problem],
    *,
    now: datetime,
) -> None:
    """Tie each node to its backup, once all of them are there."""
    for number, line in lines:
        ref, backup = made.get(line["contact"].strip()), line["backup"].strip()
        if not ref or not backup:
            continue
        try:
            networks.save_focal_point(viewer, network, {"backup": made.get(backup, "unknown")}, now=now, ref=ref)
        except (Refusal, Refused):
            problems.append(Problem("NET-025", f"line {number}, backup"))
