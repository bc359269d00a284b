"""Datasets carried in. Each folder is one feed; an adapter is loaded when it is first asked for."""

from __future__ import annotations

from importlib import import_module

from tocsin.core.reference.results import Feed

FEEDS: dict[str, str] = {
    "displacement": "tocsin.feeds.displacement.adapter",
    "gazetteer": "tocsin.feeds.gazetteer.adapter",
    "geopko": "tocsin.feeds.geopko.adapter",
    "population": "tocsin.feeds.population.adapter",
    "ucdp_ged": "tocsin.feeds.ucdp_ged.adapter",
}


def get(name: str) -> Feed:
    """Return the adapter of the feed `name`.

    Raises
    ------
    KeyError
        When no feed is called so.
    """
    try:
        place = FEEDS[name]
    except KeyError:
        raise KeyError(f"no feed is called '{name}', expected one of: {', '.join(FEEDS)}") from None
    feed: Feed = import_module(place).Adapter()
    return feed
