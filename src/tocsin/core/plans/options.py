"""What can be done about an alert, who may order it, and what stands against it, before the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tocsin.core.allocation.types import Asset, Reach
from tocsin.core.plans.types import AlertFacts, Option
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import AssetKind, Role

_WITHHELD_FROM_HOST = "do_not_share_host_forces"


@dataclass(frozen=True, slots=True)
class _Means:
    """The assets and how each stands to the place of the alert."""

    reaches: tuple[Reach, ...]
    assets: dict[str, Asset]

    def rows(self, kinds: Sequence[str]) -> list[tuple[Asset, Reach]]:
        """Return the rows of assets of these kinds, in the order of the reaches."""
        paired = [(self.assets[reach.asset], reach) for reach in self.reaches if reach.asset in self.assets]
        return [(asset, reach) for asset, reach in paired if asset.kind.value in kinds]


def options_for(
    facts: AlertFacts, reaches: Sequence[Reach], assets: Sequence[Asset], *, as_of: datetime | date
) -> tuple[Option, ...]:
    """Return what can be done about an alert, with what stands against each option.

    The first option is always to warn the threatened people themselves: they are the first to
    respond. An option that cannot be carried out is shown with the reason, not left out.

    Parameters
    ----------
    facts : AlertFacts
        What is alleged, and what is known of the threat.
    reaches : sequence of Reach
        How each asset stands to the place, as `allocation.reach.reaches` gives them.
    assets : sequence of Asset
        The assets, with their caveats.
    as_of : datetime or date
        The day whose rules hold.

    Returns
    -------
    tuple of Option
        In the order of the components; `blocked` is empty where nothing known stands against it.
    """
    means = _Means(tuple(reaches), {asset.ref: asset for asset in assets})
    return tuple(
        _option(entry, facts, means, as_of) for entry in rules.value("plans.options", as_of) if _fits(entry, facts)
    )


def _fits(entry: dict[str, Any], facts: AlertFacts) -> bool:
    events = {event.value for event in facts.events}
    if "events" in entry and not events & set(entry["events"]):
        return False
    return "states" not in entry or facts.imminence.value in entry["states"]


def _option(entry: dict[str, Any], facts: AlertFacts, means: _Means, as_of: datetime | date) -> Option:
    reasons, blocked = _host(entry, facts, as_of)
    chosen: Reach | None = None
    if "kinds" in entry:
        chosen, stops = _chosen(entry, means)
        blocked += stops
        reasons += _timing(chosen, facts, means, as_of)
    if entry["component"] == "community":
        reasons.append(Because("option.people_respond_first", {}, (facts.ref,)))
        reasons += [] if facts.place else [Because("option.place_unknown", {}, (facts.ref,))]
    return Option(
        code=entry["code"],
        component=entry["component"],
        may_order=tuple(Role(role) for role in entry["may_order"]),
        asset=chosen.asset if chosen else None,
        hours=chosen.hours if chosen else None,
        reasons=tuple(reasons),
        blocked=tuple(blocked),
    )


def _host(entry: dict[str, Any], facts: AlertFacts, as_of: datetime | date) -> tuple[list[Because], list[Because]]:
    """Return the due-diligence check of a step with the host's forces: what to know, what stops it."""
    if not entry.get("host"):
        return [], []
    alleged = [kind.value for kind in facts.alleged_types]
    blocked = []
    if set(alleged) & set(rules.value("plans.host_author_types", as_of)):
        blocked.append(Because("option.author_is_host_force", {"alleged": list(facts.alleged)}, (facts.ref,)))
    elif set(alleged) & set(rules.value("plans.host_doubt_types", as_of)):
        blocked.append(Because("option.author_may_be_host_force", {}, (facts.ref,)))
    if _WITHHELD_FROM_HOST in facts.flags:
        blocked.append(Because("option.withheld_from_host", {}, (facts.ref,)))
    return [Because("option.due_diligence", {}, (facts.ref,))], blocked


def _chosen(entry: dict[str, Any], means: _Means) -> tuple[Reach | None, list[Because]]:
    """Return the fastest asset that may go, or every reason why none of them may."""
    rows = means.rows(entry["kinds"])
    if not rows:
        kind = f"term.asset_kind.{entry['kinds'][0]}"
        return None, [Because("option.no_such_asset", {"kind": kind})]
    stops: list[Because] = []
    for asset, reach in rows:
        against = _caveats(entry, asset)
        if reach.low_h is not None and not against:
            return reach, []
        stops += against or list(reach.reasons)
    return None, [Because("option.no_asset_in_reach", {"tried": len(rows)}), *_once(stops)]


def _caveats(entry: dict[str, Any], asset: Asset) -> list[Because]:
    if entry.get("host") and "no_joint_ops" in asset.restrictions:
        facts = {"asset": asset.ref, "contingent": asset.contingent or None}
        return [Because("option.no_joint_operations", facts, (asset.ref,))]
    return []


def _restrictions(asset: Asset) -> list[Because]:
    """Name what the contributing country or the unit has ruled out, so that it is known before the choice."""
    return [
        Because(
            "option.caveat",
            {"asset": asset.ref, "contingent": asset.contingent or None, "caveat": f"term.restriction.{code}"},
            (asset.ref,),
        )
        for code in asset.restrictions
    ]


def _once(reasons: list[Because]) -> list[Because]:
    """Return each reason once, in the order they came."""
    seen: dict[tuple[str, tuple[str, ...]], Because] = {}
    for reason in reasons:
        seen.setdefault((reason.code, reason.evidence), reason)
    return list(seen.values())


def _timing(chosen: Reach | None, facts: AlertFacts, means: _Means, as_of: datetime | date) -> list[Because]:
    if chosen is None:
        return []
    within = facts.within_h if facts.within_h is not None else rules.value("allocation.within_h", as_of)
    told = {"hours": chosen.hours, "low_h": chosen.low_h, "within_h": within, "asset": chosen.asset}
    reasons = [*chosen.reasons, *_restrictions(means.assets[chosen.asset])]
    if chosen.hours is None:
        reasons.append(Because("option.arrival_not_sure", told, (chosen.asset,)))
    elif chosen.hours > within:
        reasons.append(Because("option.arrives_late", told, (chosen.asset,)))
    if means.assets[chosen.asset].kind in (AssetKind.UTIL_HELI, AssetKind.ATTACK_HELI):
        reasons.append(Because("option.air_is_retasking", {"asset": chosen.asset}, (chosen.asset,)))
    return reasons
