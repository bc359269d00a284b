"""Read and verify the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tocsin.core.reference.results import Problem
from tocsin.core.reference.viewer import Viewer
from tocsin.store import access, audit
from tocsin.store.queries import record as read
from tocsin.store.writes import record


def verify(viewer: Viewer, *, now: datetime, head: str = "") -> tuple[dict[str, Any], list[Problem]]:
    """Seal what waits, then check every entry and seal; return figures and every sign of a change.

    `head` is a head written down earlier, outside this machine: a log that was cut off and sealed
    anew is consistent in itself, and only the missing head betrays it.
    """
    access.require(viewer, "read", "audit")
    audit.seal_waiting(now)
    figures, problems = audit.verify()
    if head and not audit.has_head(head):
        problems.append(Problem("SEC-004", "audit chain", {"head": head[:12]}))
    return figures, problems


def page(viewer: Viewer, *, now: datetime, before: int | None = None, subject: str = "", by: str = "") -> list[Any]:
    """Return a page of the log; reading the log is itself entered."""
    with transaction.atomic():
        rows = read.audit_page(viewer, before=before, subject=subject, by=by)
        record.note_many(viewer, "audit_read", [], at=now)
        return rows
