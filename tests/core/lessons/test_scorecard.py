from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.core.lessons.response import Answered, Share
from tocsin.core.lessons.scorecard import scorecard
from tocsin.core.lessons.scorecard_values import Attack, Issued, Ledger, Settlement, Telling
from tocsin.core.places.types import Point
from tocsin.core.reference.terms import Disposition, ImminenceState, Priority, RaisedBy

START = datetime(2027, 1, 1, tzinfo=UTC)
END = START + timedelta(days=90)
HERE, NEAR, FAR = Point(2.0, 29.0), Point(2.1, 29.0), Point(5.0, 26.0)


def on(day: float) -> datetime:
    return START + timedelta(days=day)


def warned(day, ref="A-1", *, point=HERE, acted=False, **more):
    return Issued(ref, on(day), (point,), has_acted=acted, raised_by=RaisedBy.COMMUNITY, sector="east", **more)


def struck(day, ref="I-1", *, point=HERE, **more):
    return Attack(ref, point, on(day), on(day), sector="east", **more)


def sheet(issued=(), attacks=(), *, as_of=END, since=START, until=END, **more):
    ledger = Ledger(tuple(issued), tuple(attacks), **more)
    return scorecard(ledger, since, until, as_of=as_of)


def card(*args, **more):
    return sheet(*args, **more).whole


def recall(found, lead_h):
    return next(one for one in found.recalls if one.lead_h == lead_h).found.found


def followed(found, days=28):
    return next(one for one in found.predictive if one.days == days)


def counted_as_false(found):
    """What a scorecard that takes every quiet alarm for a false one would divide by."""
    by = found.by
    return Share(
        by[Disposition.HARM], sum(by[one] for one in (Disposition.HARM, Disposition.NOTHING, Disposition.ACTED))
    )


# Recall and leads


def test_harm_counts_at_each_lead_that_its_warning_was_old():
    found = card([warned(10)], [struck(12)])

    assert [recall(found, hours) for hours in (0, 6, 24)] == [Share(1, 1)] * 3
    assert recall(found, 168) == Share(0, 1)


def test_a_warning_issued_when_the_harm_had_begun_is_none():
    assert recall(card([warned(12)], [struck(12)]), 0) == Share(0, 1)


def test_a_warning_that_was_closed_or_has_run_out_warns_nobody():
    closed = warned(10, until=on(11))

    assert recall(card([closed], [struck(12)]), 0) == Share(0, 1)
    assert recall(card([warned(10)], [struck(39)]), 0) == Share(0, 1)
    assert recall(card([warned(10)], [struck(37)]), 0) == Share(1, 1)


def test_a_warning_of_another_area_is_none_and_its_radius_is_its_own():
    assert recall(card([warned(10, point=FAR)], [struck(12)]), 0) == Share(0, 1)
    assert recall(card([warned(10, point=NEAR)], [struck(12)]), 0) == Share(1, 1)
    assert recall(card([warned(10, point=NEAR, radius_km=5.0)], [struck(12)]), 0) == Share(0, 1)


def test_a_warning_for_a_list_of_places_holds_for_each_of_them():
    both = replace(warned(10), points=(FAR, HERE))

    assert recall(card([both], [struck(12), struck(13, "I-2", point=FAR)]), 0) == Share(2, 2)


def test_recall_stands_beside_the_share_of_area_and_time_under_warning():
    ground = (Settlement("P-1", HERE), Settlement("P-2", FAR))
    found = card([warned(10)], [struck(12)], settlements=ground)

    first = found.recalls[0]
    assert first.area_time_share == pytest.approx(28 / 180)
    assert first.same_places_share == pytest.approx(28 / 90)
    assert found.recalls[3].area_time_share == pytest.approx(21 / 180)


def test_time_under_two_warnings_counts_once():
    twice = [warned(10), warned(11, "A-2"), warned(12, "A-3", until=on(13))]

    found = card(twice, settlements=(Settlement("P-1", HERE),))

    assert found.recalls[0].area_time_share == pytest.approx(29 / 90)


def test_where_no_settlement_is_known_the_share_of_area_is_unknown_and_not_zero():
    found = card([warned(10)], [struck(12)])

    assert found.recalls[0].area_time_share is None


def test_harm_without_a_warning_is_in_no_quartile_and_counted_apart():
    found = card([warned(10)], [struck(11), struck(12, "I-2"), struck(13, "I-3"), struck(60, "I-4", point=FAR)]).leads

    assert (found.with_one, found.without) == (3, 1)
    assert found.quartiles_h == (36.0, 48.0, 60.0)
    assert sum(count for _start, _end, count in found.bins) == 3


