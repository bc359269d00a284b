"""The reference pages say what the program does: every field, every setting, every code."""

import json
import subprocess
import sys

import pytest

from tests.house import reference
from tests.house.documents import anchors
from tests.house.guards import ROOT

PAGES = ROOT / "docs" / "reference"
# Below these fields the names depend on what is told; the page says "open mapping" of them.
OPEN = frozenset(
    {
        "counts", "state", "picture", "toll", "facts", "because", "thresholds", "anchors", "caveats", "grades", "backlog",
        "reasons", "blocked", "withheld", "asked", "texts", "sms", "shape", "dispositions", "stated_chances",
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What every ``--json`` answered on the night of the three villages."""
    folder = tmp_path_factory.mktemp("night") / "mission"
    call = [sys.executable, "-m", "tests.house.spoken", str(folder)]
    played = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert played.returncode == 0, played.stderr or played.stdout
    return json.loads(played.stdout)


def open_below(found, documented):
    """Leave out what lies below a field that the page calls an open mapping."""
    parents = documented_parents(documented)
    shut = {path for path in found if path.rpartition(".")[2] in OPEN and path not in parents}
    return {path for path in found if not any(path.startswith((f"{one}.", f"{one}[]")) for one in shut)}


def documented_parents(documented):
    """Return the fields of which the page lists fields inside."""
    return {path[:at] for path in documented for at in range(len(path)) if path[at] in ".["}


def test_every_field_that_a_command_prints_is_documented(said):
    pages = reference.documented_fields(PAGES / "command-line.md")

    missing = {call: undocumented(value, pages.get(call.partition(",")[0], set())) for call, value in said.items()}

    assert {call: paths for call, paths in missing.items() if paths} == {}


def undocumented(value, known):
    """Return the fields of a value that are not among those known."""
    return sorted(open_below(set(reference.fields_of(value)), known) - known)


def test_every_documented_field_is_printed_unless_its_list_is_empty(said):
    pages = reference.documented_fields(PAGES / "command-line.md")
    printed = {}
    for call, value in said.items():
        printed.setdefault(call.partition(",")[0], set()).update(reference.fields_of(value))

    gone = {
        verb: sorted(path for path in fields - printed[verb] if not is_inside_an_empty_list(path, printed[verb]))
        for verb, fields in pages.items()
    }

    assert {verb: paths for verb, paths in gone.items() if paths} == {}


def is_inside_an_empty_list(path, printed):
    """Tell whether the list that a field stands in had no members in this play."""
    outer, inner, _ = path.rpartition("[].")
    return bool(inner) and not any(one.startswith(f"{outer}[].") for one in printed)


def test_a_field_that_no_page_lists_is_reported():
    printed = [{"ref": "A-1", "toll": {"killed": [1, 2]}, "new": None}]

    assert undocumented(printed, {"[].ref", "[].toll"}) == ["[].new"]


def test_fields_that_are_the_same_elsewhere_are_named_by_that_command(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "### JSON of tocsin one\n\nThe same fields as one of `tocsin many`.\n\n### JSON of tocsin many\n\n| `[].ref` | x |\n"
    )

    assert reference.documented_fields(page) == {"one": {"ref"}, "many": {"[].ref"}}


def test_every_command_that_prints_json_is_documented(said):
    # What a trial prints depends on the file and the windows; each trial's own page says what its figures are.
    programs = [(name.removeprefix("tocsin "), command) for name, command in reference.programs()]
    able = {name for name, command in programs if takes_json(command) and not name.startswith("bench ")}

    assert able == set(reference.documented_fields(PAGES / "command-line.md"))
    assert able == {call.partition(",")[0] for call in said}


def takes_json(command):
    return any(one.name == "as_json" for one in command.params)


def test_every_problem_has_an_anchor_on_its_page():
    found = anchors((PAGES / "problems.md").read_text("utf-8"))

    assert [code for code in reference.problem_codes() if code.lower() not in found] == []


def test_every_setting_is_documented_and_nothing_else():
    keys, variables = reference.asked_settings()
    text = (PAGES / "settings.md").read_text("utf-8")
    tables = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}

    assert {name for name in tables if name.isidentifier() and name.islower()} == keys | reference.written_keys()
    assert {name for name in tables if name.startswith("TOCSIN_")} == variables


def test_a_setting_that_the_code_asks_for_is_found():
    text = 'x = settings.MISSION.get("new_key", "")\ny = os.environ["TOCSIN_NEW"]\n'

    assert reference.ASKED_KEY.findall(text) == ["new_key"]
    assert reference.ASKED_VARIABLE.findall(text) == ["TOCSIN_NEW"]


def test_every_role_is_told_of_on_the_access_page():
    from tocsin.core.reference.terms import Role

    text = (PAGES / "access.md").read_text("utf-8")

    assert [role for role in Role if f"(`{role.value}`)" not in text] == []
