"""What the machine puts before people at night: once a surge, until a person says what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.test_outlook import DAY, NOW, harm, villages
from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import outlook, surge_notices, work
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.models import Alert, HistoryEntry, WorkItem
from tocsin.store.queries import outlook as read

pytestmark = pytest.mark.django_db
__all__ = ["villages"]
LEAD = rows.viewer(Role.PROTECTION_LEAD)


def strong(villages: list) -> None:
    """Harm a village so often that chance hardly ever shows as much."""
    harm(villages[2], *(0.5 + number / 2 for number in range(14)))


def test_a_surge_worth_waking_somebody_is_noticed_once_and_raises_no_alert(villages):
    strong(villages)

    surge_notices.look("mission", NOW)
    surge_notices.look("mission", NOW + DAY)

    noticed = read.notices(SYSTEM, as_of=NOW + DAY)
    assert [(one.place, one.state) for one in noticed] == [("P-0003", "open")]
    assert not Alert.objects.exists()


def test_nothing_unusual_is_no_notice_and_the_next_night_is_planned(villages):
    surge_notices.look("mission", NOW)

    assert read.notices(SYSTEM, as_of=NOW) == []
    assert [one.run_at > NOW for one in WorkItem.objects.filter(verb="surges")] == [True]


def test_however_often_a_look_is_asked_for_it_is_one_look(db):
    surge_notices.keep_watch(NOW)
    surge_notices.keep_watch(NOW + timedelta(minutes=5))

    assert WorkItem.objects.filter(verb="surges").count() == 1


def test_the_worker_looks_when_the_hour_comes_and_beside_what_cannot_wait(villages):
    strong(villages)
    surge_notices.keep_watch(NOW)

    at_home = work.do_some("test", now=NOW + DAY, wall=NOW + DAY, verbs=work.at_home())
    beside = work.do_some("test", now=NOW + DAY, wall=NOW + DAY, verbs=work.LEAVING)

    assert (at_home, beside) == (0, 1)
    assert len(read.notices(SYSTEM, as_of=NOW + DAY)) == 1


def test_a_person_settles_a_notice_and_dismisses_it_only_with_a_reason(villages):
    strong(villages)
    surge_notices.look("mission", NOW)
    ref = read.notices(SYSTEM, as_of=NOW)[0].ref

    surge_notices.settle(LEAD, ref, "watch", why="", now=NOW)
    with pytest.raises(Refusal) as refused:
        surge_notices.settle(LEAD, ref, "dismissed", why=" ", now=NOW)
    surge_notices.settle(LEAD, ref, "dismissed", why="A market quarrel, told four times.", now=NOW + DAY)
    with pytest.raises(Refusal) as again:
        surge_notices.settle(LEAD, ref, "acted", why="", now=NOW + DAY)

    assert refused.value.reasons[0].code == "outlook.dismiss_needs_why"
    assert again.value.reasons[0].code == "outlook.settled_before"
    assert [one.state for one in read.notices(SYSTEM, as_of=NOW + DAY)] == ["dismissed"]
    assert [one.state for one in read.notices(SYSTEM, as_of=NOW)] == ["watch"]


def test_who_may_only_read_it_settles_nothing_and_who_may_not_sees_none(villages):
    strong(villages)
    surge_notices.look("mission", NOW)
    ref = read.notices(SYSTEM, as_of=NOW)[0].ref
    before = HistoryEntry.objects.count()

    with pytest.raises(Refused):
        surge_notices.settle(rows.viewer(Role.ANALYST), ref, "acted", why="", now=NOW)

    assert HistoryEntry.objects.count() == before
    assert len(read.notices(rows.viewer(Role.ANALYST), as_of=NOW)) == 1
    assert read.notices(rows.viewer(Role.FIELD_LIAISON), as_of=NOW) == []
    outlook.forget()
