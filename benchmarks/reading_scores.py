"""Scores of readings against labels, field by field, with what must never happen counted apart.

Scoring: kind, place and priority exact; event codes by F1 of the set; the time overlaps and its start
is within 6 hours (24 where only a day is known); actor by name and type; toll exact. A P1 is never read
lower, a calm message never raised, no flag of care missed, sexual violence never asserted where hinted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from tocsin.core.evidence.exchange import bounds, give_out, take_in
from tocsin.core.evidence.reading import read_report
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.reference.results import Problem
from tocsin.feeds.world_folder.adapter import find_world
from tocsin.feeds.world_folder.listening import read_parties

FIELDS = ("kind", "ev", "place", "prio", "state", "when", "actor", "toll", "grade", "sens", "flags", "lang")
# Flags of care: to miss one can harm somebody.
CARE = (
    "child", "no_names", "consent", "do_not_share", "possible_SGV", "gbv_survivor", "civilian_character",
    "do_not_publish",
)  # fmt: skip
# Set when a report joins what is on record, not by reading one message.
BY_JOINING = ("corroborates:", "independent_source", "links:", "code_switching", "link_existing")


@dataclass(slots=True)
class Scores:
    """What a set of messages scored: the share right of each field, and the ids of what must never happen."""

    total: int = 0
    right: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    never: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def share(self, name: str) -> float:
        """Return the share of messages whose field was right, 0 to 1."""
        return self.right[name] / self.total if self.total else 0.0


def read_like(world: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what reads one labelled line with the places and actors of a world; the label is not seen."""
    parties = read_parties(find_world(world))
    if parties is None:
        raise ValueError(f"the world {world} has no settings")
    book = Gazetteer(parties.places)

    def reader(row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {key: row.get(key) for key in ("id", "ch", "lang", "recv", "src", "text")}
        line = take_in(shown, str(row.get("id")), gazetteer=book, zone=parties.zone, homes=parties.homes)
        if isinstance(line, Problem):
            raise ValueError(f"{line.where} cannot be read: {line.code}")
        readings = read_report(line.message, line.sender, gazetteer=book, actors=parties.actors, zone=parties.zone)
        out = give_out(readings, line, gazetteer=book, zone=parties.zone)
        return out | {"lang": readings[0].language}

    return reader


def score(rows: Iterable[Mapping[str, Any]], world: str = "ardenya") -> Scores:
    """Return the scores of labelled rows (``id`` to ``text``, and ``out``)."""
    reader, zone = read_like(world), _zone(world)
    found = Scores()
    for row in rows:
        told = reader(row)
        found.total += 1
        for name, value in _marks(row, told, zone).items():
            found.right[name] += value
            if value < 1:
                found.wrong[name].append(str(row["id"]))
        for name in _never(row["out"], told):
            found.never[name].append(str(row["id"]))
    return found


def _zone(world: str) -> tzinfo:
    parties = read_parties(find_world(world))
    if parties is None:
        raise ValueError(f"the world {world} has no settings")
    return parties.zone


def _marks(row: Mapping[str, Any], told: Mapping[str, Any], zone: tzinfo) -> dict[str, float]:
    label = row["out"]
    marks = {name: float(label.get(name) == told.get(name)) for name in ("kind", "place", "prio", "state", "grade", "sens")}  # fmt: skip
    marks["ev"] = f1(set(label["ev"]), set(told["ev"]))
    marks["when"] = float(fits(str(told["when"]), str(label.get("when") or "../.."), zone))
    marks["actor"] = float(_named(label.get("actor")) == _named(told.get("actor")))
    marks["toll"] = float(_tolled(label.get("toll") or {}) == _tolled(told.get("toll") or {}))
    wanted = {flag for flag in label.get("flags", ()) if not flag.startswith(BY_JOINING)}
    marks["flags"] = float(wanted <= set(told["flags"]))
    # A call without a word is in no language; what was sent along as a hint may be wrong.
    marks["lang"] = float(_same_language(str(row.get("lang_true") or row.get("lang")), str(told["lang"])))
    return marks


def f1(wanted: set[str], told: set[str]) -> float:
    """Return the harmonic mean of precision and recall of two sets; 1 where both are empty."""
    return 1.0 if not wanted and not told else 2 * len(wanted & told) / (len(wanted) + len(told))


def fits(told: str, label: str, zone: tzinfo) -> bool:
    """Return whether two written spans overlap and start within 6 hours, or 24 where only a day is known."""
    start, end, by_day = bounds(label, zone)
    first, last, told_by_day = bounds(told, zone)
    meets = (start is None or last is None or last >= start) and (end is None or first is None or first <= end)
    if start is None or first is None:
        return meets and start is None and first is None
    slack = timedelta(hours=24 if by_day or told_by_day else 6)
    return meets and abs(first - start) <= slack


def _named(actor: Mapping[str, Any] | None) -> tuple[str | None, str] | None:
    if actor is None:
        return None
    pairs = sorted(zip(str(actor["name"]).split("|"), str(actor["type"]).split("|"), strict=False))
    return (None if actor["name"] is None else "|".join(n for n, _ in pairs), "|".join(t for _, t in pairs))


def _tolled(toll: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, list) else [value, value] for key, value in toll.items()}


def _same_language(label: str, told: str) -> bool:
    return set(label.split("+")) == set(told.split("+"))


def _never(label: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Return what must never happen and did, each by its name."""
    found = []
    if label["prio"] == "P1" and told["prio"] != "P1":
        found.append("P1 read lower")
    calm = label["state"] == "none" or label["kind"] in ("update", "feedback", "test", "info_request")
    if calm and (told["prio"] in ("P1", "P2") or told["kind"] in ("incident", "threat_warning", "signal")):
        found.append("calm message raised")
    missed = {flag for flag in label.get("flags", ()) if flag.startswith(CARE)} - set(told["flags"])
    found += [f"care flag missed: {flag}" for flag in sorted(missed)]
    if "SGV" in told["ev"] and "SGV" not in label["ev"]:
        found.append("sexual violence asserted")
    wanted, given = _tolled(label.get("toll") or {}), _tolled(told.get("toll") or {})
    if set(given) - set(wanted):
        found.append("number invented")
    return found


def load(path: Path, keep: Callable[[str], bool] = lambda _: True) -> list[dict[str, Any]]:
    """Return the labelled rows of a file, those whose id `keep` takes."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [row for row in rows if keep(str(row["id"]))]


def half(name: str) -> str:
    """Return ``even`` or ``odd``, by the digits of an id."""
    digits = "".join(sign for sign in name if sign.isdigit()) or "0"
    return "odd" if int(digits) % 2 else "even"
