"""Read how many people live in a place: GeoNames, or a table of name, country, point, people and date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tocsin.core.places.types import PopulationRecord
from tocsin.core.reference import lines, tables
from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.countries import iso3
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row

LAYOUTS = {
    "geonames": ("geonameid", "name", "countrycode", "latitude", "longitude", "population"),
    "plain": ("name", "country", "lat", "lon", "people", "date"),
}


class Adapter:
    """Numbers of people by place, from GeoNames or a plain table."""

    name = "population"
    holds = "population"
    options = ("as_of", "country")

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every count asked for as a `PopulationRecord`, and every problem."""
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
    """Turns rows into counts of people, and remembers which countries the file holds."""

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

    def _geonames(self, row: Row) -> tuple[FeedItem, ...]:
        code = row.raw("countrycode").strip()
        country = iso3(code) or code
        if not self._is_asked_for(country, code):
            return ()
        number = row.identifier("geonameid")
        name = row.words("name", needed=True)
        point = row.point("latitude", "longitude")
        people = row.integer("population")
        # GeoNames writes 0 where it knows no number: that is no count, and makes no record.
        if number is None or name is None or point is None or not people:
            return ()
        count = PopulationRecord(name, country, people, *point)
        return (FeedItem(f"geonames:{number}", row.place, count),)

    def _plain(self, row: Row) -> tuple[FeedItem, ...]:
        told = row.raw("country").strip()
        country = iso3(told) or told
        if not self._is_asked_for(country, told):
            return ()
        name = row.words("name", needed=True)
        row.words("country", needed=True)
        people = row.integer("people", needed=True)
        point = None
        if row.raw("lat").strip() or row.raw("lon").strip():
            point = row.point("lat", "lon", needed=False)
        counted_on = row.day("date", needed=False, latest=self._wanted.as_of)
        pcode = row.words("pcode")
        if name is None or people is None:
            return ()
        lat, lon = point or (None, None)
        count = PopulationRecord(name, country, people, lat, lon, pcode, counted_on)
        where = pcode or f"{name}@{row.raw('lat').strip()},{row.raw('lon').strip()}"
        return (FeedItem(f"population:{country}:{where}:{counted_on or '-'}", row.place, count),)
