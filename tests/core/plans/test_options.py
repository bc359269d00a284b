from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.allocation.sample import DRY_DAY, HELICOPTER, ORU, PLATOON, TESH, WET_DAY, closed, need, network
from tocsin.core.allocation.reach import reaches
from tocsin.core.plans.options import options_for
from tocsin.core.plans.types import AlertFacts
from tocsin.core.reference import rules, wording
from tocsin.core.reference.terms import ActorType, AssetKind, EventCode, ImminenceState, Priority, Role

ATTACK = AlertFacts(
    "AL-1", ORU.ref, Priority.P1, ImminenceState.IMMINENT, (EventCode.ATK,), ("Simbarra",), (ActorType.MILITIA,)
)


def options(*assets, facts=ATTACK, roads=None, place=ORU, as_of=DRY_DAY):
    rows = reaches(need(place), assets, roads or network(), night=facts.night, as_of=as_of)
    return {one.code: one for one in options_for(facts, rows, assets, as_of=as_of)}


def blocks(option):
    return [reason.code for reason in option.blocked]


def test_to_warn_the_people_themselves_comes_first_and_is_never_blocked():
    found = list(options().values())

    assert (found[0].code, found[0].component, found[0].blocked) == ("community.warn", "community", ())


@pytest.mark.parametrize("state", ImminenceState)
def test_to_warn_the_people_is_there_whatever_the_alert(state):
    facts = AlertFacts("AL-1", None, Priority.P4, state)

    found = options(facts=facts)

    assert "option.place_unknown" in [reason.code for reason in found["community.warn"].reasons]


def test_a_patrol_names_the_asset_and_the_hours():
    patrol = options(PLATOON)["force.patrol"]

    assert (patrol.asset, patrol.hours, patrol.blocked) == ("A-1", 1.5, ())
    assert patrol.may_order == (Role.DUTY_OFFICER, Role.PROTECTION_LEAD)


def test_without_an_asset_the_option_is_shown_with_the_reason_and_not_left_out():
    patrol = options()["force.patrol"]

    assert (patrol.asset, blocks(patrol)) == (None, ["option.no_such_asset"])


def test_a_caveat_is_shown_before_the_choice():
    bound = replace(PLATOON, restrictions=("no_night",))

    by_day = options(bound)["force.patrol"]
    at_night = options(bound, facts=replace(ATTACK, night=True))["force.patrol"]

    assert by_day.blocked == ()
    assert blocks(at_night)[:2] == ["option.no_asset_in_reach", "reach.night_caveat"]


def test_a_closed_road_blocks_the_patrol_and_not_the_helicopter():
    found = options(PLATOON, HELICOPTER, roads=network(closed("R-1")))

    assert "travel.road_closed" in blocks(found["force.patrol"])
    assert (found["force.quick_reaction"].asset, found["force.quick_reaction"].blocked) == ("H-1", ())


def test_a_patrol_that_comes_late_is_still_an_option_and_says_so():
    patrol = options(PLATOON, place=TESH)["force.patrol"]

    assert (patrol.hours, patrol.blocked) == (2.5, ())
    assert "option.arrives_late" in [reason.code for reason in patrol.reasons]
    assert "option.arrives_late" not in [
        reason.code
        for reason in options(PLATOON, place=TESH, facts=replace(ATTACK, within_h=3.0))["force.patrol"].reasons
    ]


def test_an_arrival_over_roads_of_unknown_state_is_not_sure():
    patrol = options(PLATOON, roads=network(as_of=WET_DAY), as_of=WET_DAY)["force.patrol"]

    assert (patrol.asset, patrol.hours) == ("A-1", None)
    assert "option.arrival_not_sure" in [reason.code for reason in patrol.reasons]


def test_a_flight_is_a_re_tasking_that_somebody_took():
    found = options(PLATOON, HELICOPTER)["force.overflight"]

    assert "option.air_is_retasking" in [reason.code for reason in found.reasons]


