"""The plan of the house is checked, and the check itself is checked.

Each planted violation below is one that somebody once made in good faith. The planted house
is a copy of the real one, so a contract that stops seeing anything is noticed here.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.guards import ROOT, SOURCE

ROOMS = ["reference", "places", "evidence", "assessment", "alerts", "allocation", "plans", "lessons"]
PACKAGES = [
    "web", "cli", "jobs", "services", "store", "store/models", "store/queries", "store/writes",
    "channels", "feeds", "briefs", "core", *(f"core/{room}" for room in ROOMS),
    "core/allocation/planners", "core/assessment/indicators",
]  # fmt: skip
MODULES = ["settings.py", "store/access.py"]
FLOORS, LOOP, PURE, GATE, ACCESS, PLUGINS, CIRCLES = range(1, 8)


def add(house: Path, name: str, text: str = "") -> None:
    """Write one module, with every package above it."""
    path = house / "src" / "tocsin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in [path.parent, *path.parent.parents]:
        if folder == house / "src":
            break
        (folder / "__init__.py").touch()
    path.write_text(text, "utf-8")


@pytest.fixture
def house(tmp_path):
    """Return a copy of the house as it stands, with every floor and room there."""
    shutil.copytree(SOURCE, tmp_path / "src" / "tocsin", ignore=shutil.ignore_patterns("static", "templates", "data"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for name in [*(f"{package}/__init__.py" for package in PACKAGES), *MODULES]:
        if not (tmp_path / "src" / "tocsin" / name).exists():
            add(tmp_path, name)
    return tmp_path


def broken_contracts(folder: Path) -> tuple[set[int], str]:
    """Return the numbers of the contracts that do not hold, and the whole report."""
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    verdicts = [line for line in run.stdout.splitlines() if line.endswith((" KEPT", " BROKEN"))]
    assert len(verdicts) == 7, run.stdout + run.stderr
    return {int(line[0]) for line in verdicts if line.endswith(" BROKEN")}, run.stdout


def test_the_house_keeps_its_contracts():
    broken, report = broken_contracts(ROOT)

    assert broken == set(), report


def test_the_copy_of_the_house_keeps_them_too(house):
    broken, report = broken_contracts(house)

    assert broken == set(), report


@pytest.mark.parametrize(
    ("contract", "planted"),
    [
        pytest.param(PURE, {"core/places/planted.py": "import django.utils.timezone"}, id="core-knows-django"),
        pytest.param(
            LOOP, {"core/evidence/planted.py": "from tocsin.core import allocation"}, id="evidence-knows-allocation"
        ),
        pytest.param(GATE, {"web/planted.py": "from tocsin.store import models"}, id="web-knows-the-tables"),
        pytest.param(ACCESS, {"web/planted.py": "from tocsin.store import access"}, id="web-opens-the-gate"),
        pytest.param(ACCESS, {"web/planted.py": "from tocsin.store import writes"}, id="web-writes-by-itself"),
        pytest.param(
            PLUGINS,
            {
                "core/allocation/planners/one_more.py": "",
                "core/allocation/planners/planted.py": "from tocsin.core.allocation.planners import one_more",
            },
            id="planner-knows-planner",
        ),
        pytest.param(
            FLOORS, {"channels/planted/adapter.py": "from tocsin.store import queries"}, id="channel-knows-the-store"
        ),
        pytest.param(FLOORS, {"utils.py": ""}, id="a-junk-drawer-for-the-house"),
        pytest.param(LOOP, {"core/misc/__init__.py": ""}, id="a-junk-drawer-for-the-core"),
        pytest.param(
            CIRCLES,
            {
                "services/planted_one.py": "from tocsin.services import planted_two",
                "services/planted_two.py": "from tocsin.services import planted_one",
            },
            id="two-services-in-a-ring",
        ),
    ],
)
def test_a_planted_violation_is_reported(house, contract, planted):
    for name, text in planted.items():
        add(house, name, text + "\n")

    broken, report = broken_contracts(house)

    assert contract in broken, report
