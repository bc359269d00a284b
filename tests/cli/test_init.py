"""Making a mission: whole or not at all, and never over another."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from unittest import mock

import pytest

from tests import postgres
from tests.cli.mission import call

# It takes a process and all the tables for each call: with the tests of the store, not with the fast ones.
pytestmark = pytest.mark.engine


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.fixture
def breaking(tmp_path) -> dict[str, str]:
    """An environment in which the world's accounts cannot be made, when the rest of it is written."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import sys\n"
        "class Breaker:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'allauth.mfa.totp.internal.auth':\n"
        "            raise RuntimeError('the accounts cannot be made')\n"
        "sys.meta_path.insert(0, Breaker())\n"
    )
    return {"PYTHONPATH": str(tmp_path / "site")}


def test_a_new_mission_keeps_its_key_and_its_settings_to_itself(tmp_path):
    made = call("init", str(tmp_path / "new"))

    found = modes(tmp_path / "new")
    assert made.code == 0
    assert (found["keys"], found["keys/secret.key"], found["mission.toml"]) == (0o700, 0o600, 0o600)
    # The database has the rights that the process gives; the folder around it keeps everybody else out.
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert (tmp_path / "new" / "mission.db").exists()


def test_a_mission_or_what_is_left_of_one_is_never_touched(tmp_path):
    folder = tmp_path / "old"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "secret.key").write_text("the only copy")

    answers = [call("init", str(folder))]
    (folder / "mission.toml").write_text('mission = "x"\n')
    answers.append(call("init", str(folder)))

    assert [answer.code for answer in answers] == [1, 1]
    assert (folder / "keys" / "secret.key").read_text() == "the only copy"
    assert not (folder / "mission.db").exists()


@pytest.mark.parametrize(
    "words", [("--world", "atlantis"), ("--ending", "never"), ("--zone", "Goma"), ("--database", "mysql://x")]
)
def test_wrong_words_make_no_folder(tmp_path, words):
    answer = call("init", str(tmp_path / "new"), *words)

    assert (answer.code, "Traceback" in answer.err) == (2, False)
    assert not (tmp_path / "new").exists()


def test_a_world_that_fails_half_way_leaves_nothing_behind(tmp_path, breaking):
    beside = tmp_path / "kept"
    beside.mkdir()
    (beside / "notes.txt").write_text("mine")

    failed = [
        call("init", str(tmp_path / "new"), "--world", "three_villages", env=breaking),
        call("init", str(beside), "--world", "three_villages", env=breaking),
    ]

    assert ["the accounts cannot be made" in answer.err for answer in failed] == [True, True]
    assert not (tmp_path / "new").exists()
    assert [path.name for path in beside.iterdir()] == ["notes.txt"]
    assert call("init", str(tmp_path / "new")).code == 0


@pytest.fixture(scope="module")
def server():
    """A server that waits for the disk, as a mission demands."""
    safe = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    with mock.patch.dict(postgres.FAST, safe):
        running = postgres.start()
    yield running
    running.stop()


ENGINE = os.environ.get("TOCSIN_TEST_DATABASE", "sqlite")
needs_server = pytest.mark.skipif(ENGINE != "postgresql", reason="the shared engine only")


@needs_server
def test_a_mission_on_a_shared_server_is_made_whole_or_not_at_all(tmp_path, server, breaking):
    where = ("--database", server.url)

    failed = call("init", str(tmp_path / "one"), "--world", "three_villages", *where, env=breaking)
    made = call("init", str(tmp_path / "two"), "--world", "three_villages", *where, "--json")
    second = call("init", str(tmp_path / "three"), *where)
    check = call("check", "--json", mission=tmp_path / "two")

    assert "the accounts cannot be made" in failed.err
    assert (made.code, made.err) == (0, "")
    assert (second.code, "tables in this database already" in second.err) == (1, True)
    assert [(tmp_path / name).exists() for name in ("one", "two", "three")] == [False, True, False]
    assert (check.code, check.json["counts"]["places"]) == (0, 3)
    assert os.listdir(tmp_path / "two" / "keys") == ["secret.key"]


@needs_server
def test_a_careless_server_is_refused_and_left_empty(tmp_path):
    careless = postgres.start()
    try:
        refused = call("init", str(tmp_path / "one"), "--database", careless.url)
        again = call("init", str(tmp_path / "one"), "--database", careless.url)
    finally:
        careless.stop()

    assert (refused.code, "PostgreSQL fsync: is off, must be on" in refused.err) == (3, True)
    assert again.err == refused.err
    assert not (tmp_path / "one").exists()
