"""One measured number, with what was wanted of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a benchmark's table.

    `wanted` is shown as it is written ("<= 200"); `holds` tells whether it was kept, or is
    None where the number is only reported.
    """

    measure: str
    value: float | int | str | None
    unit: str = ""
    wanted: str = ""
    holds: bool | None = None
    note: str = ""

    @property
    def shown(self) -> str:
        """The value as a person reads it; a missing one is said to be unknown."""
        if self.value is None:
            return "unknown"
        return f"{self.value:,.4g}" if isinstance(self.value, float) else f"{self.value}"
