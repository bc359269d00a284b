from datetime import UTC, date, datetime

import pytest

from tocsin.core.reference import load, rules

DATED = {
    "must.least": {
        "unit": "share",
        "values": {
            date(2009, 1, 1): {"value": 0.6, "source": "directive"},
            date(2010, 1, 1): {"value": 0.7, "source": "lesson L-001"},
        },
    }
}


@pytest.fixture
def dated(monkeypatch):
    monkeypatch.setattr(load, "read_folder", lambda name: DATED)


def test_a_rule_is_the_one_that_was_in_force_on_the_day(dated):
    assert rules.value("must.least", date(2009, 12, 31)) == 0.6
    assert rules.value("must.least", datetime(2010, 1, 1, tzinfo=UTC)) == 0.7


def test_a_rule_names_its_unit_its_source_and_since_when(dated):
    found = rules.at("must.least", date(2026, 1, 1))

    assert (found.unit, found.source, found.since_on) == ("share", "lesson L-001", date(2010, 1, 1))


def test_a_rule_does_not_judge_what_came_before_it(dated):
    with pytest.raises(KeyError, match="its first is of 2009-01-01"):
        rules.at("must.least", date(2008, 12, 31))


def test_a_rule_that_does_not_exist_is_named(dated):
    with pytest.raises(KeyError, match=r"no rule is called 'must\.most'"):
        rules.at("must.most", date(2026, 1, 1))


def test_the_fingerprint_changes_when_a_rule_changes_and_only_then(dated):
    assert rules.digest(date(2010, 1, 1)) == rules.digest(date(2026, 1, 1))
    assert rules.digest(date(2009, 1, 1)) != rules.digest(date(2010, 1, 1))


def test_two_files_may_not_define_the_same_word(monkeypatch, tmp_path):
    (tmp_path / "wording").mkdir()
    (tmp_path / "wording" / "one.yaml").write_text("word.a: {en: a}", "utf-8")
    (tmp_path / "wording" / "two.yaml").write_text("word.a: {en: b}", "utf-8")
    monkeypatch.setattr(load, "_DATA", tmp_path)

    with pytest.raises(ValueError, match=r"two\.yaml: 'word\.a' is already defined"):
        load.read_folder.__wrapped__("wording")
