"""Datasets come in whole, come in again without doubles, and what a later release changes is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.datasets import FIRST, LATER, bring_in, counts, ged
from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.core.reference.viewer import SYSTEM
from tocsin.services import loading
from tocsin.services.refusals import Refused
from tocsin.store.models import Asset, AuditEntry, Base, Displacement, FeedLoad, Incident, IncidentVersion, Place
from tocsin.store.queries import places as read
from tocsin.store.writes import loading as write
from tocsin.store.writes.tally import Tally, short_ref

pytestmark = pytest.mark.django_db


def test_a_release_loaded_twice_is_there_once(tmp_path):
    path = ged(tmp_path, "first.csv", FIRST)

    first, again = bring_in(path), bring_in(path, after=1)

    assert (counts(first), counts(again)) == ((3, 3, 0, 0), (3, 0, 0, 3))
    assert (Incident.objects.count(), IncidentVersion.objects.count()) == (3, 0)
    assert [(load.counts["added"], load.file_name) for load in FeedLoad.objects.order_by("pk")] == [
        (3, "first.csv"), (0, "first.csv")
    ]  # fmt: skip


def test_a_later_release_changes_field_by_field_and_what_was_said_before_is_kept(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))

    told = bring_in(ged(tmp_path, "later.csv", LATER), after=1)

    # Event 2 differs only in a column that is not kept: nothing changed here.
    assert counts(told) == (4, 1, 1, 2)
    assert told["changes"] == [{"id": "ucdp:1", "field": "deaths", "was": [2, 3, 5], "now": [8, 9, 11]}]
    version = IncidentVersion.objects.get()
    assert (version.values["deaths"], version.release, version.superseded_at) == (
        [2, 3, 5], "first.csv", rows.NIGHT + rows.minutes(1)
    )  # fmt: skip
    incident = Incident.objects.get(feed_id="ucdp:1")
    assert (incident.deaths_best, incident.release, incident.pk) == (9, "later.csv", version.incident_id)


def test_a_release_with_fewer_columns_takes_nothing_back(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))
    short = tmp_path / "short.csv"
    short.write_text(
        "id,conflict_id,latitude,longitude,date,type_of_violence,best,civilian_deaths,combatant_deaths,country,region\n"
        "1,1,4.25,18.5,2017-03-01,3,4,4,0,Ardenya,Africa\n",
        "utf-8",
    )

    bring_in(short, after=1)

    incident = Incident.objects.get(feed_id="ucdp:1")
    assert (incident.deaths_least, incident.deaths_best, incident.deaths_most) == (2, 4, 5)
    assert (incident.actor, incident.place_name) == ("Front", "Nyaroko")


def test_two_events_of_one_place_share_it_however_many_rows_come_at_a_time(tmp_path, monkeypatch):
    path = ged(tmp_path, "first.csv", FIRST)

    bring_in(path)
    at_once = {row.feed_id: row.place.name for row in Incident.objects.select_related("place")}
    Incident.objects.all().delete()
    Place.objects.all().delete()
    monkeypatch.setattr(loading, "CHUNK", 1)
    bring_in(path, after=1)

    assert at_once == {"ucdp:1": "Nyaroko", "ucdp:2": "Tesh", "ucdp:3": "Tesh"}
    assert {row.feed_id: row.place.name for row in Incident.objects.select_related("place")} == at_once


def test_a_bad_row_is_reported_with_its_row_and_column_and_stops_nothing(tmp_path):
    body = FIRST.replace("4.9000,18.9000,1", "94.9,18.9,1").replace("2017-03-05,2017", "2017-13-05,2017")

    told = bring_in(ged(tmp_path, "bad.csv", body))

    assert counts(told) == (1, 1, 0, 0)
    assert [(found["code"], found["where"]) for found in told["problems"]] == [
        ("FEED-014", "bad.csv row 3, column latitude"), ("FEED-016", "bad.csv row 4, column date_start")
    ]  # fmt: skip
    assert FeedLoad.objects.get().problems == told["problems"]


def test_a_row_that_comes_twice_does_not_stop_the_load(tmp_path):
    told = bring_in(ged(tmp_path, "twice.csv", FIRST + FIRST.splitlines()[0] + "\n"))

    assert Incident.objects.count() == 3
    assert [found["code"] for found in told["problems"]] == ["FEED-020"]


def test_the_same_id_twice_among_good_rows_is_one_event(tmp_path):
    from tocsin.feeds.ucdp_ged.adapter import Adapter

    items = list(Adapter().read(ged(tmp_path, "first.csv", FIRST)))
    tally = Tally()

    write.save_events([*items, items[0]], write.PlaceFinder(), tally, release="r", recorded_at=rows.NIGHT)

    assert (Incident.objects.count(), tally.rows, tally.added) == (3, 4, 3)


def test_a_dry_run_tells_the_same_and_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 2)
    path = ged(tmp_path, "later.csv", LATER)

    tried, done = bring_in(path, dry_run=True), None
    nothing = (Incident.objects.count(), Place.objects.count(), FeedLoad.objects.count(), AuditEntry.objects.count())
    done = bring_in(path)

    assert (counts(tried), nothing) == (counts(done), (0, 0, 0, 0))
    assert (tried["dry_run"], done["dry_run"]) == (True, False)


def test_only_some_roles_load_and_a_dry_run_asks_the_same(tmp_path):
    path = ged(tmp_path, "first.csv", FIRST)

    for role in set(Role) - {Role.ANALYST, Role.PROTECTION_LEAD, Role.ADMINISTRATOR}:
        with pytest.raises(Refused):
            loading.load(rows.viewer(role), "ucdp_ged", path, now=rows.NIGHT, options={}, dry_run=True)

    assert loading.load(rows.viewer(Role.ADMINISTRATOR), "ucdp_ged", path, now=rows.NIGHT, options={})["added"] == 3


GEONAMES = "geonameid,name,countrycode,admin1code,latitude,longitude,population,alternatenames\n"


def named(folder: Path, *lines: str) -> Path:
    path = folder / "names.csv"
    path.write_text(GEONAMES + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def test_a_bare_point_takes_the_name_of_the_nearest_place_and_keeps_its_incidents(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))
    before = Incident.objects.get(feed_id="ucdp:1").place

    told = bring_in(
        named(tmp_path, "101,Hamlet,AD,11,4.2800,18.5000,40,", "102,Nyaroko Centre,AD,11,4.2510,18.5000,1200,Niaroko"),
        "gazetteer", after=1,
    )  # fmt: skip

    after = Incident.objects.get(feed_id="ucdp:1").place
    assert (after.pk, after.ref, after.name, after.people) == (before.pk, before.ref, "Nyaroko Centre", 1200)
    assert Place.objects.filter(name="Hamlet").exists()
    assert counts(told) == (2, 1, 1, 0)


def test_a_place_of_the_same_name_is_taken_before_a_nearer_one(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))

    bring_in(
        named(tmp_path, "101,Hamlet,AD,11,4.2510,18.5000,40,", "102,Nyaroko,AD,11,4.2800,18.5000,1200,"), "gazetteer"
    )

    assert Incident.objects.get(feed_id="ucdp:1").place.people == 1200


def test_a_gazetteer_loaded_twice_is_there_once(tmp_path):
    path = named(tmp_path, "101,Nyaroko,AD,11,4.25,18.5,1200,", "102,Tesh,AD,11,4.5,18.75,0,")

    first, again = bring_in(path, "gazetteer"), bring_in(path, "gazetteer", after=1)

    assert (counts(first), counts(again)) == ((2, 2, 0, 0), (2, 0, 0, 2))
    # The dataset writes 0 where it does not know: nobody living there is not what it says.
    assert list(Place.objects.order_by("name").values_list("name", "people")) == [("Nyaroko", 1200), ("Tesh", None)]


def test_a_name_learned_later_is_known_to_the_reader_at_once(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))
    before = read.stamp()

    bring_in(named(tmp_path, "101,Nyaroko Centre,AD,11,4.2510,18.5000,1200,"), "gazetteer", after=1)

    assert read.stamp() != before


def test_a_hundred_thousand_places_have_a_hundred_thousand_references():
    refs = {short_ref("P", f"geonames:{number}") for number in range(100_000)}

    assert len(refs) == 100_000


def test_how_many_live_in_a_place_is_not_given_to_its_namesake(tmp_path):
    rows.place("P-1", name="Tesh", country="COD", lat=4.5, lon=18.75)
    rows.place("P-2", name="Tesh", country="COD", lat=9.5, lon=18.75)
    rows.place("P-3", name="Malka", country="COD", lat=5.5, lon=18.75)
    path = tmp_path / "people.csv"
    path.write_text(
        "name,country,lat,lon,people,date,pcode\nTesh,COD,4.51,18.75,800,,\nTesh,COD,,,900,,\nMalka,COD,,,650,,\n"
    )

    told = bring_in(path, "population")

    assert list(Place.objects.order_by("ref").values_list("people", flat=True)) == [800, None, 650]
    assert told["changes"] == [
        {"id": "P-1", "field": "people", "was": None, "now": 800}, {"id": "P-3", "field": "people", "was": None, "now": 650}
    ]  # fmt: skip


PKO = "source,mission,year,month,location,country,latitude,longitude,no.troops,inf,res,unpol.dummy,unmo.dummy,hq,adm1.name\n"
MAPS = (
    PKO
    + """\
