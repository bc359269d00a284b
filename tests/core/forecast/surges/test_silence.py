from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tocsin.core.forecast.surges import silence
from tocsin.core.forecast.surges.silence import Hearing, Stream

NOW = datetime(2031, 5, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def every(days: float, *, last: float, times: int = 20, ref: str = "N-1") -> Stream:
    heard = tuple(NOW - timedelta(days=last + days * back) for back in range(times))
    return Stream(ref, heard, (), watched_since=NOW - 300 * DAY)


def test_a_gap_that_is_usual_for_one_place_is_silence_in_another() -> None:
    talks_daily, talks_monthly = every(1, last=9), every(25, last=9, times=10)

    daily, monthly = (silence.judge(one, as_of=NOW) for one in (talks_daily, talks_monthly))

    assert daily.state is Hearing.SILENT
    assert monthly.state is Hearing.CALM
    assert daily.chance < 0.02 < monthly.chance


def test_a_silent_place_is_not_observed_and_never_calm() -> None:
    found = silence.judge(every(1, last=9), as_of=NOW)

    assert not found.is_observed
    assert found.reasons[0].code == "surge.silence_unusual"


def test_a_place_without_a_past_is_unknown_and_not_calm() -> None:
    new = Stream("N-2", (NOW - DAY,), (), watched_since=NOW - 30 * DAY)
    never = replace(new, heard_at=())

    assert silence.judge(new, as_of=NOW).state is Hearing.UNKNOWN
    assert silence.judge(never, as_of=NOW).state is Hearing.UNKNOWN
    assert silence.judge(new, as_of=NOW).usual_h is None


def test_missed_turns_are_silence_without_any_past() -> None:
    agreed = Stream("N-3", (NOW - 2 * DAY,), (), watched_since=NOW - 30 * DAY, every_h=24)
    kept = replace(agreed, heard_at=(NOW - DAY,))

    assert silence.judge(agreed, as_of=NOW).state is Hearing.SILENT
    assert silence.judge(kept, as_of=NOW).state is Hearing.CALM


def test_reports_in_bursts_allow_for_the_pauses_between_them() -> None:
    heard = [NOW - 5 * DAY - timedelta(days=12 * week, hours=hour) for week in range(12) for hour in range(6)]
    bursts = Stream("N-4", heard, (), watched_since=NOW - 300 * DAY)

    found = silence.judge(bursts, as_of=NOW)

    assert found.state is not Hearing.SILENT
    assert silence.judge(bursts, as_of=NOW + 40 * DAY).state is Hearing.SILENT


def test_a_report_of_harm_is_not_calm() -> None:
    calm = every(2, last=1)

    found = silence.judge(replace(calm, harm_at=calm.heard_at[:1]), as_of=NOW)

    assert found.state is Hearing.ACTIVE


def test_what_is_heard_later_breaks_no_earlier_silence() -> None:
    quiet = every(1, last=9)

    later = replace(quiet, heard_at=(*quiet.heard_at, NOW + DAY))

    assert silence.judge(later, as_of=NOW) == silence.judge(quiet, as_of=NOW)


def test_several_that_fall_silent_together_are_one_sign() -> None:
    silent = [silence.judge(every(1, last=9, ref=f"N-{n}"), as_of=NOW) for n in range(3)]
    heard = [silence.judge(every(1, last=0.5, ref=f"N-{n}"), as_of=NOW) for n in range(3, 6)]
    sectors = {f"N-{n}": "east" for n in range(6)}

    found = silence.together([*silent, *heard], sectors)
    alone = silence.together([silent[0], *heard], sectors)

    assert [(one.group, len(one.silent)) for one in found] == [("east", 3)]
    assert alone == ()
