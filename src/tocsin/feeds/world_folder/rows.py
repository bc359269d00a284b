"""Cells of a world folder: each reader returns a value, or a Problem is noted and the work goes on."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from tocsin.core.evidence.types import Count
from tocsin.core.places.types import Point
from tocsin.core.reference.results import Problem

Chosen = TypeVar("Chosen", bound=StrEnum)

_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"0", "false", "no"})


@dataclass(frozen=True, slots=True)
class Known:
    """Records that another file may refer to: their refs, and who bears which name."""

    file: str
    refs: Collection[str]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Row:
    """One row while it is read.

    A cell that is wrong becomes unknown and is reported. A cell without which the row says
    nothing makes the row `lost`, and the caller leaves the row out.
    """

    def __init__(self, where: str, cells: Mapping[str, str], found: list[Problem]) -> None:
        self.where = where
        self.lost = False
        self._cells = cells
        self._found = found

    def report(self, code: str, column: str, **facts: Any) -> None:
        """Note a problem in one column of this row."""
        self._found.append(Problem(code, f"{self.where}, column {column}", facts))

    def text(self, column: str, *, required: bool = False) -> str:
        """Return the cell without outer spaces; empty where it is empty."""
        said = (self._cells.get(column) or "").strip()
        if required and not said:
            self.report("WLD-005", column)
            self.lost = True
        return said

    def words(self, column: str) -> tuple[str, ...]:
        """Return the parts of a list written with ``|`` between them."""
        return tuple(part.strip() for part in self.text(column).split("|") if part.strip())

    def _refuse(self, column: str, required: bool, code: str, **facts: Any) -> None:
        self.report(code, column, **facts)
        self.lost = self.lost or required

    def one_of(self, column: str, allowed: Collection[str], *, required: bool = False) -> str:
        """Return the cell if it is one of `allowed`, else empty."""
        said = self.text(column, required=required)
        if said and said not in allowed:
            self._refuse(column, required, "WLD-006", value=said, expected=", ".join(sorted(allowed)))
            return ""
        return said

    def term(self, column: str, kind: type[Chosen], *, required: bool = False) -> Chosen | None:
        """Return the cell as a member of an enumeration; None where empty or wrong."""
        said = self.one_of(column, [member.value for member in kind], required=required)
        return kind(said) if said else None

    def terms(self, column: str, kind: type[Chosen]) -> tuple[Chosen, ...]:
        """Return a list of members; wrong ones are reported and left out."""
        allowed = {member.value for member in kind}
        for part in self.words(column):
            if part not in allowed:
                self.report("WLD-006", column, value=part, expected=", ".join(sorted(allowed)))
        return tuple(kind(part) for part in self.words(column) if part in allowed)

    def number(self, column: str, *, least: float = -math.inf, most: float = math.inf) -> float | None:
        """Return the cell as a finite number between the bounds; None where empty or wrong."""
        said = self.text(column)
        if not said:
            return None
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and least <= value <= most):
            self.report("WLD-007", column, value=said, least=_shown(least), most=_shown(most))
            return None
        return value

    def whole(self, column: str, *, least: int = 0, most: float = math.inf) -> int | None:
        """Return the cell as a whole number; None where empty or wrong."""
        value = self.number(column, least=least, most=most)
        if value is not None and value != int(value):
            self.report("WLD-007", column, value=self.text(column), least=least, most=_shown(most))
            return None
        return None if value is None else int(value)

    def count(self, stem: str) -> Count:
        """Return least and most from ``<stem>_least`` and ``<stem>_most``."""
        least, most = self.whole(f"{stem}_least"), self.whole(f"{stem}_most")
        if least is not None and most is not None and least > most:
            self.report("WLD-013", f"{stem}_least", least=least, most=most)
            return Count(None, None)
        return Count(least, most)

    def flag(self, column: str) -> bool | None:
        """Return 1 or 0 as a truth value; None where empty or wrong."""
        said = self.text(column).lower()
        if said and said not in _TRUE | _FALSE:
            self.report("WLD-006", column, value=said, expected="0, 1")
            return None
        return said in _TRUE if said else None

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Return an ISO date; None where empty or wrong."""
        said = self.text(column, required=required)
        try:
            return date.fromisoformat(said) if said else None
        except ValueError:
            self._refuse(column, required, "WLD-008", value=said, expected="2027-03-11")
            return None

    def moment(self, column: str, *, required: bool = False) -> datetime | None:
        """Return an ISO date-time with its offset; None where empty, wrong or without offset."""
        said = self.text(column, required=required)
        try:
            value = datetime.fromisoformat(said) if said else None
        except ValueError:
            value = None
        if said and (value is None or value.tzinfo is None):
            self._refuse(column, required, "WLD-008", value=said, expected="2027-03-11T22:00:00+01:00")
            return None
        return value

    def point(self, *, instead: Point | None = None, required: bool = True) -> Point | None:
        """Return lat and lon as a point, or `instead` where both are empty."""
        if not self.text("lat") and not self.text("lon") and (instead or not required):
            return instead
        lat, lon = self.number("lat", least=-90, most=90), self.number("lon", least=-180, most=180)
        if lat is None or lon is None:
            for column in ("lat", "lon"):
                if not self.text(column):
                    self.report("WLD-005", column)
            self.lost = self.lost or required
            return instead
        return Point(lat, lon)

    def ref(self, column: str, known: Known, *, required: bool = False) -> str | None:
        """Return a reference that `known` holds; None where empty or unknown."""
        said = self.text(column, required=required)
        return self._checked(column, said, known, required) if said else None

    def refs(self, column: str, known: Known) -> tuple[str, ...]:
        """Return a list of references; unknown ones are reported and left out."""
        found = (self._checked(column, part, known, False) for part in self.words(column))
        return tuple(part for part in found if part)

    def _checked(self, column: str, said: str, known: Known, required: bool) -> str | None:
        if said in known.refs:
            return said
        bearers = known.names.get(said.casefold(), ())
        if bearers:
            self._refuse(column, required, "WLD-011", value=said, refs=", ".join(bearers))
        else:
            self._refuse(column, required, "WLD-010", value=said, file=known.file)
        return None


