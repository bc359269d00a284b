"""Messages and places to measure the reading on: the project's own examples, and names from real gazetteers."""

from __future__ import annotations

import csv
import random
from itertools import islice
from pathlib import Path

from tocsin import feeds
from tocsin.core.places.types import Place, Point
from tocsin.core.reference import languages
from tocsin.core.reference.results import FeedItem

EXAMPLES = Path(languages.__file__).parent / "data" / "languages"
SYLLABLES = ("ba", "ka", "lu", "mo", "nya", "ri", "go", "te", "su", "wa", "zi", "ndo", "mba", "fi", "ke", "la")


def example_texts() -> list[str]:
    """Return the texts of the examples that every field language brings along."""
    found = []
    for path in sorted(EXAMPLES.glob("*/examples.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found += [row["text"] for row in csv.DictReader(stream)]
    return found


def named_places(data: Path, size: int) -> tuple[list[Place], str]:
    """Return places by name, and where the names come from: a gazetteer below `data`, the rest invented."""
    found: list[Place] = []
    source = ""
    for path in sorted(data.rglob("*cities*.csv*"), key=lambda one: -one.stat().st_size):
        items = (one for one in feeds.get("gazetteer").read(path) if isinstance(one, FeedItem))
        found = [
            Place(f"P-{number}", one.value.name, Point(one.value.lat, one.value.lon), aliases=one.value.aliases[:3])
            for number, one in enumerate(islice(items, size))
        ]
        source = path.name
        if len(found) == size:
            break
    luck = random.Random(7)  # noqa: S311  (a sample, not a secret)
    for number in range(len(found), size):
        name = "".join(luck.choices(SYLLABLES, k=luck.choice((3, 4)))).capitalize()
        found.append(Place(f"P-{number}", name, Point(luck.uniform(-13, 5), luck.uniform(12, 31))))
    return found, source or "invented, seed 7"


def texts_with_places(texts: list[str], places: list[Place], size: int) -> list[str]:
    """Return as many messages as asked: the examples in turn, every other one with a place of the gazetteer."""
    luck = random.Random(11)  # noqa: S311  (a sample, not a secret)
    return [
        f"{texts[number % len(texts)]} {luck.choice(places).name}" if number % 2 else texts[number % len(texts)]
        for number in range(size)
    ]
