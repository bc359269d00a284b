"""Decisions, tasks, assets and gaps."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.alerts import Alert
from tocsin.store.models.places import Base, Place


class Asset(models.Model):
    """Something that can be sent. Authorised, deployed, serviceable and tasked are kept apart."""

    ref = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    base = models.ForeignKey(Base, on_delete=models.CASCADE, related_name="assets")
    strength = models.PositiveIntegerField(null=True, blank=True)
    authorised = models.PositiveIntegerField(null=True, blank=True)
    deployed = models.PositiveIntegerField(null=True, blank=True)
    serviceable = models.PositiveIntegerField(null=True, blank=True)
    tasked = models.PositiveIntegerField(null=True, blank=True)
    notice_min = models.FloatField(null=True, blank=True)
    night_capable = models.BooleanField(null=True, blank=True)
    languages = models.JSONField(default=list)
    women = models.PositiveIntegerField(null=True, blank=True)
    restrictions = models.JSONField(default=list)
    contingent = models.CharField(max_length=60, blank=True)
    sector = models.CharField(max_length=20, blank=True)
    map_on = models.DateField(null=True, blank=True, db_index=True)  # one map per mission-month
    map_mission = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "tocsin"


class Decision(models.Model):
    """What was decided on an alert, by whom, why, and the exact picture they saw."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=20)
    option = models.CharField(max_length=60, blank=True)
    why = models.TextField()
    authority = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    delegated_to = models.CharField(max_length=120, blank=True)
    picture = models.JSONField()
    picture_digest = models.CharField(max_length=64)

    class Meta:
        app_label = "tocsin"

    @property
    def ref(self) -> str:
        """Reference such as ``D-000141``."""
        return f"D-{self.pk:06d}"


class Task(models.Model):
    """Something a named owner must do by a time."""

    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE, related_name="tasks")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.CASCADE, related_name="tasks")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="tasks")
    what = models.CharField(max_length=200)
    owner = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="assigned")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    done_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        app_label = "tocsin"

    @property
    def ref(self) -> str:
        """Reference such as ``T-000141``."""
        return f"T-{self.pk:06d}"


class CommunityFeedback(models.Model):
    """What the village was told afterwards: what was done, or that nothing could be."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="feedback")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL)
    method = models.CharField(max_length=20)
    text = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=40)

    class Meta:
        app_label = "tocsin"


class CapabilityGap(models.Model):
    """A need that cannot be met, with what would close it."""

    kind = models.CharField(max_length=20)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="gaps")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="gaps")
    people = models.PositiveIntegerField(null=True, blank=True)
    because = models.JSONField(default=list)
    closes_with = models.JSONField(default=list)
    done_instead = models.TextField(blank=True)
    state = models.CharField(max_length=16, default="detected")
    raised_at = models.DateTimeField()
    raised_by = models.CharField(max_length=40)
    review_on = models.DateField()
    sector = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label = "tocsin"

    @property
    def ref(self) -> str:
        """Reference such as ``G-000141``."""
        return f"G-{self.pk:06d}"
