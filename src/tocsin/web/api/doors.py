"""Who calls: a signed-in page, or a token that is good for the kind of record asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from tocsin.core.reference import wording
from tocsin.core.reference.results import Because, Problem
from tocsin.services import tokens, viewing
from tocsin.services.refusals import Refusal, Refused

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class NotGoodFor(Exception):
    """The token is good, but not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class NotFromOurPage(Exception):
    """A call that changes something came with a session but without the page's proof of origin."""


class Door(AuthBase):
    """Opens to a bearer token good for `scope`, and to the pages' own session; the role decides the rest."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token made with: tocsin token add. It opens at most what its account may."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any | None:
        """Return the viewer, None when nobody who may call is there."""
        head, _, token = request.headers.get("Authorization", "").partition(" ")
        if head.casefold() == "bearer":
            return self._by_token(request, token.strip())
        viewer = getattr(request, "viewer", None)
        if viewer is not None and request.method not in _SAFE and check_csrf(request, self.__call__):
            raise NotFromOurPage
        return viewer

    def _by_token(self, request: Any, token: str) -> Any | None:
        found = tokens.viewer_for(token, now=request.now)
        if found is None:
            return None
        viewer, scopes = found
        if self.scope not in scopes:
            raise NotGoodFor(self.scope)
        request.viewer = viewer
        return viewer


class WrongData(Exception):
    """What was sent is well formed and still wrong in itself; `problem` says how."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def answer_errors(api: NinjaAPI) -> None:
    """Give every error of `api` one shape: code, where, text."""

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, fault: Any) -> HttpResponse:
        return _answer(api, request, 401, [Problem("SEC-101", "Authorization")])

    @api.exception_handler(NotGoodFor)
    def not_good_for(request: HttpRequest, fault: Any) -> HttpResponse:
        return _answer(api, request, 403, [Problem("SEC-102", "Authorization", {"scope": fault.scope})])

    @api.exception_handler(NotFromOurPage)
    def not_from_our_page(request: HttpRequest, fault: Any) -> HttpResponse:
        return _answer(api, request, 403, [Problem("SEC-105", "X-CSRFToken")])

    @api.exception_handler(Refused)
    def refused(request: Any, fault: Any) -> HttpResponse:
        match = request.resolver_match
        subject = str(match.kwargs.get("ref", match.url_name or ""))[:40]
        viewing.note_refusal(request.viewer, "called", subject, now=request.now)
        return _answer(api, request, 404, [Problem("SEC-103", "record")])

    @api.exception_handler(Refusal)
    def refusal(request: HttpRequest, fault: Any) -> HttpResponse:
        return api.create_response(request, _because(fault.reasons, language_of(request)), status=409)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, fault: Any) -> HttpResponse:
        found = [Problem("SEC-104", ".".join(map(str, one["loc"])), {"found": one["type"]}) for one in fault.errors]
        return _answer(api, request, 422, found or [Problem("SEC-104", "request", {"found": "value"})])

    @api.exception_handler(WrongData)
    def wrong_data(request: HttpRequest, fault: Any) -> HttpResponse:
        return _answer(api, request, 422, [fault.problem])

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, fault: Any) -> HttpResponse:
        return _answer(api, request, fault.status_code, [Problem("SEC-104", "body", {"found": "json"})])


def language_of(request: Any) -> str:
    """Return the language of whoever calls; English where nobody is known."""
    viewer = getattr(request, "viewer", None)
    return viewer.language if viewer and viewer.language in wording.LANGUAGES else "en"


def _answer(api: NinjaAPI, request: HttpRequest, status: int, problems: Sequence[Problem]) -> HttpResponse:
    language = language_of(request)
    shown = [
        {"code": one.code, "where": one.where, "text": wording.say(f"problem.{one.code}", one.facts, language)}
        for one in problems
    ]
    return api.create_response(request, {**shown[0], "problems": shown}, status=status)


def _because(reasons: Sequence[Because], language: str) -> dict[str, Any]:
    shown = [
        {"code": one.code, "where": ", ".join(one.evidence) or "request", "text": wording.reason(one, language)}
        for one in reasons
    ]
    return {**shown[0], "problems": shown}
