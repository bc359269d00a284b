"""An acknowledgement by text message counts for whoever was asked, and shows by what way it came."""

from __future__ import annotations

import pytest

from tests.store import rows
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import intake, work
from tocsin.store.models import Alert, AuditEntry, Report
from tocsin.store.queries import alerts
from tocsin.store.writes import world

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT
NUMBERS = {"west": "+999 000 0201", "east": "+999 000 0202"}


@pytest.fixture
def alert() -> Alert:
    """An alert of the west of which the western desk was told, and the eastern one was not."""
    rows.place("P-1", name="Malka")
    for sector, number in NUMBERS.items():
        desk = world.Desk(sector, Role.DUTY_OFFICER, sector=sector, rung=0, contact=Hidden(number))
        world.make_account(desk, "a long enough phrase")
    intake.receive(rows.sms("Armed men attack Malka, houses burn, 3 dead"), now=NOW)
    drain()
    return Alert.objects.get()


def drain(*, after: float = 0) -> None:
    moment = NOW + rows.minutes(after)
    work.drain("test", now=moment, wall=moment)


def answer(alert: Alert, desk: str) -> None:
    text = f"ACK {alert.pk}"
    intake.receive(rows.sms(text, number=NUMBERS[desk], received_at=NOW + rows.minutes(1)), now=NOW + rows.minutes(1))
    drain(after=1)
    alert.refresh_from_db()


def test_the_answer_of_a_desk_that_was_told_counts_and_shows_its_way(alert):
    answer(alert, "west")

    assert alert.acknowledged_by == "west"
    assert [one.acknowledged_through for one in alerts.addressees(SYSTEM, alert)] == ["sms"]
    assert Report.objects.count() == 1


def test_a_number_of_somebody_who_was_not_asked_stops_no_ladder(alert):
    answer(alert, "east")

    assert (alert.acknowledged_at, alert.state) == (None, "disseminated")
    assert AuditEntry.objects.filter(by="east", verb="acknowledge", result="refused").exists()
    assert Report.objects.count() == 2


def test_an_answer_that_nobody_follows_up_wakes_the_next_rung_after_all(alert):
    rows.account("head", rung=2)
    answer(alert, "west")

    for minutes in range(5, 300, 5):
        drain(after=minutes)

    assert "head" in [one.account.username for one in alerts.addressees(SYSTEM, alert)]
