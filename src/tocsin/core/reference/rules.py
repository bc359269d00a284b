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
    began = [since for since in entry["values"] if since <= day]
    if not began:
        raise KeyError(f"rule '{name}' had no value on {day}; its first is of {min(entry['values'])}")
    since = max(began)
    chosen = entry["values"][since]
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
    for name, entry in load.read_folder("rules").items():
        began = [since for since in entry["values"] if since <= day]
        if began:
            in_force[name] = entry["values"][max(began)]["value"]
    text = json.dumps(in_force, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
