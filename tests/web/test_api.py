"""The API: the same rules of access as the pages, strict in what it takes, and one shape for every error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.web import calls
from tests.web.rooms import ACCOUNTS, STAFF, make_missing_accounts, some_gap, some_incident, some_place

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

GROUND = STAFF | {"field_liaison"}
EVERY = frozenset(ACCOUNTS)

# Call: the roles to which it answers; to all others there is nothing.
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("get", "/api/reports"): (GROUND - {"resource_allocator"}) | {"source_custodian"},
    ("get", "/api/reports/{ref}"): (GROUND - {"resource_allocator"}) | {"source_custodian"},
    ("post", "/api/messages"): frozenset({"field_liaison", "duty_officer", "protection_lead"}),
    ("get", "/api/alerts"): GROUND,
    ("get", "/api/alerts/{ref}"): GROUND,
    ("post", "/api/alerts/{ref}/acknowledge"): GROUND - {"analyst"},
    ("post", "/api/alerts/{ref}/decide"): STAFF - {"analyst"},
    ("get", "/api/records/{ref}"): GROUND,
    ("get", "/api/audit/verify"): frozenset({"auditor"}),
    ("get", "/api/places"): GROUND,
    ("get", "/api/places/{ref}"): GROUND,
    ("get", "/api/matrix"): STAFF | {"partner"},
    ("get", "/api/coverage"): STAFF,
    ("get", "/api/gaps"): STAFF,
    ("post", "/api/gaps"): STAFF - {"analyst"},
    ("post", "/api/gaps/{ref}/move"): frozenset({"protection_lead", "resource_allocator"}),
    ("get", "/api/lessons"): GROUND | {"partner"},
    ("post", "/api/lessons"): GROUND,
    ("get", "/api/incidents"): GROUND - {"resource_allocator"},
    ("get", "/api/layers/alerts"): GROUND,
    ("get", "/api/layers/bases"): STAFF,
    ("get", "/api/layers/uncovered"): STAFF,
    **calls.TABLE,
}
BODIES: dict[str, dict[str, Any]] = {
    "/api/messages": {"text": "Armed men at the ford", "place": "Oru"},
    "/api/alerts/{ref}/decide": {"kind": "monitor", "why": "Watching it."},
    "/api/gaps/{ref}/move": {"to": "raised_field", "why": "Told the field office."},
    "/api/lessons": {"title": "Answer at night", "theme": "night", "observation": "Nobody answered."},
}


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Matrices of an earlier test's rows must not be shown to this one."""
    from tocsin.services import matrix

    matrix.forget()
    yield
    matrix.forget()


some_alert, some_report, token_for = calls.some_alert, calls.some_report, calls.token_for


def address(path: str) -> str:
    if any(where == path for _, where in calls.TABLE):
        return calls.address(path)
    if "{ref}" not in path:
        return path
    finders = {
        "reports": some_report,
        "alerts": some_alert,
        "records": some_alert,
        "places": some_place,
        "gaps": some_gap,
    }
    return path.replace("{ref}", finders[path.split("/")[2]]())


def body_of(path: str) -> dict[str, Any] | None:
    return {"place": some_place()} if path == "/api/gaps" else BODIES.get(path) or calls.body_of(path)


def test_every_call_of_the_description_has_a_row(client: Client, db: None) -> None:
    described = client.get("/api/openapi.json").json()

    calls = {(method, path) for path, methods in described["paths"].items() for method in methods}

    assert calls == set(TABLE)


@pytest.mark.parametrize(("method", "path"), sorted(TABLE))
def test_a_call_answers_the_roles_of_the_table_and_says_to_the_others_that_there_is_nothing(
    method: str, path: str, call: Callable[..., Answer]
) -> None:
    make_missing_accounts()
    where = address(path)
    body = body_of(path) if method == "post" else None

    answers = {
        role: call(account, method, address(path) if path in calls.ONCE else where, body)
        for role, account in ACCOUNTS.items()
    }

    assert {role for role, answer in answers.items() if answer.status_code != 404} == TABLE[method, path]
    assert {answer.status_code for answer in answers.values()} <= {200, 201, 404, 409}
    assert {answer.json()["code"] for answer in answers.values() if answer.status_code == 404} == {"SEC-103"}


@pytest.mark.parametrize(("method", "path"), sorted(TABLE))
def test_without_a_token_nothing_is_answered(method: str, path: str, world: None, client: Client) -> None:
    answer = getattr(client, method)(address(path), data={}, content_type="application/json")

    assert answer.status_code == 401
    assert answer.json()["code"] == "SEC-101"


