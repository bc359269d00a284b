"""The frank page names what cannot be covered to those who decide, and no place to anyone else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.briefs import reading, sample
from tocsin.briefs.gap_statement import build as gap
from tocsin.briefs.gap_statement.build import GapStatement
from tocsin.core.reference import wording
from tocsin.core.reference.results import Because


def page_of(content: GapStatement, *, restricted: bool = True, language: str = "en") -> dict:
    return gap.make_page(content, language=language, classification="confidential", restricted=restricted)


def print_pdf(content: GapStatement, *, restricted: bool, language: str = "en") -> reading.Printed:
    return reading.read_pdf(
        gap.build(content, language=language, form="pdf", classification="confidential", restricted=restricted)
    )


def in_provinces(*counts: int) -> GapStatement:
    """Return a statement whose uncovered places lie in provinces A, B... so many in each."""
    content = sample.make_gap(must=0, should=2 * sum(counts))
    names = [chr(65 + number) for number, count in enumerate(counts) for _ in range(count)]
    refs = [missed.need.place for missed in content.coverage.uncovered]
    return replace(content, provinces=dict(zip(refs, names, strict=True)))


def test_the_restricted_form_names_each_place_with_why_and_what_would_close_it() -> None:
    rows = page_of(sample.make_gap())["gaps"]

    assert rows[1] == [
        "MUST",
        "Oru (HL)",
        "2,000",
        "Everyone able needs more than 3.5 h; Infantry platoon – Wendo base comes closest.",
        "one more utility helicopter at Tesh base (other ways: 1)",
    ]
    assert len(rows) == 1 + len(sample.make_gap().coverage.uncovered)


def test_who_would_be_nearest_is_told_once() -> None:
    content = sample.make_gap()
    first = content.coverage.uncovered[0]
    other = replace(first, reasons=(Because("sample.no_language"),))

    rows = page_of(replace(content, coverage=replace(content.coverage, uncovered=(first, other))))["gaps"]

    assert rows[1][3].count("Wendo base") == 1
    assert rows[2][3].endswith("Nearest: Infantry platoon – Wendo base, 5.5 h.")


def test_the_public_form_names_no_place_and_no_base() -> None:
    content = sample.make_gap(must=12, should=20)

    named = print_pdf(content, restricted=True).text
    public = print_pdf(content, restricted=False).text
    in_word = reading.read_docx(
        gap.build(content, language="en", form="docx", classification="public", restricted=False)
    )

    assert {"Oru", "Malka", "Tesh base"} <= {name for name in (*sample.NAMES, "Tesh base") if name in named}
    assert [name for name in (*sample.NAMES, "P-00", "A-0", "B-1") if name in public] == []
    assert [name for name in (*sample.NAMES, "P-00", "A-0", "B-1") if name in in_word] == []
    assert "[place not named here]" in public


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 4), [("A", "5"), ("B", "4")]),
        ((5, 4, 1), [("A", "5"), ("other provinces together", "5")]),
        ((5, 2, 1), [("A", "5"), ("other provinces together", "3")]),
        ((1,), [("other provinces together", "1")]),
    ],
)
def test_a_province_with_few_places_is_never_printed_alone(
    counts: tuple[int, ...], expected: list[tuple[str, str]]
) -> None:
    rows = page_of(in_provinces(*counts), restricted=False)["gaps"]

    assert [(row[0], row[1]) for row in rows[1:]] == expected


def test_people_are_exact_for_those_who_decide_and_rounded_for_the_public() -> None:
    content = in_provinces(4)

    exact = page_of(content)["cannot"][0]
    rounded = page_of(content, restricted=False)["cannot"][0]

    assert exact.endswith("People out of reach: 9,644.")
    assert rounded.endswith("People out of reach: about 9,600.")


def test_people_whom_nobody_counted_are_told_beside_the_sum() -> None:
    content = sample.make_gap(must=12, should=20)

    assert "places where nobody has counted: 1" in page_of(content)["cannot"][0]


def test_what_would_change_it_leaves_out_what_would_change_nothing() -> None:
    rows = page_of(sample.make_gap())["change"]

    assert rows[1] == [
        "one more utility helicopter at Tesh base",
        "+3",
        "+2",
        "5,210; places where nobody has counted: 1",
    ]
    assert [row[0] for row in rows[2:]] == ["an interpreter for sw at Wendo base"]


def test_the_public_form_tells_what_would_help_without_telling_where() -> None:
    rows = page_of(sample.make_gap(), restricted=False)["change"]

    assert rows[1][0] == "one more utility helicopter at [place not named here]"


def test_a_mission_that_covers_all_says_under_which_assumptions() -> None:
    content = sample.make_gap()
    whole = replace(content, coverage=replace(content.coverage, uncovered=(), marginal=()))

    page = page_of(whole)

    assert page["cannot"] == ["Every place on the list is within reach under the assumptions below."]
    assert page["assumptions"] == [
        "Assets on record: 9",
        "Roads of unknown state: 4",
        "Somebody must speak the language of the place: yes",
        "kept back: 0.5",
    ]
    assert print_pdf(whole, restricted=True).pages == 1


def test_the_public_is_told_that_reach_is_not_safety_and_not_how_many_are_ready() -> None:
    content = sample.make_gap()
    notes = (Because("coverage.reach_is_not_safety"), Because("coverage.no_assets_known"))
    noted = replace(content, coverage=replace(content.coverage, notes=notes))

    public = page_of(noted, restricted=False)["assumptions"]

    assert public == [wording.label("reason.coverage.reach_is_not_safety")]
    assert "Assets on record: 9" in page_of(noted)["assumptions"]


def test_a_doubt_that_concerns_nobody_is_left_out() -> None:
    content = sample.make_gap()
    sure = replace(content.coverage, assumptions={"roads": 4, "roads_unknown": 0, "assets_ready": 0})

    page = page_of(replace(content, coverage=sure))

    assert page["assumptions"] == ["Roads on record: 4", "Assets ready to move: 0"]


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("restricted", [True, False])
def test_a_hundred_places_out_of_reach_fit_one_page_and_the_rest_is_counted(language: str, restricted: bool) -> None:
    content = sample.make_gap(must=80, should=120)

    printed = print_pdf(content, restricted=restricted, language=language)

    assert printed.pages == 1


def test_what_does_not_fit_is_counted_aloud_and_the_most_pressing_stand_first() -> None:
    printed = print_pdf(sample.make_gap(must=80, should=120), restricted=True)

    assert "Places not printed here:" in printed.text
    assert "MUST Oru (HL)" in printed.text
    assert "SHOULD Oru" not in printed.text
