"""The same night as people live it: the gateway's webhook, the pages of the desk, and the worker."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.stories import night
from tests.stories.night import at
from tocsin.core.evidence.signatures import sign
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import gateways, work
from tocsin.store.queries import alerts, plans

pytestmark = pytest.mark.usefixtures("lasting")


class Night:
    """The people of one night, a clock that they share, and the worker that never sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        night.begin()
        self.secret = gateways.make_gateway("gsm", channel="sms_http", now=at(1, 0))
        self.moment = at(2, 0)
        monkeypatch.setattr("tocsin.web.viewer.moment_now", lambda: self.moment)
        self.gateway = Client()
        self.calls = 0

    def person(self, account: str) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(username=account))
        session = client.session
        session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
        session.save()
        return client

    def turn(self, moment: datetime) -> None:
        """Let time pass; the worker does what falls due."""
        self.moment = moment
        work.drain("story", now=moment)

    def sms(self, sent: night.Sent, *, secret: str = "") -> Any:
        self.turn(sent.when)
        self.calls += 1
        body = json.dumps({"id": sent.gateway_id, "from": sent.number, "text": sent.text}).encode()
        stamp, nonce = str(int(self.moment.timestamp())), f"nonce-{self.calls:04d}"
        headers = {
            "X-Tocsin-Gateway": "gsm",
            "X-Tocsin-Timestamp": stamp,
            "X-Tocsin-Nonce": nonce,
            "X-Tocsin-Signature": sign((secret or self.secret).encode(), stamp, nonce, body),
        }
        answer = self.gateway.post("/in/sms/", body, content_type="application/json", headers=headers)
        self.turn(self.moment)
        return answer


@pytest.fixture
def played(lasting: None, monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(monkeypatch)


def done(answer: Any) -> None:
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_a_night_is_played_through_webhook_pages_and_worker_and_0214_is_shown_again(played: Night) -> None:
    first, again, second, *_ = night.messages()

    answer = played.sms(first)
    assert answer.status_code == 200
    assert answer.json()["ref"] in answer.json()["reply"]
    (alert,) = alerts.alerts(SYSTEM)
    page = f"/alerts/{alert.ref}/"

    played.sms(again)
    played.turn(at(2, 16))
    duty, lead = played.person("duty"), played.person("lead")
    desk = duty.get("/").content.decode()
    assert alert.ref in desk
    assert "Malka" in desk

    played.turn(at(2, 18))
    done(lead.post(page + "acknowledge/"))
    played.turn(at(2, 24))
    done(
        lead.post(
            page + "decide/", {"kind": "respond", "why": "Houses burn; patrol 1 is in reach.", "option": "force.patrol"}
        )
    )
    played.turn(at(2, 26))
    due = {"due_at": "2027-03-12T04:30"}
    done(lead.post(page + "task/", {"what": "Patrol to Malka", "owner": "Patrol 1", "asset": "U-0001", **due}))
    (task,) = plans.tasks_of(SYSTEM, alert)
    for moment, state in ((at(2, 30), "accepted"), (at(2, 50), "en_route"), (at(4, 10), "on_scene")):
        played.turn(moment)
        done(lead.post(f"{page}tasks/{task.ref}/", {"to": state}))
        if state == "en_route":
            assert played.sms(second).status_code == 200
    played.turn(at(5, 0))
    done(lead.post(page + "effect/", {"response": "4", "timing": "during", "outcome": "They left as the patrol came."}))
    done(lead.post(page + "feedback/", {"method": "radio", "text": "The patrol stays until noon."}))
    played.turn(at(11, 0))
    done(lead.post(page + "close/", {"determination": "Patrol 1 saw them leave the valley."}))
    lesson = {
        "title": "A second rung saved ten minutes",
        "theme": "early_warning",
        "observation": "Nobody answered for ten minutes.",
        "alert": alert.ref,
        "decision": plans.decisions_of(SYSTEM, alert)[0].ref,
    }
    done(lead.post("/lessons/submit/", lesson))

    alert.refresh_from_db()
    assert (alert.state, alert.closed_by) == ("closed", "lead")
    assert [one.alert.ref for one in plans.lessons(SYSTEM)] == [alert.ref]
    past = duty.get(page, {"as_of": "2027-03-12T02:14+01:00"}).content.decode()
    assert "commander" not in past, "the third rung was told at 02:15"
    assert "They left as the patrol came." not in past


def test_a_forged_call_of_the_gateway_has_no_effect(played: Night) -> None:
    sent = night.messages()[0]

    forged = played.sms(sent, secret="not the secret of this gateway")
    genuine = played.sms(sent)

    assert forged.status_code == 401
    assert genuine.status_code == 200
    assert len(alerts.alerts(SYSTEM)) == 1


def test_someone_of_another_role_sees_neither_the_alert_nor_that_it_exists(played: Night) -> None:
    played.sms(night.messages()[0])
    (alert,) = alerts.alerts(SYSTEM)

    hidden = played.person("host").get(f"/alerts/{alert.ref}/")
    absent = played.person("host").get("/alerts/A-999999/")

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content.replace(alert.ref.encode(), b"") == absent.content.replace(b"A-999999", b"")
