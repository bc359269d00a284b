"""The first night goes as its page says: every command is run, and its answer compared but for dates."""

import json
import re
import subprocess
import sys

import pytest

from tests.house import spoken
from tests.house.guards import ROOT

PAGE = ROOT / "docs" / "tutorial" / "first-night.md"


def undated(text):
    """Return a text without what is new each time: dates, fingerprints, and blanks at its end."""
    text = re.sub(r"\b20\d\d-\d\d-\d\d", "DATE", text)
    return re.sub(r"\brules [0-9a-f]{12}\b", "rules DIGEST", text).strip()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    call = [sys.executable, "-m", "tests.house.spoken", str(tmp_path_factory.mktemp("night")), str(PAGE)]
    played = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert played.returncode == 0, played.stderr or played.stdout
    return json.loads(played.stdout)


def test_every_answer_that_the_tutorial_shows_is_given(told):
    otherwise = {call: said for call, said, page in told if page and undated(said) != undated(page)}

    assert otherwise == {}


def test_the_tutorial_shows_the_alert_the_matrix_and_the_gap(told):
    shown = " ".join(call for call, _, page in told if page)

    assert [
        verb
        for verb in ("init", "reports", "alerts", "show", "assess", "cover")
        if f"tocsin -m night {verb}" not in shown
    ] == ["init"]


def test_an_answer_that_changed_is_reported(tmp_path):
    (tmp_path / "page.md").write_text("```console\n$ tocsin check  # a word\nOn 2026-01-01\n$ ls\n```\n", "utf-8")

    assert spoken.shown(tmp_path / "page.md") == [(["tocsin", "check"], "On 2026-01-01\n"), (["ls"], "")]
    assert undated("On 2026-01-01, rules 0123456789ab") == undated("On 2027-03-12, rules ba9876543210")
    assert undated("1 place") != undated("2 places")
