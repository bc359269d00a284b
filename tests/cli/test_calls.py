"""The command line: what each verb prints, with which code it leaves, and what it says when the words are wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cli import mission as real
from tests.store import rows
from tocsin.cli.main import VERBS, app
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role
from tocsin.services import missions

GED = (
    "id,country,latitude,longitude,type_of_violence,best,date_start,date_end,where_prec,low,high,side_a,side_b\n"
    "1,Valdera,6.01,24.29,3,3,2027-03-01,2027-03-02,1,2,5,Front,Civilians\n"
    "2,Valdera,96.01,24.29,3,3,2027-03-01,2027-03-02,1,2,5,Front,Civilians\n"
)


class Answer:
    """What a call said, and with which code it left."""

    def __init__(self, *words: str) -> None:
        done = CliRunner().invoke(app, list(words))
        unexpected = done.exception is not None and not isinstance(done.exception, SystemExit)
        assert not unexpected, repr(done.exception)
        self.code, self.out, self.err = done.exit_code, done.stdout, done.stderr

    @property
    def json(self) -> Any:
        """The one JSON document on the standard output."""
        return json.loads(self.out)


call = Answer


@pytest.fixture
def mission(db: None, settings: Any) -> None:
    """A fictional mission of one village, three desks and one base."""
    settings.MISSION = {**settings.MISSION, "world": "three_villages"}
    rows.place("P-0002", name="Tesh", lat=6.01, lon=24.29, people=900)
    base = rows.models.Base.objects.create(ref="B-0001", name="Oru base", kind="cob", lat=6.1, lon=24.2)
    rows.models.Asset.objects.create(ref="U-0001", kind="inf_plt", base=base, strength=28, notice_min=30)
    desks = {"duty": Role.DUTY_OFFICER, "lead": Role.PROTECTION_LEAD, "auditor": Role.AUDITOR}
    for rung, (name, role) in enumerate(desks.items()):
        missions.make_account(missions.Desk(name, role, rung=rung, contact=Hidden(f"+999000000{rung}")), now=rows.NIGHT)
    rows.alert(place=rows.models.Place.objects.get())


def says(answer: Answer, code: int, *words: str) -> None:
    assert answer.code == code, answer.err
    assert [word for word in words if word not in answer.out + answer.err] == []


def test_help_needs_neither_the_web_framework_nor_the_numbers():
    code = (
        "import sys, time; begun = time.process_time(); import tocsin.cli.main; took = time.process_time() - begun;"
        "print([name for name in ('django', 'numpy', 'shapely', 'yaml') if name in sys.modules], took < 0.5)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["[]", "True"]


def test_help_lists_every_verb_and_every_verb_has_help():
    shown = call("--help")

    says(shown, 0, *VERBS)
    assert sorted(VERBS) == sorted(
        path.stem for path in Path("src/tocsin/cli/commands").glob("*.py") if path.stem != "__init__"
    )


JSON = {
    ("alerts",): list, ("reports",): list, ("account", "list"): list, ("audit", "list"): list,
    ("assess",): {"as_of", "policy_version", "rules_digest", "counts", "lines"},
    ("cover",): {"within_hours", "night", "assumptions", "covered", "uncovered", "marginal", "notes"},
    ("check",): {"counts", "problems"}, ("audit", "verify"): {"entries", "seals", "unsealed", "head", "intact", "problems"},
    ("work",): {"done", "sealed", "next_at"},
    ("policy", "show"): {"version", "status", "thresholds", "parties"},
    ("response",): {"alerts", "by_class_and_timing", "steps", "backlog", "silent_nodes", "areas"},
    ("scorecard",): {"cards", "unwarned", "why", "seed", "as_of", "ranks_nobody"},
    ("outlook",): {"as_of", "record", "surges", "place_alarms", "chances", "review", "method", "does_not_know"},
    ("review",): {"recall_share", "unwarned", "unscorable", "followed_by_nothing", "median_lead_h"},
}  # fmt: skip


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_each_verb_prints_one_json_document_of_its_shape_and_lines_for_a_person(mission, words):
    as_json, as_lines = call(*words, "--json"), call(*words)

    says(as_json, 0)
    says(as_lines, 0)
    assert isinstance(as_json.json, list) if JSON[words] is list else JSON[words] <= set(as_json.json)
    assert as_json.err == ""
    assert as_lines.out.strip()


def test_a_night_from_the_command_line(mission):
    told = call(
        "message", "--text", "Armed men attack Tesh, houses burn, 3 dead", "--from", "+999 000 0102", "--received-at",
        "2027-03-12T09:00+01:00", "--json",
    )  # fmt: skip
    alert = told.json["alerts"][0]["ref"]

    held = call("acknowledge", alert, "--as", "duty", "--at", "2027-03-12T09:04+01:00", "--json")
    decided = call(
        "decide", alert, "monitor", "--why", "One source.", "--as", "lead", "--at", "2027-03-12T09:10+01:00", "--json",

    )  # fmt: skip
    before = call("show", alert, "--as-of", "2027-03-12T09:03+01:00", "--json")
    again = call("message", "--text", "Armed men attack Tesh, houses burn, 3 dead", "--from", "00999 000 0102",
                 "--received-at", "2027-03-12T09:00+01:00", "--json")  # fmt: skip

    says(told, 0)
    assert {"ref", "reply", "repeat", "reports", "alerts"} <= set(told.json)
    assert (held.json["acknowledged_by"], held.json["state"]) == ("duty", "acked")
    assert {"ref", "alert", "kind", "picture_digest"} <= set(decided.json)
    assert (before.json["found"], before.json["state"]["acknowledged_by"], before.json["decisions"]) == (True, None, [])
    assert (again.json["repeat"], again.json["ref"]) == (True, told.json["ref"])


def test_a_load_tells_what_came_in_and_what_was_wrong(mission, tmp_path):
    path = tmp_path / "ged.csv"
    path.write_text(GED, "utf-8")

    tried = call("load", "ucdp-ged", str(path), "--dry-run", "--json")
    done = call("load", "ucdp-ged", str(path), "--json")
    lines = call("load", "ucdp-ged", str(path))

    says(done, 0)
    assert (tried.json["added"], tried.json["dry_run"], done.json["added"], done.json["dry_run"]) == (1, True, 1, False)
    assert [found["where"] for found in done.json["problems"]] == ["ged.csv row 3, column latitude"]
    says(lines, 0, "1 unchanged", "row 3, column latitude", "FEED-014")


WRONG = [
    (("load", "ucdp-ged", "/nowhere/ged.csv"), "there is no such file"),
    (("load", "acled", "pyproject.toml"), "There is no feed 'acled'"),
    (("load", "gazetteer", "pyproject.toml", "--month", "2018-12"), "takes no --month"),
    (("assess", "--as-of", "2018-13-01"), "is not a moment"),
    (("assess", "--as-of", "yesterday"), "is not a moment"),
    (("assess", "--as-of", "0001-01-01T00:00+14:00"), "is not a moment"),
    (("cover", "--within-hours", "0"), "expected more than 0"),
    (("brief", "weekly-matrix", "--out", "x.txt"), "must be .pdf or .docx"),
    (("alerts", "--most", "-1"), "--most"),
    (("decide", "A-000001", "celebrate", "--why", "x", "--as", "duty"), "no decision"),
    (("account", "add", "x", "--role", "king"), "is no role"),
    (("message", "--text", "x", "--channel", "pigeon"), "pigeon"),
    (("fly",), "fly"),
    (("assess", "--sideways"), "--sideways"),
]


@pytest.mark.parametrize(("words", "why"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_wrong_words_leave_with_two_and_say_what_is_wrong(mission, words, why):
    says(call(*words), 2, why)


REFUSED = [
    (("acknowledge", "A-999999", "--as", "duty"), "There is no such record, or you may not see it."),
    (("show", "A-999999"), "There is no such record"),
    (("acknowledge", "A-000001", "--as", "nobody"), "no active account"),
    (("assess", "--as", "auditor"), "There is no such record"),
    (("account", "add", "duty", "--role", "duty_officer"), "already"),
]


@pytest.mark.parametrize(("words", "why"), REFUSED, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_a_refusal_leaves_with_one(mission, words, why):
    says(call(*words), 1, why)


def test_a_refusal_at_the_terminal_is_in_the_log(mission):
    call("assess", "--as", "auditor")

    entries = call("audit", "list", "--by", "auditor", "--json").json

    assert (entries[0]["verb"], entries[0]["result"], entries[0]["subjects"]) == (
        "commanded",
        "refused",
        ["command:assess"],
    )


def test_a_spool_that_is_no_folder_is_found_by_the_check(mission, settings):
    settings.MISSION = {**settings.MISSION, "outgoing_spool": "nowhere"}

    found = call("check", "--json")

    assert found.code == 3
    assert any("nowhere" in problem for problem in found.json["problems"])


def test_codes_are_printed_for_a_fictional_mission_only(mission, settings):
    fictional = call("account", "code", "duty")
    settings.MISSION = {**settings.MISSION, "world": "empty"}
    earnest = call("account", "code", "duty")

    says(earnest, 1, "Only a fictional world's codes")
    assert re.fullmatch(r"\d{6}\n", fictional.out)
    assert not re.search(r"\d{6}", earnest.out + earnest.err)


def test_an_account_is_made_and_its_secrets_are_printed_once(mission):
    made = call("account", "add", "planner", "--role", "component_planner", "--json")
    listed = call("account", "list", "--json")

    says(made, 0)
    assert set(made.json) == {"account", "passphrase", "second_factor"}
    assert made.json["passphrase"] not in listed.out
    assert {one["passphrase"] for one in listed.json} == {None}


def test_a_gateway_is_registered_and_its_secret_is_printed_once(mission):
    made = call("gateway", "gw-1", "--json")

    says(made, 0)
    assert made.json["secret"].encode() not in bytes(rows.models.Gateway.objects.get().secret_sealed)


def test_without_a_usable_mission_a_call_leaves_with_three(tmp_path):
    keyless, tableless = tmp_path / "keyless", tmp_path / "tableless"
    for folder in (keyless, tableless / "keys"):
        folder.mkdir(parents=True)
    for folder in (keyless, tableless):
        (folder / "mission.toml").write_text('mission = "x"\n')
    (tableless / "keys" / "secret.key").write_text("x" * 40)

    answers = [real.call("alerts", mission=folder) for folder in (None, tmp_path, keyless, tableless)]

    assert [answer.code for answer in answers] == [3, 3, 3, 3]
    assert ["Traceback" in answer.err for answer in answers] == [False] * 4
    expected = ("No mission folder", "there is no mission.toml", "key is missing", "cannot be used (OperationalError)")
    assert [word in answer.err for word, answer in zip(expected, answers, strict=True)] == [True] * 4