Map 1,MISARD,2017,3,Tesh,Ardenya,4.5,18.5,800,1,0,1,0,3,Highland
Map 1,MISARD,2017,3,Malka,Ardenya,4.9,18.5,150,1,1,0,0,0,Highland
Map 2,MISARD,2018,3,Tesh,Ardenya,4.5,18.5,400,1,0,0,0,3,Highland
Map 9,OTHER,2018,1,Tesh,Ardenya,4.5,18.5,90,1,0,0,0,3,Highland
"""
)


def deployed(folder: Path, body: str = MAPS) -> Path:
    path = folder / "maps.csv"
    path.write_text(body, "utf-8")
    return path


def stands(as_of: int) -> list[tuple[str, int | None]]:
    when = rows.NIGHT.replace(year=as_of)
    return sorted((one.base.rpartition("-")[0][:6], one.strength) for one in read.assets(SYSTEM, when) if one.strength)


def test_of_each_mission_the_newest_map_of_the_moment_counts(tmp_path):
    bring_in(deployed(tmp_path), "geopko")

    years = {year: [strength for _, strength in stands(year)] for year in (2016, 2017, 2018, 2027)}

    assert years == {2016: [], 2017: [150, 800], 2018: [90, 400], 2027: [90, 400]}
    assert len(read.bases(SYSTEM, rows.NIGHT.replace(year=2017))) == 2


def test_maps_loaded_again_or_one_mission_at_a_time_are_the_same_bases(tmp_path):
    path = deployed(tmp_path)
    first = bring_in(path, "geopko")
    refs = set(Base.objects.values_list("ref", flat=True))

    again = bring_in(path, "geopko", after=1)
    other = bring_in(path, "geopko", after=2, mission="OTHER")

    assert (counts(first), counts(again), counts(other)) == ((4, 4, 0, 0), (4, 0, 0, 4), (1, 0, 0, 1))
    assert set(Base.objects.values_list("ref", flat=True)) == refs
    assert set(Base.objects.values_list("map_mission", flat=True)) == {"MISARD", "OTHER"}


def test_a_corrected_map_is_told_as_revised(tmp_path):
    bring_in(deployed(tmp_path), "geopko")

    told = bring_in(deployed(tmp_path, MAPS.replace(",800,", ",650,")), "geopko", after=1)

    assert counts(told) == (4, 0, 1, 3)
    assert stands(2017)[-1][1] == 650


def test_two_deployments_in_one_town_are_both_kept():
    fixtures = Path(loading.feeds.__file__).parent / "geopko" / "fixtures"

    bring_in(fixtures / "good_two_units_in_one_town.csv", "geopko")

    assert Base.objects.count() == 1
    assert Asset.objects.filter(kind="inf_coy").count() == 2


def test_displacement_loaded_twice_is_there_once():
    path = Path(loading.feeds.__file__).parent / "displacement" / "fixtures" / "good_idmc.csv"

    first, again = bring_in(path, "displacement"), bring_in(path, "displacement", after=1)

    assert first["added"] == again["unchanged"] == Displacement.objects.count() > 0


def test_every_feed_can_be_asked_for_its_options_and_its_rows(tmp_path):
    path = ged(tmp_path, "first.csv", FIRST)

    assert set(loading.names()) >= {"ucdp_ged", "geopko", "gazetteer", "displacement", "population"}
    assert "country" in loading.options_of("ucdp_ged")
    assert loading.count("ucdp_ged", path) == 3


def test_the_congo_of_thirty_years_comes_in_whole(data_dir, record_property):
    path = data_dir / "ged" / "ged211_events_1989_2018.csv.gz"

    told = bring_in(path, country="DR Congo (Zaire)")

    assert told["rows"] == told["added"] == Incident.objects.count() == 3160
    record_property("places", Place.objects.count())


def test_the_map_of_december_2018_has_34_locations(data_dir):
    path = data_dir / "peacekeeping" / "geopko_v2.1_1994_2018.csv.gz"

    told = bring_in(path, "geopko", mission="MONUSCO", month="2018-12")

    assert told["rows"] == told["added"] == 34
    assert len(read.bases(SYSTEM, rows.NIGHT.replace(year=2018, month=12))) == 34


@pytest.mark.parametrize(
    ("name", "country", "layout"),
    [
        ("ged231_car_full_1991_2018.csv.gz", None, "full"), ("ged211_events_1989_2018.csv.gz", "South Sudan", "short"),
        ("ged251_sample_1989_2018.csv.gz", None, "sample"),
    ],
)  # fmt: skip
def test_each_layout_of_the_releases_comes_in_and_again_without_doubles(data_dir, name, country, layout):
    options = {"country": country} if country else {"since": "2015-01-01"}
    path = data_dir / "ged" / name

    first, again = bring_in(path, **options), bring_in(path, after=1, **options)

    assert first["rows"] == first["added"] == again["unchanged"] == Incident.objects.count() > 400
    assert (again["added"], again["revised"], again["changes"]) == (0, 0, [])
