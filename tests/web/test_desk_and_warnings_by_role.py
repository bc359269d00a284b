"""Every page of the duty desk and of warnings for every role: the table is the rule, and a page without a row fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.web.calls import some_alert, some_call_back, some_deed, some_handover, some_report, some_task, some_warning
from tests.web.rooms import ACCOUNTS, STAFF, make_missing_accounts

if TYPE_CHECKING:
    from django.test import Client

ROOMS = (
    "desk", "alerts", "reports", "triage", "joint", "handover", "duty", "hotline", "visits", "warnings", "response",
    "scorecard",
)  # fmt: skip
GROUND = STAFF | {"field_liaison"}
WRITES = frozenset({"duty_officer", "protection_lead", "field_liaison"})
VERIFIES = WRITES | {"analyst"}
READS_REPORTS = GROUND - {"resource_allocator"} | {"source_custodian"}
ALL = frozenset(ACCOUNTS)

TABLE: dict[str, tuple[str, frozenset[str]]] = {
    "desk": ("get", ALL),
    "alert": ("get", GROUND),
    "alert_act": ("post", GROUND - {"analyst"}),
    "task_move": ("post", GROUND - {"analyst"}),
    "report": ("get", READS_REPORTS),
    "seen": ("get", READS_REPORTS),
    "report_act": ("post", VERIFIES),
    "triage": ("post", VERIFIES),
    "merge_marked": ("post", VERIFIES),
    "split_marked": ("post", VERIFIES),
    "deed": ("get", frozenset({"duty_officer"})),
    "deed_undo": ("post", frozenset({"duty_officer"})),
    "filters": ("post", READS_REPORTS),
    "joint": ("get", READS_REPORTS),
    "handovers": ("get", GROUND),
    "handover": ("get", GROUND),
    "handover_act": ("post", GROUND - {"analyst"}),
    "duty": ("get", GROUND | {"administrator"}),
    "duty_act": ("post", frozenset({"duty_officer", "protection_lead", "resource_allocator", "administrator"})),
    "hotline": ("get", WRITES),
    "calls": ("get", WRITES),
    "called": ("post", WRITES),
    "visit": ("get", WRITES),
    "radio_log": ("get", WRITES),
    "warnings": ("get", GROUND | {"partner"}),
    "warning_new": ("get", WRITES),
    "warning_preview": ("post", WRITES),
    "warning_upload": ("post", WRITES),
    "warning_subscribe": ("post", GROUND | {"partner"}),
    "warning_unsubscribe": ("post", GROUND | {"partner"}),
    "incoming_warning": ("get", GROUND),
    "warning": ("get", GROUND),
    "warning_edit": ("get", WRITES),
    "warning_script": ("get", GROUND),
    "warning_act": ("post", WRITES),
    "response": ("get", GROUND),
    "response_csv": ("get", GROUND),
    "response_json": ("get", GROUND),
    "scorecard": ("get", GROUND - {"resource_allocator"}),
    "scorecard_csv": ("get", GROUND - {"resource_allocator"}),
    "scorecard_json": ("get", GROUND - {"resource_allocator"}),
}
FORMS: dict[str, dict[str, Any]] = {
    "alert_act": {"why": "Nobody answers."},
    "task_move": {"to": "done"},
    "report_act": {"why": "Read."},
    "triage": {"ref": "R-000001", "why": "Read."},
    "duty_act": {"account": "duty", "deputy": "lead"},
    "filters": {"name": "Mine"},
    "warning_act": {"why": "It cannot wait."},
}


def parts(page: str) -> list[Any]:
    """Return what stands in the address of a page, made for it where nothing is there yet."""
    made: dict[str, Callable[[], list[Any]]] = {
        "alert": lambda: [some_alert()],
        "alert_act": lambda: [some_alert(), "acknowledge"],
        "task_move": lambda: [some_alert(), some_task()],
        "report": lambda: [some_report()],
        "seen": lambda: [some_report()],
        "report_act": lambda: [some_report(), "take"],
        "deed": lambda: [some_deed()],
        "deed_undo": lambda: [some_deed()],
        "handover": lambda: [some_handover()],
        "handover_act": lambda: [some_handover(), "write"],
        "duty_act": lambda: ["deputy"],
        "called": lambda: [some_call_back()],
        "warning": lambda: [some_warning()],
        "warning_edit": lambda: [some_warning()],
        "warning_act": lambda: [some_warning(), "drop"],
        "warning_script": lambda: [some_warning(), "radio", "fr"],
        "warning_unsubscribe": lambda: [1],
        "incoming_warning": lambda: [some_incoming()],
    }  # fmt: skip
    return made[page]() if page in made else []


def some_incoming() -> str:
    """Return a warning of another sender, taken in for it."""
    from tocsin.store.models import IncomingWarning

    now = datetime.now(UTC)
    made = IncomingWarning.objects.create(
        identifier="w-1", sender="met", sent_at=now, status="Actual", kind="Alert", said=[], received_at=now,
        received_by="lead", scope="Public", body=b"<alert/>", signature={"signature": "absent", "at_signing": "unknown", "at_reading": "unknown"},
    )  # fmt: skip
    return str(made.ref)


def pages() -> set[str]:
    """Return the names of all addresses of these rooms."""
    found = (entry.name for room in ROOMS for entry in import_module(f"tocsin.web.pages.{room}").urlpatterns)
    return {name for name in found if name}


def test_every_page_has_a_row() -> None:
    assert pages() == set(TABLE)


@pytest.mark.parametrize("page", sorted(TABLE))
def test_a_page_opens_to_the_roles_of_the_table_and_is_not_there_for_the_others(
    page: str, sign_in: Callable[..., Client]
) -> None:
    make_missing_accounts()
    method, roles = TABLE[page]
    where = reverse(page, args=parts(page))

    answers = {
        role: getattr(sign_in(account), method)(where, FORMS.get(page, {})).status_code
        for role, account in ACCOUNTS.items()
    }

    assert {role for role, status in answers.items() if status != 404} == roles
    assert set(answers.values()) <= {200, 302, 404, 409, 422}


@pytest.mark.parametrize("page", sorted(TABLE))
def test_nobody_opens_a_page_without_signing_in(page: str, world: None, client: Client) -> None:
    answer = getattr(client, TABLE[page][0])(reverse(page, args=parts(page)))

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