def test_where_nothing_happened_recall_and_leads_are_unknown():
    found = card([warned(10)])

    assert recall(found, 0).share is None
    assert found.leads.quartiles_h is None


# What followed


def test_an_alarm_acted_on_and_followed_by_nothing_is_not_false_and_its_count_is_shown():
    found = followed(
        card([warned(10, "A-1"), warned(10, "A-2", acted=True), warned(40, "A-3", point=FAR)], [struck(45, point=FAR)])
    )

    assert found.found.found == Share(1, 2)
    assert (found.by[Disposition.ACTED], found.by[Disposition.NOTHING]) == (1, 1)


def test_a_scorecard_that_counted_alarms_acted_on_as_false_would_be_found():
    found = followed(card([warned(10, "A-1", acted=True), warned(40, "A-3", point=FAR)], [struck(45, point=FAR)]))

    assert found.found.found == Share(1, 1)
    assert counted_as_false(found) != found.found.found


def test_leaving_them_out_flatters_so_the_share_is_told_with_them_for_nothing_and_for_harm():
    found = followed(card([warned(10, "A-1", acted=True), warned(40, "A-3", point=FAR)], [struck(45, point=FAR)]))

    assert (found.least_share, found.most_share) == (0.5, 1.0)


def test_an_alarm_acted_on_and_still_followed_by_harm_counts():
    assert followed(card([warned(10, acted=True)], [struck(12)])).found.found == Share(1, 1)


def test_whether_it_deterred_is_said_only_where_a_person_found_the_threat_real():
    alarms = [warned(10, "A-1", acted=True, was_real=True), warned(10, "A-2", acted=True)]

    assert followed(card(alarms)).perhaps_deterred == 1


def test_an_alarm_that_nobody_could_have_told_us_more_of_cannot_be_verified():
    alarms = [
        warned(10, "A-1", is_unobserved=True),
        warned(10, "A-2", acted=None),
        replace(warned(10, "A-3"), points=()),
    ]

    found = followed(card(alarms))

    assert found.by[Disposition.UNVERIFIABLE] == 3
    assert found.found.found.share is None


def test_an_alarm_whose_time_is_not_over_is_not_judged_even_when_harm_came_early():
    early = [warned(10), warned(80, "A-2"), warned(81, "A-3", point=FAR)]

    found = followed(card(early, [struck(11), struck(82, "I-2")]))

    assert found.by[Disposition.OPEN] == 2
    assert found.found.found == Share(1, 1)


def test_what_was_not_known_at_the_moment_asked_about_does_not_count():
    late = replace(struck(12), known_at=on(60))

    before, after = card([warned(10)], [late], as_of=on(50), until=on(50)), card([warned(10)], [late], as_of=END)

    assert (before.attacks, after.attacks) == (0, 1)
    assert (followed(before).found.found, followed(after).found.found) == (Share(0, 1), Share(1, 1))


# Load, parts and small numbers


def test_alerts_are_told_per_week_and_per_officer_without_a_name():
    told = tuple(Telling(on(day), "east", who) for day, who in ((1, 7), (2, 7), (3, 9), (4, 9)))

    found = card([warned(1), warned(2, "A-2")], until=on(14), tellings=told)

    assert (found.per_week, found.officers, found.per_officer_week) == (1.0, 2, 1.0)


def test_a_load_that_is_not_on_record_is_unknown():
    assert card([warned(1)]).per_officer_week is None
    assert card([warned(1)], tellings=()).per_officer_week is None


def test_each_sector_and_month_counts_its_own_and_a_warning_holds_across_their_borders():
    west = replace(warned(30, "A-9"), sector="west")

    found = sheet([west], [struck(32)])

    assert [(one.sector, one.alerts, one.attacks) for one in found.by_sector] == [("east", 0, 1), ("west", 1, 0)]
    assert [(one.month, one.alerts, one.attacks) for one in found.by_month] == [
        ("2027-01", 1, 0), ("2027-02", 0, 1), ("2027-03", 0, 0),
    ]  # fmt: skip
    assert recall(found.by_sector[0], 0) == Share(1, 1)


def test_months_begin_by_the_clock_of_the_mission():
    ledger = Ledger((), (Attack("I-1", HERE, datetime(2027, 1, 31, 23, 30, tzinfo=UTC), START),))

    found = scorecard(ledger, START, END, as_of=END, zone=timedelta(hours=1))

    assert [(one.month, one.attacks) for one in found.by_month][:2] == [("2027-01", 0), ("2027-02", 1)]


