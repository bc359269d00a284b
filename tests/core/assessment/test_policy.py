from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import FAR_AWAY, FERREKO, MBIRAWE, NOON, at, days_ago, incident, picture, report
from tocsin.core.assessment.cases import Case, compare_cases, judge_case, judge_each_way, tally
from tocsin.core.assessment.policy import (
    THRESHOLDS,
    default_policy,
    judge_imminence,
    judge_told,
    missing_thresholds,
    severity,
    step_down,
)
from tocsin.core.assessment.types import Imminence, Quiet
from tocsin.core.evidence.types import Grade
from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import ImminenceState, Interpretation, VerificationState

BROAD = default_policy(NOON)
NARROW = replace(BROAD, version="narrow-1", interpretation=Interpretation.NARROW)
CONTINUOUS = replace(BROAD, version="continuous-1", interpretation=Interpretation.CONTINUOUS)


def judged(*incidents, policy=BROAD, **more) -> tuple[str, set[str]]:
    found = judge_imminence(picture(*incidents, **more), policy, as_of=NOON)
    return found.state.value, {reason.code for reason in found.reasons}


def state(*incidents, policy=BROAD, **more) -> str:
    return judged(*incidents, policy=policy, **more)[0]


def test_the_default_policy_states_every_threshold_and_is_approved_by_nobody():
    assert set(BROAD.thresholds) == set(THRESHOLDS)
    assert BROAD.interpretation is Interpretation.BROAD
    assert BROAD.approved_by == ""
    assert BROAD.effective_from <= NOON


def test_a_policy_that_leaves_a_threshold_out_is_told_so_before_it_is_approved():
    without = {name: value for name, value in BROAD.thresholds.items() if name != "ultimatum_h"}

    assert missing_thresholds(BROAD) == ()
    assert missing_thresholds(replace(BROAD, thresholds=without)) == ("ultimatum_h",)


def test_a_judgement_carries_the_version_of_its_policy_and_its_evidence():
    found = judge_imminence(picture(incident(start=at(-2))), CONTINUOUS, as_of=NOON)

    assert found.policy_version == "continuous-1"
    assert found.reasons[0].evidence == ("I-1",)


def test_where_nothing_is_told_there_is_no_state_to_judge():
    assert judged() == ("none", {"none.nothing_told"})


def test_harm_seen_six_hours_ago_and_not_ended_is_ongoing():
    assert state(incident(start=at(-6))) == "ongoing"
    assert state(incident(start=at(-6.1))) != "ongoing"
    assert state(incident(start=at(-2), ended=True)) != "ongoing"


def test_harm_that_still_goes_on_is_seen_at_its_end_and_not_its_beginning():
    assert state(incident(start=at(-40), end=at(-1))) == "ongoing"


def test_harm_at_another_village_is_not_ongoing_here():
    assert state(incident(start=at(-2), place=MBIRAWE)) != "ongoing"
    assert state(incident(start=at(-2), place=MBIRAWE), place=MBIRAWE) == "ongoing"


@pytest.mark.parametrize("actor_type", ["state", "rebel", "militia", "unknown"])
def test_the_threshold_is_the_same_whoever_the_author_is(actor_type):
    assert state(incident(start=at(-2), actor_type=actor_type)) == "ongoing"


def test_a_stated_intent_by_somebody_able_and_near_is_imminent():
    stated = incident("I-2", "THR", start=days_ago(4))
    armed_near = incident("I-1", "MOB", start=days_ago(5), place=MBIRAWE)

    assert judged(armed_near, stated) == ("imminent", {"imminent.stated_intent"})


def test_a_stated_intent_alone_is_not_imminent_in_the_broad_reading():
    assert state(incident("I-2", "THR", start=days_ago(4))) == "potential"


def test_a_stated_intent_by_somebody_too_far_away_is_not_imminent():
    two_days_march = Place("P-0010", "Far", Point(2.60, 29.14))
    armed_far = incident("I-1", "MOB", start=days_ago(5), place=two_days_march)

    assert state(armed_far, incident("I-2", "THR", start=days_ago(4))) != "imminent"


def test_another_armed_actor_nearby_does_not_make_a_stated_intent_able():
    others = incident("I-1", "CLS", start=days_ago(5), place=MBIRAWE, actor="FPL")

    assert state(others, incident("I-2", "THR", start=days_ago(4))) != "imminent"


def test_two_attacks_by_one_actor_within_a_month_and_25_km_are_a_pattern():
    first = incident("I-1", start=days_ago(29), place=MBIRAWE)
    second = incident("I-2", start=days_ago(3))

    assert judged(first, second) == ("imminent", {"imminent.pattern"})


