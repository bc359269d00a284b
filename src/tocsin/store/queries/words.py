"""Reads of proposals for the word lists, and of the messages that a new word is tried on."""

from __future__ import annotations

from django.db.models import QuerySet

from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import Message, Report, WordProposal


def proposals(viewer: Viewer, *, state: str = "proposed", most: int = 500) -> list[WordProposal]:
    """Return proposals whose reports the viewer may see, the newest first."""
    rows = _seen(viewer).filter(state=state) if state else _seen(viewer).exclude(state="proposed")
    return list(rows.order_by("-pk")[:most])


def alike(viewer: Viewer, number: int) -> list[WordProposal]:
    """Return a proposal that waits, with all that propose the same of the same words; none where it is not there."""
    one = _seen(viewer).filter(pk=number, state="proposed").first()
    if one is None:
        return []
    same = {"language": one.language, "field": one.field, "words": one.words, "corrected_to": one.corrected_to}
    rest = _seen(viewer).filter(state="proposed", **same).exclude(pk=one.pk).order_by("pk")
    return [one, *rest]


def recent_messages(viewer: Viewer, *, most: int) -> list[tuple[str, Message]]:
    """Return the newest reports that the viewer may read as told, each with its message; of one message the first."""
    if not access.sees(viewer, "narrative", "report"):
        return []
    rows = access.visible(viewer, "report", Report.objects.filter(position=0)).select_related(
        "message", "message__source"
    )
    return [(row.ref, row.message) for row in rows.order_by("-received_at", "-pk")[:most]]


def _seen(viewer: Viewer) -> QuerySet[WordProposal]:
    if not access.may(viewer, "read", "word"):
        return WordProposal.objects.none()
    reports = access.visible(viewer, "report", Report.objects.all())
    return WordProposal.objects.filter(report__in=reports).select_related("report")