def test_a_token_opens_only_what_it_is_good_for(world: None, client: Client) -> None:
    good = {"authorization": f"Bearer {token_for('lead', 'read:alerts')}"}

    alerts, matrix = client.get("/api/alerts", headers=good), client.get("/api/matrix", headers=good)

    assert (alerts.status_code, matrix.status_code) == (200, 403)
    assert matrix.json()["code"] == "SEC-102"


def test_a_token_that_was_ended_or_ran_out_opens_nothing(world: None, client: Client) -> None:
    from tocsin.services import tokens

    token = token_for("lead", "read:alerts")
    good = {"authorization": f"Bearer {token}"}
    before = client.get("/api/alerts", headers=good).status_code

    later = tokens.viewer_for(token, now=datetime.now(UTC) + timedelta(days=2))
    ended = tokens.revoke("test", now=datetime.now(UTC))

    assert (before, later, ended) == (200, None, 1)
    assert client.get("/api/alerts", headers=good).status_code == 401


def test_a_token_is_kept_as_a_fingerprint_only(world: None) -> None:
    from django.apps import apps

    token = token_for("lead", "read:alerts")

    kept = apps.get_model("tocsin", "AccessToken").objects.get()

    assert token not in str(vars(kept))
    assert len(kept.fingerprint) == 64


@pytest.mark.parametrize("scopes", [(), ("read:everything",)])
def test_a_token_is_refused_for_what_nobody_knows(scopes: tuple[str, ...], world: None) -> None:
    from tocsin.services import tokens
    from tocsin.services.refusals import Refusal

    now = datetime.now(UTC)

    with pytest.raises(Refusal):
        tokens.issue("lead", scopes=scopes, label="", now=now, expires_at=now + timedelta(days=1))


def test_a_token_is_refused_for_longer_than_a_year(world: None) -> None:
    with pytest.raises(Exception, match=r"token\.bad_time"):
        token_for("lead", "read:alerts", days=400)


def test_a_page_signed_in_needs_its_proof_of_origin_to_change_anything(sign_in: Callable[..., Client]) -> None:
    client = sign_in("duty")
    client.handler.enforce_csrf_checks = True
    reference = some_alert()

    read = client.get("/api/alerts")
    changed = client.post(f"/api/alerts/{reference}/acknowledge", content_type="application/json")

    assert (read.status_code, changed.status_code) == (200, 403)
    assert changed.json()["code"] == "SEC-105"


def test_an_acknowledgement_names_the_account_of_the_token(call: Callable[..., Answer]) -> None:
    answer = call("duty", "post", f"/api/alerts/{some_alert()}/acknowledge")

    assert answer.status_code == 200
    assert answer.json()["acknowledged_by"]


def test_a_decision_without_a_reason_is_refused_and_one_with_it_is_kept(call: Callable[..., Answer]) -> None:
    where = f"/api/alerts/{some_alert()}/decide"

    without = call("duty", "post", where, {"kind": "monitor", "why": ""})
    with_it = call("duty", "post", where, {"kind": "monitor", "why": "A patrol passes at noon."})

    assert (without.status_code, with_it.status_code) == (422, 201)
    assert len(with_it.json()["picture_digest"]) == 64


@pytest.mark.parametrize("field", ["option", "delegated_to", "authority"])
def test_a_decision_with_more_than_its_columns_hold_is_refused_and_breaks_nothing(
    field: str, call: Callable[..., Answer]
) -> None:
    body = {"kind": "monitor", "why": "A patrol passes at noon.", field: "x" * 201}

    too_long = call("duty", "post", f"/api/alerts/{some_alert()}/decide", body)
    nearly = call("duty", "post", f"/api/alerts/{some_alert()}/decide", {**body, field: "x" * 130})

    assert too_long.status_code == 422
    assert nearly.status_code in (201, 409, 422)


def test_who_sees_no_line_of_the_matrix_is_not_told_that_there_is_none(call: Callable[..., Answer]) -> None:
    partner, lead = (call(who, "get", "/api/matrix").json() for who in ("partner", "lead"))

    assert (partner["lines"], partner["counts"]) == ([], None)
    assert sum(lead["counts"].values()) == len(lead["lines"])


