"""Reads world.yaml: the frame of a world, its policy text and its accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tocsin.core.reference.results import Hidden, Problem
from tocsin.core.reference.terms import Interpretation, Role
from tocsin.feeds.world_folder.rows import Folder, Known, Row
from tocsin.feeds.world_folder.types import Account, PolicyText, Province, Settings

FILE = "world.yaml"


def read_settings(folder: Folder) -> Settings | None:
    """Return the settings of a world; None, with problems, where they cannot be used."""
    text = folder.text(FILE)
    if text is None:
        return None
    try:
        page = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as wrong:  # a date such as 2027-13-45 is a ValueError
        line = getattr(getattr(wrong, "problem_mark", None), "line", None)
        folder.found.append(Problem("WLD-019", FILE, {"line": None if line is None else line + 1}))
        return None
    if not isinstance(page, Mapping):
        folder.found.append(Problem("WLD-019", FILE, {"line": 1}))
        return None
    return _settings(folder, page)


def sector_of(row: Row, settings: Settings | None) -> str:
    """Return the sector a row names; any, where the settings could not be read."""
    return row.one_of("sector", settings.sectors) if settings else row.text("sector")


def province_of(row: Row, settings: Settings | None) -> str:
    """Return the province a row names; any, where the settings could not be read."""
    if settings is None:
        return row.text("province")
    return row.ref("province", Known(FILE, {province.code for province in settings.provinces})) or ""


def _settings(folder: Folder, page: Mapping[str, Any]) -> Settings | None:
    row = Row(FILE, _cells(page), folder.found)
    today = row.moment("today", required=True)
    zone = row.text("zone", required=True)
    if zone and not re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", zone):
        row.report("WLD-020", "zone", value=zone, expected="+01:00")
        row.lost = True
    code, country, mission = (row.text(key, required=True) for key in ("code", "country", "mission"))
    policy = _policy(folder, page.get("policy"))
    if row.lost or today is None or policy is None:
        return None
    sectors = row.words("sectors")
    return Settings(
        code=code,
        country=country,
        mission=mission,
        zone=zone,
        languages=row.words("languages"),
        provinces=_provinces(folder, page.get("provinces")),
        sectors=sectors,
        today=today,
        policy=policy,
        accounts=_accounts(folder, page.get("accounts"), sectors),
    )


def _cells(page: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): _cell(value) for key, value in page.items()}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(_cell(part) for part in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return "" if value is None else str(value)


def _entries(folder: Folder, listed: Any, name: str) -> list[Row]:
    if not isinstance(listed, list) or not all(isinstance(entry, Mapping) for entry in listed):
        folder.found.append(Problem("WLD-005", f"{FILE}, column {name}"))
        return []
    return [
        Row(f"{FILE}, {name} {number}", _cells(entry), folder.found) for number, entry in enumerate(listed, start=1)
    ]


def _provinces(folder: Folder, listed: Any) -> tuple[Province, ...]:
    rows = _entries(folder, listed, "provinces")
    read = [(row, row.text("code", required=True), row.text("name", required=True)) for row in rows]
    return tuple(Province(code, name) for row, code, name in read if not row.lost)


def _policy(folder: Folder, page: Any) -> PolicyText | None:
    row = _entries(folder, [page], "policy")
    if not row:
        return None
    reading = row[0].term("interpretation", Interpretation, required=True)
    text = row[0].text("mandate_text", required=True)
    qualifier = row[0].flag("qualifier")
    if reading is None or row[0].lost:
        return None
    # A mandate is read as naming imminence unless its text is known not to: the stricter reading.
    return PolicyText(reading, qualifier is not False, text, row[0].text("mandate_ref"))


def _accounts(folder: Folder, listed: Any, sectors: tuple[str, ...]) -> tuple[Account, ...]:
    accounts: dict[str, Account] = {}
    for row in _entries(folder, listed, "accounts"):
        name, role = row.text("name", required=True), row.term("role", Role, required=True)
        if name and not re.fullmatch(r"[a-z][a-z0-9_.-]*", name):
            row.report("WLD-020", "name", value=name, expected="duty.south")
            continue
        if name in accounts:
            row.report("WLD-009", "name", value=name)
            continue
        if row.lost or role is None:
            continue
        accounts[name] = Account(
            name=name,
            full_name=row.text("full_name", required=True),
            role=role,
            sector=row.one_of("sector", sectors),
            language=row.text("language"),
            rung=row.whole("rung"),
            contact=Hidden(row.text("contact")),
            actor=row.text("actor"),
            on_duty=row.flag("on_duty") is True,
        )
    return tuple(accounts.values())
