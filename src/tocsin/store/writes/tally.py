"""What a load has done so far, and the few steps that every kind of row shares."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from tocsin.core.reference.results import FeedItem

M = TypeVar("M", bound=Model)
NEAR_KM = 5.0


@dataclass(slots=True)
class Tally:
    """What a load has done so far. `changes` lists what a later release changed, field by field."""

    rows: int = 0
    added: int = 0
    revised: int = 0
    unchanged: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)


class Nearest(NamedTuple):
    position: int
    km: float


def nearest(gaps: NDArray[np.float64]) -> list[Nearest]:
    """Return for each row of a table of distances where the least stands; endlessly far where there is none."""
    if gaps.shape[1] == 0:
        return [Nearest(-1, inf)] * len(gaps)
    return [Nearest(int(row.argmin()), float(row.min())) for row in gaps]


def renew(model: type[M], value: str, fields: dict[str, Any], *, key: str = "ref") -> tuple[M, str]:
    """Write a row under its key; return it and whether it was added, revised or unchanged."""
    row, is_new = model._default_manager.get_or_create(**{key: value}, defaults=fields)
    if is_new:
        return row, "added"
    if all(getattr(row, name) == wanted for name, wanted in fields.items()):
        return row, "unchanged"
    for name, wanted in fields.items():
        setattr(row, name, wanted)
    row.save(update_fields=list(fields))
    return row, "revised"


def count_outcome(tally: Tally, outcome: str) -> None:
    setattr(tally, outcome, getattr(tally, outcome) + 1)


def short_ref(letter: str, key: str) -> str:
    # Twelve digits: with eight, two of a hundred thousand places would share one.
    return f"{letter}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def last_of_each(items: Sequence[FeedItem]) -> list[FeedItem]:
    """Return the items with a repeated id only as it stands last."""
    return list({item.feed_id: item for item in items}.values())
