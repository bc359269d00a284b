"""The calls of the API by which the loop's deeds are done: who is answered, what each takes, and a record for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.web.rooms import STAFF, some_place, some_proposal, some_version

GROUND = STAFF | {"field_liaison"}
ACKNOWLEDGE = GROUND - {"analyst"}
DECIDE = STAFF - {"analyst"}
TASK = ACKNOWLEDGE
FEEDBACK = frozenset({"field_liaison", "duty_officer", "protection_lead"})
CLOSE = frozenset({"duty_officer", "protection_lead"})
VERIFY = FEEDBACK | {"analyst"}
ROTA = frozenset({"duty_officer", "protection_lead", "resource_allocator", "administrator"})
NETWORK = VERIFY | {"source_custodian"}
RELEASE = frozenset({"duty_officer", "protection_lead", "resource_allocator"})
WORDS = frozenset({"analyst", "protection_lead"})
ADMIN = frozenset({"administrator"})

# Call: the roles to which it answers; to all others there is nothing.
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("get", "/api/alerts/{ref}/told"): GROUND,
    ("get", "/api/alerts/{ref}/options"): DECIDE,
    ("post", "/api/alerts/{ref}/escalate"): ACKNOWLEDGE,
    ("post", "/api/alerts/{ref}/calls"): ACKNOWLEDGE,
    ("post", "/api/alerts/{ref}/tasks"): TASK,
    ("post", "/api/tasks/{ref}/move"): TASK,
    ("post", "/api/alerts/{ref}/confirm"): DECIDE,
    ("get", "/api/alerts/{ref}/relays"): DECIDE,
    ("post", "/api/alerts/{ref}/relays"): DECIDE,
    ("post", "/api/alerts/{ref}/harm"): TASK,
    ("post", "/api/alerts/{ref}/effect"): TASK,
    ("post", "/api/alerts/{ref}/feedback"): FEEDBACK,
    ("post", "/api/alerts/{ref}/close"): CLOSE,
    ("post", "/api/alerts/{ref}/merge"): ACKNOWLEDGE,
    ("post", "/api/reports/{ref}/alarm"): CLOSE,
    ("get", "/api/duty"): GROUND | ADMIN,
    ("get", "/api/duty/shifts"): GROUND | ADMIN,
    ("post", "/api/duty/shifts"): ROTA,
    ("post", "/api/duty/shifts/{number}/hand-over"): ROTA,
    ("post", "/api/duty/shifts/{number}/take-out"): ROTA,
    ("post", "/api/duty/{account}/deputy"): ROTA,
    ("post", "/api/duty/{account}/habits"): ROTA,
    ("get", "/api/handovers"): GROUND,
    ("post", "/api/handovers"): ACKNOWLEDGE,
    ("get", "/api/handovers/{ref}"): GROUND,
    ("post", "/api/handovers/{ref}/write"): ACKNOWLEDGE,
    ("post", "/api/handovers/{ref}/sign"): ACKNOWLEDGE,
    ("post", "/api/handovers/{ref}/accept"): ACKNOWLEDGE,
    ("post", "/api/triage"): VERIFY,
    ("post", "/api/merges"): VERIFY,
    ("post", "/api/splits"): VERIFY,
    ("get", "/api/deeds/{number}"): frozenset({"duty_officer"}),
    ("post", "/api/deeds/{number}/undo"): frozenset({"duty_officer"}),
    ("get", "/api/reports/{ref}/suggestions"): (GROUND - {"resource_allocator"}) | {"source_custodian"},
    ("post", "/api/reports/{ref}/apart"): VERIFY,
    ("post", "/api/reports/{ref}/take"): VERIFY,
    ("post", "/api/reports/{ref}/correct"): VERIFY,
    ("post", "/api/reports/{ref}/live"): VERIFY,
    ("get", "/api/words"): WORDS,
    ("post", "/api/words/try"): WORDS,
    ("post", "/api/words/{number}/accept"): WORDS,
    ("post", "/api/words/{number}/reject"): WORDS,
    ("get", "/api/networks"): NETWORK,
    ("get", "/api/nodes"): NETWORK,
    ("get", "/api/nodes/{ref}/check-ins"): NETWORK,
    ("get", "/api/silences"): NETWORK,
    ("get", "/api/drills"): NETWORK,
    ("get", "/api/drills/{ref}"): NETWORK,
    ("post", "/api/networks/{ref}/drills"): FEEDBACK,
    ("post", "/api/drills/{ref}/end"): FEEDBACK,
    ("get", "/api/call-backs"): FEEDBACK,
    ("post", "/api/call-backs/{ref}"): FEEDBACK,
    ("get", "/api/call-loads"): FEEDBACK,
    ("get", "/api/warnings"): GROUND | {"partner"},
    ("post", "/api/warnings"): FEEDBACK,
    ("get", "/api/warnings/{ref}"): GROUND,
    ("post", "/api/warnings/{ref}/change"): FEEDBACK,
    ("post", "/api/warnings/{ref}/release"): RELEASE,
    ("post", "/api/warnings/{ref}/at-once"): RELEASE,
    ("post", "/api/warnings/{ref}/update"): FEEDBACK,
    ("post", "/api/warnings/{ref}/cancel"): FEEDBACK,
    ("post", "/api/warnings/{ref}/drop"): FEEDBACK,
    ("get", "/api/warnings/{ref}/answers"): GROUND,
    ("post", "/api/warnings/{ref}/answers/{number}"): FEEDBACK,
    ("get", "/api/warnings/{ref}/cap"): GROUND,
    ("get", "/api/policies"): GROUND | ADMIN,
    ("post", "/api/policies"): frozenset({"protection_lead"}),
    ("get", "/api/policies/{version}"): GROUND | ADMIN,
    ("get", "/api/policies/{version}/difference"): GROUND | ADMIN,
    ("post", "/api/policies/{version}/consult"): frozenset({"protection_lead"}),
    ("post", "/api/policies/{version}/take-back"): frozenset({"protection_lead"}),
    ("post", "/api/policies/{version}/opinion"): GROUND,
    ("post", "/api/policies/{version}/approve"): frozenset({"protection_lead", "resource_allocator"}),
    ("post", "/api/policies/{version}/acknowledge"): GROUND,
    ("get", "/api/proposals"): GROUND,
    ("post", "/api/proposals/{number}"): DECIDE,
    ("get", "/api/response"): GROUND,
    ("get", "/api/outlook"): STAFF,
    ("get", "/api/scorecard"): GROUND - {"resource_allocator"},
    ("get", "/api/gateways"): ADMIN,
    ("post", "/api/gateways/{name}"): ADMIN,
    ("post", "/api/gateways/{name}/test"): ADMIN,
    ("get", "/api/accounts"): ADMIN,
    ("post", "/api/accounts/{account}"): ADMIN,
    ("post", "/api/accounts/{account}/telephone"): ADMIN,
}
# What these do can be done to a record once: each role is given one of its own.
ONCE = frozenset(
    {
        "/api/duty/shifts/{number}/hand-over",
        "/api/duty/shifts/{number}/take-out",
        "/api/words/{number}/accept",
        "/api/words/{number}/reject",
    }
)
# These take nothing, or need nothing.
ASKS_FOR_NOTHING = frozenset(
    {
        "/api/alerts/{ref}/acknowledge", "/api/drills/{ref}/end", "/api/duty/shifts/{number}/take-out", "/api/handovers",
        "/api/handovers/{ref}/sign", "/api/handovers/{ref}/accept", "/api/networks/{ref}/drills",
        "/api/policies/{version}/take-back", "/api/reports/{ref}/take", "/api/reports/{ref}/live",
        "/api/deeds/{number}/undo", "/api/warnings/{ref}/update",
        "/api/warnings/{ref}/cancel",
    }
)  # fmt: skip
WHY = {"why": "Told by two who do not know each other."}
BODIES: dict[str, Any] = {
    "/api/alerts/{ref}/escalate": WHY,
    "/api/alerts/{ref}/calls": {"account": "lead", "outcome": "no_answer"},
    "/api/alerts/{ref}/tasks": {"what": "Drive by", "owner": "Oru base", "due_at": "2030-01-01T10:00:00Z"},
    "/api/tasks/{ref}/move": {"to": "accepted"},
    "/api/alerts/{ref}/confirm": {"confirmed_by": "a teacher"},
    "/api/alerts/{ref}/relays": {"to": "host"},
    "/api/alerts/{ref}/harm": {"kind": "injured", "least": 1, "most": 2, "phase": "before"},
    "/api/alerts/{ref}/effect": {"outcome": "Found the village calm."},
    "/api/alerts/{ref}/feedback": {"method": "visit", "text": "We came by and will again."},
    "/api/alerts/{ref}/close": {"determination": "Nobody was there.", "why_no_feedback": "No way to reach them."},
    "/api/alerts/{ref}/merge": lambda: {"into": some_alert(), "why": "One event."},
    "/api/reports/{ref}/alarm": WHY,
    "/api/duty/shifts": {"account": "duty", "starts_at": "2030-01-01T10:00:00Z", "ends_at": "2030-01-01T18:00:00Z"},
    "/api/duty/shifts/{number}/hand-over": {"to": "lead"},
    "/api/duty/{account}/deputy": {"deputy": "liaison"},
    "/api/duty/{account}/habits": {"quiet_from": "22:00", "quiet_until": "05:30", "wakes_for": "P1", "speaks": ["fr"]},
    "/api/handovers/{ref}/write": {"note": "A quiet night."},
    "/api/triage": lambda: {"refs": [some_report()], "component": "police"},
    "/api/merges": lambda: {"refs": [some_report()], "into": some_report(but=1)},
    "/api/splits": lambda: {"refs": [some_report()]},
    "/api/reports/{ref}/apart": lambda: {"other": some_report(but=1)},
    "/api/reports/{ref}/correct": {"fields": {"priority": "P2"}, "why": "It is past."},
    "/api/words/try": {"language": "en", "concept": "ATK", "words": "raided"},
    "/api/words/{number}/accept": {"concept": "ATK", "words": "stormed in"},
    "/api/words/{number}/reject": WHY,
    "/api/networks/{ref}/drills": {"text": "Men at the ford"},
    "/api/call-backs/{ref}": {"outcome": "no_answer"},
    "/api/warnings": lambda: {"places": [some_place()]},
    "/api/warnings/{ref}/change": {"event": "any"},
    "/api/warnings/{ref}/release": {"seen": "0" * 64},
    "/api/warnings/{ref}/at-once": {"seen": "0" * 64, **WHY},
    "/api/warnings/{ref}/drop": WHY,
    "/api/warnings/{ref}/answers/{number}": {"answer": "safe"},
    "/api/policies": {"version": "T-9"},
    "/api/policies/{version}/consult": {"parties": [{"component": "police"}]},
    "/api/policies/{version}/opinion": {"component": "police", "opinion": "agree"},
    "/api/policies/{version}/approve": {"seen": "0" * 64},
    "/api/policies/{version}/acknowledge": {"component": "police"},
    "/api/proposals/{number}": {"is_accepted": False},
    "/api/gateways/{name}": {"is_active": True},
    "/api/gateways/{name}/test": {"account": "duty"},
    "/api/accounts/{account}": {"component": "joint_operations"},
    "/api/accounts/{account}/telephone": {"telephone": "+999 000 0177"},
}


def token_for(account: str, *scopes: str, days: int = 1) -> str:
    """Return a token of an account, good for all that its role may where no scope is named."""
    from tocsin.services import tokens

    now = datetime.now(UTC)
    asked = scopes or tokens.SCOPES
    return tokens.issue(account, scopes=asked, label="test", now=now, expires_at=now + timedelta(days=days))


def some_alert() -> str:
    """Return an open alert that every role with a right to alerts may open, of the liaison's sector."""
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import alerts

    found = next(row for row in alerts.alerts(SYSTEM) if row.secrecy <= 2)
    type(found).objects.filter(pk=found.pk).update(sector="west")
    return str(found.ref)


