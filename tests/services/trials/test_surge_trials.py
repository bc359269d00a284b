"""The trials of scan and alarms: equal to what others published, and blind to what comes after."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.services.trials import alarms, scan_golden, scan_past

COLUMNS = ("country", "latitude", "longitude", "best", "date_start")


def made(path: Path, *, until: date) -> Path:
    """Write six years of one country: chance everywhere, and a surge in two cells in March of the last year."""
    luck = np.random.Generator(np.random.PCG64(2))
    with path.open("w", encoding="utf-8", newline="") as held:
        rows = csv.writer(held)
        rows.writerow(COLUMNS)
        for number in range(700):
            day = date(2001, 1, 1) + timedelta(days=int(luck.integers(0, 2190)))
            lat, lon = 5.25 + 0.5 * (number % 6), 20.25 + 0.5 * luck.integers(0, 6)
            if day <= until:
                rows.writerow(["Ardenya", lat, lon, 1, day.isoformat()])
        for number in range(14):
            day = date(2006, 3, 1) + timedelta(days=3 * number)
            if day <= until:
                rows.writerow(["Ardenya", 5.25 + 0.5 * (number % 2), 20.25, 12, day.isoformat()])
    return path


def test_the_scan_finds_what_satscan_and_a_search_by_hand_found(data_dir):
    found = scan_golden.run(data_dir / "surveillance", seed=0)

    assert found["all_agree"]
    assert [one["same_members"] for one in found["new_york_leukaemia"]] == [6, 7, 6]
    assert found["new_york_fever"]["p"] == pytest.approx(0.22, abs=0.05)


def test_a_published_figure_that_is_not_ours_is_told(data_dir, tmp_path):
    for name in ("NYCfevergeo.csv", "NYCfevercas.csv", "ny_leukemia_281.csv", "golden_satscan_ny_poisson.json"):
        shutil.copy(data_dir / "surveillance" / name, tmp_path / name)
    oracle = json.loads((data_dir / "surveillance" / "oracle_scan_bruteforce.json").read_text("utf-8"))
    oracle[scan_golden._FEVER]["llr"] += 0.001
    (tmp_path / "oracle_scan_bruteforce.json").write_text(json.dumps(oracle), "utf-8")

    found = scan_golden.run(tmp_path, seed=0)

    assert not found["all_agree"]
    assert not found["new_york_fever"]["agrees"]


def test_every_alarm_over_counts_is_the_one_that_r_gives(data_dir):
    found = alarms._parity(data_dir / "surveillance")

    assert sorted(found) == ["cusum", "ears_C1", "ears_C2", "ears_C3", "farrington", "farringtonFlexible"]
    assert all(one["agrees"] and one["alarms_that_differ"] == 0 for one in found.values())


def test_one_count_changed_is_told_as_a_difference(data_dir, tmp_path):
    folder = data_dir / "surveillance"
    shutil.copy(folder / alarms._GOLDEN, tmp_path)
    text = (folder / alarms._SERIES).read_text("utf-8").splitlines()
    text[100] = ",".join([*text[100].split(",")[:3], "40", "0"])
    (tmp_path / alarms._SERIES).write_text("\n".join(text), "utf-8")

    assert not alarms._parity(tmp_path)["ears_C1"]["agrees"]


def test_the_default_sees_at_least_what_cusum_sees_at_no_more_false_alarms(data_dir):
    for one in alarms._seen(data_dir / "surveillance"):
        assert one["default"]["sensitivity"] >= one["negative_binomial_cusum"]["sensitivity"]


def test_a_surge_of_the_past_is_found_and_followed(tmp_path):
    path = made(tmp_path / "events.csv", until=date(2006, 12, 31))

    found = scan_past.walk(path, "Ardenya", first=2006, last=2006, seed=0)

    assert found["alarms"] >= 1
    assert found["ppv"] > 0
    assert found["mass_cell_days"] == 14
    assert found["mass_coverage"] > 0


def test_no_alarm_knows_what_comes_after_its_week(tmp_path):
    whole = made(tmp_path / "whole.csv", until=date(2006, 12, 31))
    cut = made(tmp_path / "cut.csv", until=date(2006, 4, 15))
    day = date(2006, 4, 1).toordinal()

    known = [[one.cluster.cases for one in scan_past._issued(_past(path), day, 0)] for path in (whole, cut)]

    assert known[0] == known[1]
    assert known[0]


def _past(path: Path) -> scan_past.Past:
    until = date(2006, 12, 31)
    return scan_past._laid(*scan_past.read(path, None, until), until=until.toordinal())


def test_a_country_that_is_not_in_the_file_is_a_line_and_no_traceback(tmp_path):
    path = made(tmp_path / "events.csv", until=date(2006, 12, 31))

    told = CliRunner().invoke(
        app, ["bench", "scan", "--ged", str(path), "--country", "Nowhere", "--null-years", "0", "--json"]
    )

    assert told.exit_code == 2
    assert "no event of Nowhere" in told.output
