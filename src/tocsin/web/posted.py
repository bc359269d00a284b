"""What a form brought: read without trusting it, and an address to go on to that stays in the house."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from tocsin.core.evidence.decoding import clean
from tocsin.core.reference.results import Because
from tocsin.services.refusals import Refusal
from tocsin.web.clock import named_moment

E = TypeVar("E", bound=Enum)
LONGEST = 4000


def text(request: Any, name: str) -> str:
    """Return a field of the form without blanks around it and without what no column holds, cut at a length that no honest entry has."""
    return clean(str(request.POST.get(name, ""))[:LONGEST]).text.strip()


def choice(request: Any, name: str, kind: type[E]) -> E:
    """Return the member of an enumeration that was chosen.

    Raises
    ------
    Refusal
        When nothing was chosen, or something that is not offered.
    """
    try:
        return kind(request.POST.get(name, ""))
    except ValueError:
        raise Refusal(Because("form.nothing_chosen", {"field": name})) from None


def moment(request: Any, name: str) -> datetime:
    """Return a time as the form's own clock field writes it, read in the mission's zone."""
    found = named_moment(request.POST.get(name, ""))
    if found is None:
        raise Refusal(Because("form.time_not_readable", {"field": name}))
    return found


def answer(request: Any, name: str) -> bool | None:
    """Return yes, no, or None where nobody knows."""
    return {"yes": True, "no": False}.get(request.POST.get(name, ""))


def onward(request: Any, name: str, *args: str) -> HttpResponse:
    """Go to the page that was asked for, or back to the desk when the form came from there."""
    asked = "desk" if request.POST.get("next") == "desk" else ""
    return redirect(resolve_url(asked) if asked else resolve_url(name, *args))
