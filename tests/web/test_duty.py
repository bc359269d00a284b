"""The rota page: who has the watch now, the week, the holes, and what may be written by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store import rows
from tocsin.store.models import Account, DutyShift
from tocsin.web import viewer as web_viewer

pytestmark = pytest.mark.django_db
NOW = rows.NIGHT


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(web_viewer, "moment_now", lambda: NOW)


@pytest.fixture
def desks(world) -> dict[str, Account]:
    made = {name: rows.account(name, rung=rung, sector="west") for name, rung in (("early", 0), ("late", 0))}
    Account.objects.filter(username="early").update(speaks=["fr", "sw"], title="Early desk")
    return made


def shift(account: Account, start_h: float, end_h: float, **fields: object) -> DutyShift:
    moments = {"starts_at": NOW + timedelta(hours=start_h), "ends_at": NOW + timedelta(hours=end_h)}
    return DutyShift.objects.create(account=account, sector="west", made_by="lead", made_at=NOW, **moments, **fields)


def field(hours: float) -> str:
    return f"{NOW + timedelta(hours=2 + hours):%Y-%m-%dT%H:%M}"


def test_the_page_says_who_has_the_watch_now_and_in_which_languages(desks, sign_in):
    shift(desks["early"], -1, 7)
    shift(desks["late"], 7, 15)

    page = sign_in("duty").get("/duty/").content.decode()

    now, week = page.split('id="week"')
    assert "Early desk" in now
    assert "Kiswahili" in now
    assert "late" in week


def test_a_stretch_without_anybody_is_shown_red(desks, sign_in):
    shift(desks["early"], -1, 2)

    page = sign_in("duty").get("/duty/").content.decode()

    assert "Nobody has the watch" in page
    assert 'class="panel urgent"' in page


def test_without_any_rota_nothing_is_called_a_hole(desks, sign_in):
    assert "Nobody has the watch</h2>" not in sign_in("duty").get("/duty/").content.decode()


def test_the_lead_enters_a_watch_and_a_conflict_is_refused_with_what_stands_in_its_way(desks, sign_in):
    lead = sign_in("lead")
    given = {"account": "early", "starts_at": field(1), "ends_at": field(9)}

    entered = lead.post("/duty/enter/", given)
    again = lead.post("/duty/enter/", {**given, "starts_at": field(8), "ends_at": field(12)})

    assert entered.status_code == 302
    assert again.status_code == 422
    assert "already has the watch" in again.content.decode()
    assert DutyShift.objects.count() == 1


def test_a_desk_enters_its_own_watch_and_nobody_elses(desks, sign_in):
    given = {"account": "early", "starts_at": field(1), "ends_at": field(9)}

    assert sign_in("duty").post("/duty/enter/", given).status_code == 404
    assert DutyShift.objects.count() == 0
    assert sign_in("duty").post("/duty/enter/", {**given, "account": "duty"}).status_code == 302


def test_a_watch_is_handed_over_without_a_moment_between(desks, sign_in):
    mine = shift(desks["early"], -1, 7)

    sign_in("lead").post("/duty/hand-over/", {"shift": mine.pk, "to": "late"})

    kept = list(DutyShift.objects.order_by("starts_at").values_list("account__username", "starts_at", "ends_at"))
    end = NOW + timedelta(hours=7)
    assert kept == [("early", NOW - timedelta(hours=1), NOW), ("late", NOW, end)]


def test_what_has_begun_ends_now_and_what_has_not_is_gone(desks, sign_in):
    begun, later = shift(desks["early"], -1, 7), shift(desks["late"], 7, 15)
    lead = sign_in("lead")

    for one in (begun, later):
        lead.post("/duty/take-out/", {"shift": one.pk})

    assert list(DutyShift.objects.values_list("ends_at", flat=True)) == [NOW]


def test_a_deputy_is_named_and_nobody_is_their_own(desks, sign_in):
    lead = sign_in("lead")

    assert lead.post("/duty/deputy/", {"account": "early", "deputy": "early"}).status_code == 422
    assert lead.post("/duty/deputy/", {"account": "early", "deputy": "late"}).status_code == 302
    assert Account.objects.get(username="early").deputy.username == "late"


@pytest.mark.parametrize("role", ["auditor", "partner", "custodian"])
def test_who_keeps_no_watch_does_not_see_it(role, sign_in):
    assert sign_in(role).get("/duty/").status_code == 404


@pytest.mark.parametrize("week", ["", "soon", "0001-01-01", "9999-12-31", "2027-03-08"])
def test_no_week_brings_the_page_down(week, desks, sign_in):
    assert sign_in("duty").get("/duty/", {"week": week}).status_code == 200


def test_quiet_hours_and_languages_are_written_and_half_of_them_is_refused(desks, sign_in):
    lead = sign_in("lead")
    given = {"account": "early", "quiet_from": "22:00", "quiet_until": "06:00", "wakes_for": "P2", "speaks": "fr, ti"}

    refused = lead.post("/duty/habits/", {**given, "quiet_until": ""})
    written = lead.post("/duty/habits/", given)

    early = Account.objects.get(username="early")
    assert (refused.status_code, written.status_code) == (422, 302)
    assert (str(early.quiet_from), early.wakes_for, early.speaks) == ("22:00:00", "P2", ["fr", "ti"])
