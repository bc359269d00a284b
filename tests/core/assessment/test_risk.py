from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import FAR_AWAY, MBIRAWE, NOON, OULANGA, at, days_ago, incident, picture
from tocsin.core.assessment.risk import band_of, risk_of
from tocsin.core.assessment.stream import observe
from tocsin.core.assessment.threat import threat_factors, threat_score
from tocsin.core.assessment.types import ThreatFactors, VulnerabilityFactors
from tocsin.core.assessment.vulnerability import is_key_place, vulnerability_factors, vulnerability_score
from tocsin.core.evidence.types import Count
from tocsin.core.places.types import Site
from tocsin.core.reference.terms import PlaceKind, RiskBand, SiteKind

FACTORS = ("intent", "capability", "opportunity", "inhibition", "exposure", "sensitivity", "coping")


def threats(*incidents, **more) -> ThreatFactors:
    return threat_factors(picture(*incidents, **more), as_of=NOON).value


def weak(*incidents, **more) -> VulnerabilityFactors:
    return vulnerability_factors(picture(*incidents, **more), as_of=NOON).value


def risk(*incidents, **more):
    return risk_of(observe(picture(*incidents, **more), as_of=NOON))


@pytest.mark.parametrize(
    ("factors", "threat", "vulnerability", "product", "band"),
    [
        ((4, 3, 4, 2, 4, 4, 2), 3.75, 4.00, 15.00, RiskBand.HIGH),
        ((2, 2, 2, 4, 3, 3, 3), 2.00, 3.00, 6.00, RiskBand.LOW),
        ((5, 4, 5, 1, 5, 5, 1), 4.75, 5.00, 23.75, RiskBand.HIGH),
        ((3, 4, 2, 4, 2, 2, 4), 2.75, 2.00, 5.50, RiskBand.LOW),
        ((3, 3, 3, 3, 3, 3, 3), 3.00, 3.00, 9.00, RiskBand.MEDIUM),
    ],
)
def test_the_worked_examples_of_the_doctrine_hold(factors, threat, vulnerability, product, band):
    found = risk(entered=dict(zip(FACTORS, factors, strict=True)))

    assert (found.threat, found.vulnerability, found.risk) == (threat, vulnerability, product)
    assert found.band is band
    assert (found.low, found.high, found.unknowns) == (product, product, ())


def test_the_bands_begin_at_eight_and_at_fifteen():
    bands = [band_of(value, medium=8, high=15).value for value in (7.99, 8.0, 14.99, 15.0, None)]

    assert bands == ["low", "medium", "medium", "high", "unknown"]


def test_a_value_entered_by_a_person_stands_with_its_reason():
    judged = threat_factors(
        picture(incident(start=at(-9)), entered={"intent": 1}, entered_why={"intent": "ceasefire seen kept"}),
        as_of=NOON,
    )

    assert judged.value.intent == 1
    assert judged.reasons[0].facts["why"] == "ceasefire seen kept"


def test_a_value_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="entered intent is 6, expected 1 to 5"):
        threats(entered={"intent": 6})


@pytest.mark.parametrize(("days", "intent"), [([1, 5, 9], 5), ([1], 4), ([60], 3), ([200], 2), ([500], 1)])
def test_intent_is_shown_by_deeds_and_fades(days, intent):
    attacks = [incident(f"I-{day}", start=days_ago(day)) for day in days]

    assert threats(*attacks).intent == intent


def test_a_stated_threat_is_intent_and_with_an_attack_the_utmost():
    stated = incident("I-1", "THR", start=days_ago(10))

    assert threats(stated).intent == 4
    assert threats(stated, incident("I-2", start=days_ago(20))).intent == 5
    assert threats(replace(stated, ended=True)).intent == 1


def test_a_clash_between_armed_parties_is_no_intent_against_civilians():
    clash = incident("I-1", "CLS", start=days_ago(3))

    assert threats(clash).intent == 1
    assert threats(replace(clash, victim="civilians")).intent == 4


@pytest.mark.parametrize(("deaths", "capability"), [(60, 5), (12, 4), (3, 3), (0, 2), (None, 2)])
def test_capability_is_what_was_done_in_one_event(deaths, capability):
    attack = incident(start=days_ago(40), deaths=Count(deaths, None))

    assert threats(attack).capability == capability


