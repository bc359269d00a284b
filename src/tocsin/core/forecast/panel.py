"""From events to deaths by cell and month, and a count of the events that could not be placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.core.evidence.types import EventRecord
from tocsin.core.forecast.grid import cell_at
from tocsin.core.forecast.types import KINDS, Counts, Panel, month_index

# The first month of the dataset.
FIRST = month_index(1989, 1)
# As the dataset grades place and date: beyond these an event lies on the middle of a province, or in no known month.
PLACE_PRECISION = 2
DATE_PRECISION = 4
_KIND = {"state": "sb", "non_state": "ns", "one_sided": "os"}


@dataclass(slots=True)
class Gathered:
    """How many events came, and why some do not count.

    Attributes
    ----------
    read, counted
        Events given, and those that count.
    elsewhere
        In no cell of the area.
    place_unsure, date_unsure
        Known to a province or to a year only.
    deaths_unknown
        Without a best estimate.
    too_early
        Before the first month.
    last
        The last month in which the dataset has an event anywhere, None without events.
    """

    read: int = 0
    counted: int = 0
    elsewhere: int = 0
    place_unsure: int = 0
    date_unsure: int = 0
    deaths_unknown: int = 0
    too_early: int = 0
    last: int | None = None
    _months: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS}, repr=False)
    _cells: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS}, repr=False)
    _deaths: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS}, repr=False)

    def add(self, event: EventRecord, held: frozenset[int]) -> None:
        """Count one event, or note why it does not count."""
        month = month_index(event.start.year, event.start.month)
        self.read += 1
        self.last = month if self.last is None else max(self.last, month)
        cell = cell_at(event.lat, event.lon)
        if cell not in held:
            self.elsewhere += 1
        elif event.place_precision is not None and event.place_precision > PLACE_PRECISION:
            self.place_unsure += 1
        elif event.date_precision is not None and event.date_precision > DATE_PRECISION:
            self.date_unsure += 1
        elif event.deaths_best is None:
            self.deaths_unknown += 1
        elif month < FIRST:
            self.too_early += 1
        else:
            kind = _KIND[event.violence]
            self.counted += 1
            self._months[kind].append(month - FIRST)
            self._cells[kind].append(cell)
            self._deaths[kind].append(event.deaths_best)

    def told(self) -> dict[str, int]:
        """Return the counts by name."""
        names = ("read", "counted", "elsewhere", "place_unsure", "date_unsure", "deaths_unknown", "too_early")
        return {name: getattr(self, name) for name in names}

    def counts(self, kind: str, cells: Counts, months: int) -> Counts:
        """Return deaths of one kind, shape (n, months)."""
        found = np.zeros((len(cells), months), dtype=np.int32)
        at: NDArray[np.int64] = np.searchsorted(cells, np.asarray(self._cells[kind], dtype=np.int32))
        np.add.at(found, (at, np.asarray(self._months[kind], dtype=np.int64)), self._deaths[kind])
        return found


def gather_panel(events: Iterable[EventRecord], cells: Iterable[int]) -> tuple[Panel, Gathered]:
    """Return deaths of every cell of an area in every month of a dataset, and what does not count.

    Parameters
    ----------
    events
        All events of the dataset, of anywhere: the last of them tells the last month that is known.
    cells
        Every cell of the area, also those where nothing ever happened: a list made from events would know
        beforehand where some will happen.

    Raises
    ------
    ValueError
        There are no events, or no cells.

    Notes
    -----
    Source: UCDP GED codebook (place and date precision); best estimates by month of the start.
    Limits: an event that counts for nothing here is violence all the same; the counts say how many.
    """
    numbers = np.unique(np.asarray(list(cells), dtype=np.int32))
    held, gathered = frozenset(numbers.tolist()), Gathered()
    for event in events:
        gathered.add(event, held)
    if gathered.last is None or not len(numbers):
        raise ValueError(f"got {gathered.read} events and {len(numbers)} cells, expected some of both")
    months = gathered.last - FIRST + 1
    return Panel(numbers, FIRST, {kind: gathered.counts(kind, numbers, months) for kind in KINDS}), gathered
