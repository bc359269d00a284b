"""Makes the mission: bases, what stands in them, who tells it things, and who else is there."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np

from making.facts import ALSO_HELD, BASES, CONTINGENTS, HELD, KINDS, PROVINCES, SPOKEN, TODAY
from making.land import Spot, away, km


def base_rows(rng: np.random.Generator, spots: list[Spot]) -> list[dict[str, Any]]:
    """Return bases.csv, and note at every place how far the nearest base is."""
    by_name = {spot.name: spot for spot in spots}
    rows: list[dict[str, Any]] = []
    for number, (name, kind, place) in enumerate(BASES, start=1):
        spot = by_name[place]
        lat, lon = away(spot.lat, spot.lon, rng.uniform(0.4, 1.4), rng.uniform(0, 2 * math.pi))
        sector = "" if kind == "hq" else spot.sector
        rows.append(
            {"ref": f"B-{number:04}", "name": name, "kind": kind, "place": spot.ref, "lat": lat, "lon": lon,
             "sector": sector, "province": spot.province}
        )  # fmt: skip
        for other in spots:
            other.base_km = min(other.base_km, km(other, spot))
    return rows


def asset_rows(rng: np.random.Generator, bases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return assets.csv: what is authorised, deployed, serviceable and tasked are four numbers."""
    rows: list[dict[str, Any]] = []
    for base in bases:
        kinds = [*HELD[base["kind"]], *(kind for name, kind in ALSO_HELD if name == base["name"])]
        for kind in kinds:
            rows.append({"ref": f"U-{len(rows) + 1:04}"} | _asset(rng, kind, base))
    return rows


def _asset(rng: np.random.Generator, kind: str, base: dict[str, Any]) -> dict[str, Any]:
    facts = KINDS[kind]
    contingent, languages, caveats = CONTINGENTS[base["sector"]]
    authorised = facts.authorised
    small = authorised < 10
    deployed = authorised - int(rng.binomial(authorised, 0.05 if small else 0.1))
    serviceable = int(rng.binomial(deployed, 0.88))
    tasked = int(rng.binomial(serviceable, 0.4))
    if not facts.troops:
        contingent, languages, caveats = "", "fr|en", ""
    if kind in {"cla", "interpreter"}:
        languages = "fr|" + SPOKEN.get(base["sector"], "ar|sw")
    women = int(rng.binomial(deployed, 0.08 if facts.troops else 0.3)) if facts.people else None
    stale = rng.random() < 0.08
    seen = TODAY.date() - timedelta(days=45 if stale else int(rng.integers(1, 8)))
    return {
        "kind": kind,
        "base": base["ref"],
        "strength": deployed if facts.people else None,
        "authorised": authorised,
        "deployed": deployed,
        "serviceable": serviceable,
        "tasked": tasked,
        "notice_min": facts.notice_min + int(rng.integers(0, 4)) * 10,
        "night_capable": bool(rng.random() < facts.night_share) and "no_night" not in caveats,
        "languages": languages,
        "women": women if rng.random() > 0.1 else None,
        "restrictions": caveats if facts.people else "",
        "contingent": contingent,
        "sector": base["sector"],
        "observed_on": seen,
    }


# Registered senders of the messages: role, place, letter, network.
SENDERS = (
    ("can_focal_point", "Nyaroko (HL)", "C", "gsm"),
    ("can_focal_point", "Gorumba", "C", "gsm"),
    ("can_focal_point", "Mbirawe", "C", "gsm"),
    ("can_focal_point", "Kisanta", "C", "gsm"),
    ("can_focal_point", "Bahr Nimra", "C", "gsm"),
    ("can_focal_point", "Toromaya", "C", "hf_radio"),
    ("can_focal_point", "Oulanga", "C", "gsm"),
    ("can_focal_point", "Ferreko", "C", "gsm"),
    ("can_focal_point", "Zambaleko", "C", "gsm"),
    ("teacher_registered", "Oulanga", "C", "gsm"),
    ("citizen_registered", "Nyaroko (HL)", "C", "gsm"),
    ("citizen_registered", "Abu Serrif", "C", "gsm"),
    ("idp_representative", "Lekuwa", "C", "gsm"),
    ("local_authority", "Pont Lusanga", "B", "gsm"),
    ("local_authority", "Zambaleko", "B", "gsm"),
    ("local_peace_committee", "Abu Serrif", "B", "gsm"),
    ("ngo_driver", "", "C", "gsm"),
    ("mission_base", "Tembwali", "A", "mission_radio"),
    ("mission_patrol", "", "A", "mission_radio"),
)
_MORE = (
    ("local_authority", "B", 8),
    ("local_protection_committee", "B", 7),
    ("teacher_registered", "C", 5),
    ("health_worker", "C", 5),
    ("women_association", "C", 4),
    ("citizen_registered", "F", 8),
)


def find_spot(spots: list[Spot], name: str) -> Spot:
    """Return a place by its name, or by its name and province where the name is not enough."""
    found = [spot for spot in spots if name in (spot.name, f"{spot.name} ({spot.province})")]
    if len(found) != 1:
        raise LookupError(f"{name!r} is the name of {len(found)} places, expected 1")
    return found[0]


