"""The event table to measure on: any release of UCDP GED that lies in the data folder."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

COLUMNS = {"id", "country", "date_start", "type_of_violence", "latitude", "longitude", "best"}
USUAL = "DR Congo (Zaire)"


@dataclass(frozen=True, slots=True)
class Events:
    """A table of events, the country to take from it, how many events it has there, and until when."""

    path: Path
    country: str
    events: int
    as_of: datetime


def find_events(data: Path) -> Events:
    """Return the largest event table below `data`, and of it the Congo, or else the country with most events.

    TOCSIN_BENCH_COUNTRY names another country. `as_of` is the end of the year of its last event.
    """
    tables = [path for path in sorted(data.rglob("*.csv*")) if path.suffix in {".csv", ".gz"} and _is_events(path)]
    if not tables:
        raise SystemExit(
            f"no UCDP GED event table below {data.name}: put one there, or name another folder in TOCSIN_DATA"
        )
    path = max(tables, key=lambda one: one.stat().st_size)
    counted: Counter[str] = Counter()
    last: dict[str, str] = {}
    for row in rows(path):
        counted[row["country"]] += 1
        last[row["country"]] = max(last.get(row["country"], ""), row["date_start"])
    country = os.environ.get("TOCSIN_BENCH_COUNTRY") or (USUAL if USUAL in counted else counted.most_common(1)[0][0])
    if country not in counted:
        raise SystemExit(f"{path.name} has no country called {country}")
    return Events(path, country, counted[country], datetime(int(last[country][:4]), 12, 31, 23, 59, 59, tzinfo=UTC))


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as the standard library reads them, without any check."""
    with path.open("rb") as stream, _text(stream, path) as text:
        yield from csv.DictReader(text)


def _text(stream: io.BufferedReader, path: Path) -> io.TextIOWrapper:
    opened = gzip.GzipFile(fileobj=stream) if path.suffix == ".gz" else stream
    return io.TextIOWrapper(opened, encoding="utf-8", newline="")  # type: ignore[arg-type]  # what a packed file gives is read as bytes


def _is_events(path: Path) -> bool:
    with path.open("rb") as stream, _text(stream, path) as text:
        return set(next(csv.reader(text), [])) >= COLUMNS