class Folder:
    """A world folder while it is read, with the problems found so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Problem] = []

    def text(self, file: str, *, optional: bool = False) -> str | None:
        """Return the text of a file; None, and a problem, where there is none to read."""
        try:
            return (self.path / file).read_text("utf-8-sig")
        except FileNotFoundError:
            if not optional:
                self.found.append(Problem("WLD-001", file))
        except UnicodeDecodeError as wrong:
            self.found.append(Problem("WLD-002", file, {"byte": wrong.start}))
        return None

    def rows(self, file: str, columns: str, *, more: str = "", optional: bool = False) -> list[Row]:
        """Return the rows of a CSV file that has `columns`, and may have the columns `more`.

        Rows are counted as a spreadsheet shows them: the header is row 1.
        """
        text = self.text(file, optional=optional)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            lines = list(reader)
        except csv.Error:
            self.found.append(Problem("WLD-019", file, {"line": reader.line_num}))
            return []
        header = [name.strip() for name in lines[0]] if lines else []
        if not self._has_columns(file, header, columns.split(), more.split()):
            return []
        return list(self._rows(file, header, lines[1:]))

    def _has_columns(self, file: str, header: Sequence[str], needed: list[str], more: list[str]) -> bool:
        missing = [name for name in needed if name not in header]
        if missing:
            self.found.append(Problem("WLD-003", f"{file}, row 1", {"columns": ", ".join(missing)}))
        strange = [name for name in header if name not in needed and name not in more]
        if strange:
            self.found.append(Problem("WLD-004", f"{file}, row 1", {"columns": ", ".join(strange)}))
        return not missing

    def _rows(self, file: str, header: Sequence[str], lines: Iterable[list[str]]) -> Iterable[Row]:
        for number, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{file}, row {number}"
            if len(cells) != len(header):
                self.found.append(Problem("WLD-012", where, {"value": len(cells), "expected": len(header)}))
                continue
            yield Row(where, dict(zip(header, cells, strict=True)), self.found)


def first_of(rows: Iterable[Row], column: str = "ref") -> Iterable[tuple[str, Row]]:
    """Yield (ref, row) and leave out every row whose ref stood in an earlier row."""
    seen: set[str] = set()
    for row in rows:
        ref = row.text(column, required=True)
        if ref and ref in seen:
            row.report("WLD-009", column, value=ref)
            continue
        seen.add(ref)
        if ref:
            yield ref, row


def names_of(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return who bears each name, from (ref, name), in the order given."""
    bearers: dict[str, tuple[str, ...]] = {}
    for ref, name in pairs:
        key = name.casefold()
        bearers[key] = (*bearers.get(key, ()), ref)
    return bearers


def is_code(text: str) -> bool:
    """Return whether `text` is a code: small letters, digits and underscores."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", text) is not None


def _shown(bound: float) -> float | str:
    return bound if math.isfinite(bound) else "∞"
