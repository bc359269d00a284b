"""The thirty messages of the doctrine, against the thresholds of its annex (c)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.core.evidence import ardenya
from tocsin.core.evidence.types import Span
from tocsin.core.reference.terms import EventCode, ImminenceState, Priority

NAMES = sorted(ardenya.labelled())
# Set by the services when a report joins what is on record, not by reading one message.
BY_JOINING = ("corroborates:", "independent_source", "links:", "code_switching")


def asked(name: str) -> tuple[ardenya.Labelled, dict[str, Any]]:
    found = ardenya.labelled()[name]
    return found, found.label


def bounds(when: str) -> tuple[datetime | None, datetime | None, bool]:
    first, _, last = when.partition("/")
    return _moment(first, end=False), _moment(last or first, end=True), len(first) == 10


def _moment(text: str, *, end: bool) -> datetime | None:
    if text in ("", ".."):
        return None
    if len(text) == 10:
        midnight = datetime.fromisoformat(f"{text}T00:00+01:00")
        return midnight + timedelta(hours=23, minutes=59) if end else midnight
    return datetime.fromisoformat(text)


def fits(span: Span, when: str) -> bool:
    start, end, by_day = bounds(when)
    meets = (start is None or span.end is None or span.end >= start) and (
        end is None or span.start is None or span.start <= end
    )
    if start is None or span.start is None:
        return meets and start is None and span.start is None
    slack = 24 if by_day or span.precision in ("day", "week") else 6
    return meets and abs(span.start - start) <= timedelta(hours=slack)


@pytest.mark.parametrize("name", NAMES)
def test_kind_is_read_as_labelled(name):
    found, label = asked(name)

    assert found.main.kind.value == label["kind"]


@pytest.mark.parametrize("name", NAMES)
def test_events_are_read_as_labelled(name):
    found, label = asked(name)

    assert {code.value for reading in found.readings for code in reading.events} == set(label["ev"])


@pytest.mark.parametrize("name", NAMES)
def test_place_is_found_with_the_sender_registered(name):
    found, label = asked(name)

    assert found.main.place is not None
    assert label["place"] in (found.main.place.name, found.main.place.label)


@pytest.mark.parametrize("name", NAMES)
def test_priority_is_exact(name):
    found, label = asked(name)

    assert found.main.priority.value == label["prio"]


@pytest.mark.parametrize("name", NAMES)
def test_time_overlaps_and_starts_near_the_label(name):
    found, label = asked(name)

    assert fits(found.main.when, label["when"])


@pytest.mark.parametrize("name", NAMES)
def test_actor_name_and_type_are_as_labelled(name):
    found, label = asked(name)
    actor = found.main.actor
    told = None
    if actor is not None:
        types = "|".join(kind.value for _, kind in actor.parties) or actor.actor_type.value
        told = (actor.name, types)

    assert told == (label["actor"] and (label["actor"]["name"], label["actor"]["type"]))


@pytest.mark.parametrize("name", NAMES)
def test_toll_is_exact_and_nothing_is_invented(name):
    found, label = asked(name)
    asked_for = {key: value if isinstance(value, list) else [value, value] for key, value in label["toll"].items()}

    assert {key: count.as_json() for key, count in found.main.toll.items()} == asked_for


@pytest.mark.parametrize("name", NAMES)
def test_no_flag_is_missed(name):
    found, label = asked(name)
    wanted = {flag for flag in label["flags"] if not flag.startswith(BY_JOINING)}

    assert wanted - set(found.main.flags) == set()


@pytest.mark.parametrize("name", [name for name in NAMES if ardenya.labelled()[name].label["state"] == "none"])
def test_none_is_never_raised(name):
    found, _ = asked(name)

    assert found.main.state is ImminenceState.NONE
    assert found.main.priority is Priority.P4


def test_places_without_registration_are_found_in_26_of_30():
    rows = ardenya.labelled().values()
    right = 0
    for row in rows:
        place = ardenya.read(
            row.message.text, at="", role=row.sender.role, channel=row.message.channel,
            received=row.message.received_at, hint=row.message.place_hint,
        )[0].place  # fmt: skip
        right += place is not None and row.label["place"] in (place.name, place.label)

    # Six of the thirty name no place or only one of two namesakes: nothing but the sender can tell.
    silent = sum(row.sender.place is not None and not named(row) for row in rows)
    assert right == 30 - silent


def named(row: ardenya.Labelled) -> bool:
    """Return whether the text itself names one place only its own words can mean."""
    found = ardenya.gazetteer().find_in_text(row.message.text, None)
    return bool(found) and not any("homonym_unresolved" in match.why for match in found)


def test_a_hint_of_sexual_violence_is_never_an_assertion():
    found, _ = asked("T06")

    assert EventCode.SGV not in found.main.events
    assert {"possible_SGV_do_not_assert", "do_not_share_host_forces"} <= set(found.main.flags)


def test_no_casualties_known_is_not_zero():
    found, _ = asked("T11")

    assert found.main.toll["killed"].most is None
    assert found.main.toll["injured"].most is None


def test_people_at_a_gate_and_the_attack_they_fled_are_two_readings():
    found, _ = asked("T10")
    gate, attack = found.readings

    assert (gate.place.name, attack.place.name) == ("Tembwali", "Gorumba")
    assert attack.hearsay
    assert EventCode.ATK not in gate.events


def test_the_same_message_is_always_read_the_same():
    first = ardenya.read(ardenya.labelled()["T03"].message.text, at="Mbirawe")

    assert first == ardenya.read(ardenya.labelled()["T03"].message.text, at="Mbirawe")