@pytest.mark.parametrize(
    "first",
    [
        incident("I-1", start=days_ago(31), place=MBIRAWE),
        incident("I-1", start=days_ago(20), place=FERREKO),
        incident("I-1", start=days_ago(20), place=MBIRAWE, actor="Simbarra"),
        incident("I-1", start=days_ago(20), place=MBIRAWE, actor=None),
        incident("I-1", start=days_ago(20), place=MBIRAWE, ended=True),
        incident("I-1", "CLS", start=days_ago(20), place=MBIRAWE),
        incident("I-1", start=days_ago(20), place=MBIRAWE, state=VerificationState.REFUTED),
        incident("I-1", start=days_ago(20), place=MBIRAWE, known_at=at(1)),
    ],
    ids=["too old", "too far", "other actor", "unnamed", "over", "no attack", "refuted", "not known yet"],
)
def test_two_attacks_are_no_pattern_of_one_actor_where_one_of_them_does_not_count(first):
    assert state(first, incident("I-2", start=days_ago(3))) != "imminent"


def test_attacks_by_nobody_named_are_a_pattern_that_is_emerging():
    attacks = [incident(f"I-{day}", start=days_ago(day), actor=None) for day in (3, 20)]

    assert judged(*attacks) == ("emerging", {"emerging.pattern"})


def test_three_well_graded_preparatory_acts_are_imminent():
    acts = [incident(f"I-{day}", "MOB", start=days_ago(day), place=MBIRAWE) for day in (2, 5, 9)]

    assert judged(*acts) == ("imminent", {"imminent.preparatory"})


def test_preparatory_acts_nobody_can_judge_are_only_emerging():
    acts = [incident(f"I-{day}", "HSP", start=days_ago(day), grade=Grade("F", 6)) for day in (2, 5, 9)]

    assert judged(*acts) == ("emerging", {"emerging.indicators"})


def test_two_independent_sources_make_up_for_an_unknown_source():
    acts = [incident(f"I-{day}", "HSP", start=days_ago(day), grade=Grade("F", 3), sources=2) for day in (2, 5, 9)]
    once = [replace(act, sources=1) for act in acts]

    assert state(*acts) == "imminent"
    assert state(*once) == "emerging"


def test_an_ultimatum_is_imminent_three_days_before_its_date():
    assert state(incident("I-1", "THR", start=at(72))) == "imminent"
    assert state(incident("I-1", "THR", start=at(73))) != "imminent"


def test_an_ultimatum_whose_date_has_passed_is_not_over_by_itself():
    passed = incident("I-1", "THR", start=at(-5), known_at=days_ago(3))

    assert judged(passed) == ("imminent", {"imminent.ultimatum"})
    assert state(replace(passed, ended=True)) == "potential"


def test_a_recorded_override_is_imminent_and_says_why():
    found = judge_imminence(
        picture(entered={"imminent": 1}, entered_why={"imminent": "seen by the sector"}), BROAD, as_of=NOON
    )

    assert found.state is ImminenceState.IMMINENT
    assert found.reasons[0].facts["why"] == "seen by the sector"


def test_what_was_told_as_imminent_never_runs_out_by_itself():
    told = incident("I-1", "MOB", start=days_ago(200), imminence=ImminenceState.IMMINENT)

    assert state(told) == "imminent"
    assert state(replace(told, ended=True)) == "potential"


def test_two_preparatory_acts_are_emerging_and_one_is_potential():
    acts = [incident(f"I-{day}", "TNS", start=days_ago(day), grade=Grade("F", 6)) for day in (2, 5)]

    assert state(*acts) == "emerging"
    assert state(acts[0]) == "potential"


def test_a_trigger_event_is_emerging_where_somebody_able_is_about():
    clash = incident("I-1", "CLS", start=days_ago(60), place=MBIRAWE, actor="FPL")

    assert judged(clash, entered={"trigger_days": 10}) == ("emerging", {"emerging.trigger"})
    assert state(clash, entered={"trigger_days": 15}) == "potential"
    assert state(entered={"trigger_days": 10}) == "none"


def test_the_narrow_reading_waits_until_civilians_are_confronted():
    pattern = [incident(f"I-{day}", start=days_ago(day)) for day in (3, 20)]
    confronted = incident("I-9", start=at(-20))

    assert judged(*pattern, policy=NARROW) == ("emerging", {"imminent.pattern", "emerging.pattern", "imminent.narrow"})
    assert state(*pattern, policy=BROAD) == "imminent"
    assert judged(confronted, policy=NARROW) == ("imminent", {"imminent.confronting"})


def test_the_narrow_reading_still_sees_what_is_ongoing_and_what_a_person_recorded():
    assert state(incident(start=at(-2)), policy=NARROW) == "ongoing"
    assert state(policy=NARROW, entered={"imminent": 1}) == "imminent"


def test_the_continuous_reading_does_not_ask_that_harm_be_about_to_happen():
    stated_long_ago = incident("I-1", "THR", start=days_ago(80))

    assert judged(stated_long_ago, policy=CONTINUOUS) == ("imminent", {"imminent.stated_continuous"})
    assert state(stated_long_ago, policy=BROAD) == "potential"
    assert state(replace(stated_long_ago, ended=True), policy=CONTINUOUS) == "potential"


