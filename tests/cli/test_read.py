"""``tocsin read``: a file of messages in, a file of readings out, with a world and without a mission."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app

TEST = {"id": "A1", "ch": "sms", "lang": "fr", "recv": "2027-03-08T06:00+01:00", "src": "can_focal_point@Mbirawe", "text": "test test un deux"}  # fmt: skip


@pytest.fixture
def call(tmp_path):
    taken, given = tmp_path / "messages.jsonl", tmp_path / "readings.jsonl"

    def run(lines: list[str], *words: str, world: str = "ardenya") -> Any:
        taken.write_text("\n".join(lines), "utf-8")
        done = CliRunner().invoke(app, ["read", "--world", world, "--in", str(taken), "--out", str(given), *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        return done

    run.given = given
    return run


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_line_is_given_out_with_its_id_and_what_it_was_read_as(call):
    done = call([json.dumps(TEST)])

    assert done.exit_code == 0
    (row,) = rows(call.given)
    assert list(row) == ["id", "out"]
    assert row["id"] == "A1"
    assert row["out"] == {
        "kind": "test", "ev": [], "state": "none", "prio": "P4", "place": "Mbirawe", "when": "2027-03-08T06:00+01:00",
        "actor": None, "toll": {}, "grade": "C6", "sens": "low", "flags": ["comms_check"],
    }  # fmt: skip


def test_of_two_namesakes_the_one_of_the_sender_is_named_with_its_province(call):
    told = TEST | {"src": "can_focal_point@Nyaroko (BD)", "text": "Attaque a Nyaroko maintenant"}

    call([json.dumps(told)])

    assert rows(call.given)[0]["out"]["place"] == "Nyaroko (BD)"


def test_a_line_that_cannot_be_read_is_named_and_kept_and_stops_no_other(call):
    done = call(["{broken", json.dumps(TEST), json.dumps(TEST | {"recv": "yesterday"})])

    assert done.exit_code == 1
    assert "messages.jsonl, line 1" in done.stderr
    assert "messages.jsonl, line 3, recv" in done.stderr
    assert [row["id"] for row in rows(call.given)] == ["A1"]
    kept = call.given.with_name("readings.jsonl.unread").read_text("utf-8").splitlines()
    assert kept == ["{broken", json.dumps(TEST | {"recv": "yesterday"})]


def test_no_text_of_a_message_stands_in_an_error(call):
    done = call([json.dumps(TEST | {"recv": "?", "text": "the secret of Amina"})])

    assert "Amina" not in done.stderr


def test_an_unknown_channel_and_a_strange_place_of_the_sender_stop_nothing(call):
    done = call([json.dumps(TEST | {"ch": "pigeon", "src": "can_focal_point@Atlantis"})])

    assert done.exit_code == 0
    assert "EVD-013" in done.stderr
    assert "EVD-014" in done.stderr
    assert rows(call.given)[0]["out"]["kind"] == "test"


def test_a_role_that_one_source_alone_bears_is_registered_where_that_source_is(call):
    told = TEST | {"src": "local_peace_committee", "text": "Rien a signaler"}

    call([json.dumps(told)])

    assert rows(call.given)[0]["out"]["place"] == "Abu Serrif"


def test_why_prints_what_led_to_each_reading(call):
    done = call([json.dumps(TEST)], "--why")

    assert "A1: test" in done.stdout
    assert "P4" in done.stdout


def test_an_unknown_world_is_refused_with_those_there_are(call):
    done = call([json.dumps(TEST)], world="nowhere")

    assert done.exit_code == 2
    assert "ardenya" in done.stderr
