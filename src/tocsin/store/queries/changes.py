"""Reads for the event stream: whether anything that a viewer may see has changed."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import Model

from tocsin.core.reference.viewer import Viewer
from tocsin.store import access
from tocsin.store.models import Alert, CapabilityGap, HistoryEntry, Incident, Lesson, Report
from tocsin.store.prepared import Prepared

_KINDS: Final[dict[str, tuple[str, type[Model]]]] = {
    "R": ("report", Report),
    "A": ("alert", Alert),
    "I": ("incident", Incident),
    "G": ("gap", CapabilityGap),
    "L": ("lesson", Lesson),
}
# Subjects that belong to an alert: they are seen by whoever sees alerts at all.
_OF_ALERTS: Final = frozenset("DT")
_MOST: Final = 500
_NEWEST = Prepared(lambda: HistoryEntry.objects.order_by("-pk").only("pk")[:1])


def stamp() -> int | None:
    """Return a figure that moves whenever another connection has written; None where the engine has none.

    SQLite keeps it in memory, so that asking twice a second costs next to nothing.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def newest() -> int:
    """Return the number of the newest history entry, 0 when there is none."""
    last = _NEWEST.first()
    return last.pk if last else 0


def subjects_after(number: int) -> list[str]:
    """Return the references of what changed after a history entry."""
    rows = HistoryEntry.objects.filter(id__gt=number).order_by("id").values_list("subject", flat=True)
    return list(dict.fromkeys(rows[:_MOST]))


def concerns(viewer: Viewer, subjects: list[str]) -> bool:
    """Return whether the viewer may see any of these records."""
    by_letter: dict[str, list[int]] = {}
    for subject in subjects:
        head, _, digits = subject.partition("-")
        if digits.isdecimal():
            by_letter.setdefault(head, []).append(int(digits))
    if by_letter.keys() & _OF_ALERTS and access.may(viewer, "read", "alert"):
        return True
    for letter, (kind, model) in _KINDS.items():
        numbers = by_letter.get(letter)
        if numbers and access.visible(viewer, kind, model._default_manager.filter(pk__in=numbers)).exists():
            return True
    return False