def test_two_policies_name_only_the_alerts_that_would_change():
    pattern = [incident(f"I-{day}", start=days_ago(day)) for day in (3, 20)]
    cases = [Case("A-1", NOON, picture=picture(*pattern)), Case("A-2", NOON, picture=picture(place=FAR_AWAY))]

    changes = compare_cases(cases, BROAD, NARROW)

    assert [(one.ref, one.before.state.value, one.after.state.value, one.crosses) for one in changes] == [
        ("A-1", "imminent", "emerging", "no_more")
    ]
    assert compare_cases(cases, BROAD, BROAD) == ()


def test_each_reading_of_one_alert_stands_beside_the_others_and_the_wider_never_finds_less():
    case = Case("A-1", NOON, picture=picture(*(incident(f"I-{day}", start=days_ago(day)) for day in (60, 75))))

    (found,) = judge_each_way([case], BROAD)

    assert [one.state.value for one in found.values()] == ["emerging", "emerging", "imminent"]
    assert tally([found]) == {Interpretation.NARROW: 0, Interpretation.BROAD: 0, Interpretation.CONTINUOUS: 1}


def test_the_worse_of_what_was_told_and_what_the_place_shows_is_the_judgement_of_an_alert():
    told = report("THR", state="imminent", kind="threat_warning").reading

    assert judge_case(Case("A-1", NOON, (told,)), BROAD).state.value == "imminent"
    assert (
        judge_case(Case("A-1", NOON, (told,), picture(incident("I-1", start=at(-1)))), BROAD).state.value == "ongoing"
    )
    assert judge_case(Case("A-1", NOON), BROAD).state.value == "none"


def test_a_rule_that_asks_for_a_grade_leaves_out_what_is_worse_and_harm_never_waits_for_one():
    strict = replace(BROAD, grades={"pattern": "B2", "preparatory": "C3"})
    weak = [incident(f"I-{day}", start=days_ago(day)) for day in (3, 20)]
    weak = [replace(one, grade=Grade("F", 6), sources=1) for one in weak]

    assert state(*weak, policy=BROAD) == "imminent"
    assert state(*weak, policy=strict) == "emerging"
    assert state(replace(weak[0], start=at(-1)), policy=strict) == "ongoing"


def test_a_report_is_read_by_the_policy():
    told = report("MOB", "THR", state="imminent", kind="threat_warning").reading
    attacked = report("ATK", state="imminent").reading

    assert judge_told(told, BROAD, as_of=NOON).value is ImminenceState.IMMINENT
    assert judge_told(told, NARROW, as_of=NOON).value is ImminenceState.EMERGING
    assert judge_told(attacked, NARROW, as_of=NOON).value is ImminenceState.IMMINENT


HELD = Imminence(ImminenceState.IMMINENT, "v1", ())
CALM = Imminence(ImminenceState.POTENTIAL, "v1", ())
WELL_FOUNDED = Quiet("protection lead", last_indicator_at=at(-48), observed_at=at(-2))


def stepped(quiet: Quiet, held=HELD, lower=CALM) -> tuple[str, set[str]]:
    found = step_down(held, lower, quiet, policy=BROAD, as_of=NOON)
    return found.state.value, {reason.code for reason in found.reasons}


def test_a_threat_is_stepped_down_by_a_named_role_after_two_quiet_days_and_a_visit():
    assert stepped(WELL_FOUNDED) == ("subsided", {"step_down.allowed"})


@pytest.mark.parametrize(
    ("quiet", "missing"),
    [
        (replace(WELL_FOUNDED, determined_by=""), "step_down.needs_determination"),
        (replace(WELL_FOUNDED, last_indicator_at=at(-47)), "step_down.needs_quiet"),
        (replace(WELL_FOUNDED, last_indicator_at=None), "step_down.needs_quiet"),
        (replace(WELL_FOUNDED, observed_at=None), "step_down.needs_observation"),
        (replace(WELL_FOUNDED, observed_at=at(-49)), "step_down.needs_observation"),
        (replace(WELL_FOUNDED, observed_at=at(1)), "step_down.needs_observation"),
    ],
)
def test_a_threat_is_held_while_anything_is_missing(quiet, missing):
    assert stepped(quiet) == ("imminent", {missing})


def test_a_higher_judgement_needs_nobodys_leave():
    worse = Imminence(ImminenceState.ONGOING, "v1", ())

    assert stepped(Quiet(), lower=worse) == ("ongoing", set())


def test_states_are_ordered_by_how_severe_they_are():
    order = ["none", "closed", "subsided", "potential", "emerging", "imminent", "ongoing"]

    assert sorted(ImminenceState, key=severity) == order