def test_the_past_is_shown_without_what_became_known_later(call: Callable[..., Answer]) -> None:
    reference = some_alert()
    opened = call("duty", "get", f"/api/alerts/{reference}").json()["opened_at"]
    before = (datetime.fromisoformat(opened) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")

    then = call("duty", "get", f"/api/records/{reference}?as_of={before}").json()
    now = call("duty", "get", f"/api/records/{reference}").json()

    assert (then["found"], now["found"]) == (False, True)
    assert then["timeline"] == []


def test_incidents_come_as_geojson_inside_the_box_only(call: Callable[..., Answer]) -> None:
    here = some_incident()
    near = f"{here.lon - 0.01},{here.lat - 0.01},{here.lon + 0.01},{here.lat + 0.01}"

    inside = call("duty", "get", f"/api/incidents?bbox={near}&days=3000").json()
    far = call("duty", "get", "/api/incidents?bbox=-170,-80,-160,-70&days=3000").json()

    assert here.ref in {one["properties"]["ref"] for one in inside["features"]}
    assert all(near_enough(one, here) for one in inside["features"])
    assert (far["features"], far["type"]) == ([], "FeatureCollection")


def near_enough(feature: dict[str, Any], here: Any) -> bool:
    lon, lat = feature["geometry"]["coordinates"]
    return abs(lon - here.lon) <= 0.011 and abs(lat - here.lat) <= 0.011


def test_evidence_that_a_caller_may_not_open_is_not_named(call: Callable[..., Answer]) -> None:
    seen = call("lead", "get", "/api/matrix").json()
    hidden = call("head", "get", "/api/matrix").json()

    refs = [ref for line in seen["lines"] for ref in line["evidence"]]
    assert refs
    assert [line["category"] for line in seen["lines"]] == [line["category"] for line in hidden["lines"]]
    assert [ref for line in hidden["lines"] for ref in line["evidence"]] == []


def test_a_message_that_is_written_down_is_on_disk_and_the_same_again_counts_once(call: Callable[..., Answer]) -> None:
    body = {"text": "Armed men at the ford", "call_id": "77"}

    first, second = (call("duty", "post", "/api/messages", body) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["ref"] == second.json()["ref"]


NASTY = (
    "%00",
    "'",
    "%F0%9F%94%A5",
    "9" * 40,
    "-1",
    "nan",
    "1e999",
    "../..",
    "A-999999999999",
    "R-0",
    "%ED%A0%80",
    "x" * 300,
    "%0a",
)
QUERIES = (
    "/api/places?q={}", "/api/places?page={}", "/api/places?limit={}", "/api/incidents?bbox={}", "/api/incidents?days={}",
    "/api/incidents?as_of={}", "/api/incidents?bbox={0},{0},{0},{0}", "/api/matrix?as_of={}", "/api/matrix?category={}",
    "/api/coverage?within_hours={}", "/api/coverage?night={}", "/api/reports?page={}", "/api/reports/{}", "/api/alerts/{}",
    "/api/records/{}", "/api/records/{}?as_of={}", "/api/places/{}", "/api/alerts?state={}", "/api/alerts?page={}",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_no_address_brings_the_api_down(query: str, call: Callable[..., Answer]) -> None:
    answers = [call("lead", "get", query.format(*[value] * query.count("{"))) for value in NASTY]

    assert {answer.status_code for answer in answers} <= {200, 404, 422}


BAD_BODIES: tuple[Any, ...] = (
    None, [], "x", 7, {}, {"text": 7}, {"text": ""}, {"text": "a\x00b"}, {"text": "\ud800"}, {"text": "x" * 9000},
    {"text": "x", "extra": 1}, {"kind": "monitor"}, {"kind": "x", "why": "y"}, {"to": "closed", "why": None},
    {"place": "P-9", "within_hours": "2"}, {"place": "P-9", "within_hours": 1e308}, {"title": "x\ny", "theme": "night"},
)  # fmt: skip
POSTS = [path for method, path in sorted(TABLE) if method == "post" and path not in calls.ASKS_FOR_NOTHING]


@pytest.mark.parametrize("path", POSTS)
def test_no_body_brings_the_api_down_and_none_of_these_is_taken(path: str, call: Callable[..., Answer]) -> None:
    where = address(path)

    answers = [call("lead", "post", where, body) for body in BAD_BODIES]

    assert {answer.status_code for answer in answers} <= {404, 409, 422}
    assert all({"code", "where", "text", "problems"} <= set(answer.json()) for answer in answers)


def test_what_is_no_json_is_answered_in_the_one_shape(call: Callable[..., Answer], client: Client) -> None:
    good = {"authorization": f"Bearer {token_for('lead')}"}

    answer = client.post("/api/messages", data=b"{not json", content_type="application/json", headers=good)

    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == "SEC-104"


def test_an_error_speaks_the_language_of_the_account(world: None, client: Client) -> None:
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username="lead").update(language="fr")
    good = {"authorization": f"Bearer {token_for('lead')}"}

    answer = client.get("/api/places/P-nowhere", headers=good)

    assert "n’existe pas" in answer.json()["text"]


def test_the_description_needs_no_other_origin_and_there_is_no_page_of_it(client: Client, db: None) -> None:
    described = client.get("/api/openapi.json")
    page = client.get("/api/docs")

    assert (described.status_code, page.status_code) == (200, 404)
    assert "http" not in described.content.decode().replace('"type": "http"', "")
