"""Reads of a world only what messages are read with: places, known actors, the zone and who is registered where."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from tocsin.core.evidence.types import KnownActor
from tocsin.core.places.types import Place
from tocsin.feeds.world_folder.ground import ground_of, read_places
from tocsin.feeds.world_folder.parties import read_actors, read_sources
from tocsin.feeds.world_folder.rows import Folder
from tocsin.feeds.world_folder.settings import read_settings


@dataclass(frozen=True, slots=True)
class Parties:
    """What messages of a world are read with. `homes`: the place of each role that one source alone bears."""

    places: tuple[Place, ...]
    actors: tuple[KnownActor, ...]
    zone: tzinfo
    homes: dict[str, str]


def read_parties(folder: Path) -> Parties | None:
    """Return what messages of a world are read with; None where its settings cannot be read."""
    book = Folder(folder)
    settings = read_settings(book)
    if settings is None:
        return None
    places = read_places(book, settings)
    actors = tuple(KnownActor(row.name, row.actor_type, row.aliases, row.host) for row in read_actors(book))
    bearers: dict[str, list[str | None]] = defaultdict(list)
    for source in read_sources(book, ground_of(places)):
        bearers[source.role].append(source.place)
    homes = {role: at[0] for role, at in bearers.items() if len(at) == 1 and at[0] is not None}
    return Parties(places, actors, settings.offset, homes)
