"""The numbers a mission sets for itself: read, checked, and every fault named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import yaml

from tocsin.core.reference import load
from tocsin.core.reference.results import Problem

# A mission sets whom it wakes and when. What a threat or a risk is stays the doctrine's.
_OWN: Final = "alerts."
_PRIORITIES: Final = ("p1", "p2", "p3", "p4")
Rules = dict[str, dict[date, dict[str, Any]]]


def read(text: str, *, file: str) -> tuple[Rules, tuple[Problem, ...]]:
    r"""Return the dated values of a mission's file, and every problem with its line.

    What is wrong is left out, and the value of the doctrine stays in force for it.

    Examples
    --------
    >>> given = "alerts.ack_minutes.p1:\n  2027-01-01: {value: 8, source: Directive 3}\nalerts.akc: {}\n"
    >>> found, problems = read(given, file="rules.yaml")
    >>> found["alerts.ack_minutes.p1"][date(2027, 1, 1)]["value"], problems[0].where
    (8, 'rules.yaml, line 3')
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 1
        return {}, (Problem("REF-011", f"{file}, line {line}"),)
    if root is None:
        return {}, ()
    if not isinstance(root, yaml.MappingNode):
        return {}, (Problem("REF-011", f"{file}, line 1"),)
    found: Rules = {}
    problems = [problem for key, node in root.value for problem in _rule(key, node, found, file)]
    problems += _out_of_order(found, root, file)
    return found, tuple(problems)


def _rule(key: Any, node: Any, found: Rules, file: str) -> Iterator[Problem]:
    name, defaults = str(key.value), load.read_folder("rules")
    if not name.startswith(_OWN) or name not in defaults:
        yield Problem("REF-012", _line(key, file), {"rule": name[:60]})
        return
    if not isinstance(node, yaml.MappingNode) or not node.value:
        yield Problem("REF-013", _line(key, file), {"rule": name})
        return
    model = defaults[name]["values"][max(defaults[name]["values"])]["value"]
    for day, entry in node.value:
        since = _plain(day)
        given = _plain(entry)
        problem = _fault_of(since, given, model)
        if problem:
            yield Problem(problem, _line(day, file), {"rule": name})
        else:
            found.setdefault(name, {})[since] = {"value": given["value"], "source": str(given["source"])}


def _fault_of(since: Any, given: Any, model: Any) -> str:
    if not isinstance(since, date):
        return "REF-013"
    if not isinstance(given, dict) or "value" not in given or not str(given.get("source") or "").strip():
        return "REF-014"
    return "" if _has_shape_of(given["value"], model) else "REF-015"


def _has_shape_of(value: Any, model: Any) -> bool:
    """Tell whether a value can stand for the doctrine's: a clock is no text, and no level is left out."""
    if model is None:
        return value is None or _is_number(value)
    if isinstance(model, dict):
        return (
            isinstance(value, dict)
            and set(value) == set(model)
            and all(map(_has_shape_of, value.values(), model.values()))
        )
    if isinstance(model, list):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return _is_number(value) and (value > 0 or model == 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _out_of_order(found: Rules, root: Any, file: str) -> Iterator[Problem]:
    """Name each clock by which what is more urgent would wait longer, and leave it out."""
    defaults = load.read_folder("rules")
    lines = {str(key.value): key for key, _ in root.value}
    for name in [one for one in found if one.rpartition(".")[2] in _PRIORITIES]:
        family, _, priority = name.rpartition(".")
        for since, entry in list(found[name].items()):
            less = [_at(found, defaults, f"{family}.{one}", since) for one in _PRIORITIES if one > priority]
            if entry["value"] is not None and any(one is not None and one < entry["value"] for one in less):
                del found[name][since]
                yield Problem("REF-016", _line(lines[name], file), {"rule": name})


def _at(found: Rules, defaults: dict[str, Any], name: str, day: date) -> Any:
    values = {**defaults[name]["values"], **found.get(name, {})}
    begun = [since for since in values if since <= day]
    return values[max(begun)]["value"] if begun else None


def _plain(node: Any) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        return None
    finally:
        loader.dispose()


def _line(node: Any, file: str) -> str:
    return f"{file}, line {node.start_mark.line + 1}"
