"""Reads where things are: places, the sites people live from, roads, bases and routes of herds."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.core.places.types import Base, Place, Point, Road, RoadClosure, Site
from tocsin.core.reference.terms import BaseKind, PlaceKind, RoadClass, RoadStatus, SiteKind
from tocsin.feeds.world_folder.rows import Folder, Known, first_of, names_of
from tocsin.feeds.world_folder.settings import province_of, sector_of
from tocsin.feeds.world_folder.types import CorridorRow, DisplacementRow, FlowRow, PartnerRow, Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """Places as other files refer to them."""

    known: Known
    points: dict[str, Point]


def read_places(folder: Folder, settings: Settings | None) -> tuple[Place, ...]:
    """Return the places; two of one name in one province are kept and reported."""
    places: list[Place] = []
    labels: dict[str, str] = {}
    columns = "ref name province lat lon kind people displaced_people languages aliases sector features"
    for ref, row in first_of(folder.rows("places.csv", columns)):
        name, point = row.text("name", required=True), row.point()
        kind = row.term("kind", PlaceKind, required=True)
        if row.lost or point is None or kind is None:
            continue
        place = Place(
            ref=ref,
            name=name,
            point=point,
            kind=kind,
            province=province_of(row, settings),
            people=row.whole("people"),
            displaced_people=row.whole("displaced_people"),
            languages=row.words("languages"),
            aliases=row.words("aliases"),
            sector=sector_of(row, settings),
            features=row.words("features"),
        )
        if place.label.casefold() in labels:
            row.report("WLD-014", "name", value=place.label, other=labels[place.label.casefold()])
        labels.setdefault(place.label.casefold(), ref)
        places.append(place)
    return tuple(places)


def ground_of(places: tuple[Place, ...]) -> Ground:
    """Return the places as other files refer to them, with who bears which name."""
    names = names_of((p.ref, name) for p in places for name in dict.fromkeys((p.name, p.label, *p.aliases)))
    return Ground(Known("places.csv", {p.ref for p in places}, names), {p.ref: p.point for p in places})


def read_sites(folder: Folder, ground: Ground) -> tuple[Site, ...]:
    """Return water points, markets, fields, firewood routes, schools and health posts."""
    sites: list[Site] = []
    for row in folder.rows("sites.csv", "place kind name lat lon days distance_km"):
        place, kind = row.ref("place", ground.known, required=True), row.term("kind", SiteKind, required=True)
        point = row.point(required=False)
        wrong = [day for day in row.words("days") if day not in "1234567" or len(day) != 1]
        if wrong:
            row.report("WLD-006", "days", value=wrong[0], expected="1, 2, 3, 4, 5, 6, 7")
        if row.lost or place is None or kind is None:
            continue
        days = tuple(int(day) for day in row.words("days") if day not in wrong)
        sites.append(Site(place, kind, row.text("name"), point, days, row.number("distance_km", least=0)))
    return tuple(sites)


def read_roads(folder: Folder, ground: Ground) -> tuple[Road, ...]:
    """Return the roads; a season whose state is not given is unknown, which is not open."""
    roads: list[Road] = []
    for ref, row in first_of(folder.rows("roads.csv", "ref origin destination km road_class dry wet")):
        ends = [row.ref(column, ground.known, required=True) for column in ("origin", "destination")]
        km, kind = row.number("km", least=0), row.term("road_class", RoadClass, required=True)
        if km is None:
            row.text("km", required=True)
            continue
        if row.lost or kind is None or ends[0] is None or ends[1] is None:
            continue
        dry, wet = (row.term(season, RoadStatus) or RoadStatus.UNKNOWN for season in ("dry", "wet"))
        roads.append(Road(ref, ends[0], ends[1], km, kind, dry, wet))
    return tuple(roads)


def read_closures(folder: Folder, roads: tuple[Road, ...]) -> tuple[RoadClosure, ...]:
    """Return the dated changes of roads."""
    known = Known("roads.csv", {road.ref for road in roads})
    closures: list[RoadClosure] = []
    for row in folder.rows("closures.csv", "road status reason since_on until_on"):
        road, status = row.ref("road", known, required=True), row.term("status", RoadStatus, required=True)
        since, until = row.day("since_on", required=True), row.day("until_on")
        if row.lost or road is None or status is None or since is None:
            continue
        if until and until < since:
            row.report("WLD-016", "until_on", earlier=until.isoformat(), later=since.isoformat())
            continue
        closures.append(RoadClosure(road, status, row.text("reason"), since, until))
    return tuple(closures)


def read_bases(folder: Folder, ground: Ground, settings: Settings | None) -> tuple[Base, ...]:
    """Return the bases; one without a point of its own stands where its place is."""
    bases: list[Base] = []
    for ref, row in first_of(folder.rows("bases.csv", "ref name kind place lat lon sector province")):
        place = row.ref("place", ground.known)
        point = row.point(instead=ground.points.get(place or ""))
        kind = row.term("kind", BaseKind, required=True)
        name = row.text("name", required=True)
        if row.lost or point is None or kind is None:
            continue
        sector = sector_of(row, settings)
        bases.append(Base(ref, name, point, kind, place, province_of(row, settings), sector))
    return tuple(bases)


def read_displacement(folder: Folder, ground: Ground) -> tuple[DisplacementRow, ...]:
    """Return the counts of displaced people by place and day."""
    counts: list[DisplacementRow] = []
    for row in folder.rows("displacement.csv", "place as_at_on people households origin_place"):
        place, day = row.ref("place", ground.known, required=True), row.day("as_at_on", required=True)
        people, households = row.whole("people"), row.whole("households")
        origin = row.ref("origin_place", ground.known)
        if row.lost or place is None or day is None:
            continue
        counts.append(DisplacementRow(place, day, people, households, origin))
    return tuple(counts)


def read_partners(folder: Folder, ground: Ground) -> tuple[PartnerRow, ...]:
    """Return which organisation works where."""
    partners: list[PartnerRow] = []
    for row in folder.rows("partners.csv", "organisation place sector_of_work since_on"):
        organisation = row.text("organisation", required=True)
        place = row.ref("place", ground.known, required=True)
        if row.lost or place is None:
            continue
        partners.append(PartnerRow(organisation, place, row.text("sector_of_work"), row.day("since_on")))
    return tuple(partners)


def read_corridors(folder: Folder, ground: Ground) -> tuple[CorridorRow, ...]:
    """Return the seasonal routes of herds, where the world has any."""
    rows = folder.rows("corridors.csv", "ref name status places opens closes", optional=True)
    return tuple(
        CorridorRow(
            ref=ref,
            name=row.text("name"),
            status=row.one_of("status", ("customary", "agreed", "disputed", "closed")),
            places=row.refs("places", ground.known),
            opens=row.text("opens"),
            closes=row.text("closes"),
        )
        for ref, row in first_of(rows)
    )


def read_flows(folder: Folder, ground: Ground) -> tuple[FlowRow, ...]:
    """Return the counts of herds, where the world has any."""
    flows: list[FlowRow] = []
    for row in folder.rows("flows.csv", "place counted_on heads_least heads_most armed", optional=True):
        place, day = row.ref("place", ground.known, required=True), row.day("counted_on", required=True)
        heads, armed = row.count("heads"), row.flag("armed")
        if place is not None and day is not None:
            flows.append(FlowRow(place, day, heads, armed))
    return tuple(flows)