def test_an_unknown_toll_is_told_as_unknown_and_not_as_none_killed():
    judged = threat_factors(picture(incident(start=days_ago(40))), as_of=NOON)

    assert judged.reasons[1].facts["deaths"] is None


@pytest.mark.parametrize(
    ("place", "days", "opportunity"),
    [(OULANGA, 5, 5), (OULANGA, 80, 4), (MBIRAWE, 80, 3), (MBIRAWE, 300, 2), (OULANGA, 500, 1)],
)
def test_opportunity_is_how_near_and_how_recent_armed_acts_were(place, days, opportunity):
    assert threats(incident(start=days_ago(days), place=place)).opportunity == opportunity


@pytest.mark.parametrize(("km", "inhibition"), [(0.8, 4), (9, 3), (30, 2), (128, 1), (None, None)])
def test_a_base_nearby_holds_back_but_never_fully_by_distance_alone(km, inhibition):
    assert threats(base_km=km).inhibition == inhibition


def test_of_a_place_from_which_nothing_is_told_the_threat_is_unknown():
    found = risk(base_km=9.0)

    assert (found.threat, found.risk, found.band) == (None, None, RiskBand.UNKNOWN)
    assert {"intent", "capability", "opportunity"} <= set(found.unknowns)
    assert found.reasons[0].code == "risk.unknown"


def test_unknown_factors_stand_at_the_middle_are_named_and_give_a_range():
    found = risk(incident(start=days_ago(40), place=FAR_AWAY), place=FAR_AWAY)

    assert found.unknowns == ("inhibition", "exposure", "sensitivity", "coping")
    assert found.low < found.risk < found.high
    assert "risk.range" in {reason.code for reason in found.reasons}


def test_the_range_reaches_from_every_unknown_at_its_best_to_its_worst():
    unknown = ThreatFactors(4, 4, 4, None)

    assert threat_score(unknown, unknown_at=1) == 3.25
    assert threat_score(unknown, unknown_at=5) == 4.25
    assert threat_score(unknown) is None
    assert vulnerability_score(VulnerabilityFactors(4, None, 2), unknown_at=3) == pytest.approx(11 / 3)
    assert vulnerability_score(VulnerabilityFactors(4, None, 2)) is None


def test_people_who_must_walk_to_live_are_exposed():
    sites = tuple(Site(OULANGA.ref, SiteKind.WATER, f"well {number}") for number in range(3))

    assert weak(sites=sites[:1]).exposure == 3
    assert weak(sites=sites).exposure == 4
    assert weak(place=replace(OULANGA, displaced_people=1500)).exposure == 5
    assert weak(place=replace(FAR_AWAY, kind=PlaceKind.DISPLACEMENT_SITE)).exposure == 5


def test_exposure_is_unknown_where_no_site_and_no_displaced_people_were_ever_counted():
    assert weak(place=FAR_AWAY).exposure is None
    assert weak(place=replace(FAR_AWAY, displaced_people=0)).exposure == 2


def test_harm_hits_harder_where_people_fled_or_were_killed_already():
    fled = replace(OULANGA, people=1000, displaced_people=1000)
    dead = incident(start=days_ago(100), deaths=Count(12, 15))

    assert weak(place=fled).sensitivity == 5
    assert weak(dead).sensitivity == 4
    assert weak(incident(start=days_ago(400))).sensitivity == 2
    assert weak(place=FAR_AWAY).sensitivity is None


def test_a_base_a_health_post_and_a_plan_of_their_own_help_people_cope():
    health = (Site(OULANGA.ref, SiteKind.HEALTH, "post"),)
    planned = replace(OULANGA, features=("protection_plan",))

    assert weak(base_km=5.0).coping == 3
    assert weak(base_km=5.0, sites=health, place=planned).coping == 5
    assert weak(base_km=90.0).coping == 1
    assert weak().coping is None


def test_a_market_a_bridge_and_a_camp_are_places_many_depend_on():
    assert is_key_place(picture(place=replace(OULANGA, kind=PlaceKind.BRIDGE)))
    assert is_key_place(picture(sites=(Site(OULANGA.ref, SiteKind.MARKET, "market"),)))
    assert not is_key_place(picture())


def test_what_became_known_later_weighs_nothing_today():
    later = incident(start=days_ago(1), known_at=at(1))

    assert threats(later).intent is None
    assert threats(replace(later, known_at=NOON)).intent == 4
