"""The API: the same records by the same rules of access as the pages, for machines. OpenAPI at /api/openapi.json."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from tocsin.web.api import (
    deeds,
    duty,
    keeping,
    layers,
    lessons,
    messages,
    needs,
    networks,
    policy,
    record,
    triage,
    warnings,
)
from tocsin.web.api.doors import answer_errors

api = NinjaAPI(
    title="Tocsin",
    version="1",
    description=(
        "Reports, alerts, the watch, networks, warnings, places, the protection matrix, coverage and gaps. Every call is made as an account and shows "
        "what that account may see; what may not be seen is answered like what is not there. Null is unknown, never zero."
    ),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
answer_errors(api)
for room in (messages, deeds, triage, duty, networks, warnings, policy, record, needs, lessons, layers, keeping):
    api.add_router("", room.router)


def _open(entries: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Mark the calls as opened by their own door: a machine is never sent to the sign-in page."""
    for entry in entries:
        if isinstance(entry, URLPattern):
            entry.callback.login_required = False  # type: ignore[attr-defined]  # an attribute that Django reads from any view
    return entries


app_name = "api"
urlpatterns = _open(api.urls[0])
