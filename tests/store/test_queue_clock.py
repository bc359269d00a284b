"""A clock that jumps keeps nothing waiting: leases and due times of a future that never was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.store.writes import record

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
DAY = timedelta(days=1)


def claimed(*, at=NOW) -> list[str]:
    found = []
    while item := record.claim("one", now=at, wall=at):
        found.append(f"{item.verb} {item.subject}")
        record.finish(item, wall=at)
    return found


def test_a_lease_given_by_a_clock_a_day_ahead_is_over_when_the_clock_is_right_again():
    record.enqueue("read", "M-000001", run_at=NOW)
    assert record.claim("ahead", now=NOW + DAY, wall=NOW + DAY)

    assert claimed() == ["read M-000001"]


def test_a_pause_given_by_a_clock_a_day_ahead_is_over_when_the_clock_is_right_again():
    record.enqueue("read", "M-000001", run_at=NOW)
    item = record.claim("ahead", now=NOW + DAY, wall=NOW + DAY)
    record.put_back(item, error="ValueError", wall=NOW + DAY)

    assert claimed() == ["read M-000001"]


@pytest.mark.parametrize("verb", ["read", "weigh", "alert"])
def test_what_came_in_while_the_clock_was_a_day_ahead_is_done_when_it_is_right_again(verb):
    record.enqueue(verb, "M-000001", run_at=NOW + DAY)

    assert claimed() == [f"{verb} M-000001"]


def test_a_next_look_planned_far_ahead_is_taken_early_and_never_late():
    record.enqueue("watch", "A-000001", run_at=NOW + DAY)
    record.enqueue("send", "7", run_at=NOW + DAY)

    assert claimed() == []
    assert record.call_back(now=NOW) == 2
    assert sorted(claimed()) == ["send 7", "watch A-000001"]


def test_a_lease_that_is_still_good_is_left_to_its_holder():
    record.enqueue("read", "M-000001", run_at=NOW)
    item = record.claim("one", now=NOW, wall=NOW)

    assert claimed(at=NOW + timedelta(seconds=29)) == []
    record.put_back(item, error="ValueError", wall=NOW)
    assert claimed(at=NOW + timedelta(seconds=4)) == []