def some_report(*, but: int = 0) -> str:
    """Return a report of the liaison's sector that has a place and is not sealed."""
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.store.queries import evidence

    rows = evidence.queue(SYSTEM, state="all", most=200)
    found = [row for row in rows if row.secrecy <= 2 and row.lat is not None][but]
    type(found).objects.filter(pk=found.pk).update(sector="west")
    return str(found.ref)


def some_task() -> str:
    from tocsin.store.models import Alert, Task

    now = datetime.now(UTC)
    alert = Alert.objects.get(pk=int(some_alert()[2:]))
    return str(Task.objects.create(alert=alert, what="Drive by", owner="Oru base", due_at=now, made_at=now).ref)


def some_shift() -> str:
    from tocsin.store.models import Account, DutyShift

    now = datetime.now(UTC)
    span = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=2, hours=8), "made_at": now}
    return str(DutyShift.objects.create(account=Account.objects.get(username="duty"), made_by="lead", **span).pk)


def some_handover() -> str:
    from tocsin.core.reference.terms import Role
    from tocsin.core.reference.viewer import Viewer
    from tocsin.services import handover

    liaison = Viewer(account="liaison", role=Role.FIELD_LIAISON, sector="west")
    return str(handover.begin(liaison, now=datetime.now(UTC)).ref)


