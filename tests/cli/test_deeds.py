"""The deeds of the loop from a terminal: what each writes, what it refuses, and that numbers are read, not typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.store import rows
from tocsin.cli.main import app
from tocsin.core.reference.results import Hidden
from tocsin.core.reference.terms import Role
from tocsin.services import missions

AT = "2027-03-12T09:00+01:00"


class Answer:
    """What a call said, and with which code it left."""

    def __init__(self, *words: str, typed: str = "") -> None:
        done = CliRunner().invoke(app, list(words), input=typed)
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
    """A fictional mission of two villages, a network and three desks, with one alert told."""
    settings.MISSION = {**settings.MISSION, "world": "three_villages"}
    tesh = rows.place("P-0002", name="Tesh", lat=6.01, lon=24.29, people=900, languages=["fr"])
    desks = {"duty": Role.DUTY_OFFICER, "lead": Role.PROTECTION_LEAD, "auditor": Role.AUDITOR, "head": Role.RESOURCE_ALLOCATOR}  # fmt: skip
    for rung, (name, role) in enumerate(desks.items()):
        missions.make_account(missions.Desk(name, role, rung=rung, contact=Hidden(f"+999000000{rung}")), now=rows.NIGHT)
    rows.alert(place=tesh)
    rows.models.Network.objects.create(name="Watch of Tesh", kind="village_watch")


@pytest.fixture
def told(mission: None) -> dict[str, str]:
    """The references of a message that raised an alert."""
    sent = ("--from", "+999 000 0102", "--received-at", AT, "--json")
    found = call("message", "--text", "Armed men attack Tesh, houses burn, 3 dead", *sent).json
    return {"alert": found["alerts"][0]["ref"], "report": found["reports"][0]["ref"]}


def test_an_alert_goes_from_a_call_to_its_end_and_no_earlier(told: dict[str, str]) -> None:
    alert = told["alert"]
    early = call("alert", "close", alert, "Calm.", "--as", "duty")

    called = call("alert", "call", alert, "lead", "has_it", "--as", "duty", "--json")
    call("decide", alert, "respond", "--why", "Two sources.", "--as", "lead")
    task = call("alert", "task", alert, "Go", "--owner", "base", "--due", "2030-01-01", "--as", "lead", "--json").json["ref"]  # fmt: skip
    moved = [call("alert", "move", task, to, "--as", "lead").code for to in ("accepted", "en_route", "on_scene")]
    harm = call("alert", "harm", alert, "injured", "--toll", "1-3", "--phase", "before", "--as", "duty", "--json")
    call("alert", "effect", alert, "Found and treated.", "--as", "duty")
    fed = call("alert", "feedback", alert, "We came.", "--method", "visit", "--as", "duty", "--json")
    closed = call("alert", "close", alert, "They left.", "--rests-on", task, "--as", "duty", "--json")
    seen = call("alert", "told", alert, "--json").json

    assert (early.code, called.json["outcome"], moved) == (1, "has_it", [0, 0, 0])
    assert (harm.json["least"], harm.json["most"], fed.json["method"]) == (1, 3, "visit")
    assert closed.json["state"] == "closed"
    assert (seen["rests_on"], seen["response_class"]) == ([task], "4")
    assert "has it" in call("alert", "told", alert).out


def test_before_deciding_authority_and_what_stands_against_it_are_printed(told: dict[str, str]) -> None:
    shown = call("decide", told["alert"], "--as", "duty")
    found = call("decide", told["alert"], "--as", "duty", "--json").json
    others = next(one["code"] for one in found["options"] if not one["is_yours"])

    decided = call("decide", told["alert"], "monitor", "--why", "Watching.", "--option", others, "--as", "duty")

    assert "Mandate:" in shown.out
    assert "is ordered by" in decided.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("alert", "call", "A-000001", "lead", "shrug", "--as", "duty"), "is none of"),
        (("alert", "harm", "A-000001", "killed", "--toll", "many", "--as", "duty"), "whole number"),
        (("alert", "feedback", "A-000001", "x", "--method", "owl", "--as", "duty"), "is none of"),
        (("report", "set", "R-000001", "--to", "mood=glad", "--as", "duty"), "is none of"),
        (("report", "set", "R-000001", "--to", "grade=Z9", "--as", "duty"), "not a letter"),
        (("duty", "habits", "duty", "--quiet", "late", "--as", "duty"), "clock times"),
        (("callback", "done", "B-000001", "maybe", "--as", "duty"), "is none of"),
        (("policy", "settle", "1", "perhaps"), "neither accept nor leave"),
        (("policy", "opinion", "T-9", "navy", "agree"), "is none of"),
    ],
)
def test_wrong_words_leave_with_two_and_say_what_is_wrong(mission: None, words: tuple[str, ...], why: str) -> None:
    answer = call(*words)

    assert answer.code == 2, answer.err
    assert why in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("alert", "told", "A-000001", "--as", "auditor"),
        ("alert", "escalate", "A-000001", "--why", "x", "--as", "auditor"),
        ("alert", "relay", "A-000001", "--as", "auditor"),
        ("report", "take", "R-000001", "--as", "auditor"),
        ("duty", "--as", "auditor"),
        ("handover", "make", "--as", "auditor"),
        ("callback", "list", "--as", "auditor"),
        ("drill", "begin", "N-000001", "--as", "auditor"),
        ("word", "list", "--as", "auditor"),
        ("gateways", "list", "--as", "auditor"),
        ("account", "set", "duty", "--title", "x", "--as", "auditor"),
        ("warn", "draft", "--place", "Tesh", "--as", "head"),
        ("policy", "consult", "T-9", "police", "--as", "auditor"),
    ],
)
def test_who_may_not_is_told_that_there_is_nothing(mission: None, words: tuple[str, ...]) -> None:
    answer = call(*words)

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.strip()


def test_the_watch_is_entered_handed_over_and_a_gap_in_it_is_named(mission: None) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    span = [f"{soon:%Y-%m-%dT%H:%M+00:00}", f"{soon + timedelta(hours=8):%Y-%m-%dT%H:%M+00:00}"]

    entered = call("duty", "enter", "duty", *span, "--as", "duty", "--json")
    twice = call("duty", "enter", "duty", *span, "--as", "duty")
    given = call("duty", "hand-over", str(entered.json["number"]), "lead", "--as", "duty", "--json")
    week = call("duty", "week", "--json").json
    now = call("duty", "--json").json

    assert (entered.code, twice.code, given.json["account"]) == (0, 1, "lead")
    assert [one["account"] for one in week["shifts"]] == ["lead"]
    assert week["holes"]
    assert "duty" in {one["account"] for one in now["on_duty"]}
    assert "NOBODY" in call("duty", "week").out


def test_habits_that_are_not_named_stay(mission: None) -> None:
    call("duty", "habits", "duty", "--quiet", "22:00-05:00", "--speaks", "fr,sw", "--as", "duty")
    changed = call("duty", "habits", "duty", "--wakes-for", "P2", "--as", "duty", "--json").json
    named = call("duty", "deputy", "duty", "lead", "--as", "duty", "--json").json

    assert (changed["quiet_from"], changed["speaks"], changed["wakes_for"]) == ("22:00", ["fr", "sw"], "P2")
    assert named["deputy"] == "lead"


def test_many_reports_are_set_and_the_deed_is_undone(told: dict[str, str]) -> None:
    report = told["report"]
    made = call("report", "set", report, "R-999999", "--to", "component=police", "--as", "duty", "--json")
    undone = call("report", "undo", str(made.json["number"]), "--as", "duty", "--json")
    again = call("report", "undo", str(made.json["number"]), "--as", "duty")

    assert (made.code, [one["result"] for one in made.json["items"]]) == (1, ["done", "refused"])
    assert undone.json["undone_at"]
    assert again.code == 1


def test_a_report_is_taken_corrected_and_parted_from_another(told: dict[str, str]) -> None:
    report = told["report"]
    taken = call("report", "take", report, "--as", "duty", "--json").json
    right = call("report", "correct", report, "--field", "priority=P2", "--why", "Past.", "--as", "duty", "--json")
    wrong = call("report", "correct", report, "--field", "holder=lead", "--why", "No.", "--as", "duty")
    split = call("report", "split", report, "--as", "duty", "--json")
    itself = call("report", "apart", report, report, "--as", "duty")

    assert (taken["holder"], right.json["priority"], wrong.code) == ("duty", "P2", 1)
    assert (split.code, itself.code) == (0, 1)
    assert call("report", "suggest", report, "--json").json == []


def test_a_hand_over_is_accepted_by_another(told: dict[str, str]) -> None:
    ref = call("handover", "make", "--as", "duty", "--json").json["ref"]
    early = call("handover", "accept", ref, "--as", "lead")
    call("handover", "write", ref, "Look at Tesh.", "--as", "duty")
    call("handover", "sign", ref, "--as", "duty")
    accepted = call("handover", "accept", ref, "--as", "lead", "--json")

    assert (early.code, accepted.json["accepted_by"]) == (1, "lead")
    assert [word for word in (told["alert"], "Look at Tesh.", "next watch") if word not in call("handover", "show", ref).out] == []  # fmt: skip


def test_a_drill_is_begun_once_and_ended(mission: None) -> None:
    network = rows.models.Network.objects.get().ref
    begun = call("drill", "begin", network, "--as", "duty", "--json")
    twice = call("drill", "begin", network, "--as", "duty")
    ended = call("drill", "end", begun.json["ref"], "--as", "duty", "--json")

    assert (begun.code, twice.code, ended.json["median_min"]) == (0, 1, None)
    assert [one["ref"] for one in call("drill", "list", "--json").json] == [begun.json["ref"]]


def test_a_call_back_is_tried_and_done(told: dict[str, str]) -> None:
    message = rows.models.Message.objects.get()
    waiting = rows.models.CallBack.objects.create(message=message, asked_at=rows.NIGHT, due_at=rows.NIGHT)

    listed = call("callback", "list", "--json").json
    tried = call("callback", "done", waiting.ref, "no_answer", "--as", "duty", "--json").json
    done = call("callback", "done", waiting.ref, "reached", "--as", "duty", "--json").json
    twice = call("callback", "done", waiting.ref, "reached", "--as", "duty")

    assert [one["ref"] for one in listed] == [waiting.ref]
    assert (tried["tries"], done["done_by"], twice.code) == (1, "duty", 1)


def test_a_warning_is_drafted_released_by_another_and_never_by_its_author(mission: None) -> None:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.services import warning_files

    warning_files.make_key(SYSTEM, purpose="exercise", now=datetime.now(UTC))
    made = call("warn", "draft", "--place", "Tesh", "--exercise", "--as", "duty", "--json")
    nowhere = call("warn", "draft", "--place", "Atlantis", "--as", "duty")

    own = call("warn", "release", made.json["ref"], "--as", "duty")
    checked = call("warn", "check", made.json["ref"])

    assert (made.code, nowhere.code, own.code) == (0, 1, 1)
    assert made.json["sms"]["fr"]
    assert "STOPS IT" in checked.out
    assert call("warn", "answers", made.json["ref"], "--json").json == []
    assert call("warn", "drop", made.json["ref"], "--why", "Calm.", "--as", "duty", "--json").json["state"] == "dropped"


def test_the_file_of_a_warning_holds_what_it_may_and_nothing_else(mission: None, tmp_path: Any) -> None:
    file = tmp_path / "said.json"
    no = {"promises_help": False, "tells_of_troops": False, "tells_who_reported": False}
    file.write_text(json.dumps(no | {"texts": {"fr": {"headline": "Danger", "what": "Feu.", "do": "Partez."}}}))

    good = call("warn", "draft", "--place", "Tesh", "--file", str(file), "--as", "duty", "--json")
    file.write_text(json.dumps({"texts": {"fr": "Danger"}}))
    bad = call("warn", "draft", "--place", "Tesh", "--file", str(file), "--as", "duty")

    assert good.json["texts"]["fr"]["headline"] == "Danger"
    assert good.json["asked"]["promises_help"] is False
    assert bad.code == 2


def test_a_policy_is_asked_about_and_opinions_are_kept(mission: None) -> None:
    call("policy", "draft", "T-9", "--as", "lead")
    asked = call("policy", "consult", "T-9", "police", "force:northland", "--as", "lead", "--json").json
    without = call("policy", "opinion", "T-9", "police", "dissent", "--as", "lead")
    given = call("policy", "opinion", "T-9", "police", "dissent", "--text", "Too high.", "--as", "lead", "--json").json
    back = call("policy", "take-back", "T-9", "--as", "lead", "--json").json

    assert (asked["status"], without.code, back["status"]) == ("consultation", 1, "draft")
    assert [one["opinion"] for one in given["parties"] if one["component"] == "police"] == ["dissent"]


def test_a_telephone_is_read_from_the_standard_input_and_never_printed(mission: None) -> None:
    number = "+999 000 0177"
    entered = call("account", "phone", "auditor", "--json", typed=f"{number}\n")
    taken = call("account", "phone", "lead", typed=f"{number}\n")
    nonsense = call("account", "phone", "lead", typed="call me\n")
    gone = call("account", "phone", "auditor", "--none", "--json")

    assert (entered.json["has_telephone"], gone.json["has_telephone"]) == (True, False)
    assert (taken.code, nonsense.code) == (1, 1)
    assert number not in entered.out + entered.err + taken.err + nonsense.err


def test_an_account_is_moved_to_a_component_that_there_is(mission: None) -> None:
    good = call("account", "set", "duty", "--component", "police", "--on-duty", "no", "--json")
    bad = call("account", "set", "duty", "--component", "navy")

    assert (good.json["component"], good.json["on_duty"], bad.code) == ("police", False, 1)


def test_a_gateway_is_closed_and_one_that_sends_nothing_sends_no_test(mission: None) -> None:
    call("gateway", "north")
    test = call("gateways", "test", "north", "duty")
    call("gateways", "close", "north")
    ranked = call("gateways", "rank", "north", "3")
    unknown = call("gateways", "close", "south")
    listed = call("gateways", "list", "--json").json

    assert (test.code, ranked.code, unknown.code) == (1, 0, 1)
    assert [(one["gateway"], one["is_active"], one["rank"]) for one in listed] == [("north", False, 3)]


def test_a_test_message_leaves_by_the_gateway_that_was_named(mission: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.services import carrying

    sent: list[Any] = []
    monkeypatch.setattr(carrying, "carry", lambda request: sent.append(request) or (200, b"{}"))
    made = call("gateway", "flows", "--channel", "rapidpro", "--option", "url=https://rapidpro.example", "--json")

    answer = call("gateways", "test", "flows", "duty", "--json")

    assert made.code == 0
    assert len(sent) == 1
    assert (answer.json["gateway"], answer.json["account"]) == ("flows", "duty")


def test_words_are_tried_before_they_are_accepted(mission: None) -> None:
    tried = call("word", "try", "en", "ATK", "rampaged", "--json")
    telephone = call("word", "try", "en", "ATK", "call 0999 12 34")
    unknown = call("word", "reject", "77", "--why", "No.", "--as", "lead")

    assert (tried.json["entry"], tried.json["broken_examples"]) == ("rampaged", 0)
    assert (telephone.code, unknown.code) == (1, 1)
    assert call("word", "list", "--json").json == []
