from datetime import timedelta

import pytest

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.rota import conflicts, holes, watch_of
from tocsin.core.alerts.types import Hole, Shift

HOUR = timedelta(hours=1)
EARLY = Shift("duty", "west", NOON, NOON + 8 * HOUR, number=1)
LATE = Shift("other", "west", NOON + 8 * HOUR, NOON + 16 * HOUR, number=2)


def watch(account: str, shifts, *, at=NOON, marked=False):
    return watch_of(account, shifts, marked_on_duty=marked, as_of=at)


def test_the_rota_counts_for_who_stands_in_it_and_the_mark_for_the_others():
    assert watch("duty", [EARLY, LATE]).has_it
    assert not watch("other", [EARLY, LATE], marked=True).has_it
    assert watch("head", [EARLY, LATE], marked=True).has_it
    assert not watch("head", [EARLY, LATE]).has_it


def test_a_watch_ends_at_the_minute_at_which_the_next_begins():
    end = EARLY.ends_at

    assert not watch("duty", [EARLY, LATE], at=end).has_it
    assert watch("other", [EARLY, LATE], at=end).has_it


def test_two_watches_without_a_break_end_with_the_second():
    second = Shift("duty", "west", EARLY.ends_at, EARLY.ends_at + HOUR)

    assert watch("duty", [EARLY, second]).until == second.ends_at


def test_who_is_away_has_no_watch_whatever_the_rota_or_the_mark_says():
    away = Shift("duty", "", NOON - HOUR, NOON + HOUR, is_absence=True)

    found = watch("duty", [EARLY, away], marked=True)

    assert (found.has_it, found.is_away, found.until) == (False, True, away.ends_at)


def test_a_rota_that_ended_long_ago_binds_nobody():
    assert watch("duty", [EARLY], at=NOON + timedelta(days=30), marked=True).has_it


def test_each_stretch_without_a_watch_is_found_and_an_absence_makes_one():
    away = Shift("other", "", LATE.starts_at + HOUR, LATE.starts_at + 2 * HOUR, is_absence=True)

    found = holes([EARLY, LATE, away], ["west", "east"], since=NOON, until=NOON + 17 * HOUR)

    assert found == (
        Hole("west", NOON + 9 * HOUR, NOON + 10 * HOUR),
        Hole("west", NOON + 16 * HOUR, NOON + 17 * HOUR),
        Hole("east", NOON, NOON + 17 * HOUR),
    )


def test_a_watch_of_every_sector_leaves_no_hole():
    assert holes([Shift("duty", "", NOON, NOON + HOUR)], ["west", "east"], since=NOON, until=NOON + HOUR) == ()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (Shift("duty", "west", NOON + HOUR, NOON), "rota.ends_before_it_starts"),
        (Shift("duty", "west", NOON - 3 * HOUR, NOON - HOUR), "rota.is_over"),
        (Shift("head", "west", NOON, NOON + 30 * HOUR), "rota.too_long"),
        (Shift("duty", "east", NOON + 7 * HOUR, NOON + 9 * HOUR), "rota.has_watch_then"),
        (Shift("duty", "", NOON + 7 * HOUR, NOON + 60 * HOUR, is_absence=True), "rota.has_watch_then"),
    ],
)
def test_an_entry_that_cannot_stand_is_refused_with_the_reason(wanted, code):
    assert [found.code for found in conflicts(wanted, [EARLY, LATE], as_of=NOON)] == [code]


def test_two_people_may_have_one_watch_together_and_one_may_follow_the_other():
    assert conflicts(Shift("head", "west", NOON, NOON + HOUR), [EARLY], as_of=NOON) == ()
    assert conflicts(Shift("duty", "west", EARLY.ends_at, EARLY.ends_at + HOUR), [EARLY], as_of=NOON) == ()
