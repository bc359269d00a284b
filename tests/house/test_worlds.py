"""The fictional worlds: they are whole, they name nobody, and the generator writes what is shipped."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tocsin.core.places.types import Place, Point
from tocsin.core.reference.terms import ActorType, EventCode, RoadStatus, Role
from tocsin.feeds.world_folder.adapter import World, find_world, read_world, world_names

WORLDS = Path(__file__).resolve().parents[2] / "worlds"
# A moving party only: a community is told of in these events and in no other.
MOVEMENT = {EventCode.TRH, EventCode.TNS}


@pytest.fixture(scope="module")
def ardenya() -> World:
    return read_world(WORLDS / "ardenya")


@pytest.fixture(scope="module")
def three_villages() -> World:
    return read_world(WORLDS / "three_villages")


def generate(into: Path, seed: int) -> dict[str, bytes]:
    command = [sys.executable, str(WORLDS / "generate.py"), "ardenya", "--seed", str(seed), "--into", str(into)]
    subprocess.run(command, check=True, timeout=60)
    return {page.name: page.read_bytes() for page in sorted((into / "ardenya").iterdir())}


def shipped() -> dict[str, bytes]:
    return {page.name: page.read_bytes() for page in sorted((WORLDS / "ardenya").iterdir())}


def distance_km(here: Point, there: Point) -> float:
    east = (here.lon - there.lon) * math.cos(math.radians(here.lat))
    return math.hypot(here.lat - there.lat, east) * 111.2


def at(world: World, label: str) -> Place:
    return next(place for place in world.places if label in (place.label, place.name))


def near_in_time_and_space(points: np.ndarray, days: np.ndarray) -> int:
    """Return how many pairs of incidents lie within 10 km and 14 days of each other."""
    km = 111.2 * np.hypot(*(np.subtract.outer(points[:, axis], points[:, axis]) for axis in (0, 1)))
    soon = np.abs(np.subtract.outer(days, days)) <= 14
    return int(np.triu((km <= 10) & soon, k=1).sum())


def test_the_generator_writes_the_bytes_that_are_shipped(tmp_path: Path) -> None:
    written = generate(tmp_path, 2027)

    assert list(written) == list(shipped())
    assert [name for name, page in shipped().items() if written[name] != page] == []


def test_another_seed_makes_another_country_that_is_whole(tmp_path: Path) -> None:
    written = generate(tmp_path, 7)

    same = {name for name, page in shipped().items() if written[name] == page}
    assert same == {"actors.csv", "messages.jsonl", "networks.yaml", "world.yaml"}
    assert read_world(tmp_path / "ardenya").problems == ()


@pytest.mark.parametrize("name", world_names())
def test_a_shipped_world_has_no_problem(name: str) -> None:
    world = read_world(find_world(name))

    assert world.problems == ()
    assert world.settings is not None


@pytest.mark.parametrize("name", world_names())
def test_every_number_is_one_that_no_country_has(name: str) -> None:
    world = read_world(find_world(name))
    assert world.settings is not None

    hidden = [source.contact for source in world.sources]
    hidden += [account.contact for account in world.settings.accounts]
    hidden += [row.message.contact for row in world.messages if row.message.contact]

    assert [one for one in hidden if not re.fullmatch(r"\+999 \d{3} \d{4}", one.reveal(purpose="test"))] == []


@pytest.mark.parametrize("name", world_names())
def test_a_community_only_moves(name: str) -> None:
    world = read_world(find_world(name))

    told = [one for one in world.incidents if one.actor_type is ActorType.COMMUNITY]

    assert [one.ref for one in told if not set(one.events) <= MOVEMENT] == []


@pytest.mark.parametrize("name", world_names())
def test_every_world_has_the_accounts_that_a_mission_needs(name: str) -> None:
    world = read_world(find_world(name))
    assert world.settings is not None

    rungs = {account.rung: account.role for account in world.settings.accounts if account.rung is not None}

    assert rungs == {
        0: Role.DUTY_OFFICER,
        1: Role.PROTECTION_LEAD,
        2: Role.COMPONENT_PLANNER,
        3: Role.RESOURCE_ALLOCATOR,
    }
    assert {account.role for account in world.settings.accounts} >= {
        Role.FIELD_LIAISON,
        Role.ANALYST,
        Role.SOURCE_CUSTODIAN,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Role.PARTNER,
        Role.HOST_AUTHORITY,
    }


def test_three_villages_is_small_enough_to_know_by_heart(three_villages: World) -> None:
    world = three_villages

    assert [place.name for place in world.places] == ["Oru", "Tesh", "Malka"]
    assert (len(world.bases), len(world.assets), len(world.roads), len(world.messages)) == (1, 2, 2, 6)
    assert len((WORLDS / "three_villages" / "story.md").read_text("utf-8").splitlines()) <= 26


def test_the_night_of_three_villages_is_the_one_its_story_tells(three_villages: World) -> None:
    messages = [row.message for row in three_villages.messages]
    senders = [row.sender for row in three_villages.messages]

    assert messages[0].received_at.strftime("%H:%M") == "02:05"
    assert (messages[1].text, senders[1]) == (messages[0].text, senders[0])
    assert senders[2] not in (None, senders[0])
    assert senders[4] is None


def test_in_the_rains_the_track_to_malka_is_closed(three_villages: World) -> None:
    track = three_villages.roads[1]

    assert (track.dry, track.wet) == (RoadStatus.OPEN, RoadStatus.CLOSED)
    assert "no_night" in three_villages.assets[1].restrictions


def test_ardenya_is_as_large_as_its_purpose_asks(ardenya: World) -> None:
    assert len(ardenya.places) >= 48
    assert len(ardenya.bases) >= 10
    assert len(ardenya.assets) >= 45
    assert 900 <= len(ardenya.incidents) <= 1300
    assert 200 <= len(ardenya.alerts) <= 240
    assert len(ardenya.messages) == 30


def test_ardenya_has_the_places_of_its_messages_where_they_must_be(ardenya: World) -> None:
    assert at(ardenya, "Nyaroko (HL)").point == Point(1.305, 28.52)
    assert at(ardenya, "Nyaroko (BD)").point == Point(3.88, 27.14)
    assert at(ardenya, "Dabali Marché").point == Point(2.05, 29.02)
    assert at(ardenya, "Camp Salama").point == Point(5.035, 26.071)
    assert Counter(place.province for place in ardenya.places) == {"HL": 15, "SK": 15, "BD": 15, "NM": 15}


def test_each_province_of_ardenya_hangs_together_in_the_dry_season(ardenya: World) -> None:
    group = {place.ref: place.ref for place in ardenya.places}
    for road in ardenya.roads:
        one, other = group[road.origin], group[road.destination]
        group = {ref: one if head == other else head for ref, head in group.items()}

    assert len(set(group.values())) == 1
    assert [road.ref for road in ardenya.roads if road.dry is RoadStatus.CLOSED] == []


def test_no_road_of_ardenya_is_shorter_than_the_flight_of_a_bird(ardenya: World) -> None:
    points = {place.ref: place.point for place in ardenya.places}

    short = [r.ref for r in ardenya.roads if r.km < distance_km(points[r.origin], points[r.destination])]

    assert short == []


def test_one_attack_in_ardenya_brings_on_others_nearby(ardenya: World) -> None:
    points = np.array([(one.point.lat, one.point.lon) for one in ardenya.incidents])
    days = np.array([one.start.toordinal() for one in ardenya.incidents])
    rng = np.random.Generator(np.random.PCG64(1))

    by_chance = np.mean([near_in_time_and_space(points, rng.permutation(days)) for _ in range(5)])

    assert near_in_time_and_space(points, days) > 1.3 * by_chance


def test_herds_of_ardenya_move_in_the_dry_months(ardenya: World) -> None:
    months = Counter(one.start.month for one in ardenya.incidents if EventCode.TRH in one.events)

    dry = sum(months[month] for month in (11, 12, 1, 2, 3))

    assert dry > 0.75 * months.total()


def test_silent_places_of_ardenya_are_heard_of_later(ardenya: World) -> None:
    told = {source.place for source in ardenya.sources if source.role.startswith("can_focal_point")}
    hours: dict[bool, list[float]] = {True: [], False: []}
    for one in ardenya.incidents:
        hours[one.place in told].append((one.known_at - one.start).total_seconds() / 3600)

    assert np.median(hours[False]) > 2 * np.median(hours[True])


def test_alerts_of_ardenya_hold_early_late_and_false_ones(ardenya: World) -> None:
    starts = {one.ref: one.start for one in ardenya.incidents}
    real = [alert for alert in ardenya.alerts if alert.incident]

    early = [alert for alert in real if alert.opened_at < starts[alert.incident or ""]]
    false = [alert for alert in ardenya.alerts if alert.truth == "nothing_happened"]

    assert len(early) > 30
    assert len(real) - len(early) > 60
    assert len(false) > 30
    assert len({alert.response_class for alert in ardenya.alerts}) >= 5


def test_the_messages_of_ardenya_come_in_order_and_in_their_own_words(ardenya: World) -> None:
    times = [row.message.received_at for row in ardenya.messages]

    assert times == sorted(times)
    assert any("thank you minua" in row.message.text.lower() for row in ardenya.messages)
    assert sum(len(row.dates) for row in ardenya.messages) == 3
