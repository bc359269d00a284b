"""What a table must give of a file that is whole, and of one that is not."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib

import pytest

from tocsin.core.reference import lines, tables
from tocsin.core.reference.lines import LONGEST_LINE
from tocsin.core.reference.results import FeedItem, Problem
from tocsin.core.reference.rows import Row
from tocsin.core.reference.tables import Table


def table(content: str | bytes) -> Table:
    return Table(io.BytesIO(content.encode() if isinstance(content, str) else content), "t.csv")


def names(found: Table) -> list[str | tuple[str, str]]:
    """The first cell of every row, and code and place of every problem, in their order."""
    return [
        (each.code, each.where) if isinstance(each, Problem) else each.raw(found.header[0]) for each in found.rows()
    ]


def test_columns_are_found_by_name_whatever_their_dress():
    found = table('\ufeff#"Name"; P-Code \nOru;AR01\n')

    assert found.header == ("name", "p-code")
    assert [each.raw("p-code") for each in found.rows() if isinstance(each, Row)] == ["AR01"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_header(delimiter: str):
    found = table(f"a{delimiter}b\n1,1;{delimiter}2\n".replace("1,1;", "1"))

    assert found.header == ("a", "b")
    assert names(found) == ["1"]


def test_the_header_is_row_one_and_empty_lines_are_counted_as_a_spreadsheet_does():
    found = table("a,b\n1,2\n\n3,4\n5\n")

    rows = [each for each in found.rows() if isinstance(each, Row)]
    assert [each.place for each in rows] == [2, 4]
    assert names(table("a,b\n1,2\n\n3,4\n5\n"))[-1] == ("FEED-008", "t.csv row 5")


def test_a_quoted_cell_may_run_over_lines():
    found = table('a,b\n1,"first\nsecond, ""third"""\n2,x\n')

    rows = [each for each in found.rows() if isinstance(each, Row)]
    assert rows[0].raw("b") == 'first\nsecond, "third"'
    assert [each.place for each in rows] == [2, 3]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param('2,x,y\n3,"z",w\n', id="closed by the next quote"),
        pytest.param("2,x,y\n3,z,w\n", id="never closed"),
        pytest.param("2,x,y\n" * 600 + "3,z,w\n", id="never closed in a long file"),
    ],
)
def test_a_quote_left_open_costs_its_own_row_and_no_other(rest: str):
    found = names(table(f'a,b,c\n1,"open,c\n{rest}'))

    assert found[0] == ("FEED-006", "t.csv row 2")
    assert len(found) == 1 + rest.count("\n")
    assert found[-1] == "3"


def test_a_quote_inside_a_word_is_only_a_sign():
    assert names(table('a,b\n1,the 5" gun\n2,x\n')) == ["1", "2"]


def test_text_behind_a_closing_quote_costs_its_own_row():
    assert names(table('a,b\n1,"big" gun\n2,x\n')) == [("FEED-006", "t.csv row 2"), "2"]


def test_empty_cells_behind_the_last_column_do_no_harm():
    assert names(table("a,b\n1,2,,\n")) == ["1"]


def test_a_line_too_long_is_passed_over_without_being_kept():
    swollen = "x" * (3 * LONGEST_LINE)

    assert names(table(f"a,b\n1,{swollen}\n2,y\n")) == [("FEED-007", "t.csv row 2"), "2"]
    assert names(table(f'a,b\n1,"open\n2,{swollen}\n3,y\n')) == [
        ("FEED-006", "t.csv row 2"),
        ("FEED-007", "t.csv row 3"),
        "3",
    ]


def test_a_row_of_tags_below_the_header_is_passed_over():
    assert names(table("a,b\n#adm1,\n1,2\n#3,4\n")) == ["1", "#3"]


