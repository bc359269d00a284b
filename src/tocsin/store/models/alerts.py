"""Alerts, who was told, and what was sent out."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.evidence import Incident, Report
from tocsin.store.models.people import Account
from tocsin.store.models.places import Place


class Alert(models.Model):
    """A record that demands a decision and an acknowledgement. It never expires by itself.

    `beats` holds, for each moment the ladder counts from, what a clock that nobody can set showed.
    `acknowledged_at` is of the level it stands at: an alert that is raised must be acknowledged anew.
    """

    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="alerts")
    place_text = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    sector = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=8)
    priority = models.CharField(max_length=2)
    imminence = models.CharField(max_length=12)
    is_provisional = models.BooleanField(default=True)
    state = models.CharField(max_length=40, default="open")
    events = models.JSONField(default=list)
    actors = models.JSONField(default=list)
    because = models.JSONField(default=list)
    policy_version = models.CharField(max_length=20)
    sensitivity = models.CharField(max_length=10, default="moderate")
    secrecy = models.PositiveSmallIntegerField(default=2)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="alerts")
    opened_at = models.DateTimeField()
    rung = models.SmallIntegerField(default=-1)
    told_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)
    screams_since = models.DateTimeField(null=True, blank=True)
    beats = models.JSONField(default=dict)
    first_acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    delegated_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=40, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    over_by = models.CharField(max_length=40, blank=True)
    determination = models.TextField(blank=True)
    rests_on = models.JSONField(default=list)
    response_class = models.CharField(max_length=1, blank=True)
    timing = models.CharField(max_length=10, blank=True)
    outcome = models.TextField(blank=True)
    truth = models.CharField(max_length=20, blank=True)
    feed_id = models.CharField(max_length=80, null=True, unique=True)
    is_drill = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged_from")

    class Meta:
        app_label = "tocsin"
        indexes = [
            models.Index(fields=["state", "priority", "-opened_at"], name="alert_queue"),  # duty queue
            models.Index(fields=["place", "-opened_at"], name="alert_by_place"),  # place page
            models.Index(fields=["lat", "lon"], name="alert_by_point"),  # what is near enough to be joined
            models.Index(fields=["opened_at"], name="alert_by_opening"),  # figures of a period
        ]

    @property
    def ref(self) -> str:
        """Reference such as ``A-000141``."""
        return f"A-{self.pk:06d}"


class AlertReport(models.Model):
    """A report that an alert rests on."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="alert_reports")
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="alert_report")
    joined_at = models.DateTimeField()
    because = models.JSONField(default=list)

    class Meta:
        app_label = "tocsin"


class Addressee(models.Model):
    """One person who is to be told of an alert: told, seen and acknowledged are three facts.

    `held_until` is when their quiet hours end; `unreached_at` when the last way to tell them failed
    for good; `stands_in_for` whose deputy they are; `told_level` the level they were told of.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="addressees")
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    rung = models.SmallIntegerField()
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_through = models.CharField(max_length=16, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_through = models.CharField(max_length=16, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    unreached_at = models.DateTimeField(null=True, blank=True)
    stands_in_for = models.CharField(max_length=40, blank=True)
    told_level = models.CharField(max_length=8, blank=True)
    withheld = models.JSONField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["alert", "account"], name="told_once")]


class CallLog(models.Model):
    """A call to somebody about an alert, written down by whoever made it."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="calls")
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    called_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    note = models.CharField(max_length=400, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"


class Harm(models.Model):
    """What people suffered before, during or after the response. None is not known, and never zero."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="harm")
    phase = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=20)
    least = models.PositiveIntegerField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reports = models.JSONField(default=list)
    note = models.CharField(max_length=400, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"


class HostRelay(models.Model):
    """What was passed on to an authority of the host State: the exact words, or why nothing was."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="relays")
    to = models.CharField(max_length=120)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)
    language = models.CharField(max_length=8, default="en")
    facts = models.JSONField(default=dict)
    withheld = models.JSONField(null=True, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"


class OutgoingMessage(models.Model):
    """What must leave: written in the transaction that decided it, sent by the worker.

    `code` and `facts` name the wording; the text is made at sending, in the reader's language.
    `route` is the way it took: a gateway, the spool folder, or the screen alone. Handed over, delivered,
    read and failed are four facts; only a person's acknowledgement is an acknowledgement.
    """

    dedupe_key = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=16)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    source = models.ForeignKey("tocsin.Source", null=True, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE, related_name="outgoing")
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=8, default="en")
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    text_sealed = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=120, blank=True)
    route = models.CharField(max_length=40, blank=True)
    routes_failed = models.JSONField(default=list)
    vendor_id = models.CharField(max_length=120, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [
            models.Index(fields=["route", "vendor_id"], name="outgoing_by_vendor"),  # delivery reports
            # what waits
            models.Index(fields=["id"], name="outgoing_unsent", condition=models.Q(sent_at__isnull=True)),
        ]
