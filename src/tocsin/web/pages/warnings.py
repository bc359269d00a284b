"""Warnings to the people at risk: write one with every form beside it, release it, see who answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.core.plans.community import WarningText, events_to_warn_of
from tocsin.core.plans.warning_checks import Finding
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because, Problem
from tocsin.core.reference.terms import CapKind, Likelihood, Severity, Urgency, WarningReach, WelfareAnswer
from tocsin.services import viewing, warning_files, warning_guards, warnings, welfare
from tocsin.services.refusals import Refusal, found_or_refuse
from tocsin.services.warnings import Draft
from tocsin.store.queries import alerts, finding, record
from tocsin.store.queries import warnings as read
from tocsin.web import deeds, gate, posted, warning_form
from tocsin.web.clock import mission_zone

MOST_PLACES: Final = 60
FIELD_LANGUAGES: Final = ("fr", "en", "ar", "sw")


def list_warnings(request: Any) -> HttpResponse:
    """Show the warnings with their state, their end and who answered, and those of others."""
    return _list(request)


def _list(request: Any, *, reasons: Any = (), taken: Any = None, problems: Any = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "warning")
    shown = {
        "rows": read.warnings(viewer),
        "shows_inside": viewing.may(viewer, "read", "alert"),
        "incoming": read.incoming(viewer, most=30),
        "subscriptions": read.subscriptions(viewer),
        "may_write": viewing.may(viewer, "create", "warning"),
        "sectors": finding.sectors(viewer),
        "reasons": reasons,
        "taken": taken,
        "problems": [_said(problem) for problem in problems],
    }
    return render(request, "warnings/list.html", shown, status=status)


@require_http_methods(["GET", "POST"])
def compose(request: Any, ref: str = "") -> HttpResponse:
    """Write a warning, new or a draft; look at it as often as one likes, then keep it."""
    gate.require(request.viewer, "create", "warning")
    begun = _begun(request, ref)
    if request.method == "GET":
        return _form(request, warnings.with_texts(request.viewer, begun, now=request.now), ref)
    try:
        draft = warning_form.read_draft(request, begun)
        if request.POST.get("do") == "keep":
            row = warnings.save(request.viewer, draft, ref=ref, now=request.now)
            return redirect("warning", row.ref)
        if request.POST.get("do") == "texts":
            empty = {language: WarningText(language, "", "", "") for language in draft.texts}
            draft = replace(draft, texts=empty)
        return _form(request, warnings.with_texts(request.viewer, _with_language(request, draft), now=request.now), ref)
    except Refusal as refusal:
        return _form(request, begun, ref, reasons=refusal.reasons, status=422)


@require_POST
def preview(request: Any) -> HttpResponse:
    """Show every form and check of what stands in the composer right now; nothing is kept."""
    gate.require(request.viewer, "create", "warning")
    try:
        draft = warning_form.read_draft(request, _begun(request, request.POST.get("ref", "")))
        shown = {"preview": warnings.judge(request.viewer, draft, now=request.now), "reasons": ()}
    except Refusal as refusal:
        shown = {"preview": None, "reasons": refusal.reasons}
    return render(request, "warnings/preview.html", shown)


def _begun(request: Any, ref: str) -> Draft:
    if ref:
        return warnings.draft_of(request.viewer, gate.plain(ref, 20))
    asked = request.POST if request.method == "POST" else request.GET
    return warnings.proposal(request.viewer, alert=gate.plain(asked.get("alert", ""), 20), now=request.now)


def _with_language(request: Any, draft: Draft) -> Draft:
    added = posted.text(request, "add_language")[:8]
    if not added.isascii() or not added.replace("-", "").isalpha() or added in draft.texts:
        return draft
    return replace(draft, texts={**draft.texts, added: WarningText(added, "", "", "")})


def _form(request: Any, draft: Draft, ref: str, *, reasons: Any = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    found = warnings.judge(viewer, draft, now=request.now)
    chosen = read.places_named(viewer, draft.places)
    near, count = finding.find_places(viewer, sector=chosen[0].sector if chosen else viewer.sector, most=MOST_PLACES)
    alert = alerts.alert_row(viewer, draft.alert) if draft.alert else None
    languages = list(dict.fromkeys([*draft.texts, *found.languages]))
    ends = found.value.expires_at.astimezone(mission_zone())
    shown = {
        "draft": draft,
        "warning_ref": ref,
        "preview": found,
        "texts": [draft.texts.get(code) or WarningText(code, "", "", "") for code in languages],
        "others": [code for code in FIELD_LANGUAGES if code not in languages],
        "places": list({place.pk: place for place in [*chosen, *near]}.values()),
        "more_than_shown": count > MOST_PLACES,
        "tasks": read.open_tasks(viewer, alert),
        "events": events_to_warn_of(),
        "urgencies": list(Urgency),
        "severities": list(Severity),
        "certainties": list(Likelihood),
        "reaches": list(WarningReach),
        "expires": f"{ends:%Y-%m-%dT%H:%M}",
        "shape": warning_form.written_shape(draft),
        "exercise_only": warnings.is_exercise_only(),
        "typed": request.POST,
        "reasons": reasons,
    }
    return render(request, "warnings/compose.html", shown, status=status)


def one_warning(request: Any, ref: str) -> HttpResponse:
    """Show one warning: its forms, what stood or stands against it, who was told and who answered."""
    return _page(request, ref)


@require_POST
def act(request: Any, ref: str, verb: str) -> HttpResponse:
    """Do one thing to a warning; a refusal comes back with its reasons."""
    deed = DEEDS.get(verb)
    if deed is None:
        return redirect("warning", ref)
    try:
        to = deed(request, ref)
    except Refusal as refusal:
        return _page(request, ref, refused=verb, reasons=refusal.reasons, status=422)
    return redirect("warning_edit" if verb in ("update", "cancel") else "warning", to)


def _page(request: Any, ref: str, *, refused: str = "", reasons: Any = (), status: int = 200) -> HttpResponse:
    viewer, now = request.viewer, request.now
    row = found_or_refuse(read.warning_row(viewer, ref), "warning")
    draft = warnings.draft_of(viewer, ref)
    found = warnings.judge(viewer, draft, now=row.released_at or now)
    told = read.recipients(viewer, row)
    is_draft = row.state == "draft"
    inside = viewing.may(viewer, "read", "alert")
    shown = {
        "warning": row,
        "preview": found,
        "shows_inside": inside,
        "seen": warning_guards.mark_of(row),
        "findings": (found.findings if is_draft else _then(row)) if inside else (),
        "places": list(row.places.order_by("name")),
        "people": told,
        "told": len(told),
        "answered": sum(bool(one.answer) for one in told),
        "in_need": sum(one.answer == WelfareAnswer.HELP.value for one in told),
        "to_call": [one for one in told if not one.answer and (one.form == "voice" or _is_silent(one))],
        "answers": list(WelfareAnswer),
        "is_draft": is_draft,
        "is_over": row.expires_at <= now,
        "is_mine": row.made_by == viewer.account,
        "may_write": viewing.may(viewer, "create", "warning", row),
        "may_release": viewing.may(viewer, "release", "warning", row),
        "may_hurry": row.alert is not None and row.alert.priority == "P1",
        "timeline": deeds.told(record.timeline(viewer, [row.ref])) if inside else (),
        "refused": refused,
        "reasons": reasons,
        "typed": request.POST if refused else {},
    }
    return render(request, "warnings/warning.html", shown, status=status)


def _then(row: Any) -> list[Finding]:
    return [Finding(Because.from_json(found), False, "") for found in row.findings]


def _is_silent(one: Any) -> bool:
    """Return whether a text message did not leave: somebody has to be called instead."""
    return one.outgoing is None or one.outgoing.sent_at is None


def script(request: Any, ref: str, form: str, language: str) -> HttpResponse:
    """Show the script for the radio or the telephone alone, to be read or printed."""
    row = found_or_refuse(read.warning_row(request.viewer, ref), "warning")
    found = warnings.judge(request.viewer, warnings.draft_of(request.viewer, ref), now=row.released_at or request.now)
    chosen = next((one for one in found.forms if one.language == language), None)
    forms = found_or_refuse(chosen, "warning")
    lines = forms.voice if form == "voice" else forms.radio
    shown = {"warning": row, "lines": lines, "spoken": language, "form": form, "sender": warnings.sender_name()}
    return render(request, "warnings/script.html", shown)


@require_POST
def upload(request: Any) -> HttpResponse:
    """Take in the CAP file of another sender, and say what became of it."""
    gate.require(request.viewer, "create", "warning")
    file = request.FILES.get("file")
    if file is None:
        return _list(request, reasons=(Because("form.nothing_chosen", {"field": "file"}),), status=422)
    # The name that came along is not repeated: it may hold anything.
    found, row, _ = warning_files.take_file(
        request.viewer, file.read(warning_files.MOST_BYTES + 1), "file", now=request.now
    )
    if row is None:
        return _list(request, taken=found, problems=found.refused, status=422)
    return redirect("incoming_warning", row.ref)


def incoming(request: Any, ref: str) -> HttpResponse:
    """Show a warning of another sender: what they say, and the three facts of its signature."""
    gate.require(request.viewer, "read", "warning")
    row = found_or_refuse(read.incoming_row(request.viewer, ref), "warning")
    doubts = [_said(Problem(found["code"], "", found["facts"])) for found in row.doubts]
    return render(request, "warnings/incoming.html", {"row": row, "doubts": doubts})


@require_POST
def subscribe(request: Any) -> HttpResponse:
    """Make a feed of one's own; its address is shown once."""
    gate.require(request.viewer, "read", "warning")
    place = posted.text(request, "place")
    try:
        found, count = finding.find_places(request.viewer, place, most=1) if place else ([], 0)
        if place and not count:
            raise Refusal(Because("warn.no_place", {"ref": place}))
        token = warning_files.subscribe(
            request.viewer,
            label=posted.text(request, "label")[:60],
            sector=posted.text(request, "sector")[:20],
            place=found[0].ref if found else "",
            radius_km=gate.hours(request.POST.get("radius_km", ""), otherwise=10.0) if found else None,
            now=request.now,
        )
    except Refusal as refusal:
        return _list(request, reasons=refusal.reasons, status=422)
    return render(request, "warnings/subscribed.html", {"token": token})


