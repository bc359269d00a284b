"""The duty desk: what needs somebody first, the queue, the records, and every deed with its reason."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tocsin.core.reference.terms import Role
from tocsin.core.reference.wording import label
from tocsin.store.models import Account, Alert, AuditEntry, Decision, Report


@pytest.fixture
def alert(world):
    return Alert.objects.filter(state="disseminated").order_by("pk").first()


@pytest.fixture
def report(world):
    return Report.objects.order_by("pk").first()


@pytest.fixture
def lone_report(world):
    """A report that no other speaks of, so that nothing but a person grades it."""
    return Report.objects.filter(incident=None).order_by("pk").first()


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_desk_begins_with_what_nobody_has_acknowledged(sign_in, alert):
    page = sign_in("duty").get("/").content.decode()

    assert page.index("Needs somebody now") < page.index(f'data-row="{alert.ref}"') < page.index('id="queue"')
    assert "late by" in page


def test_an_alert_leaves_the_urgent_list_only_when_it_is_acknowledged_and_decided(sign_in, alert):
    client = sign_in("duty")

    client.post(f"/alerts/{alert.ref}/acknowledge/", {"next": "desk"})
    acknowledged = client.get("/").context["urgent"]
    client.post(f"/alerts/{alert.ref}/decide/", {"kind": "respond", "why": "A patrol can be there in an hour."})
    decided = client.get("/").context

    assert alert in [one.alert for one in acknowledged]
    assert alert not in [one.alert for one in decided["urgent"]]
    assert alert in [one.alert for one in decided["under_way"]]


def test_the_page_and_its_fragment_are_one_view(sign_in, alert):
    client = sign_in("duty")

    whole = client.get("/")
    part = client.get("/", headers={"HX-Request": "true"})

    assert alert.ref in part.content.decode() and alert.ref in whole.content.decode()
    assert "<html" in whole.content.decode() and "<html" not in part.content.decode()


def test_a_fragment_after_the_session_ended_sends_the_browser_to_sign_in(world):
    answer = Client().get("/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/sign-in/")


def test_the_queue_filters_by_priority_and_state(sign_in):
    client = sign_in("duty")

    p1 = client.get("/?priority=P1&state=all").context["queue"]
    none = client.get("/?state=refuted").context["queue"]
    odd = client.get("/?state=nonsense&priority=P9&page=-4").context

    assert {row.priority for row in p1} == {"P1"}
    assert none == []
    assert (odd["state"], odd["priority"], odd["page"]) == ("open", "", 1)


def test_what_was_told_is_shown_to_the_desk_and_not_to_a_planner(sign_in, report):
    told = report.message.text[:20]

    seen = sign_in("duty").get(f"/reports/{report.ref}/")
    planner = sign_in("commander").get(f"/reports/{report.ref}/")

    assert told in text_of(seen).replace("  ", " ") or told[:8] in text_of(seen)
    assert planner.status_code in (200, 404)
    assert told not in planner.content.decode()


def test_who_told_is_shown_only_to_those_who_may_read_the_words(sign_in, report):
    alert = report.alert_report.alert
    role = label(f"term.source_role.{report.source.role}")

    desk = text_of(sign_in("duty").get(f"/alerts/{alert.ref}/"))
    planner = text_of(sign_in("commander").get(f"/alerts/{alert.ref}/"))

    assert role in desk
    assert role not in planner, "the one teacher of a village is named by role and place"


def test_what_is_refused_looks_like_what_is_absent_and_is_noted(sign_in, report):
    client = sign_in("partner")

    refused = client.get(f"/reports/{report.ref}/")
    absent = client.get("/reports/R-999999/")

    assert refused.status_code == absent.status_code == 404
    assert refused.content == absent.content
    assert AuditEntry.objects.filter(by="partner", result="refused", subjects=[report.ref]).exists()


def test_looking_at_a_report_is_written_down(sign_in, report):
    sign_in("duty").get(f"/reports/{report.ref}/")

    entry = AuditEntry.objects.filter(by="duty", verb="report_read").latest("pk")
    assert (entry.subjects, entry.groups) == ([report.ref], ["narrative", "summary"])


def test_a_grade_needs_a_reason_and_a_refusal_keeps_what_was_typed(sign_in, lone_report):
    report = lone_report
    client = sign_in("analyst")
    before = f"{report.grade_source}{report.grade_content}"

    refused = client.post(f"/reports/{report.ref}/grade/", {"source": "B", "content": "4", "why": ""})
    report.refresh_from_db()
    unchanged = f"{report.grade_source}{report.grade_content}"
    client.post(
        f"/reports/{report.ref}/grade/", {"source": "B", "content": "4", "why": "Seen by the patrol from afar."}
    )
    report.refresh_from_db()

    assert refused.status_code == 422 and 'role="alert"' in refused.content.decode()
    assert unchanged == before
    assert (report.grade_source, report.grade_content) == ("B", 4)


def test_source_and_content_are_graded_apart(sign_in, lone_report):
    report = lone_report
    letter = report.grade_source

    sign_in("analyst").post(f"/reports/{report.ref}/grade/", {"content": "5", "why": "Two others saw nothing there."})
    report.refresh_from_db()

    assert (report.grade_source, report.grade_content) == (letter, 5)


def test_a_report_is_taken_moved_and_corrected_and_each_step_stands_in_its_history(sign_in, report):
    client = sign_in("duty")

    client.post(f"/reports/{report.ref}/take/")
    client.post(f"/reports/{report.ref}/correct/", {"priority": "P2", "why": "The shooting has ended."})
    report.refresh_from_db()
    verbs = [entry["verb"] for entry in client.get(f"/reports/{report.ref}/").context["timeline"]]

    assert (report.holder, report.state, report.priority) == ("duty", "verifying", "P2")
    assert {"taken", "corrected"} <= set(verbs)


def test_correcting_nothing_is_refused(sign_in, report):
    answer = sign_in("duty").post(
        f"/reports/{report.ref}/correct/", {"priority": report.priority, "why": "It is as it was."}
    )

    assert answer.status_code == 422
    assert "Nothing differs" in answer.content.decode()


def test_a_report_is_merged_into_an_incident_on_record(sign_in, report):
    client = sign_in("duty")
    shared = report.incident

    client.post(f"/reports/{report.ref}/split/", {"why": "It tells of another village."})
    report.refresh_from_db()
    apart = report.incident
    client.post(f"/reports/{report.ref}/merge/", {"incident_ref": shared.ref.lower(), "why": "One fire, seen by two."})
    report.refresh_from_db()

    assert apart != shared
    assert report.incident == shared


def test_a_decision_asks_for_a_reason_and_keeps_what_was_seen(sign_in, alert):
    client = sign_in("duty")

    refused = client.post(f"/alerts/{alert.ref}/decide/", {"kind": "decline_other", "why": ""})
    nothing = client.post(f"/alerts/{alert.ref}/decide/", {"why": "No kind is chosen."})
    client.post(
        f"/alerts/{alert.ref}/decide/", {"kind": "respond", "why": "A patrol goes.", "authority": "Sector order 4"}
    )
    decision = Decision.objects.get(alert=alert)

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "No kind is chosen." in nothing.content.decode()
    assert (decision.made_by, decision.authority) == ("duty", "Sector order 4")
    assert decision.picture["alert"]["ref"] == alert.ref


def test_a_hand_over_stands_as_unconfirmed_until_another_source_saw_it(sign_in, alert):
    client = sign_in("duty")

    client.post(
        f"/alerts/{alert.ref}/decide/", {"kind": "delegate", "why": "The army is near.", "delegated_to": "Army post"}
    )
    waits = client.get("/").context["urgent"]
    same = client.post(f"/alerts/{alert.ref}/confirm/", {"confirmed_by": "army post"})
    client.post(f"/alerts/{alert.ref}/confirm/", {"confirmed_by": "Focal point in the village"})
    alert.refresh_from_db()

    assert alert.ref in [one.alert.ref for one in waits]
    assert same.status_code == 422
    assert alert.state == "confirmed_by_independent_source"


def test_an_alert_goes_from_decision_to_task_effect_feedback_and_end(sign_in, alert):
    client = sign_in("duty")
    due = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    act = f"/alerts/{alert.ref}"

    client.post(f"{act}/acknowledge/")
    client.post(f"{act}/decide/", {"kind": "respond", "why": "A patrol goes."})
    client.post(f"{act}/task/", {"what": "Patrol to the village", "owner": "Platoon leader", "due_at": due})
    task = client.get(f"{act}/").context["tasks"][0]["task"]
    client.post(f"{act}/tasks/{task.ref}/", {"to": "en_route"})
    client.post(f"{act}/tasks/{task.ref}/", {"to": "on_scene"})
    client.post(f"{act}/effect/", {"response": "4", "timing": "after", "outcome": "Houses burnt, people back."})
    client.post(f"{act}/feedback/", {"method": "visit", "text": "We told the elders what we found."})
    too_early = client.post(f"{act}/close/", {"determination": ""})
    client.post(f"{act}/close/", {"determination": "The patrol saw the attackers leave; two days of calm."})
    alert.refresh_from_db()

    assert too_early.status_code == 422
    assert (alert.state, alert.closed_by, alert.response_class) == ("closed", "duty", "4")


def test_an_alert_shows_what_blocks_an_option_before_the_choice(sign_in, alert):
    page = sign_in("duty").get(f"/alerts/{alert.ref}/")

    blocked = [option for option in page.context["mine"] if option.blocked]
    assert blocked
    assert "cannot be done now" in page.content.decode()
    assert not {option.code for option in blocked} & {option.code for option in page.context["open_options"]}


def test_coverage_is_called_reachable_and_never_protected(sign_in, alert):
    page = text_of(sign_in("duty").get(f"/alerts/{alert.ref}/"))

    assert "Reachable in time" in page
    assert "protected" not in page.replace("Protection", "")


def test_a_past_minute_shows_only_what_was_known_and_takes_no_deed(sign_in, alert):
    client = sign_in("duty")
    moment = (alert.opened_at + timedelta(seconds=30)).isoformat()

    past = client.get(f"/alerts/{alert.ref}/", {"as_of": moment})
    before = client.get(f"/alerts/{alert.ref}/", {"as_of": (alert.opened_at - timedelta(days=1)).isoformat()})
    deed = client.post(f"/alerts/{alert.ref}/acknowledge/?as_of={moment.replace('+', '%2B')}")
    alert.refresh_from_db()

    assert "As it was on" in past.content.decode() and "not yet" in past.content.decode()
    assert "did not exist yet" in before.content.decode()
    assert (deed.status_code, alert.acknowledged_at) == (409, None)


def test_the_menu_holds_only_what_the_role_may_read(sign_in):
    def rooms(username):
        return {entry["name"] for entry in sign_in(username).get("/help/").context["menu"]}

    assert "audit" in rooms("auditor") and "desk" not in rooms("auditor")
    assert "desk" in rooms("duty") and "audit" not in rooms("duty")
    assert rooms("host") == {"help"}


@pytest.mark.parametrize("username", ["auditor", "partner", "admin", "custodian", "host"])
def test_a_role_without_alerts_is_led_to_its_own_first_room(sign_in, username):
    answer = sign_in(username).get("/", follow=True)

    assert answer.status_code == 200
    assert "Needs somebody now" not in answer.content.decode() or username == "custodian"


def test_a_call_is_taken_down_and_its_number_never_shown(sign_in):
    client = sign_in("liaison")
    sheet = {
        "place": "Malka",
        "what": "Armed men at the well, ten of them",
        "caller_number": "+999 555 0142",
        "call_id": "c-1",
    }

    empty = client.post("/hotline/", {"call_id": "c-0"})
    taken = client.post("/hotline/", sheet, follow=True)

    assert empty.status_code == 422
    assert "on record as M-" in taken.content.decode()
    assert "555 0142" not in taken.content.decode() and "0142" not in str(taken.redirect_chain)


def test_the_sheet_offers_what_its_channel_understands():
    from tocsin.channels.hotline_sheet.adapter import CONSENTS
    from tocsin.web.pages import hotline

    assert hotline.CONSENTS == CONSENTS


def test_somebody_who_may_not_report_finds_no_call_sheet(sign_in):
    assert sign_in("auditor").get("/hotline/").status_code == 404


def test_figures_of_what_is_not_sent_are_said_plainly(sign_in):
    from tocsin.store.models import OutgoingMessage

    OutgoingMessage.objects.create(
        dedupe_key="planted",
        purpose="reply",
        channel="sms",
        code="outgoing.feedback",
        created_at=datetime.now(UTC),
        attempts=3,
    )
    page = text_of(sign_in("duty").get("/"))

    assert "1 message does not leave in spite of several tries" in page


def test_a_stranger_is_sent_to_sign_in_from_every_page(world):
    client = Client()
    paths = ["/", "/hotline/", "/reports/R-000001/", "/alerts/A-000001/", "/alerts/A-000001/decide/"]

    assert {client.get(path).status_code for path in paths} == {302}


def test_every_role_of_the_mission_has_a_place_to_begin(sign_in):
    roles = {account.role: account.username for account in Account.objects.all()}

    answers = {role: sign_in(username).get("/", follow=True).status_code for role, username in roles.items()}

    assert set(answers.values()) == {200}
    assert set(answers) <= {role.value for role in Role}


def test_nobody_changes_anything_without_proof_of_origin(sign_in, alert):
    client = Client(enforce_csrf_checks=True)
    client.cookies = sign_in("duty").cookies

    answer = client.post(f"/alerts/{alert.ref}/acknowledge/")
    alert.refresh_from_db()

    assert (answer.status_code, alert.acknowledged_at) == (403, None)


def test_error_pages_need_no_database(world):
    from django.db import connection
    from django.test import RequestFactory

    from tocsin.web import errors

    queries = []
    with connection.execute_wrapper(lambda execute, sql, *rest: queries.append(sql)):
        answers = [errors.page(RequestFactory().get("/"), status) for status in (400, 403, 404, 409, 500)]

    assert [answer.status_code for answer in answers] == [400, 403, 404, 409, 500]
    assert queries == []
