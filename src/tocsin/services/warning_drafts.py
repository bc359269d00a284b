"""Begin a warning from few words: what is left out is proposed by the alert, its places and their languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tocsin.core.plans.community import Asked, WarningText, events_to_warn_of
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import WarningReach
from tocsin.core.reference.viewer import Viewer
from tocsin.services import warnings
from tocsin.services.refusals import Refusal
from tocsin.services.warnings import Draft
from tocsin.store.queries import warnings as read


def write(viewer: Viewer, given: Mapping[str, Any], *, now: datetime, ref: str = "") -> Any:
    """Keep a draft, new or written over, with a text to begin with in every language it needs.

    Raises
    ------
    Refusal
        When nothing is said at all, or a place or an event is not known.
    """
    if not any(_is_said(name, value) for name, value in given.items()):
        raise Refusal(Because("form.nothing_chosen", {"field": "places"}))
    begun = warnings.draft_of(viewer, ref) if ref else warnings.proposal(viewer, alert=given.get("alert", ""), now=now)
    draft = _with(viewer, begun, given)
    return warnings.save(viewer, warnings.with_texts(viewer, draft, now=now), ref=ref, now=now)


def _is_said(name: str, value: Any) -> bool:
    """Whether something was said: "no" is an answer, save to whether it is an exercise."""
    return value not in (None, "", [], {}) and not (name == "is_exercise" and value is False)


def _with(viewer: Viewer, begun: Draft, given: Mapping[str, Any]) -> Draft:
    """Return the draft with all that was given, and the rest as it was."""
    places = tuple(dict.fromkeys(given.get("places") or begun.places))
    known = {row.ref for row in read.places_named(viewer, places)}
    unknown = next((ref for ref in places if ref not in known), None)
    if unknown is not None:
        raise Refusal(Because("warn.no_place", {"ref": unknown}))
    event = given.get("event") or begun.event
    if event not in events_to_warn_of():
        raise Refusal(Because("form.nothing_chosen", {"field": "event"}))
    texts = {code: WarningText(code, **parts) for code, parts in (given.get("texts") or {}).items()}
    return replace(
        begun,
        places=places,
        event=event,
        reach=WarningReach(given["reach"]) if given.get("reach") else begun.reach,
        expires_at=given.get("expires_at") or begun.expires_at,
        is_exercise=begun.is_exercise or bool(given.get("is_exercise")),
        texts={**begun.texts, **texts},
        tasks=tuple(given.get("tasks") or begun.tasks),
        asked=_asked(begun.asked, given),
    )


def _asked(begun: Asked, given: Mapping[str, Any]) -> Asked:
    """Return the author's answers; a question that was not answered now keeps its answer."""
    answers = {name: given.get(name) for name in Asked.__slots__}
    return replace(begun, **{name: said for name, said in answers.items() if said is not None})
