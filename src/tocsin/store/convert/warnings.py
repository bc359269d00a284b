"""Warnings to the people at risk: rows to core values, and shapes to what a row holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np

from tocsin.core.places.shapes import Ring
from tocsin.core.places.types import Point
from tocsin.core.plans.community import Asked, CommunityWarning, WarningText
from tocsin.core.reference.terms import CapKind, Likelihood, Severity, Urgency, WarningReach
from tocsin.store import models
from tocsin.store.convert import places


def warning(row: models.CommunityWarning, *, sent_at: datetime) -> CommunityWarning:
    """Return a warning as the checks and the forms see it; a draft is judged as if sent at `sent_at`."""
    return CommunityWarning(
        kind=CapKind(row.kind),
        is_exercise=row.is_exercise,
        reach=WarningReach(row.reach),
        event=row.event,
        urgency=Urgency(row.urgency),
        severity=Severity(row.severity),
        certainty=Likelihood(row.certainty),
        sent_at=row.released_at or sent_at,
        expires_at=row.expires_at,
        places=tuple(places.place(place) for place in row.places.order_by("name", "pk")) if row.pk else (),
        rings=rings_of(row.shape),
        circles=circles_of(row.shape),
        texts={language: WarningText(language, **said) for language, said in row.texts.items()},
        by_voice=tuple(row.by_voice),
        tasks=tuple(row.tasks),
        asked=Asked(**row.asked),
        since_at=row.previous.released_at if row.previous else None,
    )


def shape_of(rings: Iterable[Ring], circles: Iterable[tuple[Point, float]]) -> dict[str, Any]:
    """Return shapes as a row holds them, with the six decimals in which they leave."""
    return {
        "rings": [[[round(float(lat), 6), round(float(lon), 6)] for lat, lon in ring] for ring in rings],
        "circles": [[round(centre.lat, 6), round(centre.lon, 6), km] for centre, km in circles],
    }


def rings_of(shape: dict[str, Any]) -> tuple[Ring, ...]:
    """Return the rings that a row holds."""
    return tuple(np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in shape.get("rings", ()))


def circles_of(shape: dict[str, Any]) -> tuple[tuple[Point, float], ...]:
    """Return the circles that a row holds."""
    return tuple((Point(lat, lon), km) for lat, lon, km in shape.get("circles", ()))


def warning_state(row: models.CommunityWarning) -> dict[str, Any]:
    """Return a warning as its history keeps it: plain values, and nobody who was told."""
    return {
        "ref": row.ref,
        "alert": row.alert.ref if row.alert else None,
        "previous": row.previous.ref if row.previous else None,
        "kind": row.kind,
        "is_exercise": row.is_exercise,
        "state": row.state,
        "reach": row.reach,
        "event": row.event,
        "urgency": row.urgency,
        "severity": row.severity,
        "certainty": row.certainty,
        "texts": row.texts,
        "shape": row.shape,
        "tasks": row.tasks,
        "asked": row.asked,
        "expires_at": row.expires_at.isoformat(),
        "made_by": row.made_by,
        "released_by": row.released_by,
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "is_emergency": row.is_emergency,
    }
