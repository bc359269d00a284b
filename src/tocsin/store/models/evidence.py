"""Sources, messages, reports, incidents and actors."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.places import Place


class Source(models.Model):
    """A person or body who told us, without who they are. The contact is sealed apart.

    `handle` is a keyed fingerprint of the contact, so that two messages from one phone are one
    source, and a stolen database is no telephone book.
    """

    ref = models.CharField(max_length=40, unique=True)
    handle = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=40, default="citizen_unregistered")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    languages = models.JSONField(default=list)
    letter = models.CharField(max_length=1, default="F")
    network = models.CharField(max_length=40, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class SealedContact(models.Model):
    """How to answer a source. Read by the reply sender and by custodians only."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="contact")
    sealed = models.BinaryField()

    class Meta:
        app_label = "tocsin"


class Message(models.Model):
    """A message as it arrived. Written once; never changed."""

    dedupe_key = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=20)
    vendor_id = models.CharField(max_length=120, blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL)
    text = models.TextField()
    place_hint = models.CharField(max_length=200, blank=True)
    language_hint = models.CharField(max_length=8, blank=True)
    received_at = models.DateTimeField(db_index=True)  # what was known when
    claimed_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    doubts = models.JSONField(default=list)
    consent = models.CharField(max_length=16, null=True, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    completes = models.CharField(max_length=20, null=True)  # the message shown before, of which this is the whole
    # Came in a drill: it and all that is made of it stays apart from what is real.
    drill = models.ForeignKey("tocsin.Drill", null=True, on_delete=models.SET_NULL, related_name="messages")
    recorded_by = models.CharField(max_length=40, null=True)  # the account that wrote it down; empty: it came by itself

    class Meta:
        app_label = "tocsin"

    @property
    def ref(self) -> str:
        """Reference such as ``M-000141``."""
        return f"M-{self.pk:06d}"


class Actor(models.Model):
    """A party. A community is listed as a moving party at most, never as a perpetrator."""

    ref = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    actor_type = models.CharField(max_length=24)
    aliases = models.JSONField(default=list)
    is_host = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "tocsin"


class Incident(models.Model):
    """What we hold happened or threatens. Toll: least and most; empty is unknown.

    `known_at` is when the mission could know it; `recorded_at` when the row was written.
    `started_day` counts days since 1970-01-01, so that no date function runs per row.
    """

    feed_id = models.CharField(max_length=80, null=True, unique=True)
    origin = models.CharField(max_length=20, default="report")
    release = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=16, blank=True)
    events = models.JSONField(default=list)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="incidents")
    lat = models.FloatField()
    lon = models.FloatField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    started_day = models.IntegerField()
    known_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=160, blank=True)
    actor_type = models.CharField(max_length=24, blank=True)
    other_side = models.CharField(max_length=160, blank=True)
    victim = models.CharField(max_length=24, blank=True)
    deaths_least = models.PositiveIntegerField(null=True, blank=True)
    deaths_best = models.PositiveIntegerField(null=True, blank=True)
    deaths_most = models.PositiveIntegerField(null=True, blank=True)
    toll = models.JSONField(default=dict)
    state = models.CharField(max_length=16)
    imminence = models.CharField(max_length=12, default="none")
    is_ended = models.BooleanField(null=True, blank=True)
    priority = models.CharField(max_length=2, blank=True)
    sources_count = models.PositiveIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=2, blank=True)
    sensitivity = models.CharField(max_length=10, default="moderate")
    secrecy = models.PositiveSmallIntegerField(default=2)
    sector = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=80, blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    place_precision = models.PositiveSmallIntegerField(null=True, blank=True)
    discovered_by = models.CharField(max_length=24, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [
            models.Index(fields=["started_day", "lat", "lon"], name="incident_by_day"),  # assessment window
            models.Index(fields=["place", "-started_day"], name="incident_by_place"),  # place page, newest first
            models.Index(fields=["sector", "-started_day"], name="incident_by_sector"),  # lists of a desk
        ]

    @property
    def ref(self) -> str:
        """Reference such as ``I-000141``."""
        return self.ref_of(self.pk)

    @staticmethod
    def ref_of(pk: int) -> str:
        """Return the reference of the row with this number."""
        return f"I-{pk:06d}"


class IncidentVersion(models.Model):
    """What an incident said before a revision, and until when it said so."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="versions")
    values = models.JSONField()
    release = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(db_index=True)  # replay of a past moment

    class Meta:
        app_label = "tocsin"


class Report(models.Model):
    """One claim read from one message, with its grade and its place in the verification.

    `component` is the part of the mission that brought it in; empty where it came from outside.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="reports")
    position = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.SET_NULL, related_name="reports")
    kind = models.CharField(max_length=20)
    events = models.JSONField(default=list)
    imminence = models.CharField(max_length=12)
    priority = models.CharField(max_length=2)
    language = models.CharField(max_length=8)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="reports")
    observed_place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="+")
    place_text = models.CharField(max_length=200, blank=True)
    place_precision = models.PositiveSmallIntegerField(default=4)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    time_precision = models.CharField(max_length=12, default="unknown")
    actor_name = models.CharField(max_length=160, blank=True)
    actor_type = models.CharField(max_length=24, blank=True)
    actor_certainty = models.CharField(max_length=8, blank=True)
    strength = models.JSONField(null=True, blank=True)
    weapons = models.JSONField(default=list)
    toll = models.JSONField(default=dict)
    is_hearsay = models.BooleanField(default=False)
    sensitivity = models.CharField(max_length=10)
    secrecy = models.PositiveSmallIntegerField(default=2)
    flags = models.JSONField(default=list)
    doubts = models.JSONField(default=list)
    because = models.JSONField(default=list)
    grade_source = models.CharField(max_length=1, default="F")
    grade_content = models.PositiveSmallIntegerField(default=6)
    grade_because = models.JSONField(default=list)
    state = models.CharField(max_length=16, default="received")
    sector = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField()
    holder = models.CharField(max_length=40, blank=True)
    is_drill = models.BooleanField(default=False)
    component = models.CharField(max_length=24, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="one_reading_per_position")]
        indexes = [
            models.Index(fields=["state", "priority", "-received_at"], name="report_queue"),  # by the clock
            models.Index(fields=["place", "-received_at"], name="report_by_place"),  # place page
            models.Index(fields=["lat", "lon"], name="report_by_point"),  # what is near enough to join
            models.Index(  # how many wait, are late, in which language: answered from the index alone
                fields=["state", "priority", "received_at", "holder", "language", "secrecy", "is_drill", "sector"],
                name="report_counts",
            ),
            # duty queue in its usual order: the judged are passed over inside the index
            models.Index(fields=["priority", "-received_at", "-id", "state"], name="report_open"),
            models.Index(fields=["received_at", "lat", "lon"], name="report_by_time"),  # what may be the same event
        ]

    @property
    def ref(self) -> str:
        """Reference such as ``R-000141``."""
        return f"R-{self.pk:06d}"
