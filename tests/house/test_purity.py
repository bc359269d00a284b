"""The core keeps still and stands alone: same question, same answer, on any day, anywhere."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.guards import ROOT, SOURCE, modules
from tests.quiet import CORE, READER, NotPure, quiet_core

PROGRAM = Path(sys.executable).parent / "ruff"
NAMES = [".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
         for path in modules(CORE)]  # fmt: skip
IMPORT_EACH = """
import importlib, sys
sys.modules["django"] = None
failed = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as reason:
        failed.append(f"{name}: {reason!r}")
heavy = sorted({"scipy", "sklearn", "numba", "lightgbm", "highspy", "docx", "typst", "rapidfuzz"} & set(sys.modules)) if not failed else []
print(*failed, *(f"imported at once: {name}" for name in heavy), sep="\\n", end="")
"""


def import_without_django(names: list[str], *, path: Path | None = None) -> str:
    """Import modules in a fresh interpreter that has no Django; return what failed."""
    given = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    run = subprocess.run([sys.executable, "-c", IMPORT_EACH, *names], capture_output=True, text=True,
                         check=True, env=given)  # fmt: skip
    return run.stdout


def lint(name: str, text: str) -> set[str]:
    """Return the rules that a text would break if it were this file of the product."""
    run = subprocess.run(
        [PROGRAM, "check", "--no-cache", "--output-format=json", f"--stdin-filename={SOURCE / name}", "-"],
        input=text, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    return {found["code"] for found in json.loads(run.stdout)}


def run_as_core(text: str, name: str = "places/planted.py") -> None:
    """Run a text as if it were a module of the core."""
    exec(compile(text, str(CORE / name), "exec"), {})  # noqa: S102  (the text is written below)


# Compiled while it is imported, so its library cannot wait; `scan.kernel` imports it when a scan is asked for.
ON_FIRST_USE = "tocsin.core.forecast.surges.scan_compiled"


def test_the_core_is_imported_without_django():
    assert ON_FIRST_USE in NAMES
    assert import_without_django([name for name in NAMES if name != ON_FIRST_USE]) == ""


def test_a_heavy_library_that_is_imported_at_once_is_reported():
    assert "imported at once: numba" in import_without_django([ON_FIRST_USE])


def test_a_module_that_needs_django_is_reported(tmp_path):
    (tmp_path / "planted_module.py").write_text("import django\n", "utf-8")

    assert "planted_module: ModuleNotFoundError" in import_without_django(["planted_module"], path=tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "open('/etc/hosts').close()",
        "from pathlib import Path; Path('/etc/hosts').read_text()",
        "import numpy; numpy.load('/etc/hosts')",
        "import socket; socket.socket()",
        "import time; time.time()",
    ],
)
def test_the_core_is_stopped_at_the_door(line):
    with quiet_core(), pytest.raises(NotPure):
        run_as_core(line)


def test_the_one_reader_of_the_core_may_read_and_a_test_may_too(tmp_path):
    (tmp_path / "words.yaml").write_text("a: 1\n", "utf-8")
    line = f"open({str(tmp_path / 'words.yaml')!r}).close()"

    with quiet_core():
        run_as_core(line, str(READER.relative_to(CORE)))
        assert (tmp_path / "words.yaml").read_text("utf-8") == "a: 1\n"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("TID251", "import datetime\n\nMOMENT = datetime.datetime.now(datetime.UTC)"),
        ("TID251", "from datetime import date\n\nDAY = date.today()"),
        ("TID251", "import time\n\nMOMENT = time.time()"),
        ("TID251", "import numpy as np\n\nLUCK = np.random.default_rng()"),
        ("TID251", "import numpy as np\n\nnp.random.seed(1)"),
        ("TID251", "import random\n\nLUCK = random.random()"),
        ("TID251", "import os\n\nPLACE = os.environ['HOME']"),
        ("PTH123", "TEXT = open('a.txt').read()"),
        ("BLE001", "try:\n    A = 1\nexcept Exception:\n    A = 2"),
        ("T201", "print(1)"),
        ("D103", "def risk(area: str) -> str:\n    return area"),
        ("ANN201", 'def risk(area: str):\n    """Return the risk of an area."""\n    return area'),
        ("C901", 'def risk(a: int) -> int:\n    """Return the risk."""\n'
         + "".join(f"    if a == {n}:\n        a += {n}\n" for n in range(12)) + "    return a"),
    ],
)  # fmt: skip
def test_the_linter_refuses_it_in_the_core(rule, line):
    text = f'"""A planted module."""\n\n{line}\n'

    assert rule in lint("core/places/planted.py", text)


def test_the_linter_finds_nothing_against_a_module_that_keeps_still():
    text = (
        '"""Places."""\n\nfrom datetime import datetime, timedelta\n\n\n'
        "def is_overdue(sent_at: datetime, *, as_of: datetime) -> bool:\n"
        '    """Return whether an answer should have come by now."""\n'
        "    return as_of - sent_at > timedelta(minutes=30)\n"
    )

    assert lint("core/places/planted.py", text) == set()


def test_a_service_is_told_about_missing_docstrings_and_a_page_is_not():
    text = '"""Planted."""\n\n\ndef receive() -> None:\n    return\n'

    assert "D103" in lint("services/planted.py", text)
    assert "D103" not in lint("web/planted.py", text)


def test_every_public_function_of_core_and_services_is_annotated_and_told():
    run = subprocess.run(
        [PROGRAM, "check", "--no-cache", "--quiet", "--select=D100,D101,D102,D103,D104,ANN001,ANN201,C901,TID251", "--output-format=concise",
         str(SOURCE / "core"), *([str(SOURCE / "services")] if (SOURCE / "services").is_dir() else [])],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert run.stdout.strip() in {"", "All checks passed!"}


def openers(root: Path) -> set[Path]:
    """Return the modules that open a file by name; reading from bytes at hand opens none."""
    reaching = {"read_text", "read_bytes", "write_text", "write_bytes", "glob", "rglob", "iterdir"}
    found = set()
    for path in modules(root):
        called = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        if any(getattr(f, "id", "") == "open" or getattr(f, "attr", "") in reaching for f in called):
            found.add(path)
    return found


def test_only_one_module_of_the_core_opens_files():
    assert openers(CORE) == {READER}


def test_a_module_that_opens_files_is_reported(tmp_path):
    (tmp_path / "zipped.py").write_text("archive.open('a')\n", "utf-8")
    (tmp_path / "opened.py").write_text("open('a')\n", "utf-8")
    (tmp_path / "read.py").write_text("Path('a').read_text()\n", "utf-8")

    assert openers(tmp_path) == {tmp_path / "opened.py", tmp_path / "read.py"}
