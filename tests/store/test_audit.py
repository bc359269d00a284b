"""The audit log: nothing in it can be altered, put in, taken out or dated back without showing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.store import rows
from tests.store.lasting import lift_guards, set_guards, together
from tocsin.core.reference.terms import Role
from tocsin.services import auditing
from tocsin.services.refusals import Refused
from tocsin.store import audit, vault
from tocsin.store.models import AuditEntry, AuditSeal, HistoryEntry, SealedEntry
from tocsin.store.writes import record

DUTY, AUDITOR = rows.viewer(Role.DUTY_OFFICER), rows.viewer(Role.AUDITOR)


def write_log(entries: int = 12, *, a_seal: int = 4) -> None:
    """Write entries, a seal after every few."""
    for number in range(entries):
        audit.enter(DUTY, "read", [f"R-{number:06d}"], at=rows.NIGHT + rows.minutes(number))
        if (number + 1) % a_seal == 0:
            audit.seal_waiting(rows.NIGHT + rows.minutes(number))


def found() -> set[str]:
    return {problem.code for problem in audit.verify()[1]}


def forged(**fields: Any) -> AuditEntry:
    """Return an entry as somebody writes it who has the database and the code, but not the key."""
    values = {"at": rows.NIGHT, "by": "duty", "role": "duty_officer", "purpose": "duty", "verb": "read", "subjects": [],
              "groups": [], "result": "done", **fields}  # fmt: skip
    return AuditEntry(**values, digest=vault.hashlib.sha256(repr(values).encode()).hexdigest())


def entry(position: int) -> AuditEntry:
    return AuditEntry.objects.order_by("pk")[position]


def seal(position: int) -> AuditSeal:
    return AuditSeal.objects.order_by("pk")[position]


def edit_who() -> None:
    AuditEntry.objects.filter(pk=entry(5).pk).update(by="somebody else")


def edit_and_digest_anew() -> None:
    changed = forged(by="somebody else", at=entry(5).at, subjects=entry(5).subjects)
    AuditEntry.objects.filter(pk=entry(5).pk).update(by=changed.by, digest=changed.digest)


def date_back() -> None:
    AuditEntry.objects.filter(pk=entry(5).pk).update(at=rows.NIGHT - timedelta(days=30))


def turn_refused_into_done() -> None:
    AuditEntry.objects.filter(pk=entry(5).pk).update(result="refused")


def date_a_seal_back() -> None:
    AuditSeal.objects.filter(pk=seal(1).pk).update(sealed_at=rows.NIGHT - timedelta(days=30))


def take_one_out() -> None:
    gone = entry(5)
    SealedEntry.objects.filter(entry=gone).delete()
    gone.delete()


def take_one_out_and_mend_its_seal() -> None:
    under, gone = seal(1), entry(5)
    take_one_out()
    under.entry_ids.remove(gone.pk)
    under.save()


def take_a_seal_out() -> None:
    SealedEntry.objects.filter(seal=seal(1)).delete()
    seal(1).delete()


def free_one_of_its_seal() -> None:
    SealedEntry.objects.filter(entry=entry(5)).delete()


def put_one_in() -> None:
    forged(at=rows.NIGHT + rows.minutes(5)).save()


def put_one_in_under_an_old_seal() -> None:
    new = forged(at=rows.NIGHT + rows.minutes(5))
    new.save()
    SealedEntry.objects.create(entry=new, seal=seal(1))


def swap_two() -> None:
    first, second = entry(5), entry(6)
    first.pk, second.pk = second.pk, first.pk
    first.save()
    second.save()


def swap_two_seals() -> None:
    first, second = seal(0), seal(1)
    AuditSeal.objects.filter(pk=first.pk).update(digest="x" * 64)
    AuditSeal.objects.filter(pk=second.pk).update(digest="y" * 64)
    first.pk, second.pk = second.pk, first.pk
    second.save()
    first.save()


TAMPERINGS: dict[Callable[[], None], str] = {
    edit_who: "SEC-002", edit_and_digest_anew: "SEC-002", date_back: "SEC-002", turn_refused_into_done: "SEC-002",
    date_a_seal_back: "SEC-003", take_one_out: "SEC-001", take_one_out_and_mend_its_seal: "SEC-003",
    take_a_seal_out: "SEC-003", free_one_of_its_seal: "SEC-003", put_one_in: "SEC-002",
    put_one_in_under_an_old_seal: "SEC-003", swap_two: "SEC-003", swap_two_seals: "SEC-003",
}  # fmt: skip


@pytest.fixture
def unguarded(db: None) -> None:
    """The database in the hands of somebody who may do anything but read the mission's key."""
    lift_guards()
    write_log()


