"""Versions of the imminence policy, and who is asked: rows to core values, and back to columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from tocsin.core.assessment import types as core
from tocsin.core.assessment.consultation import Party
from tocsin.core.reference.terms import Component, Interpretation, PolicyOpinion
from tocsin.store import models

# A draft has no day yet; it sorts after all that have.
UNDATED: Final = datetime(9999, 1, 1, tzinfo=UTC)


def policy(row: models.ImminencePolicy) -> core.ImminencePolicy:
    """Return one version as the rules read it."""
    return core.ImminencePolicy(
        version=row.version,
        interpretation=Interpretation(row.interpretation),
        mandate_text=row.mandate_text,
        qualifier=row.qualifier,
        thresholds=row.thresholds,
        effective_from=row.effective_from or UNDATED,
        approved_by=row.approved_by,
        effective_to=row.effective_to,
        mandate_ref=row.mandate_ref,
        area=row.area,
        caveats={name: core.Caveat(**one) for name, one in row.caveats.items()},
        anchors={
            factor: {language: tuple(words) for language, words in said.items()} for factor, said in row.anchors.items()
        },
        grades=row.grades,
        override_roles=tuple(row.override_roles),
        step_down_roles=tuple(row.step_down_roles),
        needs_observation=row.needs_observation,
        review_on=row.review_on,
        changelog=row.changelog,
    )


def columns(value: core.ImminencePolicy) -> dict[str, Any]:
    """Return what a version says, as the columns of its row; never its moments, its status or who approved it."""
    return {
        "interpretation": value.interpretation.value,
        "qualifier": value.qualifier,
        "mandate_ref": value.mandate_ref,
        "mandate_text": value.mandate_text,
        "thresholds": dict(value.thresholds),
        "area": value.area,
        "caveats": {name: {"text": one.text, "reading": one.reading} for name, one in value.caveats.items()},
        "anchors": {
            factor: {language: list(words) for language, words in said.items()}
            for factor, said in value.anchors.items()
        },
        "grades": dict(value.grades),
        "override_roles": list(value.override_roles),
        "step_down_roles": list(value.step_down_roles),
        "needs_observation": value.needs_observation,
        "review_on": value.review_on,
        "changelog": value.changelog,
    }


def party(row: models.PolicyParty) -> Party:
    """Return who was asked, and what they said."""
    return Party(
        component=Component(row.component),
        contingent=row.contingent,
        asked_at=row.asked_at,
        opinion=PolicyOpinion(row.opinion) if row.opinion else None,
        text=row.opinion_text,
        due_at=row.due_at,
        acknowledged_at=row.acknowledged_at,
        caveats=row.caveats,
    )


def state(row: models.ImminencePolicy) -> dict[str, Any]:
    """Return everything of a version that a replay shows."""
    said = columns(policy(row))
    said["review_on"] = row.review_on.isoformat() if row.review_on else None
    moments = {
        name: moment.isoformat() if (moment := getattr(row, name)) else None
        for name in ("effective_from", "effective_to", "consulted_at", "approved_at")
    }
    return {
        "version": row.version,
        "status": row.status,
        "approved_by": row.approved_by or None,
        "why_not_consulted": row.why_not_consulted or None,
        **moments,
        **said,
    }
