from __future__ import annotations

from tocsin.core.forecast.surges.episodes import AlarmDay, episodes


def test_daily_alarms_over_one_surge_are_one_episode() -> None:
    days = [AlarmDay(day, frozenset({3, 4})) for day in (10, 11, 12, 20)]

    found = episodes(days, quiet_days=28)

    assert [(one.began, one.ended, one.alarms) for one in found] == [(10, 20, (0, 1, 2, 3))]


def test_another_place_or_a_long_quiet_is_another_episode() -> None:
    days = [AlarmDay(10, frozenset({3})), AlarmDay(11, frozenset({9})), AlarmDay(60, frozenset({3}))]

    found = episodes(days, quiet_days=28)

    assert [(one.began, set(one.places)) for one in found] == [(10, {3}), (11, {9}), (60, {3})]


def test_an_alarm_between_two_episodes_makes_them_one() -> None:
    days = [AlarmDay(10, frozenset({1})), AlarmDay(11, frozenset({2})), AlarmDay(12, frozenset({1, 2}))]

    found = episodes(days, quiet_days=28)

    assert [set(one.places) for one in found] == [{1, 2}]
