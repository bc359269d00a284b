"""Write the networks of a fictional world: its focal points, code sheets and the signals of its villages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tocsin.core.reference import rules
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import silence
from tocsin.store.queries import evidence, places
from tocsin.store.writes import networks as write


def write_networks(world: Any, *, at: datetime) -> None:
    """Write what networks.yaml says; who keeps watch are the sources of its roles."""
    for given in world.networks:
        row = write.make_network(
            name=given.name,
            kind=given.kind.value,
            sector=given.sector,
            rhythm=given.rhythm.value,
            check_days=list(given.check_days),
            check_times=list(given.check_times),
            silent_after_h=given.silent_after_h,
            languages=list(given.languages),
            members=given.members,
            women=given.women,
        )
        _write_points(world, given, row, at)
        if given.sheet is not None:
            write.save_code_sheet(row, dict(given.sheet), by=SYSTEM.account, at=at)
    _write_signals(world, at)


def keep_watch(world: Any) -> None:
    """Let the worker look at the networks from the world's present on."""
    if world.networks:
        silence.keep_watch(world.settings.today)


def _write_points(world: Any, given: Any, row: Any, at: datetime) -> None:
    made: dict[str, Any] = {}
    for source in world.sources:
        spot = places.place_row(SYSTEM, source.place or "")
        kept = evidence.source_row(SYSTEM, source.ref)
        if source.role not in given.roles or spot is None or kept is None or given.sector not in ("", spot.sector):
            continue
        point = write.make_focal_point(
            network=row, source=kept, place=spot, sector=spot.sector, role=source.role,
            languages=list(source.languages), entered_at=at,
        )  # fmt: skip
        first = made.setdefault(spot.ref, point)
        if first is not point and first.backup is None:
            write.change(first, backup=point)


def _write_signals(world: Any, at: datetime) -> None:
    for ref in dict.fromkeys(row.place for row in world.signals):
        spot = places.place_row(SYSTEM, ref)
        if spot is None:
            continue
        entries = [row.entry for row in world.signals if row.place == ref]
        ends = world.settings.today + timedelta(days=int(rules.value("networks.code_book.days", at)))
        write.save_code_book(spot, entries, valid_from=at, valid_until=ends, by=SYSTEM.account, at=at)
