"""Who keeps watch in Ardenya: an alert network in each sector, and the signals of villages that agreed on them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from making.facts import PROVINCES
from making.land import Spot

_SHEET = {
    "name": "Short code of the sector",
    "fields": [
        {
            "key": "what",
            "label": "What",
            "kind": "codes",
            "codes": {"A": "ATK", "L": "LOO", "M": "MOB", "T": "THR", "Z": {"nothing": True, "label": "nothing"}},
        },
        {"key": "dead", "label": "Killed", "kind": "count", "toll": "killed"},
        {"key": "where", "label": "Where", "kind": "place"},
    ],
}
_SIGNALS = (
    ("Mbirawe", "pots", "any", "red"),
    ("Mbirawe", "bell", "three", "amber"),
    ("Mbirawe", "flag", "white", "green"),
    ("Oulanga", "drum", "continuous", "red"),
    ("Gorumba", "whistle", "three", "red"),
    ("Gorumba", "lamp", "any", "amber"),
)


def networks_page(spots: list[Spot]) -> dict[str, Any]:
    """Return the content of networks.yaml."""
    refs = {spot.name: spot.ref for spot in reversed(spots)}
    sectors = [one.sector for one in PROVINCES.values()]
    return {
        "networks": [
            {
                "name": f"Alert network, sector {sector}",
                "kind": "community_alert",
                "sector": sector,
                "rhythm": "weekly",
                "check_days": [0],
                "check_times": ["06:00"],
                "silent_after_h": 1000,
                "languages": ["fr", "en"],
                "roles": ["can_focal_point", "can_focal_point_backup"],
                "sheet": deepcopy(_SHEET),
            }
            for sector in sectors
        ],
        "signals": [
            {"place": refs[place], "signal": signal, "pattern": pattern, "meaning": meaning}
            for place, signal, pattern, meaning in _SIGNALS
        ],
    }
