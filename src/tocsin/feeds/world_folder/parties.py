"""Reads who acts: parties to the conflict, what can be sent, and who tells us."""

from __future__ import annotations

from itertools import pairwise

from tocsin.core.allocation.types import Asset
from tocsin.core.places.types import Base
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import ActorType, AssetKind
from tocsin.feeds.world_folder.ground import Ground
from tocsin.feeds.world_folder.rows import Folder, Known, Row, first_of, is_code, names_of
from tocsin.feeds.world_folder.settings import sector_of
from tocsin.feeds.world_folder.types import ActorRow, Settings, SourceRow

_READY = ("authorised", "deployed", "serviceable", "tasked")


def read_actors(folder: Folder) -> tuple[ActorRow, ...]:
    """Return the parties and communities."""
    actors: list[ActorRow] = []
    for ref, row in first_of(folder.rows("actors.csv", "ref name type aliases host note")):
        name, kind = row.text("name", required=True), row.term("type", ActorType, required=True)
        if row.lost or kind is None:
            continue
        host = row.flag("host") is True
        actors.append(ActorRow(ref, name, kind, row.words("aliases"), host, row.text("note")))
    return tuple(actors)


def known_actors(actors: tuple[ActorRow, ...]) -> Known:
    """Return the actors as other files refer to them: by name."""
    aliases = names_of((actor.name, alias) for actor in actors for alias in actor.aliases)
    return Known("actors.csv", {actor.name for actor in actors}, aliases)


def read_assets(folder: Folder, bases: tuple[Base, ...], settings: Settings | None) -> tuple[Asset, ...]:
    """Return what can be sent, standing where its base stands."""
    known = Known("bases.csv", {b.ref for b in bases}, names_of((b.ref, b.name) for b in bases))
    points = {base.ref: base.point for base in bases}
    assets: list[Asset] = []
    columns = "ref kind base strength authorised deployed serviceable tasked notice_min night_capable"
    columns += " languages women restrictions contingent sector"
    for ref, row in first_of(folder.rows("assets.csv", columns, more="observed_on")):
        kind, base = row.term("kind", AssetKind, required=True), row.ref("base", known, required=True)
        ready = _readiness(row)
        if row.lost or kind is None or base is None:
            continue
        assets.append(
            Asset(
                ref=ref,
                kind=kind,
                base=base,
                point=points[base],
                strength=row.whole("strength"),
                **ready,
                notice_min=row.number("notice_min", least=0),
                night_capable=row.flag("night_capable"),
                languages=row.words("languages"),
                women=row.whole("women"),
                restrictions=row.words("restrictions"),
                sector=sector_of(row, settings),
                observed_on=row.day("observed_on"),
                contingent=row.text("contingent"),
            )
        )
    return tuple(assets)


def _readiness(row: Row) -> dict[str, int | None]:
    """Return the four counts; unknown from the first one that exceeds the count before it."""
    ready = {column: row.whole(column) for column in _READY}
    for more, less in pairwise(_READY):
        before, after = ready[more], ready[less]
        if before is not None and after is not None and after > before:
            row.report("WLD-015", less, value=after, more=more, limit=before)
            ready[less] = None
    return ready


def read_sources(folder: Folder, ground: Ground) -> tuple[SourceRow, ...]:
    """Return who may tell us something. Nobody is named; the contact is Hidden."""
    sources: list[SourceRow] = []
    for ref, row in first_of(folder.rows("sources.csv", "ref role place languages letter contact network")):
        role = row.text("role", required=True)
        if role and not is_code(role):
            row.report("WLD-020", "role", value=role, expected="can_focal_point")
            continue
        place = row.ref("place", ground.known)
        letter = row.one_of("letter", "ABCDEF") or "F"
        if not row.lost:
            contact = Hidden(row.text("contact"))
            sources.append(SourceRow(ref, role, place, row.words("languages"), letter, contact, row.text("network")))
    return tuple(sources)
