"""The imminence policy: what is in force, drafts on their way, what approving would mean, and the threshold card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.views.decorators.http import require_POST

from tocsin.core.assessment.cases import has_crossed, tally
from tocsin.core.assessment.consultation import status_at
from tocsin.core.assessment.policy import CAVEATS, GRADED_RULES
from tocsin.core.reference.terms import Interpretation, PolicyOpinion, PolicyStatus, Role
from tocsin.services import past_alerts, policy, viewing
from tocsin.services.alerting import policy_at
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.store.queries import policy as read
from tocsin.web import gate, policy_form, posted

DAYS: Final = (7, 30, 90, 365)
_ON_THE_WAY: Final = (PolicyStatus.DRAFT, PolicyStatus.CONSULTATION)


def show(request: Any) -> HttpResponse:
    """Show the policy in force, the versions before and after it, and what waits for somebody."""
    return _overview(request)


def _overview(request: Any, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer, as_of = request.viewer, gate.moment(request)
    gate.require(viewer, "read", "policy")
    held = policy_at(as_of)
    is_now = request.as_of is None
    may_create = is_now and viewing.may(viewer, "create", "policy")
    versions = [one for one in _versions(request, as_of) if is_now or one["row"].effective_from is not None]
    context = {
        "policy": held, "is_default": not held.approved_by, "thresholds": policy_form.thresholds(held, held, as_of),
        "caveats": CAVEATS, "rules": GRADED_RULES, "versions": versions,
        "card": held.version if any(one["row"].version == held.version for one in versions) else "",
        "may_create": may_create, "next_version": policy_form.next_version(held.version),
        "waiting": policy.waiting(viewer, now=request.now) if is_now else None,
        "proposals": _proposals(viewer) if is_now else [],
        "may_settle": is_now and viewing.may(viewer, "decide", "alert"),
        "may_see_alerts": viewing.may(viewer, "read", "alert"),
        "reasons": tuple(reasons), "typed": request.POST,
    }  # fmt: skip
    return render(request, "policy/policy.html", context, status=status)


def _versions(request: Any, as_of: Any) -> list[dict[str, Any]]:
    rows = read.versions(request.viewer)
    return [
        {
            "row": row,
            "status": status_at(PolicyStatus(row.status), row.effective_from, row.effective_to, as_of),
            "is_ahead": row.effective_from is not None and row.effective_from > as_of,
        }
        for row in rows
    ]


def _proposals(viewer: Any) -> list[Any]:
    return read.open_proposals(viewer) if viewing.may(viewer, "read", "alert") else []


def version(request: Any, version: str) -> HttpResponse:
    """Show one version: what it says, who was asked, and what it would change."""
    return _version(request, version)


def _version(request: Any, name: str, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer, now = request.viewer, request.now
    gate.require(viewer, "read", "policy")
    row = found_or_refuse(read.version_row(viewer, name), "policy")
    value, held = read.as_core(row), policy_at(now)
    standing = status_at(PolicyStatus(row.status), row.effective_from, row.effective_to, now)
    parties = read.parties(viewer, row)
    is_on_the_way = standing in _ON_THE_WAY
    may_create = viewing.may(viewer, "create", "policy")
    may_approve = is_on_the_way and viewing.may(viewer, "approve", "policy")
    is_asked = is_on_the_way and (may_approve or may_create or "compare" in request.GET)
    days = gate.number(request.GET.get("days", ""), least=1, most=365, otherwise=90)
    context = {
        "row": row, "policy": value, "held": held, "status": standing, "is_on_the_way": is_on_the_way,
        "parties": parties, "mine": _mine(viewer, parties), "opinions": list(PolicyOpinion),
        "is_ahead": row.effective_from is not None and row.effective_from > now,
        "late": [one for one in parties if one.acknowledged_at is None and one.due_at and one.due_at < now],
        "difference": policy.difference(viewer, name, now=now, days=days) if is_asked else None,
        "days": days, "all_days": DAYS, "kept": None if is_on_the_way else row.difference,
        "may_change": standing is PolicyStatus.DRAFT and may_create,
        "may_ask": is_on_the_way and may_create, "may_take_back": standing is PolicyStatus.CONSULTATION and may_create,
        "may_approve": may_approve, "may_answer": viewing.may(viewer, "answer", "policy"),
        "offered": policy_form.offered_parties(parties), "form": policy_form.fields(value, held, now),
        "reasons": tuple(reasons), "typed": request.POST,
    }  # fmt: skip
    return render(request, "policy/version.html", context, status=status)


def _mine(viewer: Any, parties: Iterable[Any]) -> list[Any]:
    """Return the parties for which this viewer answers."""
    if viewer.role is Role.PROTECTION_LEAD:
        return list(parties)
    component = read.component_of(viewer.account)
    return [one for one in parties if one.component == component]


@require_POST
def draft(request: Any) -> HttpResponse:
    """Write a new draft from the version in force."""
    gate.require(request.viewer, "create", "policy")
    try:
        name = policy_form.name_of(request)
        policy.draft(request.viewer, name, now=request.now)
    except Refusal as refusal:
        return _overview(request, reasons=refusal.reasons, status=422)
    return redirect("policy_version", name)


def _deed(verb: str, act: Callable[[Any, str], None]) -> Callable[..., HttpResponse]:
    """Return a view that does one thing to a version and shows it again, or says why not."""

    @require_POST
    def view(request: Any, version: str) -> HttpResponse:
        gate.require(request.viewer, verb, "policy")
        try:
            act(request, version)
        except Refusal as refusal:
            return _version(request, version, reasons=refusal.reasons, status=422)
        return redirect("policy_version", version)

    return view


def _change(request: Any, version: str) -> None:
    row = found_or_refuse(read.version_row(request.viewer, version), "policy")
    value = policy_form.read(request, read.as_core(row))
    policy.change(request.viewer, version, value, now=request.now)


def _consult(request: Any, version: str) -> None:
    asked = policy_form.asked(request)
    policy.open_consultation(request.viewer, version, asked, now=request.now)


def _take_back(request: Any, version: str) -> None:
    policy.take_back(request.viewer, version, now=request.now)


def _opinion(request: Any, version: str) -> None:
    opinion, text = posted.choice(request, "opinion", PolicyOpinion), posted.text(request, "text")
    policy.give_opinion(request.viewer, version, policy_form.party(request), opinion, text=text, now=request.now)


def _approve(request: Any, version: str) -> None:
    start = posted.moment(request, "effective_from") if request.POST.get("effective_from") else None
    policy.approve(
        request.viewer,
        version,
        seen=gate.plain(request.POST.get("seen", ""), 40) if request.POST.get("agreed") == "yes" else "",
        now=request.now,
        effective_from=start,
        why=posted.text(request, "why"),
    )


def _acknowledge(request: Any, version: str) -> None:
    caveats = posted.text(request, "caveats")
    policy.acknowledge(request.viewer, version, policy_form.party(request), caveats=caveats, now=request.now)


@require_POST
def settle(request: Any, number: int) -> HttpResponse:
    """Accept what the version in force makes of an open alert, or leave the alert as it is."""
    gate.require(request.viewer, "read", "policy")
    try:
        is_accepted = request.POST.get("verdict") == "accept"
        why = posted.text(request, "why")
        policy.settle(request.viewer, number, is_accepted=is_accepted, why=why, now=request.now)
    except Refusal as refusal:
        return _overview(request, reasons=refusal.reasons, status=422)
    return redirect("policy")


def readings(request: Any) -> HttpResponse:
    """Show past alerts under the narrow, the broad and the continuous reading, side by side."""
    viewer, now = request.viewer, request.now
    gate.require(viewer, "read", "policy")
    gate.require(viewer, "read", "alert")
    days = gate.number(request.GET.get("days", ""), least=1, most=730, otherwise=30)
    held = policy_at(now)
    name = gate.plain(request.GET.get("version", ""), 20)
    row = read.version_row(viewer, name) if name else None
    value = read.as_core(row) if row is not None else held
    found = past_alerts.read_each_way(viewer, value, since=now - timedelta(days=days), until=now)
    counted = tally([one.found for one in found])
    context = {
        "policy": value, "days": days, "all_days": DAYS, "readings": list(Interpretation),
        "counts": [(reading, counted[reading]) for reading in Interpretation], "total": len(found),
        "rows": [
            {"alert": one.alert, "cells": [(one.found[reading], has_crossed(one.found[reading])) for reading in Interpretation]}
            for one in found
        ],
    }  # fmt: skip
    return render(request, "policy/readings.html", context)


def card(request: Any, version: str) -> HttpResponse:
    """Show the threshold of one version on one page, in the language asked for, to be printed."""
    gate.require(request.viewer, "read", "policy")
    row = found_or_refuse(read.version_row(request.viewer, version), "policy")
    asked = request.GET.get("language", "")
    chosen = asked if asked in dict(settings.LANGUAGES) else request.viewer.language
    value = read.as_core(row)
    with translation.override(chosen):
        context = {
            "row": row, "policy": value, "caveats": CAVEATS, "rules": GRADED_RULES,
            "status": status_at(PolicyStatus(row.status), row.effective_from, row.effective_to, request.now),
            "anchors": [(factor, said.get(chosen, said.get("en", ()))) for factor, said in value.anchors.items()],
            "thresholds": policy_form.thresholds(value, value, request.now), "chosen": chosen,
            "dissents": [one for one in read.parties(request.viewer, row) if one.opinion == "dissent"],
            "declared": [one for one in read.parties(request.viewer, row) if one.caveats],
        }  # fmt: skip
        return render(request, "policy/card.html", context)


_ONE: Final = "policy/v/<str:version>/"
urlpatterns = [
    path("policy/", show, name="policy"),
    path("policy/draft/", draft, name="policy_draft"),
    path("policy/readings/", readings, name="policy_readings"),
    path("policy/proposals/<int:number>/", settle, name="policy_settle"),
    path(_ONE, version, name="policy_version"),
    path(f"{_ONE}card/", card, name="policy_card"),
    path(f"{_ONE}change/", _deed("create", _change), name="policy_change"),
    path(f"{_ONE}consult/", _deed("create", _consult), name="policy_consult"),
    path(f"{_ONE}back/", _deed("create", _take_back), name="policy_back"),
    path(f"{_ONE}opinion/", _deed("answer", _opinion), name="policy_opinion"),
    path(f"{_ONE}approve/", _deed("approve", _approve), name="policy_approve"),
    path(f"{_ONE}acknowledge/", _deed("answer", _acknowledge), name="policy_acknowledge"),
]
