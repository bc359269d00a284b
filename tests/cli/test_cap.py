"""CAP files and keys from the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.mission import call
from tocsin.briefs.cap12 import build, keys
from tocsin.core.alerts.cap import CapAlert, CapInfo
from tocsin.core.reference.terms import CapKind, CapScope, CapStatus, Likelihood, Severity, Urgency

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A signed file, and its certificate beside it."""
    key = keys.make_key("Tests", purpose="live", now=NOW)
    info = CapInfo("en", "storm", Urgency.EXPECTED, Severity.SEVERE, Likelihood.LIKELY)
    alert = CapAlert("a-1", "tests", NOW, CapStatus.ACTUAL, CapKind.ALERT, CapScope.PUBLIC, infos=(info,))
    (tmp_path / "cert.pem").write_text(key.certificate, "utf-8")
    path = tmp_path / "storm.xml"
    path.write_bytes(build.sign(build.build(alert), key.private, key.certificate))
    return path


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty mission."""
    folder = tmp_path_factory.mktemp("cap") / "mission"
    assert call("init", str(folder), "--world", "empty").code == 0
    return folder


def test_a_file_is_checked_without_a_mission_and_the_three_facts_told_apart(file: Path):
    trusted = call("cap", "check", str(file), "--trust", str(file.parent / "cert.pem"), "--as-of", NOW.isoformat())
    plain = call("cap", "check", str(file), "--json", "--as-of", "2035-01-01T00:00:00+00:00")

    facts = plain.json["signature"]
    assert (trusted.code, plain.code) == (0, 0)
    assert "Known signer" in trusted.out
    assert (facts["signature"], facts["certificate_when_sent"], facts["certificate_now"]) == (
        "intact",
        "within",
        "after",
    )
    assert facts["signer"] == "unknown"


def test_an_altered_file_ends_with_its_reason_and_exit_code_one(file: Path):
    file.write_bytes(file.read_bytes().replace(b"storm", b"alarm", 1))

    answer = call("cap", "check", str(file))

    assert answer.code == 1
    assert "REFUSED" in answer.out
    assert "[FEED-045]" in answer.out


def test_keys_are_made_listed_certified_by_nobody_else_and_retired(file: Path, mission: Path):
    made = call("cap", "keys", "new", "--purpose", "exercise", "--json", mission=mission).json
    other = call("cap", "keys", "certify", made["mark"], str(file.parent / "cert.pem"), mission=mission)
    wrong = call("cap", "keys", "new", "--purpose", "both", mission=mission)
    request = call("cap", "keys", "request", made["mark"][:12], mission=mission)
    retired = call("cap", "keys", "retire", made["mark"][:12], "--json", mission=mission).json

    assert "BEGIN CERTIFICATE REQUEST" in request.out
    assert "PRIVATE" not in str(made) + request.out
    assert (other.code, wrong.code) == (1, 1)
    assert retired["retired_at"]


def test_a_warning_of_others_is_loaded_once_and_known_after_its_certificate_is_trusted(file: Path, mission: Path):
    first = call("load", "cap12", str(file), "--json", mission=mission).json
    call("cap", "trust", str(file.parent / "cert.pem"), "--name", "Tests", mission=mission)
    again = call("load", "cap12", str(file), "--json", mission=mission).json
    listed = call("warn", "list", "--json", mission=mission).json

    assert (first["added"], again["added"], again["unchanged"]) == (1, 0, 1)
    assert "FEED-049" in {problem["code"] for problem in first["problems"]}
    assert "FEED-049" not in {problem["code"] for problem in again["problems"]}
    assert listed == []
