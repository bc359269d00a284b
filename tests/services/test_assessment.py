"""A matrix of a past moment knows what was known then, and says the same each time it is asked."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.services.datasets import FIRST, bring_in, ged
from tests.store import rows
from tocsin.core.reference.terms import Category, Role
from tocsin.services import allocation, assessment, lessons
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.models import AssessmentRun, Asset, AuditEntry, Base, Incident, MatrixLine
from tocsin.store.queries import evidence
from tocsin.store.writes import evidence as write
from tocsin.store.writes import record

pytestmark = pytest.mark.django_db
LEAD, NOW = rows.viewer(Role.PROTECTION_LEAD), rows.NIGHT


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def matrix(as_of=NOW, viewer=LEAD) -> list[dict]:
    found = assessment.assess(viewer, as_of=as_of, now=NOW + hours(99))
    return [line.as_json() for line in found.lines]


def line(as_of=NOW, viewer=LEAD, place="P-1") -> dict:
    return next(one for one in matrix(as_of, viewer) if one["place"] == place)


def attack(place, **fields) -> Incident:
    given = {
        "place": place,
        "lat": place.lat,
        "lon": place.lon,
        "deaths_least": 4,
        "deaths_most": 6,
        "state": "validated",
    }
    return rows.incident(**{**given, **fields})


def test_what_became_known_later_is_not_in_an_earlier_matrix():
    malka = rows.place("P-1")
    quiet = matrix(NOW)

    attack(malka, at=NOW - hours(5), known_at=NOW + hours(1))

    assert matrix(NOW) == quiet
    assert line(NOW + hours(1))["category"] != line(NOW)["category"]


def test_without_that_guard_the_later_news_would_show(monkeypatch):
    malka = rows.place("P-1")
    quiet = matrix(NOW)
    attack(malka, at=NOW - hours(5), known_at=NOW + hours(1))
    real = evidence.incidents_known

    def everything(viewer, *, as_of, since):
        from dataclasses import replace

        return tuple(replace(one, known_at=as_of) for one in real(viewer, as_of=as_of + hours(99), since=since))

    monkeypatch.setattr(evidence, "incidents_known", everything)

    assert matrix(NOW) != quiet


def change(incident: Incident, *, at, **fields) -> None:
    write.change_incident(incident, **fields)
    record.note(LEAD, incident.ref, "recounted", at=at, after=evidence.incident_state_of(incident))


def test_what_was_refuted_later_still_counts_before_and_no_longer_after():
    malka = rows.place("P-1")
    held = attack(malka, at=NOW - hours(5))
    change(held, at=NOW - hours(4), state="validated")
    before = line(NOW)

    change(held, at=NOW + hours(1), state="refuted")

    assert line(NOW) == before
    assert line(NOW + hours(2))["category"] != before["category"]


def test_what_was_validated_later_was_not_validated_before():
    malka = rows.place("P-1")
    told = attack(malka, at=NOW - hours(5), state="verifying", sources_count=1)
    change(told, at=NOW - hours(4), state="verifying")

    change(told, at=NOW + hours(1), state="validated", sources_count=3)

    known = {
        moment: evidence.incidents_known(LEAD, as_of=NOW + hours(moment), since=NOW - hours(24))[0] for moment in (0, 2)
    }
    assert [(one.state.value, one.sources) for one in known.values()] == [("verifying", 1), ("validated", 3)]


def test_an_attack_announced_for_tomorrow_is_in_the_matrix_of_today():
    malka = rows.place("P-1")
    quiet = line(NOW)

    attack(
        malka, at=NOW + hours(20), known_at=NOW - hours(1), imminence="imminent", deaths_least=None, deaths_most=None
    )

    assert quiet["category"] == Category.WATCH.value
    assert line(NOW)["category"] == Category.MUST.value


def test_the_same_question_twice_has_the_same_answer_to_the_letter(tmp_path):
    bring_in(ged(tmp_path, "first.csv", FIRST))
    base = Base.objects.create(ref="B-1", name="Base", kind="cob", lat=4.3, lon=18.5)
    Asset.objects.create(ref="U-1", kind="inf_plt", base=base, strength=28, serviceable=26, notice_min=30)
    as_of = NOW.replace(year=2017, month=3, day=20)

    answers = {json.dumps(matrix(as_of), sort_keys=True) for _ in range(2)}
    reach = {
        json.dumps(allocation.coverage_json(allocation.cover(LEAD, as_of=as_of, now=NOW, within_h=2)), sort_keys=True)
        for _ in range(2)
    }

    assert (len(answers), len(reach)) == (1, 1)


def test_coverage_does_not_know_of_a_later_attack_either(tmp_path):
    malka = rows.place("P-1")
    before = allocation.coverage_json(allocation.cover(LEAD, as_of=NOW, now=NOW, within_h=2))

    attack(malka, at=NOW - hours(5), known_at=NOW + hours(1))

    assert allocation.coverage_json(allocation.cover(LEAD, as_of=NOW, now=NOW, within_h=2)) == before
    assert allocation.coverage_json(allocation.cover(LEAD, as_of=NOW + hours(2), now=NOW, within_h=2)) != before


def test_who_may_not_open_an_attack_still_reads_what_it_means():
    malka = rows.place("P-1")
    attack(malka, at=NOW - hours(5), secrecy=3)

    allocator = rows.viewer(Role.RESOURCE_ALLOCATOR)

    assert evidence.incidents_known(allocator, as_of=NOW, since=NOW - hours(24)) == ()
    assert line(NOW, allocator) == line(NOW)
    assert line(NOW, allocator)["category"] != Category.WATCH.value


def test_a_place_nobody_heard_of_stays_unknown():
    rows.place("P-1", people=None)

    found = line(NOW)

    assert (found["category"], found["risk"], found["people"]) == (Category.WATCH.value, None, None)


def test_a_kept_matrix_is_written_with_what_it_rested_on_and_only_by_those_who_may():
    rows.place("P-1")

    found = assessment.assess(LEAD, as_of=NOW, now=NOW, keep=True)

    run = AssessmentRun.objects.get()
    assert (run.as_of, run.policy_version, run.rules_digest) == (NOW, found.policy_version, found.rules_digest)
    assert MatrixLine.objects.filter(run=run).count() == len(found.lines)
    with pytest.raises(Refused):
        assessment.assess(rows.viewer(Role.DUTY_OFFICER), as_of=NOW, now=NOW, keep=True)
    assert AssessmentRun.objects.count() == 1


def test_an_override_needs_its_reason_and_a_role_that_may():
    rows.place("P-1")

    with pytest.raises(Refusal):
        assessment.act_on_line(LEAD, "P-1", now=NOW, override=Category.MUST, why=" ")
    with pytest.raises(Refused):
        assessment.act_on_line(rows.viewer(Role.ANALYST), "P-1", now=NOW, override=Category.MUST, why="known")
    assessment.act_on_line(LEAD, "P-1", now=NOW, override=Category.MUST, why="The market is tomorrow.")

    assert line(NOW)["category"] == Category.MUST.value
    assert line(NOW - hours(1))["category"] == Category.WATCH.value


def test_a_read_of_the_matrix_is_entered():
    rows.place("P-1")

    matrix(NOW)

    assert AuditEntry.objects.latest("pk").verb == "matrix_read"


def test_a_threat_that_never_came_is_not_reviewed_as_an_attack():
    malka = rows.place("P-1")
    attack(malka, at=NOW - hours(30))
    attack(malka, at=NOW - hours(20), imminence="imminent")
    attack(malka, at=NOW + hours(20), known_at=NOW - hours(1))

    found = lessons.review(LEAD, since=NOW - hours(99), as_of=NOW)

    assert len(found.unwarned) == 1


def test_what_proved_untrue_is_not_counted_among_the_incidents_of_a_place():
    home = rows.place("P-9")
    for state in ("verifying", "validated", "refuted", "duplicate"):
        rows.incident(place=home, state=state)

    counted = evidence.incident_months(LEAD, "P-9", as_of=rows.NIGHT)

    assert sum(number for _, number in counted) == 2
