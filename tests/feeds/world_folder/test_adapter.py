from __future__ import annotations

from datetime import date, datetime

import pytest

from tocsin.core.evidence.types import Count
from tocsin.core.reference import wording
from tocsin.core.reference.results import Problem
from tocsin.core.reference.terms import ActorType, EventCode, RoadStatus
from tocsin.feeds.world_folder.adapter import World, find_world, read_world, shift_world, world_names


def problem(world: World, code: str) -> Problem:
    found = [one for one in world.problems if one.code == code]
    assert len(found) == 1, [one.as_json() for one in world.problems]
    return found[0]


def test_an_unchanged_world_has_no_problem(spoil) -> None:
    world = read_world(spoil())

    assert world.problems == ()
    assert [place.name for place in world.places] == ["Oru", "Tesh", "Malka"]


def test_an_empty_cell_is_unknown_and_not_zero(spoil) -> None:
    world = read_world(spoil())

    malka = world.places[2]
    assert malka.displaced_people is None
    assert world.incidents[1].deaths == Count(None, None)
    assert world.tolls["I-0001"]["abducted"] == Count(None, None)
    assert world.incidents[3].deaths == Count(0, 0)


def test_a_contact_is_hidden_wherever_it_stands(spoil) -> None:
    world = read_world(spoil())

    shown = repr(world)

    assert "0101" not in shown
    assert "0190" not in shown
    assert world.sources[0].contact.reveal(purpose="test") == "+999 000 0101"


def test_a_latitude_out_of_range_is_reported_and_the_place_left_out(spoil) -> None:
    world = read_world(spoil("places.csv", "6.010,24.290", "128.6,24.290"))

    found = next(one for one in world.problems if one.code == "WLD-007")
    assert found.where == "places.csv, row 3, column lat"
    assert [place.name for place in world.places] == ["Oru", "Malka"]


def test_rows_that_refer_to_a_place_left_out_say_so(spoil) -> None:
    world = read_world(spoil("places.csv", "P-0003,Malka", "P-0009,Malka"))

    found = [one for one in world.problems if one.code == "WLD-010" and one.where.startswith("roads.csv")]
    assert found[0].facts == {"value": "P-0003", "file": "places.csv"}
    assert [road.ref for road in world.roads] == ["W-0001"]


def test_a_number_that_is_not_one_becomes_unknown_and_the_row_stays(spoil) -> None:
    world = read_world(spoil("places.csv", "village,900", "village,many"))

    assert problem(world, "WLD-007").where == "places.csv, row 3, column people"
    assert world.places[1].people is None


def test_a_half_person_is_reported(spoil) -> None:
    world = read_world(spoil("places.csv", "village,900", "village,900.5"))

    assert problem(world, "WLD-007").facts["value"] == "900.5"
    assert world.places[1].people is None


def test_a_name_in_place_of_a_reference_is_refused_with_who_bears_it(spoil) -> None:
    world = read_world(spoil("partners.csv", "ORG-A,P-0001", "ORG-A,Oru"))

    assert problem(world, "WLD-011").facts == {"value": "Oru", "refs": "P-0001"}
    assert [row.organisation for row in world.partners] == ["ORG-B"]


def test_an_alias_of_a_place_is_refused_like_its_name(spoil) -> None:
    world = read_world(spoil("partners.csv", "ORG-B,P-0003", "ORG-B,malaka"))

    assert problem(world, "WLD-011").facts["refs"] == "P-0003"


def test_two_places_of_one_name_in_one_province_are_reported_and_kept(spoil) -> None:
    world = read_world(spoil("places.csv", "P-0003,Malka", "P-0003,Tesh"))

    assert problem(world, "WLD-014").facts == {"value": "Tesh (HV)", "other": "P-0002"}
    assert len(world.places) == 3


def test_a_reference_used_twice_keeps_the_first_row(spoil) -> None:
    world = read_world(spoil("assets.csv", "U-0002", "U-0001"))

    assert problem(world, "WLD-009").where == "assets.csv, row 3, column ref"
    assert [asset.contingent for asset in world.assets] == ["contingent_a"]


def test_a_missing_file_is_reported(spoil) -> None:
    folder = spoil()
    (folder / "partners.csv").unlink()

    world = read_world(folder)

    assert problem(world, "WLD-001").where == "partners.csv"
    assert world.partners == ()


def test_a_world_needs_no_corridors(spoil) -> None:
    world = read_world(spoil())

    assert (world.corridors, world.flows) == ((), ())


def test_text_that_is_not_utf8_is_reported_and_the_rest_is_read(spoil) -> None:
    folder = spoil()
    (folder / "actors.csv").write_bytes("ref,name,type,aliases,host,note\nK-1,Été,rebel,,0,\n".encode("latin-1"))

    world = read_world(folder)

    assert problem(world, "WLD-002").facts == {"byte": 36}
    assert len(world.places) == 3


