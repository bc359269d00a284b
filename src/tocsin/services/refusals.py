"""What a desk answers when it will not: with reasons, or as if there were nothing there."""

from __future__ import annotations

from typing import TypeVar

from tocsin.core.reference.results import Because
from tocsin.store.access import Refused

__all__ = ["Refusal", "Refused", "found_or_refuse"]

T = TypeVar("T")


class Refusal(Exception):
    """The rules do not allow it; `reasons` say why, for the person who asked."""

    def __init__(self, *reasons: Because) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


def found_or_refuse(record: T | None, kind: str) -> T:
    """Return the record, or refuse exactly as the gate does: refused and absent look alike."""
    if record is None:
        raise Refused(Because("access.not_found", {"kind": kind}))
    return record
