"""Whether an asset could go at all: what stands against it, and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tocsin.core.allocation.types import Asset
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AssetKind

# Machines break down: only a count of serviceable ones says that they run.
_MACHINES: Final = frozenset(
    {AssetKind.UTIL_HELI, AssetKind.ATTACK_HELI, AssetKind.BOAT, AssetKind.ENGINEER_PLANT, AssetKind.AMBULANCE}
)
CARRIERS: Final = frozenset({AssetKind.UTIL_HELI, AssetKind.BOAT})
AIRCRAFT: Final = frozenset({AssetKind.UTIL_HELI, AssetKind.ATTACK_HELI})


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against sending an asset (`blocks`), and what is assumed of it (`doubts`).

    `notice_h` is the time until it moves. `languages` are those it can speak or has spoken for
    it, None where nobody knows. `sure` is False where a doubt leaves open whether it can go.
    """

    asset: Asset
    notice_h: float
    blocks: tuple[Because, ...]
    doubts: tuple[Because, ...]
    languages: frozenset[str] | None
    sure: bool


def standings(assets: Sequence[Asset], *, night: bool, as_of: datetime | date) -> tuple[Standing, ...]:
    """Return how each asset stands, each seen with those at its own base.

    Parameters
    ----------
    assets : sequence of Asset
        All assets, also interpreters: they lend their languages to their base.
    night : bool
        True where the move would be in the dark.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    tuple of Standing
        In the order of `assets`.

    Notes
    -----
    Source: resources doctrine; authorised is not deployed, deployed is not serviceable.
    Limits: crew duty, fuel and flight hours left are not known here.
    """
    by_base: dict[str, list[Asset]] = {}
    for asset in assets:
        by_base.setdefault(asset.base, []).append(asset)
    return tuple(_standing(asset, by_base[asset.base], night=night, as_of=as_of) for asset in assets)


def free_count(asset: Asset) -> int | None:
    """Return how many are there and not tasked, None where nobody has counted."""
    present = present_count(asset)
    return None if present is None else present - (asset.tasked or 0)


def present_count(asset: Asset) -> int | None:
    """Return how many are fit for use, by the best count there is; authorised is not a count."""
    counts = (asset.serviceable, asset.deployed, asset.strength)
    return next((count for count in counts if count is not None), None)


def _standing(asset: Asset, at_base: list[Asset], *, night: bool, as_of: datetime | date) -> Standing:
    blocks = [*_absence(asset), *_night_blocks(asset, night)]
    doubts, sure = _doubts(asset, night)
    if asset.kind in CARRIERS and not lifted_units(at_base, asset.base, night=night, as_of=as_of):
        blocks.append(Because("reach.nobody_to_lift", {"asset": asset.ref, "base": asset.base}, (asset.ref,)))
    notice, assumed = _notice(asset, as_of)
    return Standing(asset, notice / 60, tuple(blocks), (*doubts, *assumed), _languages(asset, at_base, as_of), sure)


def _absence(asset: Asset) -> list[Because]:
    free = free_count(asset)
    facts = {"asset": asset.ref, "kind": f"term.asset_kind.{asset.kind.value}", "tasked": asset.tasked}
    if present_count(asset) == 0:
        return [Because("reach.not_serviceable", facts, (asset.ref,))]
    if free is not None and free <= 0:
        return [Because("reach.fully_tasked", facts, (asset.ref,))]
    return []


def _night_blocks(asset: Asset, night: bool) -> list[Because]:
    if night and "no_night" in asset.restrictions:
        facts = {"asset": asset.ref, "contingent": asset.contingent or None}
        return [Because("reach.night_caveat", facts, (asset.ref,))]
    if night and asset.night_capable is False:
        return [Because("reach.not_night_capable", {"asset": asset.ref}, (asset.ref,))]
    return []


def _doubts(asset: Asset, night: bool) -> tuple[list[Because], bool]:
    doubts = []
    known = asset.serviceable if asset.kind in _MACHINES else present_count(asset)
    if known is None:
        doubts.append(Because("reach.readiness_unknown", {"asset": asset.ref}, (asset.ref,)))
    if night and asset.night_capable is None:
        doubts.append(Because("reach.night_unknown", {"asset": asset.ref}, (asset.ref,)))
    return doubts, not doubts


def _notice(asset: Asset, as_of: datetime | date) -> tuple[float, tuple[Because, ...]]:
    if asset.notice_min is not None:
        return asset.notice_min, ()
    minutes = default_notice_min(asset.kind, as_of)
    return minutes, (Because("reach.notice_assumed", {"asset": asset.ref, "minutes": minutes}, (asset.ref,)),)


def default_notice_min(kind: AssetKind, as_of: datetime | date) -> float:
    """Return the notice to move supposed of a kind of asset that has not stated its own."""
    notices = rules.value("allocation.notice_min", as_of)
    return float(notices.get(kind.value, notices["default"]))


def _languages(asset: Asset, at_base: list[Asset], as_of: datetime | date) -> frozenset[str] | None:
    """Return what can be spoken: by the unit, those it carries, and the interpreters of the base."""
    lenders = set(rules.value("allocation.language_kinds", as_of))
    if asset.kind in CARRIERS:
        lenders |= set(rules.value("allocation.lifted_kinds", as_of))
    spoken = set(asset.languages)
    for other in at_base:
        if other.kind.value in lenders and not _absence(other):
            spoken |= set(other.languages)
    return frozenset(spoken) or None


def lifted_units(assets: Sequence[Asset], base: str, *, night: bool, as_of: datetime | date) -> list[Asset]:
    """Return the units at a base that an aircraft or boat could carry today."""
    kinds = set(rules.value("allocation.lifted_kinds", as_of))
    return [
        asset
        for asset in assets
        if asset.base == base and asset.kind.value in kinds and not _absence(asset) and not _night_blocks(asset, night)
    ]
