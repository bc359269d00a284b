"""What the forms of an alert do, each under the name of its address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from tocsin.core.alerts.harm import Suffered
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import DecisionKind, DutyCall, HarmKind, HarmPhase, ResponseClass, ResponseTiming
from tocsin.services import alerting, outcome, planning, relaying
from tocsin.services.refusals import Refusal
from tocsin.web import posted

METHODS: Final = planning.METHODS
MOST_PEOPLE: Final = 10_000_000


def _acknowledge(request: Any, ref: str) -> None:
    alerting.acknowledge(request.viewer, ref, now=request.now)


def _escalate(request: Any, ref: str) -> None:
    why = posted.text(request, "why")
    if not why:
        raise Refusal(Because("move.needs_why"))
    alerting.escalate(request.viewer, ref, why=why, now=request.now)


def _call(request: Any, ref: str) -> None:
    alerting.log_call(
        request.viewer,
        ref,
        whom=posted.text(request, "whom")[:40],
        outcome=posted.choice(request, "outcome", DutyCall),
        now=request.now,
        called_at=_moment_or_none(request, "called_at") or request.now,
        note=posted.text(request, "note"),
    )


def _decide(request: Any, ref: str) -> None:
    planning.decide(
        request.viewer,
        ref,
        kind=posted.choice(request, "kind", DecisionKind),
        why=posted.text(request, "why"),
        now=request.now,
        option=posted.text(request, "option")[:60],
        delegated_to=posted.text(request, "delegated_to")[:120],
        authority=posted.text(request, "authority")[:200],
    )


def _confirm(request: Any, ref: str) -> None:
    planning.confirm_delegate(
        request.viewer, ref, confirmed_by=posted.text(request, "confirmed_by")[:120], now=request.now
    )


def _relay(request: Any, ref: str) -> None:
    relaying.relay(request.viewer, ref, to=posted.text(request, "to")[:40], now=request.now)


def _task(request: Any, ref: str) -> None:
    what, owner = posted.text(request, "what")[:200], posted.text(request, "owner")[:80]
    if not what or not owner:
        raise Refusal(Because("form.nothing_chosen", {"field": "what" if not what else "owner"}))
    planning.give_task(
        request.viewer,
        ref,
        what=what,
        owner=owner,
        due_at=posted.moment(request, "due_at"),
        now=request.now,
        asset=posted.text(request, "asset"),
    )


def _harm(request: Any, ref: str) -> None:
    phase = posted.text(request, "phase")
    outcome.record_harm(
        request.viewer,
        ref,
        Suffered(
            kind=posted.choice(request, "kind", HarmKind),
            phase=HarmPhase(phase) if phase in list(HarmPhase) else None,
            least=_count(request, "least"),
            most=_count(request, "most"),
            started_at=_moment_or_none(request, "started_at"),
            ended_at=_moment_or_none(request, "ended_at"),
        ),
        now=request.now,
        reports=request.POST.getlist("reports")[:50],
        note=posted.text(request, "note"),
    )


def _effect(request: Any, ref: str) -> None:
    planning.report_effect(
        request.viewer,
        ref,
        response=posted.choice(request, "response", ResponseClass),
        timing=posted.choice(request, "timing", ResponseTiming),
        outcome=posted.text(request, "outcome"),
        now=request.now,
    )


def _feedback(request: Any, ref: str) -> None:
    method, text = posted.text(request, "method"), posted.text(request, "text")
    if method not in METHODS or not text:
        raise Refusal(Because("form.nothing_chosen", {"field": "method" if method not in METHODS else "text"}))
    planning.give_feedback(request.viewer, ref, method=method, text=text, now=request.now)


def _close(request: Any, ref: str) -> None:
    planning.close(
        request.viewer,
        ref,
        determination=posted.text(request, "determination"),
        now=request.now,
        why_no_feedback=posted.text(request, "why_no_feedback"),
        is_false_alarm=request.POST.get("is_false_alarm") == "yes",
        is_interested=posted.answer(request, "is_interested"),
        rests_on=request.POST.getlist("rests_on")[:50],
    )


def _moment_or_none(request: Any, name: str) -> datetime | None:
    return posted.moment(request, name) if posted.text(request, name) else None


def _count(request: Any, name: str) -> int | None:
    """Return a number of people, None where nothing was written: unknown is not zero."""
    given = posted.text(request, name)
    if not given:
        return None
    if not given.isdecimal() or int(given[:12]) > MOST_PEOPLE:
        raise Refusal(Because("form.nothing_chosen", {"field": name}))
    return int(given)


DEEDS: Final[dict[str, Callable[[Any, str], None]]] = {
    "acknowledge": _acknowledge,
    "escalate": _escalate,
    "call": _call,
    "decide": _decide,
    "confirm": _confirm,
    "relay": _relay,
    "task": _task,
    "harm": _harm,
    "effect": _effect,
    "feedback": _feedback,
    "close": _close,
}
