"""Pieces that become one message: parts of a long text message, calls that nobody was to answer."""

from __future__ import annotations

from django.db import models

from tocsin.store.models.evidence import Source


class Gathering(models.Model):
    """What is put together from pieces. `shown` is the message under which it was last put up.

    `total` is how many parts there should be, empty for calls. `handle` is the sender's keyed fingerprint.
    """

    gateway = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=8)
    channel = models.CharField(max_length=20)
    handle = models.CharField(max_length=64, blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL)
    reference = models.CharField(max_length=40, blank=True)
    total = models.PositiveSmallIntegerField(null=True, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    shown = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "tocsin"
        indexes = [
            # the newest set that a piece may belong to
            models.Index(fields=["gateway", "kind", "handle", "reference", "-id"], name="gathering_newest"),
            models.Index(fields=["last_at"], name="gathering_by_age"),  # purge
        ]


class Piece(models.Model):
    """One part or one call. Its fingerprint makes the same piece, sent again, count once."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="pieces")
    fingerprint = models.CharField(max_length=64, unique=True)
    position = models.PositiveSmallIntegerField()
    text_sealed = models.BinaryField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "tocsin"