def test_a_share_of_few_cases_is_too_few_to_say():
    few = card([warned(10)], [struck(12)]).recalls[0].found
    many = card([warned(10)], [struck(12 + n / 10, f"I-{n}") for n in range(10)]).recalls[0].found

    assert (few.is_enough, many.is_enough) == (False, True)
    assert few.low == pytest.approx(0.207, abs=0.001)


def test_steps_are_those_of_the_rate_of_response():
    told = Answered("A-1", Priority.P1, on(10), acknowledged_at=on(10) + timedelta(minutes=7))

    spans = {one.name: one for one in card([warned(10)], answered=(told,)).spans}

    assert list(spans) == ["acknowledge", "decide", "arrive"]
    assert (spans["acknowledge"].median_min, spans["arrive"].median_min) == (7.0, None)


def test_a_machine_is_scored_beside_people_and_communities():
    machine = replace(warned(40, "S-1", point=FAR), raised_by=RaisedBy.MACHINE, radius_km=40.0, until=on(60))

    found = card([warned(10), machine], [struck(12)])

    assert dict(found.by_maker) == {RaisedBy.COMMUNITY: 1, RaisedBy.MACHINE: 1}
    assert {maker: one.found for maker, one in found.by_maker_predictive} == {
        RaisedBy.COMMUNITY: Share(1, 1), RaisedBy.MACHINE: Share(0, 1),
    }  # fmt: skip


# Likelihoods


def test_what_was_said_of_the_likelihood_is_laid_beside_how_often_harm_followed():
    alarms = [warned(10, imminence=ImminenceState.IMMINENT), warned(40, "A-2", imminence=ImminenceState.EMERGING)]

    found = {(one.kind, one.name): one.found[1].found for one in card(alarms, [struck(12)]).bands}

    assert found == {("imminence_state", "imminent"): Share(1, 1), ("imminence_state", "emerging"): Share(0, 1)}


def test_no_chance_is_made_up_where_none_was_stated():
    assert card([warned(10)], [struck(12)]).stated is None


def test_stated_chances_are_scored_by_what_came_in_the_time_of_the_warning():
    alarms = [warned(10, chance=0.9, until=on(17)), warned(30, "A-2", chance=0.1, until=on(37))]

    found = card(alarms, [struck(12), struck(40, "I-2")]).stated

    assert found.count == 2
    assert found.brier == pytest.approx(0.01)
    assert found.skill == pytest.approx(0.96)
    assert [(one.name, one.found[0].found) for one in found.bands] == [("0.1-0.2", Share(0, 1)), ("0.8-1", Share(1, 1))]


def test_a_chance_acted_on_and_followed_by_nothing_is_not_held_against_it():
    alarms = [warned(10, chance=0.9, acted=True), warned(40, "A-2", chance=0.9, point=FAR)]

    assert card(alarms, [struck(45, point=FAR)]).stated.count == 1


# Who is reached


def test_harm_far_from_every_base_is_told_apart_from_harm_near_one():
    spread = [struck(12 + n / 100, f"I-{n}", point=Point(2.0 + n * 0.1, 29.0)) for n in range(30)]
    close = warned(10, radius_km=90.0)

    found = card([close], spread, bases=(HERE,))

    assert [one.found.found for one in found.by_distance] == [Share(9, 10), Share(0, 10), Share(0, 10)]
    assert found.evenness == 0.0
    assert found.by_distance[0].to_km < found.by_distance[2].to_km


def test_without_a_base_the_distance_is_unknown():
    assert card([], [struck(12)]).by_distance == ()


def test_recall_is_told_by_the_way_the_harm_came_to_be_known():
    harm = [struck(12, told_through="patrol"), struck(13, "I-2", point=FAR, told_through="hotline")]

    found = {one.name: one.found.found for one in card([warned(10)], harm).by_channel}

    assert found == {"patrol": Share(1, 1), "hotline": Share(0, 1)}


def test_every_figure_names_its_records_its_rules_and_its_moment():
    found = sheet([warned(10)], [struck(12)])

    assert found.whole.recalls[0].why.evidence == ("I-1",)
    assert followed(found.whole).why.evidence == ("A-1",)
    assert {because.code for because in found.reasons} == {
        "scorecard.counted", "scorecard.rules", "scorecard.control", "scorecard.unscorable",
    }  # fmt: skip
    assert all("as_of" in because.facts for because in found.reasons)
