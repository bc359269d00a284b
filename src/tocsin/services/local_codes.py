"""Read a message by what is agreed locally: the network's code sheet and the village's signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from tocsin.core.evidence import codebook
from tocsin.core.evidence.coded import Coded, Sheet, read_coded
from tocsin.core.evidence.coded_reading import as_reading, parts_to_ask
from tocsin.core.evidence.types import Reading
from tocsin.core.places.gazetteer import Gazetteer
from tocsin.core.reference.languages import normalise
from tocsin.core.reference.terms import Priority
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store.queries import networks as read
from tocsin.store.writes import networks as write
from tocsin.store.writes import record

_EXERCISE: Final = frozenset({"exercise", "exercice", "drill", "zoezi", "تمرين"})
_ALARMS: Final = (Priority.P1, Priority.P2)


def interpret(
    row: Any, readings: Sequence[Reading], *, gazetteer: Gazetteer, now: datetime
) -> tuple[tuple[Reading, ...], tuple[int, str] | None]:
    """Return the readings of a message with what local codes add, and the part to ask the sender about."""
    coded = _coded(row, gazetteer)
    asked = parts_to_ask(coded) if coded is not None else None
    first = as_reading(coded, readings[0], as_of=row.received_at) if coded is not None else readings[0]
    found = tuple(_by_signal(one, row, now) for one in (first, *readings[1:]))
    return _of_drill(row, found, now), asked


def _coded(row: Any, gazetteer: Gazetteer) -> Coded | None:
    """Return the message by the first of its source's code sheets that fits, the cleanest reading first."""
    home = gazetteer.by_ref.get(row.source.place.ref) if row.source and row.source.place else None
    sheets: list[Sheet] = read.sheets_for(row.source, on=row.received_at.date())
    tried = [read_coded(row.text, sheet, gazetteer=gazetteer, home=home) for sheet in sheets]
    return min((one for one in tried if one is not None), key=lambda one: len(one.problems), default=None)


def _by_signal(reading: Reading, row: Any, now: datetime) -> Reading:
    """Return the reading of a signal by its village's own code; the look into the code is audited."""
    if not codebook.is_signal(reading, row.text) or not codebook.hear(row.text):
        return reading
    place = reading.place.ref if reading.place else ""
    books = read.code_books(SYSTEM, place) if place else []
    if books:
        record.note_many(SYSTEM, "code_book_read", [f"place:{place}"], at=now, groups=["code_book"])
    values = [read.code_book_value(book) for book in books]
    return codebook.read_signal(reading, row.text, values, received_at=row.received_at)


def _of_drill(row: Any, readings: tuple[Reading, ...], now: datetime) -> tuple[Reading, ...]:
    """Take an alarm without the word EXERCISE for real although a drill runs: it must wake somebody."""
    if row.drill_id is None or _EXERCISE & set(normalise(row.text).split()):
        return readings
    if all(one.priority not in _ALARMS for one in readings):
        return readings
    record.note(SYSTEM, row.ref, "taken_for_real", at=now, after={"drill": row.drill.ref})
    write.in_drill(row, None)
    return tuple(replace(one, doubts=(*one.doubts, "during_drill")) for one in readings)
