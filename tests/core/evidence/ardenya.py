"""The thirty labelled messages of Ardenya, and how each is read."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.core.evidence.reading import read_report
from tocsin.core.evidence.types import KnownActor, Message, Reading, Sender
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import ActorType, Channel, PlaceKind

ROOT = Path(__file__).resolve().parents[3]
WORLD = ROOT / "worlds" / "ardenya"
LANGUAGES = ROOT / "src" / "tocsin" / "core" / "reference" / "data" / "languages"
ZONE = timezone(timedelta(hours=1))
NOON = datetime(2027, 3, 11, 12, tzinfo=ZONE)
# Where a committee or a relay is registered although the message does not say so.
REGISTERED = {"T29": "Abu Serrif"}


@dataclass(frozen=True)
class Labelled:
    """One message with what it must be read as."""

    name: str
    label: dict[str, Any]
    message: Message
    sender: Sender
    readings: tuple[Reading, ...]

    @property
    def main(self) -> Reading:
        return self.readings[0]


@cache
def gazetteer() -> Gazetteer:
    with (WORLD / "places.csv").open(encoding="utf-8") as file:
        return Gazetteer([_place(row) for row in csv.DictReader(file)])


def _place(row: dict[str, str]) -> Place:
    aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
    point = Point(float(row["lat"]), float(row["lon"]))
    return Place(row["ref"], row["name"], point, PlaceKind(row["kind"]), row["province"], aliases=aliases)


@cache
def actors() -> tuple[KnownActor, ...]:
    with (WORLD / "actors.csv").open(encoding="utf-8") as file:
        return tuple(
            KnownActor(
                row["name"],
                ActorType(row["type"]),
                tuple(alias for alias in row["aliases"].split("|") if alias),
                row["host"] == "1",
            )
            for row in csv.DictReader(file)
        )


def ref_of(name: str) -> str | None:
    return next((place.ref for place in gazetteer().places if name in (place.label, place.name)), None)


def read(
    text: str,
    *,
    at: str = "Oulanga",
    role: str = "can_focal_point",
    channel: Channel = Channel.SMS,
    received: datetime = NOON,
    hint: str = "",
) -> tuple[Reading, ...]:
    """Return the readings of a text sent by somebody registered at a place."""
    sender = Sender("h-1", role, ref_of(at) if at else None)
    message = Message(channel, text, received, place_hint=hint)
    return read_report(message, sender, gazetteer=gazetteer(), actors=actors(), zone=ZONE)


@cache
def labelled() -> dict[str, Labelled]:
    lines = (Path(__file__).parent / "messages.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: _labelled(row) for row in map(json.loads, lines)}


def _labelled(row: dict[str, Any]) -> Labelled:
    source, _, place = row["src"].partition("@")
    role, _, cell = source.partition(":cell_near_")
    place = place or REGISTERED.get(row["id"], "")
    sender = Sender(f"h-{source}-{place or row['id']}", role, ref_of(place) if place else None)
    message = Message(Channel(row["ch"]), row["text"], datetime.fromisoformat(row["recv"]), place_hint=cell)
    readings = read_report(message, sender, gazetteer=gazetteer(), actors=actors(), zone=ZONE)
    return Labelled(row["id"], row["out"], message, sender, readings)


def examples() -> list[tuple[str, dict[str, str]]]:
    """Return every row of every language's examples, with the language."""
    found = []
    for folder in sorted(LANGUAGES.iterdir()):
        with (folder / "examples.csv").open(encoding="utf-8") as file:
            found += [(folder.name, row) for row in csv.DictReader(file)]
    return found