def test_a_missing_column_stops_the_file_and_is_named(spoil) -> None:
    world = read_world(spoil("partners.csv", "organisation,place", "organization,place"))

    assert problem(world, "WLD-003").facts == {"columns": "organisation"}
    assert problem(world, "WLD-004").facts == {"columns": "organization"}


def test_a_row_with_too_few_cells_is_left_out(spoil) -> None:
    world = read_world(spoil("partners.csv", "ORG-A,P-0001,health,2025-02-01", "ORG-A,P-0001,health"))

    assert problem(world, "WLD-012").facts == {"value": 3, "expected": 4}


def test_a_word_outside_its_list_is_reported_with_the_list(spoil) -> None:
    world = read_world(spoil("roads.csv", "track,open,closed", "track,open,muddy"))

    assert problem(world, "WLD-006").facts["expected"] == "caution, closed, open, unknown"
    assert world.roads[1].wet is RoadStatus.UNKNOWN


def test_an_unknown_event_is_left_out_of_its_incident(spoil) -> None:
    world = read_world(spoil("incidents.csv", "ATK|LOO,Red Sashes,rebel,2,2", "ATK|BURN,Red Sashes,rebel,2,2"))

    assert problem(world, "WLD-006").facts["value"] == "BURN"
    assert world.incidents[0].events == (EventCode.ATK,)


def test_a_time_without_its_offset_is_refused(spoil) -> None:
    world = read_world(spoil("incidents.csv", "2026-05-14T03:30:00+01:00", "2026-05-14T03:30:00"))

    assert "WLD-008" in {one.code for one in world.problems}
    assert "I-0001" not in {incident.ref for incident in world.incidents}


def test_what_is_known_before_it_happens_is_refused(spoil) -> None:
    world = read_world(spoil("incidents.csv", "2026-05-16T10:00:00+01:00", "2026-05-13T10:00:00+01:00"))

    found = next(one for one in world.problems if one.code == "WLD-016")
    assert found.where == "incidents.csv, row 2, column known_at"


def test_nothing_in_a_world_is_known_after_its_present(spoil) -> None:
    world = read_world(spoil("world.yaml", "2027-03-12T07:00", "2027-03-12T06:00"))

    assert problem(world, "WLD-017").where == "messages.jsonl, row 6, column received_at"
    assert len(world.messages) == 5


def test_the_least_above_the_most_is_unknown(spoil) -> None:
    world = read_world(spoil("incidents.csv", ",120,180,", ",180,120,"))

    assert problem(world, "WLD-013").facts == {"least": 180, "most": 120}
    assert world.tolls["I-0001"]["displaced"] == Count(None, None)


def test_more_serviceable_than_deployed_is_unknown(spoil) -> None:
    world = read_world(spoil("assets.csv", "28,30,28,26,0", "28,30,28,29,0"))

    assert problem(world, "WLD-015").facts == {"value": 29, "more": "deployed", "limit": 28}
    assert world.assets[0].serviceable is None


def test_a_community_is_never_held_to_have_harmed_anyone(spoil) -> None:
    folder = spoil("actors.csv", "K-0003,MINUVAL", "K-0004,Oru herders,community,,0,\nK-0003,MINUVAL")
    page = folder / "incidents.csv"
    text = page.read_text("utf-8")
    text = text.replace("ATK|LOO,Red Sashes,rebel,2", "ATK|LOO,Oru herders,community,2")
    page.write_text(text.replace("THR|LOO,Red Sashes,rebel", "TRH,Oru herders,community"), "utf-8")

    world = read_world(folder)

    assert problem(world, "WLD-018").facts == {"value": "Oru herders"}
    assert (world.incidents[0].actor, world.incidents[0].actor_type) == (None, ActorType.UNKNOWN)
    assert world.incidents[5].actor == "Oru herders"


def test_an_actor_nobody_registered_is_reported(spoil) -> None:
    world = read_world(spoil("incidents.csv", "FMV|LOO,FAV,state", "FMV|LOO,FAW,state"))

    assert problem(world, "WLD-010").facts == {"value": "FAW", "file": "actors.csv"}


def test_an_alert_is_acknowledged_by_an_account_of_the_world(spoil) -> None:
    world = read_world(spoil("alerts.csv", "10:25:00+01:00,duty", "10:25:00+01:00,dutty"))

    assert problem(world, "WLD-010").where == "alerts.csv, row 2, column acknowledged_by"
    assert world.alerts[0].acknowledged_by == ""


