"""Languages against needs: who has the watch now and can call back in the language of the caller.

Source: a base in Kiwanja had no interpreter for a month, and nobody could speak with those who
came to its gate; what was found a year later is an alarm here on the first day.
Limits: it compares languages, not people: that somebody speaks one says nothing of their line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from tocsin.core.alerts.types import OnDuty

# What the reader of messages writes where it could not tell the language.
UNTOLD = "und"
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language that callers speak, how many wait in it, and who on watch speaks it.

    `now` can call back at this hour; `resting` speak it as well and have their quiet hours.
    """

    language: str
    waiting: int
    now: tuple[OnDuty, ...]
    resting: tuple[OnDuty, ...]

    @property
    def is_alarm(self) -> bool:
        """Whether somebody waits whom nobody on watch can answer."""
        return self.waiting > 0 and not self.now


@dataclass(frozen=True, slots=True)
class Unheard:
    """A village of which nobody on watch speaks any language. `units` are means that do."""

    place: str
    languages: tuple[str, ...]
    units: tuple[str, ...]


def tongues(
    waiting: Mapping[str, int], watch: Iterable[OnDuty], *, quiet: Mapping[str, Hours], local: time
) -> tuple[Tongue, ...]:
    """Return every language that somebody waits in, those that nobody can answer first.

    Parameters
    ----------
    waiting : mapping of str to int
        Callers or reports by language.
    watch : iterable of OnDuty
        Who has the watch now.
    quiet : mapping of str to (time, time)
        The quiet hours of each account that has any.
    local : time
        The hour in the mission's zone.
    """
    on_watch = tuple(watch)
    found = []
    for language, count in waiting.items():
        if language == UNTOLD:
            continue
        able = [one for one in on_watch if language in one.speaks]
        resting = tuple(one for one in able if is_resting(quiet.get(one.account), local))
        found.append(Tongue(language, count, tuple(one for one in able if one not in resting), resting))
    return tuple(sorted(found, key=lambda one: (not one.is_alarm, -one.waiting, one.language)))


def unheard(
    villages: Mapping[str, Collection[str]], watch: Iterable[OnDuty], units: Mapping[str, Collection[str]]
) -> tuple[Unheard, ...]:
    """Return the villages of which nobody on watch speaks any language, with the units that do.

    A village whose languages nobody has entered is not judged: unknown is not spoken and not unspoken.

    Examples
    --------
    >>> unheard({"Kiwanja": ["swa"], "Oru": ["fr"]}, [], {"Company 2": ["fr"]})[1].units
    ('Company 2',)
    """
    spoken = {language for one in watch for language in one.speaks}
    return tuple(
        Unheard(place, tuple(languages), tuple(unit for unit, speaks in units.items() if set(speaks) & set(languages)))
        for place, languages in sorted(villages.items())
        if languages and not spoken & set(languages)
    )


def is_resting(hours: Hours | None, local: time) -> bool:
    """Return whether an hour lies in quiet hours, which may run over midnight.

    Examples
    --------
    >>> is_resting((time(22), time(6)), time(2)), is_resting((time(22), time(6)), time(12))
    (True, False)
    """
    if hours is None:
        return False
    begin, end = hours
    return begin <= local < end if begin <= end else local >= begin or local < end