@require_POST
def unsubscribe(request: Any, number: int) -> HttpResponse:
    """End a feed of one's own."""
    gate.require(request.viewer, "read", "warning")
    warning_files.unsubscribe(request.viewer, number, now=request.now)
    return redirect("warnings")


def _said(problem: Problem) -> str:
    language = (get_language() or "en").partition("-")[0]
    text = wording.say(f"problem.{problem.code}", problem.facts, language)
    line = problem.where.partition(", line ")[2]
    return f"{text} [{problem.code}{f', {line}' if line else ''}]"


def _seen(request: Any) -> str:
    return posted.text(request, "seen")[:64]


def _release(request: Any, ref: str) -> str:
    return str(warnings.release(request.viewer, ref, seen=_seen(request), now=request.now).ref)


def _at_once(request: Any, ref: str) -> str:
    why = posted.text(request, "why")[:400]
    return str(warnings.release_in_emergency(request.viewer, ref, seen=_seen(request), why=why, now=request.now).ref)


def _update(request: Any, ref: str) -> str:
    return str(warnings.follow(request.viewer, ref, CapKind.UPDATE, now=request.now).ref)


def _cancel(request: Any, ref: str) -> str:
    return str(warnings.follow(request.viewer, ref, CapKind.CANCEL, now=request.now).ref)


