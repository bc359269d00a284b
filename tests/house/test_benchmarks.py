"""Every benchmark still runs, on a sample too small to measure anything, so that none of them rots."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import names
from tests.house.guards import ROOT

NAMES = names([])
# These need Chromium, which a machine that only thinks does not have.
IN_A_BROWSER = [name for name in NAMES if "playwright" in (ROOT / "benchmarks" / f"bench_{name}.py").read_text("utf-8")]
HEADER = "id,country,date_start,type_of_violence,side_a,side_b,latitude,longitude,low,best,high,where_coordinates,adm_1"
# A process of its own: Django knows one mission only, and this run has one already.
SCRIPT = """
import importlib, json, sys
from dataclasses import asdict
from pathlib import Path

found = {}
for name in sys.argv[2:]:
    module = importlib.import_module("benchmarks.bench_" + name)
    found[name] = [asdict(row) for row in module.run(Path(sys.argv[1]), **module.TINY)]
print(json.dumps(found))
"""


def without_a_ratio(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Name the benchmarks that tell a figure without anything to hold it against."""
    return sorted(name for name, rows in found.items() if not any(row["measure"].startswith("ratio: ") for row in rows))


def without_a_value(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Name the rows in which nothing was measured."""
    return [f"{name}: {row['measure']}" for name, rows in found.items() for row in rows if row["value"] in (None, 0)]


def event(number: int) -> str:
    at = f"2017-{1 + number % 12:02d}-{1 + number % 28:02d}"
    where = f"{1 + number / 50:.3f},{28 + number / 40:.3f}"
    return f"{number},Oulanga,{at},{1 + number % 3},Red Sashes,Civilians,{where},0,1,2,Village {number % 9},North"


def measured(tmp_path_factory: pytest.TempPathFactory, wanted: list[str]) -> dict[str, list[dict[str, Any]]]:
    data = tmp_path_factory.mktemp("data")
    (data / "events.csv").write_text("\n".join([HEADER, *map(event, range(1, 41)), ""]), "utf-8")
    given = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DJANGO_"))}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(data), *wanted],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told: dict[str, list[dict[str, Any]]] = json.loads(run.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    return measured(tmp_path_factory, [name for name in NAMES if name not in IN_A_BROWSER])


def test_every_benchmark_runs_on_a_release_it_has_never_seen(found: dict[str, list[dict[str, Any]]]) -> None:
    assert len(found) >= 6
    assert sorted([*found, *IN_A_BROWSER]) == NAMES
    assert without_a_value(found) == []


def test_every_figure_stands_beside_another(found: dict[str, list[dict[str, Any]]]) -> None:
    assert without_a_ratio(found) == []


@pytest.mark.browser
def test_every_benchmark_in_a_browser_runs_and_has_something_beside_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = measured(tmp_path_factory, IN_A_BROWSER)

    assert sorted(found) == IN_A_BROWSER
    assert (without_a_value(found), without_a_ratio(found)) == ([], [])


def test_a_figure_by_itself_and_a_row_without_value_are_reported() -> None:
    alone = {"planted": [{"measure": "seconds", "value": 3.2}], "silent": [{"measure": "ratio: a / b", "value": None}]}

    assert without_a_ratio(alone) == ["planted"]
    assert without_a_value(alone) == ["silent: ratio: a / b"]


def test_the_page_on_speed_names_every_benchmark() -> None:
    page = (ROOT / "docs" / "explanation" / "performance.md").read_text("utf-8")

    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_an_unknown_benchmark_is_named_with_those_there_are() -> None:
    with pytest.raises(SystemExit, match="no benchmark called planted"):
        names(["planted"])


def test_a_folder_without_a_table_of_events_is_told_so(tmp_path: Path) -> None:
    from benchmarks.events import find_events

    with pytest.raises(SystemExit, match="no UCDP GED event table"):
        find_events(tmp_path)
