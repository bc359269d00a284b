"""The audit log: append-only entries, sealed in batches into one chain. References only, never a value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tocsin.core.reference.results import Problem
from tocsin.core.reference.viewer import Viewer
from tocsin.store import vault
from tocsin.store.models import AuditEntry, AuditSeal, SealedEntry

GENESIS = "0" * 64
BATCH = 500


def enter(
    viewer: Viewer,
    verb: str,
    subjects: Iterable[str],
    *,
    at: datetime,
    groups: Iterable[str] = (),
    result: str = "done",
) -> None:
    """Write one entry inside the caller's transaction: no entry, no deed."""
    values: dict[str, Any] = {
        "at": at,
        "by": viewer.account,
        "role": viewer.role.value,
        "purpose": viewer.purpose.value,
        "verb": verb,
        "subjects": sorted({_shown(subject) for subject in subjects}),
        "groups": sorted(set(groups)),
        "result": result,
    }
    AuditEntry.objects.create(digest=digest_of(values), **values)


def _shown(subject: str) -> str:
    """Return a reference as it can be kept: what somebody typed into an address may hold anything."""
    return "".join(letter for letter in subject if letter.isprintable())


def digest_of(values: dict[str, Any]) -> str:
    """Return the keyed digest of an entry's content in one fixed spelling."""
    spelled = {**values, "at": values["at"].timestamp()}
    return vault.mark(json.dumps(spelled, sort_keys=True, ensure_ascii=False), "audit entry")


def seal_waiting(now: datetime) -> int:
    """Bind entries that no seal covers yet to all before them; return how many."""
    sealed = 0
    while True:
        with transaction.atomic():
            _wait_for_other_sealers()
            last = AuditSeal.objects.order_by("-id").first()
            waiting = list(AuditEntry.objects.filter(sealed__isnull=True).order_by("id")[:BATCH])
            if not waiting:
                return sealed
            previous = last.digest if last else GENESIS
            ids = [entry.pk for entry in waiting]
            digest = _chain(previous, now, ids, [entry.digest for entry in waiting])
            seal = AuditSeal.objects.create(entry_ids=ids, previous=previous, digest=digest, sealed_at=now)
            SealedEntry.objects.bulk_create(SealedEntry(entry_id=pk, seal=seal) for pk in ids)
            sealed += len(ids)


def verify() -> tuple[dict[str, Any], list[Problem]]:
    """Check every entry and every seal; return figures and what was found altered.

    The head it returns is to be compared with one written down elsewhere: a log cut off and
    sealed anew from some point on is consistent in itself, and only another copy of the head shows it.
    """
    problems: list[Problem] = []
    previous, checked, seals = GENESIS, 0, 0
    for seal in AuditSeal.objects.order_by("id").iterator():
        entries = AuditEntry.objects.in_bulk(seal.entry_ids)
        seals += 1
        for pk in seal.entry_ids:
            problems += _entry_problems(pk, entries.get(pk))
            checked += 1
        if seal.previous != previous or not _is_whole(seal, entries):
            problems.append(Problem("SEC-003", f"audit seal {seal.pk}"))
        previous = seal.digest
    for entry in AuditEntry.objects.filter(sealed__isnull=True).iterator():
        problems += _entry_problems(entry.pk, entry)
        checked += 1
    waiting = AuditEntry.objects.filter(sealed__isnull=True).count()
    return {"entries": checked, "seals": seals, "unsealed": waiting, "head": previous}, problems


def has_head(head: str) -> bool:
    """Return whether a head written down earlier is still in the chain."""
    return AuditSeal.objects.filter(digest=head).exists()


def _entry_problems(pk: int, entry: AuditEntry | None) -> list[Problem]:
    if entry is None:
        return [Problem("SEC-001", f"audit entry {pk}")]
    names = ("at", "by", "role", "purpose", "verb", "subjects", "groups", "result")
    if digest_of({name: getattr(entry, name) for name in names}) != entry.digest:
        return [Problem("SEC-002", f"audit entry {pk}")]
    return []


def _is_whole(seal: AuditSeal, entries: dict[int, AuditEntry]) -> bool:
    """Return whether a seal holds what it held, and nothing was put under it since."""
    digests = [entries[pk].digest if pk in entries else "" for pk in seal.entry_ids]
    under = SealedEntry.objects.filter(seal=seal).order_by("entry_id").values_list("entry_id", flat=True)
    return list(under) == seal.entry_ids and seal.digest == _chain(
        seal.previous, seal.sealed_at, seal.entry_ids, digests
    )


def _chain(previous: str, sealed_at: datetime, ids: list[int], digests: list[str]) -> str:
    entries = (f"{pk} {digest}" for pk, digest in zip(ids, digests, strict=True))
    return vault.mark("\n".join([previous, str(sealed_at.timestamp()), *entries]), "audit seal")


def _wait_for_other_sealers() -> None:
    """Let one sealer at a time find the end of the chain, so that it never forks; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE tocsin_auditseal IN SHARE ROW EXCLUSIVE MODE")
