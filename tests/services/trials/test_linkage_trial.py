"""The trial of linkage learns on what came earlier, and says what it was scored on."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.services import datasets
from tocsin.cli.main import app
from tocsin.services.trials import linkage
from tocsin.services.trials.made_reports import PLAIN, ROUGH, made_reports


@pytest.fixture(scope="module")
def tried(data_dir):
    return linkage.run(data_dir / "ged" / "ged231_car_full_1991_2018.csv.gz", seed=3, most=250, many=2000)


def test_nothing_is_learned_on_what_is_scored(tried):
    assert tried["learned_on"]["to"] <= tried["scored_on"]["from"]
    assert tried["learned_on"]["events"] == tried["scored_on"]["events"] == 250
    assert tried["events"]["imprecise"] > 0


def test_linkage_is_better_than_windows_on_both_noises(tried):
    for noise in ("plain", "rough"):
        ours = tried["scores"][f"learned_plain_scored_{noise}"]["pair_f1"]
        windows = max(one["pair_f1"] for one in tried["baseline_windows"][noise].values())
        assert ours > windows + 0.1

    # Linked by nothing but chance, the same figures would not hold.
    assert tried["scores"]["learned_plain_scored_plain"]["linked_precision"] > 0.9


def test_the_same_seed_makes_the_same_reports_and_noises_differ(data_dir):
    events, _ = linkage._events(data_dir / "ged" / "ged231_car_full_1991_2018.csv.gz", None)
    first, told = made_reports(events, noise=PLAIN, seed=5)
    again, _ = made_reports(events, noise=PLAIN, seed=5)
    other, _ = made_reports(events, noise=PLAIN, seed=6)
    rough, _ = made_reports(events, noise=ROUGH, seed=5)

    assert (first.day == again.day).all() and first.place == again.place
    assert len(other) != len(first) or (other.day != first.day).any()
    assert (
        rough.day - [events[at].start.timestamp() // 86400 for at in made_reports(events, noise=ROUGH, seed=5)[1]]
    ).min() >= 0
    assert set(told.tolist()) == set(range(len(events)))


def test_a_file_with_too_few_events_is_refused_with_the_number_needed(tmp_path):
    few = datasets.ged(tmp_path, "few.csv", datasets.LATER)

    said = CliRunner().invoke(app, ["bench", "linkage", "--ged", str(few), "--json"])

    assert said.exit_code == 2
    assert "few.csv holds 4 usable events; at least 100 are needed" in said.stderr


def test_figures_are_printed_as_one_document(data_dir, monkeypatch):
    monkeypatch.setattr(linkage, "run", lambda *_, **asked: {"seed": asked["seed"], "scores": {"pair_f1": 0.5}})
    asked = ["bench", "linkage", "--ged", str(data_dir), "--seed", "4"]

    assert json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["seed"] == 4
    assert "  pair_f1: 0.5" in CliRunner().invoke(app, asked).stdout
