"""Writes of calls already taken from a gateway."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tocsin.store.models import Gateway, SeenNonce

KEEP = timedelta(days=7)


def take_nonce(gateway: str, nonce: str, *, at: datetime) -> bool:
    """Remember one signed call; False when it was taken before. The database decides, not a look-up."""
    SeenNonce.objects.filter(seen_at__lt=at - KEEP).delete()
    try:
        with transaction.atomic():
            SeenNonce.objects.create(gateway=Gateway.objects.get(name=gateway), nonce=nonce, seen_at=at)
        return True
    except IntegrityError:
        return False
