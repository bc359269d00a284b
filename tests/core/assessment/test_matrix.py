from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import FAR_AWAY, FERREKO, MBIRAWE, NOON, OULANGA, at, days_ago, incident, picture
from tocsin.core.assessment.matrix import assess
from tocsin.core.assessment.policy import default_policy
from tocsin.core.assessment.types import Assessment, Override
from tocsin.core.reference import rules
from tocsin.core.reference.terms import Category, PlaceKind, Priority, Trend

BROAD = default_policy(NOON)
FACTORS = ("intent", "capability", "opportunity", "inhibition", "exposure", "sensitivity", "coping")
MEDIUM = dict.fromkeys(FACTORS, 3)
LOW = {**MEDIUM, "intent": 1, "capability": 1, "opportunity": 1}
HIGH = dict.fromkeys(FACTORS, 4)


def matrix(*pictures, **more) -> Assessment:
    return assess(pictures, policy=BROAD, as_of=NOON, **more)


def line(*incidents, **more):
    return matrix(picture(*incidents, **more)).lines[0]


def why(found) -> set[str]:
    return {
        reason.code for reason in found.reasons if reason.code.split(".")[0] in {"must", "should", "could", "watch"}
    }


def test_a_high_risk_is_must():
    found = line(entered=HIGH | {"inhibition": 1, "coping": 1})

    assert (found.category, why(found)) == (Category.MUST, {"must.high_risk"})


def test_an_imminent_threat_is_must_whatever_the_risk():
    found = line(incident(start=at(-2)), entered=LOW)

    assert (found.category, why(found)) == (Category.MUST, {"must.imminent"})


def test_two_p1_within_thirty_days_are_must():
    urgent = [incident(f"I-{day}", "ARB", start=days_ago(day), priority=Priority.P1) for day in (3, 29)]

    assert why(line(*urgent, entered=LOW)) == {"must.p1"}
    assert line(urgent[0], replace(urgent[1], start=days_ago(31)), entered=LOW).category is Category.WATCH


def test_an_emerging_threat_is_should():
    attacks = [incident(f"I-{day}", start=days_ago(day), actor=None) for day in (40, 50)]

    assert "should.emerging" in why(line(*attacks, entered=LOW))


def test_a_medium_risk_that_rises_is_should_and_one_that_does_not_is_could():
    fresh = incident("I-1", "CLS", start=days_ago(5))
    steady = [fresh, incident("I-2", "CLS", start=days_ago(40))]

    rising, stable = line(fresh, entered=MEDIUM), line(*steady, entered=MEDIUM)

    assert (rising.category, rising.trend) == (Category.SHOULD, Trend.RISING)
    assert (stable.category, stable.trend) == (Category.COULD, Trend.STABLE)


def test_a_medium_risk_whose_trend_is_unknown_is_not_taken_for_stable():
    found = line(entered=MEDIUM)

    assert (found.trend, found.category) == (Trend.UNKNOWN, Category.SHOULD)


def test_a_medium_risk_at_a_place_many_depend_on_is_should():
    steady = [incident(f"I-{day}", "CLS", start=days_ago(day)) for day in (5, 40)]

    assert why(line(*steady, entered=MEDIUM, place=replace(OULANGA, kind=PlaceKind.MARKET))) == {"should.key_place"}


def test_a_low_risk_with_people_much_exposed_is_could_and_without_is_watch():
    exposed, sheltered = line(entered=LOW | {"exposure": 4}), line(entered=LOW)

    assert (exposed.category, why(exposed)) == (Category.COULD, {"could.exposed"})
    assert (sheltered.category, why(sheltered)) == (Category.WATCH, {"watch.low"})


def test_a_place_of_which_nothing_is_known_is_watch_and_says_that_unknown_is_not_safe():
    found = line(place=FAR_AWAY)

    assert (found.category, found.risk, found.trend) == (Category.WATCH, None, Trend.UNKNOWN)
    assert {"watch.unknown", "risk.unknown"} <= {reason.code for reason in found.reasons}
    assert {"intent", "people", "last_heard"} <= set(found.unknowns)
    assert found.people is None


def test_fewer_reports_from_a_place_gone_silent_are_no_fall():
    past = [incident(f"I-{day}", "CLS", start=days_ago(day)) for day in (40, 45)]

    heard, silent = line(*past, last_heard_at=days_ago(2)), line(*past, last_heard_at=days_ago(40))

    assert heard.trend is Trend.FALLING
    assert silent.trend is Trend.UNKNOWN
    assert "trend.silent" in {reason.code for reason in silent.reasons}


def test_the_matrix_ranks_by_category_then_imminence_then_risk():
    pictures = [
        picture(place=FAR_AWAY),
        picture(place=FERREKO, entered=MEDIUM),
        picture(place=MBIRAWE, entered=HIGH | {"coping": 1, "inhibition": 1}),
        picture(incident(start=at(-2)), entered=LOW),
    ]

    found = matrix(*pictures)

    assert [each.place.name for each in found.lines] == ["Oulanga", "Mbirawe", "Ferreko", "Lekuwa"]


def test_the_order_of_the_places_given_does_not_change_the_ranking():
    pictures = [picture(place=replace(FERREKO, ref=f"P-{number}"), entered=MEDIUM) for number in range(9)]

    assert matrix(*pictures).lines == matrix(*pictures[::-1]).lines


def test_a_category_set_by_a_person_stands_and_shows_the_rule_beside_it():
    by_hand = Override(Category.MUST, "protection lead", "chief asked for help by phone")

    found = matrix(picture(entered=LOW), overrides={OULANGA.ref: by_hand}).lines[0]

    assert found.category is Category.MUST
    assert found.reasons[0].facts["rule_category"] == "term.category.watch"
    assert "watch.low" in why(found)


def test_a_category_set_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="without its author or reason"):
        matrix(picture(), overrides={OULANGA.ref: Override(Category.MUST, "lead", " ")})


def test_the_matrix_names_the_policy_and_the_rules_it_was_made_by():
    found = matrix(picture())

    assert (found.policy_version, found.rules_digest) == ("default-v1", rules.digest(NOON))


def test_the_evidence_of_a_line_bears_its_reasons_out():
    attacks = [incident(f"I-{day}", start=days_ago(day)) for day in (3, 20)]

    found = line(*attacks)

    assert set(found.evidence) == {"I-3", "I-20"}
    assert found.last_incident_at == days_ago(3)
    assert found.grade == "C3"


def test_the_number_of_people_changes_no_risk_and_no_category():
    attack = incident(start=days_ago(3))

    small, large = (line(attack, place=replace(OULANGA, people=number)) for number in (10, 1_000_000))

    assert (small.risk, small.category) == (large.risk, large.category)