def some_deed() -> str:
    from tocsin.core.reference.terms import Role
    from tocsin.core.reference.viewer import Viewer
    from tocsin.services import triage

    duty = Viewer(account="duty", role=Role.DUTY_OFFICER)
    made = triage.apply(duty, [some_report()], triage.Asked(component="police"), why="", now=datetime.now(UTC))
    return str(made.pk)


def some_word() -> str:
    from tocsin.store.models import Report, WordProposal

    row = WordProposal.objects.create(
        report=Report.objects.get(pk=int(some_report()[2:])),
        language="en",
        field="events",
        words="stormed in",
        proposed_by="duty",
        proposed_at=datetime.now(UTC),
    )
    return str(row.pk)


def some_network() -> str:
    from tocsin.store.models import Network

    return str(Network.objects.create(name=f"Watch {Network.objects.count()}", kind="village_watch", sector="west").ref)


def some_node() -> str:
    from tocsin.store.models import FocalPoint, Network

    network = Network.objects.get(pk=int(some_network()[2:]))
    return str(FocalPoint.objects.create(network=network, sector="west", entered_at=datetime.now(UTC)).ref)


def some_drill() -> str:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.services import drills

    return str(drills.begin_drill(SYSTEM, some_network(), text="", now=datetime.now(UTC)).ref)