def test_a_line_that_is_not_json_is_reported_and_the_others_are_read(spoil) -> None:
    world = read_world(spoil("messages.jsonl", '"text": "qq4', '"text: "qq4'))

    assert problem(world, "WLD-019").where == "messages.jsonl, row 5"
    assert len(world.messages) == 5


def test_a_registered_sender_brings_role_and_contact_and_a_stranger_his_own(spoil) -> None:
    world = read_world(spoil())

    known, stranger = world.messages[0], world.messages[4]
    assert (known.sender, known.message.sender_role) == ("S-0001", "can_focal_point")
    assert (stranger.sender, stranger.message.sender_role) == (None, "citizen_unregistered")
    assert stranger.message.contact is not None


def test_settings_that_cannot_be_read_are_a_problem_and_not_an_end(spoil) -> None:
    folder = spoil()
    (folder / "world.yaml").write_text("code: [", "utf-8")

    world = read_world(folder)

    assert world.settings is None
    assert {one.code for one in world.problems} == {"WLD-019"}
    assert len(world.alerts) == 3


def test_a_zone_is_an_offset(spoil) -> None:
    world = read_world(spoil("world.yaml", 'zone: "+01:00"', "zone: Africa/Nowhere"))

    assert problem(world, "WLD-020").where == "world.yaml, column zone"


def test_two_accounts_of_one_name_keep_the_first(spoil) -> None:
    world = read_world(spoil("world.yaml", "{name: auditor,", "{name: admin,"))

    assert problem(world, "WLD-009").where == "world.yaml, accounts 9, column name"


def test_every_problem_has_its_sentence_in_three_languages() -> None:
    codes = [f"WLD-{number:03}" for number in range(1, 21)]

    said = {(code, language): wording.problem(Problem(code, "row 1"), language)
            for code in codes for language in wording.LANGUAGES}  # fmt: skip

    assert all("{" not in sentence for sentence in said.values())
    assert len(set(said.values())) == 60


def test_a_world_is_found_by_its_name_and_nothing_else() -> None:
    assert find_world("three_villages").name == "three_villages"
    assert "three_villages" in world_names()
    with pytest.raises(LookupError, match="three_villages"):
        find_world("../three_villages")


def test_moving_a_world_moves_every_date_and_keeps_the_weekday(spoil) -> None:
    world = read_world(spoil())

    moved = shift_world(world, 364)

    assert world.settings is not None
    assert moved.settings is not None
    assert moved.settings.today == datetime.fromisoformat("2028-03-10T07:00:00+01:00")
    assert moved.settings.today.weekday() == world.settings.today.weekday()
    assert moved.incidents[0].known_at == datetime.fromisoformat("2027-05-15T10:00:00+01:00")
    assert moved.messages[0].message.received_at == datetime.fromisoformat("2028-03-10T02:05:00+01:00")
    assert moved.closures[0].until_on == date(2027, 10, 18)
    assert moved.alerts[1].arrived_at is None


def test_moving_a_world_there_and_back_changes_nothing(spoil) -> None:
    world = read_world(spoil())

    back = shift_world(shift_world(world, -70), 70)

    assert back == world


def test_a_world_moves_by_whole_weeks_only(spoil) -> None:
    world = read_world(spoil())

    with pytest.raises(ValueError, match="multiple of 7"):
        shift_world(world, 3)


def test_a_date_spelled_out_in_a_message_moves_with_the_world(spoil) -> None:
    said = '"text": "They said on 10 March they come", "dates": [{"words": "10 March", "on": "2027-03-10"}]}'
    folder = spoil("messages.jsonl", '"text": "qq4 7## lp zzt .. 9"}', said)

    moved = shift_world(read_world(folder), 28)

    assert moved.messages[4].message.text == "They said on 7 April they come"
    assert shift_world(moved, -28).messages[4].message.text == "They said on 10 March they come"


def test_a_page_that_is_no_table_is_reported(spoil) -> None:
    folder = spoil()
    (folder / "partners.csv").write_text('organisation,"' + "x" * 140_000 + '"\n', "utf-8")

    world = read_world(folder)

    assert problem(world, "WLD-019").where == "partners.csv"


def test_a_day_that_no_calendar_has_is_a_problem_of_the_settings(spoil) -> None:
    world = read_world(spoil("world.yaml", '"2027-03-12T07:00:00+01:00"', "2027-13-45"))

    assert {one.code for one in world.problems} <= {"WLD-008", "WLD-019"}
    assert world.settings is None


def test_dates_of_a_message_that_are_no_list_are_reported(spoil) -> None:
    world = read_world(spoil("messages.jsonl", '"text": "qq4', '"dates": 7, "text": "qq4'))

    assert {one.code for one in world.problems} == {"WLD-005"}
    assert len(world.messages) == 6
