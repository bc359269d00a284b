"""What every feed must do, whatever it reads: run on the fixtures of each folder."""

from __future__ import annotations

import gzip
import inspect
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tocsin import feeds
from tocsin.core.evidence.types import EventRecord
from tocsin.core.reference import wording
from tocsin.core.reference.results import Feed, FeedItem, Problem

FOLDER = Path(feeds.__file__).parent
AS_OF = date(2018, 12, 31)
ASKED = {"as_of": AS_OF, "as_at": AS_OF}
KINDS = {"incidents", "deployments", "places", "areas", "population", "displacement"}
# What a heading of each README must promise; told in any order.
HEADINGS = ("How to get the data", "Columns", "Licence and attribution", "Known traps")
GOOD = [(name, path) for name in feeds.FEEDS for path in sorted((FOLDER / name / "fixtures").glob("good_*"))]
BAD = [(name, path) for name in feeds.FEEDS for path in sorted((FOLDER / name / "fixtures").glob("bad_*"))]
A_GOOD_ONE = list(dict(reversed(GOOD)).items())
UNREAD = ("FEED-002", "FEED-003")
LEFT_OUT = "term.feed.row_left_out"
BAD_TABLES = [(name, path) for name, path in BAD if path.stem.endswith(UNREAD)]
BAD_ROWS = [each for each in BAD if each not in BAD_TABLES]


def told(each: object) -> str:
    return getattr(each, "name", str(each))


every_feed = pytest.mark.parametrize("name", feeds.FEEDS)
every_good_file = pytest.mark.parametrize(("name", "path"), GOOD, ids=told)
every_bad_file = pytest.mark.parametrize(("name", "path"), BAD, ids=told)
every_bad_row = pytest.mark.parametrize(("name", "path"), BAD_ROWS, ids=told)
every_bad_table = pytest.mark.parametrize(("name", "path"), BAD_TABLES, ids=told)
one_good_file = pytest.mark.parametrize(("name", "path"), A_GOOD_ONE, ids=told)


def read(name: str, path: Path) -> tuple[list[FeedItem], list[Problem]]:
    feed = feeds.get(name)
    found = list(feed.read(path, **{key: option for key, option in ASKED.items() if key in feed.options}))
    items = [each for each in found if isinstance(each, FeedItem)]
    problems = [each for each in found if isinstance(each, Problem)]
    assert len(items) + len(problems) == len(found)
    return items, problems


@every_feed
def test_every_feed_keeps_the_contract(name: str) -> None:
    feed: Feed = feeds.get(name)

    assert feed.name == name
    assert feed.holds in KINDS
    assert isinstance(feed.options, tuple)
    assert list(inspect.signature(feed.count).parameters) == ["path"]


@every_feed
def test_every_feed_tells_how_to_get_and_credit_its_data(name: str) -> None:
    text = (FOLDER / name / "README.md").read_text("utf-8")

    missing = [heading for heading in HEADINGS if not re.search(rf"^## {heading}$", text, re.MULTILINE)]

    assert missing == []


@every_feed
def test_every_feed_has_good_and_bad_files(name: str) -> None:
    good = [path for feed, path in GOOD if feed == name]
    bad = [path for feed, path in BAD if feed == name]

    assert good
    assert len(bad) >= 5


def test_every_folder_with_a_feed_is_registered() -> None:
    with_columns = {path.parent.name for path in FOLDER.glob("*/fixtures")}

    assert set(feeds.FEEDS) == with_columns


def test_an_unknown_feed_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="no feed is called 'acled', expected one of: displacement, gazetteer"):
        feeds.get("acled")


@every_good_file
def test_a_good_file_loads_whole(name: str, path: Path) -> None:
    items, problems = read(name, path)

    assert problems == []
    assert items
    assert len({item.feed_id for item in items}) == len(items)
    assert all(item.row > 1 for item in items)


@every_good_file
def test_the_count_is_the_number_of_rows(name: str, path: Path) -> None:
    items, _ = read(name, path)

    counted = feeds.get(name).count(path)

    assert counted >= len({item.row for item in items})
    assert counted + 1 >= max(item.row for item in items)


@every_bad_file
def test_a_bad_file_gives_the_problem_it_is_named_for(name: str, path: Path) -> None:
    code = path.stem.rsplit("_", 1)[-1]

    _, problems = read(name, path)

    assert {problem.code for problem in problems} == {code}
    assert all(problem.where.startswith(path.name) for problem in problems)


@every_bad_row
def test_a_bad_row_does_not_keep_the_others_out(name: str, path: Path) -> None:
    rows = path.read_bytes().count(b"\n") - 1

    items, problems = read(name, path)

    left_out = {each.where.split(",")[0] for each in problems if each.facts.get("effect") == LEFT_OUT}
    assert len(items) == rows - len(left_out)


@every_bad_table
def test_a_table_of_another_kind_gives_one_problem_and_no_rows(name: str, path: Path) -> None:
    items, problems = read(name, path)

    assert items == []
    assert len(problems) == 1


