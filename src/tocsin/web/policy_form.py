"""The form of a draft of the imminence policy: what it shows, and what it brings back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from tocsin.core.assessment.policy import CAVEATS, FACTORS, GRADED_RULES, THRESHOLDS, default_policy
from tocsin.core.assessment.types import Caveat, ImminencePolicy
from tocsin.core.reference import rules, wording
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Component, Interpretation, Role
from tocsin.services.refusals import Refusal
from tocsin.store.queries import policy as reads
from tocsin.web import posted

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_GRADE: Final = re.compile(r"[A-F][1-6]")
_MOST: Final = 100_000
# Those outside the mission are told of a threshold; they do not agree to it.
_NOT_ASKED: Final = frozenset({Component.HOST, Component.COMMUNITY, Component.OTHER})
ROLES: Final = (
    Role.PROTECTION_LEAD, Role.RESOURCE_ALLOCATOR, Role.DUTY_OFFICER, Role.COMPONENT_PLANNER, Role.ANALYST,
)  # fmt: skip


def next_version(version: str) -> str:
    """Return the name that the next version usually has: ``ARD-1`` is followed by ``ARD-2``."""
    head, _dash, number = version.rpartition("-")
    return f"{head}-{int(number) + 1}" if head and number.isdecimal() else "mission-1"


def name_of(request: Any) -> str:
    """Return the name of a new version, refused where it cannot stand in an address."""
    name = posted.text(request, "version")
    if not _NAME.fullmatch(name):
        raise Refusal(Because("policy.needs_version"))
    return name


def thresholds(held: ImminencePolicy, value: ImminencePolicy, as_of: datetime) -> list[dict[str, Any]]:
    """Return each threshold with its number in force, in this version and by default, and where that comes from."""
    default = default_policy(as_of)
    found = []
    for name in THRESHOLDS:
        rule = rules.at(f"assessment.imminence.{name}", as_of)
        now = held.thresholds.get(name)
        then = value.thresholds.get(name)
        found.append({
            "name": name, "unit": rule.unit, "source": rule.source, "now": now, "then": then,
            "usual": default.thresholds[name], "is_changed": then != now,
        })  # fmt: skip
    return found


def fields(value: ImminencePolicy, held: ImminencePolicy, as_of: datetime) -> dict[str, Any]:
    """Return what the form of a draft holds."""
    return {
        "thresholds": thresholds(held, value, as_of),
        "readings": list(Interpretation),
        "caveats": [(name, value.caveats.get(name, Caveat())) for name in CAVEATS],
        "grades": [(rule, value.grades.get(rule, "")) for rule in GRADED_RULES],
        "roles": [(role, role.value in value.override_roles, role.value in value.step_down_roles) for role in ROLES],
        "anchors": [
            (factor, [(code, "\n".join(value.anchors.get(factor, {}).get(code, ()))) for code in wording.LANGUAGES])
            for factor in FACTORS
        ],
    }


def offered_parties(asked: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the components and contingents that can be asked; those with a desk here are chosen beforehand."""
    here = set(reads.components_here())
    already = {(one.component, one.contingent) for one in asked}
    offered = [(one.value, "") for one in Component if one not in _NOT_ASKED]
    offered += [(Component.FORCE.value, name) for name in reads.contingents_here()]
    return [
        {
            "value": f"{component}|{contingent}",
            "component": component,
            "contingent": contingent,
            "is_asked": (component, contingent) in already,
            "is_chosen": bool(contingent) or component in here,
        }
        for component, contingent in offered
    ]


def asked(request: Any) -> list[tuple[str, str]]:
    """Return who is to be asked; who is not offered is left out."""
    offered = {one["value"]: (one["component"], one["contingent"]) for one in offered_parties(())}
    return [offered[value] for value in request.POST.getlist("party") if value in offered]


def party(request: Any) -> tuple[str, str]:
    """Return the component and contingent that a form speaks for."""
    component, _bar, contingent = posted.text(request, "party")[:90].partition("|")
    return component, contingent


def read(request: Any, value: ImminencePolicy) -> ImminencePolicy:
    """Return the version with what the form says.

    Raises
    ------
    Refusal
        When a number, a grade or a day makes no sense: nothing is guessed.
    """
    given = request.POST
    return replace(
        value,
        interpretation=posted.choice(request, "interpretation", Interpretation),
        qualifier=given.get("qualifier") == "yes",
        mandate_ref=posted.text(request, "mandate_ref")[:120],
        mandate_text=posted.text(request, "mandate_text"),
        area=posted.text(request, "area")[:120],
        caveats={
            name: Caveat(posted.text(request, f"caveat_{name}"), posted.text(request, f"reading_{name}"))
            for name in CAVEATS
        },
        thresholds={name: _number(request, name) for name in THRESHOLDS},
        grades={rule: grade for rule in GRADED_RULES if (grade := _grade(request, rule))},
        anchors={
            factor: {code: _lines(request, f"anchor_{factor}_{code}") for code in wording.LANGUAGES}
            for factor in FACTORS
        },
        override_roles=_roles(request, "override"),
        step_down_roles=_roles(request, "step_down"),
        needs_observation=given.get("needs_observation") == "yes",
        review_on=_day(request, "review_on"),
        changelog=posted.text(request, "changelog"),
    )


def _number(request: Any, name: str) -> float:
    try:
        found = float(posted.text(request, name).replace(",", "."))
    except ValueError:
        found = -1.0
    if not 0 < found <= _MOST:
        raise Refusal(Because("policy.number_unreadable", {"field": f"term.threshold.{name}"}))
    return found


def _grade(request: Any, rule: str) -> str:
    found = posted.text(request, f"grade_{rule}").upper()
    if found and not _GRADE.fullmatch(found):
        raise Refusal(Because("policy.grade_unreadable", {"field": f"term.rule.{rule}"}))
    return found


def _lines(request: Any, name: str) -> tuple[str, ...]:
    """Return five lines of a field, the missing ones empty."""
    lines = [line.strip()[:200] for line in posted.text(request, name).splitlines()]
    return tuple((*lines, "", "", "", "", "")[:5])


def _roles(request: Any, name: str) -> tuple[str, ...]:
    chosen = set(request.POST.getlist(name))
    return tuple(role.value for role in ROLES if role.value in chosen)


def _day(request: Any, name: str) -> date | None:
    text = posted.text(request, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(Because("form.time_not_readable", {"field": name})) from None
