"""What the project brings along: pinned, hashed, from anywhere, and free to use."""

import tomllib
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.house import guards

# What a mission runs; the tools of the developers bind nobody.
RUNTIME = guards.ROOT / "requirements" / "analysis.txt"


def lock(folder: Path, text: str) -> Path:
    (folder / "requirements").mkdir()
    (folder / "requirements" / "core.txt").write_text(text, "utf-8")
    return folder


def test_no_lock_names_a_host():
    assert guards.hosts_in_locks() == []


@pytest.mark.parametrize(
    "line", ["--index-url https://example.org/simple", '"resolved": "https://example.org/htmx.tgz"']
)
def test_a_lock_that_names_a_host_is_reported(tmp_path, line):
    found = guards.hosts_in_locks(lock(tmp_path, f"django==5.2\n{line}\n"))

    assert found == [f"requirements/core.txt:2 {line}"]


def test_every_pin_has_its_hash():
    assert guards.unhashed_pins() == []


def test_a_pin_without_a_hash_is_reported(tmp_path):
    text = "django==5.2 \\\n    --hash=sha256:00\nnumpy==2.4\nrich>=14 --hash=sha256:00\n"

    assert guards.unhashed_pins(lock(tmp_path, text)) == ["core.txt: numpy==2.4", "core.txt: rich>=14 --hash=sha256:00"]


def test_every_direct_requirement_is_met_by_its_lock():
    said = tomllib.loads((guards.ROOT / "pyproject.toml").read_text("utf-8"))
    locks = guards.ROOT / "requirements"

    assert guards.stale_pins(said["project"]["dependencies"], locks / "core.txt") == []
    assert guards.stale_pins(said["project"]["optional-dependencies"]["analysis"], locks / "analysis.txt") == []
    assert guards.stale_pins(said["dependency-groups"]["dev"], locks / "dev.txt") == []
    assert guards.stale_pins(said["dependency-groups"]["tools"], locks / "tools.txt") == []


def test_a_requirement_that_was_never_locked_is_reported(tmp_path):
    core = lock(tmp_path, "django==5.2.1\npsycopg[binary]==3.3.9\n") / "requirements" / "core.txt"

    assert guards.stale_pins(["django==5.2.2", "psycopg[binary]==3.3.9", "PyYAML>=6"], core) == [
        "core.txt: django==5.2.2, locked 5.2.1",
        "core.txt: PyYAML>=6, locked nowhere",
    ]


def test_the_smaller_profiles_are_part_of_the_larger_ones():
    core, analysis, dev = (
        set(guards.pinned(guards.ROOT / "requirements" / f"{name}.txt")) for name in ("core", "analysis", "dev")
    )

    assert core < analysis < dev


def test_nothing_that_a_mission_runs_binds_the_whole_product():
    installed = []
    for name in guards.pinned(RUNTIME):
        try:
            installed.append(distribution(name))
        except PackageNotFoundError:  # a package of another platform
            continue

    assert len(installed) > 30
    assert guards.copyleft(installed) == []


class Declared(Distribution):
    """A package that only declares its licence."""

    def __init__(self, field: str, value: str) -> None:
        self.told = Message()
        self.told["Name"] = "planted"
        self.told[field] = value

    @property
    def metadata(self) -> Message:
        return self.told

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: str) -> Path:
        return Path(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("License-Expression", "GPL-2.0-or-later"),
        ("License-Expression", "AGPL-3.0-only"),
        ("License", "GPLv3"),
        ("License", "GNU General Public License v2 or later"),
        ("Classifier", "License :: OSI Approved :: GNU Affero General Public License v3"),
    ],
)
def test_a_binding_licence_is_reported(field, value):
    assert guards.copyleft([Declared(field, value)]) == [f"planted: {value}"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("License-Expression", "LGPL-3.0-only"),
        ("License-Expression", "MIT OR GPL-2.0-only"),
        ("Classifier", "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)"),
        ("License", "GNU Lesser General Public License v3"),
        ("License", "Apache-2.0"),
    ],
)
def test_a_licence_that_leaves_us_free_is_not_reported(field, value):
    assert guards.copyleft([Declared(field, value)]) == []
