"""Whoever kills the worker, at whatever write, and however often: the next rung is told in time, and once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import night, perishing
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, intake, work
from tocsin.store.queries import alerts

pytestmark = pytest.mark.usefixtures("lasting")
CLOCK = timedelta(minutes=10)
LATE = timedelta(seconds=5)


def raise_alert() -> str:
    """Let a village call at 02:05; return the alert of which the first rungs have been told."""
    night.begin()
    sent = night.messages()[0]
    message = Message(Channel.SMS, sent.text, sent.when, contact=Hidden(sent.number), vendor_id="kill-1")
    intake.receive(message, now=sent.when)
    work.drain("story", now=sent.when)
    (alert,) = alerts.alerts(SYSTEM)
    return alert.ref


def fresh_worker(now: datetime) -> None:
    """Another worker finds the dead one gone, and does what it left."""
    work.free_of_the_dead("dying", lambda name: False)
    work.drain(f"fresh:{os.getpid()}", now=now, wall=datetime.now(UTC))


def told(ref: str) -> dict[str, datetime]:
    alert = alerts.alert_row(SYSTEM, ref)
    return {one.account.username: one.told_at for one in alerts.addressees(SYSTEM, alert) if one.told_at}


def messages_of(account: str) -> list[str]:
    return sorted(one.code for one in alerts.inbox(account))


@pytest.mark.parametrize("point", perishing.POINTS)
def test_a_worker_killed_at_any_write_of_a_look_tells_the_next_rung_in_time_and_once(point: str) -> None:
    ref = raise_alert()
    first_told = told(ref)["duty"]

    died = perishing.worker_dies_at(point, first_told + CLOCK)
    fresh_worker(first_told + CLOCK + timedelta(seconds=1))

    assert died, "the point was reached"
    assert told(ref)["commander"] - first_told <= CLOCK + LATE
    assert messages_of("commander") == ["outgoing.alert.escalate"]
    assert messages_of("duty") == ["outgoing.alert.disseminate", "outgoing.alert.escalate"]


def test_a_worker_killed_again_and_again_climbs_to_the_top_and_no_rung_is_late() -> None:
    ref = raise_alert()
    moment = told(ref)["duty"]
    for step, point in enumerate(perishing.POINTS):
        moment += timedelta(seconds=75)
        perishing.worker_dies_at(point, moment)
        fresh_worker(moment + timedelta(seconds=1))
        assert step >= 0

    found = told(ref)
    assert found["commander"] - found["duty"] <= CLOCK + timedelta(seconds=75) + LATE
    assert found["head"] - found["commander"] <= CLOCK + timedelta(seconds=75) + LATE


@pytest.mark.parametrize("point", ["record.note:before", "alerts.change_alert:after", "record.finish:before"])
def test_an_acknowledgement_before_the_kill_stops_the_ladder_after_it(point: str) -> None:
    ref = raise_alert()
    first_told = told(ref)["duty"]
    alerting.acknowledge(night.viewer("duty"), ref, now=first_told + timedelta(minutes=9))

    perishing.worker_dies_at(point, first_told + CLOCK)
    fresh_worker(first_told + CLOCK + timedelta(seconds=1))

    assert "commander" not in told(ref)


def test_the_kill_test_can_fail() -> None:
    """Twin: were a look marked done before its effect, a kill in between would leave the rung asleep."""
    ref = raise_alert()
    first_told = told(ref)["duty"]
    from tocsin.store.writes import record

    for item in record.claim_some("careless", now=first_told + CLOCK, wall=datetime.now(UTC), most=9):
        record.finish(item, wall=datetime.now(UTC))
    fresh_worker(first_told + CLOCK + timedelta(seconds=1))

    assert "commander" not in told(ref)
