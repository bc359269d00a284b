"""The queue of work: each thing is done once, by one, and is never dropped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.store import rows
from tests.store.lasting import together
from tocsin.store.models import WorkItem
from tocsin.store.queries import record as read
from tocsin.store.writes import record

NOW = rows.NIGHT


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def claim(
    worker: str = "one", *, wall: datetime = NOW, now: datetime = NOW, verbs: tuple[str, ...] = ()
) -> WorkItem | None:
    return record.claim(worker, now=now, wall=wall, verbs=verbs)


@pytest.mark.django_db
def test_the_same_thing_asked_for_twice_is_one_thing():
    record.enqueue("read", "M-000001", run_at=NOW)
    record.enqueue("read", "M-000001", run_at=NOW + seconds(60))
    record.enqueue("read", "M-000001", run_at=NOW, key="read:M-000001:again")

    assert [item.run_at for item in WorkItem.objects.order_by("pk")] == [NOW, NOW]


@pytest.mark.django_db
def test_what_is_due_first_is_taken_first_and_what_is_not_due_is_left():
    record.enqueue("read", "M-000002", run_at=NOW)
    record.enqueue("read", "M-000001", run_at=NOW - seconds(1))
    record.enqueue("watch", "A-000001", run_at=NOW + seconds(1))

    taken = [claim(), claim(), claim()]

    assert [item and item.subject for item in taken] == ["M-000001", "M-000002", None]
    assert read.next_run_at() == NOW - seconds(1)


@pytest.mark.django_db
def test_what_wakes_people_goes_before_a_flood_of_messages_to_read():
    for number in range(20):
        record.enqueue("read", f"M-{number:06d}", run_at=NOW - seconds(60))
    record.enqueue("watch", "A-000001", run_at=NOW)

    assert claim().subject == "A-000001"
    assert claim().subject == "M-000000"


@pytest.mark.django_db
def test_a_worker_may_ask_for_one_kind_of_work():
    record.enqueue("read", "M-000001", run_at=NOW)
    record.enqueue("send", "7", run_at=NOW)

    assert claim(verbs=("send",)).subject == "7"
    assert claim(verbs=("send",)) is None


@pytest.mark.django_db
def test_what_was_tried_before_and_what_leaves_the_house_is_taken_alone():
    for number in range(3):
        record.enqueue("read", f"M-{number:06d}", run_at=NOW + seconds(number))
    record.enqueue("send", "7", run_at=NOW)
    record.put_back(claim(verbs=("read",)), error="Broken", wall=NOW)

    taken = [record.claim_some("one", now=NOW + seconds(60), wall=NOW + seconds(60), most=8) for _ in range(4)]

    assert [[item.subject for item in some] for some in taken] == [["7"], ["M-000000"], ["M-000001", "M-000002"], []]


def test_workers_at_once_never_take_the_same_thing(lasting):
    for number in range(60):
        record.enqueue("read", f"M-{number:06d}", run_at=NOW)

    def work(name: str) -> list[str]:
        done = []
        while item := claim(name):
            done.append(item.subject)
            assert record.finish(item, wall=NOW)
        return done

    done = together(*[lambda name=name: work(name) for name in ("one", "two", "three", "four")])

    assert [one for one in done if isinstance(one, Exception)] == []
    assert sorted(subject for one in done for subject in one) == [f"M-{number:06d}" for number in range(60)]
    assert read.work_figures(NOW) == {"due": 0, "oldest": None, "failing": 0}


@pytest.mark.django_db
def test_a_thing_in_hand_is_free_again_when_its_lease_is_over():
    record.enqueue("read", "M-000001", run_at=NOW)
    first = claim("crashed")

    during, after = claim("two", wall=NOW + seconds(30)), claim("two", wall=NOW + seconds(31))

    assert (during, after.subject, after.attempts) == (None, "M-000001", 2)
    assert not record.finish(first, wall=NOW + seconds(32))
    assert record.finish(after, wall=NOW + seconds(32))


@pytest.mark.django_db
def test_a_thing_is_finished_once():
    record.enqueue("read", "M-000001", run_at=NOW)
    item = claim()

    assert record.finish(item, wall=NOW)
    assert not record.finish(item, wall=NOW)
    assert claim(wall=NOW + timedelta(days=9)) is None


@pytest.mark.django_db
def test_a_thing_that_fails_waits_longer_each_time_up_to_a_quarter_of_an_hour_and_is_never_dropped():
    record.enqueue("send", "7", run_at=NOW)
    wall, pauses = NOW, []

    for _ in range(40):
        item = claim(wall=wall)
        record.put_back(item, error="NoWayOut", wall=wall)
        item.refresh_from_db()
        pauses.append((item.lease_until - wall).total_seconds())
        assert claim(wall=item.lease_until) is None
        wall = item.lease_until + seconds(1)

    assert pauses[:9] == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert set(pauses[9:]) == {900}
    assert (item.attempts, item.last_error, item.done_at) == (40, "NoWayOut", None)
    assert read.work_figures(wall)["failing"] == 1


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_move_the_lease_of_the_next():
    record.enqueue("send", "7", run_at=NOW)
    first = claim("slow")
    second = claim("two", wall=NOW + seconds(31))

    record.put_back(first, error="TooLate", wall=NOW + seconds(32))

    assert claim("three", wall=NOW + seconds(60)) is None
    assert record.finish(second, wall=NOW + seconds(60))


def test_what_a_crash_left_in_the_middle_is_not_there(lasting):
    record.enqueue("read", "M-000001", run_at=NOW)
    item = claim()

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        rows.report()
        record.finish(item, wall=NOW)
        raise KeyboardInterrupt

    assert not rows.models.Report.objects.exists()
    assert claim("two", wall=NOW + seconds(31)).subject == "M-000001"