def source_rows(rng: np.random.Generator, spots: list[Spot]) -> list[dict[str, Any]]:
    """Return sources.csv, and note at every place how many focal points it has.

    Thirty-two places have a focal point and most a backup; the others are silent by default.
    """
    rows = [(role, find_spot(spots, place) if place else None, letter, net) for role, place, letter, net in SENDERS]
    watched = [spot for role, spot, _letter, _net in rows if role == "can_focal_point"]
    others = [spot for spot in spots if spot not in watched]
    drawn = rng.permutation(len(others))[: 32 - len(watched)].tolist()
    added = [others[index] for index in sorted(drawn)]
    for spot in added:
        net = "gsm" if spot.base_km < 25 or rng.random() < 0.4 else "hf_radio" if rng.random() < 0.6 else "runner"
        rows.append(("can_focal_point", spot, "C", net))
    for spot in (*watched, *added):
        if spot is not None and rng.random() < 0.8:
            rows.append(("can_focal_point_backup", spot, "C", "gsm"))
    for role, letter, count in _MORE:
        drawn = rng.choice(len(spots), size=count, replace=False).tolist()
        rows += [(role, spots[index], letter, "gsm") for index in sorted(drawn)]
    for role, spot, _letter, _net in rows:
        if spot is not None and role.startswith("can_focal_point"):
            spot.focal_points += 1
    return [
        {"ref": f"S-{number:04}", "role": role, "place": spot.ref if spot else "",
         "languages": _tongues(spot), "letter": letter, "contact": f"+999 010 {number:04}", "network": net}
        for number, (role, spot, letter, net) in enumerate(rows, start=1)
    ]  # fmt: skip


def _tongues(spot: Spot | None) -> str:
    return PROVINCES[spot.province].languages if spot else "fr|en"


_HOSTING = (("Camp Salama", 9_400), ("Tembwali", 2_600), ("Lekuwa", 2_100), ("Dabali Marché", 1_300),
            ("Zambaleko", 800), ("Kanzuri", 1_700), ("Dar Zikra", 1_100), ("Nyaroko (HL)", 300),
            ("Ferreko", 450))  # fmt: skip
_COUNTED_ON = (date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30),
               date(2026, 9, 30), date(2026, 12, 31), date(2027, 2, 28))  # fmt: skip


def displacement_rows(rng: np.random.Generator, spots: list[Spot], harm: dict[str, float]) -> list[dict[str, Any]]:
    """Return displacement.csv, and note the last count at each place.

    People come from the places of the province that saw most harm.
    """
    rows: list[dict[str, Any]] = []
    for name, most in _HOSTING:
        host = find_spot(spots, name)
        fled = [s for s in spots if s.province == host.province and s is not host and harm.get(s.ref)]
        fled = sorted(fled, key=lambda spot: -harm[spot.ref])[:3]
        grown = np.sort(rng.uniform(0.35, 1.0, size=len(_COUNTED_ON)))
        for day, share in zip(_COUNTED_ON, grown, strict=True):
            people = round(most * float(share) / 10) * 10
            counted = rng.random() > 0.08
            rows.append(
                {"place": host.ref, "as_at_on": day, "people": people if counted else None,
                 "households": round(people / 5.2) if rng.random() < 0.5 else None,
                 "origin_place": fled[int(rng.integers(len(fled)))].ref if fled else None}
            )  # fmt: skip
        host.displaced_people = rows[-1]["people"]
    return rows


_WORK = ("food", "health", "water", "shelter", "protection", "education", "nutrition")


def partner_rows(rng: np.random.Generator, spots: list[Spot]) -> list[dict[str, Any]]:
    """Return partners.csv: twelve organisations, by code."""
    weights = np.array([3.0 if spot.hub or spot.kind == "displacement_site" else 1.0 for spot in spots])
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for _ in range(42):
        organisation = f"ORG-{'ABCDEFGHIJKL'[int(rng.integers(12))]}"
        spot = spots[int(rng.choice(len(spots), p=weights / weights.sum()))]
        work = _WORK[int(rng.integers(len(_WORK)))]
        since = date(2024, 1, 1) + timedelta(days=int(rng.integers(0, 1100)))
        row = {"organisation": organisation, "place": spot.ref, "sector_of_work": work, "since_on": since}
        rows.setdefault((organisation, spot.ref, work), row)
    return [rows[key] for key in sorted(rows)]


def flow_rows(rng: np.random.Generator, spots: list[Spot]) -> list[dict[str, Any]]:
    """Return flows.csv: herds counted each week of three seasons at three places."""
    rows: list[dict[str, Any]] = []
    for name in ("Bahr Nimra", "Wadi Tarrin", "Nyaroko (BD)"):
        spot = find_spot(spots, name)
        for first, weeks in ((date(2025, 3, 10), 6), (date(2025, 12, 15), 18), (date(2026, 12, 7), 12)):
            for week in range(weeks):
                day = first + timedelta(days=7 * week + int(rng.integers(0, 3)))
                height = math.exp(-(((week + (12 if first.month == 3 else 0)) - 8) ** 2) / 30)
                heads = int(rng.gamma(4, 220 * height / 4 + 8)) // 10 * 10
                if rng.random() < 0.15:
                    continue
                rows.append({"place": spot.ref, "counted_on": day, "heads_least": heads,
                             "heads_most": heads + int(rng.integers(0, 12)) * 10,
                             "armed": None if rng.random() < 0.4 else bool(rng.random() < 0.35)})  # fmt: skip
    return rows
