from datetime import timedelta

import pytest

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.clocks import clocks_for, confirm_within, repeat_every
from tocsin.core.reference.terms import Priority

M, H, D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        (Priority.P1, (5 * M, 10 * M, 15 * M, 10 * M, 30 * M, 60 * M, 6 * H, 24 * H)),
        (Priority.P2, (15 * M, 30 * M, 60 * M, 30 * M, 2 * H, 6 * H, 24 * H, 72 * H)),
        (Priority.P3, (2 * H, 4 * H, 12 * H, 4 * H, 24 * H, 72 * H, 72 * H, 7 * D)),
        (Priority.P4, (D, D, None, None, 7 * D, None, 14 * D, 14 * D)),
    ],
)
def test_each_priority_has_the_limits_of_the_doctrine(priority, expected):
    clocks = clocks_for(priority, as_of=NOON)

    assert (
        clocks.call_back,
        clocks.triage,
        clocks.disseminate,
        clocks.acknowledge,
        clocks.decide,
        clocks.move,
        clocks.feedback,
        clocks.note,
    ) == expected


def test_a_more_urgent_priority_never_waits_longer_for_a_confirmation():
    limits = [confirm_within(priority, as_of=NOON) for priority in Priority]

    assert limits == sorted(limits)
    assert limits[-1] <= D


def test_reminders_come_at_the_acknowledgement_clock_or_once_a_day():
    assert repeat_every(Priority.P1, as_of=NOON) == 10 * M
    assert repeat_every(Priority.P4, as_of=NOON) == D
