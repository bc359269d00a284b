"""The deeds of the loop as the night of the documents plays them: each call, and what later calls learn from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

# What is read from the standard input: a number that nobody has.
TYPED = "+999 000 0188\n"
SHEET = "name: Code\nfields:\n  - {key: what, label: What, kind: codes, codes: {A: ATK}}\n"
PEOPLE = "place,role,number,languages\nTesh,can_focal_point,+999 000 0189,fr\n"
Calls = dict[str, list[str]]


def filled(word: str, known: dict[str, str]) -> str:
    """Return a word of a call with the references in it that earlier calls told."""
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], word)


def of_alerts(at: str) -> Calls:
    """Return what is done about alerts: one to its end, one handed over, one taken in."""
    duty, lead = ["--as", "duty", "--at", at], ["--as", "lead", "--at", at]
    return {
        "message, of Oru": _told("Armed men attack Oru, houses burn", "+999 000 0103", at),
        "message, of Tesh": _told("Armed men attack Tesh, 2 dead", "+999 000 0102", at),
        "decide, what can be": ["decide", "{alert}", *duty],
        "alert call": ["alert", "call", "{alert}", "lead", "has_it", *duty],
        "alert escalate": ["alert", "escalate", "{alert}", "--why", "it comes nearer", *duty],
        "alert task": ["alert", "task", "{alert}", "Drive by", "--owner", "Oru base", "--due", "2027-03-13", *lead],
        "alert move": ["alert", "move", "{task}", "accepted", *lead],
        "alert move, on the way": ["alert", "move", "{task}", "en_route", *lead],
        "alert move, there": ["alert", "move", "{task}", "on_scene", *lead],
        "alert harm": ["alert", "harm", "{alert}", "injured", "--toll", "1-3", "--phase", "before", *duty],
        "alert effect": ["alert", "effect", "{alert}", "People were found and treated.", *duty],
        "alert feedback": ["alert", "feedback", "{alert}", "We came, and come again.", "--method", "visit", *duty],
        "alert relay": ["alert", "relay", "{alert}", "--as", "lead"],
        "alert merge": ["alert", "merge", "{tesh}", "{alert}", "--why", "One band.", *duty],
        "report undo": ["report", "undo", "{deed}", *duty],
        "alert told": ["alert", "told", "{alert}", "--as", "duty"],
        "alert close": ["alert", "close", "{alert}", "They left the valley.", "--rests-on", "{task}", *duty],
        "acknowledge, of Oru": ["acknowledge", "{oru}", *duty],
        "decide, to others": ["decide", "{oru}", "delegate", "--why", "Nearer.", "--to", "the district", *lead],
        "alert confirm": ["alert", "confirm", "{oru}", "--by", "a teacher", *lead],
    }


def _told(text: str, sender: str, at: str) -> list[str]:
    return ["message", "--text", text, "--from", sender, "--received-at", at]


def of_reports(at: str) -> Calls:
    """Return what is done with reports and with the words that corrections propose."""
    duty = ["--as", "duty", "--at", at]
    return {
        "report take": ["report", "take", "{report_tesh}", *duty],
        "report set": ["report", "set", "{report_tesh}", "R-999999", "--to", "component=police", *duty],
        "report correct": ["report", "correct", "{report_tesh}", "--field", "events=KIL", "--why", "As told.", *duty],
        "report suggest": ["report", "suggest", "{report_tesh}"],
        "report merge": ["report", "merge", "{report_tesh}", "--into", "{report_oru}", "--why", "One band.", *duty],
        "report split": ["report", "split", "{report_tesh}", *duty],
        "report alarm": ["report", "alarm", "{report_tesh}", "--why", "I know the voice.", *duty],
        "word list": ["word", "list"],
        "word try": ["word", "try", "en", "ATK", "rampaged"],
    }


def of_the_watch(at: str) -> Calls:
    """Return what is done about the watch."""
    duty, lead = ["--as", "duty", "--at", at], ["--as", "lead", "--at", at]
    return {
        "duty": ["duty", "--as-of", at],
        "duty enter": ["duty", "enter", "duty", "2027-03-12T06:00+01:00", "2027-03-12T18:00+01:00", *duty],
        "duty hand-over": ["duty", "hand-over", "{shift}", "lead", *duty],
        "duty week": ["duty", "week", "--from", at],
        "duty deputy": ["duty", "deputy", "duty", "lead", "--as", "duty"],
        "duty habits": ["duty", "habits", "duty", "--quiet", "22:00-05:00", "--speaks", "fr,sw", "--as", "duty"],
        "handover make": ["handover", "make", *duty],
        "handover write": ["handover", "write", "{handover}", "Look at Tesh first.", *duty],
        "handover sign": ["handover", "sign", "{handover}", *duty],
        "handover accept": ["handover", "accept", "{handover}", *lead],
        "handover show": ["handover", "show", "{handover}"],
        "handover list": ["handover", "list"],
    }


def of_networks(at: str, folder: Path) -> Calls:
    """Return what is done about networks, their drills, and call-backs."""
    (folder / "sheet.yaml").write_text(SHEET, "utf-8")
    (folder / "watch.csv").write_text(PEOPLE, "utf-8")
    duty = ["--as", "duty", "--at", at]
    return {
        "network add": ["network", "add", "Watch of the ford", "--kind", "village_watch", "--sector", "west"],
        "network person": ["network", "person", "{network}", "--place", "Tesh", "--languages", "fr"],
        "network import": ["network", "import", "{network}", str(folder / "watch.csv")],
        "network codes": ["network", "codes", "{network}", str(folder / "sheet.yaml")],
        "network codes, tried": ["network", "codes", "{network}", str(folder / "sheet.yaml"), "--try", "A"],
        "network list": ["network", "list"],
        "network silences": ["network", "silences"],
        "network check-ins": ["network", "check-ins", "{node}"],
        "message, to be called": _told("Please call me back, it is urgent", "+999 000 0104", at),
        "callback list": ["callback", "list"],
        "callback done": ["callback", "done", "{callback}", "reached", *duty],
        "drill begin": ["drill", "begin", "N-000001", "--text", "Men at the ford", *duty],
        "message, in a drill": _told("EXERCISE armed men attack Malka", "+999 000 0101", at),
        "drill show": ["drill", "show", "{drill}"],
        "drill live": ["drill", "live", "{drilled}", *duty],
        "drill end": ["drill", "end", "{drill}", *duty],
        "drill list": ["drill", "list"],
    }  # fmt: skip


def of_policy() -> Calls:
    """Return what is done about a version of the policy beside drafting and approving it."""
    return {
        "policy show, approved": ["policy", "show", "VAL-2"],
        "policy acknowledge": ["policy", "acknowledge", "VAL-2", "{party}", "--caveats", "By day only."],
        "policy draft, the next": ["policy", "draft", "VAL-3"],
        "policy consult": ["policy", "consult", "VAL-3", "police"],
        "policy opinion": ["policy", "opinion", "VAL-3", "police", "dissent", "--text", "Too high."],
        "policy take-back": ["policy", "take-back", "VAL-3"],
    }


def of_warnings(folder: Path) -> Calls:
    """Return the life of a warning, and the file that leaves."""
    (folder / "said.json").write_text(
        '{"promises_help": false, "tells_of_troops": false, "tells_who_reported": false}', "utf-8"
    )
    begun = ["warn", "draft", "--place", "Tesh", "--as", "duty", "--file", str(folder / "said.json")]
    return {
        "warn draft": begun,
        "warn check": ["warn", "check", "{warning}"],
        "warn release": ["warn", "release", "{warning}", "--as", "lead"],
        "warn answers": ["warn", "answers", "{warning}"],
        "file warning.xml": ["warn", "file", "{warning}"],
        "cap check": ["cap", "check", str(folder / "warning.xml")],
        "warn update": ["warn", "update", "{warning}", "--as", "duty"],
        "warn drop": ["warn", "drop", "{following}", "--why", "Nothing new.", "--as", "duty"],
        "warn cancel": ["warn", "cancel", "{warning}", "--as", "duty"],
        "warn draft, urgent": [*begun, "--alert", "{urgent}"],
        "warn at-once": ["warn", "at-once", "{warning}", "--why", "They are at the ford.", "--as", "lead"],
        "warn list, again": ["warn", "list"],
        "file key.pem": ["cap", "keys", "certificate", "{mark}"],
        "cap trust": ["cap", "trust", str(folder / "key.pem"), "--name", "ourselves"],
        "cap keys certify": ["cap", "keys", "certify", "{mark}", str(folder / "key.pem")],
        "cap keys list, again": ["cap", "keys", "list"],
        "cap keys retire": ["cap", "keys", "retire", "{mark}"],
    }


def of_keeping() -> Calls:
    """Return what is done about accounts and gateways. Nothing listens where the test message goes."""
    near = ["--channel", "rapidpro", "--option", "url=http://127.0.0.1:9"]
    return {
        "account phone": ["account", "phone", "watch"],
        "account set": ["account", "set", "watch", "--component", "police"],
        "gateway, out": ["gateway", "flows", *near],
        "gateways test": ["gateways", "test", "flows", "duty"],
        "gateways list": ["gateways", "list"],
    }


_REFS = {
    "decide": "decision",
    "alert task": "task",
    "handover make": "handover",
    "drill begin": "drill",
    "warn draft": "warning",
    "warn draft, urgent": "warning",
    "warn update": "following",
}
_FIELDS = {
    "policy diff": ("seen", "seen"),
    "alert merge": ("deed", "number"),
    "duty enter": ("shift", "number"),
    "network add": ("network", "network"),
    "network person": ("node", "node"),
    "cap keys new": ("mark", "mark"),
}
_FIRST = {"alerts": "alert", "reports": "report", "callback list": "callback"}
_MESSAGES = {"message, of Oru": "oru", "message, of Tesh": "tesh"}


def learned(name: str, value: Any) -> dict[str, str]:
    """Return the references by which later calls name a record."""
    if name in _FIRST:
        return {_FIRST[name]: value[0]["ref"]}
    if name in _REFS:
        return {_REFS[name]: value["ref"]}
    if name in _FIELDS:
        known, field = _FIELDS[name]
        return {known: str(value[field])}
    if name in _MESSAGES:
        place = _MESSAGES[name]
        return {place: value["alerts"][0]["ref"], f"report_{place}": value["reports"][0]["ref"], "urgent": value["alerts"][0]["ref"]}  # fmt: skip
    if name == "message, in a drill":
        return {"drilled": value["reports"][0]["ref"]}
    if name == "policy show, approved":
        one = value["parties"][0]
        return {"party": f"{one['component']}:{one['contingent']}".rstrip(":")}
    return {}