def _drop(request: Any, ref: str) -> str:
    return str(warnings.drop(request.viewer, ref, why=posted.text(request, "why")[:400], now=request.now).ref)


def _called(request: Any, ref: str) -> str:
    number = gate.number(request.POST.get("who", ""), least=0, most=10**9, otherwise=0)
    given = request.POST.get("answer", "")
    answer = WelfareAnswer(given) if given in list(WelfareAnswer) else None
    welfare.note_call(request.viewer, ref, number, answer=answer, now=request.now)
    return ref


DEEDS: Final[dict[str, Callable[[Any, str], str]]] = {
    "release": _release,
    "at-once": _at_once,
    "update": _update,
    "cancel": _cancel,
    "drop": _drop,
    "called": _called,
}
urlpatterns = [
    path("warnings/", list_warnings, name="warnings"),
    path("warnings/new/", compose, name="warning_new"),
    path("warnings/preview/", preview, name="warning_preview"),
    path("warnings/files/", upload, name="warning_upload"),
    path("warnings/feeds/", subscribe, name="warning_subscribe"),
    path("warnings/feeds/<int:number>/end/", unsubscribe, name="warning_unsubscribe"),
    path("warnings/others/<str:ref>/", incoming, name="incoming_warning"),
    path("warnings/<str:ref>/", one_warning, name="warning"),
    path("warnings/<str:ref>/write/", compose, name="warning_edit"),
    path("warnings/<str:ref>/script/<slug:form>/<slug:language>/", script, name="warning_script"),
    path("warnings/<str:ref>/<slug:verb>/", act, name="warning_act"),
]
