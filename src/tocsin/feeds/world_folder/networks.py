"""Reads networks.yaml: who keeps watch in which sector, their code sheets, and the signals of each village."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tocsin.core.evidence.codebook import CodeEntry
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import NetworkKind, Rhythm, SignalKind, SignalMeaning, SignalPattern
from tocsin.feeds.world_folder.ground import Ground
from tocsin.feeds.world_folder.rows import Folder, Row
from tocsin.feeds.world_folder.types import NetworkRow, SignalRow

FILE = "networks.yaml"


def read_networks(folder: Folder) -> tuple[NetworkRow, ...]:
    """Return the networks of a world; a world without the file has none."""
    found = []
    for number, given in _listed(folder, "networks"):
        row = _row(folder, f"networks {number}", given)
        name = row.text("name", required=True)
        kind, rhythm = row.term("kind", NetworkKind, required=True), row.term("rhythm", Rhythm)
        if row.lost or kind is None:
            continue
        sheet = given.get("sheet")
        found.append(
            NetworkRow(
                name=name,
                kind=kind,
                sector=row.text("sector"),
                rhythm=rhythm or Rhythm.NONE,
                check_days=tuple(int(day) for day in row.words("check_days") if day in tuple("0123456")),
                check_times=row.words("check_times"),
                silent_after_h=row.number("silent_after_h", least=0),
                languages=row.words("languages"),
                roles=row.words("roles"),
                members=row.whole("members"),
                women=row.whole("women"),
                sheet=sheet if isinstance(sheet, Mapping) else None,
            )
        )
    return tuple(found)


def read_signals(folder: Folder, ground: Ground) -> tuple[SignalRow, ...]:
    """Return what signals mean in each village."""
    found = []
    for number, given in _listed(folder, "signals"):
        row = _row(folder, f"signals {number}", given)
        place = row.ref("place", ground.known, required=True)
        signal, meaning = (
            row.term("signal", SignalKind, required=True),
            row.term("meaning", SignalMeaning, required=True),
        )
        pattern = row.term("pattern", SignalPattern) or SignalPattern.ANY
        if not row.lost and place and signal and meaning:
            found.append(SignalRow(place, CodeEntry(signal, pattern, meaning)))
    return tuple(found)


def _listed(folder: Folder, part: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = folder.text(FILE, optional=True)
    if text is None:
        return
    try:
        page = yaml.safe_load(text) or {}
    except yaml.YAMLError:
        page = None
    listed = page.get(part, []) if isinstance(page, Mapping) else None
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        folder.found.append(Problem("WLD-019", FILE, {"line": 1}))
        return
    yield from enumerate(listed, start=1)


def _row(folder: Folder, where: str, given: Mapping[str, Any]) -> Row:
    return Row(f"{FILE}, {where}", {key: _cell(one) for key, one in given.items()}, folder.found)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    return "" if value is None else str(value)