def test_old_western_text_is_read_and_told_once():
    content = "a,b\n1,é\n2,ü\n".encode("cp1252")

    found = list(table(content).rows())

    assert [each.raw("b") for each in found if isinstance(each, Row)] == ["é", "ü"]
    assert [each for each in found if isinstance(each, Problem)] == [Problem("FEED-004", "t.csv row 2")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_end_of_line_and_encoding_gives_the_same(ends: str, encoding: str):
    content = "a,b\n1,نياروكو\n2,y".replace("\n", ends).encode(encoding)

    assert [each.raw("b") for each in table(content).rows() if isinstance(each, Row)] == ["نياروكو", "y"]
    assert lines.count(io.BytesIO(content)) == 2


@pytest.mark.parametrize("content", [b"", b"\n \n", gzip.compress(b"", mtime=0)])
def test_a_file_without_a_header_is_empty(content: bytes):
    assert [each.code for each in table(content).opening] == ["FEED-002"]
    assert names(table("a\n")) == []


def test_everything_before_the_damage_is_read():
    text = "".join(f"{place},{zlib.crc32(bytes([place % 256]))}\n" for place in range(40_000))
    packed = bytearray(gzip.compress(f"a,b\n{text}".encode()))
    packed[len(packed) // 2] ^= 0xFF
    cut = bytes(packed[: len(packed) // 3])

    damaged, broken = names(table(bytes(packed))), names(table(cut))

    assert 5_000 < len(broken) - 1 < 20_000
    assert broken[:-1] == [str(place) for place in range(len(broken) - 1)]
    assert broken[-1] == ("FEED-005", "t.csv")
    assert ("FEED-005", "t.csv") in damaged
    assert damaged[:5_000] == broken[:5_000]


def test_gzip_members_in_a_row_are_one_table():
    content = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n") + b"\0\0\0"

    assert names(table(content)) == ["1", "3"]


def test_an_archive_must_hold_one_table():
    spreadsheet, broken = io.BytesIO(), b"PK\x03\x04 and no more"
    with zipfile.ZipFile(spreadsheet, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")

    assert table(spreadsheet.getvalue()).opening == (Problem("FEED-009", "t.csv", {"found": "xl/workbook.xml"}),)
    assert [each.code for each in table(broken).opening] == ["FEED-005"]
    assert lines.count(io.BytesIO(spreadsheet.getvalue())) == 0


def test_of_two_columns_with_one_name_the_first_is_read_and_told():
    found = table("a,b,b\n1,2,3\n")

    assert found.opening == (Problem("FEED-010", "t.csv", {"column": "b"}),)
    assert [each.raw("b") for each in found.rows() if isinstance(each, Row)] == ["2"]


def test_columns_of_another_table_are_named_with_those_expected():
    known = {"events": ("id", "day"), "places": ("name", "lat", "lon")}

    found = table("Name,Lat,Marie Kabongo 1\nx,y,z\n").layout(known)

    assert table("lon,name,lat\n").layout(known) == "places"
    assert isinstance(found, Problem)
    assert found.facts["missing"] == "lon"


def test_a_first_row_of_data_is_not_repeated_as_column_names():
    found = table("+243812345678,x\n").layout({"events": ("id",)})

    assert isinstance(found, Problem)
    assert found.facts["found"] == "+999999999999, x"


def test_an_id_is_given_once_and_its_double_names_the_first_row():
    def read_row(row: Row) -> list[FeedItem]:
        return [FeedItem(row.raw("a"), row.place, row.raw("b"))]

    found = list(tables.items(table("a,b\n1,x\n1,y\n2,z\n"), read_row))

    assert [each.value for each in found if isinstance(each, FeedItem)] == ["x", "z"]
    assert [each.facts["first"] for each in found if isinstance(each, Problem)] == [2]


@pytest.mark.parametrize(
    ("content", "rows"), [("a\n1\n2", 2), ("a\n1\n2\n", 2), ('a\n"1\n1"\n2\n', 2), ("a\n", 0), ("", 0)]
)
def test_the_count_leaves_out_the_header_and_breaks_inside_quotes(content: str, rows: int):
    assert lines.count(io.BytesIO(content.encode())) == rows
