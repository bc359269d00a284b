from dataclasses import replace
from datetime import time

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.recipients import also_told, recipients
from tocsin.core.alerts.types import Person, Telling
from tocsin.core.reference.terms import ActorType, Level, Priority, Role, Sensitivity

DUTY = Person("duty", Role.DUTY_OFFICER, "SK", 0)
HEAD = Person("head", Role.PROTECTION_LEAD, "SK", 1)
CHIEF = Person("chief", Role.RESOURCE_ALLOCATOR, "", 2, ceiling=Sensitivity.SEVERE)
ARMY = Person("army", Role.HOST_AUTHORITY, "SK", 0, actor="FAA", actor_type=ActorType.STATE)
POLICE = Person("police", Role.HOST_AUTHORITY, "SK", 0, actor="PNA", actor_type=ActorType.STATE_POLICE)
NGO = Person("ngo", Role.PARTNER, "SK", 0, ceiling=Sensitivity.SEVERE)
OTHER = Person("other", Role.DUTY_OFFICER, "HL", 0)
EVERYBODY = [CHIEF, ARMY, OTHER, HEAD, POLICE, NGO, DUTY]
ORANGE = Telling(Level.ORANGE, "SK", Sensitivity.MODERATE, ("Black Bands",), (ActorType.MILITIA,))


def told(telling: Telling, people=EVERYBODY, **more) -> list[str]:
    found = recipients(telling, people, as_of=NOON, **more)
    return [one.person for one in found if one.withheld is None and one.held_until is None]


def withheld(telling: Telling) -> dict[str, str]:
    found = recipients(telling, EVERYBODY, as_of=NOON)
    return {each.person: each.withheld.code for each in found if each.withheld}


def test_an_imminent_threat_is_told_to_the_first_rung_of_its_sector():
    assert told(ORANGE) == ["army", "duty", "ngo", "police"]


def test_an_ongoing_attack_also_wakes_the_one_who_can_decide():
    assert "head" in told(replace(ORANGE, level=Level.RED))
    assert "chief" not in told(replace(ORANGE, level=Level.RED))


def test_a_mass_atrocity_wakes_the_whole_ladder():
    assert {"duty", "head", "chief"} <= set(told(replace(ORANGE, level=Level.BLACK)))


def test_escalation_adds_the_rungs_up_to_the_one_reached():
    assert {"duty", "head", "chief"} <= set(told(ORANGE, rung=2))


def test_another_sector_is_not_woken_and_an_unknown_sector_wakes_all():
    assert "other" not in told(ORANGE)
    assert "other" in told(replace(ORANGE, sector=""))


def test_a_body_named_as_the_author_is_never_told():
    by_name = replace(ORANGE, alleged=("FPL | faa ",), alleged_types=(ActorType.REBEL,))

    assert withheld(by_name)["army"] == "withheld.alleged_author"
    assert "police" in told(by_name)


def test_no_host_authority_is_told_while_state_forces_may_be_the_authors():
    by_army = replace(ORANGE, alleged=("FAA",), alleged_types=(ActorType.STATE,))

    assert withheld(by_army) == {"army": "withheld.alleged_author", "police": "withheld.host_may_be_author"}


def test_men_in_uniform_who_are_not_identified_may_be_state_forces():
    in_uniform = replace(ORANGE, alleged=(), alleged_types=(ActorType.UNIFORMED_UNKNOWN,))

    assert set(withheld(in_uniform)) == {"army", "police"}


def test_a_report_not_to_be_shared_with_host_forces_is_not():
    flagged = replace(ORANGE, flags=("do_not_share_host_forces_source",))

    assert set(withheld(flagged)) == {"army", "police"}
    assert set(withheld(ORANGE)) == set()


def test_a_severe_matter_stays_inside_the_mission_with_those_cleared_for_it():
    severe = replace(ORANGE, level=Level.BLACK, sensitivity=Sensitivity.SEVERE)

    assert told(severe) == ["chief"]
    assert withheld(severe)["ngo"] == "withheld.severe"
    assert withheld(severe)["duty"] == "withheld.ceiling"


