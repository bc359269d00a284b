"""The desk's pages for many records at once, the hand-over, and the joint view."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.store import rows
from tocsin.core.reference.terms import Role
from tocsin.services import handover as services_handover
from tocsin.services import told
from tocsin.services import triage as services_triage
from tocsin.store.models import Account, Alert, Deed, Handover, Message, RejectedPair, Report, Sighting, Task

WHY = "All of one brawl."


@pytest.fixture
def refs(world):
    return [row.ref for row in Report.objects.order_by("pk")]


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_many_reports_are_judged_on_one_form_and_undone_on_the_next_page(sign_in, refs):
    client = sign_in("duty")
    before = list(Report.objects.order_by("pk").values_list("pk", "component"))

    done = client.post("/desk/triage/", {"ref": refs[:3], "set_component": "police", "why": WHY}, follow=True)
    set_to = set(Report.objects.filter(pk__in=[int(ref[2:]) for ref in refs[:3]]).values_list("component", flat=True))
    deed = Deed.objects.get()
    client.post(f"/desk/deeds/{deed.pk}/undo/")

    assert done.context["counted"]["done"] == 3
    assert set_to == {"police"}
    assert list(Report.objects.order_by("pk").values_list("pk", "component")) == before


def test_all_that_a_filter_shows_is_judged_without_marking_each(sign_in, refs):
    client = sign_in("duty")
    shown = client.get("/?priority=P1&state=all").context["matching"]

    answer = client.post(
        "/desk/triage/",
        {"all": "filter", "priority": "P1", "state": "all", "set_component": "force", "why": WHY},
        follow=True,
    )

    assert answer.context["counted"]["done"] == shown > 0


def test_what_was_not_done_is_told_with_its_reason(sign_in, refs):
    answer = sign_in("duty").post("/desk/triage/", {"ref": refs[0], "set_state": "reopened", "why": WHY}, follow=True)

    assert answer.context["counted"]["refused"] == 1
    assert "There is no step" in text_of(answer)


def test_nobody_sees_or_undoes_the_deeds_of_others(sign_in, refs):
    sign_in("duty").post("/desk/triage/", {"ref": refs[0], "set_component": "police", "why": WHY})
    deed = Deed.objects.get()

    seen = sign_in("analyst").get(f"/desk/deeds/{deed.pk}/")
    undone = sign_in("analyst").post(f"/desk/deeds/{deed.pk}/undo/")

    assert (seen.status_code, undone.status_code) == (404, 404)
    assert Deed.objects.get().undone_at is None


def test_a_role_that_may_not_verify_finds_no_triage(sign_in, refs):
    assert sign_in("commander").post("/desk/triage/", {"ref": refs[0], "set_component": "police"}).status_code == 404


def test_marked_reports_merge_into_the_main_one_and_split_off_again(sign_in, refs):
    client = sign_in("duty")
    placed = [row.ref for row in Report.objects.exclude(lat=None).order_by("pk")]

    client.post("/desk/split/", {"ref": placed[:1], "why": "Apart."})
    apart = Report.objects.get(pk=int(placed[0][2:])).incident
    client.post("/desk/merge/", {"ref": placed[:2], "main": placed[1], "why": "One."})
    together = {row.incident_id for row in Report.objects.filter(pk__in=[int(one[2:]) for one in placed[:2]])}

    assert len(together) == 1 and apart is not None


@pytest.mark.parametrize(
    "query",
    [
        "words=malka",
        "channel=sms",
        "kind=incident",
        "hours=9000",
        "component=police",
        "holder=duty",
        "sector=west",
        "language=fr",
        "order=clock",
        "words=%25",
        "hours=nonsense",
        "place=P-1",
    ],
)
def test_every_filter_is_answered(sign_in, query):
    assert sign_in("duty").get(f"/?{query}").status_code == 200


def test_words_are_found_only_by_those_who_may_read_them(sign_in, refs):
    report = Report.objects.get(message=Message.objects.order_by("pk").first())
    word = next(
        one for one in report.message.text.split() if len(one) > 5 and one not in (report.place_text, report.actor_name)
    )

    found = sign_in("duty").get("/", {"words": word, "state": "all"}).context["queue"]
    hidden = sign_in("commander").get("/", {"words": word, "state": "all"}).context["queue"]

    assert report in found
    assert report not in hidden


def test_by_the_clock_the_first_to_run_out_stands_first(sign_in, refs):
    queue = sign_in("duty").get("/?order=clock").context["queue"]

    due = [row.due_at for row in queue]
    assert due == sorted(due) and None not in due


def test_a_filter_is_kept_for_one_account_and_forgotten(sign_in, refs):
    client = sign_in("duty")
    client.post("/desk/filters/", {"name": "Night", "priority": "P1", "words": "malka"})

    mine, others = client.get("/").context["saved"], sign_in("analyst").get("/").context["saved"]
    client.post("/desk/filters/", {"drop": "Night"})

    assert [one.query for one in mine] == ["priority=P1&words=malka"]
    assert others == []
    assert client.get("/").context["saved"] == []


def test_two_people_with_one_report_open_see_each_other_by_post(sign_in, refs):
    sign_in("duty").get(f"/reports/{refs[0]}/")
    other = sign_in("analyst").get(f"/reports/{refs[0]}/")
    part = sign_in("analyst").get(f"/seen/{refs[0]}/")

    assert "has it open" in text_of(other) and "has it open" in text_of(part)
    assert Sighting.objects.filter(subject=refs[0]).count() == 2
    assert sign_in("partner").get(f"/seen/{refs[0]}/").status_code == 404


def test_a_suggestion_is_accepted_or_rejected_and_then_not_offered_again(sign_in, refs):
    place = rows.place(name="Sefo")
    made = [
        rows.report(
            place=place,
            lat=place.lat,
            lon=place.lon,
            events=["ATK"],
            source=rows.source(),
            received_at=datetime.now(UTC) - timedelta(minutes=n),
            message=rows.message(text=text),
        )
        for n, text in ((1, "houses burn by the mosque"), (2, "my brother was shot at the well"))
    ]
    client = sign_in("duty")
    one, two = made
    offered = [each.ref for each in client.get(f"/reports/{one.ref}/").context["offered"]]
    client.post(f"/reports/{one.ref}/reject/", {"other": two.ref})
    after = [each.ref for each in client.get(f"/reports/{two.ref}/").context["offered"]]

    assert two.ref in offered
    assert one.ref not in after and RejectedPair.objects.count() == 1
    RejectedPair.objects.all().delete()
    client.post(f"/reports/{one.ref}/accept/", {"other": two.ref})
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.incident == two.incident is not None


def test_one_step_grades_and_moves_a_report_and_one_key_undoes_both(sign_in, refs):
    report = Report.objects.filter(incident=None, state="received").first()
    before = (report.grade_source, report.grade_content, report.state)
    client = sign_in("duty")

    client.post(f"/reports/{report.ref}/judge/", {"source": "B", "content": "4", "to": "unconfirmed", "why": "Seen."})
    report.refresh_from_db()
    judged = (report.grade_source, report.grade_content, report.state)
    client.post(f"/reports/{report.ref}/undo/")
    report.refresh_from_db()

    assert judged == ("B", 4, "unconfirmed")
    assert (report.grade_source, report.grade_content, report.state) == before


def test_a_place_is_corrected_by_its_name_and_an_unclear_one_is_asked_back(sign_in, refs):
    rows.place("P-77", name="Kobala")
    client = sign_in("duty")

    client.post(f"/reports/{refs[0]}/correct/", {"place": "kobala", "why": "Spelt out."})
    unclear = client.post(f"/reports/{refs[0]}/correct/", {"place": "nowhere", "why": "Spelt out."})

    assert Report.objects.get(pk=int(refs[0][2:])).place.ref == "P-77"
    assert unclear.status_code == 422


def test_two_components_reports_of_one_event_stand_together_with_both_owners(sign_in, refs):
    place = rows.place(name="Sefo", country="", languages=["xx"])
    incident = rows.incident(at=datetime.now(UTC))
    for component, holder in (("force", "duty"), ("police", "analyst")):
        rows.report(
            place=place,
            lat=place.lat,
            lon=place.lon,
            component=component,
            holder=holder,
            incident=incident,
            received_at=datetime.now(UTC),
            events=["ATK"] if holder == "duty" else ["LOO"],
        )
    page = sign_in("duty").get("/joint/")
    lone = sign_in("duty").get(f"/reports/{incident.reports.first().ref}/")

    columns = page.context["events"][0]["columns"]
    assert set(columns) == {"force", "police"}
    assert columns["force"][0]["differs"] == {"events"}
    assert "Other components report it too" in text_of(lone)
    assert "Nobody on watch speaks a language of this village" in text_of(lone)
    assert sign_in("auditor").get("/joint/").status_code == 404


def test_the_watch_is_handed_over_signed_and_accepted_by_two(sign_in, refs):
    giver, taker = sign_in("duty"), sign_in("lead")
    giver.post("/handover/")
    row = Handover.objects.get()
    giver.post(f"/handover/{row.ref}/write/", {"note": "The bridge is watched until six."})
    early = taker.post(f"/handover/{row.ref}/accept/")
    giver.post(f"/handover/{row.ref}/sign/")
    own = giver.post(f"/handover/{row.ref}/accept/")
    late = giver.post(f"/handover/{row.ref}/write/", {"note": "Changed."})
    taker.post(f"/handover/{row.ref}/accept/")
    row.refresh_from_db()

    assert (early.status_code, own.status_code, late.status_code) == (422, 422, 422)
    assert (row.signed_by, row.accepted_by, row.versions.count()) == ("duty", "lead", 2)
    page = taker.get(f"/handover/{row.ref}/")
    assert "The bridge is watched until six." in text_of(page)
    assert [one["ref"] for one in page.context["facts"]["alerts"]]
    assert sign_in("auditor").get(f"/handover/{row.ref}/").status_code == 404


def test_the_next_hand_over_tells_what_changed_since(sign_in, refs):
    giver, taker = sign_in("duty"), sign_in("lead")
    giver.post("/handover/")
    first = Handover.objects.get()
    giver.post(f"/handover/{first.ref}/sign/")
    taker.post(f"/handover/{first.ref}/accept/")
    new = rows.alert(opened_at=datetime.now(UTC))
    taker.post("/handover/")

    changes = taker.get(f"/handover/{Handover.objects.latest('pk').ref}/").context["changes"]

    assert changes["new"] == [new.ref]


def test_a_hand_over_shows_each_reader_only_the_alerts_open_to_them(sign_in, refs):
    lead, commander = sign_in("lead"), sign_in("commander")
    row_at = datetime.now(UTC)
    hidden = rows.alert(secrecy=3, opened_at=datetime.now(UTC))
    shut = rows.alert(secrecy=3, state="closed", closed_at=datetime.now(UTC) - timedelta(minutes=1))
    task = Task.objects.create(alert=hidden, what="Go", owner="post", due_at=row_at, made_at=row_at)
    lead.post("/handover/")
    row = Handover.objects.get()
    Account.objects.filter(username="commander").update(sector=row.sector)
    secret = (hidden.ref, shut.ref, task.ref)
    kept = row.versions.get().facts
    assert hidden.ref in [one["ref"] for one in kept["alerts"]] and shut.ref in kept["closed"]

    page, own = commander.get(f"/handover/{row.ref}/"), lead.get(f"/handover/{row.ref}/")

    assert [ref for ref in secret if ref in page.content.decode()] == []
    assert [ref for ref in secret if ref not in own.content.decode()] == []
    assert own.context["facts"]["open"] > page.context["facts"]["open"]
    plain = told.handover(rows.viewer(Role.COMPONENT_PLANNER), row)
    assert [ref for ref in secret if ref in str(plain)] == []


def test_a_hand_over_counts_all_open_alerts_and_lists_the_unanswered_and_oldest_first(sign_in, refs, monkeypatch):
    monkeypatch.setattr(services_handover, "MOST", 2)
    now = datetime.now(UTC)
    Alert.objects.update(state="closed", closed_at=now - timedelta(days=9))
    held = rows.alert(opened_at=now - timedelta(days=3), acknowledged_at=now, state="acked")
    newer, older = rows.alert(opened_at=now), rows.alert(opened_at=now - timedelta(days=2))
    old = rows.alert(opened_at=now - timedelta(days=5), state="closed", closed_at=now - timedelta(hours=1))
    client = sign_in("duty")
    client.post("/handover/")

    page = client.get(f"/handover/{Handover.objects.get().ref}/")

    facts = page.context["facts"]
    assert [one["ref"] for one in facts["alerts"]] == [older.ref, newer.ref]
    assert (facts["open"], facts["more"], facts["closed"]) == (3, [held.ref], [old.ref])
    assert "1 more is open" in text_of(page)


def test_triage_takes_no_more_than_it_can_answer_for(sign_in, refs):
    answer = sign_in("duty").post(
        "/desk/triage/",
        {"ref": [f"R-{n:06d}" for n in range(services_triage.MOST + 1)], "set_component": "police", "why": WHY},
    )

    assert answer.status_code == 422
