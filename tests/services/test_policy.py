"""The imminence policy as an object: drafted, consulted, approved, acknowledged, and never silent."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.store import rows
from tocsin.core.assessment.policy import default_policy
from tocsin.core.reference.results import Because
from tocsin.core.reference.terms import ImminenceState, Interpretation, PolicyOpinion, Role
from tocsin.core.reference.viewer import SYSTEM, Viewer
from tocsin.services import alerting, assessment, past_alerts, policy, work
from tocsin.services.refusals import Refusal, Refused
from tocsin.store.models import Alert, AlertReport, HistoryEntry, ImminencePolicy, PolicyProposal, WorkItem
from tocsin.store.queries import policy as read

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 2, 12, tzinfo=UTC)
LEAD = rows.viewer(Role.PROTECTION_LEAD)
FORCE = ("force", "")


@pytest.fixture(autouse=True)
def desks():
    rows.account("lead", Role.PROTECTION_LEAD, component="civil_affairs")
    rows.account("commander", Role.COMPONENT_PLANNER, component="force")
    rows.account("constable", Role.COMPONENT_PLANNER, component="police")


def as_account(name, role=Role.COMPONENT_PLANNER):
    return Viewer(account=name, role=role, sector="west")


def changed(version="V-2", **fields):
    from dataclasses import replace

    policy.draft(LEAD, version, now=NOW)
    value = replace(read.as_core(ImminencePolicy.objects.get(version=version)), **fields)
    return policy.change(LEAD, version, value, now=NOW)


def approved(version="V-2", *, at=NOW, start=None, **fields):
    changed(version, **fields)
    seen = policy.difference(LEAD, version, now=at).digest
    return policy.approve(LEAD, version, seen=seen, now=at, effective_from=start, why="New mandate.")


def told_alert(state="imminent", *, opened_at=NOW - timedelta(hours=3), **fields):
    """An alert on one report that tells of a threat to come, in the broad reading."""
    place = rows.place()
    told = rows.report(
        place=place, lat=place.lat, lon=place.lon, events=["THR"], kind="threat_warning", imminence=state
    )
    given = {"place": place, "lat": place.lat, "lon": place.lon, "imminence": state, "opened_at": opened_at, **fields}
    alert = rows.alert(**given)
    AlertReport.objects.create(alert=alert, report=told, joined_at=opened_at)
    return alert


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def test_a_draft_says_what_the_version_in_force_says_and_is_not_in_force():
    held = alerting.policy_at(NOW)

    made = policy.draft(LEAD, "V-2", now=NOW)

    value = read.as_core(made)
    assert (made.status, value.interpretation, value.thresholds) == ("draft", held.interpretation, held.thresholds)
    assert len(value.anchors["intent"]["ar"]) == 5
    assert alerting.policy_at(NOW + timedelta(days=1)).version == held.version


def test_a_version_has_a_name_of_its_own():
    policy.draft(LEAD, "V-2", now=NOW)

    with pytest.raises(Refusal):
        policy.draft(LEAD, "V-2", now=NOW)
    with pytest.raises(Refusal):
        policy.draft(LEAD, " ", now=NOW)


def test_only_who_may_create_drafts_and_who_may_not_is_told_nothing():
    policy.draft(LEAD, "V-2", now=NOW)

    with pytest.raises(Refused):
        policy.draft(rows.viewer(Role.DUTY_OFFICER), "V-3", now=NOW)
    with pytest.raises(Refused):
        policy.difference(rows.viewer(Role.PARTNER), "V-2", now=NOW)


def test_what_others_were_asked_about_is_changed_only_after_it_was_taken_back():
    row = changed(qualifier=False)
    policy.open_consultation(LEAD, "V-2", [FORCE], now=NOW)

    with pytest.raises(Refusal) as refused:
        policy.change(LEAD, "V-2", read.as_core(row), now=NOW)
    policy.take_back(LEAD, "V-2", now=NOW)
    policy.change(LEAD, "V-2", read.as_core(row), now=NOW)

    assert codes(refused) == ["policy.needs_draft"]
    assert read.parties(LEAD, row) == []


def test_a_component_answers_for_itself_and_the_lead_may_write_it_down():
    row = changed()
    policy.open_consultation(LEAD, "V-2", [FORCE, ("police", "")], now=NOW)

    with pytest.raises(Refusal) as refused:
        policy.give_opinion(as_account("constable"), "V-2", FORCE, PolicyOpinion.AGREE, text="", now=NOW)
    policy.give_opinion(as_account("commander"), "V-2", FORCE, PolicyOpinion.AGREE, text="", now=NOW)
    policy.give_opinion(LEAD, "V-2", ("police", ""), PolicyOpinion.DISSENT, text="Too wide.", now=NOW)

    assert codes(refused) == ["policy.other_component"]
    assert [(one.component, one.opinion, one.opinion_by) for one in read.parties(LEAD, row)] == [
        ("force", "agree", "commander"), ("police", "dissent", LEAD.account),
    ]  # fmt: skip


def test_a_dissent_needs_its_words_and_who_was_not_asked_has_no_opinion():
    changed()
    policy.open_consultation(LEAD, "V-2", [FORCE], now=NOW)

    with pytest.raises(Refusal) as silent:
        policy.give_opinion(as_account("commander"), "V-2", FORCE, PolicyOpinion.DISSENT, text=" ", now=NOW)
    with pytest.raises(Refusal) as unasked:
        policy.give_opinion(as_account("constable"), "V-2", ("police", ""), PolicyOpinion.AGREE, text="", now=NOW)

    assert (codes(silent), codes(unasked)) == (["policy.needs_text"], ["policy.not_asked"])


def test_a_version_is_approved_after_consultation_or_with_the_reason_why_not():
    changed()
    seen = policy.difference(LEAD, "V-2", now=NOW).digest

    with pytest.raises(Refusal) as alone:
        policy.approve(LEAD, "V-2", seen=seen, now=NOW)
    policy.open_consultation(LEAD, "V-2", [FORCE], now=NOW)
    with pytest.raises(Refusal) as early:
        policy.approve(LEAD, "V-2", seen=seen, now=NOW)
    policy.give_opinion(as_account("commander"), "V-2", FORCE, PolicyOpinion.CAVEAT, text="By day.", now=NOW)
    made = policy.approve(LEAD, "V-2", seen=seen, now=NOW)

    assert (codes(alone), codes(early)) == (["policy.needs_consultation"], ["policy.unanswered"])
    assert (made.status, made.approved_by, alerting.policy_at(NOW).version) == ("approved", LEAD.account, "V-2")


def test_what_changed_after_the_difference_was_shown_is_not_approved():
    row = changed()
    seen = policy.difference(LEAD, "V-2", now=NOW).digest
    value = read.as_core(row)
    from dataclasses import replace

    policy.change(LEAD, "V-2", replace(value, interpretation=Interpretation.NARROW), now=NOW)

    with pytest.raises(Refusal) as unseen:
        policy.approve(LEAD, "V-2", seen="", now=NOW, why="Urgent.")
    with pytest.raises(Refusal) as changed_since:
        policy.approve(LEAD, "V-2", seen=seen, now=NOW, why="Urgent.")

    assert codes(unseen) == ["policy.needs_seen_difference"]
    assert codes(changed_since) == ["policy.changed_since_shown"]


def test_the_head_of_mission_approves_and_a_duty_officer_does_not():
    changed()
    seen = policy.difference(LEAD, "V-2", now=NOW).digest

    with pytest.raises(Refused):
        policy.approve(rows.viewer(Role.DUTY_OFFICER), "V-2", seen=seen, now=NOW, why="Urgent.")
    made = policy.approve(rows.viewer(Role.RESOURCE_ALLOCATOR), "V-2", seen=seen, now=NOW, why="Urgent.")

    assert made.status == "approved"


def test_a_version_takes_the_place_of_the_one_before_on_its_day_and_not_earlier():
    approved("V-1")
    start = NOW + timedelta(days=10)

    approved("V-2", at=NOW + timedelta(days=1), start=start)

    assert alerting.policy_at(start - timedelta(seconds=1)).version == "V-1"
    assert alerting.policy_at(start).version == "V-2"


def test_no_version_takes_effect_in_the_past_or_before_one_approved_already():
    approved("V-1", start=NOW + timedelta(days=10))
    changed("V-2")
    seen = policy.difference(LEAD, "V-2", now=NOW).digest

    with pytest.raises(Refusal) as before_it:
        policy.approve(LEAD, "V-2", seen=seen, now=NOW, effective_from=NOW + timedelta(days=5), why="x")
    with pytest.raises(Refusal) as past:
        policy.approve(LEAD, "V-2", seen=seen, now=NOW, effective_from=NOW - timedelta(days=5), why="x")

    assert codes(before_it) == codes(past) == ["policy.effective_too_early"]


def test_every_component_and_contingent_is_to_acknowledge_within_fourteen_days():
    base = rows.models.Base.objects.create(ref="B-1", name="Base", lat=1.0, lon=2.0)
    rows.models.Asset.objects.create(ref="S-1", kind="patrol_vehicle", base=base, contingent="Contingent A")

    row = approved()

    parties = [(one.component, one.contingent) for one in read.parties(LEAD, row)]
    assert parties == [("civil_affairs", ""), ("force", ""), ("force", "Contingent A"), ("police", "")]
    assert {one.due_at for one in read.parties(LEAD, row)} == {NOW + timedelta(days=14)}


def test_who_has_not_acknowledged_is_listed_until_they_have_with_their_caveats():
    row = approved()
    later = NOW + timedelta(days=15)

    policy.acknowledge(as_account("commander"), "V-2", FORCE, caveats="Not at night.", now=later)

    waiting = policy.waiting(LEAD, now=later)
    assert [one.component for one in waiting.late] == ["civil_affairs", "police"]
    assert read.parties(LEAD, row)[1].caveats == "Not at night."
    assert policy.waiting(rows.viewer(Role.DUTY_OFFICER), now=later) is None


def test_the_review_is_announced_a_month_before_and_not_earlier():
    row = approved()
    for party in read.parties(LEAD, row):
        policy.acknowledge(LEAD, "V-2", (party.component, party.contingent), caveats="", now=NOW)

    assert row.review_on == (NOW + timedelta(days=182)).date()
    assert policy.waiting(LEAD, now=NOW + timedelta(days=140)) is None
    assert policy.waiting(LEAD, now=NOW + timedelta(days=160)).review_on == row.review_on


def test_the_difference_names_each_field_and_the_alerts_that_would_have_crossed():
    told_alert()
    changed(interpretation=Interpretation.NARROW, qualifier=False)

    shown = policy.difference(LEAD, "V-2", now=NOW)

    assert [one.field for one in shown.fields] == ["interpretation", "qualifier"]
    assert [(one.after.state, one.crosses) for one in shown.past] == [(ImminenceState.EMERGING, "no_more")]
    assert shown.looked_at == 1


def test_who_sees_no_alerts_is_shown_the_fields_alone():
    told_alert()
    changed(interpretation=Interpretation.NARROW)

    shown = policy.difference(rows.viewer(Role.ADMINISTRATOR), "V-2", now=NOW)

    assert [one.field for one in shown.fields] == ["interpretation"]
    assert (shown.past, shown.open_now, shown.looked_at) == (None, None, 0)


def test_approving_re_scores_nothing_and_proposes_what_the_version_judges_otherwise():
    alert = told_alert(policy_version="default-v1", because=[Because("imminence.as_told").as_json()])
    before = Alert.objects.values().get(pk=alert.pk)

    approved(interpretation=Interpretation.NARROW)
    work.drain("test", now=NOW)

    assert Alert.objects.values().get(pk=alert.pk) == before
    proposed = PolicyProposal.objects.get()
    assert (proposed.before, proposed.after, proposed.verdict) == ("imminent", "emerging", "")


def test_a_version_that_judges_alike_proposes_nothing():
    told_alert()

    approved(review_on=(NOW + timedelta(days=90)).date())
    work.drain("test", now=NOW)

    assert not PolicyProposal.objects.exists()


def test_lowering_a_threat_needs_a_person_and_their_determination():
    alert = told_alert()
    approved(interpretation=Interpretation.NARROW)
    work.drain("test", now=NOW)
    number = PolicyProposal.objects.get().pk

    with pytest.raises(Refusal) as wordless:
        policy.settle(LEAD, number, is_accepted=True, why="", now=NOW)
    with pytest.raises(Refused):
        policy.settle(rows.viewer(Role.ANALYST), number, is_accepted=True, why="Calm.", now=NOW)
    policy.settle(LEAD, number, is_accepted=True, why="Patrol saw that it is calm.", now=NOW)

    alert.refresh_from_db()
    assert codes(wordless) == ["policy.proposal_needs_why"]
    assert (alert.imminence, alert.policy_version, alert.level) == ("emerging", "V-2", "red")
    assert HistoryEntry.objects.filter(subject=alert.ref, verb="rejudged").count() == 1


def test_a_proposal_that_is_left_changes_nothing_and_is_settled_once():
    alert = told_alert()
    approved(interpretation=Interpretation.NARROW)
    work.drain("test", now=NOW)
    number = PolicyProposal.objects.get().pk

    policy.settle(LEAD, number, is_accepted=False, why="", now=NOW)
    with pytest.raises(Refusal) as again:
        policy.settle(LEAD, number, is_accepted=True, why="x", now=NOW)

    alert.refresh_from_db()
    assert (alert.imminence, codes(again)) == ("imminent", ["policy.proposal_settled"])


def test_each_reading_stands_beside_the_others_on_past_alerts_with_what_met_it():
    told_alert()

    found = past_alerts.read_each_way(LEAD, default_policy(NOW), since=NOW - timedelta(days=1), until=NOW)

    states = {reading: one.state.value for reading, one in found[0].found.items()}
    assert states == {
        Interpretation.NARROW: "emerging", Interpretation.BROAD: "imminent", Interpretation.CONTINUOUS: "imminent",
    }  # fmt: skip
    assert all(one.reasons for one in found[0].found.values())


def test_an_alert_is_laid_beside_a_policy_with_what_was_known_when_it_was_opened():
    alert = told_alert("emerging")
    at = alert.opened_at
    rows.incident(
        place=alert.place, lat=alert.lat, lon=alert.lon, at=at, known_at=at + timedelta(hours=1), events=["ATK"]
    )

    case = past_alerts.cases_of_period(LEAD, since=at - timedelta(days=1), until=NOW)[0]

    assert case.picture is not None
    assert case.picture.incidents == ()
    assert past_alerts.open_with_cases(SYSTEM, as_of=NOW)[0][1].picture.incidents != ()


def test_an_override_is_for_the_roles_that_the_policy_names():
    from tocsin.core.reference.terms import Category

    rows.place("P-1")
    approved(override_roles=("resource_allocator",))

    with pytest.raises(Refusal) as refused:
        assessment.act_on_line(LEAD, "P-1", now=NOW, override=Category.MUST, why="Market day.")

    assert codes(refused) == ["policy.may_not_override"]


def test_a_clock_set_back_does_not_lose_the_day_a_version_takes_effect():
    told_alert()
    start = NOW + timedelta(days=2)
    approved(start=start, interpretation=Interpretation.NARROW)
    WorkItem.objects.all().delete()

    early = policy.take_effect("POLICY-V-2", start - timedelta(hours=5))

    assert (early, PolicyProposal.objects.count()) == (0, 0)
    assert [(item.verb, item.run_at) for item in WorkItem.objects.all()] == [("policy", start)]
    assert policy.take_effect("POLICY-V-2", start) == PolicyProposal.objects.count()
    assert HistoryEntry.objects.filter(subject="POLICY-V-2", verb="policy_took_effect").count() == 1
    assert WorkItem.objects.count() == 1, "on the day itself nothing further is planned"