def test_an_empty_rung_is_never_an_empty_chair():
    nobody_below = [replace(DUTY, on_duty=False), replace(HEAD, on_duty=False), CHIEF]

    assert told(ORANGE, nobody_below) == ["chief"]


def test_when_nobody_is_on_duty_those_off_duty_are_told():
    asleep = [replace(DUTY, on_duty=False), replace(HEAD, on_duty=False)]

    assert told(ORANGE, asleep) == ["duty"]


def test_those_who_only_read_or_keep_the_record_are_not_woken():
    keepers = [replace(DUTY, ref=role.value, role=role) for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.REPORTER)]

    assert told(ORANGE, [*keepers, DUTY]) == ["duty"]


def test_where_nobody_of_a_rung_has_the_watch_the_deputy_is_told_at_that_rung():
    off = replace(DUTY, on_duty=False, deputy="second")
    second = replace(DUTY, ref="second", rung=-1, on_duty=False)

    found = recipients(ORANGE, [off, HEAD], deputies=[second], as_of=NOON)

    assert [(one.person, one.rung, one.stands_in_for) for one in found] == [("second", 0, "duty")]
    assert told(ORANGE, [replace(off, on_duty=True), HEAD]) == ["duty"]


def test_a_deputy_who_is_away_passes_it_to_their_own_and_a_ring_of_deputies_ends_with_the_next_rung():
    off = replace(DUTY, on_duty=False, deputy="second")
    second = replace(DUTY, ref="second", rung=-1, is_away=True, deputy="third")
    third = replace(DUTY, ref="third", rung=-1, deputy="duty")

    assert [one.person for one in recipients(ORANGE, [off, HEAD], deputies=[second, third], as_of=NOON)] == ["third"]
    ring = [replace(second, deputy="duty")]
    assert [one.person for one in recipients(ORANGE, [off, HEAD], deputies=ring, as_of=NOON)] == ["head"]


def test_who_is_away_is_told_last_of_all_and_still_told():
    away = replace(DUTY, is_away=True)
    off = replace(DUTY, ref="off", on_duty=False)

    assert told(ORANGE, [away, off]) == ["off"]
    assert told(ORANGE, [away]) == ["duty"]


NIGHT = replace(ORANGE, priority=Priority.P3, local_time=time(2, 14))
ASLEEP = replace(DUTY, quiet=(time(22), time(6)))


def test_quiet_hours_hold_back_what_is_not_urgent_until_they_end():
    found = recipients(NIGHT, [ASLEEP, HEAD], rung=1, as_of=NOON)

    assert [(one.person, one.held_until) for one in found] == [("duty", time(6)), ("head", None)]
    assert told(replace(NIGHT, local_time=time(12)), [ASLEEP, HEAD]) == ["duty"]


def test_a_p1_wakes_everybody_whatever_they_set():
    deaf = replace(ASLEEP, wakes_for=Priority.P1)

    assert told(replace(NIGHT, priority=Priority.P1), [deaf]) == ["duty"]


def test_what_is_as_urgent_as_somebody_wakes_for_wakes_them():
    assert told(replace(NIGHT, priority=Priority.P2), [replace(ASLEEP, wakes_for=Priority.P2), HEAD]) == ["duty"]
    assert told(replace(NIGHT, priority=Priority.P2), [ASLEEP, HEAD]) == ["head"]


def test_when_every_hour_on_the_ladder_is_quiet_the_first_is_woken_after_all():
    assert told(NIGHT, [ASLEEP, replace(HEAD, quiet=(time(21), time(7)))]) == ["duty"]


def test_of_a_mass_atrocity_those_off_the_ladder_who_may_know_are_told_too():
    analyst = Person("analyst", Role.ANALYST, "SK", -1)
    auditor = Person("auditor", Role.AUDITOR, "SK", -1)
    black = replace(ORANGE, level=Level.BLACK)

    assert [one.person for one in also_told(black, [analyst, auditor], as_of=NOON)] == ["analyst"]
    assert also_told(ORANGE, [analyst], as_of=NOON) == ()
