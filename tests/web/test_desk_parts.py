"""Parts of the duty desk by themselves: marked words, the small map, and the clocks."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.store import rows
from tocsin.core.places.types import Base, Place, Point, Road, RoadClosure
from tocsin.core.reference.terms import RoadClass, RoadStatus, Season
from tocsin.core.reference.viewer import SYSTEM
from tocsin.store.queries import alerts
from tocsin.web import smallmap, waiting
from tocsin.web.highlight import marked
from tocsin.web.templatetags import tocsin as tags

NOW = datetime(2027, 3, 12, 7, tzinfo=UTC)


def quoting(*words):
    return [{"code": "reading.event", "facts": {"words": ", ".join(words)}, "evidence": []}]


def test_the_words_that_something_was_read_from_are_marked():
    assert marked("Ils tirent a Malka", quoting("tirent")) == "Ils <mark>tirent</mark> a Malka"


def test_words_are_found_whatever_their_capitals_and_accents():
    assert marked("BRÛLÉ hier", quoting("brule")) == "<mark>BRÛLÉ</mark> hier"


def test_a_word_inside_another_is_not_marked():
    assert marked("feuilles", quoting("feu")) == "feuilles"


def test_what_was_told_can_put_nothing_into_the_page():
    assert marked("<script>tirs</script>", quoting("tirs")) == "&lt;script&gt;<mark>tirs</mark>&lt;/script&gt;"


def test_words_that_lie_over_each_other_are_one_mark():
    assert marked("ils tirent fort", quoting("ils tirent", "tirent fort")) == "<mark>ils tirent fort</mark>"


ROAD = Road("W-1", "P-1", "P-2", 10, RoadClass.EARTH, dry=RoadStatus.OPEN, wet=RoadStatus.UNKNOWN)
PLACES = (Place("P-1", "Oru", Point(6.1, 24.2)), Place("P-2", "Tesh", Point(6.05, 24.25)))


@pytest.mark.parametrize(
    ("season", "closed", "drawn"),
    [
        (Season.DRY, {}, "open"),
        (Season.WET, {}, "unknown"),
        (None, {}, "unknown"),
        (Season.DRY, {"W-1": RoadClosure("W-1", RoadStatus.CLOSED, "mine", NOW.date())}, "closed"),
    ],
)
def test_an_unknown_road_is_never_drawn_as_open(season, closed, drawn):
    found = smallmap.draw(PLACES[0].point, PLACES, (), (ROAD,), closed=closed, season=season)

    assert [road.state for road in found.roads] == [drawn]


def test_the_map_reaches_to_the_nearest_base():
    base = Base("B-1", "Far base", Point(6.1, 24.9))
    found = smallmap.draw(PLACES[0].point, PLACES, (base,), (), closed={}, season=Season.DRY)

    assert "Far base" in {mark.name for mark in found.marks}


def an_alert(**fields):
    first = {
        "ref": "A-000001", "priority": "P1", "state": "disseminated", "opened_at": NOW, "told_at": NOW,
        "acknowledged_at": None, "decided_at": None, "delegated_at": None, "arrived_at": None, "feedback_at": None,
    }  # fmt: skip
    return SimpleNamespace(**{**first, **fields})


def codes(alert):
    return {ask.code for ask in waiting.standing(alert, as_of=NOW).asks}


def test_an_alert_needs_somebody_until_it_is_acknowledged_and_decided():
    fresh = waiting.standing(an_alert(), as_of=NOW)
    decided = waiting.standing(an_alert(acknowledged_at=NOW, decided_at=NOW, state="decided"), as_of=NOW)

    assert fresh.needs_somebody and not decided.needs_somebody
    assert fresh.due_at == NOW + timedelta(minutes=10)


def test_a_decision_nobody_acknowledged_still_asks_for_an_acknowledgement():
    assert "acknowledge" in codes(an_alert(decided_at=NOW, state="decided"))


def test_an_unconfirmed_hand_over_needs_somebody_however_long_ago_it_was():
    handed = an_alert(acknowledged_at=NOW, decided_at=NOW, delegated_at=NOW, state="delegated_unconfirmed")

    assert waiting.standing(handed, as_of=NOW + timedelta(days=9)).needs_somebody


def test_a_closed_alert_waits_for_nothing():
    assert codes(an_alert(state="closed")) == set()


def test_the_clock_that_runs_out_first_stands_first_within_a_priority():
    late, later, low = (
        an_alert(ref="A-000002"),
        an_alert(ref="A-000003", told_at=NOW + timedelta(minutes=5), opened_at=NOW + timedelta(minutes=5)),
        an_alert(ref="A-000004", priority="P3", opened_at=NOW - timedelta(days=3)),
    )

    ordered = waiting.in_order([low, later, late], as_of=NOW)

    assert [one.alert.ref for one in ordered] == ["A-000002", "A-000003", "A-000004"]


def test_what_is_drawn_once_is_drawn_anew_in_another_language_and_zone(settings):
    with translation.override("en"):
        english = (tags.clock(NOW), tags.priority("P1"), tags.term("received", "verification_state"))
    with translation.override("fr"):
        french = (tags.clock(NOW), tags.priority("P1"), tags.term("received", "verification_state"))
    settings.MISSION = {**settings.MISSION, "zone": "+05:00"}
    with translation.override("en"):
        elsewhere = tags.clock(NOW)

    assert all(one != other for one, other in zip(english, french, strict=True))
    assert "12:00" in elsewhere
    assert elsewhere != english[0]


@pytest.mark.django_db
def test_a_line_of_the_desk_asks_the_database_for_nothing_more():
    for number in range(3):
        rows.alert(place=rows.place(), priority=f"P{number + 1}")

    found = waiting.in_order(alerts.alerts_on_desk(SYSTEM, most=10), as_of=rows.NIGHT)
    with CaptureQueriesContext(connection) as asked:
        page = render_to_string("desk/alert_table.html", {"rows": found, "now": rows.NIGHT, "may_verify": True})

    assert page.count("data-row=") == 3
    assert len(asked) == 0


@pytest.mark.django_db
def test_a_line_that_reads_more_than_was_asked_for_would_be_noticed():
    rows.alert(place=rows.place())

    (found,) = alerts.alerts_on_desk(SYSTEM, most=10)
    with CaptureQueriesContext(connection) as asked:
        assert found.outcome == ""

    assert len(asked) == 1
