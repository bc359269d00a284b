"""A delimited table read as it streams: its header, its layout, its rows, and what is wrong with it.

Nothing here opens a file: the caller passes a stream that it has opened and will close.
"""

from __future__ import annotations

import csv
import errno
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import BinaryIO, Final

from tocsin.core.reference import rows
from tocsin.core.reference.lines import Lines, NoTable
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row

DELIMITERS: Final = ",;\t|"
# A quoted cell may run over lines, but not over so many: then a quote was left open.
MOST_LINES_OF_A_ROW: Final = 500
_COLUMN = re.compile(r"[A-Za-z_][\w .#/()%-]{0,40}")


class _TooLong(Exception):
    """The next line is too long to be a row."""


class _LeftOpen(Exception):
    """A quote was not closed within the lines a row may have."""


class _Source:
    """The lines given to the csv reader; it remembers those of the row it is in."""

    def __init__(self, lines: Lines) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str | None] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES_OF_A_ROW:
            raise _LeftOpen
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        if line is None:
            raise _TooLong
        self.taken.append(line)
        return line

    def put_back(self, lines: Iterable[str | None]) -> None:
        """Let these lines be read again, in their order."""
        self._ahead.extendleft(reversed(list(lines)))


class Table:
    """The rows of one stream.

    Attributes
    ----------
    header : tuple of str
        Names of the columns in lower case; empty where nothing could be read.
    opening : tuple of Problem
        What is wrong with the file as a whole.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self.header: tuple[str, ...] = ()
        self.opening: tuple[Problem, ...] = ()
        self._lines = Lines(stream)
        self._source = _Source(self._lines)
        self._place = 1
        self._told_western = False
        try:
            self._open()
        except NoTable as refused:
            self.opening = (Problem("FEED-009", name, {"found": _listed(refused.found)}),)

    def _open(self) -> None:
        first = ""
        try:
            while not first.strip():
                first = next(self._source)
                self._source.taken.clear()
        except StopIteration:
            code = "FEED-005" if self._lines.broken else "FEED-002"
            self.opening = (Problem(code, self.name, {"row": 0}),)
            return
        except (_TooLong, _LeftOpen):
            self.opening = (Problem("FEED-007", f"{self.name} row 1", {"effect": rows.ROW_LEFT_OUT}),)
            return
        self._source.put_back([first])
        delimiter = max(DELIMITERS, key=first.count)
        self._comma = delimiter == ";"
        self._reader = csv.reader(self._source, delimiter=delimiter, strict=True)
        try:
            names = next(self._reader)
        except (csv.Error, _TooLong, _LeftOpen):
            self.opening = (Problem("FEED-006", f"{self.name} row 1"),)
            return
        self.header = tuple(" ".join(name.strip(' #"').split()).lower() for name in names)
        doubled = sorted({name for name in self.header if name and self.header.count(name) > 1})
        self.opening = tuple(Problem("FEED-010", self.name, {"column": _shown(name)}) for name in doubled)

    def layout(self, known: Mapping[str, Collection[str]]) -> str | Problem:
        """Return the first of the known layouts whose columns are all here, or the problem."""
        here = set(self.header)
        for name, columns in known.items():
            if here.issuperset(columns):
                return name
        nearest = max(known, key=lambda name: len(here & set(known[name])) / len(known[name]))
        facts = {
            "found": _listed(_shown(name) for name in self.header[:40]),
            "expected": _listed(known[nearest]),
            "missing": _listed(name for name in known[nearest] if name not in here),
        }
        return Problem("FEED-003", self.name, facts)

    def rows(self) -> Iterator[Row | Problem]:
        """Yield every row that can be taken apart, and a problem for every other."""
        if not self.header:
            return
        # Where a column stands twice the first is read, and `opening` says so.
        index = {name: place for place, name in reversed(list(enumerate(self.header)))}
        width = len(self.header)
        while True:
            self._source.taken.clear()
            try:
                cells = next(self._reader)
            except StopIteration:
                break
            except (csv.Error, _TooLong, _LeftOpen) as refused:
                yield from self._recover(refused)
                continue
            if len(cells) != width:
                fitted = self._fitted(cells, width)
                if isinstance(fitted, Problem):
                    yield fitted
                    continue
                if fitted is None:
                    continue
                cells = fitted
            self._place += 1
            if self._place == 2 and _is_hxl(cells):
                continue
            yield Row(self.name, self._place, cells, index, comma=self._comma)
            yield from self._note_western()
        if self._lines.broken:
            yield Problem("FEED-005", self.name, {"row": self._place})

    def _fitted(self, cells: list[str], width: int) -> list[str] | Problem | None:
        """Return a row of odd length made fit, the problem with it, or None for an empty line."""
        if not any(cell.strip() for cell in cells):
            self._place += 1
            return None
        if len(cells) > width and not any(cells[width:]):
            return cells[:width]
        taken = self._source.taken
        self._place += 1
        if len(taken) > 1:
            # An open quote has swallowed the rows below; only the first of them is at fault.
            self._source.put_back(taken[1:])
            return Problem("FEED-006", f"{self.name} row {self._place}", {"effect": rows.ROW_LEFT_OUT})
        facts = {"found": len(cells), "expected": width, "effect": rows.ROW_LEFT_OUT}
        return Problem("FEED-008", f"{self.name} row {self._place}", facts)

    def _recover(self, refused: Exception) -> Iterator[Problem]:
        """Yield the problem with a row that cannot be taken apart, and go on at the line after it."""
        taken: list[str | None] = list(self._source.taken)
        self._place += 1
        where = f"{self.name} row {self._place}"
        too_long = isinstance(refused, _TooLong)
        if (too_long and not taken) or "field limit" in str(refused):
            yield Problem("FEED-007", where, {"effect": rows.ROW_LEFT_OUT})
        else:
            yield Problem("FEED-006", where, {"effect": rows.ROW_LEFT_OUT})
            self._source.put_back([*taken[1:], None] if too_long else taken[1:])

    def _note_western(self) -> Iterator[Problem]:
        if self._lines.western and not self._told_western:
            self._told_western = True
            yield Problem("FEED-004", f"{self.name} row {self._place}")


def read(
    stream: BinaryIO,
    name: str,
    layouts: Mapping[str, Collection[str]],
    reader_of: Callable[[str], Callable[[Row], Iterable[FeedItem]]],
) -> Iterator[FeedItem | Problem]:
    """Yield what the reader of the table's layout makes of its rows, and every problem.

    Parameters
    ----------
    stream : binary stream
        Opened by the caller, who also closes it.
    name : str
        Name of the file, for problems. Without its folder, which may tell who keeps it.
    layouts : mapping of str to collection of str
        The columns each known layout must have; the first that fits is taken.
    reader_of : callable
        Given a layout's name, returns what turns a row of it into items.
    """
    table = Table(stream, name)
    yield from table.opening
    if not table.header:
        return
    layout = table.layout(layouts)
    if isinstance(layout, Problem):
        yield layout
    else:
        yield from items(table, reader_of(layout))


def items(table: Table, read_row: Callable[[Row], Iterable[FeedItem]]) -> Iterator[FeedItem | Problem]:
    """Yield what `read_row` makes of every row, each id once, and every problem on the way."""
    first_at: dict[str, int] = {}
    for found in table.rows():
        if isinstance(found, Problem):
            yield found
            continue
        fresh = tuple(read_row(found))
        yield from found.problems
        for item in () if found.refused else fresh:
            if item.feed_id in first_at:
                facts = {"id": item.feed_id, "first": first_at[item.feed_id], "effect": rows.ROW_LEFT_OUT}
                yield Problem("FEED-020", f"{table.name} row {item.row}", facts)
            else:
                first_at[item.feed_id] = item.row
                yield item


def _is_hxl(cells: list[str]) -> bool:
    """Return whether a row holds the tags that humanitarian tables carry below their header."""
    told = [cell for cell in cells if cell.strip()]
    return bool(told) and all(cell.lstrip().startswith("#") for cell in told)


def _shown(name: str) -> str:
    """Return a column's name, or its shape where a first row without header may hold data."""
    return name if _COLUMN.fullmatch(name) else rows.shape(name)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"


def unopened(name: str, refused: OSError) -> Problem:
    """Return the problem that a file cannot be opened; the reason is the system's own code."""
    return Problem("FEED-001", name, {"reason": errno.errorcode.get(refused.errno or 0, "-")})
