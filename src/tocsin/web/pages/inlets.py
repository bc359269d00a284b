"""The doors at which machines and kept reports knock: they are told yes only once all is on the disk."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseTrouble
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tocsin.core.evidence.decoding import MAX_BODY_BYTES
from tocsin.core.evidence.gateways import Call
from tocsin.core.evidence.signatures import GATEWAY_HEADER
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.services import doors

AWAY: Final = "CHN-020"
TOO_LARGE: Final = "CHN-001"
EMPTY: Final = "CHN-002"
_OWN: Final = frozenset({"same-origin", "none"})


@csrf_exempt
@login_not_required
@require_http_methods(["POST"])
def offline_form(request: Any) -> JsonResponse:
    """Take in a report that waited on a telephone; the same again is answered with the same number."""
    if not _is_our_page(request):
        return refused(Problem("SEC-106", "request", {"permanent": True}), 403, _language())
    body = body_of(request, doors.most_bytes("offline_form"))
    if isinstance(body, Problem):
        return refused(body, 413, _language())
    try:
        found = doors.take_offline_form(body, now=request.now)
    except DatabaseTrouble:
        return store_is_away(_language())
    if isinstance(found, Problem):
        return refused(found, 413 if found.code == TOO_LARGE else 422, _language())
    # `at` lets a telephone whose clock is wrong find out.
    at = request.now.isoformat(timespec="seconds").replace("+00:00", "Z")
    told = {"ref": found.ref, "reply": found.reply, "repeat": found.is_repeat, "at": at}
    return JsonResponse(told, status=200 if found.is_repeat else 201)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def gateway(request: Any, name: str, token: str = "") -> HttpResponse:
    """Take in one call of a gateway, or answer its provider's question before the first."""
    try:
        if request.method == "GET":
            return _challenge(name, request)
        return _call(request, name, token)
    except DatabaseTrouble:
        return store_is_away()


def _challenge(name: str, request: Any) -> HttpResponse:
    """Answer only to who knows what to ask; for anybody else there is no such way to call."""
    answer = doors.challenge(name, request.GET.dict())
    return HttpResponseNotAllowed(["POST"]) if answer is None else HttpResponse(answer, content_type="text/plain")


def _call(request: Any, name: str, token: str) -> HttpResponse:
    large = declared(request) > MAX_BODY_BYTES
    body = body_of(request, doors.most_bytes_of_call(name) if large else MAX_BODY_BYTES)
    if isinstance(body, Problem):
        return refused(body, 413)
    call = Call(dict(request.headers.items()), body, url=doors.address_of(request.build_absolute_uri()), token=token)
    # Gateways of our own kind share one address and name themselves in a header.
    named = call.header(GATEWAY_HEADER) if name == "sms" else name
    found = doors.take_call(named, call, now=request.now)
    if isinstance(found, Problem) and found.code == AWAY:
        return store_is_away()
    if isinstance(found, Problem):
        return refused(found, {TOO_LARGE: 413, EMPTY: 400}.get(found.code, 401))
    return HttpResponse(found.answer.body, content_type=found.answer.content_type)


def _is_our_page(request: Any) -> bool:
    """Return whether a call comes from a page of ours: a page of another site could flood us with its readers."""
    if request.content_type != "application/json" or request.headers.get("Sec-Fetch-Site", "none") not in _OWN:
        return False
    origin = request.headers.get("Origin", "")
    return not origin or urlsplit(origin).netloc == request.get_host()


def body_of(request: Any, limit: int) -> bytes | Problem:
    """Return the body of a call; nothing beyond the limit is ever read."""
    size = declared(request)
    body: bytes = b"" if size > limit else request.read(limit + 1)
    if size > limit or len(body) > limit:
        return Problem(TOO_LARGE, "request body", {"bytes": max(size, len(body)), "limit": limit, "permanent": True})
    return body


def declared(request: Any) -> int:
    """Return how large a body says it is."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdecimal() else 0


def store_is_away(language: str = "en") -> JsonResponse:
    """Tell that the fault is ours and passes: whoever knocks keeps the message and comes again."""
    answer = refused(Problem(AWAY, "store", {"seconds": doors.TRY_AGAIN_S, "permanent": False}), 503, language)
    answer["Retry-After"] = str(doors.TRY_AGAIN_S)
    return answer


def refused(problem: Problem, status: int, language: str = "en") -> JsonResponse:
    """Return a refusal with its code and its sentence."""
    sentence = wording.say(f"problem.{problem.code}", problem.facts, language)
    return JsonResponse({"problem": problem.as_json(), "message": sentence}, status=status)


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]


urlpatterns = [
    path("report/offline/", offline_form, name="offline_form"),
    path("in/<str:name>/", gateway, name="gateway_door"),
    path("in/<str:name>/<str:token>/", gateway, name="gateway_door_with_token"),
]
