"""From the request to the viewer: who looks, at what moment, and what their menu holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import Viewer
from tocsin.services import viewing
from tocsin.services.refusals import Refused
from tocsin.store.queries import alerts
from tocsin.web import errors
from tocsin.web.clock import named_moment

# The address names that an account without a second factor may open: to get one, or to leave.
BEFORE_SECOND_FACTOR: Final = frozenset(
    {"mfa_activate_totp", "account_logout", "account_reauthenticate", "language", "help"}
)
# The address names whose pages can show a past moment; any other would pass its present off as the past.
SHOW_THE_PAST: Final = frozenset(
    {
        "alert",
        "report",
        "incident",
        "place",
        "map",
        "matrix",
        "matrix_print",
        "outlook",
        "outlook_csv",
        "outlook_json",
        "coverage",
        "policy",
        "lessons",
        "scorecard",
        "scorecard_csv",
        "scorecard_json",
    }
)
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Groups of rooms in the order of the loop; of each room its address name, its word, and the kinds of record
# of which one must be open to the viewer.
MENU: Final = (
    (_("Now"), (
        ("desk", _("Duty desk"), ("report", "alert")),
        ("duty", _("The watch"), ("rota",)),
        ("joint", _("Joint view"), ("report",)),
        ("handovers", _("Hand-over"), ("alert",)),
    )),
    (_("Communities"), (
        ("networks", _("Networks"), ("network",)),
        ("calls", _("Call-backs"), ("call_back",)),
        ("warnings", _("Warnings"), ("warning",)),
    )),
    (_("Risk"), (
        ("matrix", _("Matrix"), ("matrix",)),
        ("outlook", _("Outlook"), ("outlook",)),
        ("map", _("Map"), ("place",)),
        ("places", _("Places"), ("place",)),
    )),
    (_("Means"), (("coverage", _("Coverage"), ("coverage",)), ("gaps", _("Gaps"), ("gap",)))),
    (_("Review"), (
        ("response", _("Response"), ("alert",)),
        ("scorecard", _("Scorecard"), ("incident",)),
        ("briefs", _("Briefs"), ("brief",)),
        ("lessons", _("Lessons"), ("lesson",)),
        ("policy", _("Policy"), ("policy",)),
        ("words", _("Words"), ("word",)),
    )),
    (_("House"), (
        ("accounts", _("Accounts"), ("account",)),
        ("gateways", _("Gateways"), ("gateway",)),
        ("audit", _("Audit"), ("audit",)),
    )),
    (_("Help"), (("help", _("Help"), ()),)),
)  # fmt: skip


def moment_now() -> datetime:
    """Return the real clock; the pages read it here and nowhere else."""
    return datetime.now(UTC)


class ViewerMiddleware:
    """Sets `request.viewer`, `request.now` and `request.as_of`; lets nobody in without sign-in and second factor.

    A view opens to everybody only when it is marked with ``login_not_required``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.now = moment_now()
        request.viewer = viewer_of(request)
        request.as_of = _moment(request.GET.get("as_of", ""))
        response = self.get_response(request)
        if request.viewer is not None and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Turn away who has not signed in, has no second factor yet, or would change the past."""
        if any("\x00" in str(value) for value in kwargs.values()):
            return errors.page(request, 404)  # no reference holds a NUL, and PostgreSQL takes none
        name = request.resolver_match.url_name
        if request.viewer is None:
            return None if not getattr(view, "login_required", True) else _to_sign_in(request)
        if name not in BEFORE_SECOND_FACTOR and not _has_second_factor(request):
            return redirect("mfa_activate_totp")
        if request.as_of is not None and request.method not in SAFE:
            return errors.page(request, 409)
        if request.as_of is not None and name not in SHOW_THE_PAST and request.resolver_match.app_name != "api":
            return errors.page(request, 400)
        return None

    def process_exception(self, request: Any, fault: Exception) -> HttpResponse | None:
        """Show what is refused exactly as what is absent; the audit log knows the difference."""
        if not isinstance(fault, Refused):
            return None
        if request.viewer is not None:
            match = request.resolver_match
            subject = str(match.kwargs.get("ref", match.url_name or ""))[:40]
            viewing.note_refusal(request.viewer, "opened", subject, now=request.now)
        return errors.page(request, 404)


def viewer_of(request: Any) -> Viewer | None:
    """Return the viewer that the signed-in account looks as, None when nobody signed in."""
    account = request.user
    if not account.is_authenticated:
        return None
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(account.language)
        request.LANGUAGE_CODE = translation.get_language()
    return Viewer(
        account=account.username,
        role=Role(account.role),
        sector=account.sector,
        language=translation.get_language() or "en",
        actor=account.actor,
    )


def page_context(request: Any) -> dict[str, Any]:
    """Return what every page shows around its content: one look at the database, for alerts that nobody answers."""
    viewer = getattr(request, "viewer", None)
    hears = viewer is not None and viewing.may(viewer, "read", "alert")
    menu = menu_of(request, viewer) if viewer else []
    return {
        "mission": settings.MISSION.get("mission", ""),
        "exercise": is_exercise(),
        "zone": settings.MISSION.get("zone", "+00:00"),
        "languages": settings.LANGUAGES,
        "viewer": viewer,
        "now": getattr(request, "now", None),
        "as_of": getattr(request, "as_of", None),
        "menu": menu,
        "menu_groups": grouped(menu),
        "screaming": alerts.screaming(viewer) if viewer is not None and hears else (),
        "may_report": viewer is not None and viewing.may(viewer, "create", "report"),
    }


def is_exercise() -> bool:
    """Return whether nothing here is real: a mission says so, or was made from a fictional world."""
    return bool(settings.MISSION.get("exercise", settings.MISSION.get("world", "empty") != "empty"))


def menu_of(request: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the rooms whose records the viewer's role may read, each with the group it belongs to."""
    kinds = viewing.open_to(viewer)
    match = request.resolver_match
    here = match.url_name if match else ""
    entries = []
    for group, rooms in MENU:
        for name, label, asked in rooms:
            if asked and not kinds.intersection(asked):
                continue
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            inside = name != "desk" and request.path.startswith(address)
            entries.append(
                {"name": name, "label": label, "address": address, "here": here == name or inside, "group": group}
            )
    return entries


def grouped(menu: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups of a menu: a group of one room goes by the name of the room."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for entry in menu:
        groups.setdefault(entry["group"], []).append(entry)
    return [
        {
            "label": label if len(rooms) > 1 else rooms[0]["label"],
            "address": rooms[0]["address"],
            "here": any(room["here"] for room in rooms),
            "rooms": rooms,
        }
        for label, rooms in groups.items()
    ]


def _has_second_factor(request: Any) -> bool:
    used = request.session.get("account_authentication_methods", ())
    return any(one.get("method") == "mfa" for one in used) or is_mfa_enabled(request.user, ["totp"])


def _to_sign_in(request: Any) -> HttpResponse:
    if getattr(request, "htmx", False):
        # A fragment must not swallow the sign-in page: the browser goes there as a whole.
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("account_login")
        return response
    response = redirect("account_login")
    if request.method == "GET" and request.path != "/":
        response["Location"] += f"?next={request.path}"
    return response


def _moment(text: str) -> datetime | None:
    """Return the past moment asked for; a moment without zone is the mission's own time."""
    return named_moment(text.replace(" ", "+")) if text else None
