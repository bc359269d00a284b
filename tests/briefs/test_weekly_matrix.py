"""The matrix shows every need, and hides neither a gap nor what is unknown."""

from __future__ import annotations

from dataclasses import replace

from tests.briefs import reading, sample
from tocsin.briefs.weekly_matrix import build as matrix
from tocsin.briefs.weekly_matrix.build import WeeklyMatrix
from tocsin.core.reference.terms import Category


def page_of(content: WeeklyMatrix, language: str = "en") -> dict:
    return matrix.make_page(content, language=language, classification="confidential")


def test_the_header_tells_when_by_which_policy_and_by_which_rules() -> None:
    printed = reading.read_pdf(
        matrix.build(sample.make_matrix(), language="en", form="pdf", classification="confidential")
    )

    assert "010430Z MAR 27 – 1 March 2027, 05:30 (UTC+01)" in printed.text
    assert "v3 (2027-01-15)" in printed.text
    assert "4f1c2a77be90" in printed.text
    assert "Unknown is not safe" in printed.text


def test_a_line_shows_its_reasons_its_means_and_who_acts() -> None:
    line = page_of(sample.make_matrix())["lines"][0]

    assert line["reasons"][0] == "An armed group of 20 to 30 men is 9 km away and moving here."
    assert line["means"] == [
        "UNCOVERED",
        "Everyone able needs more than 3.5 h; Infantry platoon – Wendo base comes closest.",
    ]
    assert line["action"][0] == "Sector East commander"
    assert line["residual"] == ["No cover after Friday"]


def test_a_covered_line_says_who_comes_and_how_sure_that_is() -> None:
    lines = page_of(sample.make_matrix())["lines"]

    assert lines[1]["means"] == ["Infantry company – Tesh base: 1.4 h", "others who could come: 1"]
    assert "not certain: 1.1 to 3.2 h, the road is not known" in lines[3]["means"]


def test_a_must_line_without_an_action_says_so_and_a_could_line_may_go_without() -> None:
    lines = page_of(sample.make_matrix())["lines"]

    assert lines[2]["action"] == ["NO ACTION NAMED"]
    assert lines[-1]["action"] == ["–"]


def test_the_limit_cuts_from_below_and_counts_what_it_cuts() -> None:
    page = page_of(sample.make_matrix(must=4, should=6, could=8, limit=7))

    assert [line["category_code"] for line in page["lines"]] == ["must"] * 4 + ["should"] * 3
    assert page["more"] == [
        "SHOULD lines not printed here: 3. See the annex or the JSON file.",
        "COULD lines not printed here: 8. See the annex or the JSON file.",
    ]


def test_no_limit_hides_a_must_line() -> None:
    page = page_of(sample.make_matrix(must=9, should=2, could=0, limit=3))

    assert [line["category_code"] for line in page["lines"]] == ["must"] * 9


def test_a_must_line_that_stands_low_keeps_its_rank_and_its_place() -> None:
    content = sample.make_matrix(must=1, should=2, could=0, watch=0, limit=2)
    turned = replace(content.assessment, lines=content.assessment.lines[::-1])

    page = page_of(replace(content, assessment=turned))

    assert [(line["rank"], line["category_code"]) for line in page["lines"]] == [("1", "should"), ("3", "must")]


def test_places_of_which_too_little_is_known_are_named_and_not_ranked() -> None:
    page = page_of(sample.make_matrix(watch=5))

    box = page["watch"][0]
    assert box["title"] == "WATCH, places of which too little is known: 5"
    assert "not safe" in box["note"]
    assert "Luma 2 (BD)" in box["places"]
    assert "watch" not in {line["category_code"] for line in page["lines"]}


def test_a_place_judged_low_is_not_mixed_with_one_that_nobody_can_judge() -> None:
    content = sample.make_matrix(must=0, should=0, could=0, watch=3)
    low = replace(content.assessment.lines[0], threat=2.0, vulnerability=2.0, risk=4.0)
    picture = replace(content.assessment, lines=(low, *content.assessment.lines[1:]))

    titles = [box["title"] for box in page_of(replace(content, assessment=picture))["watch"]]

    assert titles == ["WATCH, places of which too little is known: 2", "WATCH, judged low by what is on record: 1"]


def test_what_would_close_a_gap_is_told_in_words() -> None:
    line = page_of(sample.make_matrix())["lines"][2]

    assert line["residual"] == ["Language", "Closes with: an interpreter for sw at Wendo base"]


def test_unknown_people_and_scores_are_called_unknown_and_never_zero() -> None:
    content = sample.make_matrix(must=4, should=0, could=0, watch=0)
    blind = replace(content.assessment.lines[0], threat=None, risk=None)
    lines = (blind, *content.assessment.lines[1:])

    page = page_of(replace(content, assessment=replace(content.assessment, lines=lines)))

    assert (page["lines"][0]["threat"], page["lines"][0]["band_code"]) == ("unknown", "unknown")
    assert page["lines"][3]["people"] == "unknown"
    assert ["People in MUST places", "4,911; places where nobody has counted: 1"] in page["meta"]


def test_without_a_coverage_no_line_claims_to_be_covered_or_not() -> None:
    page = page_of(sample.make_matrix(covered=False))

    assert {line["covered"] for line in page["lines"]} == {None}
    assert ["MUST not covered", "coverage was not calculated"] in page["meta"]


def test_a_fourth_reason_is_counted_and_not_dropped() -> None:
    content = sample.make_matrix(must=1, should=0, could=0, watch=0)
    line = content.assessment.lines[0]
    crowded = replace(line, reasons=(*line.reasons, sample.Because("sample.silent", {"days": 4})), unknowns=())
    picture = replace(content.assessment, lines=(crowded,))

    page = page_of(replace(content, assessment=picture))

    assert page["lines"][0]["reasons"][3:] == ["(more reasons in the record: 1)"]


def test_sixty_lines_are_printed_over_several_numbered_pages() -> None:
    content = sample.make_matrix(must=20, should=30, could=40)

    printed = reading.read_pdf(matrix.build(content, language="fr", form="pdf", classification="confidential"))

    assert printed.pages > 2
    assert f"Page {printed.pages} sur {printed.pages}" in printed.text
    assert "Lignes POURRAIT non imprimées ici : 30." in printed.text


def test_an_empty_week_is_printed_too() -> None:
    content = sample.make_matrix(must=0, should=0, could=0, watch=0)

    printed = reading.read_pdf(matrix.build(content, language="ar", form="pdf", classification="confidential"))

    assert printed.pages == 1
    assert {category.value for category in Category} == {"must", "should", "could", "watch"}
