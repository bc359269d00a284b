"""When a node's silence is noticed, what may explain it, and when it is an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone

import pytest

from tocsin.core.alerts.silence import Node, Silent, alarms, judge, limit_of, next_check
from tocsin.core.reference.terms import Coverage, DeviceState, NodeState, Rhythm

NOW = datetime(2027, 3, 12, 6, tzinfo=UTC)
ZONE = timezone(timedelta(hours=1))
NODE = Node("F-000001", "west", Rhythm.DAILY, NOW - timedelta(days=40), NOW - timedelta(hours=10))


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def state(node: Node) -> NodeState:
    return judge(node, as_of=NOW, zone=ZONE).value


def codes(node: Node) -> list[str]:
    return [because.code for because in judge(node, as_of=NOW, zone=ZONE).reasons]


def test_a_node_is_silent_when_its_limit_is_past_and_not_a_minute_before() -> None:
    limit = limit_of(NODE, NOW).value

    just = replace(NODE, last_heard_at=hours_ago(limit))
    past = replace(NODE, last_heard_at=hours_ago(limit) - timedelta(minutes=1))

    assert (state(just), state(past)) == (NodeState.HEARD, NodeState.SILENT)


def test_the_limit_follows_the_rhythm_or_the_hand_that_set_it() -> None:
    weekly, own = replace(NODE, rhythm=Rhythm.WEEKLY), replace(NODE, limit_h=6)

    assert limit_of(weekly, NOW).value > limit_of(NODE, NOW).value > limit_of(own, NOW).value
    assert codes(own)[:2] == ["silence.past_limit", "silence.limit_own"]


def test_a_node_that_was_never_heard_is_unknown_and_then_silent_never_calm() -> None:
    fresh = replace(NODE, last_heard_at=None, watched_since=hours_ago(5))
    old = replace(fresh, watched_since=hours_ago(60))

    assert (state(fresh), state(old)) == (NodeState.UNKNOWN, NodeState.SILENT)
    assert "silence.never_heard" in codes(old)


def test_bad_coverage_gives_more_time_and_is_said() -> None:
    quiet = replace(NODE, last_heard_at=hours_ago(50))
    patchy = replace(quiet, coverage=Coverage.PATCHY)

    assert (state(quiet), state(patchy)) == (NodeState.SILENT, NodeState.HEARD)
    assert "silence.poor_coverage" in codes(patchy)
    assert "silence.no_coverage" in codes(replace(quiet, coverage=Coverage.NONE))


def test_trouble_with_the_device_is_said_and_excuses_nothing() -> None:
    broken = replace(NODE, last_heard_at=hours_ago(50), devices=(("term.device.credit", DeviceState.NONE),))

    assert state(broken) is NodeState.SILENT
    assert "silence.device_trouble" in codes(broken)


def test_hours_in_which_nobody_can_be_reached_do_not_count() -> None:
    # Reached from six to six, silent since yesterday evening: the night is no silence.
    node = replace(NODE, limit_h=8, last_heard_at=hours_ago(12))
    by_day = replace(node, hours=(time(7), time(19)))

    assert (state(node), state(by_day)) == (NodeState.SILENT, NodeState.HEARD)


def test_an_unanswered_question_makes_a_node_due() -> None:
    assert state(replace(NODE, asked_at=hours_ago(1))) is NodeState.DUE
    assert state(replace(NODE, asked_at=hours_ago(11))) is NodeState.HEARD


def silent(number: int, sector: str = "west", *, noticed_h: float = 1, began_h: float = 40) -> Silent:
    return Silent(f"F-{number:06d}", sector, hours_ago(began_h), hours_ago(noticed_h))


def test_several_nodes_of_one_area_at_once_are_an_alarm_and_one_is_not() -> None:
    three = alarms([silent(1), silent(2), silent(3)], [], as_of=NOW)
    two_and_one = alarms([silent(1), silent(2), silent(3, "east")], [], as_of=NOW)
    long_ago = alarms([silent(1), silent(2), silent(3, noticed_h=30)], [], as_of=NOW)

    assert [group.value for group in three] == [("F-000001", "F-000002", "F-000003")]
    assert (two_and_one, long_ago) == ((), ())


def test_silence_after_a_threat_is_an_alarm() -> None:
    threatened = replace(NODE, threat=("R-000007", hours_ago(44)))
    long_before = replace(NODE, threat=("R-000007", hours_ago(400)))

    found = alarms([silent(1)], [threatened], as_of=NOW)

    assert [(group.value, group.reasons[0].code) for group in found] == [(("F-000001",), "silence.after_threat")]
    assert alarms([silent(1)], [long_before], as_of=NOW) == ()


@pytest.mark.parametrize(
    ("rhythm", "days", "expected"),
    [
        (Rhythm.DAILY, (), datetime(2027, 3, 12, 17, tzinfo=UTC)),
        (Rhythm.WEEKLY, (0,), datetime(2027, 3, 15, 5, tzinfo=UTC)),
        (Rhythm.NONE, (), None),
    ],
)
def test_the_next_question_is_asked_at_the_clock_of_the_mission(
    rhythm: Rhythm, days: tuple[int, ...], expected: datetime | None
) -> None:
    assert next_check(rhythm, days, (time(6), time(18)), after=NOW, zone=ZONE) == expected
