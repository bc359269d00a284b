"""The pages of warnings, in three languages and without any script; the feed and the files that anybody may fetch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import Viewer
from tocsin.services import warning_files, warning_guards
from tocsin.store.models import CommunityWarning

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ADMIN = Viewer("admin", Role.ADMINISTRATOR)


@pytest.fixture
def here(db: None) -> Any:
    """An alert at Malka, two desks that may write and release, and a key."""
    malka = rows.place("P-0003", name="Malka", lat=5.95, lon=24.36, languages=["fr"])
    rows.source(place=malka, languages=["fr"], role="can_focal_point")
    rows.account("duty", language="en")
    rows.account("lead", Role.PROTECTION_LEAD)
    rows.account("auditor", Role.AUDITOR)
    warning_files.make_key(ADMIN, purpose="live", now=datetime.now(UTC))
    return rows.alert(place=malka, events=["ATK"], lat=5.95, lon=24.36, opened_at=datetime.now(UTC))


def signed_in(username: str, language: str = "en") -> Client:
    from django.contrib.auth import get_user_model

    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
    session.save()
    client.cookies["django_language"] = language
    return client


def form(alert: Any, **changes: Any) -> dict[str, Any]:
    ends = datetime.now(UTC) + timedelta(hours=8)
    filled = {
        "alert": alert.ref, "event": "ATK", "urgency": "Immediate", "severity": "Severe", "certainty": "Likely",
        "reach": "public", "places": ["P-0003"], "area": "around", "languages": ["fr"],
        "headline-fr": "Attaque : Malka", "what-fr": "Attaque attendue.", "do-fr": "Quittez la route.",
        "promises_help": "no", "tells_of_troops": "no", "tells_who_reported": "no",
        "expires_at": ends.isoformat(timespec="minutes"), "do": "keep",
    }  # fmt: skip
    return {**filled, **changes}


def kept(alert: Any, **changes: Any) -> CommunityWarning:
    answer = signed_in("duty").post("/warnings/new/", form(alert, **changes))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return CommunityWarning.objects.latest("pk")


def released_by(username: str, row: CommunityWarning) -> Any:
    seen = warning_guards.mark_of(CommunityWarning.objects.get(pk=row.pk))
    return signed_in(username).post(f"/warnings/{row.ref}/release/", {"seen": seen})


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_composer_shows_every_form_and_what_stops_it_in_the_readers_language(here, language):
    page = signed_in("duty", language).get(f"/warnings/new/?alert={here.ref}")

    text = page.content.decode()
    asked = {"en": "What stops it", "fr": "Ce qui la bloque", "ar": "ما يوقفه"}[language]
    assert page.status_code == 200
    assert asked in text
    assert "ALERTE: " in text
    assert 'value="Attaque armée : Malka"' in text
    assert ('dir="rtl"' in text) is (language == "ar")


def test_a_warning_is_written_released_by_another_and_fetched_by_anybody(here):
    row = kept(here)
    refused = released_by("duty", row)
    released = released_by("lead", row)

    feed = etree.fromstring(Client().get("/feeds/warnings.atom").content)
    link = feed.find(f"{ATOM}entry/{ATOM}link").get("href")
    file = Client().get(link.removeprefix("http://testserver"))
    assert (refused.status_code, released.status_code) == (422, 302)
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Attaque : Malka"
    assert [feed.findtext(f"{ATOM}{name}") is not None for name in ("id", "title", "updated")] == [True] * 3
    assert file["Content-Type"] == "application/cap+xml"
    assert b"<status>Actual</status>" in file.content
    assert b"EmbeddedSignature" not in file.content


def test_the_page_of_a_warning_shows_who_answered_and_takes_a_call(here):
    row = kept(here)
    released_by("lead", row)
    person = row.recipients.get()

    signed_in("duty").post(f"/warnings/{row.ref}/called/", {"who": person.pk, "answer": "help"})
    page = signed_in("duty").get(f"/warnings/{row.ref}/").content.decode()

    assert "1 of 1" in page
    assert "need help: 1" in page
    assert signed_in("duty").get("/warnings/").content.decode().count("need help: 1") == 1


def test_a_polygon_that_crosses_itself_is_shown_with_its_point_and_one_that_is_none_is_refused(here):
    bow = "5.9,24.3 6.0,24.4 5.9,24.4 6.0,24.3 5.9,24.3"
    looked = signed_in("duty").post("/warnings/preview/", form(here, area="polygon", polygon=bow)).content.decode()
    nonsense = signed_in("duty").post("/warnings/new/", form(here, area="polygon", polygon="here, there"))

    assert "crosses itself near" in looked
    assert "5.95" in looked
    assert nonsense.status_code == 422
    assert not CommunityWarning.objects.exists()


def test_what_a_form_cannot_hold_changes_nothing_and_breaks_nothing(here):
    wild = form(here, event="<b>", urgency="x", languages=["fr", "../..", "x" * 50], places=["P-0003", "nowhere"])

    row = kept(here, **{name: wild[name] for name in ("event", "urgency", "languages", "places")})

    assert (row.event, row.urgency, list(row.texts)) == ("any", "Unknown", ["fr"])


def test_a_cap_file_is_taken_in_with_three_facts_and_a_broken_one_refused_with_its_line(here):
    row = kept(here)
    released_by("lead", row)
    row.refresh_from_db()
    body = row.cap.encode()

    good = signed_in("duty").post("/warnings/files/", {"file": SimpleUploadedFile("a.xml", body)}, follow=True)
    altered = body.replace(b"Malka", b"Tesh", 1)
    bad = signed_in("duty").post("/warnings/files/", {"file": SimpleUploadedFile("a.xml", altered)})

    assert "Signature intact" in good.content.decode()
    assert "Known signer" in good.content.decode()
    assert bad.status_code == 422
    assert "altered after it was signed" in bad.content.decode()


def test_who_may_not_see_warnings_is_answered_as_if_there_were_none(here):
    row = kept(here)

    seen = [signed_in("auditor").get(address).status_code for address in ("/warnings/", f"/warnings/{row.ref}/")]

    assert seen == [404, 404]
    assert Client().get("/warnings/").status_code == 302


def test_a_feed_of_ones_own_opens_by_its_token_and_ends(here):
    row = kept(here, reach="focal_points")
    released_by("lead", row)
    duty = signed_in("duty")
    shown = duty.post("/warnings/feeds/", {"label": "radio", "sector": "west"}).content.decode()
    address = "/feeds/warnings/" + shown.partition("/feeds/warnings/")[2].partition("<")[0]

    feed = etree.fromstring(Client().get(address).content)
    link = feed.find(f"{ATOM}entry/{ATOM}link").get("href").removeprefix("http://testserver")
    subscription = duty.get("/warnings/").context["subscriptions"][0]
    opened = Client().get(link).status_code
    duty.post(f"/warnings/feeds/{subscription.pk}/end/")

    assert opened == 200
    assert Client().get(link.partition("?")[0]).status_code == 404
    assert Client().get(address).status_code == 404
    assert Client().get("/feeds/warnings.atom").content.count(b"<entry>") == 0


@pytest.mark.parametrize("form_name", ["voice", "radio"])
def test_the_scripts_can_be_read_alone(here, form_name):
    row = kept(here)

    page = signed_in("duty").get(f"/warnings/{row.ref}/script/{form_name}/fr/")

    assert page.status_code == 200
    assert "Quittez la route." in page.content.decode()
    assert "Not released yet" in page.content.decode()
    assert signed_in("duty").get(f"/warnings/{row.ref}/script/{form_name}/xx/").status_code == 404


def test_a_draft_rewritten_behind_an_open_page_is_not_released_by_it(here):
    row = kept(here)
    lead = signed_in("lead")
    seen = lead.get(f"/warnings/{row.ref}/").context["seen"]
    signed_in("duty").post(f"/warnings/{row.ref}/write/", form(here, **{"do-fr": "Restez chez vous."}))

    old = lead.post(f"/warnings/{row.ref}/release/", {"seen": seen})
    without = lead.post(f"/warnings/{row.ref}/release/")
    new = lead.post(f"/warnings/{row.ref}/release/", {"seen": old.context["seen"]})

    assert (old.status_code, without.status_code, new.status_code) == (422, 422, 302)
    assert "The draft changed after you opened it" in old.content.decode()
    assert f'name="seen" value="{old.context["seen"]}"' in old.content.decode()


def test_a_partner_reads_what_was_said_and_not_to_whom_nor_from_which_alert(here):
    rows.account("partner", Role.PARTNER)
    row = kept(here)
    released_by("lead", row)

    page = signed_in("partner").get(f"/warnings/{row.ref}/").content.decode()
    listed = signed_in("partner").get("/warnings/").content.decode()
    own = signed_in("lead").get(f"/warnings/{row.ref}/").content.decode()

    for inside in (here.ref, "Who answered", "What became of it", "What stood against it"):
        assert inside not in page
        assert inside in own
    assert "Attaque : Malka" in page
    assert "Who answered" not in listed
