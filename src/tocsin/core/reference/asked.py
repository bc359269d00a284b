"""What a reader of a dataset was asked for: the country, the days, the mission, the month."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from tocsin.core.reference.results import Problem
from tocsin.core.reference.rows import shape

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to read. None: no such limit. `month` is its first day; `as_of` the day we pretend it is."""

    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    as_at: date | None = None
    country: str | None = None
    mission: str | None = None
    month: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether a day lies between `since` and `until`."""
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


def asked(options: Mapping[str, Any], allowed: Collection[str]) -> Asked | Problem:
    """Return what was asked for, or the problem with the value of an option.

    Raises
    ------
    TypeError
        When an option is not among `allowed`.
    """
    for name in options:
        if name not in allowed:
            raise TypeError(f"option '{name}' is not known here, expected one of: {', '.join(allowed)}")
    found: dict[str, Any] = {}
    for name, option in options.items():
        if option is None or option == "":
            continue
        value = _value(name, option)
        if value is None:
            expected = "YYYY-MM" if name == "month" else "YYYY-MM-DD"
            return Problem("FEED-025", name, {"value": shape(str(option)), "expected": expected})
        found[name] = value
    return Asked(**found)


def unknown_name(where: str, name: str, known: Collection[str]) -> Problem:
    """Return the problem that a name is not in the file, with the names that come near it."""
    by_fold = {each.casefold(): each for each in known}
    near = [by_fold[fold] for fold in get_close_matches(name.casefold(), by_fold, n=5, cutoff=0.5)]
    holding = [each for fold, each in by_fold.items() if name.casefold() in fold and each not in near]
    listed = near + sorted(holding) or sorted(known)
    facts = {"name": name, "known": ", ".join(listed[:60]) or "-"}
    return Problem("FEED-026", where, facts)


def _value(name: str, option: Any) -> Any:
    if name in {"country", "mission"}:
        return str(option).strip() or None
    if isinstance(option, datetime):
        option = option.date()
    if isinstance(option, date):
        return option.replace(day=1) if name == "month" else option
    if name == "month":
        return _month(str(option))
    try:
        return date.fromisoformat(str(option))
    except ValueError:
        return None


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        return None
    return date(int(found[1]), int(found[2]), 1)
