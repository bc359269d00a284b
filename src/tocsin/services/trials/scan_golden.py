"""The scan beside what others published: SaTScan's own run on New York, and a brute-force search of fever in the city."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.core.forecast.surges import scan, scan_plain, scan_poisson, zones
from tocsin.core.forecast.surges.scan import Settings

_TOLERANCE = 1e-6
# The brute-force search took the earth for this ball.
_ORACLE_KM = 6367.0
_FEVER = "nycfever_spacetime_permutation_prospective_2001-11-24_max7d_3km_R6367"
_RUNS = {"cartesian_max50pct": 0.5, "cartesian_max10pct": 0.1, "longlat_max50pct": 0.5}


def run(folder: Path, *, seed: int) -> dict[str, Any]:
    """Return our clusters beside the published ones: largest difference, and whether the members are the same."""
    fever, leukaemia = _fever(folder, seed), list(_leukaemia(folder))
    return {
        "new_york_fever": fever,
        "new_york_leukaemia": leukaemia,
        "kernels": _kernels(folder, seed),
        "all_agree": fever["agrees"] and all(one["agrees"] for one in leukaemia),
    }


def _fever_cases(folder: Path) -> tuple[list[str], Any, Any, zones.Zones]:
    spots = _rows(folder / "NYCfevergeo.csv")
    names = [one["zip"] for one in spots]
    number = {name: at for at, name in enumerate(names)}
    lat, lon = (np.array([float(one[column]) for one in spots]) for column in ("lat", "long"))
    far = zones.distances_km(lat, lon) * _ORACLE_KM / zones.EARTH_KM
    cases = _rows(folder / "NYCfevercas.csv")
    many = [int(one["cases"]) for one in cases]
    place = np.repeat([number[one["zip"]] for one in cases], many)
    days = [date(*(int(part) for part in one["date"].split("/"))).toordinal() for one in cases]
    return names, place, np.repeat(days, many), zones.nearest(far, most=len(names), within=3.0)


def _fever(folder: Path, seed: int) -> dict[str, Any]:
    names, place, day, circles = _fever_cases(folder)
    known = json.loads((folder / "oracle_scan_bruteforce.json").read_text("utf-8"))[_FEVER]
    as_of = date(2001, 11, 24).toordinal()
    plan = Settings(days=7, study_days=as_of - int(day.min()) + 1)
    found = scan.scan(place, day, circles, as_of=as_of, seed=seed, settings=plan).clusters[0]
    members = sorted(int(names[one]) for one in found.members)
    same = members == sorted(known["zips"])
    difference = abs(found.llr - known["llr"])
    return {
        "llr": round(found.llr, 6), "published_llr": known["llr"], "days": found.days, "cases": found.cases,
        "expected": round(found.expected, 6), "published_expected": known["expected"], "p": found.p,
        "published_p": known["approx_p"], "same_members": same,
        "agrees": same and difference <= _TOLERANCE and (found.days, found.cases) == (known["days"], known["cases"]),
    }  # fmt: skip


def _leukaemia(folder: Path) -> Iterator[dict[str, Any]]:
    tracts = _rows(folder / "ny_leukemia_281.csv")
    cases = np.array([int(one["cases"]) for one in tracts])
    people, x, y = (np.array([float(one[column]) for one in tracts]) for column in ("population", "x", "y"))
    published = json.loads((folder / "golden_satscan_ny_poisson.json").read_text("utf-8"))
    for name, share in _RUNS.items():
        far = zones.distances_km(y, x) if name.startswith("longlat") else zones.distances_flat(x, y)
        circles = zones.nearest(far, most=len(tracts), weight=people, max_share=share)
        found = scan_poisson.scan(cases, people, circles, seed=0)
        pairs = list(zip(found, published[name], strict=False))
        same = [sorted(one.members) == sorted(at - 1 for at in known["location_ids"]) for one, known in pairs]
        apart = max(abs(one.llr - known["llr"]) for one, known in pairs)
        yield {
            "run": name, "clusters": len(published[name]), "largest_llr_difference": float(f"{apart:.2g}"),
            "same_members": sum(same),
            "agrees": all(same) and len(pairs) == len(published[name]) and apart <= _TOLERANCE,
        }  # fmt: skip


def _kernels(folder: Path, seed: int) -> dict[str, Any]:
    """Return how far the compiled kernel's replicates are from the plain one's."""
    _, place, day, circles = _fever_cases(folder)
    as_of = int(day.max())
    prepared = scan_plain.prepare(place, as_of - day, circles, days=7)
    name, kernel = scan.kernel()
    ours = kernel.maxima(prepared, seed=seed, first=0, last=99)
    plain = scan_plain.maxima(prepared, seed=seed, first=0, last=99)
    return {"compared": [name, "plain"], "replicates": 99, "largest_difference": float(np.abs(ours - plain).max())}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as held:
        return list(csv.DictReader(held))