@pytest.mark.django_db
def test_a_log_that_nobody_touched_is_whole():
    write_log(11)

    figures, problems = audit.verify()

    assert problems == []
    assert (figures["entries"], figures["seals"], figures["unsealed"]) == (11, 2, 3)
    assert figures["head"] == AuditSeal.objects.latest("pk").digest


@pytest.mark.parametrize(("tampering", "code"), TAMPERINGS.items(), ids=lambda one: getattr(one, "__name__", one))
def test_every_tampering_is_found(unguarded, tampering, code):
    assert found() == set()

    tampering()

    assert code in found()


def test_a_log_cut_off_and_sealed_anew_is_betrayed_by_the_head_written_down(unguarded):
    head = audit.verify()[0]["head"]
    SealedEntry.objects.filter(seal=seal(2)).delete()
    seal(2).delete()
    AuditEntry.objects.filter(pk__gte=entry(8).pk).delete()
    audit.enter(DUTY, "read", ["R-1"], at=rows.NIGHT)
    audit.seal_waiting(rows.NIGHT)

    silent, told = auditing.verify(AUDITOR, now=rows.NIGHT), auditing.verify(AUDITOR, now=rows.NIGHT, head=head)

    assert silent[1] == []
    assert [problem.code for problem in told[1]] == ["SEC-004"]


@pytest.mark.django_db
def test_a_head_written_down_is_found_again_after_more_was_written():
    write_log()
    head = audit.verify()[0]["head"]
    write_log()

    figures, problems = auditing.verify(AUDITOR, now=rows.NIGHT, head=head)

    assert (problems, figures["entries"]) == ([], 24)


def test_a_log_sealed_anew_without_the_key_does_not_hold(unguarded, settings):
    settings.VAULT_KEYS = {**settings.VAULT_KEYS, "vault": bytes(32)}
    take_a_seal_out()
    SealedEntry.objects.all().delete()
    AuditSeal.objects.all().delete()
    audit.seal_waiting(rows.NIGHT)
    settings.VAULT_KEYS = {**settings.VAULT_KEYS, "vault": vault.settings.VAULT_KEYS["handles"]}

    assert {"SEC-002", "SEC-003"} <= found()


GUARDED = ["tocsin_auditentry", "tocsin_auditseal", "tocsin_sealedentry", "tocsin_historyentry"]
COLUMNS = {"tocsin_auditentry": "by", "tocsin_auditseal": "previous", "tocsin_sealedentry": "seal_id",
           "tocsin_historyentry": "by"}  # fmt: skip


