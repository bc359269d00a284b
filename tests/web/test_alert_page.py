"""The page of an alert: who has it, who saw it, calls, harm, and the notice before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.core.reference.terms import DecisionKind
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import alerting, planning
from tocsin.store.models import Alert
from tocsin.store.queries import alerts

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(world: None) -> Alert:
    """The alert of the night, which is still open."""
    return alerts.alerts(SYSTEM, state="open")[0]


def page(client: Any, alert: Alert) -> str:
    return client.get(f"/alerts/{alert.ref}/").content.decode()


def lead() -> Any:
    return alerting.account_viewer(alerts.account("lead"))


def test_the_page_tells_at_a_glance_who_has_it_and_what_can_be_done(alert, sign_in):
    before = page(sign_in("lead"), alert)
    alerting.acknowledge(lead(), alert.ref, now=datetime.now(UTC))

    assert "nobody yet" in before
    assert "Can be done now" in before
    assert "nobody yet" not in page(sign_in("lead"), alert)


def test_whoever_opens_the_page_has_seen_the_alert_and_not_acknowledged_it(alert, sign_in):
    page(sign_in("lead"), alert)

    one = alerts.addressee(alert, "lead")
    assert one.seen_at is not None
    assert one.acknowledged_at is None


def test_a_call_is_written_down_and_shown(alert, sign_in):
    client = sign_in("lead")

    answer = client.post(f"/alerts/{alert.ref}/call/", {"whom": "commander", "outcome": "no_answer", "note": "twice"})

    assert answer.status_code == 302
    assert "No answer" in page(client, alert)
    assert alerts.calls(SYSTEM, alert)[0].made_by == "lead"


def test_a_call_without_an_outcome_is_refused_beside_the_form(alert, sign_in):
    assert sign_in("lead").post(f"/alerts/{alert.ref}/call/", {"whom": "commander"}).status_code == 422


def test_harm_is_written_least_to_most_and_what_is_left_empty_is_unknown(alert, sign_in):
    client = sign_in("lead")
    given = {"kind": "killed", "phase": "before", "least": "3", "most": "", "started_at": "", "ended_at": ""}

    client.post(f"/alerts/{alert.ref}/harm/", given)
    refused = client.post(f"/alerts/{alert.ref}/harm/", {**given, "most": "2"})

    assert (alerts.harm(SYSTEM, alert)[0].least, alerts.harm(SYSTEM, alert)[0].most) == (3, None)
    assert "at least 3" in page(client, alert)
    assert refused.status_code == 422


def test_a_notice_to_the_host_is_read_before_it_is_sent_and_names_no_report(alert, sign_in):
    shown = page(sign_in("lead"), alert)

    words = shown.partition("<blockquote>")[2].partition("</blockquote>")[0]
    assert "La mission vous informe" in words
    assert "R-0" not in words
    assert alert.ref not in words


def test_an_alert_that_nobody_answers_stands_on_every_page_of_who_may_read_it(alert, sign_in):
    Alert.objects.filter(pk=alert.pk).update(screams_since=datetime.now(UTC))

    assert "NOBODY ANSWERS" in sign_in("analyst").get("/places/").content.decode()
    assert "NOBODY ANSWERS" not in sign_in("partner").get("/matrix/").content.decode()


def test_the_determination_is_shown_with_who_made_it_and_what_it_rests_on(alert, sign_in):
    now = datetime.now(UTC)
    planning.decide(lead(), alert.ref, kind=DecisionKind.MONITOR, why="Watching.", now=now)
    ref = alerts.reports_of_alert(SYSTEM, alert)[0].ref
    given = {"determination": "They left the valley.", "why_no_feedback": "No network.", "rests_on": [ref]}

    sign_in("lead").post(f"/alerts/{alert.ref}/close/", given)

    shown = page(sign_in("lead"), alert).partition('id="outcome"')[2]
    assert "They left the valley." in shown
    assert ref in shown


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_speaks_the_language_of_its_reader(language, alert, sign_in):
    shown = page(sign_in("lead", language=language), alert)

    assert "Write down a call" not in shown
    assert "Who has it" not in shown
