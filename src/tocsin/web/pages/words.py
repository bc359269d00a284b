"""Proposals for the word lists: what a correction would change is tried before anybody accepts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from tocsin.core.reference.own_words import concepts
from tocsin.services import viewing, wordlists
from tocsin.services.refusals import Refusal
from tocsin.store.queries import words as read
from tocsin.web import gate, posted


def show(request: Any) -> HttpResponse:
    """Show the proposals that wait, the mission's own lists, and what became of earlier ones."""
    viewer = request.viewer
    gate.require(viewer, "read", "word")
    context = {
        "groups": wordlists.grouped(viewer),
        "lists": wordlists.own_lists(),
        "history": read.proposals(viewer, state="", most=50),
    }
    return render(request, "words/words.html", context)


def proposal(request: Any, number: int) -> HttpResponse:
    """Show one proposal; with a word and what it stands for, what that would change."""
    return _proposal(request, number, request.GET)


def _proposal(request: Any, number: int, given: Any, *, reasons: Iterable[Any] = (), status: int = 200) -> HttpResponse:
    viewer = request.viewer
    gate.require(viewer, "read", "word")
    group = wordlists.group_of(viewer, number)
    entry, concept = gate.plain(given.get("entry", ""), 80), gate.plain(given.get("concept", ""), 40)
    tried = None
    if entry and not reasons:
        try:
            tried = wordlists.try_word(viewer, group.language, concept, entry, now=request.now)
        except Refusal as refusal:
            reasons, status = refusal.reasons, 422
    context = {
        "group": group, "tried": tried, "entry": entry or group.words.partition(",")[0], "concept": concept,
        "concepts": concepts(group.language), "reasons": tuple(reasons), "typed": request.POST,
        "may_settle": viewing.may(viewer, "settle", "word"),
    }  # fmt: skip
    return render(request, "words/proposal.html", context, status=status)


@require_POST
def settle(request: Any, number: int) -> HttpResponse:
    """Accept a word into the mission's own list, or reject it with the reason."""
    viewer = request.viewer
    gate.require(viewer, "settle", "word")
    try:
        if request.POST.get("verdict") == "accept":
            concept, entry = posted.text(request, "concept"), posted.text(request, "entry")
            wordlists.accept(viewer, number, concept, entry, now=request.now)
        else:
            wordlists.reject(viewer, number, why=posted.text(request, "why"), now=request.now)
    except Refusal as refusal:
        return _proposal(request, number, request.POST, reasons=refusal.reasons, status=422)
    return redirect("words")


def export(request: Any, language: str) -> HttpResponse:
    """Hand over the mission's own list of a language: words, and nothing of any report."""
    gate.require(request.viewer, "read", "word")
    try:
        text = wordlists.export(request.viewer, language)
    except Refusal:
        return redirect("words")
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="words_{language}.yaml"'
    return answer


urlpatterns = [
    path("words/", show, name="words"),
    path("words/<int:number>/", proposal, name="words_proposal"),
    path("words/<int:number>/settle/", settle, name="words_settle"),
    path("words/export/<slug:language>.yaml", export, name="words_export"),
]
