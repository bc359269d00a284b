"""Erase: a source or an account that must not be found again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tocsin.core.reference.viewer import Viewer
from tocsin.services.refusals import found_or_refuse
from tocsin.store import access, erase
from tocsin.store.queries import alerts, evidence
from tocsin.store.writes import record


def erase_source(viewer: Viewer, ref: str, *, now: datetime) -> None:
    """Take away how to reach a source and how to know it again; what it told stays. Twice is once."""
    with transaction.atomic():
        access.require(viewer, "erase", "source")
        source = found_or_refuse(evidence.source_row(viewer, ref), "source")
        if source.erased_at is not None:
            return
        erase.erase_source(source, at=now)
        record.note_many(viewer, "source_erased", [source.ref], at=now, groups=["identity"])
    erase.leave_no_trace()


def erase_account(viewer: Viewer, username: str, *, now: datetime) -> None:
    """Close an account and take away how its holder is reached; what it did stays on record."""
    with transaction.atomic():
        access.require(viewer, "change", "account")
        erase.erase_account(found_or_refuse(alerts.account(username), "account"))
        record.note_many(viewer, "account_erased", [f"account:{username}"], at=now, groups=["identity"])
    erase.leave_no_trace()
