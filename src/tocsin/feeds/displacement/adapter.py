"""Read counts of displaced people: UNHCR, IDMC, and the camps of FLEE's location lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tocsin.core.places.types import DisplacementRecord
from tocsin.core.reference import lines, tables
from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.countries import iso3
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row

_YEARLY = ("year", "coo_name", "coo_iso", "coa_name", "coa_iso")
LAYOUTS = {
    "unhcr": (*_YEARLY, "refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless"),
    "idmc": (*_YEARLY, "total"),
    "updates": (
        "id", "country", "iso3", "latitude", "longitude", "displacement_type", "figure", "displacement_date"
    ),
    "camps": ("name", "region", "country", "latitude", "longitude", "location_type", "population"),
    "camps_short": ("name", "region", "country", "lat", "lon", "location_type", "population"),
}  # fmt: skip
# Column of UNHCR: whether it counts people at the end of the year or in its course, and who they are.
GROUPS = {
    "refugees": ("stock", "refugee"),
    "asylum_seekers": ("stock", "asylum_seeker"),
    "returned_refugees": ("flow", "returnee"),
    "idps": ("stock", "idp"),
    "returned_idps": ("flow", "returnee"),
    "stateless": ("stock", "stateless"),
}


class Adapter:
    """UNHCR population, IDMC stock and updates, FLEE camps, told apart by their columns."""

    name = "displacement"
    holds = "displacement"
    options = ("as_of", "as_at", "country", "since", "until")

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every count asked for as a `DisplacementRecord`, and every problem."""
        return self._read(path, asked(options, self.options))

    def count(self, path: Path) -> int:
        """Return how many rows the file has."""
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
            if reader.countries and not reader.found_country:
                yield unknown_name(path.name, wanted.country or "", reader.countries)


class _Reader:
    """Turns rows into counts of displaced people, and remembers which countries the file holds."""

    def __init__(self, wanted: Asked) -> None:
        self.countries: set[str] = set()
        self.found_country = wanted.country is None
        self._wanted = wanted
        asked_for = wanted.country or ""
        self._names = {asked_for.casefold(), (iso3(asked_for) or asked_for).casefold()}

    def of_layout(self, layout: str) -> Callable[[Row], tuple[FeedItem, ...]]:
        """Return what reads a row of this layout."""
        read_row: Callable[[Row], tuple[FeedItem, ...]] = getattr(self, f"_{layout}")
        return read_row

    def _is_asked_for(self, *names: str) -> bool:
        """Return whether a row's country, by any of its names and codes, is the one asked for."""
        self.countries.add(names[0])
        found = self._wanted.country is None or any(name.casefold() in self._names for name in names)
        self.found_country = self.found_country or found
        return found

    def _unhcr(self, row: Row) -> tuple[FeedItem, ...]:
        there = row.raw("coa_name").strip(), row.raw("coa_iso").strip()
        home = row.raw("coo_name").strip(), row.raw("coo_iso").strip()
        # Whoever returned is counted under the country left, but is at home now.
        is_there, is_home = self._is_asked_for(*there[::-1]), self._is_asked_for(*home[::-1])
        if not is_there and not is_home:
            return ()
        as_at = self._end_of_year(row)
        if as_at is None:
            return ()
        found = []
        for column, (measure, group) in GROUPS.items():
            # A nought here is as often "nobody counted" as "none": it makes no record.
            people = row.integer(column) if row.raw(column) != "0" else None
            where, other = (home, there) if group == "returnee" else (there, home)
            if people and (is_home if group == "returnee" else is_there):
                count = DisplacementRecord(measure, group, *where, other[1], people, as_at)
                feed_id = f"unhcr:{as_at.year}:{home[1]}:{there[1]}:{column}"
                found.append(FeedItem(feed_id, row.place, count))
        return tuple(found)

    def _idmc(self, row: Row) -> tuple[FeedItem, ...]:
        where, country = row.raw("coa_name").strip(), row.raw("coa_iso").strip()
        if not self._is_asked_for(country, where):
            return ()
        as_at = self._end_of_year(row)
        people = row.integer("total", needed=True)
        if as_at is None or people is None:
            return ()
        origin = row.words("coo_iso")
        count = DisplacementRecord("stock", "idp", where, country, origin, people, as_at, cause="conflict")
        return (FeedItem(f"idmc:{as_at.year}:{country}", row.place, count),)

    def _updates(self, row: Row) -> tuple[FeedItem, ...]:
        where, country = row.raw("country").strip(), row.raw("iso3").strip()
        if not self._is_asked_for(country, where):
            return ()
        as_at = row.day("displacement_date")
        if as_at is not None and not self._wanted.holds(as_at):
            return ()
        as_at = row.not_after("displacement_date", as_at, self._wanted.as_of)
        number = row.identifier("id")
        people = row.integer("figure", needed=True)
        point = row.point("latitude", "longitude", needed=False)
        cause = row.one_of("displacement_type", {"Conflict": "conflict", "Disaster": "disaster"}, needed=False)
        if as_at is None or number is None or people is None:
            return ()
        lat, lon = point or (None, None)
        count = DisplacementRecord("flow", "idp", where, country, country, people, as_at, lat, lon, cause)
        return (FeedItem(f"idmc-idu:{number}", row.place, count),)

    def _camps(self, row: Row, lat: str = "latitude", lon: str = "longitude") -> tuple[FeedItem, ...]:
        country = row.raw("country").strip().replace("_", " ")
        if row.raw("location_type").strip() != "camp" or not self._is_asked_for(country):
            return ()
        as_at = self._wanted.as_at
        if as_at is None:
            row.spoil("FEED-033", "location_type", needed=True)
            return ()
        name = row.words("name", needed=True)
        point = row.point(lat, lon)
        people = row.integer("population", needed=True)
        if name is None or point is None or people is None:
            return ()
        where = name.replace("_", " ")
        # What the list gives for a camp is the room it has, not who is in it.
        count = DisplacementRecord("capacity", "refugee", where, country, None, people, as_at, *point)
        return (FeedItem(f"flee:{country}:{name}:{as_at}", row.place, count),)

    def _camps_short(self, row: Row) -> tuple[FeedItem, ...]:
        return self._camps(row, "lat", "lon")

    def _end_of_year(self, row: Row) -> date | None:
        """Return the day a year's figures stand for, None where they were not asked for.

        Of the year we are in the figures are those known so far: they stand for today.
        """
        year = row.integer("year", needed=True, least=1900, most=9998)
        if year is None:
            return None
        as_of = self._wanted.as_of
        first = date(year, 1, 1)
        if self._wanted.until is not None and first > self._wanted.until:
            return None
        if row.not_after("year", first, as_of) is None:
            return None
        end = date(year, 12, 31)
        as_at = end if as_of is None else min(end, as_of)
        return as_at if self._wanted.holds(as_at) else None
