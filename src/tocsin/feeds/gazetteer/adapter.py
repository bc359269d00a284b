"""Read gazetteers: GeoNames, health facilities, the places UCDP names, and P-codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

from tocsin.core.places.types import AreaRecord, PlaceRecord
from tocsin.core.reference import lines, tables
from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.countries import iso3
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row
from tocsin.core.reference.terms import PlaceKind

LAYOUTS = {
    "geonames": ("geonameid", "name", "countrycode", "latitude", "longitude", "population", "alternatenames"),
    "admin_names": ("lat", "lon", "name", "admin1", "admin2", "cc"),
    "facilities": ("country", "admin1", "facility name", "facility type", "lat", "long", "iso3c"),
    "ucdp_places": ("where_coordinates", "latitude", "longitude", "iso_a3"),
    "pcodes": ("location", "admin level", "p-code", "name", "parent p-code"),
}
# UCDP writes what a place is behind its name. Whatever is not told so is only a point.
KINDS = {
    "village": PlaceKind.VILLAGE,
    "town": PlaceKind.TOWN,
    "city": PlaceKind.TOWN,
    "market": PlaceKind.MARKET,
    "bridge": PlaceKind.BRIDGE,
    "mine": PlaceKind.MINE,
}


class Adapter:
    """GeoNames, WHO health facilities, UCDP place names, and P-codes, told apart by their columns."""

    name = "gazetteer"
    holds = "places"
    options = ("country",)

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every place as a `PlaceRecord`, or every area as an `AreaRecord`, and every problem."""
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
    """Turns rows into places and areas, and remembers which countries the file holds."""

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
        if number is None or name is None or point is None:
            return ()
        aliases = tuple(alias for alias in (row.words("alternatenames") or "").split("|") if alias)
        # GeoNames writes 0 where it knows no number of people.
        people = row.integer("population") or None
        place = PlaceRecord(name, *point, country, people=people, aliases=aliases)
        return (FeedItem(f"geonames:{number}", row.place, place),)

    def _admin_names(self, row: Row) -> tuple[FeedItem, ...]:
        code = row.raw("cc").strip()
        country = iso3(code) or code
        if not self._is_asked_for(country, code):
            return ()
        name = row.words("name", needed=True)
        point = row.point("lat", "lon")
        if name is None or point is None:
            return ()
        place = PlaceRecord(name, *point, country, admin1=row.words("admin1"), admin2=row.words("admin2"))
        return (FeedItem(_id("geonames-admin", country, name, *point), row.place, place),)

    def _facilities(self, row: Row) -> tuple[FeedItem, ...]:
        country = row.raw("iso3c").strip()
        if not self._is_asked_for(country, row.raw("country").strip()):
            return ()
        name = row.words("facility name", needed=True)
        point = row.point("lat", "long")
        if name is None or point is None:
            return ()
        admin1, kind = row.words("admin1"), row.words("facility type")
        place = PlaceRecord(
            name,
            *point,
            country,
            kind=PlaceKind.HEALTH_FACILITY,
            admin1=admin1,
            aliases=_without(name, kind),
            detail=kind,
        )
        return (FeedItem(_id("who-facility", country, admin1, name, kind, *point), row.place, place),)

    def _ucdp_places(self, row: Row) -> tuple[FeedItem, ...]:
        country = row.raw("iso_a3").strip()
        if not self._is_asked_for(country):
            return ()
        name = row.words("where_coordinates", needed=True)
        point = row.point("latitude", "longitude")
        if name is None or point is None:
            return ()
        kind = name.rsplit(" ", 1)[-1].lower()
        aliases = _without(name, kind) if kind in KINDS else ()
        place = PlaceRecord(name, *point, country, kind=KINDS.get(kind, PlaceKind.POINT), aliases=aliases)
        return (FeedItem(_id("ucdp-place", name, *point), row.place, place),)

    def _pcodes(self, row: Row) -> tuple[FeedItem, ...]:
        country = row.raw("location").strip()
        if not self._is_asked_for(country):
            return ()
        pcode = row.words("p-code", needed=True)
        name = row.words("name", needed=True)
        level = row.integer("admin level", needed=True, least=1, most=5)
        parent = row.words("parent p-code", needed=True)
        if pcode is None or name is None or level is None or parent is None:
            return ()
        since = row.day("valid from date", needed=False)
        return (FeedItem(f"pcode:{pcode}", row.place, AreaRecord(pcode, name, level, country, parent, since)),)


def _id(dataset: str, *parts: object) -> str:
    """Return an id for a row of a dataset that has none: the same row gives the same id in any release."""
    told = "|".join("" if part is None else str(part) for part in parts)
    return f"{dataset}:{sha1(told.encode(), usedforsecurity=False).hexdigest()[:14]}"


def _without(name: str, kind: str | None) -> tuple[str, ...]:
    """Return the bare name of a place whose full name begins or ends with what it is."""
    if not kind or kind.casefold() not in name.casefold():
        return ()
    bare = name
    if name.casefold().endswith(" " + kind.casefold()):
        bare = name[: -len(kind)]
    elif name.casefold().startswith(kind.casefold() + " "):
        bare = name[len(kind) :]
    bare = bare.strip(" -,")
    return (bare,) if bare and bare != name else ()
