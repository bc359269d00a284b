"""Checks of the cells of a table: each gives the value, None where nothing is stated, or a Problem.

Nothing here opens a file: the checks are given text. A Problem never repeats text it found,
only its shape, so that no name and no number of a person leaves the file it stood in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from tocsin.core.reference.results import Problem

T = TypeVar("T")

# What programs write where nobody stated a figure.
UNSTATED = frozenset({"", "NA", "N/A", "na", "n/a", "NaN", "nan", "NULL", "null", "None"})
EARLIEST = date(1900, 1, 1)
# The greatest whole number that every database column takes.
MOST = 2_147_483_647

ROW_LEFT_OUT = "term.feed.row_left_out"
VALUE_LEFT_OPEN = "term.feed.value_left_open"

_PLAIN = re.compile(r"[-+]?\d{1,7}([.,]\d{1,8})?|\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.,]*(?:Z|[-+]\d{2}:?\d{2})?)?")
_DIGITS = re.compile(r"\d{1,18}")


class Cell(NamedTuple):
    """Where a cell stands. The header is row 1, as in a spreadsheet."""

    file: str
    row: int
    column: str

    def __str__(self) -> str:
        return f"{self.file} row {self.row}, column {self.column}"


def shape(text: str) -> str:
    """Return what a text looks like without repeating it, unless it is a plain figure or date.

    Examples
    --------
    >>> shape("128.6"), shape("Marie 12")
    ('128.6', 'aaaaa 99')
    """
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return text
    masked = _DIGIT.sub("9", _LETTER.sub("a", text[:24]))
    return masked + ("…" if len(text) > 24 else "")


def number(text: str, at: Cell, *, least: float, most: float, decimal_comma: bool = False) -> float | None | Problem:
    """Return the number in a cell, None where nothing is stated, or the problem with it."""
    value = _float(text, decimal_comma=decimal_comma)
    if value is None or least <= value <= most:
        return value
    return _wrong("FEED-012", text, at, least=least, most=most)


def latitude(text: str, at: Cell, *, decimal_comma: bool = False) -> float | None | Problem:
    """Return the latitude in a cell, None where nothing is stated, or the problem with it."""
    value = _float(text, decimal_comma=decimal_comma)
    if value is None or -90 <= value <= 90:
        return value
    return _wrong("FEED-014", text, at)


def longitude(text: str, at: Cell, *, decimal_comma: bool = False) -> float | None | Problem:
    """Return the longitude in a cell, None where nothing is stated, or the problem with it."""
    value = _float(text, decimal_comma=decimal_comma)
    if value is None or -180 <= value <= 180:
        return value
    return _wrong("FEED-015", text, at)


def integer(text: str, at: Cell, *, least: int = 0, most: int = MOST) -> int | None | Problem:
    """Return the whole number in a cell, None where nothing is stated, or the problem with it.

    A whole number written as ``12.0`` or ``1e+05`` is taken: spreadsheets and R write so.
    """
    text = text.strip()
    if text in UNSTATED:
        return None
    try:
        value: int | None = int(text) if "_" not in text else None
    except ValueError:
        value = _whole(text)
    if value is None:
        return _wrong("FEED-013", text, at, least=least, most=most)
    if value < least == 0:
        return _wrong("FEED-021", text, at)
    if not least <= value <= most:
        return _wrong("FEED-013", text, at, least=least, most=most)
    return value


def identifier(text: str, at: Cell) -> str | None | Problem:
    """Return the digits of an id, None where nothing is stated, or the problem with it.

    ``1.2E+05`` is refused here: a spreadsheet has cut the id short.
    """
    text = text.strip()
    if text in UNSTATED:
        return None
    return text if _DIGITS.fullmatch(text) else _wrong("FEED-023", text, at)


def day(text: str, at: Cell, *, earliest: date = EARLIEST, latest: date | None = None) -> date | None | Problem:
    """Return the date in a cell (YYYY-MM-DD, a time may follow), None, or the problem with it."""
    text = text.strip()
    if text in UNSTATED:
        return None
    try:
        value = date.fromisoformat(text[:10]) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        value = None
    if value is None:
        return _wrong("FEED-016", text, at)
    if latest is not None and value > latest:
        return _wrong("FEED-017", text, at, latest=latest.isoformat())
    if value < earliest:
        return _wrong("FEED-022", text, at, earliest=earliest.isoformat())
    return value


def words(text: str, at: Cell, *, longest: int = 100_000) -> str | None | Problem:
    """Return the text of a cell with its white space evened out, None, or the problem with it."""
    plain = " ".join(text.split())
    if not plain:
        return None
    if len(plain) > longest:
        return Problem("FEED-007", str(at), {"longest": longest, "effect": VALUE_LEFT_OPEN})
    if not plain.isprintable() and any(ord(sign) < 32 or ord(sign) == 127 for sign in plain):
        return Problem("FEED-018", str(at), {"effect": VALUE_LEFT_OPEN})
    return plain


def one_of(text: str, at: Cell, codes: Mapping[str, T]) -> T | None | Problem:
    """Return what the code in a cell stands for, None where nothing is stated, or the problem."""
    text = text.strip()
    if text in codes:
        return codes[text]
    if text in UNSTATED:
        return None
    return _wrong("FEED-019", text, at, expected=", ".join(codes))


def _float(text: str, *, decimal_comma: bool) -> float | None:
    text = text.strip()
    if text in UNSTATED:
        return None
    if decimal_comma and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        return float(text) if "_" not in text else math.nan
    except ValueError:
        return math.nan


def _whole(text: str) -> int | None:
    value = _float(text, decimal_comma=False)
    return int(value) if value is not None and math.isfinite(value) and value.is_integer() else None


def _wrong(code: str, text: str, at: Cell, **expected: object) -> Problem:
    return Problem(code, str(at), {"value": shape(text), **expected, "effect": VALUE_LEFT_OPEN})


class Row:
    """One row of a table, its cells by column name, and the problems found in it so far.

    A cell that is needed and cannot be had marks the row as `refused`; any other bad cell is
    left unknown. Every bad cell leaves one Problem in `problems`.
    """

    __slots__ = ("_cells", "_comma", "_index", "file", "place", "problems", "refused")

    def __init__(
        self, file: str, place: int, cells: Sequence[str], index: Mapping[str, int], *, comma: bool = False
    ) -> None:
        self.file = file
        self.place = place
        self.problems: list[Problem] = []
        self.refused = False
        self._cells = cells
        self._index = index
        self._comma = comma

    def raw(self, column: str) -> str:
        """Return the text of a cell as it stands, or "" where the table has no such column."""
        found = self._index.get(column)
        return "" if found is None else self._cells[found]

    def at(self, column: str) -> Cell:
        """Return where the cell of a column stands."""
        return Cell(self.file, self.place, column)

    def latitude(self, column: str, *, needed: bool = True) -> float | None:
        """Return the latitude in a column."""
        return self.take(column, needed, lambda text, at: latitude(text, at, decimal_comma=self._comma))

    def longitude(self, column: str, *, needed: bool = True) -> float | None:
        """Return the longitude in a column."""
        return self.take(column, needed, lambda text, at: longitude(text, at, decimal_comma=self._comma))

    def point(self, lat: str, lon: str, *, needed: bool = True) -> tuple[float, float] | None:
        """Return latitude and longitude; 0, 0 is refused, for it lies in the sea and means unknown."""
        if self.raw(lat).strip() in UNSTATED and self.raw(lon).strip() in UNSTATED:
            if needed:
                self.spoil("FEED-011", lat, needed=True)
            return None
        found = self.latitude(lat, needed=needed), self.longitude(lon, needed=needed)
        if found == (0.0, 0.0):
            self.spoil("FEED-024", lat, needed=needed)
            return None
        return None if found[0] is None or found[1] is None else (found[0], found[1])

    def integer(self, column: str, *, needed: bool = False, least: int = 0, most: int = MOST) -> int | None:
        """Return the whole number in a column."""
        text = self.raw(column)
        if text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
            return int(text)  # plain digits are nearly all there is; the rest is looked at closely
        return self.take(column, needed, lambda text, at: integer(text, at, least=least, most=most))

    def identifier(self, column: str, *, needed: bool = True) -> str | None:
        """Return the digits of an id in a column."""
        return self.take(column, needed, identifier)

    def day(self, column: str, *, needed: bool = True, latest: date | None = None) -> date | None:
        """Return the date in a column."""
        return self.take(column, needed, lambda text, at: day(text, at, latest=latest))

    def words(self, column: str, *, needed: bool = False) -> str | None:
        """Return the text in a column."""
        if not needed and not self.raw(column):
            return None
        return self.take(column, needed, words)

    def one_of(self, column: str, codes: Mapping[str, T], *, needed: bool = True) -> T | None:
        """Return what the code in a column stands for."""
        return self.take(column, needed, lambda text, at: one_of(text, at, codes))

    def not_after(self, column: str, found: date | None, latest: date | None) -> date | None:
        """Return a date read before unless it lies after `latest`, which refuses the row."""
        if found is None or latest is None or found <= latest:
            return found
        self.spoil("FEED-017", column, needed=True, value=found.isoformat(), latest=latest.isoformat())
        return None

    def spoil(self, code: str, column: str, *, needed: bool, **facts: object) -> None:
        """Note a problem that shows only when several cells are seen together."""
        effect = ROW_LEFT_OUT if needed else VALUE_LEFT_OPEN
        self.problems.append(Problem(code, str(self.at(column)), {**facts, "effect": effect}))
        self.refused = self.refused or needed

    def take(self, column: str, needed: bool, check: Callable[[str, Cell], T | None | Problem]) -> T | None:
        """Return what `check` makes of a cell; keep its problem, and refuse the row if it is needed."""
        text = self.raw(column)
        if not text and not needed:
            return None  # most tables lack most columns, and a world of events is long
        found = check(text, self.at(column))
        if isinstance(found, Problem):
            effect = ROW_LEFT_OUT if needed else VALUE_LEFT_OPEN
            self.problems.append(replace(found, facts={**found.facts, "effect": effect}))
            self.refused = self.refused or needed
            return None
        if found is None and needed:
            self.spoil("FEED-011", column, needed=True)
        return found
