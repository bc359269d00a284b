"""Warnings to the people at risk, who was told and answered, the keys they are signed with, and those of others."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.alerts import Alert, OutgoingMessage
from tocsin.store.models.people import Account
from tocsin.store.models.places import Place


class SigningKey(models.Model):
    """A key of the mission. The private half is sealed, and is destroyed when the key is retired."""

    purpose = models.CharField(max_length=10)
    name = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64, unique=True)
    private_sealed = models.BinaryField(null=True, blank=True)
    certificate = models.TextField()
    request = models.TextField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "tocsin"


class TrustAnchor(models.Model):
    """A certificate that somebody of the mission has checked by another way."""

    name = models.CharField(max_length=80)
    certificate = models.TextField()
    fingerprint = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=40)

    class Meta:
        app_label = "tocsin"


class CommunityWarning(models.Model):
    """What the people at risk are told. It always ends; carrying it on is an update of its own.

    `shape` holds rings and circles in degrees and km, `texts` what is said by language, `by_voice`
    the languages that an interpreter reads aloud, `asked` the author's answers, `findings` what
    stood against it when it was released. `cap` is the file as it was signed.
    """

    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="warnings")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    kind = models.CharField(max_length=8, default="Alert")
    is_exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="draft")
    reach = models.CharField(max_length=16)
    event = models.CharField(max_length=4)
    urgency = models.CharField(max_length=12)
    severity = models.CharField(max_length=12)
    certainty = models.CharField(max_length=12)
    places = models.ManyToManyField(Place, related_name="warnings")
    shape = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    by_voice = models.JSONField(default=list)
    tasks = models.JSONField(default=list)
    asked = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    sector = models.CharField(max_length=20, blank=True)
    secrecy = models.PositiveSmallIntegerField(default=2)
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=40, blank=True)
    is_emergency = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    identifier = models.CharField(max_length=80, null=True, unique=True)
    key = models.ForeignKey(SigningKey, null=True, on_delete=models.PROTECT, related_name="warnings")
    cap = models.TextField(blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [models.Index(fields=["state", "-expires_at"], name="warning_in_force")]  # feed, list of warnings

    @property
    def ref(self) -> str:
        """Reference such as ``W-000141``."""
        return f"W-{self.pk:06d}"


class WarningRecipient(models.Model):
    """Somebody in the area who is told, by text or by voice, and what they answered. The contact stays sealed."""

    warning = models.ForeignKey(CommunityWarning, on_delete=models.CASCADE, related_name="recipients")
    source = models.ForeignKey("tocsin.Source", null=True, on_delete=models.SET_NULL)
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    role = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8)
    form = models.CharField(max_length=8)
    outgoing = models.ForeignKey(OutgoingMessage, null=True, on_delete=models.SET_NULL)
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_through = models.CharField(max_length=16, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["warning", "source"], name="warned_once")]


class FeedSubscription(models.Model):
    """Whoever follows the warnings of a sector, a place and its surroundings, or all; by a token shown once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    label = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64, unique=True)
    sector = models.CharField(max_length=20, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE)
    radius_km = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class IncomingWarning(models.Model):
    """A warning of another sender, as it came: information of that sender, not a report of ours.

    `said` is what it says by language, `rings` its areas with few enough corners to draw,
    `signature` the three facts when it was read, `doubts` what a reader must know of.
    """

    sender = models.CharField(max_length=200)
    identifier = models.CharField(max_length=300)
    sent_at = models.DateTimeField()
    status = models.CharField(max_length=10)
    kind = models.CharField(max_length=8)
    scope = models.CharField(max_length=10)
    references = models.JSONField(default=list)
    said = models.JSONField(default=list)
    rings = models.JSONField(default=list)
    circles = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    signature = models.JSONField(default=dict)
    doubts = models.JSONField(default=list)
    body = models.BinaryField()
    secrecy = models.PositiveSmallIntegerField(default=2)
    received_at = models.DateTimeField(db_index=True)  # newest first
    received_by = models.CharField(max_length=40)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["sender", "identifier", "sent_at"], name="one_incoming_warning")]

    @property
    def ref(self) -> str:
        """Reference such as ``X-000141``."""
        return f"X-{self.pk:06d}"
