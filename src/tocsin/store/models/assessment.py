"""Versions of the imminence policy and assessments that were kept."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.places import Place


class ImminencePolicy(models.Model):
    """One version of the mission's written threshold."""

    version = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=16)
    interpretation = models.CharField(max_length=12)
    qualifier = models.BooleanField()
    mandate_ref = models.CharField(max_length=120, blank=True)
    mandate_text = models.TextField(blank=True)
    thresholds = models.JSONField(default=dict)
    approved_by = models.CharField(max_length=40, blank=True)
    effective_from = models.DateTimeField()
    effective_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class AssessmentRun(models.Model):
    """One assessment of the whole mission, kept with what it rested on."""

    as_of = models.DateTimeField(db_index=True)  # newest assessment at a moment
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=20)
    rules_digest = models.CharField(max_length=16)

    class Meta:
        app_label = "tocsin"


class MatrixLine(models.Model):
    """One line of a kept protection matrix."""

    run = models.ForeignKey(AssessmentRun, on_delete=models.CASCADE, related_name="lines")
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    rank = models.PositiveIntegerField()
    category = models.CharField(max_length=8)
    values = models.JSONField()

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="one_line_per_place")]


class LineAction(models.Model):
    """What a person added to a place's line: owner, action, override with its reason. Newest counts."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="line_actions")
    owner = models.CharField(max_length=80, blank=True)
    action = models.TextField(blank=True)
    residual = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    override_category = models.CharField(max_length=8, blank=True)
    why = models.TextField(blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_index=True)  # newest per place at a moment

    class Meta:
        app_label = "tocsin"
