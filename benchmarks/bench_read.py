"""Reading messages: how fast against a large gazetteer, and how right on a labelled file.

``python -m benchmarks.bench_read labelled.jsonl [even|odd]`` prints the scores of a labelled file, field by field.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from benchmarks.messages import example_texts, named_places, texts_with_places
from benchmarks.reading_scores import FIELDS, half, load, score
from benchmarks.rows import Row
from benchmarks.timing import in_turns, median, p95, seconds
from tocsin.core.evidence.reading import read_report
from tocsin.core.evidence.types import KnownActor, Message, Sender
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.reference.terms import ActorType, Channel

NOW = datetime(2027, 3, 1, 18, tzinfo=UTC)
ZONE = timezone(timedelta(hours=1))
ACTORS = (
    KnownActor("Red Sashes", ActorType.MILITIA, ("RS", "les Sashes")),
    KnownActor("FPL", ActorType.REBEL),
    KnownActor("National Army", ActorType.STATE, ("FAV", "army"), host=True),
)
TINY = {"places": 50, "messages": 6, "rounds": 1}


def run(data: Path, *, places: int = 5000, messages: int = 400, rounds: int = 3) -> list[Row]:
    """Return how many messages are read a second, beside a bare look-up of each word in a table of names."""
    spots, source = named_places(data, places)
    texts = texts_with_places(example_texts(), spots, messages)
    building = seconds(lambda: Gazetteer(spots))
    book, names = Gazetteer(spots), {place.name.casefold() for place in spots}
    one_by_one: list[float] = []
    _read(texts[:5], book, [])  # the word lists are laid out once in a process, not once for each message
    taken = in_turns(
        {"read": lambda: _read(texts, book, one_by_one), "words": lambda: _look_up(texts, names)}, rounds=rounds
    )
    read, words = median(taken["read"]), median(taken["words"])
    return [
        Row(
            "messages read",
            messages / read,
            "1/s",
            note=f"{messages} messages in four languages, {places} places ({source})",
        ),
        Row("one message, median", 1000 * median(one_by_one), "ms"),
        Row("one message, 95 of 100 below", 1000 * p95(one_by_one), "ms"),
        Row(
            "bare look-up of every word",
            messages / words,
            "1/s",
            note="exact spelling only, no event, time, actor or toll",
        ),
        Row("ratio: reading / bare look-up", read / words, "x"),
        Row("building the index of names", building, "s", note="once, and again when the places change"),
    ]


def _read(texts: list[str], book: Gazetteer, took: list[float]) -> None:
    for text in texts:
        message = Message(Channel.SMS, text, NOW)
        took.append(seconds(lambda message=message: _reading(message, book)))


def _reading(message: Message, book: Gazetteer) -> Any:
    return read_report(message, Sender(handle="s-1"), gazetteer=book, actors=ACTORS, zone=ZONE)


def _look_up(texts: list[str], names: set[str]) -> int:
    return sum(word.casefold() in names for text in texts for word in re.findall(r"\w+", text))


def print_scores(path: Path, part: str = "") -> None:
    """Print the scores of a labelled file, and by id what must never happen and did."""
    rows = load(path, lambda name: not part or half(name) == part)
    found = score(rows)
    sys.stdout.write(f"{path.name} {part}: {found.total} messages\n")
    for name in FIELDS:
        wrong = " ".join(found.wrong[name])
        sys.stdout.write(f"  {name:6} {100 * found.share(name):5.1f} %  {wrong}\n")
    for name, refs in sorted(found.never.items()):
        sys.stdout.write(f"  NEVER {name}: {' '.join(refs)}\n")


if __name__ == "__main__":
    print_scores(Path(sys.argv[1]), *sys.argv[2:3])