def some_call_back() -> str:
    from tocsin.store.models import CallBack, Report

    now = datetime.now(UTC)
    report = Report.objects.select_related("message").get(pk=int(some_report()[2:]))
    row, _ = CallBack.objects.update_or_create(
        message=report.message, defaults={"sector": "west", "secrecy": 2, "asked_at": now, "due_at": now}
    )
    return str(row.ref)


def some_warning() -> str:
    from tocsin.core.reference.viewer import SYSTEM
    from tocsin.services import warning_drafts
    from tocsin.store.models import CommunityWarning

    row = warning_drafts.write(SYSTEM, {"places": [some_place()]}, now=datetime.now(UTC))
    CommunityWarning.objects.filter(pk=row.pk).update(made_by="analyst", cap="<alert/>", sector="west")
    return str(row.ref)


def some_recipient(warning: str) -> str:
    from tocsin.store.models import CommunityWarning, WarningRecipient

    row = CommunityWarning.objects.get(pk=int(warning[2:]))
    return str(WarningRecipient.objects.create(warning=row, language="fr", form="voice").pk)


def some_gateway() -> str:
    from tocsin.services import gateways

    gateways.make_gateway("north", channel="sms_http", now=datetime.now(UTC))
    return "north"


FINDERS: dict[str, Any] = {
    "alerts": some_alert,
    "reports": some_report,
    "tasks": some_task,
    "shifts": some_shift,
    "handovers": some_handover,
    "deeds": some_deed,
    "words": some_word,
    "networks": some_network,
    "nodes": some_node,
    "drills": some_drill,
    "call-backs": some_call_back,
    "warnings": some_warning,
    "policies": some_version,
    "proposals": lambda: str(some_proposal()),
    "gateways": some_gateway,
    "duty": lambda: "duty",
    "accounts": lambda: "duty",
}


def address(path: str) -> str:
    """Return the address of a call with a record of its kind in it."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "{number}" and parts[-1] == "answers":
            parts.append(some_recipient(parts[-2]))
        else:
            parts.append(FINDERS[parts[-1]]() if part.startswith("{") else part)
    return "/".join(parts)


def body_of(path: str) -> Any:
    """Return what a call takes."""
    found = BODIES.get(path)
    return found() if callable(found) else found
