"""Lessons, tied to the alert and the decision they came from."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.alerts import Alert
from tocsin.store.models.plans import Decision


class Lesson(models.Model):
    """An observation on its way to a changed practice."""

    title = models.CharField(max_length=200)
    theme = models.CharField(max_length=24)
    observation = models.TextField()
    discussion = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    harm = models.TextField(blank=True)
    alert = models.ForeignKey(Alert, null=True, on_delete=models.SET_NULL, related_name="lessons")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.SET_NULL, related_name="lessons")
    state = models.CharField(max_length=12, default="submitted")
    owner = models.CharField(max_length=80, blank=True)
    action = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    embedded_in = models.CharField(max_length=120, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    secrecy = models.PositiveSmallIntegerField(default=2)

    class Meta:
        app_label = "tocsin"

    @property
    def ref(self) -> str:
        """Reference such as ``L-000141``."""
        return f"L-{self.pk:06d}"
