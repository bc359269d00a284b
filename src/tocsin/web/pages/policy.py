"""The imminence policy: the version in force, and what another one would change before anybody approves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.core.assessment.policy import THRESHOLDS, default_policy, severity
from tocsin.core.assessment.types import ImminencePolicy
from tocsin.core.reference import rules
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import Interpretation
from tocsin.services import assessment, viewing
from tocsin.services.alerting import policy_at
from tocsin.services.refusals import Refusal
from tocsin.store.queries import finding, plans
from tocsin.web import gate, posted


def show(request: Any) -> HttpResponse:
    """Show the policy in force, its factors, and the comparison that was asked for."""
    return _page(request)


def _page(request: Any, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer, as_of = request.viewer, gate.moment(request)
    gate.require(viewer, "read", "policy")
    policy = policy_at(as_of)
    given = request.POST if request.method == "POST" else request.GET
    draft = draft_of(policy, given)
    is_asked = "compare" in given or request.method == "POST"
    can_see = viewing.may(viewer, "read", "place") and viewing.may(viewer, "read", "incident")
    changes = assessment.compare_policy(viewer, draft, as_of=as_of) if is_asked and can_see else None
    context = {
        "policy": policy, "draft": draft, "thresholds": _thresholds(policy, draft, as_of), "is_asked": is_asked,
        "readings": list(Interpretation), "versions": plans.policies(viewer), "can_see": can_see,
        "changes": _named(viewer, changes), "is_default": not policy.approved_by,
        "may_approve": request.as_of is None and viewing.may(viewer, "approve", "policy"),
        "reasons": tuple(reasons), "typed": given, "next_version": next_version(policy.version),
    }  # fmt: skip
    return render(request, "policy/policy.html", context, status=status)


def draft_of(policy: ImminencePolicy, given: Mapping[str, Any]) -> ImminencePolicy:
    """Return the policy with the numbers and the reading that were entered; what makes no sense stays as it is."""
    thresholds = dict(policy.thresholds)
    for name in THRESHOLDS:
        entered = _number(str(given.get(name, "")))
        if entered is not None:
            thresholds[name] = entered
    reading = given.get("interpretation", "")
    chosen = Interpretation(reading) if reading in list(Interpretation) else policy.interpretation
    return replace(policy, thresholds=thresholds, interpretation=chosen, version=_("draft"))


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if 0 < found <= 100_000 else None


def next_version(version: str) -> str:
    """Return the name that the next version usually has: ``ARD-1`` is followed by ``ARD-2``."""
    head, _dash, number = version.rpartition("-")
    return f"{head}-{int(number) + 1}" if head and number.isdecimal() else "mission-1"


def _thresholds(policy: ImminencePolicy, draft: ImminencePolicy, as_of: Any) -> list[dict[str, Any]]:
    default = default_policy(as_of)
    found = []
    for name in THRESHOLDS:
        rule = rules.at(f"assessment.imminence.{name}", as_of)
        now = policy.thresholds.get(name, default.thresholds[name])
        then = draft.thresholds.get(name, now)
        found.append({
            "name": name, "unit": rule.unit, "source": rule.source, "now": now, "then": then,
            "usual": default.thresholds[name], "is_changed": then != now,
        })  # fmt: skip
    return found


def _named(viewer: Any, changes: Any) -> list[dict[str, Any]] | None:
    if changes is None:
        return None
    names = finding.names_of(viewer, [one.place for one in changes])
    return [
        {"ref": one.place, "name": names.get(one.place, one.place), "before": one.before, "after": one.after,
         "is_worse": severity(one.after.state) > severity(one.before.state)}
        for one in changes
    ]  # fmt: skip


@require_POST
def approve(request: Any) -> HttpResponse:
    """Put the changed version in force; judgements already made keep the version they were made by."""
    gate.require(request.viewer, "approve", "policy")
    draft = draft_of(policy_at(request.now), request.POST)
    version = gate.plain(request.POST.get("version", ""), 20)
    try:
        if not version or version in {one.version for one in plans.policies(request.viewer)}:
            raise Refusal(Because("policy.needs_version"))
        if request.POST.get("agreed") != "yes":
            raise Refusal(Because("policy.needs_agreement"))
        new = replace(
            draft,
            version=version,
            effective_from=request.now,
            effective_to=None,
            approved_by=request.viewer.account,
            mandate_ref=posted.text(request, "mandate_ref")[:120] or draft.mandate_ref,
        )
        assessment.approve_policy(request.viewer, new, now=request.now)
    except Refusal as refusal:
        return _page(request, reasons=refusal.reasons, status=422)
    return redirect("policy")


urlpatterns = [path("policy/", show, name="policy"), path("policy/approve/", approve, name="policy_approve")]
