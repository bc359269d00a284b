"""A place is found however it is spelt, and never made up."""

from __future__ import annotations

import time

import pytest

from tocsin.core.places.coordinates import find_coordinates
from tocsin.core.places.gazetteer import Gazetteer, normalise
from tocsin.core.places.types import Place, Point

PLACES = [
    Place("P-1", "Nyaroko", Point(1.305, 28.52), province="HL"),
    Place("P-2", "Nyaroko", Point(3.88, 27.14), province="BD"),
    Place("P-3", "Pont Lusanga", Point(1.15, 28.3), province="HL"),
    Place("P-4", "Dabali Marché", Point(2.05, 29.02), province="SK"),
    Place("P-5", "Abu Serrif", Point(5.24, 26.31), province="NM"),
    Place("P-6", "Oulanga", Point(2.11, 29.14), province="SK", aliases=("Vieux Moulin",)),
    Place("P-7", "Gorumba", Point(1.42, 28.61), province="HL"),
    Place("P-8", "Camp Salama", Point(5.035, 26.071), province="NM"),
    Place("P-9", "Lekuwa", Point(5.02, 26.05), province="NM"),
]
BOOK = Gazetteer(PLACES)


def found(text: str, near: Point | None = None) -> list[str]:
    return [match.place.ref for match in BOOK.find_in_text(text, near)]


def test_accents_case_apostrophes_and_arabic_letters_are_levelled():
    assert normalise("L’École de DABALI") == "l ecole de dabali"
    assert normalise("أَبُو سِرِّيف") == normalise("ابو سريف")
    assert normalise("قرية") == normalise("قريه")


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("tirs à gorumba", "P-7"),
        ("tirs a Goroumba", "P-7"),
        ("tirs a Gorunba", "P-7"),
        ("near Ulanga", "P-6"),
        ("a vieux moulin", "P-6"),
        ("at Dabali market", "P-4"),
        ("Lussanga bridge", "P-3"),
        ("Abuserrif", "P-5"),
        ("near Abou Serif", "P-5"),
        ("قرب أبو سريف", "P-5"),
        ("في غورومبا", "P-7"),
        ("بليكوا", "P-9"),
        ("karibu na Gorumba", "P-7"),
    ],
)
def test_a_place_is_found_however_it_is_spelt(text, ref):
    assert found(text) == [ref]


@pytest.mark.parametrize(
    "text",
    [
        "the market is calm",
        "le pont est coupé",
        "السلام عليكم",
        "camp",
        "the bridge",
        "Dans la nuit",
        "gorilla",
        "lekker",
    ],
)
def test_words_that_are_no_names_find_nothing(text):
    assert found(text) == []


def test_namesakes_are_told_apart_by_the_sender_and_stay_open_without():
    assert found("attaque a Nyaroko", Point(1.3, 28.5)) == ["P-1"]
    assert found("attaque a Nyaroko", Point(3.9, 27.1)) == ["P-2"]
    assert found("attaque a Nyaroko") == ["P-1", "P-2"]
    assert all("homonym_unresolved" in match.why for match in BOOK.find_in_text("attaque a Nyaroko", None))


def test_a_province_in_brackets_beats_the_sender():
    assert found("Nyaroko (BD)", Point(1.3, 28.5)) == ["P-2"]


def test_positions_point_at_the_words_of_the_text():
    text = "Hier à Dabali marché, tirs"
    match = BOOK.find_in_text(text, None)[0]

    assert text[match.start : match.end] == "Dabali marché"


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("5 km au nord de Gorumba", 1.465, 28.61),
        ("5 km north of Gorumba", 1.465, 28.61),
        ("kilomita 5 kaskazini mwa Gorumba", 1.465, 28.61),
        ("10 km est de Gorumba", 1.42, 28.70),
        ("5 كم شمال غورومبا", 1.465, 28.61),
    ],
)
def test_distance_and_direction_move_the_point(text, lat, lon):
    match = BOOK.find_in_text(text, None)[0]

    assert match.point is not None
    assert (match.point.lat, match.point.lon) == (pytest.approx(lat, abs=0.01), pytest.approx(lon, abs=0.01))


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("at 5.1642, 26.2411", ()),
        ("at 5,1642 26,2411", ()),
        ("N 5.1642 E 26.2411", ()),
        ("5°09'51\"N 26°14'28\"E", ()),
        ("26.2411, 5.1642", ("coordinates_swapped",)),
    ],
)
def test_coordinates_are_read_as_written_and_swapped_ones_doubted(text, doubts):
    match = BOOK.find_coordinates(text)[0]

    assert (match.point.lat, match.point.lon) == (pytest.approx(5.1642, abs=1e-3), pytest.approx(26.2411, abs=1e-3))
    assert match.doubts == doubts


def test_a_time_or_a_price_is_no_coordinate():
    assert find_coordinates("à 19.30 on paie 2.500 francs") == ()


def test_a_latitude_beyond_90_can_only_be_a_longitude():
    assert find_coordinates("128.6000, 26.2411")[0].doubts == ("coordinates_swapped",)


def test_one_message_costs_under_20_ms_with_5000_places():
    names = [a + b + c for a in ("ka", "lo", "mi", "nu", "ta", "re", "so", "bi", "du", "ge") for b in ("ra", "li", "mo", "nde", "ku", "sa", "te", "vo", "zi", "bwe", "ma", "ngo", "pe", "hu", "yo", "fa", "ji", "we", "dra", "ski", "lle", "nta") for c in ("ba", "ka", "ri", "to", "we", "nga", "la", "mu", "si", "do", "pe", "ya", "zo", "che", "nda", "li", "fu", "go", "vi", "re", "ha", "mbe", "tu")]  # fmt: skip
    book = Gazetteer(
        [*PLACES, *(Place(f"Q-{n}", name.title(), Point(n % 8, 20 + n % 10)) for n, name in enumerate(names))]
    )
    text = "Les hommes armés sont entrés a Gorumbba hier soir, ils avancent vers Oulangga et Zembaleko puis Kiraba"
    book.find_in_text(text, None)

    began = time.process_time()
    matches = book.find_in_text(text, None)
    spent = time.process_time() - began

    assert len(names) >= 5000
    assert {"P-7", "P-6"} <= {match.place.ref for match in matches}
    assert spent < 0.02


def test_coordinates_as_a_receiver_shows_them_are_read():
    found = find_coordinates("IED at N5 09.852 E26 14.466 near the bridge")

    assert [(match.point.lat, match.point.lon) for match in found] == [(5.1642, 26.2411)]


def test_a_compass_letter_in_a_sentence_is_no_coordinate():
    assert find_coordinates("5 km N 3 hommes, E 4 motos") == ()