@every_bad_file
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_every_problem_can_be_said_in_every_language(name: str, path: Path, language: str) -> None:
    _, problems = read(name, path)

    for problem in problems:
        said = wording.problem(problem, language)

        assert said.startswith(path.name)
        assert said.endswith(f"[{problem.code}]")
        assert "{" not in said
        assert "term." not in said


@one_good_file
def test_plain_gzip_and_zip_give_the_same(name: str, path: Path, tmp_path: Path) -> None:
    packed, archive = tmp_path / "table.csv.gz", tmp_path / "table.zip"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as open_archive:
        open_archive.writestr("folder/table.csv", path.read_bytes())
        open_archive.writestr("__MACOSX/table.csv", b"aside")

    plain = read(name, path)

    assert read(name, packed) == plain
    assert read(name, archive) == plain
    assert feeds.get(name).count(packed) == feeds.get(name).count(archive) == feeds.get(name).count(path)


@one_good_file
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encodings_of_spreadsheets_give_the_same(name: str, path: Path, encoding: str, tmp_path: Path) -> None:
    saved = tmp_path / "table.csv"
    saved.write_bytes(path.read_text("utf-8").replace("\n", "\r\n").encode(encoding))

    assert read(name, saved) == read(name, path)


@one_good_file
def test_a_file_that_breaks_off_gives_what_came_before(name: str, path: Path, tmp_path: Path) -> None:
    whole, _ = read(name, path)
    cut = tmp_path / "cut.csv.gz"
    text = path.read_bytes()
    last_row = text.rstrip(b"\n").rfind(b"\n")
    # Stored, not squeezed, so that the break falls where we want it: inside the last row.
    packed = gzip.compress(text, compresslevel=0)
    cut.write_bytes(packed[: packed.find(text[last_row:]) + 6])

    items, problems = read(name, cut)

    last = feeds.get(name).count(path) + 1
    assert items == [item for item in whole if item.row < last]
    assert [(problem.code, problem.facts["row"]) for problem in problems] == [("FEED-005", last - 1)]


@one_good_file
def test_a_field_of_ten_megabytes_leaves_the_other_rows(name: str, path: Path, tmp_path: Path) -> None:
    whole, _ = read(name, path)
    header, rest = path.read_text("utf-8").split("\n", 1)
    swollen = tmp_path / "swollen.csv"
    swollen.write_text(f'{header}\n"{"x" * 10_000_000}"\n{rest}', "utf-8")

    items, problems = read(name, swollen)

    assert [item.value for item in items] == [item.value for item in whole]
    assert [(problem.code, problem.where) for problem in problems] == [("FEED-007", "swollen.csv row 2")]


@every_feed
def test_a_file_that_is_not_there_is_a_problem_and_has_no_rows(name: str, tmp_path: Path) -> None:
    feed = feeds.get(name)

    found = list(feed.read(tmp_path / "nowhere.csv"))

    assert found == [Problem("FEED-001", "nowhere.csv", {"reason": "ENOENT"})]
    assert feed.count(tmp_path / "nowhere.csv") == 0


@every_feed
def test_an_option_nobody_knows_is_an_error_of_the_caller(name: str, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="option 'colour' is not known here, expected one of"):
        list(feeds.get(name).read(tmp_path / "any.csv", colour="red"))


@pytest.mark.parametrize("name", [name for name in feeds.FEEDS if "as_of" in feeds.get(name).options])
def test_an_option_that_cannot_be_read_is_a_problem(name: str, tmp_path: Path) -> None:
    found = list(feeds.get(name).read(tmp_path / "any.csv", as_of="next week"))

    assert found == [Problem("FEED-025", "as_of", {"value": "aaaa aaaa", "expected": "YYYY-MM-DD"})]


@one_good_file
def test_a_spreadsheet_or_two_tables_in_an_archive_are_refused_by_name(name: str, path: Path, tmp_path: Path) -> None:
    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as open_archive:
        open_archive.writestr("a.csv", path.read_bytes())
        open_archive.writestr("b.csv", path.read_bytes())

    items, problems = read(name, archive)

    assert items == []
    assert problems == [Problem("FEED-009", "two.zip", {"found": "a.csv, b.csv"})]


def test_no_problem_repeats_the_text_it_found(tmp_path: Path) -> None:
    table = tmp_path / "events.csv"
    header = (FOLDER / "ucdp_ged/fixtures/good_short.csv").read_text("utf-8").split("\n")[0]
    table.write_text(
        f"{header}\n1,2017,2017-03-04,Ardenya,3,c,Front,x,Marie Kabongo,+243812345678,1,call 0812345678,3,5\n", "utf-8"
    )

    _, problems = read("ucdp_ged", table)

    said = " ".join(str(problem.as_json()) for problem in problems)
    assert len(problems) == 3
    assert "Marie" not in said
    assert "812345678" not in said


def test_event_records_keep_unknown_apart_from_nought() -> None:
    path = FOLDER / "ucdp_ged/fixtures/good_full_headline_over_two_lines.csv"

    items, _ = read("ucdp_ged", path)

    event = items[1].value
    assert isinstance(event, EventRecord)
    assert event.deaths_civilians == 0
    assert (event.sources, event.cell, event.clarity, event.place_precision) == (None, None, None, None)
