"""Error pages: they need neither the database nor a viewer, and never say more than the number does."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _


def page(request: Any, status: int) -> HttpResponse:
    """Return the page for an HTTP status that is no success."""
    title, text = _words(status)
    # Without the request no context processor runs, so that nothing here can ask the database.
    body = get_template("error.html").render({"status": status, "title": title, "text": text})
    response = HttpResponse(body, status=status)
    add_never_cache_headers(response)
    return response


def bad_request(request: Any, exception: Exception) -> HttpResponse:
    """Return the page for a request that makes no sense."""
    return page(request, 400)


def forbidden(request: Any, exception: Exception) -> HttpResponse:
    """Return the page for what is not allowed."""
    return page(request, 403)


def not_found(request: Any, exception: Exception) -> HttpResponse:
    """Return the page for what is absent or refused: the two look alike."""
    return page(request, 404)


def failed(request: Any) -> HttpResponse:
    """Return the page for a fault of ours."""
    return page(request, 500)


def form_expired(request: Any, reason: str = "") -> HttpResponse:
    """Return the page for a form whose proof of origin is missing or too old."""
    return page(request, 403)


def _words(status: int) -> tuple[str, str]:
    return {
        400: (
            _("This request cannot be understood"),
            _("Go back and try again. If it happens again, tell your administrator what you did."),
        ),
        403: (
            _("This form has expired"),
            _("For your safety a form is good for one session only. Open the page again, and send it again."),
        ),
        404: (_("There is no such page"), _("There is no such record, or you may not see it.")),
        409: (
            _("The past cannot be changed"),
            _("This page shows an earlier moment. Go back to the present to change anything."),
        ),
    }.get(
        status,
        (
            _("Something went wrong on our side"),
            _(
                "Nothing you entered is known to be lost; check it before you send it again. Reports by SMS and telephone are taken in by another way."
            ),
        ),
    )
