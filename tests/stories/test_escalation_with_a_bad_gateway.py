"""Two workers that are killed in turn, and a gateway that stalls, breaks and lies: no rung is told late."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.gateways import FakeGateway
from tests.stories import night
from tests.stories.test_nothing_is_lost_when_killed import ROOT, database_url
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, intake, work
from tocsin.store.models import OutgoingMessage
from tocsin.store.queries import alerts

pytestmark = pytest.mark.usefixtures("lasting")
CLOCK_S = 3.0
LATE_S = 5.0
RULES = """\
alerts.ack_minutes.p1:
  2000-01-01: {value: 0.05, source: "A clock of three seconds, for a test that nobody waits for."}
"""
# The worker itself, which says when it begins to work. The server of the tests does not wait for its
# disk, and would be refused for it.
WORKER = """
import os, pathlib, django
django.setup()
from tocsin.jobs import tick
from tocsin.services import work
from tocsin.store import durability
durability.refuse_unless_safe = lambda: None
real = work.do_some
def at_work(*words, **named):
    pathlib.Path(os.environ["TOCSIN_MISSION"], f"at-work-{os.getpid()}").touch()
    work.do_some = real
    return real(*words, **named)
work.do_some = at_work
tick.run()
"""


class Workers:
    """Two workers on the mission under test; one is killed and started again, and then the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(os.environ["TOCSIN_MISSION"], folder, dirs_exist_ok=True)
        (folder / "rules.yaml").write_text(RULES, "utf-8")
        environment = {**os.environ, "TOCSIN_MISSION": str(folder), "TOCSIN_DATABASE_URL": database_url()}
        self.environment = {**environment, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tocsin.settings"}
        self.running = [self._start(), self._start()]
        self.kills = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WORKER], env=self.environment)

    def is_at_work(self, place: int) -> bool:
        """Return whether one has begun to work."""
        return (self.folder / f"at-work-{self.running[place].pid}").exists()

    def kill_the_next(self) -> None:
        """Kill one with SIGKILL, and start it again; wait with it until the other is at work."""
        place = self.kills % 2
        if not self.is_at_work(1 - place):
            return
        self.running[place].kill()
        self.running[place].wait(timeout=10)
        self.running[place] = self._start()
        self.kills += 1

    def stop(self) -> None:
        """End what was started."""
        for one in self.running:
            one.kill()
            one.wait(timeout=10)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    """Two workers whose acknowledgement clock runs for three seconds."""
    found = Workers(tmp_path / "mission")
    yield found
    found.stop()


def call_for_help() -> str:
    """Let a village call now; return the alert, of which nobody has been told yet."""
    now = datetime.now(UTC)
    text = night.messages()[0].text
    intake.receive(Message(Channel.SMS, text, now, contact=Hidden("+999 000 0101"), vendor_id="bad-1"), now=now)
    until = time.monotonic() + 20
    while not alerts.alerts(SYSTEM) and time.monotonic() < until:
        work.do_some("test", now=datetime.now(UTC), verbs=("read", "weigh", "alert"))
    return alerts.alerts(SYSTEM)[0].ref


def told(ref: str) -> dict[str, datetime]:
    alert = alerts.alert_row(SYSTEM, ref)
    return {one.account.username: one.told_at for one in alerts.addressees(SYSTEM, alert) if one.told_at}


def wait_for(who: str, ref: str, *, within_s: float, workers: Workers | None = None) -> None:
    """Wait until somebody is told, killing a worker every second and a half."""
    until, next_kill = time.monotonic() + within_s, time.monotonic() + 1.5
    while who not in told(ref) and time.monotonic() < until:
        if workers and time.monotonic() > next_kill:
            workers.kill_the_next()
            next_kill = time.monotonic() + 0.5
        time.sleep(0.1)


def test_no_rung_is_late_while_workers_die_and_the_gateway_stalls_breaks_and_repeats(
    fake_gateway: FakeGateway, workers: Workers
) -> None:
    night.begin()
    fake_gateway.slow_s = 6.0
    fake_gateway.behave("silent", "error", "drop", "busy", "garbage", "slow", "take")
    fake_gateway.register(now=datetime.now(UTC))
    ref = call_for_help()
    wait_for("duty", ref, within_s=40)

    wait_for("head", ref, within_s=25, workers=workers)
    if fake_gateway.taken:
        fake_gateway.report("failed", now=datetime.now(UTC), times=3)

    found = told(ref)
    assert found["commander"] - found["duty"] <= timedelta(seconds=CLOCK_S + LATE_S)
    assert found["head"] - found["commander"] <= timedelta(seconds=CLOCK_S + LATE_S)
    assert workers.kills >= 1
    written = OutgoingMessage.objects.filter(alert__isnull=False, account__isnull=False)
    assert {one.account.username for one in written} >= {"duty", "lead", "commander", "head"}
    alerting.acknowledge(night.viewer("head"), ref, now=datetime.now(UTC))
    assert alerts.alert_row(SYSTEM, ref).state == "acked"


def test_with_every_worker_dead_the_rung_is_late(workers: Workers) -> None:
    """Twin: the story measures the workers, and not itself."""
    night.begin()
    ref = call_for_help()
    wait_for("duty", ref, within_s=40)
    workers.stop()

    wait_for("commander", ref, within_s=CLOCK_S + 1)

    assert "commander" not in told(ref)
