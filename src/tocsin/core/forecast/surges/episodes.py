"""Episodes: days of alarm that tell of one surge, so that one surge is counted and answered once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlarmDay:
    """One day's alarm over some places."""

    day: int
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Episode:
    """A surge: its first and last day of alarm, the places it touched, and its alarms by their place in the input."""

    began: int
    ended: int
    places: frozenset[int]
    alarms: tuple[int, ...]


def episodes(alarms: Iterable[AlarmDay], *, quiet_days: int) -> tuple[Episode, ...]:
    """Return the alarms joined into episodes, in the order in which they began.

    Parameters
    ----------
    alarms : iterable of AlarmDay
        In any order.
    quiet_days : int
        An alarm joins an episode that shares a place with it and whose last alarm is no further back than
        this. As long as the scan's window is safe: until then the same cases can raise it again.

    Returns
    -------
    tuple of Episode
        An alarm that touches two open episodes makes them one.

    Examples
    --------
    >>> days = [AlarmDay(1, frozenset({4})), AlarmDay(3, frozenset({4, 5})), AlarmDay(60, frozenset({4}))]
    >>> [(one.began, one.ended) for one in episodes(days, quiet_days=28)]
    [(1, 3), (60, 60)]
    """
    done: list[Episode] = []
    live: list[Episode] = []
    for at, alarm in sorted(enumerate(alarms), key=lambda one: (one[1].day, one[0])):
        done += [one for one in live if alarm.day - one.ended > quiet_days]
        live = [one for one in live if alarm.day - one.ended <= quiet_days]
        touched = [one for one in live if one.places & alarm.places]
        joined = Episode(
            began=min([alarm.day, *(one.began for one in touched)]),
            ended=alarm.day,
            places=alarm.places.union(*(one.places for one in touched)),
            alarms=(*(number for one in touched for number in one.alarms), at),
        )
        live = [*(one for one in live if one not in touched), joined]
    return tuple(sorted([*done, *live], key=lambda one: (one.began, one.alarms)))
