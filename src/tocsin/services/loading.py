"""Bring datasets in: every good row loaded, every bad one reported, and a broken load can be run again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from tocsin import feeds
from tocsin.core.places.types import AreaRecord
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.writes import gazetteer, record
from tocsin.store.writes import loading as write
from tocsin.store.writes.tally import Tally

CHUNK = 1000
MOST_PROBLEMS = 1000
Progress = Callable[[int], None]


def load(
    viewer: Viewer,
    feed: str,
    path: Path,
    *,
    now: datetime,
    options: dict[str, Any],
    dry_run: bool = False,
    progress: Progress = lambda rows: None,
) -> dict[str, Any]:
    """Load one file of a feed; return rows, added, revised, unchanged, changes and problems.

    Each thousand rows is one transaction with its audit entry, so that a load cut short keeps what
    it had, and running it again adds nothing twice. With `dry_run` nothing is kept.
    """
    access.require(viewer, "create", "feed")
    adapter = feeds.get(feed)
    problems: list[Problem] = []
    tally = Tally()
    save = _saver(adapter.holds, tally, release=path.name, now=now)
    for chunk in _chunks(_good(adapter.read(path, **options), problems)):
        with transaction.atomic():
            save(chunk)
            if dry_run:
                transaction.set_rollback(True)
            else:
                record.note_many(viewer, "loaded", [f"feed:{feed}"], at=now)
        progress(tally.rows)
    counts = {"rows": tally.rows, "added": tally.added, "revised": tally.revised, "unchanged": tally.unchanged}
    if not dry_run:
        write.keep_load(
            feed,
            path.name,
            _digest(path),
            options={key: str(value) for key, value in options.items()},
            at=now,
            by=viewer.account,
            counts=counts,
            changes=tally.changes[:MOST_PROBLEMS],
            problems=[found.as_json() for found in problems[:MOST_PROBLEMS]],
        )
    return {
        "feed": feed,
        "file": path.name,
        "dry_run": dry_run,
        **counts,
        "changes": tally.changes,
        "problems": [found.as_json() for found in problems],
    }


def count(feed: str, path: Path) -> int:
    """Return about how many rows a file has, for the progress bar."""
    return int(feeds.get(feed).count(path))


def options_of(feed: str) -> tuple[str, ...]:
    """Return which options a feed takes."""
    return tuple(feeds.get(feed).options)


def names() -> tuple[str, ...]:
    """Return the names of all feeds."""
    return tuple(feeds.FEEDS)


def _saver(holds: str, tally: Tally, *, release: str, now: datetime) -> Callable[[list[FeedItem]], None]:
    if holds == "incidents":
        finder = write.PlaceFinder()
        return lambda items: write.save_events(items, finder, tally, release=release, recorded_at=now)
    if holds == "deployments":
        return lambda items: write.save_deployments(items, tally)
    if holds in ("places", "areas"):
        return lambda items: _save_gazetteer(items, tally)
    if holds == "population":
        return lambda items: gazetteer.save_population(items, tally)
    return lambda items: gazetteer.save_displacement(items, tally)


def _save_gazetteer(items: list[FeedItem], tally: Tally) -> None:
    """Keep points and areas apart: a gazetteer holds either, as its columns say."""
    gazetteer.save_areas([item for item in items if isinstance(item.value, AreaRecord)], tally)
    gazetteer.save_places([item for item in items if not isinstance(item.value, AreaRecord)], tally)


def _good(found: Iterator[FeedItem | Problem], problems: list[Problem]) -> Iterator[FeedItem]:
    for one in found:
        if isinstance(one, Problem):
            problems.append(one)
        else:
            yield one


def _chunks(items: Iterator[FeedItem]) -> Iterator[list[FeedItem]]:
    while chunk := list(islice(items, CHUNK)):
        yield chunk


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
