"""History of every record, the audit log with its seals, and the queue of work."""

from __future__ import annotations

from django.db import models


class HistoryEntry(models.Model):
    """What became of a record: its whole state after each change, so that any moment can be shown.

    `at` is when it became so; `recorded_at` when the row was written.
    """

    subject = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    verb = models.CharField(max_length=32)
    by = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["subject", "at", "id"], name="history_of_subject")]  # timeline, replay


class AuditEntry(models.Model):
    """Who did or saw what: references only, never a value. Append-only, guarded in the database."""

    at = models.DateTimeField()
    by = models.CharField(max_length=40)
    role = models.CharField(max_length=24)
    purpose = models.CharField(max_length=16)
    verb = models.CharField(max_length=32)
    subjects = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    result = models.CharField(max_length=12, default="done")
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["-at"], name="audit_newest")]  # audit page


class AuditSeal(models.Model):
    """A batch of audit entries bound to all before it: changing any of them shows."""

    entry_ids = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"


class SealedEntry(models.Model):
    """Which seal an audit entry lies under; its absence marks an entry that waits for a seal."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="sealed")
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT)

    class Meta:
        app_label = "tocsin"


class WorkItem(models.Model):
    """One thing to do, written in the transaction that made it necessary; claimed by a lease.

    At least once: every effect has its own key, so that doing it again changes nothing. What is due by
    `due_beat`, of a clock that nobody can set, is due, whatever the clock on the wall says.
    """

    dedupe_key = models.CharField(max_length=120, unique=True)
    verb = models.CharField(max_length=32)
    subject = models.CharField(max_length=40)
    run_at = models.DateTimeField()
    due_boot = models.CharField(max_length=36, blank=True)
    due_beat = models.FloatField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [
            # what is due and free
            models.Index(fields=["run_at"], name="work_due", condition=models.Q(done_at__isnull=True)),
            # what wakes people, before a flood of what is still to be read
            models.Index(fields=["verb", "run_at"], name="work_due_by_verb", condition=models.Q(done_at__isnull=True)),
        ]


class FeedLoad(models.Model):
    """One load of a dataset: what came in, what changed, and every problem."""

    feed = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    loaded_by = models.CharField(max_length=40)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)

    class Meta:
        app_label = "tocsin"
