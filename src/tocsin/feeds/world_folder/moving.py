"""Moves a world in time, so that an exercise or a demonstration can end today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.feeds.world_folder.types import DateSaid, MessageRow, World

_MONTHS = (
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december"),
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
     "novembre", "décembre"),
)  # fmt: skip


def shift_world(world: World, days: int) -> World:
    """Return the same world `days` later (earlier if negative), its weekdays kept.

    A calendar date spelled out in a message moves too, where the world marks it. The seasons do
    not: a world moved by half a year tells of cattle in the wrong season.

    Raises
    ------
    ValueError
        When `days` is not a multiple of 7: "last Sunday" in a message would become a Monday.
    """
    if days % 7:
        raise ValueError(f"days is {days}, expected a multiple of 7 so that weekdays stay")
    by = timedelta(days=days)
    moved: World = _moved(replace(world, problems=()), by)
    return replace(moved, problems=world.problems)


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, date):  # a datetime is a date
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(part, by) for part in value)
    if isinstance(value, Mapping):
        return {key: _moved(part, by) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, MessageRow):
            value = _reworded(value, by)
        return replace(value, **{one.name: _moved(getattr(value, one.name), by) for one in fields(value)})
    return value


def _reworded(row: MessageRow, by: timedelta) -> MessageRow:
    text = row.message.text
    dates: list[DateSaid] = []
    for said in row.dates:
        words = _said_again(said, said.on + by)
        text = text.replace(said.words, words)
        dates.append(DateSaid(words, said.on))
    return replace(row, message=replace(row.message, text=text), dates=tuple(dates))


def _said_again(said: DateSaid, on: date) -> str:
    """Return the words of a date with its day and month replaced, the rest as it was."""
    return " ".join(_word_again(word, said.on, on) for word in said.words.split(" "))


def _word_again(word: str, was: date | datetime, now: date | datetime) -> str:
    if word == str(was.day):
        return str(now.day)
    for months in _MONTHS:
        if word.casefold() == months[was.month - 1]:
            name = months[now.month - 1]
            return name.title() if word[:1].isupper() else name
    return word
