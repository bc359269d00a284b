"""The event stream: only for who signed in, only of what they may see, and never in anybody's way."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import Viewer
from tocsin.store.models import Alert, HistoryEntry, Report
from tocsin.store.queries import changes
from tocsin.web import live

DUTY = Viewer(account="duty", role=Role.DUTY_OFFICER, sector="west")


def in_a_loop_of_its_own(work: Any) -> None:
    """Run a coroutine in a thread: the browser's loop runs in the thread of the tests."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result(timeout=60)


def test_a_change_concerns_only_who_may_see_the_record(world):
    alert = Alert.objects.order_by("-pk").first()
    auditor = Viewer(account="auditor", role=Role.AUDITOR)

    assert changes.concerns(DUTY, [alert.ref])
    assert not changes.concerns(auditor, [alert.ref])


def test_a_record_of_another_sector_concerns_nobody_bound_to_his_own(world):
    report = Report.objects.exclude(sector="").first()
    here = Viewer(account="liaison", role=Role.FIELD_LIAISON, sector=report.sector)
    there = Viewer(account="liaison", role=Role.FIELD_LIAISON, sector="elsewhere")

    assert changes.concerns(here, [report.ref])
    assert not changes.concerns(there, [report.ref])


def test_odd_references_concern_nobody(world):
    assert not changes.concerns(DUTY, ["world:three", "account:duty", "R-", "R-x", ""])


def test_what_changed_is_named_from_a_point_on(world):
    number = changes.newest()
    row = HistoryEntry.objects.create(subject="R-000001", at="2027-03-12T00:00Z", verb="graded", by="duty")

    assert changes.newest() == row.pk
    assert changes.subjects_after(number) == ["R-000001"]
    assert changes.subjects_after(row.pk) == []


def test_a_session_without_second_factor_hears_nothing(sign_in):
    client = sign_in("duty")
    key = client.session.session_key
    with_both = live._viewer(key)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}]
    session.save()

    assert with_both == Viewer(account="duty", role=Role.DUTY_OFFICER, sector="west", language="en")
    assert live._viewer(key) is None
    assert live._viewer("") is None
    assert live._viewer("no such session") is None


def listen(scope_cookie, *, looks):
    """Return what one listener is sent while `looks` changes are told to the watcher."""
    sent, watcher = [], live.Watcher(every_s=3600)

    async def main():
        gone = asyncio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        scope = {"headers": [(b"cookie", f"sessionid={scope_cookie}".encode())]}
        task = asyncio.ensure_future(live.stream(scope, receive, send, watcher=watcher))
        while len(watcher) == 0 and not task.done():
            await asyncio.sleep(0.005)
        for subjects in looks:
            watcher._tell(subjects)
        await asyncio.sleep(0.1)
        gone.set()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(task, 2)

    in_a_loop_of_its_own(main())
    return sent, watcher


@pytest.fixture
def known(monkeypatch):
    """Whom the stream takes the session for, and what concerns them, without a database in the threads."""
    monkeypatch.setattr(live, "_viewer", lambda key: DUTY if key == "good" else None)
    monkeypatch.setattr(live, "_concerns", lambda key, subjects: "A-000001" in subjects)
    monkeypatch.setattr(live.Watcher, "_watch", lambda self: None)


def test_a_listener_is_told_only_that_something_changed(known):
    sent, watcher = listen("good", looks=[["A-000001"]])

    bodies = b"".join(message.get("body", b"") for message in sent)
    assert sent[0]["status"] == 200
    assert b"event: changed" in bodies and b"A-000001" not in bodies
    assert len(watcher) == 0


def test_a_change_elsewhere_is_not_told(known):
    sent, _ = listen("good", looks=[["A-000009"]])

    assert b"changed" not in b"".join(message.get("body", b"") for message in sent)


def test_a_stranger_is_turned_away_and_not_kept(known):
    sent, watcher = listen("bad", looks=[])

    assert sent[0]["status"] == 403
    assert len(watcher) == 0


def test_a_listener_that_falls_behind_holds_up_nobody(known):
    sent, _ = listen("good", looks=[["A-000001"]] * 50)

    assert b"".join(message.get("body", b"") for message in sent).count(b"event: changed") <= live.QUEUE + 1


def test_too_many_listeners_are_sent_away(known, monkeypatch):
    monkeypatch.setattr(live, "MOST_LISTENERS", 0)

    sent, _ = listen("good", looks=[])

    assert sent[0]["status"] == 503


def test_a_body_larger_than_any_form_is_refused_before_it_is_kept():
    from tocsin.web import asgi

    sent, asked = [], []

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "path": "/report/",
        "method": "POST",
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
    }
    in_a_loop_of_its_own(asgi.application(scope, receive, send))

    assert sent[0]["status"] == 413
    assert len(asked) == 3
