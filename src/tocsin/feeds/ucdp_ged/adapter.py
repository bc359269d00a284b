"""Read the event tables of the Uppsala Conflict Data Program, in any of their layouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from tocsin.core.evidence.types import EventRecord
from tocsin.core.reference import lines, tables
from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row

VIOLENCE = {"1": "state", "2": "non_state", "3": "one_sided"}
_PLACED = ("id", "country", "latitude", "longitude", "type_of_violence", "best")
LAYOUTS = {
    "full": (*_PLACED, "date_start", "date_end", "where_prec", "low", "high"),
    "short": (*_PLACED, "date_start", "low", "high"),
    "sample": (*_PLACED, "date", "civilian_deaths"),
}
# The columns whose name differs between the layouts.
_START = {"sample": "date"}
_CIVILIANS = {"sample": "civilian_deaths"}


class Adapter:
    """UCDP GED: yearly releases, monthly candidate events, and country extracts."""

    name = "ucdp_ged"
    holds = "incidents"
    options = ("as_of", "country", "since", "until")

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every event asked for as an `EventRecord`, and every problem."""
        return self._read(path, asked(options, self.options))

    def count(self, path: Path) -> int:
        """Return how many events the file has."""
        try:
            with path.open("rb") as stream:
                return lines.count(stream)
        except OSError:
            return 0  # `read` tells what is wrong

    def _read(self, path: Path, wanted: Asked | Problem) -> Iterator[FeedItem | Problem]:
        if isinstance(wanted, Problem):
            yield wanted
            return
        try:
            stream = path.open("rb")
        except OSError as refused:
            yield tables.unopened(path.name, refused)
            return
        with stream:
            reader = _Reader(wanted)
            yield from tables.read(stream, path.name, LAYOUTS, reader.of_layout)
            if wanted.country and reader.countries and wanted.country not in reader.countries:
                yield unknown_name(path.name, wanted.country, reader.countries)


class _Reader:
    """Turns rows into events, and remembers which countries the file holds."""

    def __init__(self, wanted: Asked) -> None:
        self.countries: set[str] = set()
        self._wanted = wanted
        self._start = "date_start"
        self._civilians = "deaths_civilians"

    def of_layout(self, layout: str) -> Callable[[Row], tuple[FeedItem, ...]]:
        """Return what reads a row of this layout."""
        self._start = _START.get(layout, self._start)
        self._civilians = _CIVILIANS.get(layout, self._civilians)
        return self.read

    def read(self, row: Row) -> tuple[FeedItem, ...]:
        """Return the event of a row, or nothing where it was not asked for or cannot be had."""
        country = row.raw("country").strip()
        self.countries.add(country)
        if self._wanted.country is not None and country != self._wanted.country:
            return ()
        start = row.day(self._start)
        if start is not None and not self._wanted.holds(start):
            return ()
        start = row.not_after(self._start, start, self._wanted.as_of)
        number = row.identifier("id")
        violence = row.one_of("type_of_violence", VIOLENCE)
        point = row.point("latitude", "longitude")
        row.words("country", needed=True)
        low, best, high = _deaths(row)
        if start is None or violence is None or point is None or number is None:
            return ()
        event = EventRecord(
            violence=violence,
            country=country,
            lat=point[0],
            lon=point[1],
            start=_moment(start),
            end=_end(row, start),
            side_a=row.words("side_a"),
            side_b=row.words("side_b"),
            deaths_low=low,
            deaths_best=best,
            deaths_high=high,
            deaths_civilians=row.integer(self._civilians),
            conflict=row.words("conflict_name"),
            place_name=row.words("where_coordinates"),
            admin1=row.words("adm_1"),
            admin2=row.words("adm_2"),
            place_precision=_stated(row, "where_prec", most=7),
            date_precision=_stated(row, "date_prec", most=5),
            clarity=_stated(row, "event_clarity", most=2),
            sources=_sources(row),
            cell=_stated(row, "priogrid_gid", most=259_200),
            status=row.words("code_status"),
            headline=row.words("source_headline"),
        )
        return (FeedItem(f"ucdp:{number}", row.place, event),)


def _deaths(row: Row) -> tuple[int | None, int | None, int | None]:
    """Return the low, best and high estimate; a bound on the wrong side of the best is unknown."""
    low, best, high = row.integer("low"), row.integer("best"), row.integer("high")
    if best is None:
        return low, best, high
    if low is not None and low > best:
        row.spoil("FEED-027", "low", needed=False, bound=low, best=best)
        low = None
    if high is not None and high < best:
        row.spoil("FEED-028", "high", needed=False, bound=high, best=best)
        high = None
    return low, best, high


def _end(row: Row, start: date) -> datetime | None:
    end = row.day("date_end", needed=False)
    if end is not None and end < start:
        row.spoil("FEED-029", "date_end", needed=False)
        return None
    return None if end is None else _moment(end)


def _stated(row: Row, column: str, *, most: int) -> int | None:
    # Some copies write 0 where the release has nothing; none of these codes begins at 0.
    return row.integer(column, most=most) or None


def _sources(row: Row) -> int | None:
    found = row.integer("number_of_sources", least=-1)
    return found if found is not None and found > 0 else None


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
