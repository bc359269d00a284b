"""The deeds of the loop by the API: what each writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web import calls
from tests.web.rooms import some_place

Call = Callable[..., Any]


def test_an_alert_goes_from_a_call_to_its_end_and_no_earlier(call: Call) -> None:
    alert = calls.some_alert()
    where = f"/api/alerts/{alert}"
    early = call("duty", "post", f"{where}/close", {"determination": "Calm."})

    called = call("duty", "post", f"{where}/calls", {"account": "lead", "outcome": "has_it", "note": "by radio"})
    decided = call("lead", "post", f"{where}/decide", {"kind": "respond", "why": "Two sources."})
    task = call("lead", "post", f"{where}/tasks", {"what": "Go", "owner": "base", "due_at": later(2)}).json()["ref"]
    for to in ("accepted", "en_route", "on_scene"):
        call("lead", "post", f"/api/tasks/{task}/move", {"to": to})
    harm = call("duty", "post", f"{where}/harm", {"kind": "injured", "least": 1, "phase": "before"})
    effect = call("duty", "post", f"{where}/effect", {"outcome": "People were found and treated."})
    told = call("duty", "post", f"{where}/feedback", {"method": "visit", "text": "We came."})
    closed = call("duty", "post", f"{where}/close", {"determination": "They left.", "rests_on": [task]})
    seen = call("duty", "get", f"{where}/told").json()

    assert early.status_code == 409
    assert {one.status_code for one in (called, decided, harm, told)} == {201}
    assert (effect.status_code, closed.status_code, closed.json()["state"]) == (200, 200, "closed")
    assert [one["outcome"] for one in seen["calls"]] == ["has_it"]
    assert [(one["least"], one["most"]) for one in seen["harm"]] == [(1, None)]
    assert (seen["rests_on"], seen["response_class"]) == ([task], "4")
    assert "lead" in {one["account"] for one in seen["told"] if one["acknowledged_at"]}


def later(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def test_before_deciding_authority_and_caveats_are_told(call: Call) -> None:
    found = call("lead", "get", f"/api/alerts/{calls.some_alert()}/options").json()

    assert found["options"]
    assert {"may_order", "is_yours", "blocked", "reasons"} <= set(found["options"][0])
    assert any(one["is_yours"] for one in found["options"])
    assert not all(one["is_yours"] for one in found["options"])


def test_a_watch_is_entered_handed_over_and_taken_out_and_two_at_once_are_refused(call: Call) -> None:
    shift = {"account": "duty", "starts_at": later(1), "ends_at": later(9)}
    made = call("duty", "post", "/api/duty/shifts", shift)
    twice = call("duty", "post", "/api/duty/shifts", shift)
    others = call("duty", "post", "/api/duty/shifts", {**shift, "account": "lead"})

    number = made.json()["number"]
    taken = call("duty", "post", f"/api/duty/shifts/{number}/hand-over", {"to": "lead"})
    out = call("lead", "post", f"/api/duty/shifts/{taken.json()['number']}/take-out")
    left = call("duty", "get", "/api/duty/shifts").json()["shifts"]

    assert (made.status_code, twice.status_code, others.status_code) == (201, 409, 404)
    assert (taken.json()["account"], out.status_code, left) == ("lead", 200, [])


def test_quiet_hours_need_a_beginning_and_an_end(call: Call) -> None:
    habits = {"quiet_from": "22:00", "quiet_until": None, "wakes_for": "P1", "speaks": ["fr", "sw"]}

    half = call("duty", "post", "/api/duty/duty/habits", habits)
    whole = call("duty", "post", "/api/duty/duty/habits", {**habits, "quiet_until": "05:00"})

    assert (half.status_code, whole.status_code) == (409, 200)
    assert (whole.json()["quiet_from"], whole.json()["speaks"]) == ("22:00", ["fr", "sw"])


def test_many_reports_are_set_at_once_and_the_deed_is_undone_by_its_maker_only(call: Call) -> None:
    ref = calls.some_report()
    before = call("duty", "get", f"/api/reports/{ref}").json()

    deed = call("duty", "post", "/api/triage", {"refs": [ref, "R-999999"], "component": "police"}).json()
    others = call("lead", "post", f"/api/deeds/{deed['number']}/undo")
    undone = call("duty", "post", f"/api/deeds/{deed['number']}/undo").json()
    after = call("duty", "get", f"/api/reports/{ref}").json()

    assert [one["result"] for one in deed["items"]] == ["done", "refused"]
    assert (others.status_code, undone["undone_at"] is not None) == (404, True)
    assert after == before


def test_reports_are_joined_parted_and_a_pair_is_kept_apart(call: Call) -> None:
    one, two = calls.some_report(), calls.some_report(but=1)

    joined = call("duty", "post", "/api/merges", {"refs": [one], "into": two, "why": "Same village, same hour."})
    parted = call("duty", "post", "/api/splits", {"refs": [one]})
    apart = call("duty", "post", f"/api/reports/{one}/apart", {"other": two})
    itself = call("duty", "post", f"/api/reports/{one}/apart", {"other": one})
    offered = call("duty", "get", f"/api/reports/{one}/suggestions").json()

    assert (joined.status_code, parted.status_code) == (201, 201)
    assert (apart.status_code, itself.status_code) == (200, 409)
    assert two not in {found["ref"] for found in offered}


def test_a_field_that_may_not_be_corrected_is_refused(call: Call) -> None:
    where = f"/api/reports/{calls.some_report()}/correct"

    good = call("duty", "post", where, {"fields": {"priority": "P1"}, "why": "It is now."})
    bad = call("duty", "post", where, {"fields": {"holder": "lead"}, "why": "No."})
    nonsense = call("duty", "post", where, {"fields": {"events": [None, {"a": 1}]}, "why": "No."})

    assert (good.json()["priority"], bad.status_code, nonsense.status_code) == ("P1", 409, 409)


def test_a_hand_over_is_accepted_by_another_and_only_once_signed(call: Call) -> None:
    ref = call("duty", "post", "/api/handovers").json()["ref"]

    early = call("lead", "post", f"/api/handovers/{ref}/accept")
    written = call("duty", "post", f"/api/handovers/{ref}/write", {"note": "Look at Tesh."})
    signed = call("duty", "post", f"/api/handovers/{ref}/sign")
    own = call("duty", "post", f"/api/handovers/{ref}/accept")
    accepted = call("lead", "post", f"/api/handovers/{ref}/accept")

    assert (early.status_code, own.status_code) == (409, 409)
    assert (written.json()["version"], written.json()["note"]) == (2, "Look at Tesh.")
    assert (signed.json()["signed_by"], accepted.json()["accepted_by"]) == ("duty", "lead")


def test_a_drill_runs_once_in_a_network_and_its_results_are_told(call: Call) -> None:
    network = calls.some_network()

    begun = call("liaison", "post", f"/api/networks/{network}/drills", {"text": "Men at the ford"})
    again = call("liaison", "post", f"/api/networks/{network}/drills", {})
    ended = call("liaison", "post", f"/api/drills/{begun.json()['ref']}/end").json()

    assert (begun.status_code, again.status_code) == (201, 409)
    assert (ended["asked"], ended["median_min"]) == (0, None)
    assert ended["ended_at"]


def test_a_call_back_without_an_answer_stays_and_a_done_one_is_done(call: Call) -> None:
    ref = calls.some_call_back()

    tried = call("duty", "post", f"/api/call-backs/{ref}", {"outcome": "no_answer"}).json()
    waiting = call("duty", "get", "/api/call-backs").json()
    done = call("duty", "post", f"/api/call-backs/{ref}", {"outcome": "reached"}).json()
    twice = call("duty", "post", f"/api/call-backs/{ref}", {"outcome": "reached"})

    assert (tried["tries"], tried["done_at"]) == (1, None)
    assert ref in {one["ref"] for one in waiting}
    assert (done["done_by"], twice.status_code) == ("duty", 409)


def test_a_warning_needs_a_second_person_and_then_is_cancelled_by_one(call: Call) -> None:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.services import warning_files
    from tocsin.store.models import Place

    warning_files.make_key(SYSTEM, purpose="exercise", now=datetime.now(UTC))
    place = some_place()
    Place.objects.filter(ref=place).update(languages=["fr"])
    answers = {"promises_help": False, "tells_of_troops": False, "tells_who_reported": False}
    draft = call("liaison", "post", "/api/warnings", {"places": [place], "is_exercise": True, **answers})
    ref = draft.json()["ref"]

    lead = call("lead", "post", f"/api/warnings/{ref}/change", {"event": "any"})
    found = call("duty", "get", f"/api/warnings/{ref}").json()
    own = call("lead", "post", f"/api/warnings/{ref}/release", {"seen": found["seen"]})
    old = call("duty", "post", f"/api/warnings/{ref}/release", {"seen": "0" * 64})
    released = call("duty", "post", f"/api/warnings/{ref}/release", {"seen": found["seen"]})
    answers_told = call("duty", "get", f"/api/warnings/{ref}/answers").json()
    cancel = call("liaison", "post", f"/api/warnings/{ref}/cancel")

    assert (draft.status_code, lead.status_code, own.status_code, old.status_code) == (201, 200, 409, 409)
    assert [one["because"]["code"] for one in found["findings"] if one["is_blocking"]] == []
    assert released.json()["state"] == "released"
    assert all("source" not in one for one in answers_told)
    assert (cancel.json()["kind"], cancel.json()["previous"]) == ("Cancel", ref)
    assert "<alert" in call("duty", "get", f"/api/warnings/{ref}/cap").json()["cap"]


def test_a_warning_for_a_place_that_nobody_knows_is_refused(call: Call) -> None:
    answer = call("liaison", "post", "/api/warnings", {"places": ["P-9999999"]})

    assert answer.status_code == 409


def test_a_policy_is_approved_only_by_whoever_saw_its_difference(call: Call) -> None:
    call("lead", "post", "/api/policies", {"version": "T-9"})
    seen = call("head", "get", "/api/policies/T-9/difference").json()["seen"]

    asked = call("lead", "post", "/api/policies/T-9/consult", {"parties": [{"component": "police"}]})
    opinion = {"component": "police", "opinion": "dissent"}
    without = call("lead", "post", "/api/policies/T-9/opinion", opinion)
    call("lead", "post", "/api/policies/T-9/opinion", {**opinion, "text": "Too high."})
    unseen = call("head", "post", "/api/policies/T-9/approve", {"seen": "0" * 64})
    approved = call("head", "post", "/api/policies/T-9/approve", {"seen": seen, "why": "Heard, and decided."})
    held = call("lead", "post", "/api/policies/T-9/acknowledge", {"component": "police", "caveats": "By day only."})

    assert (asked.json()["status"], without.status_code, unseen.status_code) == ("consultation", 409, 409)
    assert approved.json()["status"] == "approved"
    assert [one["caveats"] for one in held.json()["parties"] if one["component"] == "police"] == ["By day only."]


def test_a_telephone_goes_in_sealed_and_never_comes_out(call: Call) -> None:
    from tocsin.store.models import Account, AuditEntry

    number = "+999 000 0177"
    entered = call("admin", "post", "/api/accounts/analyst/telephone", {"telephone": number})
    taken = call("admin", "post", "/api/accounts/lead/telephone", {"telephone": number})
    nonsense = call("admin", "post", "/api/accounts/lead/telephone", {"telephone": "call me"})
    gone = call("admin", "post", "/api/accounts/analyst/telephone", {"telephone": None})

    entry = AuditEntry.objects.filter(verb="telephone_entered").get()
    assert (entered.json()["has_telephone"], gone.json()["has_telephone"]) == (True, False)
    assert (taken.status_code, nonsense.status_code) == (409, 409)
    assert number not in entered.content.decode() + str(vars(entry))
    assert entry.subjects == ["account:analyst"]
    assert Account.objects.get(username="analyst").contact_sealed is None


def test_an_account_is_moved_to_a_component_that_there_is(call: Call) -> None:
    good = call("admin", "post", "/api/accounts/duty", {"component": "police", "rung": 1})
    bad = call("admin", "post", "/api/accounts/duty", {"component": "navy"})
    nothing = call("admin", "post", "/api/accounts/duty", {})

    assert (good.json()["component"], good.json()["rung"]) == ("police", 1)
    assert (bad.status_code, nothing.status_code) == (422, 409)


def test_a_gateway_that_only_brings_messages_in_sends_no_test(call: Call) -> None:
    name = calls.some_gateway()

    closed = call("admin", "post", f"/api/gateways/{name}", {"is_active": False, "rank": 3})
    test = call("admin", "post", f"/api/gateways/{name}/test", {"account": "duty"})
    listed = call("admin", "get", "/api/gateways").json()

    assert (closed.json()["is_active"], closed.json()["rank"], test.status_code) == (False, 3, 404)
    assert [set(one) & {"secret", "secret_sealed", "outbound"} for one in listed] == [set()]


NASTY = ({"surprise": 1}, [], None, {"why": "\u0000"}, {"why": {}}, 7)


@pytest.mark.parametrize("path", sorted(calls.ASKS_FOR_NOTHING))
def test_no_body_brings_a_deed_down_that_takes_none(path: str, call: Call) -> None:
    where = calls.address(path)

    codes = {call("lead", "post", where, body).status_code for body in NASTY}

    assert max(codes) < 500
