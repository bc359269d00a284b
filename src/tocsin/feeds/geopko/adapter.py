"""Read the Geo-PKO table: one row for each location on each deployment map of a mission."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.core.allocation.types import DeploymentRecord
from tocsin.core.reference import lines, tables
from tocsin.core.reference.asked import Asked, asked, unknown_name
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row, integer

LAYOUTS = {
    "v2.1": (
        "source", "mission", "year", "month", "location", "country", "latitude", "longitude", "no.troops", "hq"
    )
}  # fmt: skip
UNITS = (
    "inf", "rpf", "fpu", "res", "fp", "eng", "sig", "trans", "riv", "he.sup", "sf", "med", "maint", "recon", "avia",
    "mp", "demining", "uav", "obs.base", "cantonment", "disarmament", "armor", "he.sup.lw", "lo",
)  # fmt: skip
MOST_CONTRIBUTORS = 17
YES_NO = {"0": False, "1": True}
# A deployment older than a year says nothing safe about today's; missions publish several maps a year.
LOOK_BACK_MONTHS = 12


class _Placed(NamedTuple):
    """A row of a map, with the map it stood on."""

    map_name: str
    item: FeedItem


class Adapter:
    """Geo-PKO v2.1, full table."""

    name = "geopko"
    holds = "deployments"
    options = ("mission", "month", "as_of")

    def read(self, path: Path, **options: Any) -> Iterator[FeedItem | Problem]:
        """Yield every location asked for as a `DeploymentRecord`, and every problem.

        With `month`, one map for each mission: the last one of that month, or failing that
        the latest within the twelve months before; a problem then says which was taken.
        """
        return self._read(path, asked(options, self.options))

    def count(self, path: Path) -> int:
        """Return how many rows the file has, over all maps."""
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
            found = tables.read(stream, path.name, LAYOUTS, lambda layout: reader.read)
            yield from found if wanted.month is None else _of_month(found, reader, wanted.month, path.name)
            if reader.missions and not reader.asked_for:
                yield unknown_name(path.name, wanted.mission or "", reader.missions)


class _Reader:
    """Turns rows into deployments, and remembers which map each stood on."""

    def __init__(self, wanted: Asked) -> None:
        self.missions: set[str] = set()
        self.maps: dict[str, str] = {}
        self._wanted = wanted
        self._at: dict[str, list[DeploymentRecord]] = defaultdict(list)

    @property
    def asked_for(self) -> bool:
        """Return whether the file holds the mission asked for, or any was asked for."""
        return self._wanted.mission is None or self._wanted.mission in self.missions

    def read(self, row: Row) -> tuple[FeedItem, ...]:
        """Return the deployment of a row, or nothing where it was not asked for or cannot be had."""
        mission = row.raw("mission").strip()
        self.missions.add(mission)
        if self._wanted.mission is not None and mission != self._wanted.mission:
            return ()
        map_on = _month_of(row)
        if map_on is not None and self._wanted.month is not None and not _is_near(map_on, self._wanted.month):
            return ()
        map_on = row.not_after("year", map_on, self._wanted.as_of)
        row.words("mission", needed=True)
        location = row.words("location", needed=True)
        point = row.point("latitude", "longitude")
        headquarters = row.integer("hq", needed=True, most=3)
        if map_on is None or location is None or point is None or headquarters is None:
            return ()
        map_name = row.words("source") or ""
        deployment = DeploymentRecord(
            mission=mission,
            map_on=map_on,
            location=location,
            country=row.words("country") or "",
            lat=point[0],
            lon=point[1],
            strength=_strength(row, "no.troops"),
            units=tuple(code.replace(".", "_") for code in UNITS if row.raw(code).strip() == "1"),
            headquarters=headquarters,
            contributors=_contributors(row),
            police=row.one_of("unpol.dummy", YES_NO, needed=False),
            observers=row.one_of("unmo.dummy", YES_NO, needed=False),
            admin1=_named(row, "adm1.name"),
        )
        feed_id = self._id_of(deployment, map_name)
        self.maps[feed_id] = map_name
        return (FeedItem(feed_id, row.place, deployment),)

    def _id_of(self, found: DeploymentRecord, map_name: str) -> str:
        """Return the id of a deployment; two different ones in one town of one map are numbered."""
        at = f"geopko:{found.mission}:{found.map_on:%Y-%m}:{map_name}:{found.location}"
        at += f":{found.lat:.4f},{found.lon:.4f}"
        others = self._at[at]
        if found not in others:
            others.append(found)
        place = others.index(found) + 1
        return at if place == 1 else f"{at}#{place}"


def _month_of(row: Row) -> date | None:
    year = row.integer("year", needed=True, least=1940, most=9998)
    month = row.integer("month", needed=True, least=1, most=12)
    return None if year is None or month is None else date(year, month, 1)


def _strength(row: Row, column: str) -> int | None:
    """Return a number of troops; the dataset writes "unknown" where the map does not tell."""
    if row.raw(column).strip().lower() == "unknown":
        return None
    return row.take(column, False, lambda text, at: integer(text, at, most=100_000))


def _contributors(row: Row) -> tuple[tuple[str, int | None], ...]:
    found = []
    for place in range(1, MOST_CONTRIBUTORS + 1):
        name = _named(row, f"nameoftcc_{place}")
        if name is not None:
            found.append((name, _strength(row, f"notroopspertcc_{place}")))
    return tuple(found)


def _named(row: Row, column: str) -> str | None:
    name = row.words(column)
    return None if name in {"NA", "unknown"} else name


def _is_near(map_on: date, month: date) -> bool:
    return 0 <= _months_between(map_on, month) <= LOOK_BACK_MONTHS


def _months_between(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def _of_month(
    found: Iterator[FeedItem | Problem], reader: _Reader, month: date, file: str
) -> Iterator[FeedItem | Problem]:
    """Yield one map for each mission: of the month, or the latest before it that is near."""
    maps: dict[str, dict[date, list[_Placed]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        if isinstance(each, Problem):
            yield each
        else:
            map_name = reader.maps[each.feed_id]
            maps[each.value.mission][each.value.map_on].append(_Placed(map_name, each))
    for mission, by_month in sorted(maps.items()):
        used = max(by_month)
        if used != month:
            facts = {"mission": mission, "asked": f"{month:%Y-%m}", "used": f"{used:%Y-%m}"}
            yield Problem("FEED-030", file, facts)
        yield from _of_map(mission, by_month[used], file)
    if not maps and reader.missions and reader.asked_for:
        yield Problem("FEED-032", file, {"asked": f"{month:%Y-%m}", "months": LOOK_BACK_MONTHS})


def _of_map(mission: str, placed: list[_Placed], file: str) -> Iterator[FeedItem | Problem]:
    """Yield the rows of the map that stands for a month, and say so where there were several."""
    by_map: Mapping[tuple[int, ...], list[_Placed]] = defaultdict(list)
    for each in placed:
        by_map[_revision(each.map_name)].append(each)
    chosen = _last_whole(by_map)
    if len(by_map) > 1:
        others = ", ".join(group[0].map_name for key, group in sorted(by_map.items()) if key != chosen)
        facts = {"mission": mission, "used": by_map[chosen][0].map_name, "others": others}
        yield Problem("FEED-031", file, facts)
    yield from (each.item for each in by_map[chosen])


def _last_whole(by_map: Mapping[tuple[int, ...], list[_Placed]]) -> tuple[int, ...]:
    """Return the last map that is whole.

    A map with less than half the locations of another of the same month is no new deployment
    but a slip in the revision number: taken as the last map it would empty the mission.
    """
    fullest = max(len(group) for group in by_map.values())
    return max(key for key, group in by_map.items() if 2 * len(group) >= fullest)


def _revision(map_name: str) -> tuple[int, ...]:
    """Return the numbers in a map's name, so that Rev. 05 and Rev. 5 are one map, and 9 is before 10."""
    return tuple(int(digits) for digits in re.findall(r"\d+", re.sub(r"\(.*?\)", "", map_name)))
