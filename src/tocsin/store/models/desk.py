"""What the desk did to many records at once, who has seen what, hand-overs, and proposals for the word lists."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.evidence import Report
from tocsin.store.models.people import Account


class Deed(models.Model):
    """One action of a person on several records, written so that it can be undone as a whole.

    `kind` is ``triage``, ``merge``, ``split`` or ``merge_alerts``. `asked` is what was to be set.
    """

    kind = models.CharField(max_length=16)
    asked = models.JSONField(default=dict)
    why = models.CharField(max_length=400, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    undone_by = models.CharField(max_length=40, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["made_by", "-id"], name="deed_of_account")]  # what can be undone next


class DeedItem(models.Model):
    """What one deed did to one record: where it was, where it went, or why it stayed.

    `result` is ``done``, ``refused``, ``undone`` or ``kept`` (changed since by somebody, so not undone).
    """

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="items")
    subject = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    result = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["subject", "-id"], name="deed_of_subject")]  # record page


class RejectedPair(models.Model):
    """Two reports that a person said do not tell of one thing; they are not offered together again."""

    first = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    rejected_by = models.CharField(max_length=40)
    rejected_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="pair_rejected_once")]


class Sighting(models.Model):
    """Who opened a record, when first and when last: shown by post, never by a person's name."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    subject = models.CharField(max_length=40)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["subject", "account"], name="seen_once")]


class SavedFilter(models.Model):
    """A filter of the queue that an account keeps under a name."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="filter_named_once")]


class Handover(models.Model):
    """A hand-over of the watch. It stands once it is signed by the giver and accepted by the taker."""

    sector = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    signed_by = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.CharField(max_length=40, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["sector", "-id"], name="handover_newest")]  # the last of a sector

    @property
    def ref(self) -> str:
        """Reference such as ``H-000014``."""
        return f"H-{self.pk:06d}"


class HandoverVersion(models.Model):
    """What a hand-over said at one moment: figures and references of the record, and the giver's own words."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    written_by = models.CharField(max_length=40)
    written_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["handover", "number"], name="version_numbered_once")]


class WordProposal(models.Model):
    """A correction by a person, proposed for the word list of a field language.

    `concept` and `entry` are what became of it: the words written into the mission's own list, and
    what they stand for there. `why` is the reason of a rejection.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="word_proposals")
    language = models.CharField(max_length=8)
    field = models.CharField(max_length=24)
    words = models.CharField(max_length=200, blank=True)
    read_as = models.CharField(max_length=200, blank=True)
    corrected_to = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, default="proposed")
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    concept = models.CharField(max_length=40, blank=True)
    entry = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["state", "language"], name="words_to_settle")]  # page of proposals
