"""The outlook drawn from the record: what counts, what was known when, who sees it, and what never feeds itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Outlet, Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import outlook, outlook_export
from tocsin.services.refusals import Refused
from tocsin.store.models import HistoryEntry, Place
from tocsin.store.queries import evidence

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = rows.NIGHT + 300 * DAY


def village(number: int, *, sector: str = "west") -> Place:
    return rows.place(f"P-{number:04d}", sector=sector, lat=6.0 + 0.4 * number, lon=24.0)


def harm(place: Place, *days_ago: float, **fields: Any) -> None:
    given = {"lat": place.lat, "lon": place.lon, "place": place, "discovered_by": "focal_point", **fields}
    for ago in days_ago:
        rows.incident(at=NOW - ago * DAY, **given)


@pytest.fixture
def villages() -> list[Place]:
    """Six villages, each harmed about every seven weeks for the better part of a year."""
    outlook.forget()
    found = [village(number) for number in range(1, 7)]
    for number, place in enumerate(found):
        harm(place, *range(40 + number * 8, 290, 49))
    return found


def told(as_of: Any = NOW, *, now: Any = NOW) -> Any:
    return outlook.work_out(as_of, now).outlook


def spelt(as_of: Any) -> dict[str, Any]:
    """Return all that an outlook says."""
    return outlook_export.as_json(outlook.work_out(as_of, NOW), SYSTEM)


def chance(found: Any, place: Place) -> Any:
    return next(one for one in found.chances.found if one.place.ref == place.ref)


def test_more_than_usual_here_and_now_is_a_surge_with_its_chance_of_noise(villages):
    harm(villages[2], *(0.5 + number for number in range(8)))

    found = told().surges.found

    assert [one.centre.ref for one in found] == ["P-0003"]
    assert (found[0].cases, found[0].is_alert, found[0].p < 0.01) == (8, True, True)
    assert len(found[0].evidence) == 8


def test_what_only_patrols_found_makes_no_surge_and_raises_no_chance(villages):
    before = told()
    harm(villages[2], *(0.5 + number for number in range(8)), discovered_by="patrol")
    after = told()

    assert after.surges.found == before.surges.found == ()
    assert chance(after, villages[2]).chance == chance(before, villages[2]).chance
    assert (after.found_by_search, chance(after, villages[2]).found_by_search) == (8, 8)


def test_what_people_told_does_raise_it(villages):
    before = told()
    harm(villages[2], *(0.5 + number for number in range(8)), discovered_by="sms")
    after = told()

    assert chance(after, villages[2]).chance > chance(before, villages[2]).chance + 0.1


def test_what_a_patrol_found_and_a_village_told_of_as_well_counts(villages):
    harm(villages[2], 1)
    alone, confirmed = (
        rows.incident(at=NOW - 2 * DAY, lat=villages[2].lat, lon=24.0, place=villages[2], discovered_by="patrol")
        for _ in range(2)
    )
    rows.report(incident=confirmed, received_at=NOW - DAY)
    rows.report(incident=alone, received_at=NOW - DAY, component="force")

    found = told()

    assert found.found_by_search == 1


def test_a_past_moment_gives_what_it_gave_then(villages):
    harm(villages[2], *(50.5 + number for number in range(8)))
    then = spelt(NOW - 50 * DAY)
    harm(villages[4], *(0.5 + number for number in range(8)))
    late = rows.incident(at=NOW - 55 * DAY, known_at=NOW - DAY, lat=villages[2].lat, lon=24.0, place=villages[2])

    again = spelt(NOW - 50 * DAY)

    assert again == then
    assert [one["place"] for one in again["surges"]] == ["P-0003"]
    assert late.ref not in again["surges"][0]["evidence"]
    assert spelt(NOW)["chances"] != then["chances"]


def test_what_proved_untrue_counts_until_it_did_and_not_after(villages):
    false = rows.incident(
        at=NOW - 3 * DAY, lat=villages[0].lat, lon=24.0, place=villages[0], discovered_by="sms", state="refuted"
    )
    for at, state in ((NOW - 3 * DAY, "verifying"), (NOW - DAY, "refuted")):
        after = evidence.incident_state_of(false) | {"state": state}
        HistoryEntry.objects.create(subject=false.ref, at=at, verb="x", by="duty", after=after)

    before, after = told(NOW - 2 * DAY), told()

    assert before.counted == after.counted + 1


def test_sexual_violence_is_at_no_place_and_told_by_sector_only_from_enough_on(villages):
    before = told()
    harm(villages[1], 1, 2, 3, 4, events=["SGV"], secrecy=4)
    few = told()
    harm(villages[1], 5, events=["SGV"], secrecy=4)
    enough = told()

    assert few.surges.found == before.surges.found
    assert chance(enough, villages[1]).chance == chance(before, villages[1]).chance
    assert [one.count for one in few.sexual_violence] == [None]
    assert [one.count for one in enough.sexual_violence] == [5]


def test_a_place_that_nobody_reports_from_is_not_observed_and_never_certain_to_be_quiet(villages):
    silent = village(9)

    found = told()

    assert found.heard[silent.ref].is_observed is False
    assert chance(found, silent).chance > 0
    assert chance(found, silent).is_onset and chance(found, silent).quiet_days is None


def test_two_attacks_are_no_surge_however_unusual(villages):
    harm(village(9), 1, 2)

    assert told().surges.found == ()


def test_a_short_record_tells_no_chance_rather_than_a_low_one():
    outlook.forget()
    harm(village(1), 5, 10, 20)
    village(2)

    found = told()

    assert (found.chances.found, found.chances.rates, found.review) == ((), None, None)


def test_it_says_beside_plain_ways_how_good_it_was_and_of_too_little_that_it_is_too_little(villages):
    few = told().review
    for place in villages:
        harm(place, *range(2, 280, 9))
    enough = told().review

    assert few is not None and not few.is_enough and few.reasons[0].code == "outlook.too_little"
    assert enough is not None and enough.is_enough
    assert [one.method for one in enough.scored] == ["rate_surface", "last_year", "ewma", "base_rate"]
    assert enough.reasons[0].code in {"outlook.order_better", "outlook.order_same", "outlook.order_worse"}


def test_the_same_seed_gives_the_same_with_and_without_a_compiler(villages):
    harm(villages[2], *(0.5 + number for number in range(8)))

    fast, plain = (outlook.work_out(NOW, NOW, plain=is_plain).outlook for is_plain in (False, True))

    assert plain.surges.kernel == "plain"
    assert fast.surges.found == plain.surges.found
    assert fast.chances.found == plain.chances.found


def test_the_budget_of_a_sector_lets_one_wake_somebody_and_three_be_told(villages):
    harm(villages[2], *(0.5 + number for number in range(8)))
    found = told()
    surge, episode = found.surges.found[0], found.surges.lately[0]
    centres = [replace(surge.centre, ref=f"P-X{number}") for number in range(5)]
    strong = {"first_alarm": found.today, "is_page_worthy": True}
    many = replace(
        found.surges,
        found=tuple(replace(surge, centre=one, members=(one,), **strong) for one in centres),
        lately=tuple(replace(episode, centre=one, places=frozenset({one.ref}), **strong) for one in centres),
    )

    tellings = outlook.tellings(replace(found, surges=many))
    elsewhere = replace(many.lately[4], centre=replace(centres[4], sector="east"))
    apart = outlook.tellings(replace(found, surges=replace(many, lately=(*many.lately[:4], elsewhere))))

    assert sorted(one.outlet.value for one in tellings) == ["alert", "alert", "digest", "digest", "page"]
    assert sorted(one.outlet.value for one in apart) == ["alert", "alert", "digest", "page", "page"]


def test_a_surge_is_told_once_and_waits_in_the_digest_when_its_week_is_over(villages):
    harm(villages[2], *(10 + number for number in range(8)))

    first, later = (outlook.work_out(at, NOW).tellings[0] for at in (NOW - 9 * DAY, NOW))

    assert first.outlet is not Outlet.DIGEST
    assert (later.outlet, later.reasons[0].code) == (Outlet.DIGEST, "outlook.told_before")


def test_who_may_read_it_reads_the_same_and_opens_only_their_own_evidence(villages):
    harm(villages[2], *(0.5 + number for number in range(8)), secrecy=3)

    lead, planner = (
        outlook_export.as_json(outlook.show(viewer, as_of=None, now=NOW), viewer)
        for viewer in (rows.viewer(Role.PROTECTION_LEAD), rows.viewer(Role.COMPONENT_PLANNER))
    )

    assert [one["cases"] for one in lead["surges"]] == [one["cases"] for one in planner["surges"]] == [8]
    assert (len(lead["surges"][0]["evidence"]), planner["surges"][0]["evidence"]) == (8, [])
    with pytest.raises(Refused):
        outlook.show(rows.viewer(Role.PARTNER), as_of=None, now=NOW)


def test_the_age_and_distance_of_an_event_are_told_to_who_may_open_it(villages):
    harm(villages[2], *(0.5 + number for number in range(8)), secrecy=3)
    lead, planner = rows.viewer(Role.PROTECTION_LEAD), rows.viewer(Role.COMPONENT_PLANNER)

    all_of_it, part = (
        chance(outlook.show(viewer, as_of=None, now=NOW).outlook, villages[2]) for viewer in (lead, planner)
    )

    hidden = {driver.ref for driver in all_of_it.drivers} - {driver.ref for driver in part.drivers}
    assert hidden
    assert all(driver.age_days > 8 for driver in part.drivers)
    assert not hidden & {ref for why in part.reasons for ref in why.evidence}
    assert part.chance == all_of_it.chance
    shares = (one.unexplained_share + sum(driver.share for driver in one.drivers) for one in (all_of_it, part))
    assert next(shares) == pytest.approx(next(shares))


def test_it_is_kept_while_nothing_was_written_and_worked_out_again_when_asked(villages):
    lead = rows.viewer(Role.PROTECTION_LEAD)
    first = outlook.show(lead, as_of=None, now=NOW)
    harm(villages[2], 1)

    kept = outlook.show(lead, as_of=None, now=NOW + timedelta(minutes=10))
    late = outlook.show(lead, as_of=None, now=NOW + timedelta(minutes=20))
    again = outlook.show(lead, as_of=None, now=NOW + timedelta(minutes=30), afresh=True)

    assert kept.made_at == first.made_at
    assert late.made_at == NOW + timedelta(minutes=20)
    assert again.made_at == NOW + timedelta(minutes=30)


def test_its_table_names_every_place_and_no_formula(villages):
    Place.objects.filter(ref="P-0001").update(name="=HYPERLINK()")
    outlook.forget()

    text = outlook_export.as_csv(outlook.show(SYSTEM, as_of=None, now=NOW), SYSTEM)

    assert text.count("\nchance,") == 6
    assert ",'=HYPERLINK()," in text
    # What is unknown stays empty.
    assert ",'," not in text
