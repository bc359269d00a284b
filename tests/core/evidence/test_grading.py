"""Source and content are judged apart, and no single voice confirms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.core.evidence import ardenya
from tests.core.evidence.ardenya import NOON, read
from tocsin.core.evidence import grading
from tocsin.core.evidence.types import Grade, Reading, Report, Sender
from tocsin.core.reference.terms import VerificationState

# The label of T16 is the grade after it was joined; T19's 1 would be one source confirming itself.
FIRST = {"T16": "C3", "T19": "A2"}


def report(ref: str, reading: Reading, source: str, grade: Grade, text: str = "") -> Report:
    return Report(ref, reading, grade, VerificationState.RECEIVED, NOON, source, text)


@pytest.mark.parametrize("name", sorted(ardenya.labelled()))
def test_first_grade_is_as_labelled(name):
    found = ardenya.labelled()[name]

    assert str(grading.first_grade(found.sender, found.main).value) == FIRST.get(name, found.label["grade"])


def test_a_new_source_is_f_and_a_known_one_keeps_its_letter():
    reading = read("attaque à Ferreko")[0]

    assert grading.first_grade(Sender("h", "somebody_new"), reading).value.source == "F"
    assert grading.first_grade(Sender("h", "somebody_new", letter="D"), reading).value.source == "D"


@pytest.mark.parametrize("role", ["mission_patrol", "local_authority", "can_focal_point", "citizen_unregistered"])
def test_no_first_grade_confirms(role):
    reading = read("attaque à Ferreko, 3 morts")[0]

    assert grading.first_grade(Sender("h", role), reading).value.content > 1


def test_the_forwarders_grade_is_not_the_authors():
    own = read("they will attack Ferreko tonight")[0]
    passed_on = read("Forwarded many times: they will attack Ferreko tonight")[0]
    sender = Sender("h", "can_focal_point")

    assert grading.first_grade(sender, own).value == Grade("C", 3)
    assert grading.first_grade(sender, passed_on).value == Grade("C", 5)


def test_two_independent_sources_raise_the_content_and_one_twice_does_not():
    one = report("R-1", read("attaque à Ferreko")[0], "a", Grade("C", 3), "attaque à Ferreko, ils tirent partout")
    two = report("R-2", read("gunmen attack Ferreko")[0], "b", Grade("C", 3), "gunmen attack the market of Ferreko")

    assert grading.regrade(one, [one, two]).value == Grade("C", 2)
    assert grading.regrade(one, [one, replace(two, source="a")]).value == Grade("C", 3)


def test_content_1_needs_three_sources_and_a_trusted_one():
    texts = ["attaque à Ferreko ce matin", "gunmen attack the market of Ferreko", "waasi wameshambulia Ferreko sasa"]
    plain = [report(f"R-{n}", read(text)[0], f"s{n}", Grade("C", 3), text) for n, text in enumerate(texts)]
    trusted = [replace(plain[0], grade=Grade("A", 2)), *plain[1:]]

    assert grading.regrade(plain[1], plain).value.content == 2
    assert grading.regrade(trusted[1], trusted).value.content == 1


def test_a_grade_never_falls_by_itself_and_hearsay_stops_at_3():
    heard = report("R-1", read("On dit que les FPL ont attaqué Ferreko")[0], "a", Grade("C", 4))
    seen = [report(f"R-{n}", read("attaque à Ferreko")[0], f"s{n}", Grade("B", 2)) for n in (2, 3)]

    assert grading.regrade(heard, [heard, *seen]).value == Grade("C", 3)
    assert grading.regrade(seen[0], [seen[0]]).value == Grade("B", 2)


def test_people_cannot_confirm_on_one_source_or_without_a_reason():
    codes = [because.code for because in grading.why_not(Grade("B", 1), independent=1, why=" ")]

    assert codes == ["grade.one_source_never_confirms", "grade.needs_why"]
    assert grading.why_not(Grade("B", 1), independent=2, why="patrol saw it") == ()
    assert [because.code for because in grading.why_not(Grade("G", 7), independent=2, why="x")] == [
        "grade.no_such_letter",
        "grade.no_such_content",
    ]


def test_grading_looks_up_the_rules_of_the_day():
    reading = read("attaque à Ferreko")[0]
    then = grading.first_grade(Sender("h", "local_authority"), reading, as_of=datetime(2010, 1, 1, tzinfo=ardenya.ZONE))

    assert then.value.source == "B"
