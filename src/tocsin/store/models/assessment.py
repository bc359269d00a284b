"""Versions of the imminence policy and assessments that were kept."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.places import Place


class ImminencePolicy(models.Model):
    """One version of the mission's written threshold, from the draft to what took its place.

    `effective_to` is set when the next version is approved, and may lie ahead: which version is in
    force follows from the moments alone. `difference` is what the approver was shown.
    """

    version = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=16)
    interpretation = models.CharField(max_length=12)
    qualifier = models.BooleanField()
    mandate_ref = models.CharField(max_length=120, blank=True)
    mandate_text = models.TextField(blank=True)
    thresholds = models.JSONField(default=dict)
    area = models.CharField(max_length=120, blank=True)
    caveats = models.JSONField(default=dict)
    anchors = models.JSONField(default=dict)
    grades = models.JSONField(default=dict)
    override_roles = models.JSONField(default=list)
    step_down_roles = models.JSONField(default=list)
    needs_observation = models.BooleanField(default=True)
    review_on = models.DateField(null=True, blank=True)
    changelog = models.TextField(blank=True)
    made_by = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    consulted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    why_not_consulted = models.TextField(blank=True)
    difference = models.JSONField(default=dict)
    effective_from = models.DateTimeField(null=True, blank=True)
    effective_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"


class PolicyParty(models.Model):
    """A component or contingent that is asked for its opinion of a version, and must acknowledge it once approved."""

    policy = models.ForeignKey(ImminencePolicy, on_delete=models.CASCADE, related_name="parties")
    component = models.CharField(max_length=24)
    contingent = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    opinion = models.CharField(max_length=12, blank=True)
    opinion_text = models.TextField(blank=True)
    opinion_by = models.CharField(max_length=40, blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=40, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    caveats = models.TextField(blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [
            models.UniqueConstraint(fields=["policy", "component", "contingent"], name="party_of_a_policy_once")
        ]


class PolicyProposal(models.Model):
    """An open alert that a new version would judge otherwise: proposed to a person, never changed silently."""

    policy = models.ForeignKey(ImminencePolicy, on_delete=models.CASCADE, related_name="proposals")
    alert = models.ForeignKey("tocsin.Alert", on_delete=models.CASCADE, related_name="policy_proposals")
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    because = models.JSONField(default=list)
    made_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, blank=True)
    why = models.TextField(blank=True)
    settled_by = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        constraints = [models.UniqueConstraint(fields=["policy", "alert"], name="alert_proposed_once")]


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
