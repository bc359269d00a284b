"""Writes the world Ardenya anew: python worlds/generate.py ardenya --seed 2027

The same seed writes the same bytes. Another seed makes another country of the same kind, with the
same fixed places, parties and messages. Three Villages is written by hand and has no generator.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from making import alarms, land, means, messages, networks, violence
from making.facts import ACTORS, PROVINCES, TODAY, accounts
from making.writing import write_lines, write_page, write_table

MANDATE = (
    "to protect civilians under threat of physical violence, through a comprehensive and integrated "
    "approach, within its capabilities and areas of deployment, and without prejudice to the primary "
    "responsibility of the authorities of Ardenya"
)


def settings() -> dict[str, Any]:
    """Return world.yaml."""
    return {
        "code": "ARD",
        "country": "Ardenya",
        "mission": "MINUA",
        "zone": "+01:00",
        "languages": ["fr", "en", "ar", "sw"],
        "provinces": [{"code": one.code, "name": one.name} for one in PROVINCES.values()],
        "sectors": [one.sector for one in PROVINCES.values()],
        "today": TODAY.isoformat(),
        "policy": {
            "interpretation": "continuous",
            "qualifier": False,
            "mandate_text": MANDATE,
            "mandate_ref": "Resolution 9001 (2024), paragraph 32 (fictional)",
        },
        "accounts": accounts(),
    }


def write_ardenya(folder: Path, rng: np.random.Generator) -> None:
    """Write every file of Ardenya; each part draws from a stream of its own."""
    for_land, for_means, for_violence, for_alarms = rng.spawn(4)
    spots = land.make_spots(for_land)
    links = land.make_links(for_land, spots)
    land.mark_markets(for_land, spots)
    land.mark_features(for_land, spots)
    corridors = land.corridor_rows(spots)
    bases = means.base_rows(for_means, spots)
    sources = means.source_rows(for_means, spots)
    known = violence.learn(
        for_violence, violence.make_events(for_violence, spots, lambda name: means.find_spot(spots, name))
    )
    harm: dict[str, float] = {}
    for event in known:
        harm[event.spot.ref] = harm.get(event.spot.ref, 0) + event.severe
    folder.mkdir(parents=True, exist_ok=True)
    write_page(folder, "world.yaml", settings())
    tables: dict[str, list[dict[str, Any]]] = {
        "displacement.csv": means.displacement_rows(for_means, spots, harm),
        "places.csv": land.place_rows(spots),
        "sites.csv": land.site_rows(for_land, spots),
        "roads.csv": land.road_rows(links),
        "closures.csv": land.closure_rows(for_land, links),
        "corridors.csv": corridors,
        "bases.csv": bases,
        "assets.csv": means.asset_rows(for_means, bases),
        "actors.csv": [
            dict(zip(("ref", "name", "type", "aliases", "host", "note"), one, strict=True)) for one in ACTORS
        ],
        "sources.csv": sources,
        "partners.csv": means.partner_rows(for_means, spots),
        "flows.csv": means.flow_rows(for_means, spots),
        "incidents.csv": violence.incident_rows(for_violence, known),
        "alerts.csv": alarms.alert_rows(for_alarms, known, spots),
    }
    for file, rows in tables.items():
        write_table(folder, file, rows)
    write_page(folder, "networks.yaml", networks.networks_page(spots))
    write_lines(folder, "messages.jsonl", messages.message_rows(sources, spots))


def main() -> None:
    """Read the arguments and write the world."""
    reader = argparse.ArgumentParser(description="Write a fictional world from a seed.")
    reader.add_argument("world", choices=("ardenya",))
    reader.add_argument("--seed", type=int, default=2027)
    reader.add_argument("--into", type=Path, default=Path(__file__).resolve().parent, help="parent folder")
    asked = reader.parse_args()
    write_ardenya(asked.into / asked.world, np.random.Generator(np.random.PCG64(asked.seed)))


if __name__ == "__main__":
    main()
