"""Values of this room: response options, what stands against them, and outcomes."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Role


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be done about an alert.

    `code` such as ``force.patrol``, ``community.warn``, ``political.call``. `may_order` are the
    roles with the authority; `blocked` are reasons why it cannot be done now (a caveat, no asset
    in reach), shown before the choice, not after.
    """

    code: str
    component: str
    may_order: tuple[Role, ...]
    asset: str | None = None
    hours: float | None = None
    reasons: tuple[Because, ...] = ()
    blocked: tuple[Because, ...] = ()
