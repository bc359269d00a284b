"""Accounts, for administrators: where each post belongs, and how it is reached. A number goes in and never comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.reference.results import Because, Hidden
from tocsin.core.reference.terms import Component
from tocsin.services import accounts
from tocsin.services.refusals import Refusal
from tocsin.store.queries import alerts
from tocsin.web import gate, posted


def show(request: Any) -> HttpResponse:
    """Show every account, and whether it can be reached."""
    return _page(request)


@require_POST
def act(request: Any, verb: str) -> HttpResponse:
    """Enter a telephone, or change where an account belongs; a refusal comes back beside the form, without the number."""
    gate.require(request.viewer, "change", "account")
    deed = DEEDS.get(verb)
    if deed is None:
        return redirect("accounts")
    try:
        deed(request)
    except Refusal as refusal:
        return _page(request, refused=verb, reasons=refusal.reasons, status=422)
    return redirect("accounts")


def _page(request: Any, *, refused: str = "", reasons: tuple[Because, ...] = (), status: int = 200) -> HttpResponse:
    gate.require(request.viewer, "read", "account")
    rows = [row for row in alerts.accounts(request.viewer) if row.is_active]
    shown = {
        "rows": rows,
        "unreachable": sum(row.contact_sealed is None and row.rung is not None for row in rows),
        "components": list(Component),
        "chosen": posted.text(request, "account")[:40] if refused else "",
        "refused": refused,
        "reasons": reasons,
    }
    return render(request, "accounts/accounts.html", shown, status=status)


def _telephone(request: Any) -> None:
    # An empty field alone takes nothing away: a slip would leave a post that no alert reaches.
    is_taken_away = request.POST.get("take_away") == "yes"
    contact = None if is_taken_away else Hidden(posted.text(request, "telephone"))
    accounts.set_telephone(request.viewer, posted.text(request, "account")[:40], contact, now=request.now)


def _component(request: Any) -> None:
    named = posted.choice(request, "component", Component)
    accounts.change(request.viewer, posted.text(request, "account")[:40], {"component": named.value}, now=request.now)


DEEDS: Final[dict[str, Callable[[Any], None]]] = {"telephone": _telephone, "component": _component}
urlpatterns = [path("accounts/", show, name="accounts"), path("accounts/<slug:verb>/", act, name="account_act")]
