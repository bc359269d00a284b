from dataclasses import replace

import pytest

from tests.core.assessment.ardenya import NOON
from tocsin.core.alerts.relay import Threat, notice_to
from tocsin.core.alerts.types import Person, Telling
from tocsin.core.reference.terms import ActorType, EventCode, ImminenceState, Level, Role, Sensitivity

ARMY = Person("army", Role.HOST_AUTHORITY, "", -1, actor="FAA", actor_type=ActorType.STATE)
REBELS = Telling(Level.RED, "west", Sensitivity.MODERATE, alleged=("FPL",), alleged_types=(ActorType.REBEL,))
THREAT = Threat("Malka", "Haute Valdera", (EventCode.ATK,), ImminenceState.ONGOING, NOON, sources=2)


def test_a_notice_holds_the_threat_and_nothing_of_who_told_it():
    found = notice_to(ARMY, REBELS, THREAT)

    assert set(found.facts) == {"what", "where", "state", "day"}
    assert found.facts["where"] == "Malka"
    assert found.withheld is None


def test_where_one_source_spoke_the_province_stands_for_the_village():
    assert notice_to(ARMY, REBELS, replace(THREAT, sources=1)).facts["where"] == "Haute Valdera"
    assert notice_to(ARMY, replace(REBELS, sensitivity=Sensitivity.HIGH), THREAT).facts["where"] == "Haute Valdera"


@pytest.mark.parametrize(
    ("telling", "code"),
    [
        (replace(REBELS, alleged=("FAA",)), "withheld.alleged_author"),
        (replace(REBELS, alleged_types=(ActorType.UNIFORMED_UNKNOWN,)), "withheld.host_may_be_author"),
        (replace(REBELS, flags=("do_not_share_host_forces",)), "withheld.host_not_shared"),
        (replace(REBELS, sensitivity=Sensitivity.SEVERE), "withheld.severe"),
    ],
)
def test_a_force_that_may_be_the_author_or_must_not_know_is_told_nothing(telling: Telling, code: str):
    found = notice_to(ARMY, telling, THREAT)

    assert (dict(found.facts), found.withheld.code) == ({}, code)


def test_a_threat_of_which_nothing_is_known_is_not_passed_on():
    assert notice_to(ARMY, REBELS, replace(THREAT, events=())).withheld.code == "relay.nothing_to_say"