def run(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


@pytest.mark.django_db
@pytest.mark.parametrize("table", GUARDED)
def test_the_database_itself_refuses_to_change_or_delete_what_is_append_only(table):
    write_log(4)
    record.note(DUTY, "R-000001", "read", at=rows.NIGHT, after={})

    with pytest.raises(DatabaseError, match="append-only"):
        run(f'UPDATE {table} SET "{COLUMNS[table]}" = "{COLUMNS[table]}"')
    with pytest.raises(DatabaseError, match="append-only"):
        run(f"DELETE FROM {table}")

    assert found() == set()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no such statement")
@pytest.mark.parametrize("table", [*GUARDED, "tocsin_message"])
def test_the_database_itself_refuses_to_empty_what_is_append_only(table, lasting):
    record.note(DUTY, "R-000001", "read", at=rows.NIGHT, after={})
    audit.seal_waiting(rows.NIGHT)

    with pytest.raises(DatabaseError, match="append-only"):
        run(f"TRUNCATE {table} CASCADE")

    assert (AuditEntry.objects.count(), AuditSeal.objects.count(), SealedEntry.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("table", ["tocsin_auditentry", "tocsin_historyentry"])
def test_without_its_guard_a_table_would_let_itself_be_changed(unguarded, table):
    record.note(DUTY, "R-000001", "read", at=rows.NIGHT, after={})

    changed = run(f'UPDATE {table} SET "by" = "by"')
    set_guards()

    assert changed > 0
    with pytest.raises(DatabaseError, match="append-only"):
        run(f'UPDATE {table} SET "by" = "by"')


def test_the_deed_and_its_entry_stand_or_fall_together(lasting):
    before = AuditEntry.objects.count()

    def deed(*, then: str) -> None:
        with transaction.atomic():
            row = rows.report()
            record.note(DUTY, row.ref, "taken", at=rows.NIGHT, after={})
            assert then == "kept"

    with pytest.raises(AssertionError):
        deed(then="broken off")
    broken = (AuditEntry.objects.count(), HistoryEntry.objects.count())
    deed(then="kept")

    assert broken == (before, 0)
    assert (AuditEntry.objects.count(), HistoryEntry.objects.count()) == (before + 1, 1)


@pytest.mark.django_db
def test_a_deed_that_cannot_be_entered_is_not_done(monkeypatch):
    monkeypatch.setattr(audit, "digest_of", lambda values: None)

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.account("duty")
        record.note_many(DUTY, "made", ["account:duty"], at=rows.NIGHT)

    assert not rows.models.Account.objects.exists()


def test_many_sealers_at_once_make_one_chain(lasting):
    for number in range(40):
        audit.enter(DUTY, "read", [f"R-{number:06d}"], at=rows.NIGHT)

    def seal_and_write() -> int:
        sealed = 0
        for number in range(5):
            sealed += audit.seal_waiting(rows.NIGHT)
            audit.enter(DUTY, "read", [f"R-{number:06d}"], at=rows.NIGHT)
        return sealed

    done = together(*[seal_and_write] * 4)
    audit.seal_waiting(rows.NIGHT)
    figures, problems = audit.verify()

    assert [one for one in done if isinstance(one, Exception)] == []
    assert problems == []
    assert (figures["entries"], figures["unsealed"]) == (60, 0)
    assert len(set(AuditSeal.objects.values_list("previous", flat=True))) == figures["seals"]


@pytest.mark.django_db
def test_only_the_auditor_reads_the_log_and_that_is_entered_too():
    write_log(4)

    read = auditing.page(AUDITOR, now=rows.NIGHT)

    assert len(read) == 4
    assert AuditEntry.objects.latest("pk").verb == "audit_read"
    with pytest.raises(Refused):
        auditing.page(DUTY, now=rows.NIGHT)
    with pytest.raises(Refused):
        auditing.verify(rows.viewer(Role.ADMINISTRATOR), now=rows.NIGHT)


@pytest.mark.django_db
def test_the_log_can_be_asked_for_one_record_and_one_account():
    write_log(12)
    audit.enter(rows.viewer(Role.ANALYST), "read", ["R-000003", "R-000010"], at=rows.NIGHT)

    of_record = auditing.page(AUDITOR, now=rows.NIGHT, subject="R-000003")
    of_account = auditing.page(AUDITOR, now=rows.NIGHT, by="analyst")

    assert [one.by for one in of_record] == ["analyst", "duty_officer"]
    assert len(of_account) == 1


@pytest.mark.django_db
def test_twenty_thousand_entries_are_verified_within_seconds(record_property):
    values = {"at": rows.NIGHT, "by": "duty", "role": "duty_officer", "purpose": "duty", "verb": "read",
              "subjects": ["R-000001"], "groups": [], "result": "done"}  # fmt: skip
    digest = audit.digest_of(values)
    AuditEntry.objects.bulk_create((AuditEntry(**values, digest=digest) for _ in range(20_000)), batch_size=1000)
    audit.seal_waiting(rows.NIGHT)

    begun = time.process_time()
    figures, problems = audit.verify()
    record_property("seconds", took := time.process_time() - begun)

    assert (figures["entries"], figures["seals"], problems) == (20_000, 40, [])
    assert took < 10
