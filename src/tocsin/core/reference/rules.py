"""Dated rules: every number of the doctrine with its unit, its source and the day it took effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tocsin.core.reference import load


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of one rule, as it stood on a day."""

    name: str
    value: Any
    unit: str
    source: str
    since_on: date


# What the mission has set for itself, beside the dated values of the doctrine.
_of_mission: dict[str, dict[date, dict[str, Any]]] = {}


def set_for_mission(values: dict[str, dict[date, dict[str, Any]]]) -> None:
    """Let the mission's own dated values count; called once, when the program starts on a mission."""
    _of_mission.clear()
    _of_mission.update(values)


def _values(name: str) -> dict[date, dict[str, Any]]:
    return {**load.read_folder("rules")[name]["values"], **_of_mission.get(name, {})}


def at(name: str, as_of: datetime | date) -> Rule:
    """Return the rule `name` as it stood at `as_of`.

    Raises
    ------
    KeyError
        When there is no such rule, or it had no value yet at `as_of`.
    """
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    try:
        entry = load.read_folder("rules")[name]
    except KeyError:
        raise KeyError(f"no rule is called '{name}'; see data/rules/*.yaml") from None
    values = _values(name)
    began = [since for since in values if since <= day]
    if not began:
        raise KeyError(f"rule '{name}' had no value on {day}; its first is of {min(values)}")
    since = max(began)
    chosen = values[since]
    return Rule(name, chosen["value"], entry["unit"], chosen["source"], since)


def value(name: str, as_of: datetime | date) -> Any:
    """Return only the value of the rule `name` at `as_of`."""
    return at(name, as_of).value


def names() -> tuple[str, ...]:
    """Return the names of all rules, sorted."""
    return tuple(sorted(load.read_folder("rules")))


def digest(as_of: datetime | date) -> str:
    """Return a short fingerprint of all rules in force at `as_of`.

    Two judgements with the same fingerprint were made by the same rules.
    """
    day = as_of.date() if isinstance(as_of, datetime) else as_of
    in_force = {}
    for name in load.read_folder("rules"):
        values = _values(name)
        began = [since for since in values if since <= day]
        if began:
            in_force[name] = values[max(began)]["value"]
    text = json.dumps(in_force, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
