"""Reads a world folder into core values, and finds the worlds that ship with the package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tocsin.feeds.world_folder.ground import (
    ground_of,
    read_bases,
    read_closures,
    read_corridors,
    read_displacement,
    read_flows,
    read_partners,
    read_places,
    read_roads,
    read_sites,
)
from tocsin.feeds.world_folder.happenings import Frame, communities_of, read_alerts, read_incidents, read_messages
from tocsin.feeds.world_folder.moving import shift_world
from tocsin.feeds.world_folder.networks import read_networks, read_signals
from tocsin.feeds.world_folder.parties import known_actors, read_actors, read_assets, read_sources
from tocsin.feeds.world_folder.rows import Folder
from tocsin.feeds.world_folder.settings import read_settings
from tocsin.feeds.world_folder.types import World

__all__ = ["World", "find_world", "read_world", "shift_world", "world_names"]


def read_world(folder: Path) -> World:
    """Return everything the world folder says, with every problem found in it.

    A wrong row never stops the reading: a wrong cell becomes unknown, and a row that says nothing
    without it is left out. Each is reported by file, row and column.
    """
    book = Folder(folder)
    settings = read_settings(book)
    places = read_places(book, settings)
    ground = ground_of(places)
    roads = read_roads(book, ground)
    bases = read_bases(book, ground, settings)
    actors, sources = read_actors(book), read_sources(book, ground)
    frame = Frame(ground, known_actors(actors), settings, communities_of(actors))
    happened = read_incidents(book, frame)
    return World(
        name=folder.name,
        settings=settings,
        places=places,
        sites=read_sites(book, ground),
        roads=roads,
        closures=read_closures(book, roads),
        bases=bases,
        assets=read_assets(book, bases, settings),
        actors=actors,
        sources=sources,
        incidents=happened.incidents,
        tolls=happened.tolls,
        discovered_by=happened.discovered_by,
        alerts=read_alerts(book, frame, happened.incidents),
        displacement=read_displacement(book, ground),
        partners=read_partners(book, ground),
        corridors=read_corridors(book, ground),
        flows=read_flows(book, ground),
        messages=read_messages(book, frame, sources),
        networks=read_networks(book),
        signals=read_signals(book, ground),
        problems=tuple(book.found),
    )


def find_world(name: str) -> Path:
    """Return the folder of a world that ships with Tocsin, by its name.

    Raises
    ------
    LookupError
        When no world is called so; the message lists those there are.
    """
    if re.fullmatch(r"[a-z][a-z0-9_]*", name):
        for shelf in _shelves():
            if (shelf / name / "world.yaml").is_file():
                return shelf / name
    raise LookupError(f"no world is called '{name}', expected one of: {', '.join(world_names())}")


def world_names() -> tuple[str, ...]:
    """Return the names of the worlds that ship with Tocsin, sorted."""
    return tuple(sorted({page.parent.name for shelf in _shelves() for page in shelf.glob("*/world.yaml")}))


def _shelves() -> Iterator[Path]:
    """Yield the folders that may hold worlds: in the installed package, then in a checkout."""
    package = Path(__file__).resolve().parents[2]
    for parent in (package, *package.parents[:2]):
        if (parent / "worlds").is_dir():
            yield parent / "worlds"