@pytest.mark.parametrize("alleged", [ActorType.STATE, ActorType.STATE_POLICE])
def test_no_joint_step_with_the_alleged_author(alleged):
    facts = replace(ATTACK, alleged=("FAA",), alleged_types=(alleged,))

    found = options(PLATOON, facts=facts)

    assert blocks(found["host.tasking_request"]) == ["option.author_is_host_force"]
    assert blocks(found["force.joint_patrol"]) == ["option.author_is_host_force"]
    assert found["force.patrol"].blocked == ()


def test_a_uniform_that_nobody_identified_does_not_clear_the_army():
    facts = replace(ATTACK, alleged_types=(ActorType.UNIFORMED_UNKNOWN,))

    assert blocks(options(facts=facts)["host.tasking_request"]) == ["option.author_may_be_host_force"]


def test_what_must_not_be_shared_with_host_forces_blocks_the_request():
    facts = replace(ATTACK, flags=("do_not_share_host_forces",))

    assert blocks(options(facts=facts)["host.tasking_request"]) == ["option.withheld_from_host"]


def test_every_step_with_the_host_carries_the_due_diligence_check():
    found = options(PLATOON)

    assert found["host.tasking_request"].blocked == ()
    assert [reason.code for reason in found["host.tasking_request"].reasons] == ["option.due_diligence"]


def test_a_caveat_against_joint_operations_blocks_only_those():
    found = options(replace(PLATOON, restrictions=("no_joint_ops",), contingent="Contingent 1"))

    assert blocks(found["force.joint_patrol"]) == ["option.no_asset_in_reach", "option.no_joint_operations"]
    assert found["force.patrol"].blocked == ()


def test_options_fit_the_events():
    rumour = replace(ATTACK, imminence=ImminenceState.POTENTIAL, events=(EventCode.RUM,))
    device = replace(ATTACK, events=(EventCode.EOD,))

    assert "information.counter_rumour" in options(facts=rumour)
    assert "mine_action.route_survey" not in options(facts=rumour)
    assert "mine_action.route_survey" in options(facts=device)
    assert "force.cordon" not in options(facts=rumour)


def test_a_team_that_does_not_protect_alone_may_still_do_its_own_work():
    team = replace(PLATOON, ref="E-1", kind=AssetKind.EOD_TEAM)

    survey = options(team, facts=replace(ATTACK, events=(EventCode.EOD,)))["mine_action.route_survey"]

    assert (survey.asset, survey.hours, survey.blocked) == ("E-1", 1.5, ())


def test_every_component_of_the_doctrine_has_an_option():
    listed = {entry["component"] for entry in rules.value("plans.options", DRY_DAY)}

    assert listed == {
        "community", "force", "police", "political", "rights", "information", "mine_action", "support",
        "humanitarian", "host",
    }  # fmt: skip


@pytest.mark.parametrize("entry", rules.value("plans.options", DRY_DAY), ids=lambda entry: entry["code"])
def test_every_option_is_well_formed_and_has_its_words(entry):
    assert {*entry["may_order"]} <= {*Role} and entry["may_order"]
    assert {*entry.get("events", [])} <= {*EventCode}
    assert {*entry.get("states", [])} <= {*ImminenceState}
    assert {*entry.get("kinds", [])} <= {*AssetKind}
    assert wording.has(f"term.option.{entry['code']}")
    assert wording.has(f"term.component.{entry['component']}")


def test_every_reason_has_its_sentence():
    hard = replace(
        ATTACK, night=True, place=None, alleged_types=(ActorType.STATE,), flags=("do_not_share_host_forces",),
        events=tuple(EventCode), imminence=ImminenceState.ONGOING,
    )  # fmt: skip
    bound = replace(PLATOON, restrictions=("no_joint_ops",))
    found = [*options(bound, HELICOPTER, place=TESH, facts=hard).values(), *options(facts=hard).values()]

    reasons = [reason for option in found for reason in (*option.reasons, *option.blocked)]

    assert all(wording.reason(reason, language) for reason in reasons for language in wording.LANGUAGES)
