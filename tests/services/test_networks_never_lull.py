"""No drill, no fault and no earlier answer of a network keeps from waking people what is real now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services import test_networks as village
from tests.services.test_networks import DUTY, LIAISON, NOW, focal, hours, network, send
from tests.store import rows
from tocsin.core.reference.viewer import Viewer
from tocsin.services import alerting, drills, hotline, intake, networks, silence, work
from tocsin.services.refusals import Refusal
from tocsin.store.models import Addressee, Alert, CallBack, CheckIn, Drill, HistoryEntry, Network, OutgoingMessage
from tocsin.store.queries import networks as read
from tocsin.store.writes import networks as write

pytestmark = pytest.mark.django_db
desk = village.desk
PLAYED = "EXERCICE ils attaquent Malka, 3 morts"


def drain(after: timedelta) -> None:
    work.drain("test", now=NOW + after, wall=NOW + after)


def on_watch() -> Viewer:
    return alerting.account_viewer(village.Account.objects.get(username="duty"))


def told_of(alert: Alert) -> int:
    return OutgoingMessage.objects.filter(alert=alert, purpose="alert").count()


def in_a_drill() -> Drill:
    rows.place("P-1", name="Malka")
    ref = network()
    focal(ref, 101, rows.place("P-2", name="Oru"))
    return drills.begin_drill(LIAISON, ref, text="", now=NOW)


def silent_nodes(count: int) -> str:
    ref = network(rhythm="daily", check_times=["06:00"])
    for number in range(101, 101 + count):
        focal(ref, number, rows.place(name=f"Village {number}"))
    return ref


# Drills


@pytest.mark.parametrize("state", ["acked", "closed"])
def test_what_proves_real_wakes_people_although_its_exercise_was_answered(state: str) -> None:
    in_a_drill()
    played = send(PLAYED, after=timedelta(minutes=2))
    alert = Alert.objects.get()
    alerting.acknowledge(on_watch(), alert.ref, now=NOW + timedelta(minutes=3))
    Alert.objects.filter(pk=alert.pk).update(state=state, decided_at=NOW, closed_at=NOW, closed_by="duty")
    before = told_of(alert)

    drills.declare_live(DUTY, played.ref, now=NOW + timedelta(minutes=4))
    drain(timedelta(minutes=4))

    alert.refresh_from_db()
    assert (alert.is_drill, alert.state, alert.rung) == (False, "disseminated", 0)
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.first_acknowledged_at) == ("", None, None)
    assert (alert.decided_at, alert.closed_at, alert.closed_by) == (None, None, "")
    assert told_of(alert) == before + 1
    assert list(Addressee.objects.filter(alert=alert).values_list("acknowledged_at", flat=True)) == [None]
    alerting.acknowledge(on_watch(), alert.ref, now=NOW + timedelta(minutes=5))
    alert.refresh_from_db()
    assert (alert.state, alert.first_acknowledged_at) == ("acked", NOW + timedelta(minutes=5))


def test_an_answer_to_what_is_real_already_is_not_taken_back() -> None:
    in_a_drill()
    played = send(PLAYED, after=timedelta(minutes=2))
    alert = Alert.objects.get()
    Alert.objects.update(is_drill=False)
    alerting.acknowledge(on_watch(), alert.ref, now=NOW + timedelta(minutes=3))

    drills.declare_live(DUTY, played.ref, now=NOW + timedelta(minutes=4))

    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("acked", "duty")


def test_a_call_back_asked_in_a_drill_is_real_with_its_message() -> None:
    in_a_drill()
    asked = rows.sms("Urgent ils attaquent Malka, ils tirent", number="+999 000 0101", callback_ok=True)
    intake.receive(asked, now=NOW)
    as_played = (CallBack.objects.get().is_drill, hotline.waiting(DUTY, now=NOW))

    drain(timedelta(0))

    assert as_played == (True, [])
    assert [one.row.is_drill for one in hotline.waiting(DUTY, now=NOW)] == [False]


def test_a_call_back_of_what_stays_an_exercise_stays_apart() -> None:
    in_a_drill()
    intake.receive(rows.sms(PLAYED, number="+999 000 0101", callback_ok=True), now=NOW)

    drain(timedelta(0))

    assert hotline.waiting(DUTY, now=NOW) == []


def test_a_forgotten_drill_hides_nothing_and_is_ended_by_the_watch() -> None:
    drill = in_a_drill()
    within = send(PLAYED, after=hours(23))
    silence.look("networks", NOW + hours(23))
    drill.refresh_from_db()
    early = drill.ended_at

    after = send("EXERCICE ils attaquent Malka", after=hours(25))
    silence.look("networks", NOW + hours(25))

    drill.refresh_from_db()
    assert (within.is_drill, after.is_drill) == (True, False)
    assert (early, drill.ended_at, drill.ended_by) == (None, NOW + hours(25), "system")
    noted = HistoryEntry.objects.get(subject=drill.ref, verb="drill_ended")
    assert [because["code"] for because in noted.facts["reasons"]] == ["drill.forgotten"]
    assert OutgoingMessage.objects.filter(code="outgoing.drill_over").count() == 1


@pytest.mark.parametrize(("served", "is_played"), [((None, None), True), ((-9, -2), False), ((2, 9), False)])
def test_only_who_serves_on_the_day_is_in_the_drill(served: tuple[int | None, int | None], is_played: bool) -> None:
    drill = in_a_drill()
    point = read.focal_points(LIAISON, drill.network)[0]
    since, until = (None if days is None else NOW.date() + timedelta(days=days) for days in served)
    write.change(point, since_on=since, until_on=until)

    found = read.drill_of(point.source, at=NOW + hours(1))

    assert (found == drill) is is_played


# The watch over silence


def test_a_clock_time_with_a_zone_is_refused_with_its_reason() -> None:
    with pytest.raises(Refusal) as refused:
        network(rhythm="daily", check_times=["06:00", "08:00Z"])

    assert [one.code for one in refused.value.reasons] == ["refused.times_zone"]
    assert not Network.objects.exists()


def test_one_broken_network_does_not_stop_the_watch_over_the_others(caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = silent_nodes(1), network(name="Sound", rhythm="daily", check_times=["06:00"])
    point = focal(sound, 150, rows.place(name="Tesh"))
    Network.objects.filter(pk=int(broken[2:])).update(check_times=["06:00", "08:00Z"])
    six = NOW.astimezone(intake.zone()).replace(hour=6, minute=0) + timedelta(days=1)

    silence.look("networks", six + timedelta(minutes=5))

    assert [one.focal_point for one in CheckIn.objects.all()] == [point]
    assert [line.getMessage() for line in caplog.records] == ["a network could not be asked: TypeError"]


def test_who_acknowledged_a_silence_hears_of_the_nodes_that_fall_silent_later() -> None:
    ref = silent_nodes(3)
    silence.look("networks", NOW + hours(40))
    drain(hours(40))
    alert = Alert.objects.get()
    alerting.acknowledge(on_watch(), alert.ref, now=NOW + hours(40))
    before = told_of(alert)
    networks.save_focal_point(
        LIAISON,
        ref,
        {"place": rows.place(name="Late").ref},
        contact=village.Hidden("+999 000 0190"),
        now=NOW + hours(5),
    )

    silence.look("networks", NOW + hours(42))
    again = told_of(alert)
    silence.look("networks", NOW + hours(43))

    alert.refresh_from_db()
    noted = HistoryEntry.objects.get(subject=alert.ref, verb="silence_joined")
    assert noted.facts["reasons"][0] == alert.because[-1]
    assert alert.because[-1]["facts"]["nodes"] == ["Late"]
    assert (before, again, told_of(alert)) == (1, 2, 2)
    assert (alert.state, alert.acknowledged_by) == ("disseminated", "")


def test_a_silence_that_lasts_wakes_nobody_twice() -> None:
    silent_nodes(3)
    silence.look("networks", NOW + hours(40))
    drain(hours(40))
    alert = Alert.objects.get()
    alerting.acknowledge(on_watch(), alert.ref, now=NOW + hours(40))

    silence.look("networks", NOW + hours(42))

    alert.refresh_from_db()
    assert (told_of(alert), alert.state) == (1, "acked")
