"""How figures, moments and directions are written, and what stops a printing."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.briefs import sample
from tocsin import briefs
from tocsin.core.reference.results import Because, Hidden

NOON = datetime(2027, 3, 1, 12, 5, tzinfo=UTC)


def print_alert(language: str) -> bytes:
    return briefs.get("flash_alert").build(
        sample.make_alert(), language=language, form="pdf", classification="confidential"
    )


def copy_font(name: str, folder: Path) -> None:
    home = briefs.find_fonts("ar")
    shutil.copy(next(path / name for path in home if (path / name).is_file()), folder / name)


@pytest.mark.parametrize(
    ("value", "language", "places", "expected"),
    [
        (12400, "en", 0, "12,400"),
        (12400, "fr", 0, "12\u00a0400"),
        (12400, "ar", 0, "12\u00a0400"),
        (4.75, "fr", 2, "4,75"),
        (4.75, "ar", 2, "4.75"),
        (0, "en", 0, "0"),
        (None, "en", 0, "unknown"),
        (float("nan"), "fr", 0, "inconnu"),
    ],
)
def test_a_figure_is_written_as_its_language_does_and_unknown_is_never_zero(
    value: float | None, language: str, places: int, expected: str
) -> None:
    assert briefs.figure(value, language, places=places) == expected


def test_a_moment_is_told_in_utc_and_at_the_mission() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))

    assert briefs.date_time_group(NOON.astimezone(zone)) == "011205Z MAR 27"
    assert briefs.local_time(NOON, zone, "en") == "1 March 2027, 17:35 (UTC+05:30)"
    assert briefs.local_time(NOON, sample.ZONE, "fr") == "1er mars 2027, 13:05 (UTC+01)"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        briefs.date_time_group(datetime(2027, 3, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call +243 81 555 0101 now", "call [number removed] now"),
        ("call 0815550101", "call [number removed]"),
        ("on 2027-03-01 20 to 30 men", "on 2027-03-01 20 to 30 men"),
        ("12,400 people, 9 km", "12,400 people, 9 km"),
    ],
)
def test_a_telephone_number_is_taken_out_and_a_date_stays(text: str, expected: str) -> None:
    assert briefs.without_numbers(text, "en") == expected


def test_a_long_text_is_cut_at_a_word_and_says_so() -> None:
    assert briefs.shortened("armed men came", 100, "en") == "armed men came"
    assert briefs.shortened("armed men came", 11, "en").startswith("armed men [")


def test_latin_inside_arabic_keeps_its_own_direction() -> None:
    assert briefs.isolated("010430Z MAR 27", "ar") == "\u2068010430Z MAR 27\u2069"
    assert briefs.isolated("+3", "ar") == "\u2066+3\u2069"
    assert briefs.isolated("010430Z MAR 27", "en") == "010430Z MAR 27"
    assert briefs.isolated("term.actor_type.rebel", "ar") == "term.actor_type.rebel"
    assert briefs.reason(Because("sample.silent", {"days": 3}), "ar").count("3") == 1


def test_a_reason_writes_its_figures_as_its_language_does() -> None:
    far = Because("sample.too_far", {"limit": 3.5, "asset": "A-02"})

    assert briefs.reason(far, "fr") == "Tout élément apte met plus de 3,5 h ; au plus près, A-02."
    assert briefs.reason(far, "en", {"A-02": "the platoon"}).endswith("; the platoon comes closest.")


def test_a_hidden_value_stops_the_printing() -> None:
    page = {"language": "en", "said": Hidden("+000 555 0101")}

    with pytest.raises(TypeError, match="Hidden"):
        briefs.print_pdf("flash_alert", page)
    assert json.dumps({"said": "armed men"})


def test_a_report_cannot_give_orders_to_the_printer() -> None:
    from dataclasses import replace

    from tests.briefs.reading import read_pdf

    alert = replace(sample.make_alert(), said='#panic("x") #sys.inputs *bold* "quoted" \\ $x$')

    printed = read_pdf(briefs.get("flash_alert").build(alert, language="en", form="pdf", classification="confidential"))

    assert '#panic("x") #sys.inputs *bold*' in printed.text


def test_arabic_is_not_printed_in_a_substitute_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_font("NotoSans-Regular.ttf", tmp_path)
    monkeypatch.setenv("TOCSIN_FONTS", str(tmp_path))

    assert print_alert("en").startswith(b"%PDF")
    with pytest.raises(briefs.MissingMeans, match=r"Noto Naskh Arabic.*fonts-noto-core"):
        print_alert("ar")


def test_fonts_may_stand_in_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latin").mkdir()
    (tmp_path / "arabic").mkdir()
    copy_font("NotoSans-Regular.ttf", tmp_path / "latin")
    copy_font("NotoNaskhArabic-Regular.ttf", tmp_path / "arabic")
    monkeypatch.setenv("TOCSIN_FONTS", f"{tmp_path / 'latin'}:{tmp_path / 'arabic'}")

    assert print_alert("ar").startswith(b"%PDF")


@pytest.mark.parametrize(("module", "form"), [("typst", "pdf"), ("docx", "docx")])
def test_a_missing_library_says_how_to_install_it(module: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(briefs.MissingMeans, match=r'pip install "tocsin\[analysis\]"'):
        briefs.get("flash_alert").build(sample.make_alert(), language="en", form=form, classification="confidential")


def test_the_registry_loads_no_printing_library_before_it_is_needed() -> None:
    import subprocess

    code = "import sys; from tocsin import briefs; briefs.get('gap_statement'); print({'typst', 'docx'} & set(sys.modules))"

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "set()"
