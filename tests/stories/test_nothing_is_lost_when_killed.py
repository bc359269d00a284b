"""The story survives SIGKILL of the worker at every stage and of the door at every point, on both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.stories import night
from tests.stories.night import at
from tocsin.core.evidence.types import Message
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Channel
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import intake, work
from tocsin.store.queries import alerts, evidence
from tocsin.store.queries import record as read_record

pytestmark = pytest.mark.usefixtures("lasting")
ROOT = Path(__file__).resolve().parents[2]
STAGES = ("read", "weigh", "alert", "watch", "send")
POINTS = ("before", "effect", "after")
KILLED = -9


def database_url() -> str:
    """Return the address of the database under test, for another process."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{found['NAME']}"
    return f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TOCSIN_DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.stories.dying", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def first() -> Message:
    sent = night.messages()[0]
    return Message(Channel.SMS, sent.text, sent.when, contact=Hidden(sent.number), vendor_id="kill-1")


def finish_the_night() -> None:
    """A new worker comes once the dead one's lease has run out."""
    later = datetime.now(UTC) + timedelta(minutes=1)
    work.drain("fresh", now=at(2, 6), wall=later)


def picture() -> dict[str, object]:
    """Return everything that must be the same as if nobody had been killed."""
    (alert,) = alerts.alerts(SYSTEM)
    (report,) = alerts.reports_of_alert(SYSTEM, alert)
    subjects = [alert.ref, report.ref, report.message.ref]
    return {
        **evidence.counts(),
        "alert": (alert.state, alert.level, alert.rung),
        "told": [one.account.username for one in alerts.addressees(SYSTEM, alert) if one.told_at],
        "verbs": sorted(entry["verb"] for entry in read_record.timeline(SYSTEM, subjects)),
        "inbox": len(alerts.inbox("duty")),
        "unsent": len(alerts.unsent()),
    }


@pytest.fixture
def undisturbed(lasting: None) -> dict[str, object]:
    """Return the picture of a night on which nobody was killed; the same for every run."""
    night.begin()
    before = evidence.counts()
    intake.receive(first(), now=at(2, 5))
    finish_the_night()
    found = picture()
    found["incidents"] -= before["incidents"]
    return found


EXPECTED = {
    "messages": 1,
    "reports": 1,
    "alert": ("disseminated", "red", 1),
    "told": ["duty", "lead"],
    "inbox": 1,
    "unsent": 0,
}


def test_a_night_without_a_kill_gives_the_expected_picture(undisturbed: dict[str, object]) -> None:
    assert {name: undisturbed[name] for name in EXPECTED} == EXPECTED


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_worker_killed_at_any_stage_leaves_nothing_lost_or_done_twice(stage: str, point: str) -> None:
    night.begin()
    incidents = evidence.counts()["incidents"]
    intake.receive(first(), now=at(2, 5))

    died = run("work", f"{stage}:{point}", at(2, 6).isoformat())
    finish_the_night()

    found = picture()
    assert died.returncode == KILLED, died.stderr
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert found["incidents"] == incidents + 1
    assert len(found["verbs"]) == len(set(found["verbs"])), "no stage was written twice"


@pytest.mark.parametrize("point", ["before", "stored", "after"])
def test_a_door_killed_at_any_point_loses_no_acknowledged_message(point: str) -> None:
    night.begin()
    text = night.messages()[0].text

    died = run("receive", point, at(2, 5).isoformat(), text)
    answered = run("receive", "none", at(2, 5).isoformat(), text)
    finish_the_night()

    assert died.returncode == KILLED
    assert died.stdout == "", "the dead door acknowledged nothing"
    (report,) = evidence.queue(SYSTEM, state="all")
    assert answered.stdout.strip() == report.message.ref
    assert {name: picture()[name] for name in EXPECTED} == EXPECTED


def test_the_kill_test_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twin: were an item marked done before its effect, a kill in between would lose the alert."""
    night.begin()
    intake.receive(first(), now=at(2, 5))
    from tocsin.store.writes import record

    item = record.claim("careless", now=at(2, 6), wall=datetime.now(UTC))
    record.finish(item, wall=datetime.now(UTC))
    finish_the_night()

    with pytest.raises(ValueError, match="not enough values"):
        picture()
